"""加分、扣分建议 of a cycle: proposed on a unit's findings, decided by another person, written up as a paper."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from actions import paper as papers
from actions import points
from actions.record import Actor
from models.base import NotFound, Refused, Rejected
from models.cycle import Cycle
from models.database import fetch, reading, transaction
from models.ledger import units_of_cycle
from models.paper import Paper
from models.paper_words import PaperKind
from models.points_ledger import is_enrolled, points_papers, proposals_of
from models.unit import Unit
from rules.points import MOST, PointsState, points_words
from web.forms import key_of, number, texts, whole_form
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter(prefix="/cycles/{cycle_id}/points")
RECEIVER = "主管领导"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("")
def page(request: Request, me: Me, cycle_id: UUID, unit: str = "") -> Response:
    """The proposals, and for the chosen unit the findings one may rest on."""
    return show(request, me, cycle_id, {"unit": unit}, (), None)


def show(
    request: Request, me: Actor, cycle_id: UUID, typed: dict[str, str], ticked: Any, error: Refused | None
) -> Response:
    with reading() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        units = units_of_cycle(session, cycle.id)
        chosen = next((one for one in units if str(one.id) == typed.get("unit")), None)
        bases = points.bases_of(session, cycle.id, chosen.id) if chosen else []
        return render(
            request, "office/points.html", status_of(error) if error else 200, cycle=cycle, units=units, chosen=chosen,
            bases=bases, rows=proposals_of(session, cycle.id), papers=points_papers(session, cycle.id), typed=typed,
            ticked=set(ticked), error=error, words=points_words, State=PointsState, receiver=RECEIVER, most=MOST,
        )


@router.post("")
async def propose(request: Request, me: Me, cycle_id: UUID) -> Response:
    async with whole_form(request) as form:
        return await run_in_threadpool(_propose, request, me, cycle_id, form)


def _propose(request: Request, me: Actor, cycle_id: UUID, form: FormData) -> Response:
    typed, ticked = texts(form), [one for one in form.getlist("finding") if isinstance(one, str)]

    def act(session: Session) -> None:
        unit = fetch(session, Unit, key_of(typed.get("unit", ""), "单位"), me.office_id)
        if not is_enrolled(session, fetch(session, Cycle, cycle_id, me.office_id).id, unit.id):
            raise NotFound("该单位不在本督察周期内。")
        points.propose(session, me, cycle_id, unit, _points(typed), typed.get("reason", ""), ticked)

    return _done(request, me, cycle_id, act, typed, ticked)


def _points(typed: dict[str, str]) -> float:
    """Points with their sign; the words are left to the rules, a figure must be one."""
    try:
        value = float(typed.get("points", "").strip())
    except ValueError:
        raise Rejected("请用数字填写分值。") from None
    if typed.get("way") not in ("up", "down"):
        raise Rejected("请选择加分或扣分。")
    if not 0 < value <= MOST:  # nan too
        raise Rejected(f"分值应大于0、不超过{MOST:g}分，最多一位小数。")
    return value if typed["way"] == "up" else -value


@router.post("/{key:uuid}")
def decide(
    request: Request, me: Me, cycle_id: UUID, key: UUID, verdict: str = Form(""), answer: str = Form(""),
    seen: str = Form(""),
) -> Response:
    def act(session: Session) -> None:
        if verdict not in ("approve", "refuse"):
            raise Rejected("请选择同意或不同意。")
        row = points.proposal_of(session, me, key, cycle_id)
        points.decide(session, me, row, number(seen, "页面版本"), verdict == "approve", answer)

    return _done(request, me, cycle_id, act, {f"answer-{key}": answer}, ())


@router.post("/paper")
def draft(request: Request, me: Me, cycle_id: UUID, receiver: str = Form("")) -> Response:
    """Write the paper anew out of what was agreed to."""
    def act(session: Session) -> None:
        points.draft_points_paper(session, me, fetch(session, Cycle, cycle_id, me.office_id), receiver)

    return _done(request, me, cycle_id, act, {"receiver": receiver}, ())


@router.post("/paper/{key:uuid}/issue")
def issue(request: Request, me: Me, cycle_id: UUID, key: UUID, seen: str = Form("")) -> Response:
    def act(session: Session) -> None:
        papers.issue_paper(session, me, _paper(session, me, cycle_id, key), number(seen, "页面版本"))

    return _done(request, me, cycle_id, act, {}, ())


@router.get("/paper/{key:uuid}")
def document(me: Me, cycle_id: UUID, key: UUID) -> Response:
    """The paper as Word has it: as issued, or the draft as it would be today."""
    with reading() as session:
        row = _paper(session, me, cycle_id, key)
        data, name = papers.look(session, row), f"{row.title}.docx"
    head = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(data, media_type=WORD, headers=head)


def _paper(session: Session, me: Actor, cycle_id: UUID, key: UUID) -> Paper:
    row = fetch(session, Paper, key, me.office_id)
    if (row.kind, row.cycle_id) != (PaperKind.PROPOSALS, cycle_id):
        raise NotFound("没有找到这份公文。")
    return row


def _done(
    request: Request, me: Actor, cycle_id: UUID, act: Callable[[Session], None], typed: dict[str, str], ticked: Any
) -> Response:
    """Act and come back; refused, the page keeps what was typed and ticked."""
    try:
        with transaction() as session:
            act(session)
    except NotFound:
        raise
    except Refused as error:
        return show(request, me, cycle_id, typed, ticked, error)
    return RedirectResponse(f"/cycles/{cycle_id}/points?done=ok", 303)
