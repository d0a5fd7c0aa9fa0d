"""The formal feedback: a numbered letter per unit that freezes its problems and starts their limits."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlmodel import Session, col, select

from actions.advance import refresh
from actions.deadline import first_notice, settle
from actions.goal import follow_goal
from actions.paper import draft_paper, issue_paper
from actions.record import Actor, Fact, allow, record, record_many
from actions.remind import tell_unit
from config import clock
from config.workdays import official
from models.base import NotFound, Rejected
from models.cycle import OVER, Assignment
from models.ledger import policy_of, running_cycle, unit_item
from models.office import Office
from models.paper import Paper
from models.paper_words import PaperKind
from models.plan import Plan
from models.plan_ledger import planned_hand_over
from models.problem import Letter, Problem
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, Move, ProblemState, Role, StageKind
from papers.templates.letter_words import feedback_content
from rules import workday
from rules.deadline import Offset, as_basis, from_basis
from rules.deadline import Unit as Span
from rules.numbering import default_pattern
from rules.problem import Case, next_state
from rules.roles import Act

K = AssignmentKind


def issue_letter(session: Session, actor: Actor, plan: Plan, cycle_id: UUID, unit: Unit, demands: str = "") -> Letter:
    """Issue 督察反馈意见 as a signed paper: every found problem is in it, each gets its limit in the ledger."""
    allow(actor, Act.LETTER)
    running_cycle(session, cycle_id)
    found = found_problems(session, cycle_id, unit.id)
    if not found:
        raise Rejected(f"{unit.name}没有待反馈的问题；请先登记问题，或确认无须反馈。")
    report, key = report_of(session, cycle_id, unit.id), uuid4()
    due = report.due_on if report and report.due_on and report.due_on >= clock.today() else None
    content = feedback_content(plan, unit, lines_of(found), demands.strip(), due)
    paper = draft_paper(
        session, actor, PaperKind.FEEDBACK, f"letter:{key}", content, title=f"关于{unit.name}的督察反馈意见",
        cycle_id=cycle_id, unit_id=unit.id,
    )
    issue_paper(session, actor, paper, paper.row_version, number_pattern(session, plan))
    return send_out(session, actor, paper, unit, found, key, demands.strip(), report)


def found_problems(session: Session, cycle_id: UUID, unit_id: UUID) -> list[Problem]:
    """What was found at a unit and is in no letter yet."""
    statement = select(Problem).where(
        Problem.cycle_id == cycle_id, Problem.unit_id == unit_id, Problem.state == ProblemState.FOUND
    )
    return list(session.exec(statement.order_by(col(Problem.no))))


def lines_of(found: Sequence[Problem]) -> list[dict[str, Any]]:
    """The problems as a letter freezes them, with their numbers in the ledger."""
    return [{"no": p.no, "title": p.title, "detail": p.detail, "source": p.source} for p in found]


def number_pattern(session: Session, plan: Plan) -> str:
    """How a plan's own issuer writes the number of its feedback: its 机关代字, else the office's short name."""
    office = session.get_one(Office, plan.office_id)
    prefix = plan.doc_no.split("〔")[0] if plan.issuer == office.name else office.short_name
    return default_pattern(prefix, PaperKind.FEEDBACK)


def send_out(
    session: Session, actor: Actor, paper: Paper, unit: Unit, found: Sequence[Problem], key: UUID, demands: str,
    report: Assignment | None,
) -> Letter:
    """The ledger's side of a signed letter: problems are fed back, their limits begin, the unit must sign for it."""
    letter = _letter(session, actor, paper, unit, key, found[0].cycle_id)
    letter.demands, letter.content = demands, lines_of(found)
    for problem in found:
        # who drafted the letter had the right to; a leader's signature is the second key and needs no such right
        problem.state = next_state(Case(problem.no, problem.state), Move.ISSUE, Role.CLERK, actor.name)
        problem.version += 1
        problem.letter_id = letter.id
        session.add(_limit(problem, report))
    plan_owed(session, letter.cycle_id, unit, report)
    record(
        session, actor, f"印发{paper.kind.label}", letter.id, letter.cycle_id, unit.id, number=letter.number,
        problems=[p.no for p in found],
    )
    facts = [Fact("反馈", p.id, p.cycle_id, unit.id, {"no": p.no, "number": letter.number}) for p in found]
    record_many(session, actor, facts)
    _serve(session, letter, unit, paper.kind.label)
    _office_item_done(session, letter.cycle_id)
    follow_goal(session, letter.cycle_id, unit.id)
    for kind in (StageKind.FEEDBACK, StageKind.RECTIFICATION, StageKind.LOOK_BACK):
        refresh(session, letter.cycle_id, kind, clock.today(), unit.id)
    return letter


def _letter(session: Session, actor: Actor, paper: Paper, unit: Unit, key: UUID, cycle_id: UUID) -> Letter:
    """The letter of a signed paper; `serial` only counts the letters of a year, its number is in the register.

    The head of the event history is locked by the paper's own event, so no two letters count at once.
    """
    year = clock.today().year
    last = session.exec(
        select(func.max(Letter.serial)).where(Letter.office_id == actor.office_id, Letter.year == year)
    ).one()
    letter = Letter(
        id=key, office_id=actor.office_id, cycle_id=cycle_id, unit_id=unit.id, year=year,
        serial=(last or 0) + 1, number=paper.number, issued_by=actor.name, issued_on=clock.today(), paper_id=paper.id,
    )
    session.add(letter)
    session.flush()
    return letter


def report_of(session: Session, cycle_id: UUID, unit_id: UUID) -> Assignment | None:
    """The unit's own duty to report what it put right, if its plan asks for one."""
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
    if known is not None and known.state in OVER:
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


def _serve(session: Session, letter: Letter, unit: Unit, word: str) -> None:
    """The letter must be signed for; unsigned in time it moves to the telephone list."""
    policy = policy_of(session, letter.cycle_id)
    basis = as_basis(Offset(policy.receipt_workdays, Span.WORKDAY), letter.issued_on, "印发")
    counted = from_basis(basis, official())
    due = counted.rolled
    item = Assignment(
        office_id=letter.office_id, cycle_id=letter.cycle_id, unit_id=unit.id, kind=K.FEEDBACK_RECEIPT,
        stage=StageKind.FEEDBACK, title=f"签收{word}（{letter.number}）", state=AssignmentState.OPEN, due_on=due,
        first_due_on=due, because=counted.because, basis=basis,
        next_notice_on=first_notice(policy, K.FEEDBACK_RECEIPT, due, letter.issued_on),
    )
    session.add(item)
    session.flush()
    letter.assignment_id = item.id
    text = f"{word}（{letter.number}）已印发，列问题{len(letter.content)}个，请签收并按要求整改。"
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
