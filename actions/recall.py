"""A letter taken back before the unit signed for it: its problems wait for a letter again, nothing is owed for it."""

from sqlmodel import Session, col, select

from actions.advance import refresh
from actions.deadline import settle
from actions.record import Actor, record
from config import clock
from models.base import NotAllowed
from models.cycle import Assignment
from models.ledger import LIVE
from models.problem import Letter, Problem
from models.words import AssignmentKind, AssignmentState, ProblemState, StageKind

K = AssignmentKind


def recall_letter(session: Session, actor: Actor, letter: Letter) -> None:
    """Undo what a letter began in the ledger; refused once the unit has signed or a problem has moved on."""
    found = session.exec(select(Problem).where(Problem.letter_id == letter.id)).all()
    if letter.signed_at or any(problem.state != ProblemState.ISSUED for problem in found):
        raise NotAllowed(
            "单位已签收或已开始整改，不能作废；个别问题有误的请撤销该问题，文字有误的请重新拟制（文号不变）。"
        )
    for problem in found:
        problem.state, problem.letter_id = ProblemState.FOUND, None
        problem.version += 1
    session.flush()
    for item in _owed_for(session, letter, [problem.id for problem in found]):
        settle(session, item, AssignmentState.CANCELLED)
    record(
        session, actor, "收回反馈", letter.id, letter.cycle_id, letter.unit_id, number=letter.number,
        problems=[problem.no for problem in found],
    )
    for kind in (StageKind.FEEDBACK, StageKind.RECTIFICATION, StageKind.LOOK_BACK):
        refresh(session, letter.cycle_id, kind, clock.today(), letter.unit_id)


def _owed_for(session: Session, letter: Letter, problems: list[object]) -> list[Assignment]:
    """The receipt and the problems' limits; plan and answer too, when no other problem asks for them."""
    statement = select(Assignment).where(
        Assignment.cycle_id == letter.cycle_id, Assignment.unit_id == letter.unit_id,
        col(Assignment.state).in_([*LIVE, AssignmentState.PLANNED]),
    )
    left = session.exec(select(Problem.id).where(
        Problem.cycle_id == letter.cycle_id, Problem.unit_id == letter.unit_id, col(Problem.letter_id).is_not(None)
    )).first()
    return [
        item for item in session.exec(statement)
        if item.id == letter.assignment_id or item.problem_id in problems
        or (not left and (item.kind == K.RECT_PLAN or letter.number in item.title))
    ]
