"""The question of `supporty-core/benches/insight.rs` to DuckDB and Polars: by month and priority how many tickets were opened, how
many of them are resolved and needed a change of code, mean, median and 90th percentile of how long they were open, and how many
promises to resolve were kept.

    python bench.py lines.jsonl UNTIL ROUNDS > answers.json

It is asked of the lines, of events as typed columns in memory, and of facts in memory: a row of each ticket and one of each
promise, with its ticket's priority, so that nothing is joined. The quantiles here are those of a plain sample, in which what is
open ends now: less work than Kaplan and Meier's. UNTIL is in microseconds since 1970. Answers the shortest of several times in
seconds, memory in bytes, and sums of what was counted.
"""

import json
import resource
import sys
import time

import duckdb
import polars as pl

lines, until, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ZONE = "Europe/London"


def shortest(ask, times):
    best, answer = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        answer = ask()
        best = min(best, time.perf_counter() - start)
    return best, answer


def resident():
    with open("/proc/self/statm") as sizes:
        return int(sizes.read().split()[1]) * resource.getpagesize()


READ = f"""
  select
    substr(entry.stream, 8) as ticket, entry.seq as seq, entry.kind as kind,
    epoch_us(cast(entry."at" as timestamptz)) as seen, entry.body as body
  from read_json('{lines}', format = 'newline_delimited', maximum_object_size = 67108864,
    columns = {{entry: 'struct(stream varchar, seq bigint, "at" varchar, kind varchar, body varchar)'}})
  where entry.stream like 'ticket/%'
"""
DATA = "'$.event.data."
# Only of those kinds anything is looked at, so that the others are not taken apart.
EVENTS = f"""
  with read as ({READ}), kept as (
    select ticket, seq, kind, seen, json_extract_string(body, [
      {DATA}priority', {DATA}to', {DATA}resolution', {DATA}target', {DATA}due', {DATA}at', {DATA}on_change',
      {DATA}bond', {DATA}change.state.merged.at', {DATA}into']) as part
    from read
    where kind in ('opened', 'reprioritised', 'resolved', 'reopened', 'target-met', 'breached', 'amended', 'change-linked',
      'merged', 'unmerged')
  )
  select ticket, seq, kind, seen, coalesce(part[1], if(kind = 'reprioritised', part[2], null)) as priority,
    part[3] as resolution, part[4] as target, epoch_us(cast(part[5] as timestamptz)) as due,
    epoch_us(cast(part[6] as timestamptz)) as met, coalesce(part[7] = 'true', false) as on_change,
    coalesce(part[8] = 'fix' and part[9] is not null, false) as fixed, part[10] as survivor
  from kept
"""
TICKETS = """
  select ticket, min(seen) filter (kind = 'opened') as opened, arg_max(priority, seq) as priority,
    arg_max(kind, seq) filter (kind in ('resolved', 'reopened')) as last_end,
    arg_max(coalesce(due, seen), seq) filter (kind = 'resolved') as resolved,
    arg_max(resolution, seq) filter (kind = 'resolved') as resolution,
    bool_or(fixed) as fixed, arg_max(kind, seq) filter (kind in ('merged', 'unmerged')) as last_merge
  from events group by ticket
"""
PROMISES = """
  select ticket, due, bool_or(on_change) as on_change, arg_max(kind <> 'breached' and met <= due, seq) as kept
  from events where target = 'resolve' and due is not null group by ticket, due
"""
FACTS = f"""
  select ticket, opened, priority, if(last_end = 'resolved', resolved, null) as resolved,
    coalesce(last_end = 'resolved' and (resolution = 'code-change' or fixed), false) as code_changed,
    coalesce(last_merge = 'merged', false) as merged, coalesce(resolution, '') <> 'not-a-ticket' as counts
  from ({TICKETS})
"""
DUE = f"""
  select due, on_change, kept, priority, counts from ({PROMISES}) join facts using (ticket)
"""
FIGURES = f"""
  with opened as (
    select date_trunc('month', timezone('{ZONE}', make_timestamptz(opened))) as month, priority,
      count(*) as n, count(resolved) as resolved, count(*) filter (code_changed) as code_changed,
      avg(resolved - opened) as mean,
      quantile_disc(coalesce(resolved, {until}) - opened, [0.5, 0.9]) as quantiles
    from facts where counts and not merged and opened < {until} group by 1, 2
  ), fell_due as (
    select date_trunc('month', timezone('{ZONE}', make_timestamptz(due))) as month, priority,
      count(*) filter (kept) as kept, count(*) as due
    from promises where counts and not on_change and due < {until} group by 1, 2
  )
  select * from opened full join fell_due using (month, priority) order by month, priority
"""


def by_duckdb():
    desk = duckdb.connect()
    desk.execute("set timezone = 'UTC'")
    empty = resident()
    start = time.perf_counter()
    desk.execute(f"create table events as {EVENTS}")
    read = time.perf_counter() - start
    of_events = resident() - empty
    desk.execute(f"create table facts as {FACTS}")
    desk.execute(f"create table promises as {DUE}")
    memory = resident() - empty - of_events
    from_facts, answer = shortest(lambda: desk.execute(FIGURES).fetchall(), rounds)
    folding = f"with facts as materialized ({FACTS}), promises as ({DUE}), " + FIGURES.strip().removeprefix("with ")
    from_events, same = shortest(lambda: desk.execute(folding).fetchall(), rounds)
    assert [row[2:6] for row in answer] == [row[2:6] for row in same]
    for table in ["events", "facts", "promises"]:
        desk.execute(f"copy {table} to '{lines}.{table}.parquet'")
    return {
        "lines": read + from_events, "events": from_events, "facts": from_facts,
        "memory of events": of_events, "memory of facts": memory,
        "counted": [sum(row[column] or 0 for row in answer) for column in (2, 3, 4, 7, 8)],
    }


def by_polars():
    empty = resident()
    events = pl.read_parquet(f"{lines}.events.parquet")
    of_events = resident() - empty
    facts, promises = (pl.read_parquet(f"{lines}.{table}.parquet") for table in ["facts", "promises"])
    memory = resident() - empty - of_events

    def last(column, *kinds):
        return pl.col(column).filter(pl.col("kind").is_in(kinds)).last()

    def facts_of(events):
        tickets = events.sort("ticket", "seq").group_by("ticket", maintain_order=True).agg(
            opened=pl.col("seen").first(),
            priority=pl.col("priority").drop_nulls().last(),
            last_end=last("kind", "resolved", "reopened"),
            last_resolved=pl.coalesce("due", "seen").filter(pl.col("kind") == "resolved").last(),
            resolution=last("resolution", "resolved"),
            fixed=pl.col("fixed").any(),
            last_merge=last("kind", "merged", "unmerged"),
        )
        is_resolved = (pl.col("last_end") == "resolved").fill_null(False)
        return tickets.select(
            "ticket", "opened", "priority",
            resolved=pl.when(is_resolved).then("last_resolved"),
            code_changed=is_resolved & ((pl.col("resolution") == "code-change") | pl.col("fixed")),
            merged=(pl.col("last_merge") == "merged").fill_null(False),
            counts=(pl.col("resolution") != "not-a-ticket").fill_null(True),
        )

    def promises_of(events, facts):
        ended = events.filter((pl.col("target") == "resolve") & pl.col("due").is_not_null()).sort("seq").group_by(
            "ticket", "due"
        ).agg(
            on_change=pl.col("on_change").any(),
            kept=((pl.col("kind") != "breached") & (pl.col("met") <= pl.col("due"))).last(),
        )
        return ended.join(facts.select("ticket", "priority", "counts"), on="ticket")

    def month(column):
        local = pl.from_epoch(column, time_unit="us").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE)
        return local.dt.truncate("1mo").alias("month")

    def figures(facts, promises):
        length = pl.coalesce("resolved", pl.lit(until)) - pl.col("opened")
        opened = facts.filter(pl.col("counts") & ~pl.col("merged") & (pl.col("opened") < until)).group_by(month("opened"), "priority").agg(
            n=pl.len(), resolved=pl.col("resolved").count(), code_changed=pl.col("code_changed").sum(),
            mean=(pl.col("resolved") - pl.col("opened")).mean(),
            median=length.quantile(0.5, "lower"), p90=length.quantile(0.9, "lower"),
        )
        fell_due = promises.filter(pl.col("counts") & ~pl.col("on_change") & (pl.col("due") < until))
        fell_due = fell_due.group_by(month("due"), "priority").agg(kept=pl.col("kept").sum(), due=pl.len())
        return opened.join(fell_due, on=["month", "priority"], how="full", coalesce=True).sort("month", "priority").collect()

    from_facts, answer = shortest(lambda: figures(facts.lazy(), promises.lazy()), rounds)
    def folding():
        facts = facts_of(events.lazy())
        return figures(facts, promises_of(events.lazy(), facts))

    from_events, same = shortest(folding, rounds)
    assert answer["n"].to_list() == same["n"].to_list() and answer["due"].to_list() == same["due"].to_list()
    return {
        "events": from_events, "facts": from_facts, "memory of events": of_events, "memory of facts": memory,
        "counted": [answer[column].sum() for column in ("n", "resolved", "code_changed", "kept", "due")],
    }


print(json.dumps({"duckdb": by_duckdb(), "polars": by_polars()}))
