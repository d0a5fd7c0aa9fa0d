"""A cycle in figures, as plain data for a paper: what was done, how it stands, what was found, what was put right."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.score import counted
from actions.score_lines import lines_of
from config import clock
from config.day_words import printed_day
from models import report_ledger as ledger
from models import statistics
from models.cycle import Cycle
from models.ledger import LIVE, stages_of_cycle
from models.report_ledger import Found
from models.statistics import Scope, Standing
from models.words import Move, ProblemState, StageState
from rules.score_sheet import whole
from rules.standing_words import mark, points_words, share_words

TYPICAL = 3  # problems named under each category
NO_THEME = "未归类"
Row = dict[str, Any]


def day_words(day: date | None) -> str:
    """A day as papers print it: 2020年9月5日."""
    return printed_day(day) if day else "待定"


def scope_of(cycle: Cycle) -> Scope:
    """One cycle, as of today."""
    return Scope(cycle.office_id, (cycle.id,), clock.today())


def summed(rows: Sequence[Standing]) -> Standing:
    """Several standings as one."""
    names = Standing.__dataclass_fields__
    return Standing(**{name: sum(getattr(row, name) for row in rows) for name in names})


def standing_row(name: str, one: Standing, points: float | None = None) -> Row:
    """A standing as a row of a table: the figures, and the words that are printed."""
    return {
        "name": name, "total": one.total, "done": one.done, "waiting": one.waiting, "overdue": one.overdue,
        "judged": one.judged, "on_time": one.on_time, "share": share_words(one.share), "points": points,
        "score": points_words(points),
    }


def unit_rows(session: Session, cycle: Cycle) -> list[Row]:
    """Every unit of the cycle with its figures and, where the plan has points, its score in per cent."""
    points = points_by_unit(session, cycle.id)
    return [
        standing_row(unit.name, one, points.get(unit.id)) | {"unit": str(unit.id)}
        for unit, one in statistics.by_unit(session, scope_of(cycle))
    ]


def points_by_unit(session: Session, cycle_id: UUID) -> dict[UUID, float]:
    """What each unit's last scored visit came to, in per cent of the points it could have; unfinished sheets are no
    score."""
    found: dict[UUID, float] = {}
    for visit in ledger.scored_visits(session, cycle_id):
        lines = lines_of(session, visit)
        total = whole(lines, counted(session, visit, lines))
        if total.complete and total.percent is not None:
            found[visit.unit_id] = total.percent
    return found


def stage_rows(session: Session, cycle: Cycle) -> list[Row]:
    """The stages with their days and how they stand."""
    return [
        {
            "name": stage.kind.label, "state": stage.state.label,
            "days": f"{day_words(stage.start_on)}至{day_words(stage.end_on)}" if stage.start_on or stage.end_on
            else "未定",
        }
        for stage in stages_of_cycle(session, cycle.id)
        if stage.start_on or stage.end_on or stage.state != StageState.PLANNED
    ]


def problem_row(one: Found) -> Row:
    """A problem as a report names it: never without its unit, and with its letter once there is one."""
    problem, due = one.problem, one.item.due_on if one.item else None
    return {
        "no": problem.no, "title": problem.title, "unit": one.unit.name, "number": one.number or "尚未印发反馈意见",
        "state": problem.state.label, "due": day_words(due) if due else "未定", "overdue": is_overdue(one),
    }


def is_overdue(one: Found) -> bool:
    """Past its limit, still with the unit, its clock running."""
    item = one.item
    return bool(
        item and item.state in LIVE and item.due_on and item.due_on < clock.today() and item.paused_on is None
    )


def category_rows(found: Sequence[Found]) -> list[Row]:
    """Problems by theme, the largest first; under each the ones worth naming: not put right and overdue before others,
    repeated ones before first ones."""
    themes: dict[str, list[Found]] = {}
    for one in found:
        themes.setdefault(one.theme or NO_THEME, []).append(one)
    order = sorted(themes.items(), key=lambda pair: (pair[0] == NO_THEME, -len(pair[1]), pair[1][0].problem.no))
    return [
        {
            "mark": mark(n), "name": name, "count": len(rows), "units": len({one.unit.id for one in rows}),
            "problems": [problem_row(one) for one in sorted(rows, key=_weight)[:TYPICAL]],
        }
        for n, (name, rows) in enumerate(order, 1)
    ]


def _weight(one: Found) -> tuple[bool, bool, bool, int]:
    closed = one.problem.state == ProblemState.CLOSED
    return closed, not is_overdue(one), one.problem.recurs is None, one.problem.no


def rect_rows(session: Session, cycle: Cycle, found: Sequence[Found]) -> tuple[Row, list[Row]]:
    """Closed, open, overdue, looked back, failed and reopened: of all problems, and unit by unit."""
    moves = (Move.LOOK_BACK_PASS, Move.LOOK_BACK_FAIL, Move.REOPEN)
    passed, failed, again = (ledger.moved_ever(session, cycle.id, move) for move in moves)
    marks = {"looked": passed | failed, "failed": failed, "reopened": again}
    units: dict[UUID, list[Found]] = {}
    for one in sorted(found, key=lambda one: (one.unit.sort, one.unit.name)):
        units.setdefault(one.unit.id, []).append(one)
    return _rect("合计", found, marks), [_rect(some[0].unit.name, some, marks) for some in units.values()]


def _rect(name: str, found: Sequence[Found], marks: dict[str, set[str]]) -> Row:
    closed = sum(one.problem.state == ProblemState.CLOSED for one in found)
    return {
        "name": name, "found": len(found), "closed": closed, "open": len(found) - closed,
        "overdue": sum(is_overdue(one) for one in found),
        **{key: sum(str(one.problem.id) in keys for one in found) for key, keys in marks.items()},
    }
