"""督察报告、专报、评估、通报: figures of the day beside the parts a person writes; sending a circular to all units."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import evaluation, report
from actions.cycle_figures import NO_THEME, scope_of
from actions.record import Actor
from actions.report_content import ABOUT_THEME, ABOUT_UNIT, CONTENTS, About, content_of
from config import clock
from models import report_ledger, statistics
from models.base import NotFound, Refused, Rejected
from models.cycle import Cycle
from models.database import fetch, reading, transaction
from models.paper import Paper
from models.paper_words import PaperKind, PaperState
from models.report_ledger import found_problems
from rules.standing_words import Half, half_of, half_with
from web.forms import day, key_of, whole_form
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter(prefix="/cycles")
KINDS = tuple(CONTENTS)
HALVES = 4


@router.get("/{cycle_id}/report")
def page(
    request: Request, me: Me, cycle_id: UUID, kind: Annotated[str, Query()] = "", what: Annotated[str, Query()] = "",
) -> Response:
    """Today's figures as the paper will say them, and the fields for what only a person can write."""
    return _page(request, me, cycle_id, kind, what)


def _page(
    request: Request, me: Actor, cycle_id: UUID, kind: str, what: str, error: Refused | None = None,
    typed: dict[str, Any] | None = None,
) -> Response:
    with reading() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        chosen = kind_named(kind)
        about, problem = about_of(cycle, chosen, what), error
        content, last = None, None
        if about:
            last = report.drafted(session, cycle, about)
            try:
                content = content_of(session, cycle, about)
            except Refused as refused:
                problem = problem or refused
        return render(
            request, "office/report.html", status_of(error) if error else 200, cycle=cycle, kind=chosen, kinds=KINDS,
            what=about.what if about and not about.by else what,
            content=content, last=last, error=problem, seen=report.seen_of(last), sent=_sent(session, last),
            typed=report.written_of(last) | (typed or {}), part=report.part_word(chosen),
            **_choices(session, cycle, chosen),
        )


def kind_named(kind: str) -> PaperKind:
    """The kind of report asked for; a word that is none is the first."""
    return next((one for one in KINDS if one == kind), KINDS[0])


def about_of(cycle: Cycle, kind: PaperKind, what: str) -> About | None:
    """What the report is about; None while a brief's unit or theme is not chosen. `what` is "unit:<key>" or
    "theme:<words>" for a brief, a half-year's key for an evaluation."""
    if kind == PaperKind.EVALUATION:
        return About(kind, what or halves(cycle)[:2][-1].key)
    if kind != PaperKind.BRIEF:
        return About(kind)
    by, _, name = what.partition(":")
    return About(kind, name, by) if by in (ABOUT_UNIT, ABOUT_THEME) and name else None


def _choices(session: Session, cycle: Cycle, kind: PaperKind) -> dict[str, Any]:
    """What a brief can be about and which half-years can be looked at."""
    if kind == PaperKind.EVALUATION:
        tasks = evaluation.evaluations_of(session, cycle)
        return {"halves": halves(cycle), "tasks": tasks, "ahead": evaluation.proposed(session, cycle)}
    if kind != PaperKind.BRIEF:
        return {"halves": []}
    themes = {one.theme or NO_THEME for one in found_problems(session, cycle.id)}
    return {"halves": [], "units": statistics.units_in(session, scope_of(cycle)), "themes": sorted(themes)}


def halves(cycle: Cycle) -> list[Half]:
    """The half-year that runs and those before it in which the cycle ran, the latest first."""
    found = [half_of(clock.today())]
    while len(found) < HALVES and found[-1].first > cycle.opened_on:
        found.append(half_with(found[-1], -1))
    return found


def _sent(session: Session, last: Paper | None) -> dict[str, Any] | None:
    """How far a signed circular has been sent, and the minutes attached to it."""
    if last is None or last.kind != PaperKind.RESULTS or last.state != PaperState.ISSUED:
        return None
    rows = report.receivers(session, last)
    return {
        "told": sum(told for _, _, told in rows), "all": len(rows), "minutes": report_ledger.minutes_of(session, last),
    }


@router.post("/{cycle_id}/report")
async def keep(request: Request, me: Me, cycle_id: UUID) -> Response:
    """Draft the paper with today's figures and what was written."""
    async with whole_form(request) as form:
        fields = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
    return await run_in_threadpool(_keep, request, me, cycle_id, fields)


def _keep(request: Request, me: Actor, cycle_id: UUID, fields: Sequence[tuple[str, str]]) -> Response:
    given = dict(fields)
    typed: dict[str, Any] = {key: given.get(key, "") for key in report.WRITTEN}
    typed |= {name: [value for key, value in fields if key == name] for name in ("best", "worst")}
    kind, what = kind_named(given.get("kind", "")), given.get("what", "")
    try:
        with transaction() as session:
            cycle = fetch(session, Cycle, cycle_id, me.office_id)
            about = about_of(cycle, kind, what)
            if about is None:
                raise Rejected("请选择专报的单位或问题类别。")
            paper = report.draft_report(session, me, cycle, about, typed, given.get("seen", ""))
    except Refused as error:
        if isinstance(error, NotFound):
            raise
        return _page(request, me, cycle_id, kind, what, error, typed)
    if given.get("go") == "paper" and not report.advice_missing(paper):
        return RedirectResponse(f"/papers/{paper.id}", 303)
    done = "lacking" if given.get("go") == "paper" else "ok"
    query = urlencode({"kind": kind.value, "what": what, "done": done})
    return RedirectResponse(f"/cycles/{cycle_id}/report?{query}", 303)


@router.post("/{cycle_id}/report/evaluations")
async def evaluations(request: Request, me: Me, cycle_id: UUID) -> Response:
    """Set the half-yearly evaluations whose days were confirmed."""
    async with whole_form(request) as form:
        given = {key.removeprefix("due-"): value for key, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_evaluations, request, me, cycle_id, given)


def _evaluations(request: Request, me: Actor, cycle_id: UUID, given: dict[str, str]) -> Response:
    kind = PaperKind.EVALUATION.value
    try:
        days = {key: day(text, "评估时限") for key, text in given.items()}
        with transaction() as session:
            evaluation.set_evaluations(session, me, fetch(session, Cycle, cycle_id, me.office_id), days)
    except Rejected as error:
        return _page(request, me, cycle_id, kind, "", error, {f"due-{key}": text for key, text in given.items()})
    return RedirectResponse(f"/cycles/{cycle_id}/report?kind={kind}&done=ok", 303)


@router.get("/{cycle_id}/report/send")
def preview(request: Request, me: Me, cycle_id: UUID, paper: Annotated[str, Query()] = "") -> Response:
    """Whom the circular goes to, with the words they get; nothing is sent by looking."""
    with reading() as session:
        row, cycle = _circular(session, me, cycle_id, paper)
        rows = report.receivers(session, row)
        return render(
            request, "office/report_send.html", cycle=cycle, paper=row, text=report.text_of(row), rows=rows,
            left=[unit for unit, people, told in rows if people and not told],
        )


@router.post("/{cycle_id}/report/send")
async def send(request: Request, me: Me, cycle_id: UUID) -> Response:
    """Send it to every unit that has not got it."""
    async with whole_form(request) as form:
        paper = str(form.get("paper", ""))
    return await run_in_threadpool(_send, me, cycle_id, paper)


def _send(me: Actor, cycle_id: UUID, paper: str) -> Response:
    with transaction() as session:
        row, _ = _circular(session, me, cycle_id, paper)
        report.send_results(session, me, row)
    return RedirectResponse(f"/cycles/{cycle_id}/report/send?paper={row.id}&done=ok", 303)


def _circular(session: Session, me: Actor, cycle_id: UUID, paper: str) -> tuple[Paper, Cycle]:
    """A signed circular of this cycle."""
    row = fetch(session, Paper, key_of(paper, "通报"), me.office_id)
    if row.cycle_id != cycle_id:
        raise NotFound("没有找到这份通报。")
    report.check_circular(row)
    return row, fetch(session, Cycle, cycle_id, me.office_id)


@router.post("/{cycle_id}/report/minutes")
async def minutes(request: Request, me: Me, cycle_id: UUID) -> Response:
    """Attach the minutes of the meeting."""
    async with whole_form(request) as form:
        given = {key: value for key, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_minutes, request, me, cycle_id, given)


def _minutes(request: Request, me: Actor, cycle_id: UUID, given: dict[str, str]) -> Response:
    kind = PaperKind.RESULTS.value
    try:
        held = day(given.get("day", ""), "会议日期")
        with transaction() as session:
            row, _ = _circular(session, me, cycle_id, given.get("paper", ""))
            report.note_minutes(session, me, row, str(held or clock.today()), given.get("text", ""))
    except Rejected as error:
        kept = {"minutes": given.get("text", ""), "minutes_day": given.get("day", "")}
        return _page(request, me, cycle_id, kind, "", error, kept)
    return RedirectResponse(f"/cycles/{cycle_id}/report?kind={kind}&done=ok", 303)
