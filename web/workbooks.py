"""Workbooks made at a click: each post keeps today's snapshot and leads to its file; /sheets lists them with hashes."""

import re
from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions.ledger_papers import make_rect_ledger, make_task_ledger
from actions.paper import look
from actions.phone_list import make_phone_list
from actions.proof import make_proof
from actions.record import Actor
from actions.score_paper import make_score_sheet
from actions.workbook import KINDS
from models.base import NotFound
from models.cycle import Assignment, Cycle, Visit
from models.database import fetch, reading, transaction
from models.paper import Paper
from models.plan import Plan
from models.unit import Unit
from models.workbook_ledger import workbooks_made
from web.guard import Me
from web.page import render
from web.sheet_pages import download

router = APIRouter()
NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
LONGEST_NAME = 80


@router.get("/sheets")
def sheets(request: Request, me: Me) -> Response:
    """Every workbook made so far, newest first, with the hash it is known by."""
    with reading() as session:
        return render(request, "office/sheets.html", rows=workbooks_made(session, me.office_id, KINDS))


@router.get("/sheets/{key:uuid}")
def sheet(me: Me, key: UUID) -> Response:
    """The file as it was made, checked against its hash."""
    with reading() as session:
        paper = fetch(session, Paper, key, me.office_id)
        if paper.kind not in KINDS or not paper.digest:
            raise NotFound("没有找到这份表册。")
        return download(file_name(paper), look(session, paper))


def file_name(paper: Paper) -> str:
    """A name that every system takes, with the day of the snapshot: 濮阳示例整改台账2020-08-17.xlsx."""
    title = NOT_IN_A_NAME.sub("_", paper.title)[:LONGEST_NAME]
    day = paper.content.get("made_on", "")
    return f"{title if day in title else title + day}.xlsx"


def made(make: Callable[[Session], Paper]) -> Response:
    """Make it, then lead to its file."""
    with transaction() as session:
        key = make(session).id
    return RedirectResponse(f"/sheets/{key}", 303)


@router.post("/cycles/{cycle_id:uuid}/rect-ledger")
def rect_ledger(me: Me, cycle_id: UUID) -> Response:
    return made(lambda session: make_rect_ledger(session, me, fetch(session, Cycle, cycle_id, me.office_id)))


@router.post("/cycles/{cycle_id:uuid}/task-ledger")
def task_ledger(me: Me, cycle_id: UUID) -> Response:
    def make(session: Session) -> Paper:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        return make_task_ledger(session, me, fetch(session, Plan, cycle.plan_id, me.office_id), cycle)

    return made(make)


@router.post("/plans/{key:uuid}/task-ledger")
def plan_tasks(me: Me, key: UUID) -> Response:
    """The tasks as printed, before any cycle runs."""
    return made(lambda session: make_task_ledger(session, me, fetch(session, Plan, key, me.office_id)))


@router.post("/cycles/{cycle_id:uuid}/visits/{visit_id:uuid}/score-sheet")
def score_sheet(me: Me, cycle_id: UUID, visit_id: UUID, sheet: str = Form("")) -> Response:
    """The sheets of a visit, or the one that is named."""
    def make(session: Session) -> Paper:
        visit = fetch(session, Visit, visit_id, me.office_id)
        if visit.cycle_id != cycle_id:
            raise NotFound("没有找到这次督察。")
        return make_score_sheet(session, me, visit, sheet)

    return made(make)


@router.post("/phone-list")
def phone_list(me: Me) -> Response:
    return made(lambda session: make_phone_list(session, me))


@router.post("/units/{key:uuid}/proof")
def unit_proof(me: Me, key: UUID) -> Response:
    return made(lambda session: make_proof(session, me, fetch(session, Unit, key, me.office_id)))


@router.post("/items/{key:uuid}/proof")
def item_proof(me: Me, key: UUID) -> Response:
    """Everything that was sent about one matter."""
    return made(lambda session: _proof_of_item(session, me, key))


def _proof_of_item(session: Session, me: Actor, key: UUID) -> Paper:
    item = fetch(session, Assignment, key, me.office_id)
    if item.unit_id is None:
        raise NotFound("此事项没有承办单位，没有催办凭证。")
    return make_proof(session, me, fetch(session, Unit, item.unit_id, me.office_id), item)
