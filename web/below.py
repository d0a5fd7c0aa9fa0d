"""下级办公室: figures of the offices below, plans sent down, reports that came up; and the same from below."""

from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import report_up, send_down
from actions.record import Actor
from config import clock
from models import lists
from models import rank_ledger as ledger
from models.base import NotFound, Refused
from models.database import fetch, reading, transaction
from models.office import Office
from models.paper_ledger import the_paper
from models.plan import Plan
from models.rank_ledger import Below
from papers.forms import ending_of
from rules.rank import below
from web.forms import key_of, texts
from web.guard import Me
from web.page import render
from web.papers import file_of, hidden_for
from web.status import status_of

router = APIRouter()


@router.get("/below")
def page(request: Request, me: Me) -> Response:
    return _page(request, me)


def _page(
    request: Request, me: Actor, error: Refused | None = None, typed: dict[str, str] | None = None,
    ticked: frozenset[str] = frozenset(),
) -> Response:
    """The roll-up with what went down and came up; a refusal keeps what was typed and ticked."""
    with reading() as session:
        rows = _standing(session, me.office_id)
        return render(
            request, "office/below.html", status_of(error) if error else 200, rows=rows, error=error,
            plans=lists.plans_of(session, me.office_id), sent=ledger.plans_sent(session, me.office_id),
            reports=ledger.reports_to(session, me.office_id), typed=typed or {}, ticked=ticked, sum=_sum(rows),
        )


def _standing(session: Session, office_id: UUID) -> list[tuple[Office, Below, int]]:
    """Each office directly below with its figures, those of the offices under it taken in, and how many those are."""
    tree, direct = ledger.superiors(session), ledger.subordinates(session, office_id)
    under = {office.id: below(tree, office.id) for office in direct}
    figures = ledger.figures_of(session, [*under, *(key for keys in under.values() for key in keys)], clock.today())
    for key, keys in under.items():
        for one in keys:
            figures[key].add(figures[one])
    return [(office, figures[office.id], len(under[office.id])) for office in direct]


def _sum(rows: list[tuple[Office, Below, int]]) -> Below:
    total = Below()
    for _, figures, _ in rows:
        total.add(figures)
    return total


@router.post("/below/plans")
async def send(request: Request, me: Me) -> Response:
    """Send an adopted plan to the ticked offices."""
    form = await request.form()
    return await run_in_threadpool(_send, request, me, texts(form), [str(value) for value in form.getlist("to")])


def _send(request: Request, me: Actor, given: dict[str, str], to: list[str]) -> Response:
    try:
        with transaction() as session:
            plan = fetch(session, Plan, key_of(given.get("plan", ""), "方案"), me.office_id)
            send_down.send_down(session, me, plan, [key_of(key, "办公室") for key in to], given.get("note", ""))
    except Refused as error:
        return _page(request, me, error, given, frozenset(to))
    return RedirectResponse("/below?done=ok", 303)


@router.get("/below/reports/{key:uuid}")
def report(me: Me, key: UUID) -> Response:
    """The document of a report, as it was issued below."""
    with reading() as session:
        row = ledger.report_to(session, me.office_id, key)
    return file_of(report_up.document(row), f"{row.number}{row.title}"[:100], ending_of(row.kind))


@router.post("/below/reports/{key:uuid}")
def receive(request: Request, me: Me, key: UUID) -> Response:
    try:
        with transaction() as session:
            report_up.receive(session, me, ledger.report_to(session, me.office_id, key))
    except NotFound:
        raise
    except Refused as error:
        return _page(request, me, error)
    return RedirectResponse("/below?done=ok", 303)


@router.post("/plans/sent/{key:uuid}/adopt")
def adopt(me: Me, key: UUID) -> Response:
    """A plan of the office above becomes this office's own."""
    with transaction() as session:
        plan = send_down.adopt_sent(session, me, ledger.plan_received(session, me.office_id, key))
    return RedirectResponse(f"/plans/{plan.id}?done=adopted", 303)


@router.post("/plans/sent/{key:uuid}/aside")
def aside(me: Me, key: UUID, reason: str = Form("")) -> Response:
    with transaction() as session:
        send_down.lay_aside(session, me, ledger.plan_received(session, me.office_id, key), reason)
    return RedirectResponse("/plans?done=ok", 303)


@router.post("/papers/{key:uuid}/report")
def report_paper(me: Me, key: UUID) -> Response:
    """Report an issued paper to the office above."""
    with transaction() as session:
        report_up.report_up(session, me, the_paper(session, me.office_id, key, hidden_for(me)))
    return RedirectResponse(f"/papers/{key}?done=ok", 303)
