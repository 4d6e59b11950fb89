-- What is open has been open until now. Quantiles are Kaplan and Meier's: of those that are open after so long, how many end
-- just then, multiplied up.
with length as (
  select question, grp, resolved is not null as ended,
    greatest(coalesce(resolved, getvariable('now')) - opened, 0) as length
  from asked
),
step as (
  select question, grp, length, count(*) filter (ended) as ended, count(*) as leave
  from length group by question, grp, length
),
at_risk as (
  select *, sum(leave) over (partition by question, grp order by length desc) as there from step
),
survival as (
  select question, grp, length,
    product((there - ended) / there) over (partition by question, grp order by length) as still_open,
    lead(length) over (partition by question, grp order by length) as next
  from at_risk where ended > 0
),
-- Where exactly half are open over a while, its middle.
median as (
  select question, grp,
    min(case when abs(still_open - 0.5) < 1e-10 then length + (coalesce(next, length) - length) // 2 else length end) as median
  from survival where still_open < 0.5 + 1e-10 group by question, grp
),
p90 as (
  select question, grp, min(length) as p90 from survival where still_open < 0.1 + 1e-10 group by question, grp
)
select question, grp, count(*) as count, count(*) filter (not ended) as open,
  sum(length) filter (ended) // count(*) filter (ended) as mean, any_value(median) as median, any_value(p90) as p90
from length left join median using (question, grp) left join p90 using (question, grp)
group by question, grp
