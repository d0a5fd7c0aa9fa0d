"""One report before the clerk: what the content rule measured, its passages marked, accepted or sent back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import gate, review, submit
from actions.record import Actor
from models.base import Refused
from models.cycle import Assignment
from models.database import fetch, reading, transaction
from models.gate_ledger import proofs_by_problem
from models.ledger import evidence_of
from models.submission import Submission
from models.unit import Unit
from models.words import AssignmentKind
from web.forms import day, own_path
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter(prefix="/submissions")
Numbers = list[int] | None


@router.get("/{key:uuid}")
def submission(
    request: Request, me: Me, key: UUID, counted: Annotated[Numbers, Query()] = None, split: str = ""
) -> Response:
    """The report with its sections marked; with `split`, `counted` tries another split and changes nothing."""
    return show(request, me, key, chosen(split, counted), {}, None)


def chosen(split: str, counted: Numbers) -> set[int] | None:
    """The sections a person ticked; None where nobody has touched them (all unticked is a choice too)."""
    return set(counted or []) if split or counted else None


def show(
    request: Request, me: Actor, key: UUID, counted: set[int] | None, typed: dict[str, str], error: Refused | None
) -> Response:
    """The page, with what was typed into a form that was refused."""
    with reading() as session:
        row = fetch(session, Submission, key, me.office_id)
        item = fetch(session, Assignment, row.assignment_id)
        return render(
            request, "office/submission.html", status_of(error) if error else 200, row=row, item=item,
            unit=fetch(session, Unit, row.unit_id), gate=gate.gate_of(session, row, item, counted), counted=counted,
            evidence=evidence_of(session, submission_id=row.id), on_time=submit.on_time(item), typed=typed,
            error=error, proofs=_proofs(session, row),
        )


def _proofs(session: Session, row: Submission) -> list[tuple[object, int]]:
    """The problems a rectification report answers for, each with how much proves it."""
    if row.kind != AssignmentKind.RECT_REPORT or row.unit_id is None:
        return []
    numbers = row.content.get("problems") or []
    return [(one, n) for one, n in proofs_by_problem(session, row.cycle_id, row.unit_id) if one.no in numbers]


@router.post("/{key:uuid}/accept")
def accept(
    request: Request, me: Me, key: UUID, waive: str = Form(""), counted: Annotated[Numbers, Form()] = None,
    split: str = Form(""), back: str = Form("/submissions"),
) -> Response:
    picked = chosen(split, counted)
    try:
        with transaction() as session:
            review.accept(session, me, fetch(session, Submission, key, me.office_id), waive, picked)
    except Refused as error:
        return show(request, me, key, picked, {"waive": waive}, error)
    return RedirectResponse(f"{own_path(back, '/submissions')}?done=accepted", 303)


@router.post("/{key:uuid}/return")
def send_back(
    request: Request, me: Me, key: UUID, reason: str = Form(""), new_due: str = Form(""),
    counted: Annotated[Numbers, Form()] = None, split: str = Form(""), back: str = Form("/submissions"),
) -> Response:
    picked = chosen(split, counted)
    try:
        with transaction() as session:
            row = fetch(session, Submission, key, me.office_id)
            review.send_back(session, me, row, reason, day(new_due, "重报时限"), picked)
    except Refused as error:
        return show(request, me, key, picked, {"reason": reason, "new_due": new_due}, error)
    return RedirectResponse(f"{own_path(back, '/submissions')}?done=returned", 303)
