"""What a unit fills in: reports, plans, marks, problems, requests for more time, and the drafts of all these."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from actions import extend, rectify, self_check
from actions.measure import submit_measure
from actions.rectify import Acting, ProblemReport
from actions.submit import Report, already_sent, says_the_same
from models import unit_ledger as own
from models.base import NotAllowed, Refused, Rejected
from models.cycle import Cycle
from models.database import reading
from models.door_ledger import last_done
from models.ledger import evidence_of, problems_of
from models.problem import Problem
from models.submission import Submission
from models.words import (
    MEASURES,
    AssignmentKind,
    CycleState,
    ExtensionState,
    Move,
    ProblemState,
    SubmissionState,
)
from web import unit_statements
from web.forms import fresh_nonce, needed_day, number, rows
from web.unit_attempt import bound_nonce, take
from web.unit_door import READ, Here, Posted, enter
from web.unit_duties import show_duty
from web.unit_pages import PLAN_NAMES, PROBLEM_NAMES, marks_seen, show_extend, show_item, show_problem, show_tasks
from web.uploads import brings_more, brought

router = APIRouter(prefix="/u")
SENDERS = {
    AssignmentKind.SELF_CHECK_REPORT: self_check.submit_self_check,
    AssignmentKind.RECT_REPORT: rectify.submit_rect_report,
}


@router.api_route("/{token}/item/{key:uuid}", methods=READ)
def item_page(request: Request, token: str, key: UUID) -> Response:
    with reading() as session:
        here = enter(request, session, token)
        item, _ = own.own_item(session, here.who.unit.id, key)
        if item.problem_id:
            return RedirectResponse(f"/u/{token}/problem/{item.problem_id}", 303)
        return (show_duty if item.duty_id else show_item)(here, key, {}, None)


@router.api_route("/{token}/tasks/{key:uuid}", methods=READ)
def tasks_page(request: Request, token: str, key: UUID) -> Response:
    with reading() as session:
        return show_tasks(enter(request, session, token), key, {}, None)


@router.api_route("/{token}/problem/{key:uuid}", methods=READ)
def problem_page(request: Request, token: str, key: UUID) -> Response:
    with reading() as session:
        return show_problem(enter(request, session, token), key, {}, None)


@router.api_route("/{token}/extend/{key:uuid}", methods=READ)
def extend_page(request: Request, token: str, key: UUID) -> Response:
    with reading() as session:
        return show_extend(enter(request, session, token), key, {}, None)


@router.post("/{token}/item/{key:uuid}")
async def send_item(request: Request, token: str, key: UUID) -> Response:
    return await take(request, token, key, _send_item, show_item, "item")


@router.post("/{token}/plan/{key:uuid}")
async def send_plan(request: Request, token: str, key: UUID) -> Response:
    return await take(request, token, key, _send_plan, show_item, "item")


@router.api_route("/{token}/plan/{key:uuid}", methods=READ)
@router.api_route("/{token}/check/{key:uuid}", methods=READ)
@router.api_route("/{token}/item/{key:uuid}/{_act}", methods=READ)
def back_to_item(token: str, key: UUID) -> Response:
    """A messenger that reopens the address of a refused or checked form finds the form with its draft."""
    return RedirectResponse(f"/u/{token}/item/{key}", 303)


@router.api_route("/{token}/problem/{key:uuid}/{_act}", methods=READ)
def back_to_problem(token: str, key: UUID, _act: str) -> Response:
    return RedirectResponse(f"/u/{token}/problem/{key}", 303)


@router.post("/{token}/tasks/{key:uuid}")
async def mark_tasks(request: Request, token: str, key: UUID) -> Response:
    return await take(request, token, key, _mark_tasks, show_tasks, "tasks")


@router.post("/{token}/problem/{key:uuid}/report")
async def report_problem(request: Request, token: str, key: UUID) -> Response:
    return await take(request, token, key, _report_problem, partial(show_problem, form="report"), "report")


@router.post("/{token}/problem/{key:uuid}/object")
async def object_to_problem(request: Request, token: str, key: UUID) -> Response:
    return await take(request, token, key, _object, partial(show_problem, form="object"), "object")


@router.post("/{token}/state/{key:uuid}")
async def make_statement(request: Request, token: str, key: UUID) -> Response:
    return await take(request, token, key, unit_statements.act, show_about, "state")


def show_about(here: Here, key: UUID, fields: dict[str, str], error: Refused | None) -> Response:
    """The page of what a refused statement was about."""
    about = own.own_about(here.session, here.who.unit.id, key)
    if isinstance(about, Problem):
        return show_problem(here, key, fields, error, "state")
    return (show_duty if about.duty_id else show_item)(here, key, fields, error, "state")


@router.post("/{token}/extend/{key:uuid}")
async def ask_extension(request: Request, token: str, key: UUID) -> Response:
    return await take(request, token, key, _ask_extension, show_extend, "extend")


def _send_item(here: Here, what: Posted, key: UUID) -> str:
    item, _ = own.own_item(here.session, here.who.unit.id, key)
    if item.kind not in (*SENDERS, *MEASURES):
        raise NotAllowed("此项不在此处报送，请按通知要求办理。")
    problems = rows(what.fields, "problem", PROBLEM_NAMES)
    nonce = bound_nonce(item.id, what)
    twice = already_sent(here.session, here.who.actor, nonce)  # its files were taken by the first click
    place = f"item-{item.id}"
    uploads, reused = ([], []) if twice else brought(here, what, place)
    report = Report(
        nonce, what.fields.get("body", ""), problems, uploads, "no_problems" in what.fields and not problems,
        reused, "on_site" in what.fields,
    )
    if item.kind in MEASURES:
        row = submit_measure(here.session, here.who.actor, item, report, for_all="for_all" in what.fields)
    else:
        row = SENDERS[item.kind](here.session, here.who.actor, item, report)
    more = bool(twice) and brings_more(here, what, place, evidence_of(here.session, submission_id=row.id))
    _check_fresh(row, what, same=not more and says_the_same(row, report, "for_all" in what.fields))
    return f"/item/{key}?done=sent"


def _send_plan(here: Here, what: Posted, key: UUID) -> str:
    unit, (item, _) = here.who.unit, own.own_item(here.session, here.who.unit.id, key)
    numbers = [problem.no for problem, _, _ in problems_of(here.session, item.cycle_id, unit.id)]
    plans = {no: {name: what.fields.get(f"plan-{no}-{name}", "") for name in PLAN_NAMES} for no in numbers}
    row = rectify.submit_plan(
        here.session, here.who.actor, item.cycle_id, unit.id, plans, bound_nonce(item.id, what)
    )
    said = rectify.said_in(plans)
    _check_fresh(row, what, same=row.content.get("said", said) == said)
    return f"/item/{key}?done=plan"


def _check_fresh(row: Submission, what: Posted, same: bool) -> None:
    """An old page sent again with other words, or after its report was returned, is no second click of the first."""
    if row.state == SubmissionState.RETURNED:
        what.fields["nonce"] = fresh_nonce()
        raise Rejected("此页打开之后，原报送件已被退回，本次内容尚未报送。请核对退回理由，再点一次报送。")
    if not same:
        what.fields["nonce"] = fresh_nonce()
        raise Rejected("此页先前已报送过一次，本次改动的内容尚未报送。需要更正的，请联系办公室退回后再报。")


def _must_run(cycle: Cycle) -> None:
    if cycle.state == CycleState.CLOSED:
        raise NotAllowed("本督察周期已结束，只能查看，不再接收报送。")


def _mark_tasks(here: Here, what: Posted, key: UUID) -> str:
    _must_run(own.own_cycle(here.session, here.who.unit.id, key))
    chosen = {name.removeprefix("mark-"): mark for name, mark in what.fields.items() if name.startswith("mark-")}
    self_check.mark_tasks(here.session, here.who.actor, key, here.who.unit.id, chosen, marks_seen(what.fields))
    return f"/tasks/{key}?done=tasks"


def _report_problem(here: Here, what: Posted, key: UUID) -> str:
    problem, fields = own.own_problem(here.session, here.who.unit.id, key), what.fields
    seen, result = number(fields.get("seen", ""), "页面版本"), fields.get("result", "").strip()
    place, sent = f"problem-{problem.id}", evidence_of(here.session, problem_id=problem.id)
    twice = _second_click(problem, seen, ProblemState.REPORTED) and problem.result == result
    if not twice or brings_more(here, what, place, sent):
        uploads, reused = brought(here, what, place)
        report = ProblemReport(result, uploads, "on_site" in fields, reused)
        rectify.report_problem(here.session, here.who.actor, problem, seen, report)
    return f"/problem/{key}?done=reported"


def _object(here: Here, what: Posted, key: UUID) -> str:
    problem = own.own_problem(here.session, here.who.unit.id, key)
    seen, reason = number(what.fields.get("seen", ""), "页面版本"), what.fields.get("reason", "").strip()
    twice = _second_click(problem, seen, ProblemState.OBJECTED)
    if not twice or last_done(here.session, problem.id, Move.OBJECT.label)[1] != reason:
        acting = Acting(Move.OBJECT, seen, reason)
        rectify.move_problem(here.session, here.who.actor, problem, acting)
    return f"/problem/{key}?done=objected"


def _second_click(problem: Problem, seen: int, target: ProblemState) -> bool:
    """Whether the one move since the page was opened is the very one asked for."""
    return problem.version == seen + 1 and problem.state == target


def _ask_extension(here: Here, what: Posted, key: UUID) -> str:
    item, cycle = own.own_item(here.session, here.who.unit.id, key)
    _must_run(cycle)
    day, reason = needed_day(what.fields.get("day", ""), "申请延至"), what.fields.get("reason", "").strip()
    same = [
        row for row in own.extensions_of_item(here.session, item.id)
        if row.state == ExtensionState.ASKED and (row.asked_due_on, row.reason) == (day, reason)
    ]
    if not same:  # a second click finds its first request
        extend.ask_extension(here.session, here.who.actor, item, day, reason)
    return f"/extend/{key}?done=asked"
