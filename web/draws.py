"""随机抽取: every draw on record, a new one, one with the recipe to check it and the visits that come of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from actions.draw import Wanted, draw_units, redo
from actions.plan_visits import visits_from_draw
from actions.record import Actor
from models import lists, visit_ledger
from models.base import Refused, Rejected
from models.cycle import Cycle
from models.database import Session, fetch, reading, transaction
from models.draw import Draw
from models.look_back_ledger import round_of_draw
from models.unit import Unit
from models.unit_names import groups_of, names_of
from models.words import CycleState
from rules.naming import find
from web.forms import key_of, needed_day, number, texts
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter(prefix="/draws")
CHOSEN = "勾选的单位"
LINE = re.compile(r"^(?P<name>[^，,：:；;\s]+)[，,：:；;\s]+(?P<reason>.+)$")


@router.get("")
def draws(request: Request, me: Me) -> Response:
    with reading() as session:
        return render(request, "office/draws.html", draws=visit_ledger.draws_of(session, me.office_id))


@dataclass(frozen=True)
class Typed:
    """The form as it was typed."""

    fields: Mapping[str, str]
    units: frozenset[str] = frozenset()


@router.get("/new")
def new(request: Request, me: Me, again: UUID | None = None, cycle: Annotated[str, Query()] = "") -> Response:
    """The empty form, or the list of an earlier draw once more."""
    with reading() as session:
        fields = {"cycle": cycle}
        if again:
            fields["purpose"] = fetch(session, Draw, again, me.office_id).purpose
    return _form(request, me, Typed(fields))


def _form(request: Request, me: Actor, typed: Typed, error: Refused | None = None) -> Response:
    with reading() as session:
        cycles = [one for one in lists.cycles_of(session, me.office_id) if one.state == CycleState.OPEN]
        groups = [(group, [u for u in units if u.active]) for group, units in groups_of(session, me.office_id)]
        units = [unit for unit in lists.units_of(session, me.office_id) if unit.active]
        return render(
            request, "office/draws_new.html", status_of(error) if error else 200, error=error, fields=typed.fields,
            chosen=typed.units, cycles=cycles, groups=groups, units=units,
        )


@router.post("")
async def make(request: Request, me: Me) -> Response:
    """Draw, store, and only then show; a refusal shows the form as it was typed."""
    return await run_in_threadpool(_make, request, me, await request.form())


def _make(request: Request, me: Actor, form: FormData) -> Response:
    typed = Typed(texts(form), frozenset(str(value) for value in form.getlist("units")))
    try:
        with transaction() as session:
            key = draw_units(session, me, _wanted(session, me, typed)).id
    except Refused as error:
        return _form(request, me, typed, error)
    return RedirectResponse(f"/draws/{key}", 303)


def _wanted(session: Session, me: Actor, typed: Typed) -> Wanted:
    given = typed.fields
    own_seed = given.get("seed_by") != "program"
    if own_seed and not given.get("seed", "").strip():
        raise Rejected("请填写号码，或改选“由程序即时生成”。")
    return Wanted(
        purpose=given.get("purpose", ""), strata=_strata(session, me, typed),
        seed=given.get("seed", "") if own_seed else "", seed_source=given.get("seed_source", ""),
        excluded=_excluded(session, me, given.get("excluded", "")), because=given.get("because", ""),
        cycle_id=key_of(given["cycle"], "督察周期") if given.get("cycle") else None,
    )


def _strata(session: Session, me: Actor, typed: Typed) -> dict[str, tuple[Sequence[Unit], int]]:
    """Of each group as many as its field says, and of the ticked units."""
    found: dict[str, tuple[Sequence[Unit], int]] = {}
    for group, members in groups_of(session, me.office_id):
        if count := typed.fields.get(f"g:{group.id}", "").strip():
            found[group.name] = ([unit for unit in members if unit.active], number(count, group.name))
    if typed.units:
        keys = [key_of(value, "单位") for value in typed.units]
        found[CHOSEN] = (
            visit_ledger.units_by_key(session, me.office_id, keys), number(typed.fields.get("n", ""), "抽取个数"),
        )
    return found


def _excluded(session: Session, me: Actor, text: str) -> dict[UUID, str]:
    """One line each: the unit, a comma, the reason."""
    known, found = names_of(session, me.office_id).units, {}
    for line in filter(None, (part.strip() for part in text.splitlines())):
        parts = LINE.match(line)
        key = find(parts["name"], known).key if parts else None
        if parts is None or key is None:
            raise Rejected(f"“{line[:40]}”读不出单位和理由，请写作“单位名称，理由”，每行一个。")
        found[key] = parts["reason"]
    return found


@router.get("/{key:uuid}")
def one(request: Request, me: Me, key: UUID, check: Annotated[str, Query()] = "") -> Response:
    return _one(request, me, key, check=bool(check))


def _one(
    request: Request, me: Actor, key: UUID, check: bool = False, error: Refused | None = None,
    fields: Mapping[str, str] | None = None,
) -> Response:
    """A draw beside the others of its occasion; `check` computes it again."""
    with reading() as session:
        row = fetch(session, Draw, key, me.office_id)
        cycle = fetch(session, Cycle, row.cycle_id) if row.cycle_id else None
        shown: dict[str, Any] = {
            "draw": row, "cycle": cycle, "round": round_of_draw(session, row.id),
            "beside": visit_ledger.draws_beside(session, row.again_of or row.id),
            "visits": visit_ledger.visits_of_draw(session, row.id), "held": redo(row) if check else None,
        }
        status = status_of(error) if error else 200
        return render(request, "office/draws_one.html", status, error=error, fields=fields or {}, **shown)


@router.post("/{key:uuid}/visits")
def visits(
    request: Request, me: Me, key: UUID, start: str = Form(""), end: str = Form(""), reason: str = Form("")
) -> Response:
    """The drawn units are put on the programme."""
    try:
        with transaction() as session:
            row = fetch(session, Draw, key, me.office_id)
            if round_of_draw(session, row.id):
                raise Rejected("本次抽取的是回头看核查的问题，不排定督察日程。")
            if row.cycle_id is None:
                raise Rejected("本次抽取不属于任何督察周期，不能排定日程。")
            cycle = fetch(session, Cycle, row.cycle_id, me.office_id)
            days = needed_day(start, "开始日期"), needed_day(end or start, "结束日期")
            visits_from_draw(session, me, cycle, row, *days, reason=reason)
    except Refused as error:
        return _one(request, me, key, error=error, fields={"start": start, "end": end, "reason": reason})
    return RedirectResponse(f"/draws/{key}?done=ok", 303)
