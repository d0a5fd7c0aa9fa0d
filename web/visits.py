"""实地督察日程: arranged for many units at once; teams, where their people come from, and who stays away."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from actions import members, score, visit
from actions.plan_visits import plan_visits
from actions.record import Actor
from actions.team import NONE, declare_homes, form_team, homes_named, recusal_of
from config import clock
from models import lists, visit_ledger
from models.base import Refused, Rejected
from models.cycle import Cycle, Team, Visit
from models.database import Session, fetch, reading, transaction
from models.ledger import teams_of, units_of_cycle
from models.words import VisitKind
from web.forms import key_of, needed_day, number, texts
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter(prefix="/cycles/{cycle_id}")


@router.get("/visits")
def visits(request: Request, me: Me, cycle_id: UUID) -> Response:
    return _page(request, me, cycle_id)


def _page(
    request: Request, me: Actor, cycle_id: UUID, error: Refused | None = None,
    fields: Mapping[str, str] | None = None, chosen: Collection[str] | None = None,
) -> Response:
    """Visits by day, who was never visited, the teams; after a refusal with what was typed."""
    with reading() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        rows = [(*row, recusal_of(*row)) for row in lists.visits_of(session, cycle_id)]
        planned, teams = visit_ledger.on_programme(session, cycle_id), teams_of(session, cycle_id)
        units = units_of_cycle(session, cycle_id)
        return render(
            request, "office/visits.html", status_of(error) if error else 200, cycle=cycle, visits=rows, error=error,
            never=visit_ledger.never_visited(session, cycle_id, clock.today()), teams=teams,
            units=units, kinds=VisitKind, fields=fields or {}, homes=_home_names(session, me, teams),
            people=visit_ledger.field_people(session, me.office_id),
            members=visit_ledger.members_of(session, [team.id for team in teams]),
            chosen={str(unit.id) for unit in units if unit.id not in planned} if chosen is None else chosen,
        )


def _home_names(session: Session, me: Actor, teams: Sequence[Team]) -> dict[UUID, str]:
    """The names of the units each team's people come from, as typed; 无 when it was said that there is none."""
    names = {str(unit.id): unit.name for unit in lists.units_of(session, me.office_id)}
    listed = {team.id: "、".join(names[key] for key in team.home_units if key in names) for team in teams}
    return {team.id: listed[team.id] or (NONE if team.homes_by else "") for team in teams}


@router.post("/visits/plan")
async def plan(request: Request, me: Me, cycle_id: UUID) -> Response:
    return await run_in_threadpool(_plan, request, me, cycle_id, await request.form())


def _plan(request: Request, me: Actor, cycle_id: UUID, form: FormData) -> Response:
    fields, chosen = texts(form), [str(value) for value in form.getlist("units")]
    try:
        kind = VisitKind(fields.get("kind", VisitKind.PROGRAMME))
        with transaction() as session:
            cycle = fetch(session, Cycle, cycle_id, me.office_id)
            keys = [key_of(value, "单位") for value in chosen]
            start = needed_day(fields.get("start", ""), "开始日期")
            end = needed_day(fields.get("end", "") or fields.get("start", ""), "结束日期")
            units = visit_ledger.units_by_key(session, me.office_id, keys)
            plan_visits(session, me, cycle, units, start, end, kind=kind, reason=fields.get("reason", ""))
    except ValueError:
        return _page(request, me, cycle_id, Rejected("请选择督察方式。"), fields, chosen)
    except Refused as error:
        return _page(request, me, cycle_id, error, fields, chosen)
    return _back(cycle_id)


@router.post("/teams")
def new_team(request: Request, me: Me, cycle_id: UUID, name: str = Form(""), homes: str = Form("")) -> Response:
    try:
        with transaction() as session:
            cycle = fetch(session, Cycle, cycle_id, me.office_id)
            form_team(session, me, cycle, name, homes_named(session, me.office_id, homes))
    except Refused as error:
        return _page(request, me, cycle_id, error, {"name": name, "homes": homes})
    return _back(cycle_id)


@router.post("/teams/{team_id}/homes")
def set_homes(request: Request, me: Me, cycle_id: UUID, team_id: UUID, homes: str = Form("")) -> Response:
    """Which units the people of a team come from."""
    try:
        with transaction() as session:
            team = fetch(session, Team, team_id, me.office_id)
            declare_homes(session, me, team, homes_named(session, me.office_id, homes))
    except Refused as error:
        return _page(request, me, cycle_id, error, {f"homes-{team_id}": homes})
    return _back(cycle_id)


@router.post("/teams/{team_id}/members")
async def set_members(request: Request, me: Me, cycle_id: UUID, team_id: UUID) -> Response:
    """Who goes out with a team, and who of them leads it."""
    return await run_in_threadpool(_members, request, me, cycle_id, team_id, await request.form())


def _members(request: Request, me: Actor, cycle_id: UUID, team_id: UUID, form: FormData) -> Response:
    chosen, lead = [str(value) for value in form.getlist("people")], texts(form).get("lead", "")
    try:
        with transaction() as session:
            team = fetch(session, Team, team_id, me.office_id)
            keys = [key_of(value, "成员") for value in chosen]
            members.set_members(session, me, team, keys, key_of(lead, "组长") if lead else None)
    except Rejected as error:
        return _page(request, me, cycle_id, error, {f"people-{team_id}": " ".join(chosen), f"lead-{team_id}": lead})
    return _back(cycle_id)


@router.post("/visits/{visit_id}/scorers")
def scorers(me: Me, cycle_id: UUID, visit_id: UUID, scorers: str = Form("")) -> Response:
    """One sheet for the team, or two people who score alone."""
    with transaction() as session:
        score.set_scorers(session, me, fetch(session, Visit, visit_id, me.office_id), number(scorers, "打分人数"))
    return RedirectResponse(f"/cycles/{cycle_id}/visits/{visit_id}?done=ok", 303)


@router.post("/visits/{visit_id}/excuse")
def excuse(me: Me, cycle_id: UUID, visit_id: UUID, reason: str = Form("")) -> Response:
    """A team goes where it comes from, for a reason that is kept."""
    with transaction() as session:
        visit.excuse_team(session, me, fetch(session, Visit, visit_id, me.office_id), reason)
    return RedirectResponse(f"/cycles/{cycle_id}/visits/{visit_id}?done=ok", 303)


def _back(cycle_id: UUID) -> Response:
    return RedirectResponse(f"/cycles/{cycle_id}/visits?done=ok", 303)
