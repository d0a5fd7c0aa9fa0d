"""阶段评估: half-yearly tasks of the office, proposed by the calendar and set by a person, told of two weeks ahead."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session, col, select

from actions.deadline import first_notice
from actions.record import Actor, allow, record
from config import clock
from config.workdays import official
from models.base import Rejected
from models.cycle import Assignment, Cycle
from models.ledger import policy_of, running_cycle
from models.words import AssignmentKind, AssignmentState, StageKind
from rules.roles import Act
from rules.standing_words import Half, half_of, half_with
from rules.workday import on_or_before

BEFORE = [14, 7, 3, 1, 0]
AHEAD = 2  # half-years proposed at a time


def code_of(half: Half) -> str:
    return f"evaluation:{half.key}"


def evaluations_of(session: Session, cycle: Cycle) -> list[Assignment]:
    """The evaluation tasks of a cycle, in order."""
    statement = select(Assignment).where(
        Assignment.cycle_id == cycle.id, col(Assignment.code).startswith("evaluation:"),
        Assignment.state != AssignmentState.CANCELLED,
    )
    return list(session.exec(statement.order_by(col(Assignment.code))))


def proposed(session: Session, cycle: Cycle) -> list[tuple[Half, date]]:
    """The next half-years without a task, each with the last workday in it: a proposal, no limit."""
    known, found = {one.code for one in evaluations_of(session, cycle)}, []
    half = half_of(clock.today())
    for _ in range(AHEAD):
        if code_of(half) not in known:
            found.append((half, on_or_before(half.last, official())))
        half = half_with(half, 1)
    return found


def set_evaluations(session: Session, actor: Actor, cycle: Cycle, days: Mapping[str, date | None]) -> int:
    """Make the tasks for which a person confirmed a day (by half-year's key); one that is there already stays."""
    allow(actor, Act.LIMIT)
    running_cycle(session, cycle.id)
    session.exec(select(Cycle).where(Cycle.id == cycle.id).with_for_update()).one()
    chosen = [(half, due) for half, _ in proposed(session, cycle) if (due := days.get(half.key))]
    for half, due in chosen:
        if due < clock.today():
            raise Rejected(f"{half.words}评估的时限{due}已过，请填写今天或以后的日期。")
        session.add(_task(session, cycle, half, due))
        record(session, actor, "设定阶段评估", cycle.id, cycle.id, title=half.words, due=due)
    return len(chosen)


def _task(session: Session, cycle: Cycle, half: Half, due: date) -> Assignment:
    kind = AssignmentKind.OFFICE_TASK
    policy, terms = policy_of(session, cycle.id), {"before": BEFORE}
    return Assignment(
        office_id=cycle.office_id, cycle_id=cycle.id, kind=kind, stage=StageKind.DAILY, code=code_of(half),
        title=f"阶段评估报告（{half.words}）", state=AssignmentState.OPEN, due_on=due, first_due_on=due, terms=terms,
        because="原文只说分阶段评估，按每半年一次确定", next_notice_on=first_notice(
            policy, kind, due, clock.today(), terms
        ),
    )
