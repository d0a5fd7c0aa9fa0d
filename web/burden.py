"""基层负担: what was asked of each unit, beside the mean, and what could be spared; as a page and as a workbook."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from actions.burden import burden_of, make_burden
from actions.record import Actor
from models import lists
from models.base import Refused, Rejected
from models.burden_ledger import Period
from models.cycle import Cycle
from models.database import fetch, reading
from rules.burden import MEANINGS
from web.forms import day, key_of
from web.guard import Me
from web.page import render
from web.status import status_of
from web.workbooks import made

router = APIRouter(prefix="/burden")


@dataclass(frozen=True)
class Chosen:
    """What the form above the table says, as typed."""

    cycle: str = ""
    first: str = ""
    last: str = ""

    def period(self) -> Period:
        first, last = day(self.first, "起始日期"), day(self.last, "截止日期")
        if first and last and last < first:
            raise Rejected(f"截止日期{last}早于起始日期{first}，请核对。")
        return Period(first, last)

    def of(self, session: Session, office_id: UUID) -> Cycle | None:
        return fetch(session, Cycle, key_of(self.cycle, "周期"), office_id) if self.cycle else None


@router.get("")
def page(
    request: Request, me: Me, cycle: Annotated[str, Query()] = "",
    first: Annotated[str, Query(alias="from")] = "", last: Annotated[str, Query(alias="to")] = "",
) -> Response:
    """The table of a cycle, or of all that run, within a period."""
    return _page(request, me, Chosen(cycle, first, last))


def _page(request: Request, me: Actor, chosen: Chosen, error: Refused | None = None) -> Response:
    with reading() as session:
        try:
            period = chosen.period()
        except Rejected as fault:
            error, period = error or fault, Period()
        one = chosen.of(session, me.office_id)
        return render(
            request, "office/burden.html", status_of(error) if error else 200, error=error, chosen=chosen, cycle=one,
            found=burden_of(session, me.office_id, one, period), cycles=lists.cycles_of(session, me.office_id),
            meanings=MEANINGS,
        )


@router.post("")
def make(
    request: Request, me: Me, cycle: str = Form(""), first: str = Form("", alias="from"),
    last: str = Form("", alias="to"),
) -> Response:
    """The same figures as a workbook."""
    chosen = Chosen(cycle, first, last)
    try:
        period = chosen.period()
    except Rejected as error:
        return _page(request, me, chosen, error)
    return made(lambda session: make_burden(session, me, chosen.of(session, me.office_id), period))
