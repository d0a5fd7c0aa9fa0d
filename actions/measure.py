"""A unit reports on a measure or its part of one; a lead may answer for all, the office ends what is beneath."""

from sqlmodel import Session, col, select

from actions.deadline import settle
from actions.record import Actor, record
from actions.submit import Report, already_sent, check_open, take_in
from models.base import NotAllowed, Rejected
from models.cycle import OVER, Assignment
from models.submission import Submission
from models.unit import Unit
from models.words import MEASURES, AssignmentKind, AssignmentState
from rules.rollup import Hand, Rollup, check_report, roll_up

K = AssignmentKind


def hands_of(session: Session, item: Assignment) -> list[tuple[Assignment, Unit]]:
    """The parts of a measure with their units, co-leads first."""
    statement = (
        select(Assignment, Unit)
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .where(Assignment.rolls_up_to == item.id)
        .order_by(col(Assignment.kind), col(Unit.sort), col(Unit.name))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def rollup_of(session: Session, item: Assignment) -> Rollup:
    """How far the parts of a measure have come."""
    return roll_up(Hand(unit.name, part.kind, part.state) for part, unit in hands_of(session, item))


def submit_measure(
    session: Session, actor: Actor, item: Assignment, report: Report, for_all: bool = False
) -> Submission:
    """Hand in what was done for a measure; a second click finds the first submission."""
    if done := already_sent(session, actor, report.nonce):
        return done
    if item.kind not in MEASURES or (actor.unit_id is not None and actor.unit_id != item.unit_id):
        raise NotAllowed("不是本单位的任务。")
    check_open(session, item)
    if not report.body.strip() and not report.has_files and not report.on_site:
        raise Rejected("请填写落实情况或上传佐证材料；可请来人现场查看的，请勾选“现场查看”。")
    if item.kind == K.MEASURE:
        check_report(rollup_of(session, item), for_all)
    return take_in(session, actor, item, report, {"for_all": for_all})


def close_parts(session: Session, actor: Actor, item: Assignment, for_all: bool) -> int:
    """The office has taken the lead's report: where it answered for all, what is beneath ends with it."""
    if item.kind != K.MEASURE or not for_all:
        return 0
    parts = [part for part, _ in hands_of(session, item) if part.state not in OVER]
    for part in parts:
        part.note = "由牵头单位汇总"
        settle(session, part, AssignmentState.DONE)
        record(session, actor, "随牵头任务办结", part.id, part.cycle_id, part.unit_id, title=part.title)
    return len(parts)
