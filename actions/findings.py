"""What a team finds on site: entered from an item, put right on the spot with proof, or left to the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, update

from actions.advance import refresh
from actions.keep_evidence import Upload, check_upload, keep
from actions.members import on_site
from actions.record import Actor, record
from actions.score import line_named
from actions.visit import mark_visited, record_problem
from config import clock
from models.base import Conflict, NotFound
from models.cycle import Visit
from models.ledger import evidence_of
from models.problem import Problem
from models.score_ledger import found_on_site
from models.visit_ledger import days_been
from models.words import ProblemState, StageKind
from rules.problem import Case, fixed_on_the_spot


@dataclass(frozen=True)
class Finding:
    """A problem as a team notes it; with `spot` it is put right before they leave, and `note` or a file proves it."""

    title: str
    detail: str = ""
    item: str = ""
    spot: bool = False
    note: str = ""
    uploads: list[Upload] = field(default_factory=list)


def note_finding(session: Session, actor: Actor, visit: Visit, finding: Finding) -> Problem:
    """Enter a problem; what the same person notes twice on one day is one problem, with what the second one adds."""
    on_site(session, actor, visit)
    for upload in finding.uploads:
        check_upload(upload)
    line = line_named(session, visit, finding.item) if finding.item else None
    task_id = line.task_id if line else None
    problem = _known(session, actor, visit, finding, task_id) or _entered(session, actor, visit, finding, task_id)
    if finding.spot and problem.state == ProblemState.FOUND:
        fix_on_the_spot(session, actor, visit, problem, problem.version, finding.note, finding.uploads)
    else:
        _prove(session, visit, problem, finding.uploads)
    mark_visited(session, actor, visit)
    return problem


def _known(
    session: Session, actor: Actor, visit: Visit, finding: Finding, task_id: UUID | None
) -> Problem | None:
    """The same words of the same person on the same day: a second tap, or a phone that sent and heard no answer.

    Of another item they are another problem.
    """
    said = (finding.title.strip(), finding.detail.strip(), actor.name, clock.today())
    for one in found_on_site(session, visit.cycle_id, visit.unit_id):
        if (one.title, one.detail, one.found_by, clock.date_of(one.found_at)) == said and task_id in (
            None, one.task_id
        ):
            return one
    return None


def _entered(session: Session, actor: Actor, visit: Visit, finding: Finding, task_id: UUID | None) -> Problem:
    """A new problem; without proof nothing is closed on the spot, and that is refused before anything is entered."""
    if finding.spot:
        fixed_on_the_spot(
            Case(0, ProblemState.FOUND), clock.today(), clock.today(), finding.note, len(finding.uploads)
        )
    return record_problem(session, actor, visit, finding.title, finding.detail, finding.spot, task_id)


def found_at_visit(session: Session, visit: Visit) -> list[Problem]:
    """What was found at this visit: a unit that is visited again has a sheet of its own for each time."""
    mine, been = (visit.start_on, visit.end_on), days_been(session, visit.cycle_id, visit.unit_id)
    found = found_on_site(session, visit.cycle_id, visit.unit_id)
    return [one for one in found if mine in _visited_on(clock.date_of(one.found_at), [mine, *been])]


def _visited_on(day: date, visits: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """The visits a day falls into; else the last one over by then; before them all (one was moved on) the first."""
    within = [one for one in visits if one[0] <= day <= one[1]]
    before = [one for one in visits if one[1] < day]
    return within or [max(before, key=lambda one: one[1]) if before else min(visits)]


def fix_on_the_spot(
    session: Session, actor: Actor, visit: Visit, problem: Problem, seen: int, note: str, uploads: Sequence[Upload]
) -> None:
    """Close a problem that was put right before the team left, with proof, on the version this person saw."""
    on_site(session, actor, visit)
    if (problem.cycle_id, problem.unit_id) != (visit.cycle_id, visit.unit_id):
        raise NotFound("没有找到这个问题。")
    for upload in uploads:
        check_upload(upload)
    kept = len(evidence_of(session, problem_id=problem.id))
    state = fixed_on_the_spot(
        Case(problem.no, problem.state), clock.date_of(problem.found_at), clock.today(), note, kept + len(uploads)
    )
    _close(session, actor, problem, seen, state, note)
    _prove(session, visit, problem, uploads)
    record(
        session, actor, "立行立改销号", problem.id, problem.cycle_id, problem.unit_id, no=problem.no, note=note.strip(),
        files=kept + len(uploads),
    )
    for kind in (StageKind.FEEDBACK, StageKind.RECTIFICATION, StageKind.LOOK_BACK):
        refresh(session, problem.cycle_id, kind, clock.today(), problem.unit_id)


def _close(session: Session, actor: Actor, problem: Problem, seen: int, state: ProblemState, note: str) -> None:
    session.flush()
    done = session.exec(
        update(Problem)
        .where(col(Problem.id) == problem.id, col(Problem.version) == seen)
        .values(
            version=seen + 1, state=state, fix_on_the_spot=True, result=note.strip() or "当场改正，见佐证照片",
            closed_by=actor.name, closed_at=clock.now(),
        )
    )
    if done.rowcount != 1:
        raise Conflict(f"问题{problem.no}刚刚已被他人处理，请刷新页面后再办。")
    session.refresh(problem)


def _prove(session: Session, visit: Visit, problem: Problem, uploads: Sequence[Upload]) -> None:
    for upload in uploads:
        keep(session, problem.office_id, problem.unit_id, upload, problem_id=problem.id, visit_id=visit.id)
