"""The queries about steps beyond reminders: what may need one, what was taken, how many lie on a unit."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, literal, or_, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from config import clock
from models.base import NotFound
from models.cycle import NO_PART, OWED, Assignment, Cycle
from models.event import Event
from models.ledger import LIVE
from models.notice import Notice
from models.paper import Paper, PaperNumber
from models.paper_words import EscalationState, EscalationStep
from models.portions import portions
from models.problem import Escalation, Letter, Problem
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, CycleState, NoticeKind, ProblemState

S = EscalationState
NOT_TAKEN = (S.DRAFT, S.DROPPED)
UNIT_READS = (S.APPROVED, S.DONE, S.DELISTED)
RETURNED, REFUSED = ("退回",), ("回头看未通过", "重新打开")
ANSWERS_FOR_ALL = (AssignmentKind.RECT_PLAN, AssignmentKind.RECT_REPORT)
NOBODY_TOLD = "无人可通知"
CHASE = (NoticeKind.REMIND, NoticeKind.URGE)


def no_referrals() -> list[Any]:
    """The condition on events for a reader who is told of no referral, of its paper neither."""
    return [col(Event.verb).not_like("%移送追责"), col(Event.verb).not_like("%问题线索移送单")]


def candidates(session: Session, cycle: Cycle, day: date, sent_back: Iterable[str]) -> list[Any]:
    """What units owe past its limit and were told of, and what lies sent back (`sent_back`: the keys of the matters and
    problems that ever were); what is told with its report is left to the report.

    Columns, by limit, with `told`: of many thousands late only those told of are read, and only those get objects for
    which a step is proposed.
    """
    a = Assignment
    mine: list[Any] = [
        a.cycle_id == cycle.id, col(a.unit_id).is_not(None), col(a.team_id).is_(None), col(a.state).in_(LIVE),
        col(a.due_on).is_not(None), col(a.paused_on).is_(None), _alone(),
    ]
    # walks an index of its own (models/cycle.py), whose condition it repeats, and compares the keys that stand in it
    late = [text(OWED), col(a.due_on) < day]
    back = [text(NO_PART), col(a.state) == AssignmentState.RETURNED]
    heard = select(Notice.assignment_id).where(Notice.cycle_id == cycle.id, col(Notice.kind).in_(CHASE))
    keys = list(_as_keys(sent_back))
    wanted: list[tuple[bool, list[Any]]] = [
        *((False, [*back, col(key).in_(some)]) for some in portions(keys) for key in (a.id, a.problem_id)),
        (True, [*late, col(a.id).in_(heard)]),
        *((True, [*late, col(a.id).in_(some)]) for some in portions(_never_heard(session, cycle.id))),
    ]
    found = {row.id: row for told, more in wanted for row in _rows(session, told, [*mine, *more])}
    return sorted(found.values(), key=lambda row: (row.due_on, row.id))


def _rows(session: Session, told: bool, conditions: list[Any]) -> Iterator[Any]:
    a = Assignment
    columns: Any = (
        a.id, a.unit_id, a.problem_id, a.kind, a.terms, a.state, a.due_on, literal(told).label("told"),
    )
    return session.execute(select(*columns).where(*conditions))


def _as_keys(subjects: Iterable[str]) -> Iterator[UUID]:
    """Those subjects of events that are keys of rows."""
    for subject in subjects:
        with suppress(ValueError):
            yield UUID(subject)


def _told_of() -> Any:
    """Whether anybody was ever told of a row."""
    return exists().where(col(Notice.assignment_id) == col(Assignment.id), col(Notice.kind).in_(CHASE))


def _never_heard(session: Session, cycle_id: UUID) -> list[UUID]:
    """Rows about which somebody would have been told, had there been anybody."""
    silent = select(Event.subject).where(Event.cycle_id == cycle_id, Event.verb == NOBODY_TOLD)
    return list(_as_keys(session.exec(silent.distinct())))


def _alone() -> Any:
    """A row that is not told with its parent: that is done, or due on another day."""
    parent = aliased(Assignment)
    same = or_(col(parent.due_on) == col(Assignment.due_on), col(parent.due_on).is_(None))
    with_parent = exists().where(col(parent.id) == col(Assignment.part_of), col(parent.state).in_(LIVE), same)
    return or_(col(Assignment.part_of).is_(None), ~with_parent)


@dataclass(frozen=True)
class Past:
    """What has happened in a cycle to the matters in it, by assignment: steps, returns, refusals, who was chased."""

    steps: dict[UUID, list[Escalation]]
    returns: dict[str, list[datetime]]
    refusals: dict[str, list[datetime]]
    chased: frozenset[str]


def past_of(session: Session, cycle_id: UUID, chased: Iterable[UUID] = (), item: UUID | None = None) -> Past:
    """The past of every matter of a cycle in a few queries, or of one of them; `chased` are those told of."""
    steps: dict[UUID, list[Escalation]] = {}
    rows = select(Escalation).where(Escalation.cycle_id == cycle_id)
    for row in session.exec(rows.where(Escalation.assignment_id == item) if item else rows):
        steps.setdefault(row.assignment_id, []).append(row)
    return Past(
        steps, _moments(session, cycle_id, RETURNED), _moments(session, cycle_id, REFUSED),
        frozenset(str(key) for key in chased),
    )


def past_of_one(session: Session, item: Assignment) -> Past:
    """The past of one matter."""
    told = session.exec(select(Assignment.id).where(Assignment.id == item.id, _told_of())).all()
    silent = [key for key in _never_heard(session, item.cycle_id) if key == item.id]
    return past_of(session, item.cycle_id, [*told, *silent], item.id)


def _moments(session: Session, cycle_id: UUID, verbs: tuple[str, ...]) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    statement = select(Event.subject, Event.at).where(Event.cycle_id == cycle_id, col(Event.verb).in_(verbs))
    for subject, at in session.exec(statement.order_by(col(Event.seq))):
        found.setdefault(subject, []).append(at)
    return found


def load_on(session: Session, unit_id: UUID, step: EscalationStep, colour: str, within: int, day: date) -> int:
    """How many of this rung lie on a unit: approved within so many days, and every draft that waits."""
    statement = select(Escalation).where(Escalation.unit_id == unit_id, Escalation.step == step)
    since = day - timedelta(days=within)
    return sum(row.colour == colour and _lies(row, since) for row in session.exec(statement))


def _lies(row: Escalation, since: date) -> bool:
    if row.state in NOT_TAKEN:
        return row.state == S.DRAFT
    return row.decided_at is not None and clock.date_of(row.decided_at) > since


def steps_of_item(session: Session, assignment_id: UUID) -> list[Escalation]:
    """Every step ever drafted about a matter, oldest first."""
    statement = select(Escalation).where(Escalation.assignment_id == assignment_id)
    return list(session.exec(statement.order_by(col(Escalation.drafted_on), col(Escalation.decided_at).nulls_first())))


def own_steps(session: Session, unit_id: UUID) -> list[tuple[Escalation, Assignment]]:
    """The steps a unit is told of, newest first: never a referral, never what nobody has approved."""
    statement = (
        select(Escalation, Assignment)
        .join(Assignment, col(Assignment.id) == Escalation.assignment_id)
        .where(
            Escalation.unit_id == unit_id, col(Escalation.state).in_(UNIT_READS), col(Escalation.paper_id).is_not(None),
            Escalation.step != EscalationStep.REFERRAL,
        )
        .order_by(col(Escalation.decided_at).desc().nulls_last())
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def own_step(session: Session, unit_id: UUID, key: UUID) -> tuple[Escalation, Assignment]:
    """One step a unit is told of."""
    found = next((pair for pair in own_steps(session, unit_id) if pair[0].id == key), None)
    if found is None:
        raise NotFound("没有找到这份督办文书，可能不属于本单位。")
    return found


def steps_of(session: Session, office_id: UUID) -> list[tuple[Escalation, Unit, Assignment]]:
    """Every step of an office with unit and matter: what waits first, then the newest."""
    statement = (
        select(Escalation, Unit, Assignment)
        .join(Unit, col(Unit.id) == Escalation.unit_id)
        .join(Assignment, col(Assignment.id) == Escalation.assignment_id)
        .where(Escalation.office_id == office_id)
        .order_by((col(Escalation.state) != S.DRAFT), col(Escalation.drafted_on).desc(), col(Escalation.id))
    )
    return [(row[0], row[1], row[2]) for row in session.exec(statement)]


def chased_count(session: Session, assignment_id: UUID) -> Counter[NoticeKind]:
    """How often a matter was reminded of and urged: days on which something went out, not persons."""
    statement = (
        select(Notice.kind, func.count(func.distinct(Notice.planned_on)))
        .where(
            Notice.assignment_id == assignment_id, col(Notice.message_id).is_not(None),
            col(Notice.kind).in_((NoticeKind.REMIND, NoticeKind.URGE)),
        )
        .group_by(col(Notice.kind))
    )
    return Counter({NoticeKind(kind): count for kind, count in session.exec(statement)})


def number_used(session: Session, office_id: UUID, number: str) -> bool:
    """Whether a number stands on any paper or step of the office, or was ever taken."""
    tables = (Paper, PaperNumber, Escalation, Letter)
    return any(
        session.exec(select(table.id).where(table.office_id == office_id, table.number == number)).first()
        for table in tables
    )


def open_findings(session: Session, item: Assignment) -> list[str]:
    """The problems a matter is about that are not put right: its own, or those its report answers for."""
    if item.unit_id is None or not (item.problem_id or item.kind in ANSWERS_FOR_ALL):
        return []
    return unit_findings(session, item.cycle_id, item.unit_id, item.problem_id)


def unit_findings(session: Session, cycle_id: UUID, unit_id: UUID, problem_id: UUID | None = None) -> list[str]:
    """Every problem of a unit that it was told of and has not put right, or one of them."""
    ended = (ProblemState.CLOSED, ProblemState.WITHDRAWN, ProblemState.FOUND)
    statement = select(Problem).where(
        Problem.cycle_id == cycle_id, Problem.unit_id == unit_id, col(Problem.state).not_in(ended)
    )
    if problem_id:
        statement = statement.where(Problem.id == problem_id)
    rows = session.exec(statement.order_by(col(Problem.no)))
    return [f"问题{one.no}：{one.title.rstrip('。')}（{one.state.label}）。" for one in rows]


def sent_back(session: Session, office_id: UUID) -> list[tuple[Assignment, Unit]]:
    """What units of running cycles have had sent back and not handed in again."""
    statement = (
        select(Assignment, Unit)
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .join(Cycle, col(Cycle.id) == Assignment.cycle_id)
        .where(
            Assignment.office_id == office_id, Assignment.state == AssignmentState.RETURNED,
            Cycle.state == CycleState.OPEN, col(Assignment.team_id).is_(None), col(Assignment.paused_on).is_(None),
        )
        .order_by(col(Assignment.due_on).nulls_first(), col(Unit.sort))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]
