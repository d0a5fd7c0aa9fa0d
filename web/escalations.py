"""督办措施 at the desk: what is proposed and why, approval with its terms, records that close, what a unit has had."""

from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import escalate, step_key_unit, step_receipt
from actions.record import Actor
from config import clock
from models.base import NotFound, Refused, Rejected
from models.cycle import Assignment
from models.database import fetch, reading, transaction
from models.paper_words import EscalationStep, SlipColour
from models.problem import Escalation
from web.escalation_cards import page_values
from web.forms import day, key_of, texts, whole_form
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter()
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NOTES = ("held_on", "present", "said", "promised", "result")
Act = Callable[[Session, Actor, Escalation, dict[str, str]], object]


@router.get("/escalations")
def escalations(request: Request, me: Me, unit: str = Query("", max_length=40)) -> Response:
    """Drafts and what was taken, of all units or one; transfers are shown to those who decide only."""
    return _page(request, me, unit)


def _page(
    request: Request, me: Actor, unit: str = "", key: UUID | None = None, typed: dict[str, str] | None = None,
    error: Refused | None = None,
) -> Response:
    with reading() as session:
        values = page_values(session, me, key_of(unit, "单位") if unit else None)
    return render(
        request, "office/escalations.html", status_of(error) if error else 200, key=key, typed=typed or {},
        error=str(error or ""), **values,
    )


@router.post("/escalations")
async def draft(request: Request, me: Me) -> Response:
    """A person drafts a step; refused, what was chosen and typed stays."""
    async with whole_form(request) as form:
        fields = texts(form)
    return await run_in_threadpool(_draft, request, me, fields)


def _draft(request: Request, me: Actor, fields: dict[str, str]) -> Response:
    step, _, colour = fields.get("step", "").partition(":")
    try:
        if step not in set(EscalationStep) or colour not in {"", *SlipColour}:
            raise Rejected("请选择督办措施。")
        with transaction() as session:
            item = fetch(session, Assignment, key_of(fields.get("assignment", ""), "事项"), me.office_id)
            escalate.draft_step(
                session, me, item, EscalationStep(step), clock.today(), fields.get("reason", ""), colour
            )
    except Refused as error:
        if isinstance(error, NotFound):
            raise
        return _page(request, me, typed=fields, error=error)
    return RedirectResponse("/escalations?done=ok", 303)


async def _take(request: Request, me: Actor, key: UUID, act: Act, done: str = "ok") -> Response:
    """Read the form, act, and come back to the card; refused, the card stands open with what was typed."""
    async with whole_form(request) as form:
        fields = texts(form)
    return await run_in_threadpool(_once, request, me, key, act, fields, done)


def _once(request: Request, me: Actor, key: UUID, act: Act, fields: dict[str, str], done: str) -> Response:
    try:
        with transaction() as session:
            act(session, me, fetch(session, Escalation, key, me.office_id), fields)
    except Refused as error:
        if isinstance(error, NotFound):
            raise
        return _page(request, me, key=key, typed=fields, error=error)
    return RedirectResponse(f"/escalations?done={done}#step-{key}", 303)


@router.post("/escalations/{key:uuid}")
async def decide(request: Request, me: Me, key: UUID) -> Response:
    """Approve with terms, which signs the paper, or drop with a reason."""
    return await _take(request, me, key, _decide, "approved")


def _decide(session: Session, me: Actor, row: Escalation, fields: dict[str, str]) -> None:
    escalate.decide(
        session, me, row, fields.get("approve") == "yes", fields.get("number", ""),
        day(fields.get("new_due", ""), "限期"), fields.get("reason", ""), _terms(fields),
    )


def _terms(fields: dict[str, str]) -> dict[str, str]:
    """The terms of a step: day and hour of a talk become the words its paper prints."""
    terms = {name: fields.get(name, "") for name in ("where", "whom", "host", "use", "receiver")}
    held = day(fields.get("talk_day", ""), "约谈日期")
    if held and held < clock.today():
        raise Rejected(f"约谈日期{held}已过，请填写今天或以后的日期。")
    hour = fields.get("talk_hour", "").strip()
    if held and hour:
        terms["when"] = f"{held.year}年{held.month}月{held.day}日{hour}"
    return terms


@router.post("/escalations/{key:uuid}/complete")
async def complete(request: Request, me: Me, key: UUID) -> Response:
    """Close a step with its record: a talk with its note."""
    return await _take(request, me, key, _complete)


def _complete(session: Session, me: Actor, row: Escalation, fields: dict[str, str]) -> None:
    held = day(fields.get("held_on", ""), "约谈日期")
    note = {name: fields.get(name, "") for name in NOTES} | {"held_on": str(held or "")}
    escalate.complete(session, me, row, note)


@router.post("/escalations/{key:uuid}/delist")
async def delist(request: Request, me: Me, key: UUID) -> Response:
    """摘牌 with what was verified."""
    return await _take(
        request, me, key, lambda session, me, row, fields: escalate.delist(session, me, row, fields.get("reason", ""))
    )


@router.post("/escalations/{key:uuid}/receipt")
async def receipt(request: Request, me: Me, key: UUID) -> Response:
    """A signature for a paper given on paper or by telephone."""
    return await _take(request, me, key, lambda session, me, row, fields: step_receipt.note_receipt(
        session, me, row, fields.get("name", ""), fields.get("how", "")
    ))


@router.post("/escalations/{key:uuid}/key-unit")
async def key_unit(request: Request, me: Me, key: UUID) -> Response:
    """Propose a listed unit as key unit, with its findings."""
    return await _take(
        request, me, key, lambda session, me, row, fields: step_key_unit.propose_listed(session, me, row)
    )


@router.post("/escalations/{key:uuid}/export")
def export(me: Me, key: UUID) -> Response:
    """The paper of a transfer: a file to hand on, nothing is sent; the export is written down."""
    with transaction() as session:
        name, data = step_receipt.export_transfer(session, me, fetch(session, Escalation, key, me.office_id))
    named = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, media_type=WORD, headers={"Content-Disposition": named})
