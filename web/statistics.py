"""统计: how far the work has come, how late, how much is asked of whom; as charts, tables and files."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from config import clock
from config.workdays import official
from models import lists, statistics
from models.base import NotFound
from models.cycle import Cycle
from models.database import fetch, reading
from models.paper_words import RecurState
from models.recurrence_ledger import recurring
from models.statistics import Scope, Standing
from models.unit import Unit
from models.words import ProblemSource, ProblemState
from papers.figures import Cell, Chart, FigureTable, as_csv, as_workbook
from rules.ageing import BANDS, edges
from web.forms import key_of
from web.guard import Me
from web.page import plain_day, render

router = APIRouter(prefix="/statistics")
WEEK = timedelta(days=7)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("")
def page(request: Request, me: Me, cycle: Annotated[str, Query()] = "") -> Response:
    """Every table with its chart, of one cycle or of all that run."""
    with reading() as session:
        scope, chosen = _scope(session, me.office_id, cycle)
        return render(
            request, "office/statistics.html", tables=tables_of(session, scope), chosen=chosen,
            cycles=lists.cycles_of(session, me.office_id),
        )


@router.get(".xlsx")
def workbook(me: Me, cycle: Annotated[str, Query()] = "") -> Response:
    """All tables in one workbook."""
    with reading() as session:
        scope, chosen = _scope(session, me.office_id, cycle)
        return _file(f"统计{clock.today()}.xlsx", XLSX, as_workbook(_heading(chosen), tables_of(session, scope)))


@router.get("/{key}.csv")
def plain(me: Me, key: str, cycle: Annotated[str, Query()] = "") -> Response:
    """One table as a plain file."""
    with reading() as session:
        scope, _ = _scope(session, me.office_id, cycle)
        table = next((table for table in tables_of(session, scope) if table.key == key), None)
    if table is None:
        raise NotFound("没有这张统计表。")
    return _file(f"{table.title}{clock.today()}.csv", "text/csv; charset=utf-8", as_csv(table))


def _heading(chosen: Cycle | None) -> str:
    return chosen.title if chosen else "全部在办周期"


def _file(name: str, kind: str, data: bytes) -> Response:
    said = f"attachment; filename=\"statistics\"; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type=kind, headers={"Content-Disposition": said})


def _scope(session: Session, office_id: UUID, cycle: str) -> tuple[Scope, Cycle | None]:
    chosen = fetch(session, Cycle, key_of(cycle, "周期"), office_id) if cycle else None
    return statistics.running_scope(session, office_id, clock.today(), chosen.id if chosen else None), chosen


def tables_of(session: Session, scope: Scope) -> list[FigureTable]:
    """Every table that has something to say about these cycles."""
    units = statistics.by_unit(session, scope)
    found = [
        _completion(units), _on_time(units), _ageing(session, scope, [unit for unit, _ in units]),
        _parts("stage", "各阶段完成情况", "阶段", [(k.label, s) for k, s in statistics.by_stage(session, scope)]),
        _parts("theme", "各专题完成情况", "专题", statistics.by_theme(session, scope)),
        _sending(session, scope), _problems(session, scope), _recurring(session, scope, [unit for unit, _ in units]),
        _burden(session, scope, [unit for unit, _ in units]),
    ]
    return [table for table in found if table.rows]


def _completion(units: Sequence[tuple[Unit, Standing]]) -> FigureTable:
    def row(name: str, s: Standing) -> list[Cell]:
        left = s.total - s.done - s.waiting - s.overdue
        return [name, s.total, s.done, s.waiting, left, s.overdue, s.done / s.total if s.total else None]

    return FigureTable(
        "completion", "各单位完成情况", ("单位", "应办", "已办结", "待审核", "未到期", "已逾期", "办结率"),
        [row(unit.name, s) for unit, s in units], row("合计", _sum(units)), "“未到期”含未定时限和暂停计时的。",
        frozenset({6}), Chart("across", (2, 3, 4, 5), stacked=True),
    )


def _sum(units: Sequence[tuple[Unit, Standing]]) -> Standing:
    """All units together: what 今日 and the leader's page say of the same cycles."""
    return Standing(**{part.name: sum(getattr(s, part.name) for _, s in units) for part in fields(Standing)})


def _on_time(units: Sequence[tuple[Unit, Standing]]) -> FigureTable:
    def row(name: str, s: Standing) -> list[Cell]:
        return [name, s.judged, s.on_time, s.share, s.judged_first, s.on_time_first, s.share_first]

    return FigureTable(
        "on-time", "各单位按时率",
        ("单位", "应评", "按现时限按时", "按现时限按时率", "应评（原定）", "按原定时限按时", "按原定时限按时率"),
        [row(unit.name, s) for unit, s in units if s.judged or s.judged_first], row("合计", _sum(units)),
        "已报送或已到期的计入；“现时限”是经批准延期、调整之后的时限，“原定时限”是首次下达时的。",
        frozenset({3, 6}), Chart("across", (3, 6)),
    )


def _ageing(session: Session, scope: Scope, units: Sequence[Unit]) -> FigureTable:
    found: dict[UUID, list[int]] = defaultdict(lambda: [0] * len(BANDS))
    for unit_id, band, count in statistics.ageing(session, scope, edges(scope.today, official())):
        found[unit_id][band] = count
    labels = tuple(f"逾期{band.label}" for band in BANDS)
    return FigureTable(
        "ageing", "逾期时长", ("单位", *labels, "合计"),
        [[unit.name, *found[unit.id], sum(found[unit.id])] for unit in units if unit.id in found],
        chart=Chart("across", tuple(range(1, len(BANDS) + 1)), stacked=True), note="按工作日计算，含调休上班日。",
    )


def _parts(key: str, title: str, head: str, rows: Sequence[tuple[str, Standing]]) -> FigureTable:
    return FigureTable(
        key, title, (head, "应办", "已办结", "已逾期", "办结率", "按现时限按时率", "按原定时限按时率"),
        [
            [name, s.total, s.done, s.overdue, s.done / s.total if s.total else None, s.share, s.share_first]
            for name, s in rows
        ],
        shares=frozenset({4, 5, 6}), chart=Chart("across", (1, 2, 3)),
    )


def _weeks(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += WEEK


def week_words(monday: date) -> str:
    """A week by its Monday, with the year only where it is needed: 8月3日起一周."""
    year = "" if monday.year == clock.today().year else f"{monday.year}年"
    return f"{year}{plain_day(monday).partition('（')[0]}"


def _sending(session: Session, scope: Scope) -> FigureTable:
    found = {monday: (sent, failed) for monday, sent, failed in statistics.sending_by_week(session, scope)}
    weeks = list(_weeks(min(found), max(found))) if found else []
    return FigureTable(
        "sending", "每周通知", ("自周一起的一周", "已发", "失败"),
        [[week_words(monday), *found.get(monday, (0, 0))] for monday in weeks],
        chart=Chart("line", (1, 2)), note="按发给联系人的消息计，一条消息可合并多个事项。",
    )


def _problems(session: Session, scope: Scope) -> FigureTable:
    found = statistics.problems_by_state(session, scope)
    sources = list(ProblemSource)
    rows: list[list[Cell]] = []
    for state in ProblemState:
        counts = [found.get((state, source), 0) for source in sources]
        if sum(counts):
            rows.append([state.label, *counts, sum(counts)])
    return FigureTable(
        "problems", "问题状态与来源", ("状态", *(source.label for source in sources), "合计"), rows,
        chart=Chart("across", tuple(range(1, len(sources) + 1)), stacked=True),
    )


def _recurring(session: Session, scope: Scope, units: Sequence[Unit]) -> FigureTable:
    found = recurring(session, scope.office_id, scope.cycles)
    rows: list[list[Cell]] = []
    for unit in units:
        counts = [found.get((unit.id, state), 0) for state in (RecurState.CONFIRMED, RecurState.PROPOSED)]
        if any(counts):
            rows.append([unit.name, *counts])
    return FigureTable(
        "recurring", "销号后重复发生的问题", ("单位", "已确认", "待确认"), rows,
        chart=Chart("across", (1, 2), stacked=True),
        note="同一单位的问题销号后十二个月内再次发生；由系统提示，经人确认后计入。",
    )


def _burden(session: Session, scope: Scope, units: Sequence[Unit]) -> FigureTable:
    weeks: dict[UUID, list[tuple[date, int, int]]] = defaultdict(list)
    for unit_id, monday, messages, asks in statistics.burden(session, scope):
        weeks[unit_id].append((monday, messages, asks))
    rows: list[list[Cell]] = []
    for unit in (unit for unit in units if unit.id in weeks):
        told = weeks[unit.id]
        span = (max(w[0] for w in told) - min(w[0] for w in told)).days // 7 + 1
        most = max(told, key=lambda week: week[1])
        messages, asks = sum(w[1] for w in told), sum(w[2] for w in told)
        rows.append([unit.name, messages, asks, round(messages / span, 1), round(asks / span, 1), most[1],
                     week_words(most[0])])
    return FigureTable(
        "burden", "各单位收到的通知", ("单位", "消息", "事项", "周均消息", "周均事项", "最多一周", "该周起于"), rows,
        chart=Chart("across", (1, 2)), note="消息是联系人收到的条数，事项是消息里逐项提出的要求。",
    )
