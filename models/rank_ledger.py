"""The queries between an office and the one above it: figures of those below, plans sent down, reports sent up."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from models.base import Moment, NotFound
from models.counting import count_if
from models.cycle import Assignment, Cycle
from models.ledger import LIVE
from models.notice import DayAccount
from models.office import Office
from models.plan import Plan
from models.problem import SETTLED, Problem
from models.rank import PlanDown, PlanSource, ReportUp
from models.statistics import OF_ITS_OWN, Scope, _columns
from models.unit import Unit
from models.words import AssignmentState, CycleState, ProblemState

SOON = timedelta(days=7)


@dataclass
class Below:
    """How an office stands, in figures alone: its units and running cycles, what is owed (`due` within seven days),
    problems found, still open and closed, and when it was last swept."""

    units: int = 0
    cycles: int = 0
    total: int = 0
    done: int = 0
    waiting: int = 0
    overdue: int = 0
    judged: int = 0
    on_time: int = 0
    judged_first: int = 0
    on_time_first: int = 0
    due: int = 0
    found: int = 0
    open: int = 0
    closed: int = 0
    swept: datetime | None = None

    @property
    def share(self) -> float | None:
        return self.on_time / self.judged if self.judged else None

    def add(self, other: "Below") -> None:
        """Take in the figures of an office further down; of two sweeps the older one counts."""
        for one in fields(self):
            if one.name != "swept":
                setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        if other.swept and (self.swept is None or other.swept < self.swept):
            self.swept = other.swept


def superiors(session: Session) -> dict[UUID, UUID | None]:
    """The office above each office."""
    return {row[0]: row[1] for row in session.exec(select(Office.id, Office.superior_id))}


def subordinates(session: Session, office_id: UUID) -> list[Office]:
    """The offices directly below this one."""
    return list(session.exec(select(Office).where(Office.superior_id == office_id).order_by(col(Office.name))))


def superior_of(session: Session, office_id: UUID) -> Office | None:
    """The office above this one, if there is one."""
    above = select(Office.superior_id).where(Office.id == office_id).scalar_subquery()
    return session.exec(select(Office).where(Office.id == above)).first()


def figures_of(session: Session, keys: Sequence[UUID], today: date) -> dict[UUID, Below]:
    """How each of these offices stands: one grouped query for each table, whatever the number of offices."""
    found = {key: Below() for key in keys}
    for key, *sums in session.execute(_owed(keys, today)):
        names = [one.name for one in fields(Below)][2:11]
        for name, count in zip(names, sums, strict=True):
            setattr(found[key], name, count)
    for name, statement in _counts(keys).items():
        for key, count in session.execute(statement):
            setattr(found[key], name, count)
    return found


def _owed(keys: Sequence[UUID], today: date) -> Any:
    a = Assignment
    soon = and_(col(a.state).in_(LIVE), col(a.due_on).between(today, today + SOON), col(a.paused_on).is_(None))
    columns = _columns(Scope(keys[0], (), today)) if keys else [func.count()] * 8
    chosen: Any = (col(a.office_id), *columns, count_if(soon))
    statement: Any = select(*chosen).join(Cycle, col(Cycle.id) == a.cycle_id)
    return statement.where(
        col(a.office_id).in_(keys), col(a.state) != AssignmentState.CANCELLED, Cycle.state == CycleState.OPEN,
        *OF_ITS_OWN,
    ).group_by(col(a.office_id))


def _counts(keys: Sequence[UUID]) -> dict[str, Any]:
    """Each further figure by office, under the name it has in `Below`."""
    def count(table: Any, *where: Any) -> Any:
        mine = select(col(table.office_id), func.count()).where(col(table.office_id).in_(keys), *where)
        return mine.group_by(col(table.office_id))

    swept: Any = select(col(DayAccount.office_id), func.max(DayAccount.made_at, type_=Moment()))
    return {
        "units": count(Unit, col(Unit.active).is_(True)), "cycles": count(Cycle, Cycle.state == CycleState.OPEN),
        "found": count(Problem, col(Problem.state) != ProblemState.WITHDRAWN),
        "open": count(Problem, col(Problem.state).not_in(SETTLED)),
        "closed": count(Problem, Problem.state == ProblemState.CLOSED),
        "swept": swept.where(col(DayAccount.office_id).in_(keys)).group_by(col(DayAccount.office_id)),
    }


def source_of(session: Session, plan: Plan) -> dict[str, Any] | None:
    """The draft a plan was made of; None for one adopted before drafts were kept."""
    row = session.get(PlanSource, plan.id)
    return row.draft if row else None


def plans_sent(session: Session, office_id: UUID) -> list[tuple[PlanDown, Office]]:
    """What this office sent down, to whom, newest first."""
    statement = select(PlanDown, Office).join(Office, col(Office.id) == PlanDown.receiver_id)
    rows = session.exec(statement.where(PlanDown.sender_id == office_id).order_by(col(PlanDown.sent_at).desc()))
    return [(row[0], row[1]) for row in rows]


def plans_received(session: Session, office_id: UUID) -> list[tuple[PlanDown, Office]]:
    """What the office above sent to this one and nobody has settled yet, oldest first."""
    statement = select(PlanDown, Office).join(Office, col(Office.id) == PlanDown.sender_id)
    mine = (PlanDown.receiver_id == office_id, col(PlanDown.settled_at).is_(None))
    return [(row[0], row[1]) for row in session.exec(statement.where(*mine).order_by(col(PlanDown.sent_at)))]


def plan_received(session: Session, office_id: UUID, key: UUID) -> PlanDown:
    """One plan sent to this office; NotFound otherwise."""
    row = session.exec(select(PlanDown).where(PlanDown.id == key, PlanDown.receiver_id == office_id)).first()
    if row is None:
        raise NotFound("没有找到这份下发的方案。")
    return row


def down_of_intake(session: Session, intake_id: UUID) -> PlanDown | None:
    """The plan sent down that an intake came with, if it did."""
    mine = (PlanDown.intake_id == intake_id, col(PlanDown.settled_at).is_(None))
    return session.exec(select(PlanDown).where(*mine)).first()


def reports_to(session: Session, office_id: UUID, limit: int = 200) -> list[tuple[ReportUp, Office]]:
    """What was reported to this office: what nobody has signed for first, then the newest."""
    statement = select(ReportUp, Office).join(Office, col(Office.id) == ReportUp.sender_id)
    order = (col(ReportUp.received_at).is_not(None), col(ReportUp.sent_at).desc())
    rows = session.exec(statement.where(ReportUp.receiver_id == office_id).order_by(*order).limit(limit))
    return [(row[0], row[1]) for row in rows]


def report_to(session: Session, office_id: UUID, key: UUID) -> ReportUp:
    """One report to this office; NotFound otherwise."""
    row = session.exec(select(ReportUp).where(ReportUp.id == key, ReportUp.receiver_id == office_id)).first()
    if row is None:
        raise NotFound("没有找到这份上报的公文。")
    return row


def reported(session: Session, office_id: UUID, paper_id: UUID) -> list[tuple[ReportUp, Office]]:
    """To whom a paper of this office was reported."""
    statement = select(ReportUp, Office).join(Office, col(Office.id) == ReportUp.receiver_id)
    mine = (ReportUp.sender_id == office_id, ReportUp.paper_id == paper_id)
    return [(row[0], row[1]) for row in session.exec(statement.where(*mine))]


__all__ = [
    "Below", "down_of_intake", "figures_of", "plan_received", "plans_received", "plans_sent", "report_to", "reported",
    "reports_to", "source_of", "subordinates", "superior_of", "superiors",
]
