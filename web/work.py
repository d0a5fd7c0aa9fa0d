"""The ledger of everything owed: a page of it at a time, and what is filtered as a table to take along."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from actions.bulk_acts import acts_of
from config import clock
from models.database import reading
from models.words import AssignmentKind, AssignmentState, StageKind
from models.work_ledger import MOST_COUNTED, count_of, keys_of
from models.work_lines import Line, lines_of
from models.work_want import Lamp, Order
from papers import work_sheet
from web.forms import fresh_nonce, pairs
from web.guard import Me
from web.page import item_light, moment_words, render
from web.sheet_pages import download
from web.work_filters import ALL_CYCLES, ALL_STATES, OWNERS, ROLES, Asked, read_filters

router = APIRouter(prefix="/work")
ROWS, MOST_OUT = 50, 10_000
COLUMNS = (
    "单位", "事项", "类别", "阶段", "周期", "原定时限", "现时限", "调整天数", "灯号", "状态", "最近提醒", "最近办理",
)
CSV = "text/csv; charset=utf-8"


@router.get("")
def work(request: Request, me: Me) -> Response:
    """Rows by their filters, which all stand in the address."""
    with reading() as session:
        asked = read_filters(session, me.office_id, request.query_params)
        places = keys_of(session, asked.want, asked.after, ROWS + 1)
        lines = lines_of(session, me.office_id, [place.key.id for place in places[:ROWS]])
        more = str(places[ROWS - 1]) if len(places) > ROWS else ""
        count = count_of(session, asked.want) if more or asked.after else len(lines)
        return render(
            request, "office/work.html", asked=asked, lines=lines, count=count,
            most=MOST_COUNTED, more=more, acts=acts_of(me.role), nonce=fresh_nonce(), **CHOICES,
        )


CHOICES: dict[str, Any] = {
    "stages": list(StageKind), "kinds": list(AssignmentKind), "states": list(AssignmentState),
    "roles": [(key, word) for key, (word, _) in ROLES.items()],
    "lamps": list(Lamp), "orders": list(Order), "all_cycles": ALL_CYCLES, "all_states": ALL_STATES,
    "pairs": pairs, "owners": list(OWNERS),
}


@router.get(".xlsx")
def as_sheet(request: Request, me: Me) -> Response:
    """What is filtered, as a workbook."""
    with reading() as session:
        asked = read_filters(session, me.office_id, request.query_params)
        rows, more = _rows(session, asked)
    line = f"{_said(asked)}　共{len(rows)}行，导出时间：{moment_words(clock.now())}{more}"
    return download(f"督办台账{clock.today()}.xlsx", work_sheet.sheet("督办台账", line, COLUMNS, rows))


@router.get(".csv")
def as_text(request: Request, me: Me) -> Response:
    """The same as .csv."""
    with reading() as session:
        rows, more = _rows(session, read_filters(session, me.office_id, request.query_params))
    answer = download(f"督办台账{clock.today()}.csv", work_sheet.plain(COLUMNS, [*rows, [more]] if more else rows))
    answer.headers["Content-Type"] = CSV
    return answer


def _rows(session: Session, asked: Asked) -> tuple[list[list[work_sheet.Cell]], str]:
    """The rows of an export, and a sentence where there are more of them."""
    places = keys_of(session, asked.want, None, MOST_OUT + 1)
    lines = lines_of(session, asked.want.office_id, [place.key.id for place in places[:MOST_OUT]])
    more = f"（一次最多导出{MOST_OUT}行，请缩小范围分次导出）" if len(places) > MOST_OUT else ""
    return [cells(line) for line in lines], more


def cells(line: Line) -> list[work_sheet.Cell]:
    """A row as the export writes it."""
    act = f"{moment_words(line.act.at)} {line.act.actor} {line.act.verb}" if line.act else ""
    days: tuple[date | None, ...] = (line.first_due_on, line.due_on)
    return [
        line.who, line.title, line.kind.label, line.stage.label, line.cycle_title, *days, line.moved,
        _lamp(line), line.state.label, moment_words(line.told_at), act,
    ]


def _lamp(line: Any) -> str:
    return item_light(line).word


def _said(asked: Asked) -> str:
    """The filters in words, for the head of what is printed or exported."""
    words = [asked.said[name] for name in ("unit", "q") if asked.said[name]]
    words += [cycle.title for cycle in asked.cycles if cycle.id == asked.want.cycle_id]
    words += [lamp.label for lamp in Lamp if lamp == asked.said["light"]]
    words += [state.label for state in AssignmentState if state == asked.said["state"]]
    words += [kind.label for kind in AssignmentKind if kind == asked.said["kind"]]
    words += [stage.label for stage in StageKind if stage == asked.said["stage"]]
    words += [word for key, (word, _) in ROLES.items() if key == asked.said["role"]]
    return ("、".join(words) or "全部在办事项") + "".join(f"（{note.rstrip('。')}）" for note in asked.notes)
