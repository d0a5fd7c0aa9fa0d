"""每日对账: how many were to be told on a day, were told, failed or are missing, with the list behind each figure."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from actions.day_account import FAILED, MISSING, SENT, WAITING, Reckoned, reckon
from actions.health import red
from config import clock
from config.workdays import official
from models import account_ledger as ledger
from models.base import NotFound
from models.database import reading
from models.notice import DayAccount
from web.forms import needed_day
from web.guard import Me
from web.health import looked
from web.page import render

router = APIRouter(prefix="/watch")
WORDS = {"owed": "应催", SENT: "已发", FAILED: "失败", WAITING: "待发", MISSING: "漏"}
DAYS, LISTED = 60, 500


def today_figures(session: Session, office_id: UUID) -> dict[str, int]:
    """Today's account as the last sweep kept it, counted now where none has; empty on a rest day."""
    if not official().is_workday(clock.today()):
        return {}
    if kept := ledger.account_on(session, office_id, clock.today()):
        return {name: getattr(kept, name) for name in WORDS}
    return reckon(session, office_id, clock.today()).figures


@router.get("")
def days(request: Request, me: Me) -> Response:
    """The days kept, newest first, and what the service says about itself."""
    with reading() as session:
        rows = ledger.accounts_of(session, me.office_id, DAYS)
    return render(request, "office/watch.html", rows=rows, words=WORDS, reds=list(red(looked())))


@router.get("/{day}")
def one_day(request: Request, me: Me, day: str, what: str = "owed") -> Response:
    """The list behind one figure of a day: what was told by the messages themselves, the rest by the account."""
    if what not in WORDS:
        raise NotFound("没有这张清单。")
    when = needed_day(day, "日期")
    with reading() as session:
        kept = ledger.account_on(session, me.office_id, when)
        counted = _counted(session, me.office_id, when, kept)
        rows = _rows(session, me.office_id, counted, what)
    return render(
        request, "office/watch_day.html", day=when, what=what, words=WORDS, figures=counted.figures, rows=rows[:LISTED],
        count=len(rows), open=kept is None or kept.closed_at is None,
    )


def _counted(session: Session, office_id: UUID, day: date, kept: DayAccount | None) -> Reckoned:
    """A closed day as it was kept; today, or a day nobody counted yet, is counted now."""
    if kept is None and day != clock.today():
        raise NotFound("这一天没有对账记录。")
    found = reckon(session, office_id, day)
    if kept is not None and (kept.closed_at or day != clock.today()):
        found.lines = kept.lines
    return found


def _rows(session: Session, office_id: UUID, counted: Reckoned, what: str) -> list[dict[str, Any]]:
    told = [{"pair": (item, contact), "due": due, "verdict": SENT, "why": ""} for item, contact, due in counted.sent]
    rest = [
        {"pair": (UUID(line["item"]), UUID(line["contact"]) if line["contact"] else None),
         "due": date.fromisoformat(line["due"]), "verdict": line["verdict"], "why": line["why"]}
        for line in counted.lines
    ]
    rows = [row for row in [*rest, *told] if what in ("owed", row["verdict"])]
    names = ledger.named(session, office_id, [row["pair"] for row in rows])
    return [row | {"item": names[row["pair"]][0], "person": names[row["pair"]][1]} for row in rows
            if row["pair"] in names]

