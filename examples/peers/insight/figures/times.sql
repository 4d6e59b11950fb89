-- How long it took to get there, of those that did. Only incidents are restored.
with each as (
  select question, grp, work, opened,
    acknowledged, responded, identified, coalesce(mitigated, resolved) as restored, resolved
  from asked left join reached using (ticket)
),
got as (
  from each unpivot include nulls (moment for key in (acknowledged, responded, identified, restored, resolved))
),
length as (
  select question, grp, key, if(moment is null, null, greatest(moment - opened, 0)) as length,
    row_number() over (partition by question, grp, key order by moment - opened nulls last) as rank,
    count(moment) over (partition by question, grp, key) as count
  from got
  where key <> 'restored' or work = 'incident'
)
select question, grp, key, count(length) as count, count(*) filter (length is null) as not_yet, sum(length) // count(length) as mean,
  (min(length) filter (rank = (count + 1) // 2) + min(length) filter (rank = count // 2 + 1)) // 2 as median,
  min(length) filter (rank = (count * 9 + 9) // 10) as p90
from length
group by question, grp, key
