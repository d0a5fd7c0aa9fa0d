"""The problem ledger, a problem's whole story, and the moves people make."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from actions import rectify
from actions.problem import add_problem
from actions.record import allow
from actions.rectify import Acting
from models import lists
from models.base import NotFound
from models.cycle import Cycle
from models.database import fetch, reading, transaction
from models.ledger import evidence_of, policy_of, problem_item, problems_of
from models.problem import Letter, Problem
from models.unit import Unit
from models.words import Move, ProblemSource, ProblemState
from rules.problem import moves_from
from rules.roles import Act, may
from web.forms import day
from web.guard import Me
from web.page import render

router = APIRouter()
ASKS_REASON = {Move.RETURN, Move.LOOK_BACK_FAIL, Move.UPHOLD, Move.WITHDRAW, Move.REOPEN}
ASKS_LIMIT = {Move.RETURN, Move.LOOK_BACK_FAIL, Move.REOPEN}
BY_LETTER = {Move.ISSUE}


@router.get("/ledger")
def ledger(request: Request, me: Me, state: Annotated[str, Query()] = "") -> Response:
    """All problems of the running cycles, by state."""
    chosen = ProblemState(state) if state in set(ProblemState) else None
    with reading() as session:
        cycles = [cycle for cycle in lists.cycles_of(session, me.office_id) if cycle.closed_on is None]
        rows = [(cycle, *row) for cycle in cycles for row in problems_of(session, cycle.id, state=chosen)]
        return render(
            request, "office/ledger.html", rows=rows, chosen=chosen, states=list(ProblemState), cycles=cycles,
            units=lists.units_of(session, me.office_id),
        )


@router.post("/ledger")
def add(
    me: Me, cycle_id: UUID = Form(), unit_id: UUID = Form(), title: str = Form(""), detail: str = Form("")
) -> Response:
    """Enter a problem that a higher inspection pointed out."""
    allow(me, Act.LEDGER)
    with transaction() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        unit = fetch(session, Unit, unit_id, me.office_id)
        add_problem(session, me, cycle.id, unit.id, ProblemSource.HIGHER, title, detail)
    return RedirectResponse("/ledger?done=ok", 303)


@router.get("/problems/{problem_id}")
def problem_page(request: Request, me: Me, problem_id: UUID) -> Response:
    """The whole story of a problem and the moves this person may make."""
    with reading() as session:
        problem = fetch(session, Problem, problem_id, me.office_id)
        try:
            item = problem_item(session, problem.id)
        except NotFound:
            item = None
        policy = policy_of(session, problem.cycle_id)
        moves = [m for m in moves_from(problem.state, me.role, policy.look_back_required) if m not in BY_LETTER]
        return render(
            request, "office/problem.html", problem=problem, item=item, unit=fetch(session, Unit, problem.unit_id),
            letter=session.get(Letter, problem.letter_id) if problem.letter_id else None, moves=moves,
            asks_reason=ASKS_REASON, asks_limit=ASKS_LIMIT, evidence=evidence_of(session, problem_id=problem.id),
            events=lists.events_of(
                session, me.office_id, referrals=may(me.role, Act.READ_REFERRALS), subject=str(problem.id)
            ),
        )


@router.post("/problems/{problem_id}/move")
def move(
    me: Me, problem_id: UUID, move: Move = Form(), seen: int = Form(), reason: str = Form(""), new_due: str = Form("")
) -> Response:
    """One move, on the version this person saw."""
    with transaction() as session:
        problem = fetch(session, Problem, problem_id, me.office_id)
        rectify.move_problem(session, me, problem, Acting(move, seen, reason, day(new_due, "新的时限")))
    return RedirectResponse(f"/problems/{problem_id}?done=moved", 303)
