"""The letters of a cycle: units with problems that wait for one, 督察反馈意见 issued, 意见书 drafted."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import feed_back, opinion
from actions.record import Actor
from models import lists
from models.base import Refused
from models.cycle import Cycle
from models.database import fetch, reading, transaction
from models.ledger import problems_of
from models.paper_ledger import opinion_drafts, papers_by_key
from models.plan import Plan
from models.unit import Unit
from models.words import ProblemState
from papers.templates.letter_words import STUDY
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter(prefix="/cycles")


@router.get("/{cycle_id}/feedback")
def feedback(request: Request, me: Me, cycle_id: UUID) -> Response:
    return _feedback(request, me, cycle_id)


def _feedback(
    request: Request, me: Actor, cycle_id: UUID, error: Refused | None = None, at: UUID | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    """Units with problems not yet fed back, and the letters issued so far."""
    with reading() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        found: dict[UUID, list[Any]] = {}
        names: dict[UUID, str] = {}
        for problem, unit, _ in problems_of(session, cycle_id, state=ProblemState.FOUND):
            found.setdefault(unit.id, []).append(problem)
            names[unit.id] = unit.name
        letters = lists.letters_of(session, cycle_id)
        return render(
            request, "office/feedback.html", status_of(error) if error else 200, cycle=cycle, found=found, names=names,
            letters=letters, papers=papers_by_key(session, me.office_id, [letter.paper_id for letter, _ in letters]),
            form=opinion.form_of_plan(fetch(session, Plan, cycle.plan_id)), drafts=opinion_drafts(session, cycle_id),
            study=STUDY, error=error, at=at, typed=typed or {},
        )


@router.post("/{cycle_id}/opinion/{unit_id}")
def draft_opinion(
    request: Request, me: Me, cycle_id: UUID, unit_id: UUID, case: str = Form(""), study: str = Form("")
) -> Response:
    """Draft the letter of opinion; the page of the draft, where another hand signs it."""
    try:
        with transaction() as session:
            cycle = fetch(session, Cycle, cycle_id, me.office_id)
            unit, plan = fetch(session, Unit, unit_id, me.office_id), fetch(session, Plan, cycle.plan_id)
            key = opinion.draft_opinion(session, me, plan, cycle_id, unit, case, study).id
    except Refused as error:
        return _feedback(request, me, cycle_id, error, unit_id, {"case": case, "study": study})
    return RedirectResponse(f"/papers/{key}?done=drafted", 303)


@router.post("/{cycle_id}/feedback/{unit_id}")
def issue(me: Me, cycle_id: UUID, unit_id: UUID, demands: str = Form("")) -> Response:
    with transaction() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        unit = fetch(session, Unit, unit_id, me.office_id)
        feed_back.issue_letter(session, me, fetch(session, Plan, cycle.plan_id), cycle_id, unit, demands)
    return RedirectResponse(f"/cycles/{cycle_id}/feedback?done=issued", 303)
