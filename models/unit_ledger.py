"""The queries behind a unit's own pages: every one names the unit, so that another unit's row is simply not there."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, not_, or_, select

from models.base import NotFound
from models.cycle import Assignment, Cycle, CycleUnit, Stage
from models.duty import Duty, Entry
from models.event import Event
from models.plan import Plan
from models.problem import Letter, Problem
from models.submission import Evidence, Extension, Submission
from models.words import AssignmentKind, AssignmentState, CycleState, ProblemSource, StageKind, SubmissionState

# found by others and not yet fed back: the unit learns of it by the letter
SHOWN = or_(col(Problem.letter_id).is_not(None), col(Problem.source) == ProblemSource.SELF_CHECK)


def own_item(session: Session, unit_id: UUID, item_id: UUID) -> tuple[Assignment, Cycle]:
    """A duty of the unit itself (not of a team that visits it) with its cycle."""
    statement = (
        select(Assignment, Cycle)
        .join(Cycle, col(Cycle.id) == Assignment.cycle_id)
        .where(
            Assignment.id == item_id, Assignment.unit_id == unit_id, col(Assignment.team_id).is_(None),
            Assignment.kind != AssignmentKind.TASK,
        )
    )
    found = session.exec(statement).first()
    if found is None:
        raise NotFound("没有找到这一事项，可能已被移走或不属于本单位。")
    return found[0], found[1]


def own_about(session: Session, unit_id: UUID, key: UUID) -> Assignment | Problem:
    """What a statement may be about: a duty of the unit, or a problem it was told of."""
    try:
        return own_item(session, unit_id, key)[0]
    except NotFound:
        return own_problem(session, unit_id, key)


def own_cycle(session: Session, unit_id: UUID, cycle_id: UUID) -> Cycle:
    """A cycle in which the unit is enrolled."""
    statement = select(Cycle).join(CycleUnit, col(CycleUnit.cycle_id) == Cycle.id)
    found = session.exec(statement.where(Cycle.id == cycle_id, CycleUnit.unit_id == unit_id)).first()
    if found is None:
        raise NotFound("没有找到这一督察周期。")
    return found


def plans_of_unit(session: Session, unit_id: UUID) -> dict[UUID, tuple[Cycle, Plan]]:
    """The cycles of a unit, running and ended, each with the plan it runs."""
    statement = (
        select(Cycle, Plan)
        .join(Plan, col(Plan.id) == Cycle.plan_id)
        .join(CycleUnit, col(CycleUnit.cycle_id) == Cycle.id)
        .where(CycleUnit.unit_id == unit_id)
    )
    return {row[0].id: (row[0], row[1]) for row in session.exec(statement)}


def stage_names(session: Session, unit_id: UUID) -> dict[tuple[UUID, StageKind], str]:
    """What the plan itself calls each stage of the unit's cycles."""
    statement = select(Stage).join(CycleUnit, col(CycleUnit.cycle_id) == Stage.cycle_id)
    return {(row.cycle_id, row.kind): row.name for row in session.exec(statement.where(CycleUnit.unit_id == unit_id))}


def next_stage(session: Session, unit_id: UUID, today: date) -> tuple[Stage, Cycle] | None:
    """The stage that begins next in the unit's running cycles."""
    statement = (
        select(Stage, Cycle)
        .join(Cycle, col(Cycle.id) == Stage.cycle_id)
        .join(CycleUnit, col(CycleUnit.cycle_id) == Cycle.id)
        .where(CycleUnit.unit_id == unit_id, Cycle.state == CycleState.OPEN, col(Stage.start_on) > today)
        .order_by(col(Stage.start_on).nulls_first())
    )
    found = session.exec(statement).first()
    return (found[0], found[1]) if found else None


def past_items(session: Session, unit_id: UUID) -> list[tuple[Assignment, Cycle]]:
    """What the unit owed in cycles that have ended, newest cycle first."""
    kinds = (AssignmentKind.TASK, AssignmentKind.PROBLEM)
    statement = (
        select(Assignment, Cycle)
        .join(Cycle, col(Cycle.id) == Assignment.cycle_id)
        .where(
            Assignment.unit_id == unit_id, col(Assignment.team_id).is_(None), Cycle.state == CycleState.CLOSED,
            col(Assignment.kind).not_in(kinds),
        )
        .order_by(col(Cycle.opened_on).desc(), col(Assignment.due_on).nulls_first())
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def shown_problems(session: Session, unit_id: UUID) -> list[tuple[Problem, Assignment | None]]:
    """The problems a unit has been told of in running cycles, with the row that carries the limit."""
    statement = (
        select(Problem, Assignment)
        .join(Cycle, col(Cycle.id) == Problem.cycle_id)
        .join(Assignment, col(Assignment.problem_id) == Problem.id, isouter=True)
        .where(Problem.unit_id == unit_id, Cycle.state == CycleState.OPEN, SHOWN)
        .order_by(col(Problem.no))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def own_problem(session: Session, unit_id: UUID, problem_id: UUID) -> Problem:
    """A problem the unit has been told of."""
    statement = select(Problem).where(Problem.id == problem_id, Problem.unit_id == unit_id, SHOWN)
    found = session.exec(statement).first()
    if found is None:
        raise NotFound("没有找到这个问题，可能已被移走或不属于本单位。")
    return found


def own_evidence(session: Session, unit_id: UUID, evidence_id: UUID) -> Evidence:
    """A file the unit sent in (“现场查看” is no file)."""
    statement = select(Evidence).where(
        Evidence.id == evidence_id, Evidence.unit_id == unit_id, Evidence.sha256 != "",
        # what a team photographed is not the unit's own
        col(Evidence.visit_id).is_(None), col(Evidence.look_back_id).is_(None),
    )
    found = session.exec(statement).first()
    if found is None:
        raise NotFound("没有找到这个文件，可能已被移走或不属于本单位。")
    return found


def submissions_of(session: Session, item_id: UUID) -> list[Submission]:
    """What was handed in for a duty, newest first."""
    statement = select(Submission).where(Submission.assignment_id == item_id)
    return list(session.exec(statement.order_by(col(Submission.sent_at).desc())))


def return_reasons(session: Session, unit_id: UUID) -> dict[UUID, str]:
    """Why the newest submission of each duty was sent back."""
    statement = select(Submission).where(Submission.unit_id == unit_id, Submission.state == SubmissionState.RETURNED)
    return {row.assignment_id: row.reason for row in session.exec(statement.order_by(col(Submission.sent_at)))}


def extensions_of_item(session: Session, item_id: UUID) -> list[Extension]:
    """Requests for more time for a duty, newest first."""
    statement = select(Extension).where(Extension.assignment_id == item_id)
    return list(session.exec(statement.order_by(col(Extension.asked_at).desc())))


def letters_by_receipt(session: Session, unit_id: UUID) -> dict[UUID | None, Letter]:
    """The unit's letters by the duty to sign for them."""
    return {row.assignment_id: row for row in session.exec(select(Letter).where(Letter.unit_id == unit_id))}


def unit_events(
    session: Session, unit_id: UUID, verbs: Collection[str], subjects: Collection[str] = (), limit: int = 100
) -> list[Event]:
    """The newest events of a unit with these verbs, of all or of some subjects; problems not yet shown stay unsaid."""
    hidden = [str(key) for key in session.exec(select(Problem.id).where(Problem.unit_id == unit_id, not_(SHOWN)))]
    statement = select(Event).where(Event.unit_id == unit_id, col(Event.verb).in_(verbs))
    statement = statement.where(col(Event.subject).not_in(hidden))
    if subjects:
        statement = statement.where(col(Event.subject).in_(subjects))
    return list(session.exec(statement.order_by(col(Event.seq).desc()).limit(limit)))


def own_duty(session: Session, unit_id: UUID, duty_id: UUID | None) -> tuple[Duty, Cycle]:
    """A duty of the unit that comes again, with its cycle."""
    statement = select(Duty, Cycle).join(Cycle, col(Cycle.id) == Duty.cycle_id)
    found = session.exec(statement.where(Duty.id == duty_id, Duty.unit_id == unit_id)).first()
    if found is None:
        raise NotFound("没有找到这项任务，可能已被移走或不属于本单位。")
    return found[0], found[1]


def own_entry(session: Session, unit_id: UUID, entry_id: UUID) -> Entry:
    """An act the unit has registered."""
    found = session.exec(select(Entry).where(Entry.id == entry_id, Entry.unit_id == unit_id)).first()
    if found is None:
        raise NotFound("没有找到这条登记，可能已被移走或不属于本单位。")
    return found


def duties_of_unit(session: Session, unit_id: UUID) -> dict[UUID, Duty]:
    """The unit's duties that come again, of running cycles."""
    statement = (
        select(Duty)
        .join(Cycle, col(Cycle.id) == Duty.cycle_id)
        .where(Duty.unit_id == unit_id, Cycle.state == CycleState.OPEN)
        .order_by(col(Duty.title))
    )
    return {row.id: row for row in session.exec(statement)}


def counted_entries(session: Session, unit_id: UUID, item_ids: Sequence[UUID]) -> dict[UUID, list[Entry]]:
    """What is registered for each of these occurrences and not withdrawn."""
    found: dict[UUID, list[Entry]] = {}
    statement = select(Entry).where(
        Entry.unit_id == unit_id, col(Entry.assignment_id).in_(item_ids), Entry.withdrawn == ""
    )
    for row in session.exec(statement.order_by(col(Entry.day))):
        found.setdefault(row.assignment_id, []).append(row)
    return found


def duty_returns(session: Session, unit_id: UUID, items: Sequence[Assignment]) -> dict[UUID, str]:
    """Why the office did not take what was registered, by occurrence; the newest reason counts."""
    back = {str(item.id): item.id for item in items if item.duty_id and item.state == AssignmentState.RETURNED}
    if not back:
        return {}
    events = unit_events(session, unit_id, ("退回",), list(back))
    return {back[event.subject]: str(event.data.get("reason", "")) for event in reversed(events)}


def persons_of(session: Session, unit_id: UUID, duty_id: UUID) -> list[str]:
    """The names a unit has used in the register of a duty."""
    statement = select(Entry.person).where(Entry.unit_id == unit_id, Entry.duty_id == duty_id, Entry.person != "")
    return list(session.exec(statement.distinct().order_by(col(Entry.person))))
