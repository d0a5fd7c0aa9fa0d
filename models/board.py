"""How units stand in a cycle: counted duties by stage, theme, task or month, the board, one stage's column."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal, null, text
from sqlmodel import Session, col, select

from models.base import Word
from models.counting import count_if, is_late
from models.cycle import NO_PART, Assignment, Cycle, UnitStage
from models.ledger import LIVE, A
from models.plan import Plan, PlanStage, Task
from models.problem import Problem
from models.unit import Unit
from models.words import AssignmentKind, ProblemState, StageKind


def tallies(
    session: Session, cycle_id: UUID, kind: StageKind, today: date, unit_id: UUID | None = None
) -> dict[UUID, Any]:
    """Counted duties per unit in a stage: total, done, submitted, returned, late, next limit."""
    a = Assignment
    live = col(a.state).in_(LIVE)
    statement = (
        select(
            a.unit_id, func.count().label("total"), count_if(a.state == A.DONE).label("done"),
            count_if(a.state == A.SUBMITTED).label("submitted"), count_if(a.state == A.RETURNED).label("returned"),
            count_if(is_late(today)).label("late"),
            func.min(case((live, a.due_on), else_=None)).label("due_on"),
        )  # type: ignore[call-overload]
        .where(
            a.cycle_id == cycle_id, a.stage == kind, col(a.unit_id).is_not(None), a.state != A.CANCELLED,
            text(NO_PART), a.kind != AssignmentKind.GOAL,  # word for word, or its index is not taken
        )
        .group_by(a.unit_id)
    )
    if unit_id:
        statement = statement.where(a.unit_id == unit_id)
    return {row.unit_id: row for row in session.exec(statement)}


def look_back_tallies(session: Session, cycle_id: UUID, unit_id: UUID | None = None) -> dict[UUID, Any]:
    """Problems per unit in the shape of `tallies`: all, closed out, waiting for the second key, sent back."""
    p = Problem
    statement = (
        select(
            p.unit_id, func.count().label("total"), count_if(p.state == ProblemState.CLOSED).label("done"),
            count_if(p.state == ProblemState.LOOKED_BACK).label("submitted"),
            count_if(p.state == ProblemState.RETURNED).label("returned"),
            literal(0).label("late"), null().label("due_on"),
        )  # type: ignore[call-overload]
        .where(p.cycle_id == cycle_id, col(p.state).not_in((ProblemState.WITHDRAWN, ProblemState.CARRIED)))
        .group_by(p.unit_id)
    )
    if unit_id:
        statement = statement.where(p.unit_id == unit_id)
    return {row.unit_id: row for row in session.exec(statement)}


def board(session: Session, cycle_id: UUID) -> dict[UUID, dict[StageKind, UnitStage]]:
    """Units × stages of a cycle."""
    found: dict[UUID, dict[StageKind, UnitStage]] = {}
    for cell in session.exec(select(UnitStage).where(UnitStage.cycle_id == cycle_id)):
        found.setdefault(cell.unit_id, {})[cell.kind] = cell
    return found


def stage_column(session: Session, cycle_id: UUID, kind: StageKind) -> list[Any]:
    """How every unit stands in one stage: name, state, done, total, due_on, in the order of the units."""
    cell = UnitStage
    statement = (
        select(Unit.name, cell.state, cell.done, cell.total, cell.due_on)  # type: ignore[call-overload]
        .join(Unit, col(Unit.id) == cell.unit_id)
        .where(cell.cycle_id == cycle_id, cell.kind == kind)
        .order_by(col(Unit.sort), col(Unit.name))
    )
    return list(session.exec(statement))


class Axis(Word):
    """What the columns of a board are."""

    STAGE = "stage", "按阶段"
    THEME = "theme", "按任务主题"
    TASK = "task", "逐项"
    MONTH = "month", "按月份"


@dataclass
class Cell:
    """What one unit owes in one column, counted; `due_on` is the next limit of what is still owed."""

    total: int = 0
    done: int = 0
    waiting: int = 0
    late: int = 0
    due_on: date | None = None

    def take(self, row: Any) -> None:
        """Add one counted group."""
        self.total, self.done = self.total + row.total, self.done + row.done
        self.waiting, self.late = self.waiting + row.waiting, self.late + row.late
        self.due_on = min((day for day in (self.due_on, row.next_on) if day), default=None)


NO_COLUMN = "none"
NOT_COUNTED = (AssignmentKind.GOAL,)
Cells = dict[tuple[UUID | None, str], Cell]


def cells_of(session: Session, cycle_id: UUID, axis: Axis, today: date) -> Cells:
    """Every unit × column of a cycle in one statement; under None what the office and its teams owe.

    By stage the items of score sheets are left to their report, as in `tallies`.
    """
    column, name = _COLUMNS[axis]
    statement = _counted(column, cycle_id, today)
    if axis in (Axis.THEME, Axis.TASK):
        statement = statement.join(Task, col(Task.id) == Assignment.task_id)
    else:
        statement = statement.where(Assignment.kind != AssignmentKind.TASK)
    found: Cells = {}
    for row in session.exec(statement):
        found.setdefault((row.unit_id, name(row.column)), Cell()).take(row)
    return found


def _counted(column: Any, cycle_id: UUID, today: date) -> Any:
    a = Assignment
    live = col(a.state).in_(LIVE)
    late = is_late(today) & (col(a.kind) != AssignmentKind.CONFIRMATION)
    return (
        select(
            a.unit_id, column.label("column"), func.count().label("total"), count_if(a.state == A.DONE).label("done"),
            count_if(a.state == A.SUBMITTED).label("waiting"), count_if(late).label("late"),
            func.min(case((live, a.due_on), else_=None)).label("next_on"),
        )  # type: ignore[call-overload]
        .select_from(Assignment)
        .where(a.cycle_id == cycle_id, a.state != A.CANCELLED, col(a.kind).not_in(NOT_COUNTED))
        .group_by(a.unit_id, column)
    )


def month_key(day: date | None) -> str:
    """The column of a limit: its month."""
    return f"{day:%Y-%m}" if day else NO_COLUMN


_COLUMNS: dict[Axis, tuple[Any, Callable[[Any], str]]] = {
    Axis.STAGE: (col(Assignment.stage), lambda stage: str(stage.value)),
    Axis.THEME: (col(Task.duty), lambda theme: theme or NO_COLUMN),
    Axis.TASK: (col(Assignment.task_id), str),
    Axis.MONTH: (col(Assignment.due_on), month_key),
}


def tasks_of_cycle(session: Session, cycle: Cycle) -> list[Task]:
    """The tasks of the cycle's plan in the order of the document."""
    statement = select(Task).where(Task.plan_id == cycle.plan_id)
    return list(session.exec(statement.order_by(col(Task.sheet).desc(), col(Task.no))))


def tasks_of_theme(session: Session, office_id: UUID, theme: str) -> list[UUID]:
    """The tasks of the office's plans under a theme, or the one task whose key this is."""
    statement = select(Task.id).join(Plan, col(Plan.id) == Task.plan_id).where(Plan.office_id == office_id)
    try:
        return list(session.exec(statement.where(Task.id == UUID(theme))))
    except ValueError:
        return list(session.exec(statement.where(Task.duty == theme)))


def theme_words(session: Session, office_id: UUID, theme: str) -> str:
    """A theme as it is called; of a task's key the title of the task."""
    tasks = tasks_of_theme(session, office_id, theme)
    task = session.get(Task, tasks[0]) if len(tasks) == 1 else None
    return task.title if task and str(task.id) == theme else theme


def prints_stages(session: Session, plan_id: UUID) -> bool:
    """Whether the plan itself has stages; a plain list of tasks has none, and a board must not invent them."""
    return session.exec(select(PlanStage.id).where(PlanStage.plan_id == plan_id)).first() is not None
