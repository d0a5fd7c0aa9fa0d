"""领导一分钟: how every cycle stands, what needs a leader's word, what changed in a week; one sheet of paper."""

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from actions.digest import latest_digest
from actions.record import Actor
from config import clock
from models import leader_ledger, statistics
from models.database import reading
from models.key_unit_ledger import waiting_key_units
from models.leader_ledger import Days
from models.words import StageState
from rules.escalation import RESTRICTED
from rules.roles import Act, may
from web.guard import Me
from web.page import render
from web.today import Running, running_of

router = APIRouter(prefix="/leader")
NAMED = 5
WORDS = {
    "found": "新发现问题", "closed": "销号", "finished": "办结事项", "letters": "印发反馈意见", "extended": "批准延期",
    "steps": "批准督办措施",
}


@router.get("")
def page(request: Request, me: Me) -> Response:
    """The page everybody of the office may read; only who may decide gets the buttons."""
    with reading() as session:
        return render(request, "office/leader.html", **_values(session, me))


def _values(session: Session, me: Actor) -> dict[str, Any]:
    today, office = clock.today(), me.office_id
    scope = statistics.running_scope(session, office, today)
    before, referrals = today - timedelta(days=7), may(me.role, Act.READ_REFERRALS)
    drafts = [
        row for row in leader_ledger.drafts_of(session, office, today)
        if row[0].step not in RESTRICTED or referrals
    ]
    return {
        "cycles": running_of(session, me), "oldest": statistics.oldest_overdue(session, scope, NAMED),
        "stage_words": stage_words, "drafts": drafts, "extensions": leader_ledger.asked_extensions(session, office),
        "key_units": waiting_key_units(session, office), "words": WORDS,
        "decides": may(me.role, Act.DECIDE_STEP),
        "now": leader_ledger.changes(session, office, week_to(today), referrals),
        "then": leader_ledger.changes(session, office, week_to(before), referrals),
        "digest": latest_digest(session, office),
        "newly": leader_ledger.newly_overdue(session, scope, before),
    }


def week_to(day: date) -> Days:
    """The seven days that end with `day`."""
    return Days(day - timedelta(days=6), day)


def stage_words(one: Running) -> str:
    """Where a cycle stands: the stages that run, or what comes next."""
    running = [stage for stage in one.stages if stage.state == StageState.OPEN]
    if running:
        return "、".join(stage.kind.label for stage in running) + "进行中"
    ahead = next((stage for stage in one.stages if stage.state == StageState.PLANNED), None)
    if ahead:
        return f"{ahead.kind.label}尚未开始"
    return "各阶段均已结束" if one.stages else f"共{len(one.themes)}个专题"
