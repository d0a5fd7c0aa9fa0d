"""The board of a cycle: units × stages, themes, tasks or months, each cell a light, a word and its counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from urllib.parse import urlencode
from uuid import UUID

from sqlmodel import Session

from config import clock
from config.workdays import Calendar, official
from models.board import NO_COLUMN, Axis, Cell, Cells, board, cells_of, prints_stages, tasks_of_cycle
from models.cycle import Cycle, Stage, UnitStage
from models.ledger import stages_of_cycle, units_of_cycle
from models.plan import Task
from models.words import AssignmentKind, StageKind, StageState, UnitStageState
from rules.stage import Light, light

NONE = Light("", "")
WORDS = {
    UnitStageState.RETURNED: Light("yellow", "已退回"), UnitStageState.SUBMITTED: Light("yellow", "待审核"),
    UnitStageState.DONE: Light("green", "已完成"),
}
OWN = "办公室、督察组"
Lamp = Callable[[date | None, bool, bool], Light]
LONGEST_HEAD = 14


@dataclass(frozen=True)
class Column:
    """A column: its head, what lies below the head, the whole words, and the filters behind it."""

    key: str
    word: str
    below: str = ""
    whole: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """A cell as it is shown: a light or a plain word, figures, and where it leads."""

    light: Light
    done: int = 0
    total: int = 0
    href: str = ""


@dataclass(frozen=True)
class Line:
    """A row: who, where the name leads, the fields, and how much of it is late."""

    name: str
    href: str
    fields: list[Field]
    late: int


@dataclass(frozen=True)
class Board:
    """The whole of it, ready for a page."""

    axis: Axis
    axes: list[Axis]
    columns: list[Column]
    heads: list[str]
    lines: list[Line]
    behind: int
    only: bool


def board_of(session: Session, cycle: Cycle, wanted: str, only: bool) -> Board:
    """The board by the columns asked for; a plan without stages begins with its themes."""
    staged, tasks = prints_stages(session, cycle.plan_id), tasks_of_cycle(session, cycle)
    axes = [axis for axis in Axis if (axis != Axis.STAGE or staged) and (axis not in (Axis.THEME, Axis.TASK) or tasks)]
    axis = Axis(wanted) if wanted in list(axes) else axes[0]
    cells = cells_of(session, cycle.id, axis, clock.today())
    stages = {stage.kind: stage for stage in stages_of_cycle(session, cycle.id)}
    columns = _columns(axis, tasks, stages, cells)
    standing = board(session, cycle.id) if axis == Axis.STAGE else {}
    pen = _Pen(cycle, columns, cells, stages, cache(partial(_lamp, clock.today(), official())))
    lines = [pen.line(unit.name, unit.id, standing.get(unit.id, {})) for unit in units_of_cycle(session, cycle.id)]
    lines.append(pen.line(OWN, None, {}))
    behind = sum(line.late > 0 for line in lines)
    heads = [_href(cycle, column.filters) for column in columns]
    return Board(axis, axes, columns, heads, [line for line in lines if line.late or not only], behind, only)


def _columns(axis: Axis, tasks: list[Task], stages: Mapping[StageKind, Stage], cells: Cells) -> list[Column]:
    used = {key for _, key in cells}
    if axis == Axis.STAGE:
        others = [kind for kind in StageKind if kind.value in used and kind not in stages]
        return [Column(kind.value, kind.label, filters={"stage": kind.value}) for kind in [*stages, *others]]
    if axis == Axis.MONTH:
        return [_month(key) for key in sorted(used)]
    part = {"kind": AssignmentKind.TASK.value} if not any(task.sheet == "measures" for task in tasks) else {}
    if axis == Axis.TASK:
        return [
            Column(str(task.id), task.terms.get("no") or str(task.no), whole=task.title,
                   filters={"theme": str(task.id), **part})
            for task in tasks if str(task.id) in used
        ]
    themes = dict.fromkeys(task.duty for task in tasks if (task.duty or NO_COLUMN) in used)
    return [
        Column(theme or NO_COLUMN, _short(theme) or "未分主题", whole=theme, filters={"theme": theme, **part})
        for theme in themes
    ]


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_HEAD else words[:LONGEST_HEAD - 1] + "…"


def _month(key: str) -> Column:
    if key == NO_COLUMN:
        return Column(key, "未定时限", filters={"light": "undated"})
    year, month = (int(part) for part in key.split("-"))
    last = date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)
    filters = {"from": f"{key}-01", "to": str(last), "state": "all"}
    return Column(key, f"{month}月", below=f"{year}年", filters=filters)


@dataclass(frozen=True)
class _Pen:
    """Writes the rows; `lamp` counts workdays once for each limit, for thousands of cells share few."""

    cycle: Cycle
    columns: list[Column]
    cells: Cells
    stages: Mapping[StageKind, Stage]
    lamp: Lamp

    def line(self, name: str, key: UUID | None, standing: Mapping[StageKind, UnitStage]) -> Line:
        cells = [self.cells.get((key, column.key), Cell()) for column in self.columns]
        fields = [
            self._field(str(key) if key else OWN, column, cell, standing)
            for column, cell in zip(self.columns, cells, strict=True)
        ]
        return Line(name, f"/units/{key}" if key else f"/work?unit={OWN}", fields, sum(cell.late for cell in cells))

    def _field(self, who: str, column: Column, cell: Cell, standing: Mapping[StageKind, UnitStage]) -> Field:
        here = standing.get(StageKind(column.key)) if standing and column.key in list(StageKind) else None
        lamp = _of_stage(cell, here, self.stages.get(here.kind), self.lamp) if here else lamp_of(cell, self.lamp)
        total, done = (here.total, here.done) if here and here.kind == StageKind.LOOK_BACK else (cell.total, cell.done)
        more = {"unit": who, **({"light": "overdue"} if cell.late else {"state": "all"})}
        return Field(lamp, done, total, _href(self.cycle, {**more, **column.filters}) if cell.total else "")


def _href(cycle: Cycle, filters: Mapping[str, str]) -> str:
    return f"/work?{urlencode({'cycle': str(cycle.id), **filters})}"


def _of_stage(cell: Cell, here: UnitStage, stage: Stage | None, lamp: Lamp) -> Light:
    """A unit in a stage: not begun, nothing owed, or the light of what it owes."""
    if stage and stage.kind == StageKind.HIGHER_INSPECTION:
        return Light("", stage.state.label)
    if cell.late:
        return lamp_of(cell, lamp)
    if here.kind == StageKind.LOOK_BACK and here.state == UnitStageState.SUBMITTED:
        return Light("yellow", "待销号")
    if here.state in (UnitStageState.WAITING, UnitStageState.NONE) and not (stage and stage.state == StageState.OPEN):
        return Light("", here.state.label)
    return WORDS.get(here.state) or lamp_of(cell, lamp)


def lamp_of(cell: Cell, lamp: Lamp) -> Light:
    """The light of counted work; what is late is counted in its word."""
    if not cell.total:
        return NONE
    if cell.late:
        return Light("red", f"逾期{cell.late}项")
    return lamp(cell.due_on, cell.done == cell.total, cell.waiting > 0 and cell.waiting == cell.total - cell.done)


def _lamp(today: date, calendar: Calendar, due: date | None, done: bool, waiting: bool) -> Light:
    return Light("yellow", "待审核") if waiting else light(due, done, today, calendar)
