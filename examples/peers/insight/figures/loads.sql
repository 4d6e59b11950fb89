-- What was asked of everybody, by when they began it.
with worked as (
  select question, grp(question, terms, since * 1000000) as grp, who as key,
    sum(share) as worked, count(distinct share.ticket) as tickets
  from share join counted using (ticket) join grouped using (ticket)
  where not asks and in_period(since * 1000000)
  group by all
),
woken as (
  select question, grp(question, terms, event.seen) as grp, field(event.data, 'person') as key, count(*) as woken
  from event join goes_on using (ticket)
  join counted on counted.ticket = survivor join grouped on grouped.ticket = survivor
  where event.kind = 'paged' and field(event.data, 'method') = '0' and in_period(event.seen)
  group by all
)
select question, grp, key, coalesce(worked, 0) as worked, coalesce(tickets, 0) as tickets, coalesce(woken, 0) as woken
from worked full join woken using (question, grp, key)
