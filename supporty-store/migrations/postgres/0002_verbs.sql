-- Each verb is one statement for its caller: one round trip, one transaction, with plans that the server keeps, and
-- nothing that a proxy between transactions could lose. A plan that is made while a table is small, or before anybody
-- has counted what is in it, must be right when it is large: what is looked up is looked up by a whole key, in a
-- subquery of its own or in a loop, and nothing is read whole or sorted.

-- Whoever changes what others build on holds its desk until the end of the transaction.
create function supporty.hold(d integer) returns void language sql as $$
    select pg_advisory_xact_lock(1936749689, d)
$$;

create function supporty.load(d integer, s text, after bigint)
returns table (seq bigint, at bigint, kind text, body text) language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
    return query
    select e.seq, e.at, e.kind, e.body from supporty.entries e
    where e.desk = d and e.stream = (select id from supporty.streams t where t.desk = d and t.name = s)
      and e.seq > after
    order by e.seq;
end $$;

-- Lets the oldest effect of a lane be leased, if it was not the oldest before. Called with the desk held.
create function supporty.arm_head(d integer, l text) returns void language plpgsql as $$
begin
    update supporty.outbox o set wake = o.at
    where o.desk = d and o.wake is null
      and o.position = (select position from supporty.outbox h where h.desk = d and h.lane = l order by position limit 1);
end $$;

-- A level that is queued changes in its place; a name that is known is not queued again. Called with the desk held.
create function supporty.enqueue(d integer, n text, l text, lv text, b text, a bigint) returns void language plpgsql as $$
begin
    update supporty.outbox o set body = b, revision = o.revision + 1 where o.desk = d and o.level = lv;
    if not found then
        insert into supporty.outbox (desk, name, lane, level, body, at)
        select d, n, l, lv, b, a where not exists (select from supporty.dead_letters g where g.desk = d and g.name = n)
        on conflict (desk, name) do nothing;
        perform supporty.arm_head(d, l);
    end if;
end $$;

-- Writes all of a step, or nothing and says what was in its way. Called with the desk held.
create function supporty.commit(d integer, step jsonb) returns text language plpgsql as $$
declare
    named  record;
    base   bigint;
    effect record;
begin
    for named in
        select s.name, s.after from jsonb_to_recordset(step -> 'streams') as s (name text, after bigint)
        where s.after is not null
    loop
        if named.after <> coalesce((select last from supporty.streams t where t.desk = d and t.name = named.name), 0)
        then
            return 'stream ' || named.name;
        end if;
    end loop;
    if step ? 'handled' then
        insert into supporty.inbox as i (desk, key, at, answer, handled_at)
        values (d, step #>> '{handled,key}', (step #>> '{handled,at}')::bigint, step #>> '{handled,answer}',
                (step #>> '{handled,at}')::bigint)
        on conflict (desk, key) do update
        set body = null, wake = null, answer = excluded.answer, handled_at = excluded.handled_at
        where i.answer is null;
        if not found then
            return 'handled';
        end if;
    end if;

    if step ? 'streams' then
        insert into supporty.streams as t (desk, name, last)
        select d, s.name, s.last from jsonb_to_recordset(step -> 'streams') as s (name text, last bigint)
        on conflict (desk, name) do update set last = excluded.last where t.last < excluded.last;
    end if;
    if step ? 'entries' then
        base := coalesce(
            (select position from supporty.entries where desk = d order by position desc limit 1), 0);
        insert into supporty.entries (desk, stream, seq, position, at, kind, body)
        select d, (select s.id from supporty.streams s where s.desk = d and s.name = e.stream), e.seq, base + e.n,
               e.at, e.kind, e.body
        from rows from (jsonb_to_recordset(step -> 'entries')
                        as (stream text, seq bigint, at bigint, kind text, body text))
             with ordinality as e (stream, seq, at, kind, body, n);
    end if;
    if step ? 'armed' then
        insert into supporty.timers as t (desk, stream, due, wake, stamp)
        select d, (select s.id from supporty.streams s where s.desk = d and s.name = a.stream), a.due, a.due, a.stamp
        from jsonb_to_recordset(step -> 'armed') as a (stream text, due bigint, stamp text)
        on conflict (desk, stream) do update set due = excluded.due, wake = excluded.wake, stamp = excluded.stamp;
    end if;
    if step ? 'disarmed' then
        for named in select n.name from jsonb_array_elements_text(step -> 'disarmed') as n (name) loop
            delete from supporty.timers t where t.desk = d
            and t.stream = (select s.id from supporty.streams s where s.desk = d and s.name = named.name);
        end loop;
    end if;
    if step ? 'rows' then
        insert into supporty.rows
            (desk, stream, number, status, owner, squad, kind, priority, area, at_risk, title, body)
        select d, (select s.id from supporty.streams s where s.desk = d and s.name = r.stream), r.number, r.status,
               r.owner, r.squad, r.kind, r.priority, r.area, r.at_risk, r.title, r.body
        from jsonb_to_recordset(step -> 'rows')
             as r (stream text, number bigint, status text, owner text, squad text, kind text, priority text,
                   area text, at_risk boolean, title text, body text)
        on conflict (desk, stream) do update
        set number = excluded.number, status = excluded.status, owner = excluded.owner, squad = excluded.squad,
            kind = excluded.kind, priority = excluded.priority, area = excluded.area, at_risk = excluded.at_risk,
            title = excluded.title, body = excluded.body;
    end if;
    if step ? 'snapshots' then
        insert into supporty.snapshots (desk, stream, seq, format, body)
        select d, (select s.id from supporty.streams s where s.desk = d and s.name = n.stream), n.seq, n.format, n.body
        from jsonb_to_recordset(step -> 'snapshots') as n (stream text, seq bigint, format text, body text)
        on conflict (desk, stream) do update
        set seq = excluded.seq, format = excluded.format, body = excluded.body;
    end if;
    if step ? 'texts' then
        insert into supporty.texts (desk, name, stream, author, internal, words, found)
        select d, t.name, (select s.id from supporty.streams s where s.desk = d and s.name = t.stream), t.author,
               t.internal, t.words, array_to_tsvector(t.found)
        from jsonb_to_recordset(step -> 'texts')
             as t (name text, stream text, author text, internal boolean, words text, found text[])
        on conflict (desk, name) do update
        set stream = excluded.stream, author = excluded.author, internal = excluded.internal,
            words = excluded.words, found = excluded.found;
    end if;
    if step ? 'places' then
        insert into supporty.places (desk, adapter, channel, message, stream)
        select d, p.adapter, p.channel, p.message,
               (select s.id from supporty.streams s where s.desk = d and s.name = p.stream)
        from jsonb_to_recordset(step -> 'places') as p (adapter text, channel text, message text, stream text)
        on conflict (desk, adapter, channel, message) do update set stream = excluded.stream;
    end if;
    if step ? 'policies' then
        insert into supporty.policies (desk, version, body)
        select d, p.version, p.body from jsonb_to_recordset(step -> 'policies') as p (version text, body text)
        on conflict do nothing;
    end if;
    if step ? 'effects' then
        for effect in
            select e.* from jsonb_to_recordset(step -> 'effects')
                       as e (name text, lane text, level text, body text, at bigint)
        loop
            perform supporty.enqueue(d, effect.name, effect.lane, effect.level, effect.body, effect.at);
        end loop;
    end if;
    return null;
end $$;

-- Several steps in one transaction, each kept or refused by itself; says of each what was in its way, if anything.
create function supporty.write(d integer, steps jsonb) returns text[] language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
    answers text[] := '{}';
    step    jsonb;
begin
    perform supporty.hold(d);
    for step in select s from jsonb_array_elements(steps) s loop
        answers := answers || supporty.commit(d, step);
    end loop;
    return answers;
end $$;

create function supporty.reserve(d integer, p text) returns bigint language sql as $$
    insert into supporty.counters as c (desk, prefix, last) values (d, p, 1)
    on conflict (desk, prefix) do update set last = c.last + 1
    returning last
$$;

-- Says `new`, `waiting`, or `handled` with the answer.
create function supporty.accept(d integer, k text, b text, a bigint, until bigint)
returns table (state text, answer text) language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
    insert into supporty.inbox (desk, key, at, body, wake) values (d, k, a, b, until)
    on conflict (desk, key) do nothing;
    if found then
        return query select 'new', null::text;
    else
        return query
        select case when i.answer is null then 'waiting' else 'handled' end, i.answer
        from supporty.inbox i where i.desk = d and i.key = k;
    end if;
end $$;

create function supporty.lease_inbox(d integer, now bigint, until bigint, most bigint)
returns table (key text, body text, at bigint) language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
    due record;
begin
    -- A lease that a crash takes back is taken again, and what was decided under it is kept once: no need to wait for
    -- the disk. (Not so for effects, whose fences must never come twice.)
    perform set_config('synchronous_commit', 'off', true);
    select array_agg(i.key) as keys, array_agg(i.body) as bodies, array_agg(i.at) as times into due from (
        select i.key, i.body, i.at from supporty.inbox i where i.desk = d and i.wake <= now
        order by i.at, i.number limit most for update skip locked) i;
    update supporty.inbox i set wake = until where i.desk = d and i.key = any (due.keys);
    return query select * from unnest(due.keys, due.bodies, due.times);
end $$;

create function supporty.lease_timers(d integer, now bigint, until bigint, most bigint)
returns table (stream text, due bigint, stamp text) language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
    leased record;
begin
    -- As above.
    perform set_config('synchronous_commit', 'off', true);
    select array_agg(t.stream) as streams, array_agg(t.due) as dues, array_agg(t.stamp) as stamps into leased from (
        select t.stream, t.due, t.stamp from supporty.timers t where t.desk = d and t.wake <= now
        order by t.wake, t.stream limit most for update skip locked) t;
    update supporty.timers t set wake = until where t.desk = d and t.stream = any (leased.streams);
    return query
    select (select s.name from supporty.streams s where s.desk = d and s.id = u.stream), u.due, u.stamp
    from unnest(leased.streams, leased.dues, leased.stamps) as u (stream, due, stamp);
end $$;

create function supporty.lease_outbox(d integer, now bigint, until bigint, most bigint)
returns table (name text, body text, attempts integer, tried boolean, fence bigint, revision bigint)
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
    due    bigint;
    leased supporty.outbox;
begin
    for due in
        select o.position from supporty.outbox o where o.desk = d and o.wake <= now
        order by o.wake, o.position limit most for update skip locked
    loop
        update supporty.outbox o set wake = until, fence = nextval('supporty.fences')
        where o.desk = d and o.position = due returning * into leased;
        return query
        select leased.name, leased.body, leased.attempts, leased.tried, leased.fence, leased.revision;
    end loop;
end $$;

-- Says whether the fence is the newest.
create function supporty.begin(d integer, n text, f bigint) returns boolean language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
    update supporty.outbox o set tried = true, attempts = o.attempts + 1
    where o.desk = d and o.name = n and o.fence = f;
    return found;
end $$;

-- Says whether the fence is the newest. `how` is `done`, `retry` at `later`, or `dead`.
create function supporty.settle(d integer, n text, f bigint, r bigint, how text, a bigint, later bigint, why text)
returns boolean language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
    leased supporty.outbox;
begin
    perform supporty.hold(d);
    select * into leased from supporty.outbox o where o.desk = d and o.name = n and o.fence = f for update;
    if not found then
        return false;
    end if;
    if how = 'retry' then
        update supporty.outbox o set at = later, wake = later, tried = false, fence = null
        where o.desk = d and o.position = leased.position;
    elsif how = 'done' and leased.revision > r then
        update supporty.outbox o
        set position = nextval('supporty.positions'), at = a, wake = null, attempts = 0, tried = false, fence = null
        where o.desk = d and o.position = leased.position;
    else
        delete from supporty.outbox o where o.desk = d and o.position = leased.position;
        if how = 'dead' then
            insert into supporty.dead_letters (desk, name, lane, level, body, attempts, why, at)
            values (d, n, leased.lane, leased.level, leased.body, leased.attempts, why, a);
        end if;
    end if;
    perform supporty.arm_head(d, leased.lane);
    return true;
end $$;

-- Says whether there was such a letter.
create function supporty.revive(d integer, n text, a bigint) returns boolean language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
    letter supporty.dead_letters;
begin
    perform supporty.hold(d);
    delete from supporty.dead_letters g where g.desk = d and g.name = n returning * into letter;
    if not found then
        return false;
    end if;
    perform supporty.enqueue(d, n, letter.lane, letter.level, letter.body, a);
    return true;
end $$;

create function supporty.next_wake(d integer) returns bigint language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
    return least(
        (select wake from supporty.timers where desk = d order by wake limit 1),
        (select wake from supporty.inbox where desk = d and wake is not null order by wake limit 1),
        (select wake from supporty.outbox where desk = d and wake is not null order by wake limit 1));
end $$;

create function supporty.is_empty(d integer) returns boolean language sql stable as $$
    select not exists (select from supporty.streams where desk = d)
       and not exists (select from supporty.policies where desk = d)
       and not exists (select from supporty.texts where desk = d)
       and not exists (select from supporty.counters where desk = d)
       and not exists (select from supporty.inbox where desk = d)
       and not exists (select from supporty.outbox where desk = d)
       and not exists (select from supporty.dead_letters where desk = d)
$$;

-- A part of an import: a step, and what no step has. Called with the desk held.
create function supporty.restore(d integer, part jsonb) returns void language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
    refused text := supporty.commit(d, part -> 'step');
    effect  record;
begin
    if refused is not null then
        raise exception using errcode = '40001', message = 'refused';
    end if;
    insert into supporty.counters (desk, prefix, last)
    select d, c.prefix, c.last from jsonb_to_recordset(part -> 'counters') as c (prefix text, last bigint);
    insert into supporty.inbox (desk, key, at, body, wake, answer, handled_at)
    select d, i.key, i.at, i.body, case when i.answer is null then i.at end, i.answer,
           case when i.answer is not null then i.at end
    from jsonb_to_recordset(part -> 'inbox') as i (key text, at bigint, body text, answer text);
    for effect in
        select e.* from jsonb_to_recordset(part -> 'effects')
                   as e (name text, lane text, level text, body text, at bigint, attempts integer, tried boolean)
    loop
        perform supporty.enqueue(d, effect.name, effect.lane, effect.level, effect.body, effect.at);
        update supporty.outbox o set attempts = effect.attempts, tried = effect.tried
        where o.desk = d and o.name = effect.name;
    end loop;
    insert into supporty.dead_letters (desk, name, lane, level, body, at, attempts, why)
    select d, g.name, g.lane, g.level, g.body, g.at, g.attempts, g.why
    from jsonb_to_recordset(part -> 'dead')
         as g (name text, lane text, level text, body text, at bigint, attempts integer, why text);
end $$;
