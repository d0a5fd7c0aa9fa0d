"""The problem ledger, a problem's whole story, and the moves people make."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import rectify
from actions.bulk_acts import BulkAct, acts_of
from actions.note_look import must_look_back
from actions.problem import add_problem
from actions.record import Actor, allow
from actions.rectify import Acting
from actions.recurrence import decide_recurrence
from models import lists
from models.base import Conflict, NotFound, Refused
from models.cycle import Cycle
from models.database import fetch, reading, transaction
from models.ledger import LIVE, evidence_of, limit_of_problem, policy_of, problems_of
from models.look_back_ledger import looks_of_problem, not_drawn, planned_look
from models.paper_words import RecurState
from models.problem import Letter, Problem
from models.problem_story import last_act, lives_of, story_of
from models.recurrence_ledger import successor
from models.unit import Unit
from models.words import Move, ProblemSource, ProblemState
from rules.problem import BY_ROUND, moves_from
from rules.roles import Act, may
from web.forms import day
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter()
ASKS_REASON = {Move.LOOK_BACK_PASS, Move.RETURN, Move.LOOK_BACK_FAIL, Move.UPHOLD, Move.WITHDRAW, Move.REOPEN}
ASKS_LIMIT = {Move.RETURN, Move.LOOK_BACK_FAIL, Move.REOPEN}
BY_LETTER = {Move.ISSUE}


@router.get("/ledger")
def ledger(
    request: Request, me: Me, state: Annotated[str, Query()] = "", recurs: Annotated[str, Query()] = ""
) -> Response:
    """All problems of the running cycles, by state or by whether they came back."""
    again = RecurState(recurs) if recurs in set(RecurState) else None
    chosen = ProblemState(state) if state in set(ProblemState) else None
    with reading() as session:
        cycles = [cycle for cycle in lists.cycles_of(session, me.office_id) if cycle.closed_on is None]
        rows = [(cycle, *row) for cycle in cycles for row in problems_of(session, cycle.id, state=chosen)
                if again is None or row[0].recurs_state == again]
        return render(
            request, "office/ledger.html", rows=rows, chosen=chosen, states=list(ProblemState), cycles=cycles,
            recurs=again, recurs_states=list(RecurState),
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
    return show_problem(request, me, problem_id)


def show_problem(
    request: Request, me: Actor, problem_id: UUID, error: Refused | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """The page of a problem; after a refusal with its sentence and what was typed for the move."""
    with reading() as session:
        problem = fetch(session, Problem, problem_id, me.office_id)
        item, evidence = limit_of_problem(session, problem.id), evidence_of(session, problem_id=problem.id)
        policy, planned = policy_of(session, problem.cycle_id), planned_look(session, problem.id)
        aside = BY_LETTER | (BY_ROUND if planned else frozenset())
        needed = must_look_back(session, problem, policy)
        moves = [move for move in moves_from(problem.state, me.role, needed) if move not in aside]
        return render(
            request, "office/problem.html", status_of(error) if error else 200, problem=problem, item=item,
            unit=fetch(session, Unit, problem.unit_id), cycle=fetch(session, Cycle, problem.cycle_id),
            letter=session.get(Letter, problem.letter_id) if problem.letter_id else None, moves=moves, error=error,
            asks_reason=ASKS_REASON, asks_limit=ASKS_LIMIT, evidence=evidence, typed=typed or {},
            lives=lives_of(story_of(session, problem, item, evidence, referrals=may(me.role, Act.READ_REFERRALS))),
            planned=planned, aside=not_drawn(session, problem), looks=looks_of_problem(session, problem),
            verify=Move.VERIFY, close_out=Move.CLOSE_OUT, passes={Move.LOOK_BACK_PASS}, **_kin(session, problem),
            urges=item is not None and item.state in LIVE and BulkAct.URGE in acts_of(me.role),
        )


def _kin(session: Session, problem: Problem) -> dict[str, Any]:
    """The problem this one repeats, the one it was carried over from, and the one it became."""
    keys = {"earlier": problem.recurs, "before": problem.carried_from}
    found = {name: session.get(Problem, key) if key else None for name, key in keys.items()}
    return {**found, "after": successor(session, problem.id)}


@router.post("/problems/{problem_id}/move")
def move(
    request: Request, me: Me, problem_id: UUID, move: Move = Form(), seen: int = Form(), reason: str = Form(""),
    new_due: str = Form(""),
) -> Response:
    """One move, on the version this person saw; who comes second is shown who was first, with the words typed."""
    try:
        with transaction() as session:
            problem = fetch(session, Problem, problem_id, me.office_id)
            _check_seen(session, problem, seen)
            rectify.move_problem(session, me, problem, Acting(move, seen, reason, day(new_due, "新的时限")))
    except NotFound:
        raise
    except Refused as error:
        typed = {"move": move.value, "reason": reason, "new_due": new_due}
        return show_problem(request, me, problem_id, error, typed)
    return RedirectResponse(f"/problems/{problem_id}?done=moved", 303)


@router.post("/problems/{problem_id}/recurs")
def recurs(
    request: Request, me: Me, problem_id: UUID, confirm: str = Form(""), reason: str = Form("")
) -> Response:
    """A person says whether a problem is one that was closed out before."""
    try:
        with transaction() as session:
            decide_recurrence(session, me, fetch(session, Problem, problem_id, me.office_id), bool(confirm), reason)
    except NotFound:
        raise
    except Refused as error:
        return show_problem(request, me, problem_id, error, {"move": "recurs", "reason": reason})
    return RedirectResponse(f"/problems/{problem_id}?done=ok", 303)


def _check_seen(session: Session, problem: Problem, seen: int) -> None:
    """Whether the page was of the problem as it stands; said before anything else stands in the way."""
    if problem.version == seen:
        return
    act = last_act(session, problem)
    who = f"由{act.actor}{act.verb}" if act else "由他人处理"
    raise Conflict(f"问题{problem.no}刚刚{who}，现为“{problem.state.label}”。您的操作没有生效，请看过现状后再办。")
