-- Rounds of promises, and how each ended: by what was said of it last.
create table word as
select ticket, seq, field(data, 'target') as target, cast(field(data, 'epoch') as int) as epoch, kind = 'amended' as amends,
  coalesce(instant(field(data, 'due')), instant(field(data, 'at'))) as due,
  case
    when kind = 'breached' and cast(field(data, 'on_change') as boolean) then 'breached_on_change'
    when kind = 'breached' then 'breached'
    when field(data, 'due') is null or instant(field(data, 'at')) <= instant(field(data, 'due')) then 'met'
    else 'met_late'
  end as says
from event
where kind in ('target-met', 'breached', 'amended');

-- The last word counts; but what a change broke stays apart, though it was kept late.
create macro ended(says, seq) as
  case
    when arg_max(says, seq) = 'met_late'
      and arg_max(says, seq) filter (says <> 'met_late') = 'breached_on_change' then 'breached_on_change'
    else arg_max(says, seq)
  end;

-- Rounds differ in their number and their deadline, for a survivor has those of its own clock and of a merged ticket's. What
-- is amended is the last one of its number.
create table other_round as
with begun as (
  select ticket, target, epoch, due, min(seq) as since from word
  where not amends and target <> 'resolve' group by all
),
amended as (
  select word.ticket, word.seq, arg_max(begun.due, begun.since) as due
  from word join begun using (ticket, target, epoch)
  where word.amends and begun.since < word.seq group by all
)
select word.ticket, target, epoch, min(seq) as since, arg_max(word.due, seq) as due, ended(says, seq) as ended
from word left join amended using (ticket, seq)
where target <> 'resolve'
group by word.ticket, target, epoch, coalesce(amended.due, word.due);

-- A ticket is resolved for all at once. After a reopening a broken promise with the same deadline is the same broken one.
create table resolve_round as
with numbered as (
  select ticket, epoch, min(seq) as since, arg_max(due, seq) as due, ended(says, seq) as ended
  from word where target = 'resolve' group by ticket, epoch
),
told as (
  select ticket, epoch, since, due,
    count(*) filter (begins) over (partition by ticket, due order by since) as round
  from (
    select *, coalesce(lag(ended) over (partition by ticket, due order by since), 'met') = 'met' as begins from numbered
  )
)
select told.ticket, 'resolve' as target, min(told.epoch) as epoch, min(told.since) as since, told.due,
  ended(word.says, word.seq) as ended
from told join word on word.ticket = told.ticket and word.epoch = told.epoch and word.target = 'resolve'
group by told.ticket, told.due, told.round;

create table round as
with every as (
  select survivor, every.* from (from other_round union all by name from resolve_round) every join goes_on using (ticket)
)
-- What a survivor took over is one promise, and so is what two merged tickets were promised alike.
select * from every
where ticket = survivor or not exists (
  from every own
  where own.survivor = every.survivor and own.target = every.target and own.due = every.due
    and (own.ticket = own.survivor or (own.since, own.ticket) < (every.since, every.ticket) and own.ticket <> own.survivor)
);
