-- Each verb is one statement for its caller: one round trip, one transaction, with plans that the server keeps, and
-- nothing that a proxy between transactions could lose.

-- Whoever changes what others build on holds its desk until the end of the transaction.
create function supporty.hold(d integer) returns void language sql as $$
    select pg_advisory_xact_lock(1936749689, d)
$$;

create function supporty.load(d integer, s text, after bigint)
returns table (seq bigint, at bigint, kind text, body text) language plpgsql stable as $$
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
    refused text;
    base    bigint;
    effect  record;
begin
    select s.name into refused
    from rows from (jsonb_to_recordset(step -> 'streams') as (name text, after bigint))
         with ordinality as s (name, after, n)
    left join supporty.streams t on t.desk = d and t.name = s.name
    where s.after is not null and s.after <> coalesce(t.last, 0)
    order by s.n limit 1;
    if found then
        return 'stream ' || refused;
    end if;
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
        insert into supporty.streams (desk, name, last)
        select d, s.name, 0 from jsonb_to_recordset(step -> 'streams') as s (name text)
        where not exists (select from supporty.streams t where t.desk = d and t.name = s.name);
    end if;
    if step ? 'entries' then
        select coalesce(max(position), 0) into base from supporty.entries where desk = d;
        insert into supporty.entries (desk, stream, seq, position, at, kind, body)
        select d, t.id, e.seq, base + e.n, e.at, e.kind, e.body
        from rows from (jsonb_to_recordset(step -> 'entries')
                        as (stream text, seq bigint, at bigint, kind text, body text))
             with ordinality as e (stream, seq, at, kind, body, n)
        join supporty.streams t on t.desk = d and t.name = e.stream;
        update supporty.streams t set last = s.last
        from jsonb_to_recordset(step -> 'streams') as s (name text, last bigint)
        where t.desk = d and t.name = s.name and t.last < s.last;
    end if;
    if step ? 'armed' then
        insert into supporty.timers as t (desk, stream, due, wake, stamp)
        select d, s.id, a.due, a.due, a.stamp
        from jsonb_to_recordset(step -> 'armed') as a (stream text, due bigint, stamp text)
        join supporty.streams s on s.desk = d and s.name = a.stream
        on conflict (desk, stream) do update set due = excluded.due, wake = excluded.wake, stamp = excluded.stamp;
    end if;
    if step ? 'disarmed' then
        delete from supporty.timers t using supporty.streams s
        where t.desk = d and s.desk = d and s.id = t.stream
          and s.name in (select jsonb_array_elements_text(step -> 'disarmed'));
    end if;
    if step ? 'rows' then
        insert into supporty.rows
            (desk, stream, number, status, owner, squad, kind, priority, area, at_risk, title, body)
        select d, s.id, r.number, r.status, r.owner, r.squad, r.kind, r.priority, r.area, r.at_risk, r.title, r.body
        from jsonb_to_recordset(step -> 'rows')
             as r (stream text, number bigint, status text, owner text, squad text, kind text, priority text,
                   area text, at_risk boolean, title text, body text)
        join supporty.streams s on s.desk = d and s.name = r.stream
        on conflict (desk, stream) do update
        set number = excluded.number, status = excluded.status, owner = excluded.owner, squad = excluded.squad,
            kind = excluded.kind, priority = excluded.priority, area = excluded.area, at_risk = excluded.at_risk,
            title = excluded.title, body = excluded.body;
    end if;
    if step ? 'snapshots' then
        insert into supporty.snapshots (desk, stream, seq, format, body)
        select d, s.id, n.seq, n.format, n.body
        from jsonb_to_recordset(step -> 'snapshots') as n (stream text, seq bigint, format text, body text)
        join supporty.streams s on s.desk = d and s.name = n.stream
        on conflict (desk, stream) do update
        set seq = excluded.seq, format = excluded.format, body = excluded.body;
    end if;
    if step ? 'texts' then
        insert into supporty.texts (desk, name, stream, author, internal, words, found)
        select d, t.name, s.id, t.author, t.internal, t.words, array_to_tsvector(t.found)
        from jsonb_to_recordset(step -> 'texts')
             as t (name text, stream text, author text, internal boolean, words text, found text[])
        left join supporty.streams s on s.desk = d and s.name = t.stream
        on conflict (desk, name) do update
        set stream = excluded.stream, author = excluded.author, internal = excluded.internal,
            words = excluded.words, found = excluded.found;
    end if;
    if step ? 'places' then
        insert into supporty.places (desk, adapter, channel, message, stream)
        select d, p.adapter, p.channel, p.message, s.id
        from jsonb_to_recordset(step -> 'places') as p (adapter text, channel text, message text, stream text)
        join supporty.streams s on s.desk = d and s.name = p.stream
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
create function supporty.write(d integer, steps jsonb) returns text[] language plpgsql as $$
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
returns table (state text, answer text) language plpgsql as $$
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
returns table (key text, body text, at bigint) language plpgsql as $$
begin
    return query
    with due as (
        select i.key from supporty.inbox i where i.desk = d and i.wake <= now
        order by i.at, i.number limit most for update skip locked
    ), leased as (
        update supporty.inbox i set wake = until from due where i.desk = d and i.key = due.key
        returning i.number, i.key, i.body, i.at
    )
    select l.key, l.body, l.at from leased l order by l.at, l.number;
end $$;

create function supporty.lease_timers(d integer, now bigint, until bigint, most bigint)
returns table (stream text, due bigint, stamp text) language plpgsql as $$
begin
    return query
    with due as (
        select t.stream, t.wake from supporty.timers t where t.desk = d and t.wake <= now
        order by t.wake limit most for update skip locked
    ), leased as (
        update supporty.timers t set wake = until from due where t.desk = d and t.stream = due.stream
        returning t.stream, due.wake, t.due, t.stamp
    )
    select s.name, l.due, l.stamp from leased l join supporty.streams s on s.desk = d and s.id = l.stream
    order by l.wake, s.name;
end $$;

create function supporty.lease_outbox(d integer, now bigint, until bigint, most bigint)
returns table (name text, body text, attempts integer, tried boolean, fence bigint, revision bigint)
language plpgsql as $$
begin
    return query
    with due as (
        select o.position, o.wake from supporty.outbox o where o.desk = d and o.wake <= now
        order by o.wake, o.position limit most for update skip locked
    ), leased as (
        update supporty.outbox o set wake = until, fence = nextval('supporty.fences')
        from due where o.desk = d and o.position = due.position
        returning due.wake, o.position, o.name, o.body, o.attempts, o.tried, o.fence, o.revision
    )
    select l.name, l.body, l.attempts, l.tried, l.fence, l.revision from leased l order by l.wake, l.position;
end $$;

-- Says whether the fence is the newest.
create function supporty.begin(d integer, n text, f bigint) returns boolean language plpgsql as $$
begin
    update supporty.outbox o set tried = true, attempts = o.attempts + 1
    where o.desk = d and o.name = n and o.fence = f;
    return found;
end $$;

-- Says whether the fence is the newest. `how` is `done`, `retry` at `later`, or `dead`.
create function supporty.settle(d integer, n text, f bigint, r bigint, how text, a bigint, later bigint, why text)
returns boolean language plpgsql as $$
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
create function supporty.revive(d integer, n text, a bigint) returns boolean language plpgsql as $$
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

create function supporty.next_wake(d integer) returns bigint language plpgsql stable as $$
begin
    return least(
        (select min(wake) from supporty.timers where desk = d),
        (select min(wake) from supporty.inbox where desk = d and wake is not null),
        (select min(wake) from supporty.outbox where desk = d and wake is not null));
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
create function supporty.restore(d integer, part jsonb) returns void language plpgsql as $$
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
