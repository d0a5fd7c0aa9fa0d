"""What a look-back leaves on the problem itself: what stands in its way, who looked, and that nobody did."""

from uuid import UUID

from sqlmodel import Session

from actions.record import Actor
from config import clock
from config.policy import Policy
from models.door_ledger import last_done
from models.ledger import evidence_of
from models.look_back_ledger import ancestors, last_looker, not_drawn, planned_look
from models.paper_words import LookBackState, LookBackWay
from models.problem import LookBack, Problem
from models.words import Move, ProblemState
from rules.look_back import round_words, unlooked_words
from rules.problem import Case

STATES = {Move.LOOK_BACK_PASS: LookBackState.PASSED, Move.LOOK_BACK_FAIL: LookBackState.FAILED}


def case_of(session: Session, problem: Problem, look: UUID | None = None) -> Case:
    """What the rules must know of a problem; `look` is the look whose result is being given."""
    planned = planned_look(session, problem.id)
    awaited = planned is not None and planned[0].id != look
    looked = last_looker(session, problem) if problem.state == ProblemState.LOOKED_BACK else ""
    return Case(
        problem.no, problem.state, problem.verified_by, len(evidence_of(session, problem_id=problem.id)),
        problem.closed_by, looked, round_words(planned[1].no) if planned and awaited else "",
    )


def who_did(session: Session, problem: Problem, move: Move) -> str:
    """Who last made a move on a problem, under the number of an earlier cycle too; empty when nobody did."""
    acts = (last_done(session, key, move.label)[0] for key in ancestors(session, problem))
    return next(filter(None, acts), "")


def must_look_back(session: Session, problem: Problem, policy: Policy) -> bool:
    """Whether this problem must be looked at again before it is closed out: by policy, unless a draw passed it by."""
    return policy.look_back_required and not_drawn(session, problem) is None


def why_of(session: Session, problem: Problem, move: Move, reason: str) -> str:
    """The reason for the record: a close-out without a look says so itself, and names the round that passed it by."""
    if move != Move.CLOSE_OUT or problem.state != ProblemState.VERIFIED:
        return reason
    aside = not_drawn(session, problem)
    return "；".join(part for part in (reason.strip(), unlooked_words(aside.no if aside else None)) if part)


def note_look(session: Session, actor: Actor, problem: Problem, move: Move, found: str, seen: int) -> None:
    """A look outside any round is kept like those of a round."""
    session.add(
        LookBack(
            office_id=problem.office_id, cycle_id=problem.cycle_id, problem_id=problem.id, way=LookBackWay.PAPER,
            state=STATES[move], found=found.strip(), problem_version=seen, looked_by=actor.name,
            looked_at=clock.now(),
        )
    )
