"""结转下年度: what a cycle could not close out goes on in another one, with its limit, letter, files and history."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from actions.advance import begin_look_back, refresh
from actions.deadline import move_deadline, settle
from actions.feed_back import plan_owed
from actions.keep_evidence import attach_again
from actions.record import Actor, allow, record
from actions.rectify import swap
from actions.remind import tell_unit
from config import clock
from config.day_words import month_day
from models.cycle import Assignment, Cycle, CycleUnit, UnitStage
from models.database import fetch
from models.ledger import evidence_of, problems_of, running_cycle, stages_of_cycle
from models.look_back_ledger import left_of, planned_look
from models.paper_words import LookBackState
from models.problem import LookBack, Problem
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, CycleState, ProblemState, StageKind
from rules.carry_over import check_carry, check_limit
from rules.problem import LIVE
from rules.roles import Act

CARRY = "结转下年度"
KEPT = (
    "office_id", "unit_id", "letter_id", "source", "title", "detail", "fix_on_the_spot", "state", "category", "measure",
    "leader", "lead_unit", "person", "result", "found_by", "found_at", "verified_by", "recurs", "recurs_state",
    "recurs_why",
)
Row = tuple[Problem, Unit, Assignment | None]


@dataclass(frozen=True)
class Carrying:
    """What somebody decides after the preview: why, the new limits by problem, and the state of things they saw."""

    reason: str
    limits: Mapping[UUID, date | None]
    seen: str


def unfinished(session: Session, cycle_id: UUID) -> list[Row]:
    """The problems of a cycle that are not closed out, with unit and limit."""
    return [row for row in problems_of(session, cycle_id) if row[0].state in LIVE]


def stamp_of(rows: Sequence[Row]) -> str:
    """A word for how these problems stand, so that a stale preview is known."""
    said = "\n".join(f"{problem.id}.{problem.version}" for problem, _, _ in rows)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def newcomers(session: Session, target: Cycle, rows: Sequence[Row]) -> list[Unit]:
    """The units that come into the new cycle only with their problems."""
    known = set(session.exec(select(CycleUnit.unit_id).where(CycleUnit.cycle_id == target.id)))
    return list({unit.id: unit for _, unit, _ in rows if unit.id not in known}.values())


def carry_over(session: Session, actor: Actor, cycle: Cycle, target: Cycle, wish: Carrying) -> list[Problem]:
    """Move every unfinished problem of a cycle into another one of the office; all of them or none."""
    allow(actor, Act.STEER)
    running_cycle(session, cycle.id)
    rows = unfinished(session, cycle.id)
    check_carry(cycle.id == target.id, target.state, len(rows), wish.seen, stamp_of(rows), wish.reason)
    for unit in newcomers(session, target, rows):
        _enrol(session, target, unit)
    made = [_carry(session, actor, row, target, no, wish) for no, row in enumerate(rows, next_no(session, target))]
    for kind in (StageKind.RECTIFICATION, StageKind.LOOK_BACK):
        for one in (cycle, target):
            refresh(session, one.id, kind, clock.today())
    record(
        session, actor, "结转未销号问题", cycle.id, cycle.id, title=target.title, to=target.title, reason=wish.reason,
        problems=[problem.no for problem, _, _ in rows],
    )
    return made


def next_no(session: Session, cycle: Cycle) -> int:
    """The number the next problem of a cycle gets."""
    return max(session.exec(select(Problem.no).where(Problem.cycle_id == cycle.id)), default=0) + 1


def _enrol(session: Session, target: Cycle, unit: Unit) -> None:
    """A unit enters a running cycle with its problems alone: nothing else is asked of it there."""
    session.add(CycleUnit(cycle_id=target.id, unit_id=unit.id))
    stages = stages_of_cycle(session, target.id)
    session.add_all([UnitStage(cycle_id=target.id, stage_id=s.id, unit_id=unit.id, kind=s.kind) for s in stages])
    session.flush()


def _carry(session: Session, actor: Actor, row: Row, target: Cycle, no: int, wish: Carrying) -> Problem:
    """One problem under a number of the new cycle; the old one stays as it is, 已结转."""
    old, unit, item = row
    due = check_limit(old.no, wish.limits.get(old.id), clock.today()) if asks_limit(item) else None
    new = Problem(cycle_id=target.id, no=no, carried_from=old.id, **{name: getattr(old, name) for name in KEPT})
    _drop_look(session, old)
    swap(session, old, old.version, {"state": ProblemState.CARRIED})
    session.add(new)
    session.flush()
    for proof in evidence_of(session, problem_id=old.id):
        attach_again(session, proof, problem_id=new.id)
    said: dict[str, Any] = {"title": new.title, "reason": wish.reason.strip(), "from": old.id, "from_no": old.no}
    record(
        session, actor, CARRY, old.id, old.cycle_id, old.unit_id, no=old.no, to=target.title, new_no=no,
        reason=wish.reason.strip(),
    )
    record(session, actor, "结转列入", new.id, target.id, new.unit_id, no=no, **said)
    if item:
        _limit(session, actor, item, new, due, wish.reason.strip())
    if new.state in (ProblemState.ISSUED, ProblemState.OBJECTED):
        plan_owed(session, target.id, unit, None)  # its plan is still to come, in the new cycle
    if new.state == ProblemState.VERIFIED:
        begin_look_back(session, actor, target, clock.today())
    return new


def asks_limit(item: Assignment | None) -> bool:
    """Whether something is still asked of the unit; what it has reported keeps the limit it was reported under."""
    return item is not None and item.state in (
        AssignmentState.PLANNED, AssignmentState.OPEN, AssignmentState.RETURNED,
    )


def _limit(session: Session, actor: Actor, old: Assignment, new: Problem, due: date | None, reason: str) -> None:
    """The limit goes on where it stood, the day first set included; a new day is a new version with its reason."""
    item = Assignment(
        office_id=old.office_id, cycle_id=new.cycle_id, unit_id=old.unit_id, problem_id=new.id,
        kind=AssignmentKind.PROBLEM, stage=StageKind.RECTIFICATION, title=f"问题{new.no}：{new.title[:40]}",
        state=old.state, due_on=old.due_on, first_due_on=old.first_due_on, because=old.because, basis=old.basis,
        sent_in_at=old.sent_in_at,
    )
    session.add(item)
    session.flush()
    old.note = f"{CARRY}：{reason}"
    settle(session, old, AssignmentState.CANCELLED)
    if due:
        move_deadline(session, actor, item, due, f"{CARRY}：{reason}")
        text = f"问题{new.no}（{new.title[:20]}）结转下年度继续整改，请于{month_day(due)}前完成。"
        tell_unit(session, item, text, "结转")


def _drop_look(session: Session, problem: Problem) -> None:
    """A look that nobody has made yet is not made any more; what is left of its duty ends with it."""
    if (waiting := planned_look(session, problem.id)) is None:
        return
    row: LookBack = waiting[0]
    row.state, row.version = LookBackState.DROPPED, row.version + 1
    session.flush()
    item = fetch(session, Assignment, row.assignment_id)
    if not left_of(session, item.id) and item.state != AssignmentState.DONE:
        settle(session, item, AssignmentState.CANCELLED)


def targets(session: Session, cycle: Cycle) -> list[Cycle]:
    """The other running cycles of the office, the newest first."""
    other = (Cycle.office_id == cycle.office_id, Cycle.id != cycle.id, Cycle.state == CycleState.OPEN)
    return list(session.exec(select(Cycle).where(*other).order_by(col(Cycle.opened_on).desc())))
