-- By weekday, from Monday, and hour.
with opened as (
  select question, grp, timezone(getvariable('zone'), make_timestamptz(opened)) as clock from asked
)
select question, grp, isodow(clock) - 1 || ' ' || hour(clock) as key, count(*) as opened
from opened
group by question, grp, key
