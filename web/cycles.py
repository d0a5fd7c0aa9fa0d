"""Cycles: launch, board of units and stages, stage dates, visits."""

import re
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import advance, deadline, visit
from actions.open_cycle import Opening, open_cycle, shift_preview, unreachable
from actions.record import Actor
from actions.team import homes_named, recusal_of
from config import clock
from models import lists
from models.base import Rejected
from models.board import prints_stages
from models.cycle import Cycle, Team, Visit
from models.database import fetch, reading, transaction
from models.ledger import problems_of, stages_of_cycle, teams_of
from models.plan import Plan
from models.plan_units import units_named_by
from models.unit import Unit
from models.words import ProblemState, StageKind
from rules.problem import LIVE
from rules.roles import Act, may
from rules.stage import weeks_ahead
from web import engine
from web.board import board_of
from web.forms import day, key_of, needed_day, texts
from web.guard import Me
from web.page import render

router = APIRouter(prefix="/cycles")
TEAM = re.compile(r"([^、，,；;（）()]+)(?:[（(]([^（）()]*)[）)])?")


@router.get("")
def cycles(request: Request, me: Me) -> Response:
    with reading() as session:
        found = [
            (cycle, stages_of_cycle(session, cycle.id) if prints_stages(session, cycle.plan_id) else [])
            for cycle in lists.cycles_of(session, me.office_id)
        ]
        return render(request, "office/cycles.html", cycles=found, plans=lists.plans_of(session, me.office_id))


@router.get("/new")
def new_cycle(request: Request, me: Me, plan: UUID, start: Annotated[str, Query()] = "") -> Response:
    """Choose units and dates; every moved date is shown with what changes by it."""
    with reading() as session:
        chosen = fetch(session, Plan, plan, me.office_id)
        shift = _shift(session, chosen, start)
        units = [unit for unit in lists.units_of(session, me.office_id) if unit.active]
        return render(
            request, "office/open.html", plan=chosen, units=units, shift=shift,
            named=units_named_by(session, chosen), typed=request.query_params,
            ticked=set(request.query_params.getlist("units")),
            missing=set(unreachable(session, me.office_id, units)), dates=shift_preview(session, chosen, shift),
        )


def _shift(session: Session, plan: Plan, start: str) -> int:
    """Days between the plan's first printed day and the day a clerk wants it to begin."""
    printed = [row.printed for row in shift_preview(session, plan, 0)]
    if not printed:
        return 0
    wanted = day(start, "起始日期")
    return (wanted - min(printed)).days if wanted else weeks_ahead(min(printed), clock.today())


@router.post("")
async def launch(request: Request, me: Me, later: BackgroundTasks) -> Response:
    """Open a cycle for the chosen units and ask the engine for a first sweep."""
    form = await request.form()
    key = await run_in_threadpool(_launch, me, texts(form), [str(value) for value in form.getlist("units")])
    later.add_task(engine.ask_sweep, f"cycle-{key}/open")
    return RedirectResponse(f"/cycles/{key}?done=opened", 303)


def _launch(me: Actor, fields: dict[str, str], chosen: list[str]) -> UUID:
    keys = [key_of(value, "单位") for value in chosen]
    with transaction() as session:
        plan = fetch(session, Plan, key_of(fields.get("plan", ""), "方案"), me.office_id)
        opening = opening_of(session, me, plan, fields)
        units = [fetch(session, Unit, key, me.office_id) for key in keys]
        return open_cycle(session, me, plan, sorted(units, key=lambda unit: unit.sort), opening).id


def opening_of(session: Session, me: Actor, plan: Plan, fields: dict[str, str]) -> Opening:
    """What the launch form says beside the units; a rehearsal reads it the same way."""
    teams = _teams(fields.get("teams", ""))
    return Opening(
        shift_days=_shift(session, plan, fields.get("start", "")), team_names=tuple(teams) or ("第一督察组",),
        override_reason=fields.get("override", ""), title=fields.get("title", "").strip(),
        homes={name: homes_named(session, me.office_id, units) for name, units in teams.items() if units},
    )


def _teams(text: str) -> dict[str, str]:
    """Names of teams, each with what stands in its brackets: the units its people come from."""
    return {name.strip(): homes for name, homes in TEAM.findall(text) if name.strip()}


@router.get("/{cycle_id}")
def cycle_page(request: Request, me: Me, cycle_id: UUID, by: str = "", behind: str = "") -> Response:
    """The board: units × stages (or themes, tasks, months) with lights and words."""
    with reading() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        plan = fetch(session, Plan, cycle.plan_id)
        states = [problem.state for problem, _, _ in problems_of(session, cycle_id)]
        return render(
            request, "office/cycle.html", cycle=cycle, plan=plan, stages=stages_of_cycle(session, cycle_id),
            board=board_of(session, cycle, by, bool(behind)), problems=len(states), kinds=StageKind,
            live=sum(state in LIVE for state in states),
            staged=prints_stages(session, plan.id), closed=states.count(ProblemState.CLOSED),
            windows=_windows(plan, cycle),
            events=lists.events_of(
                session, me.office_id, limit=12, referrals=may(me.role, Act.READ_REFERRALS), cycle_id=cycle_id
            ),
        )


def _windows(plan: Plan, cycle: Cycle) -> list[dict[str, Any]]:
    """Outside windows that overlap the cycle, moved like its dates."""
    move = timedelta(days=cycle.shift_days)
    found = []
    for window in plan.windows:
        start, end = day(window.get("start") or "", "起"), day(window.get("end") or "", "止")
        found.append({"name": window["name"], "start": start and start + move, "end": end and end + move})
    return found


@router.post("/{cycle_id}/stages/{kind}")
def stage_dates(
    me: Me, cycle_id: UUID, kind: StageKind, start: str = Form(""), end: str = Form(""), because: str = Form("")
) -> Response:
    """Set or move a stage's window."""
    with transaction() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        if not because.strip():
            raise Rejected("调整阶段日期须写明理由。")
        deadline.set_stage_dates(session, me, cycle, kind, day(start, "开始"), day(end, "结束"), because)
    return RedirectResponse(f"/cycles/{cycle_id}?done=ok", 303)


@router.post("/{cycle_id}/stages/{kind}/open")
def stage_open(me: Me, cycle_id: UUID, kind: StageKind) -> Response:
    with transaction() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        advance.open_by_hand(session, me, cycle, kind, clock.today())
    return RedirectResponse(f"/cycles/{cycle_id}?done=ok", 303)


@router.post("/{cycle_id}/close")
def close(me: Me, cycle_id: UUID) -> Response:
    with transaction() as session:
        advance.close_cycle(session, me, fetch(session, Cycle, cycle_id, me.office_id), clock.today())
    return RedirectResponse(f"/cycles/{cycle_id}?done=ok", 303)


@router.get("/{cycle_id}/visits/{visit_id}")
def visit_page(request: Request, me: Me, cycle_id: UUID, visit_id: UUID) -> Response:
    with reading() as session:
        cycle = fetch(session, Cycle, cycle_id, me.office_id)
        trip = fetch(session, Visit, visit_id, me.office_id)
        unit = fetch(session, Unit, trip.unit_id)
        problems = [problem for problem, _, _ in problems_of(session, cycle.id, unit.id)]
        team = fetch(session, Team, trip.team_id)
        return render(
            request, "office/visit.html", cycle=cycle, visit=trip, unit=unit, problems=problems, team=team,
            teams=teams_of(session, cycle.id), recusal=recusal_of(trip, unit, team),
        )


@router.post("/{cycle_id}/visits/{visit_id}/move")
def visit_move(
    me: Me, cycle_id: UUID, visit_id: UUID, start: str = Form(""), end: str = Form(""), reason: str = Form(""),
    team: str = Form(""),
) -> Response:
    with transaction() as session:
        trip = fetch(session, Visit, visit_id, me.office_id)
        chosen = fetch(session, Team, key_of(team, "督察组"), me.office_id) if team else None
        days = needed_day(start, "开始日期"), needed_day(end or start, "结束日期")
        visit.move_visit(session, me, trip, *days, reason, chosen)
    return RedirectResponse(f"/cycles/{cycle_id}/visits/{visit_id}?done=ok", 303)


@router.post("/{cycle_id}/visits/{visit_id}/problem")
def visit_problem(
    me: Me, cycle_id: UUID, visit_id: UUID, title: str = Form(""), detail: str = Form("")
) -> Response:
    """A problem for the ledger; one put right on the spot is entered where its proof is asked for (现场办理)."""
    with transaction() as session:
        trip = fetch(session, Visit, visit_id, me.office_id)
        visit.record_problem(session, me, trip, title, detail)
    return RedirectResponse(f"/cycles/{cycle_id}/visits/{visit_id}?done=ok", 303)


@router.post("/{cycle_id}/visits/{visit_id}/feedback")
def visit_feedback(
    me: Me, cycle_id: UUID, visit_id: UUID, sheet: str = Form(""), signed_by: str = Form("")
) -> Response:
    with transaction() as session:
        trip = fetch(session, Visit, visit_id, me.office_id)
        visit.feed_back_on_site(session, me, trip, sheet, signed_by)
    return RedirectResponse(f"/cycles/{cycle_id}/visits/{visit_id}?done=ok", 303)
