"""What a county, a city, a province and three thousand counties come to in a year: rows, messages, bytes, workers.

`python -m bench.growth` plays a county's year (one whole cycle of Puyang's plan and one of Xinshao's decomposition, 55
units) on a throw-away database, counts what it left, and multiplies by what bench/large.py measured a row and an office
to cost (bench/large.json). The table stands in docs/scale.md; tests/test_scale.py holds the two together.
"""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import func, select

KEPT = Path(__file__).parent / "growth.json"
LARGE = Path(__file__).parent / "large.json"
PLANS = ("puyang-2020", "xinshao-2024")
UNITS = 55
GROWING = ("assignment", "notice", "message", "event", "submission", "evidence", "problem", "deadlineversion")
PLACES = (("a county of 55 units", 1), ("a city of 10", 10), ("a province of 200", 200), ("3,000 counties", 3000))
# what nobody can measure here, said so that it can be changed: bytes of a file, workdays, the share of a worker's
# quarter of an hour that a sweep may fill, messages a second of one worker to robots that answer in 100 ms (B6)
FILE_BYTES, WORKDAYS, SWEEP, FULL, RATE = 1_000_000, 250, 900.0, 0.5, 240.0


def played(name: str, units: int = UNITS) -> dict[str, Any]:
    """The rows that a cycle of this plan leaves, and how many messages its busiest day had."""
    from commands.rehearse import play, span, stage
    from commands.script import Script
    from models.database import reading
    from models.tables import METADATA
    from plans.planfile import read_plan
    from plans.text import read_source

    draft = read_plan(read_source(name))
    first, last = span(draft)
    with stage(draft, units, first, Script()) as theatre:
        for _ in play(theatre, first, last):
            pass
        with reading(theatre.bind) as session:
            rows = {table: session.connection().execute(
                select(func.count()).select_from(METADATA.tables[table])).scalar_one() for table in GROWING}
            days: Counter[date] = Counter(session.connection().execute(
                select(METADATA.tables["message"].c.day)).scalars())
    return {"rows": rows, "busiest": max(days.values(), default=0), "days": len(days)}


def county() -> dict[str, Any]:
    """A county's year: both cycles together."""
    found = [played(name) for name in PLANS]
    rows = {table: sum(one["rows"][table] for one in found) for table in GROWING}
    return {"rows": rows, "busiest": max(one["busiest"] for one in found)}


def grown(year: dict[str, Any], large: dict[str, Any], counties: int) -> dict[str, float]:
    """What so many counties come to: rows and bytes of a year, messages of the busiest day, workers."""
    offices, rows = large["offices"], year["rows"]
    each = {table: offices.get(f"{table}_bytes_each") or OTHER for table in GROWING}
    office = offices["sweep_to_outbox_s"] / offices["offices"]
    peak = year["busiest"] * counties
    seconds = office * counties + peak / RATE
    return {
        "assignments": rows["assignment"] * counties, "messages": rows["message"] * counties,
        "messages_a_day": rows["message"] * counties / WORKDAYS, "messages_peak": peak,
        "database_gb": sum(rows[table] * each[table] for table in GROWING) * counties / 1e9,
        "evidence_gb": rows["evidence"] * FILE_BYTES * counties / 1e9,
        "sweep_s": seconds, "workers": max(1, -(-seconds // (SWEEP * FULL))),
    }


OTHER = 600  # bytes of a row with its indexes where bench/large.py has none of its kind


def table(year: dict[str, Any], large: dict[str, Any]) -> list[str]:
    """The table of docs/scale.md, line by line."""
    lines = [
        "| | assignments a year | messages a year | a workday | busiest day | database GB a year | evidence GB | "
        "one sweep by one process | processes |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, counties in PLACES:
        one = grown(year, large, counties)
        lines.append(
            f"| {name} | {one['assignments']:,.0f} | {one['messages']:,.0f} | {one['messages_a_day']:,.0f} | "
            f"{one['messages_peak']:,.0f} | {one['database_gb']:,.2f} | {one['evidence_gb']:,.1f} | "
            f"{one['sweep_s']:,.0f} s | {one['workers']:.0f} |")
    return lines


if __name__ == "__main__":
    year = county() if "--again" in sys.argv or not KEPT.exists() else json.loads(KEPT.read_text())
    KEPT.write_text(json.dumps(year, indent=1) + "\n", encoding="utf-8")
    print("\n".join(table(year, json.loads(LARGE.read_text()))))
