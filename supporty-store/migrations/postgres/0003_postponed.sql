-- A delivery that a platform put off does not count as a try.

-- Says whether the fence is the newest. `how` is `done`, `retry` or `postponed` to `later`, or `dead`.
create or replace function supporty.settle(d integer, n text, f bigint, r bigint, how text, a bigint, later bigint, why text)
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
    if how in ('retry', 'postponed') then
        update supporty.outbox o
        set at = later, wake = later, tried = false, fence = null,
            attempts = greatest(o.attempts - (how = 'postponed')::integer, 0)
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
