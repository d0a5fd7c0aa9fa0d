"""The rehearsal of a launch: an office's own plan, units and dates, copied out of its database and played apart."""

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, time
from pathlib import Path
from time import perf_counter
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import insert
from sqlmodel import Session, col, select

from actions.open_cycle import Opening, open_cycle, shift_preview, unreachable
from commands.cast import Cast
from commands.office import make_office
from commands.rehearse import DAY, Stage, play, summary
from commands.script import Script
from config import clock
from config.day_words import month_day
from config.settings import settings, temporary_home
from config.workdays import home_folder, official
from models import open_work
from models.base import Refused, Rejected
from models.database import create_all, fetch, make_engine, reading, transaction
from models.notice import Message
from models.office import Office
from models.plan import Deliverable, Plan, PlanStage, Task
from models.read_only import read_only_engine
from models.unit import Contact, GroupMember, Unit, UnitGroup
from models.words import Channel, MessageState
from rules.stage import Shifted

Behaviour = Literal["usual", "obey", "never"]
SCRIPTS = {"usual": Script(), "obey": Script(default="obey"), "never": Script(default="never")}
LONGEST = 400  # days; a plan of lasting duties would be played for ever


class Order(BaseModel):
    """What a clerk chose on the launch form; `teams` by name with the units their people come from, if said."""

    office_id: UUID
    plan_id: UUID
    units: list[UUID]
    shift: int = 0
    title: str = ""
    teams: dict[str, list[UUID] | None] = {}
    behaviour: Behaviour = "usual"


class Left(Refused):
    """Whoever asked for the rehearsal is gone."""


Rows = list[tuple[Any, list[dict[str, Any]]]]


def perform(path: Path) -> dict[str, Any]:
    """Play the order in this file; progress and result are written beside it, the real database is only read."""
    began, parent = perf_counter(), os.getppid()
    order = Order.model_validate_json(path.read_text(encoding="utf-8"))
    office, rows, alone = _read(order)
    with theatre(order, office, rows, alone) as (stage, told):
        first, last = clock.today(), last_day(told["days"])
        total = (last - first).days + 1
        for n, day in enumerate(play(stage, first, last), 1):
            if os.getppid() != parent:
                raise Left("网页服务已停止，演练中止。")
            put(path.with_name("progress.json"), {"done": n, "total": total, "day": str(day)})
        result = told | outcome(stage, first, last) | {"seconds": round(perf_counter() - began, 1)}
    put(path.with_name("result.json"), result)
    return result


def _leave(_number: int, _frame: object) -> None:
    """An end that still takes the throw-away database away."""
    raise Left("演练已停止。")


def put(path: Path, data: dict[str, Any]) -> None:
    """Write a file whole: a page that reads meanwhile sees the old one or the new one."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(data, ensure_ascii=False, default=str), encoding="utf-8")
    new.replace(path)


def _read(order: Order) -> tuple[Office, Rows, list[str]]:
    """What is copied: the plan with its parts, all units and groups, contacts who never get a real message."""
    bind = read_only_engine(settings().database)
    with reading(bind) as session:
        office = fetch(session, Office, order.office_id)
        plan = fetch(session, Plan, order.plan_id, office.id)
        units = list(session.exec(select(Unit).where(Unit.office_id == office.id)))
        alone = unreachable(session, office.id, [unit for unit in units if unit.id in set(order.units)])
        rows: Rows = [(Plan, [plan.model_dump()]), (Unit, [unit.model_dump() for unit in units])]
        rows += [
            (UnitGroup, _all(session, select(UnitGroup).where(UnitGroup.office_id == office.id))),
            (GroupMember, _all(session, select(GroupMember).join(UnitGroup).where(UnitGroup.office_id == office.id))),
            *((table, _all(session, select(table).where(table.plan_id == plan.id)))
              for table in (PlanStage, Deliverable, Task)),
            (Contact, _contacts(session, office.id, {unit.id for unit in units if unit.name in set(alone)})),
        ]
    bind.dispose()
    return office, rows, alone


def _all(session: Session, statement: Any) -> list[dict[str, Any]]:
    return [row.model_dump() for row in session.exec(statement)]


def _contacts(session: Session, office_id: UUID, alone: set[UUID]) -> list[dict[str, Any]]:
    """Contacts of units that can be told, every one moved to the embedded outbox."""
    statement = select(Contact).where(
        Contact.office_id == office_id, col(Contact.unit_id).is_not(None), col(Contact.active).is_(True)
    )
    inside = {"channel": Channel.OUTBOX, "address": ""}
    return [row.model_dump() | inside for row in session.exec(statement) if row.unit_id not in alone]


@contextmanager
def theatre(
    order: Order, office: Office, rows: Rows, alone: Sequence[str]
) -> Iterator[tuple[Stage, dict[str, Any]]]:
    """The throw-away database with the cycle launched this morning, and what is known before the first day."""
    notices = home_folder()
    with tempfile.TemporaryDirectory(prefix="duban-rehearsal-") as folder, temporary_home(Path(folder)):
        if notices.exists():
            shutil.copytree(notices, home_folder())
        bind = make_engine(f"sqlite:///{folder}/rehearsal.db")
        create_all(bind)
        with clock.jumped_to(clock.at_time(clock.today(), time(8, 30))):
            people = make_office(bind, office.name, office.short_name, "rehearsal")
            with transaction(bind) as session:
                _copy(session, people.office_id, rows)
            with transaction(bind) as session:
                plan = fetch(session, Plan, order.plan_id)
                units = [fetch(session, Unit, key) for key in order.units]
                cycle = open_cycle(session, people.actors["jingban"], plan, _sorted(units), _opening(order))
                told = _known(session, plan, order, people.office_id, alone)
        script = SCRIPTS[order.behaviour].model_copy(update={"units": dict.fromkeys(alone, "never")})
        yield Stage(bind, cycle.id, people, Cast(bind, cycle.id, people, script)), told
        bind.dispose()


def _copy(session: Session, office_id: UUID, rows: Rows) -> None:
    """Rows keep their keys, which tasks and groups refer to; the office is the throw-away one."""
    session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # a merged unit may come before its successor
    for table, found in rows:
        if found:
            own = {"office_id": office_id} if "office_id" in found[0] else {}
            session.connection().execute(insert(table.__table__), [row | own for row in found])


def _sorted(units: list[Unit]) -> list[Unit]:
    return sorted(units, key=lambda unit: unit.sort)


def _opening(order: Order) -> Opening:
    homes = {name: units for name, units in order.teams.items() if units is not None}
    return Opening(
        shift_days=order.shift, team_names=tuple(order.teams) or ("第一督察组",), title=order.title,
        override_reason="演练", homes=homes,
    )


def _known(session: Session, plan: Plan, order: Order, office_id: UUID, alone: Sequence[str]) -> dict[str, Any]:
    """Dates, and what a clerk should settle before the launch in earnest."""
    dates = shift_preview(session, plan, order.shift)
    doubts = [f"{len(alone)}个单位没有可用联系人，收不到通知：{'、'.join(alone)}。"] if alone else []
    doubts += dates_doubted(dates)
    if open_ended := len(open_work.without_limit(session, office_id)):
        doubts.append(f"有{open_ended}项任务原文没有日期，启动后须由办公室设定时限，设定之前不提醒。")
    units = _sorted([fetch(session, Unit, key) for key in order.units])
    return {
        "plan": plan.short_title, "days": [str(row.moved) for row in dates], "doubts": doubts,
        "units": [{"name": unit.name, "told": unit.name not in alone} for unit in units],
    }


def dates_doubted(dates: Sequence[Shifted]) -> list[str]:
    """What a moved date brings with it; a year without its holiday notice is said once, not for every date."""
    calendar = official()
    unknown = sorted({row.moved.year for row in dates if not calendar.knows(row.moved)})
    found = [f"{year}年放假通知尚未入库，该年的工作日暂按周一至周五推算。" for year in unknown]
    for row in dates:
        parts = [part for part in row.remark.split("；") if part and "未入库" not in part]
        if parts:
            found.append(f"{row.name}（{month_day(row.moved)}）：{'；'.join(parts)}。")
    return list(dict.fromkeys(found))


def last_day(days: Sequence[str]) -> date:
    """A month after the last date, so that overdue steps are seen; without dates the end of the year."""
    today = clock.today()
    last = max((date.fromisoformat(day) + 30 * DAY for day in days), default=date(today.year, 12, 31))
    return min(max(last, today + 30 * DAY), today + LONGEST * DAY)


def outcome(stage: Stage, first: date, last: date) -> dict[str, Any]:
    """Every message with its full text, the days on which none can go out, and the sums."""
    with reading(stage.bind) as session:
        statement = (
            select(Message, Contact, Unit)
            .join(Contact, col(Contact.id) == Message.contact_id)
            .join(Unit, col(Unit.id) == Message.unit_id, isouter=True)
            .where(Message.state == MessageState.SENT)
            .order_by(col(Message.day), col(Unit.sort), col(Message.sent_at).nulls_first(), col(Message.id))
        )
        messages: list[dict[str, Any]] = [
            {"day": str(row.day), "to": unit.name if unit else contact.name, "unit": unit is not None,
             "person": contact.name, "subject": row.subject, "body": row.body, "asks": row.merged}
            for row, contact, unit in session.exec(statement)
        ]
    calendar, span = official(), [first + n * DAY for n in range((last - first).days + 1)]
    rest = {str(day): name for day in span if (name := calendar.rest_name(day))}
    sums = summary(stage, first, last, sum(one["asks"] for one in messages))
    return {"messages": messages, "rest": rest, "summary": sums, "from": str(first), "to": str(last)}


def of_file(path: Path) -> dict[str, Any]:
    """Perform an order in a process of its own; a file that is none is refused."""
    if not path.is_file():
        raise Rejected("没有找到演练的内容。")
    signal.signal(signal.SIGTERM, _leave)
    os.nice(5)  # a unit's click comes first
    return perform(path)
