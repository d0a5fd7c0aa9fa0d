"""长期任务: all duties by subject, setting one from a printed phrase, one duty with what was done for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, QueryParams

from actions import duty as duties
from actions import entry, register_event
from actions.record import Actor
from config import clock
from config.workdays import DAY, official
from models import duty_board, duty_ledger, lists
from models.base import Refused, Rejected
from models.cycle import Assignment
from models.database import fetch, reading, transaction
from models.duty import Duty
from models.unit import Unit
from models.words import AssignmentState, DutyKind
from plans.phrase import read
from rules.deadline import Deadline, settle
from rules.period import Period, period_with
from web.forms import day, fresh_nonce, key_of, needed_day, number, texts
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter(prefix="/duties")
PERIODS = {
    "FREQ=MONTHLY;BYMONTHDAY=-1": "每月", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1": "每季度",
    "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1": "每半年", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31": "每年",
}
FIELDS = (
    "cycle", "title", "code", "phrase", "rrule", "anchor_on", "validity_years", "per_person", "people",
    "on_new_contact", "receivers", "gate", "remind_before", "doubt_seen",
)
BLANK = dict.fromkeys(FIELDS, "")
AHEAD = 3  # periods shown before anything is set
SEPARATORS = re.compile(r"[、，,；;\s]+")


@router.get("")
def index(request: Request, me: Me, subject: Annotated[str, Query()] = "") -> Response:
    """Every duty of the running cycles by subject; on top what waits for the office's word."""
    with reading() as session:
        known = {duty.code: duty_board.name_of(duty) for duty, _ in duty_ledger.duties_of(session, me.office_id)}
        return render(
            request, "office/duties.html", known=known, chosen=subject,
            subjects=duty_board.subjects_of(session, me.office_id, subject),
            waiting=duty_ledger.waiting_duties(session, me.office_id),
        )


@dataclass(frozen=True)
class Seen:
    """A phrase as the office would take it: what calls the duty up, when, and what is still open."""

    reading: Deadline
    kind: DutyKind | None
    refusal: str = ""
    asks_day: str = ""
    before: date | None = None
    periods: list[Period] = field(default_factory=list)


def seen(fields: dict[str, str], ref: date | None = None) -> Seen | None:
    """The live reading of a form; None while there is nothing to read."""
    phrase, anchor = fields["phrase"].strip(), day(fields["anchor_on"], "起算日或届满日")
    if not phrase:
        return None
    found = read(phrase, ref or clock.today())
    rule = fields["rrule"] if fields["rrule"] in PERIODS else found.rrule
    try:
        kind = duties.kind_of(found, rule)
    except Rejected as error:
        return Seen(found, None, str(error))
    if kind == DutyKind.EXPIRY and found.offset:
        before = settle(found.offset, anchor, official()).due if anchor else None
        return Seen(found, kind, asks_day="" if anchor else found.anchor or "届满", before=before)
    return Seen(found, kind, periods=list(_ahead(found, rule, anchor)) if rule else [])


def _ahead(found: Deadline, rule: str, anchor: date | None) -> Iterator[Period]:
    since = anchor or clock.today()  # periods that began in the past are opened and shown as such
    for _ in range(AHEAD):
        period = period_with(rule, since, official(), anchor, found.offset)
        if period is None:
            return
        yield period
        since = period.end + DAY


@router.get("/reading")
def live_reading(
    request: Request, me: Me, phrase: str = "", ref: str = "", rrule: str = "", anchor_on: str = ""
) -> Response:
    """The fragment that follows the typing; a date half typed is no reason to answer nothing."""
    fields = {"phrase": phrase, "rrule": rrule, "anchor_on": anchor_on}
    try:
        return render(request, "office/duty_reading.html", seen=seen(fields, day(ref, "文件日期")))
    except Rejected as error:
        return render(request, "office/duty_reading.html", seen=None, wrong=str(error))


@router.get("/new")
def new_duty(request: Request, me: Me) -> Response:
    """The form, with what the address carries: the trial reading works without scripts."""
    return _form(request, me, request.query_params, None)


def _form(request: Request, me: Actor, given: FormData | QueryParams, error: Refused | None) -> Response:
    fields = BLANK | {name: value for name, value in given.items() if isinstance(value, str)}
    try:
        found = seen(fields)
    except Rejected as wrong:
        found, error = None, error or wrong
    with reading() as session:
        cycles = [cycle for cycle in lists.cycles_of(session, me.office_id) if cycle.closed_on is None]
        return render(
            request, "office/duty_new.html", status_of(error) if error else 200, cycles=cycles, fields=fields,
            units=lists.units_of(session, me.office_id), chosen={str(key) for key in given.getlist("units")},
            periods=PERIODS, seen=found, error=error,
        )


@router.post("")
async def add(request: Request, me: Me) -> Response:
    """Set the duty for every unit chosen, for all or for none; a refusal keeps what was typed."""
    return await run_in_threadpool(_add, request, me, await request.form())


def _add(request: Request, me: Actor, form: FormData) -> Response:
    fields = BLANK | texts(form)
    try:
        keys = [key_of(str(value), "单位") for value in form.getlist("units")]
        if not keys:
            raise Rejected("请至少选择一个单位。")
        wanted, cycle = _wanted(fields), key_of(fields["cycle"], "督察周期")
        with transaction() as session:
            for key in keys:
                duties.add_duty(session, me, cycle, fetch(session, Unit, key, me.office_id), wanted)
    except Refused as error:
        return _form(request, me, form, error)
    return RedirectResponse("/duties?done=duty", 303)


def _wanted(fields: dict[str, str]) -> duties.Wanted:
    if fields["rrule"] and fields["rrule"] not in PERIODS:
        raise Rejected("请在所列周期中选择。")
    years = fields["validity_years"].strip()
    return duties.Wanted(
        title=fields["title"], phrase=fields["phrase"], code=fields["code"], rrule=fields["rrule"],
        anchor_on=day(fields["anchor_on"], "起算日或届满日"), validity_years=amount(years, "有效期") if years else None,
        per_person=bool(fields["per_person"]), receivers=_several(fields["receivers"]), gate=fields["gate"],
        people=number(fields["people"] or "0", "至少办理人数"), on_new_contact=bool(fields["on_new_contact"]),
        remind_before=[number(text, "提前提醒天数") for text in _several(fields["remind_before"])],
        doubt_seen=bool(fields["doubt_seen"]),
    )


def _several(text: str) -> list[str]:
    return [part for part in SEPARATORS.split(text) if part]


def amount(text: str, name: str) -> float:
    """A figure that may have a fraction (1.5学时)."""
    try:
        return float(text)
    except ValueError:
        raise Rejected(f"“{name}”应为数字。") from None


@router.get("/{key:uuid}")
def duty_page(request: Request, me: Me, key: UUID, year: int = 0) -> Response:
    """One duty: every time it was owed, what was registered, the year's table, how punctual its subject is."""
    with reading() as session:
        duty = fetch(session, Duty, key, me.office_id)
        items = duty_ledger.occurrences_of(session, [key]).get(key, [])
        return render(
            request, "office/duty.html", duty=duty, unit=fetch(session, Unit, duty.unit_id), nonce=fresh_nonce(),
            called=duty_board.name_of(duty), restartable=register_event.can_restart(duty),
            rate=duty_ledger.rate(session, me.office_id, duty.code, clock.today()),
            **_done_for(session, duty, items), **_year_of(session, duty, year or clock.today().year),
        )


def _done_for(session: Any, duty: Duty, items: list[Assignment]) -> dict[str, Any]:
    current = duty_board.current_of(duty, items)
    entries = duty_ledger.entries_by_item(session, [item.id for item in items])
    return {
        "current": current, "entries": entries.get(current.id, []) if current else [],
        "times": [(item, duty_ledger.progress_of(duty, item, entries.get(item.id, []))) for item in items],
        "open_items": [item for item in items if item.state != AssignmentState.DONE],
    }


def _year_of(session: Any, duty: Duty, year: int) -> dict[str, Any]:
    return {
        "year": year, "months": duty_ledger.months_of(session, duty.id, year),
        "below": dict(duty_ledger.below_quota(session, duty, year)),
    }


@router.post("/{key:uuid}/entries")
def register(
    me: Me, key: UUID, item: UUID = Form(), nonce: str = Form(""), on: str = Form(""), what: str = Form(""),
    much: str = Form("1"), person: str = Form(""), receiver: str = Form(""),
) -> Response:
    """Register an act on the unit's behalf."""
    with transaction() as session:
        owed = fetch(session, Assignment, item, me.office_id)
        act = entry.Act(nonce, needed_day(on, "办理日期"), what, amount(much, "数量"), person, receiver)
        entry.register(session, me, owed, act)
    return RedirectResponse(f"/duties/{key}?done=ok", 303)


@router.post("/{key:uuid}/events")
def event(
    me: Me, key: UUID, on: str = Form(""), subject: str = Form(""), gate_result: str = Form(""),
    restarts: str = Form(""),
) -> Response:
    """What calls the duty up has happened."""
    with transaction() as session:
        duty, happened = fetch(session, Duty, key, me.office_id), needed_day(on, "发生日期")
        register_event.register_event(session, me, duty, happened, subject, gate_result, bool(restarts))
    return RedirectResponse(f"/duties/{key}?done=ok", 303)


@router.post("/{key:uuid}/republish")
def republish(me: Me, key: UUID, expiry: str = Form("")) -> Response:
    with transaction() as session:
        duty = fetch(session, Duty, key, me.office_id)
        register_event.republish(session, me, duty, needed_day(expiry, "新的届满日期"))
    return RedirectResponse(f"/duties/{key}?done=ok", 303)


@router.post("/{key:uuid}/end")
def end(me: Me, key: UUID, reason: str = Form("")) -> Response:
    with transaction() as session:
        duties.end_duty(session, me, fetch(session, Duty, key, me.office_id), reason)
    return RedirectResponse(f"/duties/{key}?done=ok", 303)
