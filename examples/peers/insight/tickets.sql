-- What each ticket is now, and which one goes on for it.
create table ticket as
select
  ticket,
  split_part(ticket, '-', 1) as prefix,
  cast(split_part(ticket, '-', 2) as bigint) as number,
  min(seen) filter (kind = 'opened') as opened,
  arg_max(coalesce(field(data, 'priority'), field(data, 'to')), seq)
    filter (kind in ('opened', 'reprioritised')) as priority,
  arg_max(coalesce(field(data, 'area'), field(data, 'to'), '-'), seq) filter (kind in ('opened', 'moved')) as area,
  arg_max(coalesce(field(data, 'squad'), '-'), seq) filter (kind in ('opened', 'moved')) as squad,
  arg_max(coalesce(field(data, 'work'), field(data, 'to')), seq) filter (kind in ('opened', 'kind-changed')) as work,
  arg_max(kind = 'resolved', seq) filter (kind in ('resolved', 'reopened')) as is_resolved,
  arg_max(coalesce(instant(field(data, 'due')), seen), seq) filter (kind = 'resolved') as last_resolved,
  arg_max(field(data, 'resolution'), seq) filter (kind = 'resolved') as last_resolution,
  count(*) filter (kind = 'reopened') as reopened,
  min(seen) filter (kind = 'identified') as identified,
  min(seen) filter (kind = 'mitigated') as mitigated,
  arg_min(cast(field(data, 'stars') as int), seq) filter (kind = 'rated') as first_stars,
  arg_max(cast(field(data, 'stars') as int), seq) filter (kind = 'rated') as last_stars,
  arg_max(field(data, 'upkeep'), seq) filter (kind = 'classified') as upkeep,
  arg_max(field(data, 'investment'), seq) filter (kind = 'classified') as investment,
  arg_max(coalesce(field(data, 'into'), ''), seq) filter (kind in ('merged', 'unmerged')) as merged_into,
  bool_or(json_extract(data, '$.drill') is not null) filter (kind = 'opened') as game_day
from event
group by ticket;

alter table ticket add column resolved bigint;
alter table ticket add column resolution varchar;
update ticket set resolved = last_resolved, resolution = last_resolution where is_resolved;
update ticket set merged_into = null where merged_into = '';

-- A ticket that was merged is its survivor, over as many hops as it takes.
create table goes_on as
with recursive hop(ticket, survivor, hops) as (
  select ticket, ticket, 0 from ticket
  union all
  select hop.ticket, ticket.merged_into, hops + 1
  from hop join ticket on ticket.ticket = hop.survivor
  where ticket.merged_into is not null
)
select ticket, arg_max(survivor, hops) as survivor from hop group by ticket;

-- Left out are drills, and what was no ticket.
create view counted as
select * from ticket
where not game_day and work <> 'drill' and coalesce(resolution, '') <> 'not-a-ticket';

-- What changes did for tickets: a fix that is in, and was not taken out again.
create table fix as
with told as (
  select ticket, seq, field(data, 'change.id') as change, field(data, 'bond') as bond,
    json_exists(data, '$.change.state.merged') as is_in, false as deployed, false as reverted
  from event where kind = 'change-linked'
  union all
  select ticket, seq, unnest(cast(json_extract(data, '$.changes') as varchar[])), null, null, true, false
  from event where kind = 'fix-deployed'
  union all
  select ticket, seq, field(data, 'change'), null, null, false, true from event where kind = 'fix-reverted'
)
select distinct ticket from (
  select ticket,
    arg_max(bond, seq) = 'fix' and not bool_or(reverted)
      and (bool_or(deployed) or coalesce(arg_max(is_in, seq), false)) as solves
  from told group by ticket, change
)
where solves;

-- Who asked for a ticket, from which entry on and until which: its own requester, and those of tickets merged into it.
create table asker as
select ticket, field(data, 'requester.person') as person, 0 as since, null as until
from event where kind = 'opened' and field(data, 'requester.person') is not null
union all
select absorbed.ticket, field(absorbed.one, 'requester.person'), absorbed.seq, (
    select min(gave.seq) from event gave
    where gave.ticket = absorbed.ticket and gave.kind = 'gave-back' and gave.seq > absorbed.seq
      and list_contains(cast(json_extract(gave.data, '$.given') as varchar[]), field(absorbed.one, 'ticket'))
  )
from (
  select ticket, seq, unnest(cast(json_extract(data, '$.taken') as json[])) as one from event where kind = 'absorbed'
) absorbed
where field(absorbed.one, 'requester.person') is not null;

-- What people wrote or did, each with whether they had asked for it.
create table deed as
select event.*, exists (
    from asker
    where asker.ticket = event.ticket and asker.person = event.person
      and asker.since < event.seq and (asker.until is null or event.seq < asker.until)
  ) as asked
from event
where person is not null;

-- When each ticket got somewhere, by the first who had not asked, or by the record of the promise.
create table reached as
select ticket,
  min(moment) filter (what = 'acknowledged') as acknowledged,
  min(moment) filter (what = 'responded') as responded
from (
  select ticket, 'acknowledged' as what, seen as moment from deed
  where not asked and kind in ('claimed', 'taken-over', 'acknowledged', 'resolved')
  union all
  select ticket, 'responded', instant(field(data, 'message.said_at')) from deed
  where not asked and kind in ('opened', 'replied') and field(data, 'message.said_at') is not null
  union all
  select ticket, 'responded', seen from deed where not asked and kind = 'resolved'
  union all
  select heard.ticket, 'responded', instant(field(heard.data, 'what.said.said_at')) from event heard
  where heard.kind = 'heard' and field(heard.data, 'what.said.said_at') is not null
    and field(heard.data, 'by.person') is not null and not exists (
      from asker
      where asker.ticket = heard.ticket and asker.person = field(heard.data, 'by.person')
        and asker.since < heard.seq and (asker.until is null or heard.seq < asker.until)
    )
  union all
  select ticket, case field(data, 'target') when 'acknowledge' then 'acknowledged' when 'respond' then 'responded' end,
    instant(field(data, 'at'))
  from event where kind in ('target-met', 'amended')
)
group by ticket;

-- Messages of people and of programs, and notes. What was taken back is no message.
create table words as
with message as (
  select ticket, kind, person, field(data, 'message.id') as id
  from event
  where kind in ('opened', 'replied', 'noted') and field(data, 'message.id') is not null
)
select ticket,
  count(*) filter (kind <> 'noted' and person is not null) as messages,
  count(*) filter (kind <> 'noted' and person is null) as bot_messages,
  count(*) filter (kind = 'noted') as notes
from message
where not exists (
  from event
  where event.ticket = message.ticket and event.kind = 'withdrawn' and field(event.data, 'message') = message.id
)
group by ticket;
