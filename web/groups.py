"""统称: which units a collective name of papers stands for; units that join, are renamed or merged."""

from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from actions.enrol import name_contact
from actions.join_group import join_group
from actions.name_units import merge_units, rename_unit, set_group
from actions.record import Actor
from models import lists
from models.base import Conflict, Refused, Rejected
from models.database import fetch, reading, transaction
from models.unit import Unit, UnitGroup
from models.unit_names import groups_of
from web.forms import key_of, texts
from web.guard import Me
from web.page import render
from web.status import status_of
from web.unit_story import show_unit

router = APIRouter()
CONTACT_FIELDS = ("contact", "post", "phone", "channel", "address", "second_channel", "second_address")


@router.get("/groups")
def groups(request: Request, me: Me) -> Response:
    return _page(request, me)


def _page(
    request: Request, me: Actor, error: Refused | None = None, name: str = "", members: frozenset[str] = frozenset()
) -> Response:
    """Every group with its members; a refused form keeps its name and what was ticked."""
    with reading() as session:
        units = [unit for unit in lists.units_of(session, me.office_id) if unit.active]
        return render(
            request, "office/groups.html", status_of(error) if error else 200, error=error, typed=name, members=members,
            units=units, groups=groups_of(session, me.office_id),
        )


@router.post("/groups")
async def save(request: Request, me: Me) -> Response:
    """Make a group, or say anew who belongs to it."""
    return await run_in_threadpool(_save, request, me, await request.form())


def _save(request: Request, me: Actor, form: FormData) -> Response:
    name, members = str(form.get("name", "")), [str(value) for value in form.getlist("members")]
    try:
        with transaction() as session:
            units = [fetch(session, Unit, key_of(value, "单位"), me.office_id) for value in members]
            set_group(session, me, name, units)
    except Refused as error:
        return _page(request, me, error, name, frozenset(members))
    return RedirectResponse("/groups?saved=1", 303)


@router.post("/groups/{key:uuid}/join")
def join(request: Request, me: Me, key: UUID, unit: str = Form("")) -> Response:
    """Add one unit: it receives what the group owes in every running cycle."""
    try:
        with transaction() as session:
            group = fetch(session, UnitGroup, key, me.office_id)
            joined = fetch(session, Unit, key_of(unit, "单位"), me.office_id)
            owed = join_group(session, me, group, joined)
    except Refused as error:
        return _page(request, me, error)
    return RedirectResponse(f"/groups?joined={joined.id}&owed={owed}#g-{key}", 303)


@router.post("/units/{key:uuid}/rename")
def rename(request: Request, me: Me, key: UUID, name: str = Form(""), reason: str = Form("")) -> Response:
    try:
        with transaction() as session:
            rename_unit(session, me, fetch(session, Unit, key, me.office_id), name, reason)
    except (Conflict, Rejected) as error:
        return _again(request, me, key, error, {"rename": name, "rename-reason": reason})
    return RedirectResponse(f"/units/{key}?done=ok", 303)


@router.post("/units/{key:uuid}/merge")
def merge(request: Request, me: Me, key: UUID, into: str = Form(""), reason: str = Form("")) -> Response:
    """The unit goes up in another; the page of its successor follows."""
    try:
        with transaction() as session:
            old, new = (fetch(session, Unit, one, me.office_id) for one in (key, key_of(into, "并入的单位")))
            merge_units(session, me, old, new, reason)
    except (Conflict, Rejected) as error:
        return _again(request, me, key, error, {"merge": into, "merge-reason": reason})
    return RedirectResponse(f"/units/{new.id}?done=ok", 303)


@router.post("/units/{key:uuid}/contact")
async def contact(request: Request, me: Me, key: UUID) -> Response:
    """Whom the office reaches at a unit."""
    return await run_in_threadpool(_contact, request, me, key, texts(await request.form()))


def _contact(request: Request, me: Actor, key: UUID, fields: dict[str, str]) -> Response:
    given = {name: fields.get(name, "") for name in CONTACT_FIELDS}
    try:
        with transaction() as session:
            name_contact(session, me, fetch(session, Unit, key, me.office_id), given)
    except (Conflict, Rejected) as error:
        return _again(request, me, key, error, given)
    return RedirectResponse(f"/units/{key}?done=ok", 303)


def _again(request: Request, me: Actor, key: UUID, error: Refused, typed: dict[str, str]) -> Response:
    with reading() as session:
        unit = fetch(session, Unit, key, me.office_id)
    return show_unit(request, me, unit, error=error, typed=typed)
