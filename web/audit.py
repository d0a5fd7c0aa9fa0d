"""办理记录: the sealed history of the office, walked again on demand, and out of the house as a table."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from sqlmodel.sql.expression import SelectOfScalar

from actions.record import Actor, broken_at
from config import clock
from models.database import reading
from models.event import Event
from models.office_ledger import event_count, history
from papers.work_sheet import guarded
from rules.roles import Act, may
from web.guard import Me
from web.page import render

router = APIRouter()
AT_ONCE = 5000  # so many events are checked at every look; more only when asked
PAGE = 200
MOST = 2**31  # a database refuses larger numbers
HEAD = ("序号", "时间", "经办", "途径", "事项", "对象", "内容", "前一印记", "印记")


@router.get("/events")
def events(
    request: Request, me: Me, check: str = "", before: Annotated[int, Query(le=MOST)] = 0, actor: str = "",
    verb: str = "",
) -> Response:
    """The newest events, of a person or of a kind; whether every seal holds, and since when not."""
    with reading() as session:
        count = event_count(session, me.office_id)
        walked = bool(check) or count <= AT_ONCE
        found = session.exec(_history(me, actor, verb, before).limit(PAGE)).all()
        return render(
            request, "office/events.html", events=found, count=count, walked=walked, actor=actor, verb=verb,
            broken=broken_at(session, me.office_id) if walked else None, more=len(found) == PAGE,
        )


def _history(me: Actor, actor: str, verb: str, before: int = 0) -> SelectOfScalar[Event]:
    return history(me.office_id, may(me.role, Act.READ_REFERRALS), actor.strip(), verb.strip(), before)


@router.get("/events.csv")
def table(me: Me, actor: str = "", verb: str = "") -> Response:
    """The same as a table, newest first; what looks like a formula is marked as text."""
    name = f"events-{clock.today():%Y%m%d}.csv"
    return StreamingResponse(
        _lines(_history(me, actor, verb)), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(statement: SelectOfScalar[Event]) -> Iterator[str]:
    yield "\ufeff" + _line(HEAD)  # without the mark Excel reads the words wrongly
    with reading() as session:
        for one in session.exec(statement.execution_options(yield_per=1000)):
            at, data = one.at.astimezone(clock.ZONE).isoformat(" ", "seconds"), json.dumps(one.data, ensure_ascii=False)
            values = (one.seq, at, one.actor, one.via, one.verb, one.subject, data, one.prev_hash, one.hash)
            yield _line(tuple(str(value) for value in values))


def _line(values: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([guarded(value) for value in values])
    return out.getvalue()
