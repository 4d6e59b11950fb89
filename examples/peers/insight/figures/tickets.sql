-- The same ticket by ticket.
with people as (
  select ticket, list(distinct who order by who) as people from act group by ticket
),
written as (
  select survivor as ticket, sum(messages) as messages, sum(notes) as notes, sum(bot_messages) as bot_messages
  from words join goes_on using (ticket) group by survivor
),
worked as (
  select ticket,
    sum(share) filter (not asks) as active,
    sum(share) filter (asks) as asking,
    (2 * sum(share * cents) filter (not asks) + 3600000000) // 7200000000 as money
  from spent group by ticket
)
select ticket as key, coalesce(people, []) as people, coalesce(messages, 0) as messages, coalesce(notes, 0) as notes,
  coalesce(bot_messages, 0) as bot_messages, coalesce(active, 0) as active, coalesce(asking, 0) as asking,
  coalesce(money, 0) as money
from (select ticket from asked where question = 'everything')
left join people using (ticket) left join written using (ticket) left join worked using (ticket)
