"""What is owed on a day, for many rows at once: decided once for all that are alike, written by few statements."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func, literal, null, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from actions.deadline import ladder_of
from actions.record import Fact, record_many, system
from config import clock
from config.policy import Policy
from config.workdays import official
from models.cycle import Cycle
from models.due_ledger import (
    OWNED,
    A,
    Alike,
    C,
    Portion,
    alike,
    combinations,
    hearers,
    spoken_of,
    unheard,
    verdicts,
)
from models.notice import Notice
from models.words import NoticeKind, NoticeState
from rules.reminder import Step, verdict

N: Any = Notice.__table__  # type: ignore[attr-defined]
KEY = ("assignment_id", "step", "contact_id", "deadline_version")


def plan_portion(session: Session, cycle: Cycle, portion: Portion) -> None:
    """Notices and next looks of a portion's rows, but for figures; done twice it writes nothing the second time."""
    kinds, owners = combinations(session, portion)
    if not kinds:
        return
    policy = Policy.model_validate(cycle.policy)
    said = json.dumps([_verdict(one, policy, portion) for one in kinds])
    given, joined = {"verdicts": said}, verdicts(session)
    silent = [row for owner in owners for row in unheard(session, portion, joined, owner, said)]
    note_silent(session, cycle, silent)
    heard = union_all(*(_heard(portion, joined, owner) for owner in owners)).subquery("heard")
    session.connection().execute(_cancel_older(heard), given)
    session.connection().execute(_write(session, portion, heard), given)
    session.connection().execute(_move_on(portion, joined), given)


def _verdict(one: Alike, policy: Policy, portion: Portion) -> dict[str, str | None]:
    """What is decided for all rows of a combination, as the database joins it."""
    ladder = ladder_of(policy, one.kind, one.terms)
    found = verdict(one.due_on, ladder, official(), one.looked, portion.day)
    return {
        "kind": one.kind, "before": one.before, "due_on": _iso(one.due_on), "looked": _iso(one.looked),
        "notice": kind_of(found.step) if found.step else None, "step": found.step.name if found.step else None,
        "late": _iso(found.late_from), "next": _iso(found.next_on),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def kind_of(step: Step) -> NoticeKind:
    return NoticeKind.URGE if step.overdue else NoticeKind.REMIND


def _heard(portion: Portion, v: Any, owner: str) -> Any:
    """Row × verdict × contact, for the rows of one kind of owner."""
    columns = (
        A.c.unit_id, C.c.id.label("contact_id"), A.c.id.label("assignment_id"), v.c.notice.label("kind"), v.c.step,
        A.c.deadline_version, A.c.due_on, v.c.late.label("late_from"),
    )
    joined = A.join(v, and_(*alike(v))).join(C, and_(*hearers(portion.office_id, owner)))
    return select(*columns).select_from(joined).where(*spoken_of(portion, v), OWNED[owner])


def _cancel_older(heard: Any) -> Any:
    """What was planned before and not sent says less than what is planned now; letters stay."""
    return update(N).where(
        N.c.assignment_id.in_(select(heard.c.assignment_id)), N.c.state == NoticeState.PLANNED,
        N.c.kind != NoticeKind.LETTER,
    ).values(state=NoticeState.CANCELLED)


def _write(session: Session, portion: Portion, heard: Any) -> Any:
    """Each notice once; one that was withdrawn (a report came in) and is owed again (it was sent back) stands up again
    in today's words."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    fixed = {
        "id": func.gen_random_uuid() if is_postgresql else func.lower(func.hex(func.randomblob(16))),
        "office_id": literal(portion.office_id, N.c.office_id.type),
        "cycle_id": literal(portion.cycle_id, N.c.cycle_id.type), "message_id": null(),
        "planned_on": literal(portion.day, N.c.planned_on.type), "text": literal(""),
        "state": literal(NoticeState.PLANNED, N.c.state.type), "made_at": literal(clock.now(), N.c.made_at.type),
    }
    given = {**{column.name: column for column in heard.c}, **fixed}
    # "WHERE" keeps SQLite from reading ON CONFLICT as the condition of a join
    rows = select(*given.values()).where(heard.c.contact_id.is_not(None))
    maker: Any = postgresql.insert if is_postgresql else sqlite.insert
    statement = maker(N).from_select(list(given), rows, include_defaults=False)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=KEY, where=N.c.state == NoticeState.CANCELLED,
        set_={"state": new.state, "message_id": null(), "planned_on": new.planned_on, "text": new.text},
    )


def _move_on(portion: Portion, v: Any) -> Any:
    """Every row that was looked at is next looked at on the following morning of its ladder."""
    return update(A).where(*portion.rows, *alike(v)).values(next_notice_on=v.c.next)


def note_silent(session: Session, cycle: Cycle, rows: Sequence[Any]) -> None:
    """A row nobody answers for is noted, not forgotten."""
    facts = [Fact("无人可通知", row.id, cycle.id, row.unit_id, {"title": row.title}) for row in rows]
    record_many(session, system(cycle.office_id), facts)
