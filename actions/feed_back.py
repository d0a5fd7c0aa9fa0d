"""The formal feedback: a numbered letter per unit that freezes its problems and starts their limits."""

from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from actions.advance import refresh
from actions.deadline import first_notice, settle
from actions.goal import follow_goal
from actions.record import Actor, Fact, allow, record, record_many
from actions.remind import tell_unit
from config import clock
from config.workdays import official
from models.base import NotFound, Rejected
from models.cycle import Assignment
from models.ledger import policy_of, running_cycle, unit_item
from models.office import Office
from models.plan import Plan
from models.plan_ledger import planned_hand_over
from models.problem import Letter, Problem
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, Move, ProblemState, StageKind
from rules import workday
from rules.deadline import Offset, as_basis, from_basis
from rules.deadline import Unit as Span
from rules.problem import Case, next_state
from rules.roles import Act

K = AssignmentKind


def issue_letter(session: Session, actor: Actor, plan: Plan, cycle_id: UUID, unit: Unit, demands: str = "") -> Letter:
    """Issue 督察反馈意见 to a unit: every found problem is in it, and each gets its limit in the ledger."""
    allow(actor, Act.LETTER)
    running_cycle(session, cycle_id)
    found = _found(session, cycle_id, unit.id)
    if not found:
        raise Rejected(f"{unit.name}没有待反馈的问题；请先登记问题，或确认无须反馈。")
    letter = _number(session, actor, plan, cycle_id, unit)
    letter.demands = demands.strip()
    report = _report(session, cycle_id, unit.id)
    for problem in found:
        case = Case(problem.no, problem.state)
        problem.state = next_state(case, Move.ISSUE, actor.role, actor.name)
        problem.version += 1
        problem.letter_id = letter.id
        session.add(_limit(problem, report))
    plan_owed(session, cycle_id, unit, report)
    letter.content = [{"no": p.no, "title": p.title, "detail": p.detail, "source": p.source} for p in found]
    record(
        session, actor, "印发督察反馈意见", letter.id, cycle_id, unit.id, number=letter.number,
        problems=[p.no for p in found],
    )
    facts = [Fact("反馈", p.id, cycle_id, unit.id, {"no": p.no, "number": letter.number}) for p in found]
    record_many(session, actor, facts)
    _serve(session, letter, unit)
    _office_item_done(session, cycle_id)
    follow_goal(session, cycle_id, unit.id)
    for kind in (StageKind.FEEDBACK, StageKind.RECTIFICATION, StageKind.LOOK_BACK):
        refresh(session, cycle_id, kind, clock.today(), unit.id)
    return letter


def _found(session: Session, cycle_id: UUID, unit_id: UUID) -> list[Problem]:
    statement = select(Problem).where(
        Problem.cycle_id == cycle_id, Problem.unit_id == unit_id, Problem.state == ProblemState.FOUND
    )
    return list(session.exec(statement.order_by(col(Problem.no))))


def _number(session: Session, actor: Actor, plan: Plan, cycle_id: UUID, unit: Unit) -> Letter:
    """The next number of the office's series of this year (the write lock keeps it without gaps)."""
    year = clock.today().year
    last = session.exec(
        select(func.max(Letter.serial)).where(Letter.office_id == actor.office_id, Letter.year == year)
    ).one()
    serial = (last or 0) + 1
    office = session.get_one(Office, actor.office_id)
    prefix = plan.doc_no.split("〔")[0] if plan.issuer == office.name else office.short_name
    letter = Letter(
        office_id=actor.office_id, cycle_id=cycle_id, unit_id=unit.id, year=year, serial=serial,
        number=f"{prefix}督反〔{year}〕{serial}号", issued_by=actor.name, issued_on=clock.today(),
    )
    session.add(letter)
    session.flush()
    return letter


def _report(session: Session, cycle_id: UUID, unit_id: UUID) -> Assignment | None:
    try:
        return unit_item(session, cycle_id, unit_id, K.RECT_REPORT)
    except NotFound:
        return None


def _limit(problem: Problem, report: Assignment | None) -> Assignment:
    """The row that carries a problem's limit: at first the report's, told together with it."""
    due = report.due_on if report else None
    return Assignment(
        office_id=problem.office_id, cycle_id=problem.cycle_id, unit_id=problem.unit_id, problem_id=problem.id,
        part_of=report.id if report else None, kind=K.PROBLEM, stage=StageKind.RECTIFICATION,
        title=f"问题{problem.no}：{problem.title[:40]}", state=AssignmentState.OPEN, due_on=due, first_due_on=due,
        because="与整改报告同一时限",
    )


def plan_owed(session: Session, cycle_id: UUID, unit: Unit, report: Assignment | None) -> None:
    """A unit with problems owes a plan for them even where the document does not speak of one."""
    kinds = select(Assignment).where(
        Assignment.cycle_id == cycle_id, Assignment.unit_id == unit.id, Assignment.kind == K.RECT_PLAN
    )
    known = session.exec(kinds).first()
    if known is not None and known.state == AssignmentState.DONE:
        settle(session, known, AssignmentState.OPEN)  # a second letter asks for a plan of its own problems
    if known is None:
        printed = planned_hand_over(session, cycle_id, K.RECT_PLAN)
        session.add(
            Assignment(
                office_id=unit.office_id, cycle_id=cycle_id, unit_id=unit.id, kind=K.RECT_PLAN,
                stage=StageKind.RECTIFICATION, state=AssignmentState.OPEN, code=printed.code if printed else "",
                title=printed.title if printed else "整改方案",
                terms=printed.terms if printed else {"with_report": report.code if report else ""},
            )
        )


def _serve(session: Session, letter: Letter, unit: Unit) -> None:
    """The letter must be signed for; unsigned in time it moves to the telephone list."""
    policy = policy_of(session, letter.cycle_id)
    basis = as_basis(Offset(policy.receipt_workdays, Span.WORKDAY), letter.issued_on, "印发")
    counted = from_basis(basis, official())
    due = counted.rolled
    item = Assignment(
        office_id=letter.office_id, cycle_id=letter.cycle_id, unit_id=unit.id, kind=K.FEEDBACK_RECEIPT,
        stage=StageKind.FEEDBACK, title=f"签收督察反馈意见（{letter.number}）", state=AssignmentState.OPEN, due_on=due,
        first_due_on=due, because=counted.because, basis=basis,
        next_notice_on=first_notice(policy, K.FEEDBACK_RECEIPT, due, letter.issued_on),
    )
    session.add(item)
    session.flush()
    letter.assignment_id = item.id
    text = f"督察反馈意见（{letter.number}）已印发，列问题{len(letter.content)}个，请签收并按要求整改。"
    tell_unit(session, item, text, "印发")


def _office_item_done(session: Session, cycle_id: UUID) -> None:
    """The office's own duty to issue feedback ends when no found problem is left without a letter."""
    left = session.exec(
        select(func.count()).select_from(Problem).where(
            Problem.cycle_id == cycle_id, Problem.state == ProblemState.FOUND
        )
    ).one()
    item = session.exec(
        select(Assignment).where(Assignment.cycle_id == cycle_id, Assignment.kind == K.FEEDBACK_LETTER)
    ).first()
    if item and not left and item.state != AssignmentState.DONE:
        settle(session, item, AssignmentState.DONE)


def proposed_day(item: Assignment) -> date | None:
    """A soft date for a duty without one: the first day of its window, or the workday before what it serves;
    none when that day is past."""
    day = None
    if window := item.terms.get("window"):
        day = date.fromisoformat(window[0])
    elif before := item.terms.get("propose_before"):
        day = workday.add(date.fromisoformat(before), -1, official())
    return day if day and day >= clock.today() else None
