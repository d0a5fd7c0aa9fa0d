"""回头看 of a cycle: its rounds with progress and results, the form that opens a new one, and one look on a phone."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions.look_back import OURS, VISITED, Part, Round, Seen, look, may_look, parts_of, start_round
from actions.record import Actor, allow
from models import look_back_ledger as looks
from models.base import Conflict, NotFound, Refused, Rejected
from models.cycle import Assignment, Cycle
from models.database import fetch, reading, transaction
from models.ledger import evidence_of, policy_of, teams_of
from models.paper_words import LookBackWay
from models.problem import LookBack, LookBackRound, Problem
from models.unit import Unit
from models.words import CycleState
from rules.roles import Act, may
from web.forms import day, number, texts
from web.guard import Me
from web.page import render
from web.status import status_of
from web.team_door import Came, came

router = APIRouter()
Typed = Mapping[str, str]
RESULTS = {"passed": True, "failed": False}


@router.get("/cycles/{cycle_id}/look-back")
def page(request: Request, me: Me, cycle_id: UUID) -> Response:
    """The rounds of a cycle, the newest first, with what each look found."""
    with reading() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        found, pool = looks.looks_of_cycle(session, cycle.id), len(looks.waiting_pool(session, cycle.id))
        return render(
            request, "office/look_back.html", cycle=cycle, rounds=looks.rounds_of(session, cycle.id), looks=found,
            duties=looks.duties_of_cycle(session, cycle.id), pool=pool,
            needed=policy_of(session, cycle.id).look_back_required,
            proofs=looks.proofs_of(session, [row[0].id for rows in found.values() for row in rows]),
            opens=pool > 0 and cycle.state == CycleState.OPEN and may(me.role, Act.PLAN_LOOK_BACK),
        )


@router.get("/cycles/{cycle_id}/look-back/new")
def new(request: Request, me: Me, cycle_id: UUID, look: Annotated[str, Query()] = "") -> Response:
    """The form; with `look` what the round would take of each unit, before anything is drawn."""
    typed = dict(request.query_params)
    try:
        parts = _parts(me, cycle_id, typed) if look else []
    except NotFound:
        raise
    except Refused as error:
        return _form(request, me, cycle_id, typed, error=error)
    return _form(request, me, cycle_id, typed, parts)


def _parts(me: Actor, cycle_id: UUID, typed: Typed) -> list[Part]:
    with reading() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        return parts_of(session, cycle, _wanted(typed), typed.get("owner", OURS))


def _form(
    request: Request, me: Actor, cycle_id: UUID, typed: Typed, parts: Sequence[Part] = (), error: Refused | None = None,
) -> Response:
    with reading() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        return render(
            request, "office/look_back_new.html", status_of(error) if error else 200, cycle=cycle, typed=typed,
            error=error, parts=parts, teams=teams_of(session, cycle.id), seen=looks.last_round(session, cycle.id) + 1,
            pool=len(looks.waiting_pool(session, cycle.id)), default=VISITED,
        )


@router.post("/cycles/{cycle_id}/look-back")
async def start(request: Request, me: Me, cycle_id: UUID) -> Response:
    """Draw where asked, store, and only then show; a refusal shows the form as it was typed, with its preview."""
    return await run_in_threadpool(_start, request, me, cycle_id, texts(await request.form()))


def _start(request: Request, me: Actor, cycle_id: UUID, typed: dict[str, str]) -> Response:
    allow(me, Act.PLAN_LOOK_BACK)
    try:
        with transaction() as session:
            no = start_round(session, me, fetch(session, Cycle, cycle_id, me.office_id), _round(typed)).no
    except NotFound:
        raise
    except Refused as error:
        return _form(request, me, cycle_id, typed, _shown_again(me, cycle_id, typed, error), error)
    return RedirectResponse(f"/cycles/{cycle_id}/look-back?done=ok#round-{no}", 303)


def _shown_again(me: Actor, cycle_id: UUID, typed: Typed, error: Refused) -> Sequence[Part]:
    """The preview beside a refusal that has nothing to do with it; a page that is stale gets none."""
    if isinstance(error, Conflict):
        return ()
    try:
        return _parts(me, cycle_id, typed)
    except Refused:
        return ()


def _wanted(typed: Typed) -> int | None:
    """How many are drawn; None for all."""
    return number(typed.get("n", ""), "抽查个数") if typed.get("sampled") == "yes" else None


def _round(typed: Typed) -> Round:
    wanted = _wanted(typed)
    own = wanted is not None and typed.get("seed_by") != "program"
    if own and not typed.get("seed", "").strip():
        raise Rejected("请填写号码，或改选“由程序即时生成”。")
    if typed.get("way") not in set(LookBackWay):
        raise Rejected("请选择核查方式。")
    return Round(
        seen=number(typed.get("seen", ""), "次数"), way=LookBackWay(typed["way"]), wanted=wanted,
        due_on=day(typed.get("due_on", ""), "完成时限"), owner=typed.get("owner", OURS),
        seed=typed.get("seed", "") if own else "", seed_source=typed.get("seed_source", ""),
        because=typed.get("because", ""), note=typed.get("note", ""),
    )


@router.get("/team/look-backs/{key:uuid}")
def one(request: Request, me: Me, key: UUID) -> Response:
    return _one(request, me, key)


def _one(
    request: Request, me: Actor, key: UUID, error: Refused | None = None, typed: Typed | None = None
) -> Response:
    """One problem to look at: what the unit reported, and what was found; after a refusal what was typed."""
    with reading() as session:
        row = fetch(session, LookBack, key, me.office_id)
        problem = fetch(session, Problem, row.problem_id)
        shown: dict[str, Any] = {
            "unit": fetch(session, Unit, problem.unit_id), "evidence": evidence_of(session, problem_id=problem.id),
            "round": session.get(LookBackRound, row.round_id) if row.round_id else None,
            "item": session.get(Assignment, row.assignment_id) if row.assignment_id else None,
            "proofs": looks.proofs_of(session, [row.id]).get(row.id, []), "works": _works(session, me, row),
        }
        status = status_of(error) if error else 200
        return render(
            request, "team/look_back.html", status, look=row, problem=problem, error=error, typed=typed or {}, **shown
        )


def _works(session: Session, me: Actor, row: LookBack) -> bool:
    running = fetch(session, Cycle, row.cycle_id).state == CycleState.OPEN
    return running and row.state == "planned" and may(me.role, Act.LOOK_BACK) and may_look(session, me, row)


@router.post("/team/look-backs/{key:uuid}")
async def found(request: Request, me: Me, key: UUID) -> Response:
    """The result of a look."""
    return await run_in_threadpool(_found, request, me, key, await came(request))


def _found(request: Request, me: Actor, key: UUID, what: Came) -> Response:
    allow(me, Act.LOOK_BACK)
    try:
        if what.fault:
            raise what.fault
        with transaction() as session:
            look(session, me, fetch(session, LookBack, key, me.office_id), _seen(what))
    except NotFound:
        raise
    except Refused as error:
        return _one(request, me, key, error, what.fields)
    return RedirectResponse(f"/team/look-backs/{key}?done=ok", 303)


def _seen(what: Came) -> Seen:
    fields = what.fields
    if fields.get("result") not in RESULTS:
        raise Rejected("请选择核查结果。")
    return Seen(
        what.seen, RESULTS[fields["result"]], fields.get("found", ""), bool(fields.get("noted")), what.files,
        day(fields.get("new_due", ""), "新的整改时限"),
    )
