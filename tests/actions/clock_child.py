"""Plays a cycle at moments given as seconds since 1970, says what went out: `python -m tests.actions.clock_child`."""

import json
import sys
from datetime import UTC, date, datetime

import time_machine
from sqlmodel import select

from actions.day_account import settle_days
from actions.open_cycle import Opening
from actions.round import run_round
from commands.office import make_office
from commands.rehearse import launch
from commands.sample_units import demo_rows
from config import clock
from models.database import create_all, engine, transaction
from models.notice import Message, Notice
from plans.planfile import read_plan
from plans.text import read_source


def seconds(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp()


def play(moments: list[float]) -> dict[str, list[list[str]]]:
    """The days the office saw, and every notice that went out with its local moment."""
    bind, days = engine(), []
    create_all(bind)
    with time_machine.travel(seconds(2020, 7, 24, 0, 30), tick=False):
        people = make_office(bind, "办公室", "办公室", "first-word")
        cycle_id = launch(bind, people, read_plan(read_source("puyang-2020")), demo_rows(2), Opening())
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            days.append([str(clock.today()), str(date.today())])
            run_round(bind, cycle_id, clock.today())
            with transaction(bind) as session:
                settle_days(session, people.office_id)
    with transaction(bind) as session:
        rows = session.exec(select(Notice, Message).join(Message, Message.id == Notice.message_id))
        told = [[n.step, str(n.planned_on), str(n.due_on), m.state.value,
                 f"{m.sent_at.astimezone(clock.ZONE):%Y-%m-%d %H:%M}" if m.sent_at else ""] for n, m in rows]
    return {"days": days, "told": sorted(told)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(play(json.loads(sys.argv[1]))))
