"""Papers opened again: what must stand in each, and tables held against what the ledger counts."""

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from docx import Document
from sqlmodel import Session, col, select

from actions.paper import look
from models import statistics
from models.cycle import Assignment
from models.paper import Paper
from models.paper_words import PaperKind
from models.plan import Task
from models.problem import Problem
from models.words import AssignmentKind
from papers.forms import ending_of
from rules.paper import NUMBERED
from tests.conftest import Running
from tests.workbooks import sheets_of, table_of


@dataclass
class Made:
    """A paper with words of the live data that must stand in it, words that must not, and what its rows must be."""

    paper: Paper
    words: Sequence[str]
    absent: Sequence[str] = ()
    rows: Callable[[bytes], object] = field(default=lambda _: None)


@dataclass
class Read:
    """A document opened again: its lines, its tables by their heads."""

    lines: list[str]
    tables: dict[str, list[list[str]]]

    @property
    def text(self) -> str:
        return "\n".join([*self.lines, *(cell for rows in self.tables.values() for row in rows for cell in row)])


def read(data: bytes) -> Read:
    document = Document(io.BytesIO(data))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return Read([one.text for one in document.paragraphs], {"|".join(rows[0]): rows[1:] for rows in tables})


def text_of(kind: PaperKind, data: bytes) -> str:
    if ending_of(kind) == "docx":
        return read(data).text
    return "\n".join(str(cell) for rows in sheets_of(data).values() for row in rows for cell in row)


def rows_of(data: bytes) -> list[dict[str, object]]:
    return [row for row in table_of(data) if any(row.values())]


def check(session: Session, made: Made) -> None:
    """What holds for every paper, and what this one says."""
    kind, data = made.paper.kind, look(session, made.paper)
    said = text_of(kind, data)
    assert len(made.words) > 1 and not [one for one in made.words if one not in said], (kind, said)
    assert not [one for one in (*made.absent, "{", "}", "None", "待编号") if one in said], (kind, said)
    assert made.paper.digest == hashlib.sha256(data).hexdigest() and look(session, made.paper) == data, kind
    if kind in NUMBERED:
        assert made.paper.number and said.count(made.paper.number) == 1, (kind, said)
    made.rows(data)


def standing(session: Session, running: Running, day: date) -> Callable[[bytes], object]:
    """The table of units equals what the ledger counts, unit by unit."""
    scope = statistics.running_scope(session, running.people.office_id, day, running.cycle_id)
    known = [
        [unit.name, *map(str, (one.total, one.done, one.waiting, one.overdue))]
        for unit, one in statistics.by_unit(session, scope)
    ]

    def rows(data: bytes) -> None:
        (found,) = [rows for head, rows in read(data).tables.items() if head.startswith("单位|应办|已办结")]
        assert [row[:5] for row in found] == known
    return rows


def rect_rows(session: Session, running: Running) -> Callable[[bytes], object]:
    due = dict(session.exec(
        select(Assignment.problem_id, Assignment.due_on).where(Assignment.kind == AssignmentKind.PROBLEM)
    ).all())
    known = [
        (p.no, p.state.label, p.person, due.get(p.id) or "")
        for p in session.exec(select(Problem).where(Problem.cycle_id == running.cycle_id).order_by(col(Problem.no)))
    ]

    def rows(data: bytes) -> None:
        found = [(row["序号"], row["整改状态"], row["责任人"], row["现时限"]) for row in rows_of(data)]
        assert sorted(found) == known and len(known) > 1
    return rows


def task_rows(session: Session, running: Running) -> Callable[[bytes], object]:
    tasks = session.exec(select(Task).where(Task.plan_id == running.cycle(session).plan_id)).all()

    def rows(data: bytes) -> None:
        found = sorted((row["任务（主要措施）"], row["责任单位"]) for row in rows_of(data))
        assert found == sorted((task.title, "、".join(task.responsible_units)) for task in tasks) != []
    return rows
