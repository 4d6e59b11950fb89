-- Who was at which ticket when. What merely follows from something is nobody's act, whoever made it happen.
create table act as
with said as (
  select *, last_value(owner ignore nulls) over (partition by ticket order by seq) as owned_by
  from (
    select ticket, seq, kind, person, seen, data,
      case kind
        when 'claimed' then coalesce(person, '-')
        when 'taken-over' then coalesce(person, '-')
        when 'assigned' then field(data, 'to')
        when 'handed-off' then field(data, 'to')
        when 'released' then '-'
      end as owner
    from event
  )
)
select distinct survivor as ticket, said.person as who,
  case when said.kind in ('replied', 'noted', 'commented') then instant(field(said.data, 'message.said_at')) else said.seen end
    // 1000000 as second,
  deed.asked and coalesce(owned_by, '-') <> said.person as asks
from said join deed using (ticket, seq) join goes_on using (ticket)
where said.kind not in (
    'target-met', 'target-cancelled', 'breached', 'amended', 'warned', 'escalated', 'postponed', 'nudged',
    'acknowledgement-lapsed', 'absorbed', 'gave-back', 'gathered', 'let-go', 'heard', 'followed-up', 'placed', 'erased',
    'paged', 'undelivered', 'unreached', 'signalled', 'fix-deployed', 'fix-reverted', 'prompted', 'post-mortem-asked',
    'post-mortem-overdue'
  )
  and not (said.kind in ('reopened', 'resumed') and field(said.data, 'because') <> 'asked');

-- A window around each act; those of one person on one ticket that overlap are one.
create table island as
with window_of as (
  select who, ticket, asks, second - getvariable('before') as since, second + getvariable('after') as until from act
),
begun as (
  select *, count(*) filter (begins) over (partition by who, ticket, asks order by since) as island
  from (
    select *, since >= coalesce(lag(until) over (partition by who, ticket, asks order by since), since) as begins
    from window_of
  )
)
select who, ticket, asks, min(since) as since, max(until) as until from begun group by who, ticket, asks, island;

-- Whatever lies between two instants at which something begins or ends for somebody, within time that they were busy.
create table piece as
with edge as (
  select who, second - getvariable('before') as second from act
  union
  select who, until from island
)
select who, second as since, lead(second) over (partition by who order by second) as until from edge;

-- Split evenly to the microsecond between what they were at: what is left over goes to what they were at first.
create table share as
with busy as (
  select piece.who, piece.since, piece.until, island.ticket, asks, (piece.until - piece.since) * 1000000 as length,
    count(*) over at_once as together,
    row_number() over (at_once order by island.since, ticket.prefix, ticket.number, asks) as turn
  from piece
  join island on island.who = piece.who and island.since <= piece.since and island.until >= piece.until
  join ticket on ticket.ticket = island.ticket
  where piece.until is not null
  window at_once as (partition by piece.who, piece.since)
)
select who, ticket, asks, since,
  length // together + case when turn <= length % together then 1 else 0 end as share
from busy;

-- An hour costs what it cost when it was begun.
create table spent as
select share.*, coalesce(rate.cents, 0) as cents
from share asof left join rate on share.since * 1000000 >= rate.since;
