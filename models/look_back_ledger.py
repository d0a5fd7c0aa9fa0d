"""The queries about look-backs: what may be looked at again, who looks at what, and what was found."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import Assignment, Cycle, Team, TeamMember, Visit
from models.paper_words import LookBackState
from models.problem import LookBack, LookBackRound, Problem
from models.submission import Evidence
from models.unit import Unit
from models.words import CycleState, ProblemState, VisitKind

L = LookBackState
Row = tuple[LookBack, Problem, Unit]
Look = tuple[LookBack, LookBackRound | None, list[Evidence]]


def rounds_of(session: Session, cycle_id: UUID) -> list[LookBackRound]:
    """The look-backs of a cycle, the newest first."""
    statement = select(LookBackRound).where(LookBackRound.cycle_id == cycle_id)
    return list(session.exec(statement.order_by(col(LookBackRound.no).desc())))


def last_round(session: Session, cycle_id: UUID) -> int:
    """The number of a cycle's newest look-back; 0 before the first."""
    return session.exec(select(func.max(LookBackRound.no)).where(LookBackRound.cycle_id == cycle_id)).one() or 0


def round_of_draw(session: Session, draw_id: UUID) -> LookBackRound | None:
    """The look-back a draw was made for: its lots are problems, not units."""
    return session.exec(select(LookBackRound).where(LookBackRound.draw_id == draw_id)).first()


def looks_of_cycle(session: Session, cycle_id: UUID) -> dict[UUID | None, list[Row]]:
    """Every look of a cycle by its round; under None those outside any."""
    statement = (
        select(LookBack, Problem, Unit)
        .join(Problem, col(Problem.id) == LookBack.problem_id)
        .join(Unit, col(Unit.id) == Problem.unit_id)
        .where(LookBack.cycle_id == cycle_id)
        .order_by(col(Unit.sort), col(Unit.name), col(Problem.no), col(LookBack.looked_at).nulls_first())
    )
    found: dict[UUID | None, list[Row]] = {}
    for row in session.exec(statement):
        found.setdefault(row[0].round_id, []).append((row[0], row[1], row[2]))
    return found


def duties_of_cycle(session: Session, cycle_id: UUID) -> dict[UUID, list[tuple[Assignment, Team | None]]]:
    """What teams and the office owe for each round."""
    statement = (
        select(LookBack.round_id, Assignment, Team)
        .join(Assignment, col(Assignment.id) == LookBack.assignment_id)
        .join(Team, col(Team.id) == Assignment.team_id, isouter=True)
        .where(LookBack.cycle_id == cycle_id)
    )
    found: dict[UUID, dict[UUID, tuple[Assignment, Team | None]]] = {}
    for row in session.exec(statement):
        if row[0]:
            found.setdefault(row[0], {})[row[1].id] = (row[1], row[2])
    return {key: list(items.values()) for key, items in found.items()}


def waiting_pool(session: Session, cycle_id: UUID) -> list[tuple[Problem, Unit]]:
    """The verified problems of a cycle that nobody is to look at yet, in the order of the directory."""
    planned = select(LookBack.problem_id).where(LookBack.cycle_id == cycle_id, LookBack.state == L.PLANNED)
    statement = (
        select(Problem, Unit)
        .join(Unit, col(Unit.id) == Problem.unit_id)
        .where(
            Problem.cycle_id == cycle_id, Problem.state == ProblemState.VERIFIED, col(Problem.id).not_in(planned)
        )
        .order_by(col(Unit.sort), col(Unit.name), col(Problem.no))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def planned_look(session: Session, problem_id: UUID) -> tuple[LookBack, LookBackRound] | None:
    """The look a problem is waiting for."""
    statement = (
        select(LookBack, LookBackRound)
        .join(LookBackRound, col(LookBackRound.id) == LookBack.round_id)
        .where(LookBack.problem_id == problem_id, LookBack.state == L.PLANNED)
    )
    row = session.exec(statement).first()
    return (row[0], row[1]) if row else None


def not_drawn(session: Session, problem: Problem) -> LookBackRound | None:
    """The newest round in whose draw this problem, as it stands now, was not taken."""
    statement = (
        select(LookBackRound)
        .join(LookBack, col(LookBack.round_id) == LookBackRound.id)
        .where(
            LookBack.problem_id == problem.id, LookBack.state == L.SKIPPED,
            LookBack.problem_version == problem.version,
        )
    )
    return session.exec(statement.order_by(col(LookBackRound.no).desc())).first()


def last_looker(session: Session, problem: Problem) -> str:
    """Who found a problem put right when it was looked at last, under the number of an earlier cycle too."""
    statement = select(LookBack.looked_by).where(
        col(LookBack.problem_id).in_(ancestors(session, problem)), LookBack.state == L.PASSED
    )
    return session.exec(statement.order_by(col(LookBack.looked_at).desc().nulls_last())).first() or ""


def ancestors(session: Session, problem: Problem) -> list[UUID]:
    """The problem and those it was carried over from, this one first."""
    keys, before = [problem.id], problem.carried_from
    while before and before not in keys:
        keys.append(before)
        before = session.exec(select(Problem.carried_from).where(Problem.id == before)).first()
    return keys


def looks_of_problem(session: Session, problem: Problem) -> list[Look]:
    """Every look at a problem with its round and what was brought back, the oldest first."""
    statement = (
        select(LookBack, LookBackRound)
        .join(LookBackRound, col(LookBackRound.id) == LookBack.round_id, isouter=True)
        .where(col(LookBack.problem_id).in_(ancestors(session, problem)))
        .order_by(col(LookBack.looked_at).is_(None), col(LookBack.looked_at), col(LookBackRound.made_at))
    )
    rows = [(row[0], row[1]) for row in session.exec(statement)]
    proofs = proofs_of(session, [look.id for look, _ in rows])
    return [(look, one, proofs.get(look.id, [])) for look, one in rows]


def proofs_of(session: Session, looks: Sequence[UUID]) -> dict[UUID, list[Evidence]]:
    """What was brought back from each of these looks."""
    found: dict[UUID, list[Evidence]] = {}
    statement = select(Evidence).where(col(Evidence.look_back_id).in_(looks)).order_by(col(Evidence.sent_at))
    for row in session.exec(statement):
        if row.look_back_id:
            found.setdefault(row.look_back_id, []).append(row)
    return found


def visited_by(session: Session, cycle_id: UUID) -> dict[UUID, UUID]:
    """Which team the programme of a cycle sends to which unit."""
    statement = select(Visit.unit_id, Visit.team_id).where(
        Visit.cycle_id == cycle_id, Visit.kind == VisitKind.PROGRAMME
    )
    return {row[0]: row[1] for row in session.exec(statement)}


def looks_to_make(
    session: Session, office_id: UUID, user_id: UUID | None = None
) -> list[tuple[LookBack, Problem, Unit, Assignment]]:
    """The looks still to be made in running cycles, nearest limit first; with a person those of their teams."""
    statement = (
        select(LookBack, Problem, Unit, Assignment)
        .join(Problem, col(Problem.id) == LookBack.problem_id)
        .join(Unit, col(Unit.id) == Problem.unit_id)
        .join(Assignment, col(Assignment.id) == LookBack.assignment_id)
        .join(Cycle, col(Cycle.id) == LookBack.cycle_id)
        .where(LookBack.office_id == office_id, LookBack.state == L.PLANNED, Cycle.state == CycleState.OPEN)
        .order_by(col(Assignment.due_on).nulls_first(), col(Unit.sort), col(Unit.name), col(Problem.no))
    )
    if user_id:
        mine = select(TeamMember.team_id).where(TeamMember.user_id == user_id)
        statement = statement.where(col(LookBack.team_id).in_(mine))
    return [(row[0], row[1], row[2], row[3]) for row in session.exec(statement)]


def left_of(session: Session, assignment_id: UUID) -> int:
    """How many looks of one duty are still to be made."""
    statement = select(func.count()).select_from(LookBack).where(
        LookBack.assignment_id == assignment_id, LookBack.state == L.PLANNED
    )
    return session.exec(statement).one()
