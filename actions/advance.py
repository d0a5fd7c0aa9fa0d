"""A stage opens, is watched and closes for all its units; running it twice for a day changes nothing."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm.util import identity_key
from sqlmodel import Session, col, select, update

from actions.record import Actor, allow, record, system
from models.base import Conflict
from models.board import look_back_tallies, stage_column, tallies
from models.cycle import Assignment, Cycle, Stage, UnitStage
from models.database import fetch
from models.ledger import (
    running_cycle,
    stage_of,
    stages_of_cycle,
    unfinished_stages,
)
from models.notice import Notice
from models.problem import Problem
from models.words import AssignmentState, CycleState, NoticeKind, NoticeState, StageKind, StageState, UnitStageState
from rules import stage as rules
from rules.problem import LIVE
from rules.roles import Act


@dataclass
class StageReport:
    """How a stage stands after a run: for the run's table and its end state."""

    cycle: str
    kind: StageKind
    state: StageState
    did: list[str] = field(default_factory=list)
    counts: dict[UnitStageState, int] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """One line for a person: what was done, and how the units stand."""
        stand = "，".join(f"{state.label}{count}个" for state, count in self.counts.items() if count)
        return "；".join([*self.did, f"{self.kind.label}{self.state.label}", stand]).strip("；")


def stages_to_run(session: Session, cycle_id: UUID, day: date) -> list[StageKind]:
    """The stages that need a run: to open, to close, or not yet watched on this day.

    A closed stage is watched as long as a unit has not finished it: late work still counts.
    """
    behind = unfinished_stages(session, cycle_id)
    return [
        stage.kind
        for stage in stages_of_cycle(session, cycle_id)
        if rules.should_open(stage.state, stage.start_on, day)
        or rules.should_close(stage.state, stage.end_on, day)
        or (stage.watched_on != day and (stage.state == StageState.OPEN or stage.kind in behind))
    ]


def run_stage(session: Session, cycle_id: UUID, kind: StageKind, day: date) -> StageReport:
    """Open, watch and close one stage as of `day`; missed days are made up once, and the report says so."""
    cycle, stage = fetch(session, Cycle, cycle_id), stage_of(session, cycle_id, kind)
    actor, did = system(cycle.office_id), list[str]()
    if rules.should_open(stage.state, stage.start_on, day):
        did.append(open_stage(session, actor, cycle, stage, day))
    if stage.state == StageState.OPEN:
        did += _missed(session, actor, cycle, stage, day)
    if stage.state != StageState.PLANNED:
        stage.watched_on = day
    if rules.should_close(stage.state, stage.end_on, day):
        did.append(_close(session, actor, cycle, stage, day))
    refresh(session, cycle_id, kind, day)
    return _report(session, cycle, stage, did)


def open_stage(session: Session, actor: Actor, cycle: Cycle, stage: Stage, day: date) -> str:
    """Open a stage and its duties; says so when it comes late."""
    late = f"（原定{stage.start_on:%m-%d}，补办）" if stage.start_on and stage.start_on < day else ""
    stage.state, stage.opened_on = StageState.OPEN, day
    session.exec(
        update(Assignment)
        .where(
            col(Assignment.cycle_id) == cycle.id, col(Assignment.stage) == stage.kind,
            col(Assignment.state) == AssignmentState.PLANNED,
        )
        .values(state=AssignmentState.OPEN)
        .execution_options(synchronize_session=False)
    )
    record(session, actor, "阶段开启", stage.kind, cycle.id, day=str(day), planned=stage.start_on, late=bool(late))
    return f"{stage.kind.label}开启{late}"


def _missed(session: Session, actor: Actor, cycle: Cycle, stage: Stage, day: date) -> list[str]:
    if stage.watched_on is None or (day - stage.watched_on).days <= 1:
        return []
    first = date.fromordinal(stage.watched_on.toordinal() + 1)
    last = date.fromordinal(day.toordinal() - 1)
    words = f"补看{first:%m-%d}至{last:%m-%d}停机日"
    record(session, actor, "停机补办", stage.kind, cycle.id, first=first, last=last)
    return [words]


def _close(session: Session, actor: Actor, cycle: Cycle, stage: Stage, day: date) -> str:
    stage.state, stage.closed_on = StageState.CLOSED, day
    record(session, actor, "阶段结束", stage.kind, cycle.id, day=str(day), planned=stage.end_on)
    return f"{stage.kind.label}结束"


def refresh(session: Session, cycle_id: UUID, kind: StageKind, day: date, unit_id: UUID | None = None) -> None:
    """Recount how units stand in a stage and write only what changed."""
    session.flush()
    stage = session.exec(select(Stage).where(Stage.cycle_id == cycle_id, Stage.kind == kind)).first()
    if stage is None:
        return  # this plan has no such stage
    counted = (
        look_back_tallies(session, cycle_id, unit_id)
        if kind == StageKind.LOOK_BACK
        else tallies(session, cycle_id, kind, day, unit_id)
    )
    write_changed(session, stage, counted, unit_id)


def write_changed(session: Session, stage: Stage, counted: dict[UUID, Any], unit_id: UUID | None) -> None:
    """Write the cells that stand otherwise than counted; the others cost neither an object nor a statement."""
    cell, changed = UnitStage, list[dict[str, Any]]()
    statement = select(cell.id, cell.unit_id, cell.state, cell.done, cell.total, cell.due_on).where(  # type: ignore[call-overload]
        cell.cycle_id == stage.cycle_id, cell.kind == stage.kind
    )
    for key, unit, *old in session.exec(statement.where(cell.unit_id == unit_id) if unit_id else statement):
        row = counted.get(unit)
        tally = rules.Tally(row.total, row.done, row.submitted, row.returned, row.late) if row else rules.Tally()
        new = [rules.unit_state(tally, stage.state), tally.done, tally.total, row.due_on if row else None]
        if new != old:
            changed.append(dict(zip(("id", "state", "done", "total", "due_on"), (key, *new), strict=True)))
            if (kept := session.identity_map.get(identity_key(cell, key))) is not None:
                session.expire(kept)
    if changed:
        session.execute(update(cell), changed)


def _report(session: Session, cycle: Cycle, stage: Stage, did: list[str]) -> StageReport:
    report = StageReport(cycle.title, stage.kind, stage.state, did)
    for row in stage_column(session, cycle.id, stage.kind):
        report.counts[row.state] = report.counts.get(row.state, 0) + 1
        report.rows.append(
            {"单位": row.name, "状态": row.state.label, "完成": f"{row.done}/{row.total}",
             "时限": str(row.due_on or "")}
        )
    return report


def open_by_hand(session: Session, actor: Actor, cycle: Cycle, kind: StageKind, day: date) -> None:
    """A person opens a stage that has no date."""
    allow(actor, Act.STEER)
    running_cycle(session, cycle.id)
    stage = stage_of(session, cycle.id, kind)
    if stage.state != StageState.PLANNED:
        raise Conflict(f"{kind.label}阶段{stage.state.label}，无须再开启。")
    open_stage(session, actor, cycle, stage, day)
    refresh(session, cycle.id, kind, day)


def begin_look_back(session: Session, actor: Actor, cycle: Cycle, day: date) -> None:
    """Look-back begins by itself with the first verified problem."""
    stage = stage_of(session, cycle.id, StageKind.LOOK_BACK)
    if stage.state == StageState.PLANNED:
        open_stage(session, actor, cycle, stage, day)


def close_cycle(session: Session, actor: Actor, cycle: Cycle, day: date) -> None:
    """End a cycle; refused while a problem is still open."""
    allow(actor, Act.STEER)
    running_cycle(session, cycle.id)
    open_problems = session.exec(
        select(func.count()).select_from(Problem).where(Problem.cycle_id == cycle.id, col(Problem.state).in_(LIVE))
    ).one()
    if open_problems:
        raise Conflict(f"还有{open_problems}个问题未销号，不能结束本周期；确须结束的，请先结转下年度。")
    cycle.state, cycle.closed_on = CycleState.CLOSED, day
    looked_at = (col(Assignment.cycle_id) == cycle.id, col(Assignment.next_notice_on).is_not(None))
    session.exec(update(Assignment).where(*looked_at).values(next_notice_on=None))
    session.exec(
        update(Notice)
        .where(
            col(Notice.cycle_id) == cycle.id, col(Notice.state) == NoticeState.PLANNED,
            col(Notice.kind).in_((NoticeKind.REMIND, NoticeKind.URGE, NoticeKind.PROGRAMME)),
        )
        .values(state=NoticeState.CANCELLED)
    )
    record(session, actor, "结束督察周期", cycle.id, cycle.id)
