"""What comes again for a unit: its page with progress and limits, acts registered and withdrawn, events."""

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from actions import entry, register_event
from actions.entry import Act
from actions.keep_evidence import ON_SITE
from config import clock
from models import unit_ledger as own
from models.base import NotFound, Refused, Rejected
from models.cycle import OVER, Assignment, Cycle
from models.database import reading
from models.duty import Duty, Entry
from models.duty_ledger import entries_of, occurrences_of
from models.limit_ledger import versions_of
from models.words import AssignmentKind, AssignmentState, CycleState, DutyKind
from web.forms import fresh_nonce, needed_day
from web.unit_attempt import bound_nonce, take
from web.unit_door import READ, Here, Posted, enter
from web.unit_pages import may_ask
from web.unit_statements import statements
from web.unit_typed import filled
from web.unit_words import Progress, figure_of, person_sums, progress_of

router = APIRouter(prefix="/u")
A = AssignmentState
FIGURE = re.compile(r"\d+(\.\d+)?")


@router.api_route("/{token}/event/{key:uuid}", methods=READ)
def event_page(request: Request, token: str, key: UUID) -> Response:
    with reading() as session:
        return show_event(enter(request, session, token), key, {}, None)


@router.api_route("/{token}/entry/{key:uuid}/withdraw", methods=READ)
def back_from_entry(request: Request, token: str, key: UUID) -> Response:
    with reading() as session:
        row = own.own_entry(session, enter(request, session, token).who.unit.id, key)
    return RedirectResponse(f"/u/{token}/item/{row.assignment_id}", 303)


@router.post("/{token}/item/{key:uuid}/entry")
async def register_act(request: Request, token: str, key: UUID) -> Response:
    return await take(request, token, key, _register, partial(show_duty, form="entry"), "entry")


@router.post("/{token}/entry/{key:uuid}/withdraw")
async def withdraw_act(request: Request, token: str, key: UUID) -> Response:
    def page(here: Here, key: UUID, fields: dict[str, str], error: Refused | None) -> Response:
        row = own.own_entry(here.session, here.who.unit.id, key)
        return show_duty(here, row.assignment_id, fields, error, f"withdraw-{key}")

    return await take(request, token, key, _withdraw, page, "", final=True)


@router.post("/{token}/event/{key:uuid}")
async def register_new_event(request: Request, token: str, key: UUID) -> Response:
    return await take(request, token, key, _event, show_event, "event")


def _owed(here: Here, key: UUID) -> tuple[Assignment, Cycle, Duty]:
    item, cycle = own.own_item(here.session, here.who.unit.id, key)
    duty, _ = own.own_duty(here.session, here.who.unit.id, item.duty_id)
    return item, cycle, duty


def show_duty(
    here: Here, item_id: UUID, fields: dict[str, str], error: Refused | None, form: str = ""
) -> Response:
    """One occurrence of a duty: its limit and why, how far it has come, what is registered, the other occurrences."""
    item, cycle, duty = _owed(here, item_id)
    running = cycle.state == CycleState.OPEN
    rows = entries_of(here.session, item.id)
    return here.show(
        "duty", error, item=item, cycle=cycle, duty=duty, form=form, **_standing(here, item, duty, rows),
        **_forms(here, item, fields, form), versions=versions_of(here.session, item),
        may_enter=running and item.state not in OVER,
        may_ask=may_ask(item, cycle) and item.kind != AssignmentKind.CONFIRMATION and not item.paused_on,
        periods=_periods(here, duty),
        people=own.persons_of(here.session, here.who.unit.id, duty.id) if duty.per_person else [],
    )


def _standing(here: Here, item: Assignment, duty: Duty, rows: Sequence[Entry]) -> dict[str, Any]:
    """What is registered and what it comes to."""
    counting = [row for row in rows if not row.withdrawn]
    needed, measure = figure_of(item, duty)
    return {
        "entries": list(reversed(rows)), "progress": progress_of(item, duty, counting), "needed": needed,
        "measure": measure, "counts": counts_figure(item, duty),
        "sums": person_sums(counting) if duty.per_person else {},
        "received": {row.receiver for row in counting},
        "back": own.duty_returns(here.session, here.who.unit.id, [item]).get(item.id, ""),
    }


def _forms(here: Here, item: Assignment, fields: dict[str, str], form: str) -> dict[str, Any]:
    """The fields of each form: as just refused, else as kept."""
    typed = filled(here, f"entry-{item.id}", fields if form == "entry" else {})
    return {
        "fields": {"day": _usual_day(item), **typed.fields}, "typed": typed,
        "nonce": typed.fields.get("nonce") or fresh_nonce(), "taken_back": fields.get("reason", ""),
        **statements(here, item, fields if form == "state" else {}),
    }


def _usual_day(item: Assignment) -> str:
    """Today, unless the period is over: then the day must be thought about."""
    today = clock.today().isoformat()
    return today if today <= item.terms.get("period_end", today) else ""


def counts_figure(item: Assignment, duty: Duty) -> bool:
    """Whether an act carries a figure (学时); where acts are counted (次), each is one."""
    needed, measure = figure_of(item, duty)
    return needed > 1 and measure != "次"


def _periods(here: Here, duty: Duty) -> list[tuple[Assignment, Progress]]:
    """All times this duty was or is owed, newest first, each with what is registered."""
    items = occurrences_of(here.session, [duty.id]).get(duty.id, [])
    found = own.counted_entries(here.session, here.who.unit.id, [item.id for item in items])
    return [(item, progress_of(item, duty, found.get(item.id, []))) for item in items]


def progress_by_item(here: Here, duties: dict[UUID, Duty], items: Sequence[Assignment]) -> dict[UUID, Progress]:
    """How far each of the unit's open occurrences has come."""
    found = own.counted_entries(here.session, here.who.unit.id, [item.id for item in items if item.duty_id])
    return {
        item.id: progress_of(item, duties[item.duty_id], found.get(item.id, []))
        for item in items if item.duty_id in duties
    }


def _register(here: Here, what: Posted, key: UUID) -> str:
    item, _, duty = _owed(here, key)
    act = _act(item, duty, what)
    row = entry.register(here.session, here.who.actor, item, act)
    _check_same(row, act, what)
    return f"/item/{row.assignment_id}?done={'entered' if row.assignment_id == item.id else 'entered_there'}"


def _act(item: Assignment, duty: Duty, what: Posted) -> Act:
    fields = {name: value.strip() for name, value in what.fields.items()}
    return Act(
        bound_nonce(item.id, what), needed_day(fields.get("day", ""), "办理日期"), _what(fields),
        _amount(fields.get("amount", ""), figure_of(item, duty)[1]) if counts_figure(item, duty) else 1,
        fields.get("person", "") if duty.per_person else "", fields.get("receiver", "") if duty.receivers else "",
    )


def _what(fields: dict[str, str]) -> str:
    """What was done; that proof is to be looked at on the spot is said in the words, as a returned ledger says it."""
    what = fields.get("what", "")
    return f"{what}（佐证材料：{ON_SITE}）" if what and "on_site" in fields else what


def _amount(text: str, measure: str) -> float:
    bare = text.removesuffix(measure).strip()
    if not FIGURE.fullmatch(bare):
        raise Rejected(f"请用数字填写本次的{measure}数，如 2 或 1.5。")
    return float(bare)


def _check_same(row: Entry, act: Act, what: Posted) -> None:
    """An old page sent again with other words, or after its act was withdrawn, is not the second click of the first."""
    same = (row.day, row.what, row.amount, row.person, row.receiver)
    if row.withdrawn or same != (act.day, act.what, act.amount, act.person, act.receiver):
        what.fields["nonce"] = fresh_nonce()
        raise Rejected("此页先前已登记过一次，本次内容尚未登记。确需再登记一条的，请再点一次“登记”。")


def _withdraw(here: Here, what: Posted, key: UUID) -> str:
    row, reason = own.own_entry(here.session, here.who.unit.id, key), what.fields.get("reason", "").strip()
    if not row.withdrawn or row.withdrawn != reason:  # a second click finds what the first one did
        entry.withdraw(here.session, here.who.actor, row, reason)
    return f"/item/{row.assignment_id}?done=withdrawn"


def _event_duty(here: Here, key: UUID) -> tuple[Duty, Cycle]:
    duty, cycle = own.own_duty(here.session, here.who.unit.id, key)
    if duty.kind != DutyKind.EVENT:
        raise NotFound("此项任务不按事由登记。")
    return duty, cycle


def show_event(here: Here, duty_id: UUID, fields: dict[str, str], error: Refused | None) -> Response:
    """The form that registers an event, and the events registered before."""
    duty, cycle = _event_duty(here, duty_id)
    typed = filled(here, f"event-{duty.id}", fields)
    return here.show(
        "event", error, duty=duty, cycle=cycle, fields={"day": clock.today().isoformat(), **typed.fields}, typed=typed,
        may_enter=cycle.state == CycleState.OPEN and duty.ended_on is None, periods=_periods(here, duty), item=None,
    )


def _event(here: Here, what: Posted, key: UUID) -> str:
    duty, _ = _event_duty(here, key)
    day = needed_day(what.fields.get("day", ""), "事由发生日期")
    subject, gate = what.fields.get("subject", "").strip(), what.fields.get("gate", "").strip()
    item = _known(here, duty, day, subject) or register_event.register_event(
        here.session, here.who.actor, duty, day, subject, gate
    )
    return f"/item/{item.id}?done=event"


def _known(here: Here, duty: Duty, day: date, subject: str) -> Assignment | None:
    """The same event of the same day: a second click finds the first."""
    found = occurrences_of(here.session, [duty.id]).get(duty.id, [])
    return next((one for one in found if (one.occurrence, one.period_start) == (f"event:{subject}", day)), None)
