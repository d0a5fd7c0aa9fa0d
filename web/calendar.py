"""放假安排: the notices on file, and a new one pasted, looked at, and only then written."""

from typing import Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import holidays, recount
from actions.record import Actor
from config import clock
from config.workdays import faulty_files, official, would_be, written
from models.base import Refused
from models.database import reading, transaction
from models.limit_ledger import running_years
from plans.holiday_notice import NoticeYear, as_yaml_data, differences
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter(prefix="/calendar")


@router.get("")
def calendar(request: Request, me: Me) -> Response:
    return _shelf(request, me, "", "", None)


def _shelf(request: Request, me: Actor, text: str, notice_no: str, error: Refused | None) -> Response:
    """The years on file and the form; after a refusal with what was pasted."""
    with reading() as session:
        running = running_years(session, me.office_id)
    return render(
        request, "office/calendar.html", status_of(error) if error else 200, running=running,
        years=holidays.years_on_file(official()), faults=faulty_files(), text=text, notice_no=notice_no, error=error,
        missing=holidays.missing_years(official(), clock.today(), running),
    )


@router.post("")
def look(request: Request, me: Me, text: str = Form(""), notice_no: str = Form("")) -> Response:
    """What a notice says and what it would move; nothing is changed."""
    try:
        notice = holidays.read_any(text, notice_no.strip())
    except Refused as error:
        return _shelf(request, me, text, notice_no, error)
    return render(
        request, "office/calendar_look.html", notice=notice, checks=holidays.checks_of(notice), text=text,
        notice_no=notice_no, **({} if notice.faults else _effects(me, notice)),
    )


def _effects(me: Actor, notice: NoticeYear) -> dict[str, Any]:
    new = would_be(as_yaml_data(notice))
    with reading() as session:
        moved = recount.moves(session, me.office_id, new)
    return {"changes": differences(official(), new, notice.year), "moves": moved}


@router.post("/write")
def write(request: Request, me: Me, text: str = Form(""), notice_no: str = Form("")) -> Response:
    """Write the year and count again, both or neither, as `duban workday load --yes` does."""
    try:
        with reading() as session:
            recount.check_keeper(session, me)
        notice = holidays.read_any(text, notice_no.strip())
        holidays.refuse_faulty(notice)
        data = as_yaml_data(notice)
        new = would_be(data)
        with written(data), transaction() as session:
            recount.apply(session, me, new)
    except Refused as error:
        return _shelf(request, me, text, notice_no, error)
    return RedirectResponse("/calendar?done=calendar", 303)
