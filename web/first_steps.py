"""The first five steps of a new office: people, units, a plan, a rehearsal, the first cycle."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from models.database import reading
from models.first_steps import Begun, begun
from models.open_work import alerts
from models.words import Role
from web.guard import Me
from web.page import render
from web.rehearsal_job import standing

router = APIRouter(prefix="/first-steps")


@dataclass(frozen=True)
class Step:
    """One step: what is done for, how it stands, and the one button."""

    name: str
    why: str
    said: str
    done: bool
    href: str
    act: str


@router.get("")
def page(request: Request, me: Me) -> Response:
    """The steps; once a cycle has run they are over."""
    with reading() as session:
        steps = steps_of(session, me.office_id)
        told = alerts(session, me.office_id)
    if not steps:
        return RedirectResponse("/", 303)
    return render(request, "office/first_steps.html", steps=steps, alerts=told)


def steps_of(session: Session, office_id: UUID) -> list[Step]:
    """The five steps as they stand; none once the office has had a cycle."""
    found = begun(session, office_id)
    return [] if found.cycles else _steps(found, standing(office_id, look=False))


def _steps(found: Begun, rehearsed: str) -> list[Step]:
    launch = f"/cycles/new?plan={found.plan.id}" if found.plan else "/plans"
    return [
        _people(found),
        Step(
            "单位", "录入被督察单位和联系人，通知发给联系人。", _units_said(found), found.units > 0, "/units",
            "录入单位名录",
        ),
        Step(
            "方案", "从方案库选用，或上传印发的方案。",
            f"已采用“{found.plan.short_title}”。" if found.plan else "还没有方案。", found.plan is not None,
            "/plans", "选用方案",
        ),
        Step(
            "演练", "选好单位和日期，先演练一遍，看哪一天给谁发什么。",
            "已演练，可以查看结果。" if rehearsed == "done" else "还没有演练。", rehearsed == "done",
            "/rehearsal" if rehearsed in ("done", "running") else launch,
            "查看演练" if rehearsed in ("done", "running") else "去演练",
        ),
        Step("启动", "核对无误后启动第一个督察周期，系统开始按时提醒。", "还没有启动。", False, launch, "去启动"),
    ]


def _people(found: Begun) -> Step:
    lacking = [role.label for role in (Role.HEAD, Role.CLERK) if role not in found.roles]
    said = f"{'、'.join(lacking)}还是首次姓名和口令。" if lacking else "主任和经办人已是本人姓名或口令。"
    return Step("人员", "把用户名对应到本人：改姓名、改口令，不用的停用。", said, not lacking, "/people", "核对人员")


def _units_said(found: Begun) -> str:
    if not found.units:
        return "还没有单位。"
    return f"已录入{found.units}个单位" + (f"，其中{found.alone}个没有联系人。" if found.alone else "，都有联系人。")
