"""What is owed on a day, for many rows at once: decided once for all that are alike, written by few statements."""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import String, bindparam, cast, func, literal, null, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from actions.deadline import ladder_of
from actions.record import Fact, record_many, system
from config import clock
from config.policy import Policy
from config.workdays import official
from models.cycle import Cycle
from models.due_ledger import (
    CYCLE,
    OFFICE,
    A,
    Alike,
    C,
    Falling,
    Portion,
    alike,
    hearers,
    rows_of,
    spoken_of,
    unheard,
    verdicts,
)
from models.notice import Notice
from models.words import NoticeKind, NoticeState
from rules.reminder import Step, verdict

N: Any = Notice.__table__  # type: ignore[attr-defined]
KEY = ("assignment_id", "step", "contact_id", "deadline_version")


def plan_portion(session: Session, cycle: Cycle, portion: Portion, found: Falling) -> None:
    """Notices and next looks of a portion's rows, but for figures; done twice it writes nothing the second time."""
    dialect, owners, bounded = session.get_bind().dialect, found.owners, portion.last is not None
    policy = Policy.model_validate(cycle.policy)
    said = json.dumps([_verdict(one, policy, portion.day) for one in found.kinds])
    given = {**portion.given, "verdicts": said, "today": portion.day, "now": clock.now()}
    silent = [row for owner in owners for row in session.execute(unheard(dialect.name, owner, bounded), given)]
    note_silent(session, cycle, silent)
    for statement in _statements(dialect, owners, bounded):
        session.connection().execute(statement, given)


def _verdict(one: Alike, policy: Policy, day: date) -> dict[str, str | None]:
    """What is decided for all rows of a combination, as the database joins it."""
    found = verdict(one.due_on, ladder_of(policy, one.ladder, one.terms), official(), one.looked, day)
    return {
        "ladder": one.ladder, "before": one.before, "due_on": _iso(one.due_on), "looked": _iso(one.looked),
        "notice": kind_of(found.step) if found.step else None, "step": found.step.name if found.step else None,
        "late": _iso(found.late_from), "next": _iso(found.next_on),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def kind_of(step: Step) -> NoticeKind:
    return NoticeKind.URGE if step.overdue else NoticeKind.REMIND


@lru_cache
def _statements(dialect: Any, owners: tuple[str, ...], bounded: bool) -> list[Any]:
    """What a portion runs, in order, kept compiled: of itself SQLAlchemy would keep no statement with ON CONFLICT."""
    v = verdicts(dialect.name)
    heard = union_all(*(_heard(v, owner, bounded) for owner in owners)).subquery("heard")
    engine: Any = postgresql if dialect.name == "postgresql" else sqlite
    return [one.compile(dialect=dialect) for one in (_cancel_older(heard), _write(heard, engine), _move_on(v, bounded))]


def _heard(v: Any, owner: str, bounded: bool) -> Any:
    """Row × verdict × contact, for the rows of one kind of owner."""
    columns = (
        A.c.unit_id, C.c.id.label("contact_id"), A.c.id.label("assignment_id"), v.c.notice.label("kind"), v.c.step,
        A.c.deadline_version, A.c.due_on, v.c.late.label("late_from"),
    )
    joined = A.join(v, alike(v)).join(C, hearers(owner))
    return select(*columns).select_from(joined).where(*spoken_of(v, owner, bounded))


def _cancel_older(heard: Any) -> Any:
    """What was planned before and not sent says less than what is planned now; letters stay. The state is no column to
    either planner: its index is full of those that have been sent since, and was walked whole for every row."""
    return update(N).where(
        N.c.assignment_id.in_(select(heard.c.assignment_id)),
        cast(N.c.state, String).concat("") == NoticeState.PLANNED.value, N.c.kind != NoticeKind.LETTER,
    ).values(state=NoticeState.CANCELLED)


def _write(heard: Any, engine: Any) -> Any:
    """Each notice once; one that was withdrawn (a report came in) and is owed again (it was sent back) stands up again
    in today's words."""
    key = func.gen_random_uuid() if engine is postgresql else func.lower(func.hex(func.randomblob(16)))
    fixed = {
        "id": key, "office_id": OFFICE, "cycle_id": CYCLE, "message_id": null(),
        "planned_on": bindparam("today", type_=N.c.planned_on.type), "text": literal(""),
        "state": literal(NoticeState.PLANNED, N.c.state.type), "made_at": bindparam("now", type_=N.c.made_at.type),
    }
    given = {**{column.name: column for column in heard.c}, **fixed}
    # a WHERE, or SQLite reads ON CONFLICT as the condition of a join
    rows = select(*given.values()).where(heard.c.contact_id.is_not(None))
    statement = engine.insert(N).from_select(list(given), rows, include_defaults=False)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=KEY, where=N.c.state == NoticeState.CANCELLED,
        set_={"state": new.state, "message_id": null(), "planned_on": new.planned_on, "text": new.text},
    )


def _move_on(v: Any, bounded: bool) -> Any:
    """Every row that was looked at is next looked at on the following morning of its ladder."""
    return update(A).where(*rows_of(bounded), alike(v)).values(next_notice_on=v.c.next)


def note_silent(session: Session, cycle: Cycle, rows: Sequence[Any]) -> None:
    """A row nobody answers for is noted, not forgotten."""
    facts = [Fact("无人可通知", row.id, cycle.id, row.unit_id, {"title": row.title}) for row in rows]
    record_many(session, system(cycle.office_id), facts)
