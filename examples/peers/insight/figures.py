"""The figures of insight by DuckDB, from the lines of an export: what ours are held against.

    python figures.py lines.jsonl '{"since": …, "until": …, "now": …, "zone": "Europe/London", "before": 600, "after": 300,
        "rates": [["2026-01-01", 6000], …]}' > figures.json

Instants are microseconds since 1970, `before` and `after` seconds.
"""

import json
import sys
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
# In this order: each uses what those before it made.
TABLES = ["events", "tickets", "promises", "work", "questions"]
# What rows of a figure are found by, as far as it has them.
PATH = ["question", "grp", "key"]


def ask(lines: str, asked: dict) -> dict:
    desk = duckdb.connect()
    desk.execute("set timezone = 'UTC'")
    for name, value in {**asked, "lines": lines}.items():
        if name != "rates":
            desk.execute(f"set variable {name} = ?", [value])
    desk.execute("create table rate(since bigint, cents hugeint)")
    for day, cents in asked["rates"]:
        midnight = "epoch_us(timezone(getvariable('zone'), cast(? as timestamp)))"
        desk.execute(f"insert into rate select {midnight}, ?", [day, cents])
    for table in TABLES:
        desk.execute((HERE / f"{table}.sql").read_text())
    return {file.stem: figure(desk, file) for file in sorted((HERE / "figures").glob("*.sql"))}


def figure(desk: duckdb.DuckDBPyConnection, file: Path) -> dict:
    answer = desk.execute(file.read_text())
    columns = [column[0] for column in answer.description]
    tree: dict = {}
    for row in answer.fetchall():
        values = dict(zip(columns, row))
        path = [values.pop(name) for name in PATH if name in values]
        place = tree
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = values
    return tree


if __name__ == "__main__":
    # Sums are whole numbers that JSON has no width for.
    json.dump(ask(sys.argv[1], json.loads(sys.argv[2])), sys.stdout, default=int)
