"""What the office sees of one unit over all its cycles: submissions, visits with their scores, figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle, Team, Visit
from models.problem import Problem
from models.score import Score
from models.submission import Submission
from models.words import AssignmentKind, AssignmentState, CycleState, ProblemState


@dataclass(frozen=True)
class OfCycle:
    """What a unit owes or owed in one cycle, nearest limit first."""

    cycle: Cycle
    items: list[Assignment]

    @property
    def done(self) -> int:
        return sum(item.state == AssignmentState.DONE for item in self.items)


def by_cycle(session: Session, unit_id: UUID) -> list[OfCycle]:
    """Every cycle of a unit, running ones first, newest first; the parts of a report are left to the report."""
    left = (AssignmentKind.TASK, AssignmentKind.PROBLEM)
    statement = (
        select(Assignment, Cycle)
        .join(Cycle, col(Cycle.id) == Assignment.cycle_id)
        .where(Assignment.unit_id == unit_id, col(Assignment.team_id).is_(None), col(Assignment.kind).not_in(left))
        .order_by(
            col(Cycle.state) != CycleState.OPEN, col(Cycle.opened_on).desc(), col(Cycle.id),
            col(Assignment.due_on).is_(None), col(Assignment.due_on), col(Assignment.code),
        )
    )
    found: dict[UUID, OfCycle] = {}
    for item, cycle in session.exec(statement):
        found.setdefault(cycle.id, OfCycle(cycle, [])).items.append(item)
    return list(found.values())


@dataclass(frozen=True)
class Standing:
    """A unit in figures: what it owed, how much is done, its problems and how many are closed out."""

    owed: int
    done: int
    problems: int
    closed: int


def standing_of(session: Session, unit_id: UUID, cycles: Sequence[OfCycle]) -> Standing:
    items = [item for one in cycles for item in one.items if item.state != AssignmentState.CANCELLED]
    states = Counter(session.exec(select(Problem.state).where(Problem.unit_id == unit_id)))
    return Standing(
        len(items), sum(item.state == AssignmentState.DONE for item in items),
        sum(states.values()) - states[ProblemState.WITHDRAWN] - states[ProblemState.CARRIED],
        states[ProblemState.CLOSED],
    )


def problems_of_unit(session: Session, unit_id: UUID) -> list[tuple[Problem, Assignment | None]]:
    """Its problems in running cycles, each with the row that carries its limit."""
    statement = (
        select(Problem, Assignment)
        .join(Cycle, col(Cycle.id) == Problem.cycle_id)
        .join(Assignment, col(Assignment.problem_id) == Problem.id, isouter=True)
        .where(Problem.unit_id == unit_id, Cycle.state == CycleState.OPEN)
        .order_by(col(Problem.no))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def handed_in(session: Session, unit_id: UUID, limit: int = 20) -> list[tuple[Submission, Assignment]]:
    """What it handed in, what waits for a decision first."""
    statement = (
        select(Submission, Assignment)
        .join(Assignment, col(Assignment.id) == Submission.assignment_id)
        .where(Submission.unit_id == unit_id)
        .order_by(col(Submission.state) != "submitted", col(Submission.sent_at).desc())
    )
    return [(row[0], row[1]) for row in session.exec(statement.limit(limit))]


@dataclass(frozen=True)
class Trip:
    """A visit with its team, and what each scorer gave: (who, items, points)."""

    visit: Visit
    team: Team
    cycle: Cycle
    scores: list[tuple[str, int, float | None]]


def trips_of(session: Session, unit_id: UUID) -> list[Trip]:
    """The visits to a unit, newest first."""
    statement = (
        select(Visit, Team, Cycle)
        .join(Team, col(Team.id) == Visit.team_id)
        .join(Cycle, col(Cycle.id) == Visit.cycle_id)
        .where(Visit.unit_id == unit_id)
        .order_by(col(Visit.start_on).desc())
    )
    scores = _scores(session, unit_id)
    return [Trip(row[0], row[1], row[2], scores.get(row[0].id, [])) for row in session.exec(statement)]


def _scores(session: Session, unit_id: UUID) -> dict[UUID, list[tuple[str, int, float | None]]]:
    """By visit what each scorer gave; once it is settled, only that."""
    columns: Any = (Score.visit_id, Score.scorer, func.max(Score.scored_by), func.count(), func.sum(Score.points))
    statement = select(*columns).where(Score.unit_id == unit_id).group_by(col(Score.visit_id), col(Score.scorer))
    found: dict[UUID, dict[str, tuple[str, int, float | None]]] = {}
    for visit, scorer, who, count, points in session.exec(statement):
        found.setdefault(visit, {})[scorer] = (who, count, points)
    return {
        visit: [given["settled"]] if "settled" in given else list(given.values()) for visit, given in found.items()
    }
