-- What tickets cost that were opened in the period, with what was merged into them, whenever that was worked.
with people as (
  select question, grp, count(distinct who) as people
  from asked join act using (ticket) group by question, grp
),
written as (
  select question, grp, sum(messages) as messages, sum(notes) as notes, sum(bot_messages) as bot_messages
  from asked join goes_on on survivor = asked.ticket join words on words.ticket = goes_on.ticket group by question, grp
),
worked as (
  select question, grp,
    sum(share) filter (not asks) as active,
    sum(share) filter (asks) as asking,
    (2 * sum(share * cents) filter (not asks) + 3600000000) // 7200000000 as money
  from asked join spent using (ticket) group by question, grp
)
select question, grp, count(*) as tickets,
  coalesce(any_value(people), 0) as people, coalesce(any_value(messages), 0) as messages,
  coalesce(any_value(notes), 0) as notes, coalesce(any_value(bot_messages), 0) as bot_messages,
  coalesce(any_value(active), 0) as active, coalesce(any_value(asking), 0) as asking, coalesce(any_value(money), 0) as money
from asked
left join people using (question, grp) left join written using (question, grp) left join worked using (question, grp)
group by question, grp
