"""What waits for a decision: submissions, extensions, escalation drafts, receipts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from actions import escalate, extend, open_link, review, submit
from config import clock
from models import leader_ledger, lists, open_work
from models.base import NotAllowed
from models.cycle import Assignment
from models.database import fetch, reading, transaction
from models.ledger import contacts_of_unit, evidence_of, policy_of
from models.problem import Escalation
from models.submission import Extension, Submission
from models.unit import Unit
from models.words import AssignmentKind, EscalationStep
from rules.escalation import RESTRICTED
from rules.report import measure
from rules.roles import Act, may
from web.forms import day, own_path
from web.guard import Me
from web.page import render

router = APIRouter()


@router.get("/submissions")
def submissions(request: Request, me: Me) -> Response:
    with reading() as session:
        return render(request, "office/submissions.html", rows=lists.pending_submissions(session, me.office_id))


@router.get("/submissions/{key}")
def submission(
    request: Request, me: Me, key: UUID, counted: Annotated[list[int] | None, Query()] = None
) -> Response:
    """A report with what the content rule measured, its sections marked; `counted` tries another split."""
    with reading() as session:
        row = fetch(session, Submission, key, me.office_id)
        item = fetch(session, Assignment, row.assignment_id)
        gate = row.kind == AssignmentKind.SELF_CHECK_REPORT and bool(row.body.strip())
        return render(
            request, "office/submission.html", row=row, item=item, unit=fetch(session, Unit, row.unit_id),
            content=measure(row.body, set(counted) if counted else None) if gate else None,
            counted=counted, least=policy_of(session, row.cycle_id).content_share,
            evidence=evidence_of(session, submission_id=row.id), on_time=submit.on_time(item),
        )


@router.post("/submissions/{key}/accept")
def accept(
    me: Me, key: UUID, waive: str = Form(""), counted: Annotated[list[int] | None, Form()] = None,
    back: str = Form("/submissions"),
) -> Response:
    with transaction() as session:
        row = fetch(session, Submission, key, me.office_id)
        review.accept(session, me, row, waive, set(counted) if counted else None)
    return RedirectResponse(f"{own_path(back, '/submissions')}?done=accepted", 303)


@router.post("/submissions/{key}/return")
def send_back(
    me: Me, key: UUID, reason: str = Form(""), new_due: str = Form(""), back: str = Form("/submissions")
) -> Response:
    with transaction() as session:
        row = fetch(session, Submission, key, me.office_id)
        review.send_back(session, me, row, reason, day(new_due, "重报时限"))
    return RedirectResponse(f"{own_path(back, '/submissions')}?done=returned", 303)


@router.get("/extensions")
def extensions(request: Request, me: Me) -> Response:
    with reading() as session:
        rows = lists.extensions_of(session, me.office_id)
        return render(request, "office/extensions.html", rows=rows, mine=may(me.role, Act.EXTENSION))


@router.post("/extensions/{key}")
def decide_extension(
    me: Me, key: UUID, approve: str = Form(""), answer: str = Form(""), new_day: str = Form("")
) -> Response:
    with transaction() as session:
        row = fetch(session, Extension, key, me.office_id)
        extend.decide_extension(session, me, row, approve == "yes", answer, day(new_day, "同意延至"))
    return RedirectResponse("/extensions?done=approved", 303)


@router.get("/escalations")
def escalations(request: Request, me: Me) -> Response:
    """Drafts and what was taken; referrals are shown to those who decide only."""
    with reading() as session:
        rows = [
            row for row in lists.escalations_of(session, me.office_id)
            if row[0].step not in RESTRICTED or may(me.role, Act.READ_REFERRALS)
        ]
        overdue = open_work.overdue(session, me.office_id, clock.today())
        drafts = leader_ledger.drafts_of(session, me.office_id, clock.today())
        return render(
            request, "office/escalations.html", rows=rows, mine=may(me.role, Act.DECIDE_STEP), overdue=overdue,
            steps=list(EscalationStep), settled={row.id for row, _, owed in drafts if not owed},
        )


@router.post("/escalations")
def draft(
    me: Me, assignment: UUID = Form(), step: EscalationStep = Form(), reason: str = Form("")
) -> Response:
    with transaction() as session:
        item = fetch(session, Assignment, assignment, me.office_id)
        escalate.draft_step(session, me, item, step, clock.today(), reason)
    return RedirectResponse("/escalations?done=ok", 303)


@router.post("/escalations/{key}")
def decide(
    me: Me, key: UUID, approve: str = Form(""), number: str = Form(""), new_due: str = Form(""), reason: str = Form("")
) -> Response:
    with transaction() as session:
        row = fetch(session, Escalation, key, me.office_id)
        escalate.decide(session, me, row, approve == "yes", number, day(new_due, "限期"), reason)
    return RedirectResponse("/escalations?done=approved", 303)


@router.post("/escalations/{key}/delist")
def delist(me: Me, key: UUID, reason: str = Form("")) -> Response:
    with transaction() as session:
        escalate.delist(session, me, fetch(session, Escalation, key, me.office_id), reason)
    return RedirectResponse("/escalations?done=ok", 303)


@router.post("/receipts/{key}")
def receipt(
    me: Me, key: UUID, name: str = Form(""), how: str = Form("电话"), served: str = Form("", alias="day")
) -> Response:
    """A signature given on paper or by telephone; limits that run from it count from the day of service."""
    with transaction() as session:
        item = fetch(session, Assignment, key, me.office_id)
        contacts = contacts_of_unit(session, item.unit_id) if item.unit_id else []
        if not contacts:
            raise NotAllowed("该单位没有联系人，请先录入。")
        open_link.sign_on_paper(session, me, item, contacts[0], {"name": name, "how": how, "day": served})
    return RedirectResponse("/?done=ok", 303)
