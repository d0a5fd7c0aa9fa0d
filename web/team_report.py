"""The report of a team: written from its visits' figures, handed in by its lead, taken or sent back by the office."""

from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import team_report
from actions.keep_evidence import stored
from actions.members import belongs
from actions.record import Actor, allow
from actions.submit import Report
from actions.team_report import report_of
from models.base import NotFound, Refused, Rejected
from models.database import fetch, reading, transaction
from models.submission import Submission
from models.visit_ledger import handed_in
from models.words import AssignmentState
from papers.on_site import report_text
from rules.roles import Act, of_office
from web.forms import day, fresh_nonce
from web.guard import Me
from web.page import render
from web.status import status_of
from web.team_door import Came, came

router = APIRouter(prefix="/team/reports/{key:uuid}")
WRITABLE = (AssignmentState.PLANNED, AssignmentState.OPEN, AssignmentState.RETURNED)


@router.get("")
def page(request: Request, me: Me, key: UUID) -> Response:
    return _page(request, me, key)


def _page(
    request: Request, me: Actor, key: UUID, error: Refused | None = None, typed: dict[str, str] | None = None,
    decision: dict[str, str] | None = None,
) -> Response:
    """Figures, the text as it stands or begins, what was handed in so far; after a refusal what was typed."""
    with reading() as session:
        item, team = report_of(session, me, key)
        sent = handed_in(session, item.id)
        rows, kinds = team_report.figures(session, team)
        body = sent[0].body if sent else report_text(team.name, rows, kinds)
        return render(
            request, "team/report.html", status_of(error) if error else 200, item=item, team=team, sent=sent,
            rows=rows, kinds=kinds, typed=typed or {"body": body}, error=str(error or ""), nonce=fresh_nonce(),
            decision=decision or {},
            writes=item.state in WRITABLE and belongs(session, me, team.id, leading=True),
            decides=of_office(me.role),
        )


@router.post("")
async def send(request: Request, me: Me, key: UUID) -> Response:
    """The lead hands the report in."""
    return await run_in_threadpool(_send, request, me, key, await came(request))


def _send(request: Request, me: Actor, key: UUID, what: Came) -> Response:
    allow(me, Act.FINISH)
    try:
        if what.fault:
            raise what.fault
        with transaction() as session:
            item, _ = report_of(session, me, key)
            nonce = f"{key.hex}-{what.fields.get('nonce', '')[:40]}"
            report = Report(nonce, what.fields.get("body", ""), uploads=what.files)
            team_report.hand_in_report(session, me, item, report)
    except Rejected as error:
        return _page(request, me, key, error, what.fields)
    return RedirectResponse(f"/team/reports/{key}?done=ok", 303)


@router.post("/accept")
def accept(me: Me, key: UUID, submission: UUID = Form()) -> Response:
    allow(me, Act.REVIEW)
    with transaction() as session:
        team_report.accept_report(session, me, _of(session, me, key, submission))
    return RedirectResponse(f"/team/reports/{key}?done=accepted", 303)


@router.post("/return")
def send_back(
    request: Request, me: Me, key: UUID, submission: UUID = Form(), reason: str = Form(""), new_due: str = Form("")
) -> Response:
    allow(me, Act.REVIEW)
    try:
        with transaction() as session:
            row = _of(session, me, key, submission)
            team_report.return_report(session, me, row, reason, day(new_due, "重报时限"))
    except Rejected as error:
        return _page(request, me, key, error, decision={"reason": reason, "new_due": new_due})
    return RedirectResponse(f"/team/reports/{key}?done=returned", 303)


def _of(session: Session, me: Actor, key: UUID, submission: UUID) -> Submission:
    """A report handed in for this duty."""
    row = fetch(session, Submission, submission, me.office_id)
    if row.assignment_id != key:
        raise NotFound("没有找到这份报告。")
    return row


@router.get("/files/{submission}/{number}")
def file(me: Me, key: UUID, submission: UUID, number: int) -> Response:
    """A file of a report as it came in."""
    with reading() as session:
        files = _of(session, me, key, submission).content.get("files", [])
    if not 0 <= number < len(files):
        raise NotFound("没有找到这个文件。")
    name, digest = str(files[number]["name"]), str(files[number]["sha256"])
    where = f"attachment; filename=\"report\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(stored(digest, name), media_type="application/octet-stream", headers={"Content-Disposition": where})
