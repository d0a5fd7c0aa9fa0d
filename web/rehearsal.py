"""先演练: the launch form played beforehand, its progress, and the calendar of what would be sent to whom."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from actions.record import Actor
from models.base import Rejected
from models.database import fetch, reading
from models.plan import Plan
from models.unit import Unit
from rules.roles import Act, check
from web import rehearsal_calendar as calendar
from web import rehearsal_job as job
from web.cycles import opening_of
from web.forms import day, key_of, texts
from web.guard import Me
from web.page import render

router = APIRouter(prefix="/rehearsal", lifespan=job.ended_with_the_server)
BEHAVIOURS = {"usual": "多数按时、少数逾期、个别不办", "obey": "都按时办理", "never": "都不办理"}
KEPT = ("plan", "start", "title", "teams", "override", "behaviour")


@router.post("")
async def begin(request: Request, me: Me) -> Response:
    """Play the launch form on a throw-away database; nothing of the office's own data changes."""
    form = await request.form()
    units = [str(value) for value in form.getlist("units")]
    await run_in_threadpool(_begin, me, texts(form), units)
    return RedirectResponse("/rehearsal", 303)


def _begin(me: Actor, fields: dict[str, str], units: list[str]) -> None:
    check(me.role, Act.STEER)
    if not units:
        raise Rejected("没有选择被督察单位，不能演练。")
    behaviour = fields.get("behaviour") or "usual"
    if behaviour not in BEHAVIOURS:
        raise Rejected("请选择演练中单位如何办理。")
    with reading() as session:
        plan = fetch(session, Plan, key_of(fields.get("plan", ""), "方案"), me.office_id)
        opening = opening_of(session, me, plan, fields)
        keys = [str(fetch(session, Unit, key_of(value, "单位"), me.office_id).id) for value in units]
    homes = {name: [str(key) for key in found] for name, found in opening.homes.items()}
    order = {
        "office_id": me.office_id, "plan_id": plan.id, "units": keys, "shift": opening.shift_days,
        "title": opening.title, "behaviour": behaviour,
        "teams": {name: homes.get(name) for name in opening.team_names},
    }
    asked = {"by": me.name, "plan": plan.short_title, "units": units,
             "fields": {name: fields.get(name, "") for name in KEPT}}
    job.start(me.office_id, order, asked)


@router.get("")
def page(
    request: Request, me: Me, part: str = "", chosen: Annotated[str, Query(alias="day")] = "",
) -> Response:
    """How far it is (`part=progress` is what htmx asks for), why it failed, or what came of it."""
    how = job.standing(me.office_id)
    asked = job.read(me.office_id, "asked.json")
    if part == "progress" and how != "running":
        return Response(headers={"HX-Redirect": "/rehearsal"})
    if how == "running":
        name = "office/rehearsal_progress.html" if part == "progress" else "office/rehearsal_running.html"
        return render(request, name, asked=asked, come=job.read(me.office_id, "progress.json"))
    if how == "done" and "messages" in job.read(me.office_id, "result.json"):
        return _show(request, me, asked, day(chosen, "日期"))
    sentence = "" if how == "none" else job.sentence(me.office_id) if how != "done" else "演练结果已损坏，请重新演练。"
    return render(request, "office/rehearsal_none.html", sentence=sentence, back=_back(asked))


def _show(request: Request, me: Actor, asked: dict[str, Any], chosen: date | None) -> Response:
    result = job.read(me.office_id, "result.json")
    told = calendar.by_day(result["messages"])
    return render(
        request, "office/rehearsal.html", result=result, asked=asked, back=_back(asked), chosen=chosen,
        months=calendar.months(result), weeks=calendar.weeks(result["messages"]), loads=calendar.loads(result),
        told=told.get(chosen, []) if chosen else [], behaviours=BEHAVIOURS,
        rest=result["rest"].get(str(chosen), "") if chosen else "",
    )


def _back(asked: dict[str, Any]) -> str:
    """The launch form with everything that was chosen for the rehearsal."""
    fields = {name: text for name, text in (asked.get("fields") or {}).items() if text}
    if not fields:
        return ""
    return "/cycles/new?" + urlencode([*fields.items(), *(("units", key) for key in asked["units"])])


@router.post("/stop")
def stop(me: Me) -> Response:
    """End the rehearsal of this office."""
    check(me.role, Act.STEER)
    job.stop(me.office_id)
    return RedirectResponse("/rehearsal", 303)
