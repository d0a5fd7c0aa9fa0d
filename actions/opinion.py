"""行政执法监督意见书: drafted from what was found and not put right at once, signed by another hand, then served."""

from uuid import UUID, uuid4

from sqlalchemy import func
from sqlmodel import Session, col, select

from actions.feed_back import found_problems, report_of, send_out
from actions.paper import draft_paper
from actions.record import Actor, allow
from models.base import Conflict, Rejected
from models.cycle import Assignment, Cycle
from models.database import fetch
from models.ledger import LIVE, running_cycle
from models.office import Office
from models.paper import Paper
from models.paper_words import PaperKind, PaperState
from models.plan import Plan
from models.problem import Letter, Problem
from models.unit import Unit
from models.words import FROM_RECEIPT, AssignmentKind, AssignmentState, ProblemState, StageKind
from papers.templates.letter_words import opinion_content
from rules.deadline import Unit as Span
from rules.letterform import LetterForm, opinion_form
from rules.roles import Act

NEEDED = {"place": "报送地点", "contact": "联系人", "phone": "联系方式"}


def form_of_plan(plan: Plan) -> LetterForm | None:
    """The letter form a plan prints, which takes the place of the feedback letter."""
    return opinion_form(plan.parts.get("letters", []))


def draft_opinion(
    session: Session, actor: Actor, plan: Plan, cycle_id: UUID, unit: Unit, case: str = "", study: str = ""
) -> Paper:
    """Draft the letter to a unit: what was put right on the spot is closed and not in it, everything else once.

    `case` names the case and its decision (案件名称及文号), `study` what is asked before the limit; both may be empty.
    """
    allow(actor, Act.LETTER)
    running_cycle(session, cycle_id)
    form = form_of_plan(plan)
    if form is None:
        raise Rejected("本方案没有意见书格式，请印发督察反馈意见。")
    found = found_problems(session, cycle_id, unit.id)
    if not found:
        raise Rejected(f"{unit.name}没有须出具意见书的问题（立行立改的不列入）。")
    office = fetch(session, Office, actor.office_id)
    if lacking := [name for key, name in NEEDED.items() if not getattr(office, key).strip()]:
        raise Rejected(f"公文缺少{'、'.join(lacking)}，请先由办公室主任在“公文设置”中填写。")
    content = opinion_content(unit, form, found, case, study, office.place)
    if form.signed_by and not office.seal:
        content["issuer"] = form.signed_by
    return draft_paper(
        session, actor, PaperKind.OPINION, _subject(session, cycle_id, unit.id), content, title=form.title,
        cycle_id=cycle_id, unit_id=unit.id,
    )


def _subject(session: Session, cycle_id: UUID, unit_id: UUID) -> str:
    """Of each cycle and unit the first letter, the second …: one that was sent out is not written anew."""
    sent = select(func.count()).select_from(Paper).where(
        Paper.kind == PaperKind.OPINION, Paper.cycle_id == cycle_id, Paper.unit_id == unit_id,
        Paper.state == PaperState.ISSUED, col(Paper.id).in_(select(Letter.paper_id)),
    )
    return f"opinion:{cycle_id}:{unit_id}:{session.exec(sent).one() + 1}"


def pattern_for(session: Session, paper: Paper) -> str:
    """How the plan of an opinion's cycle prints its number."""
    form = form_of_plan(_plan_of(session, paper)) if paper.cycle_id else None
    return form.pattern if form else ""


def check_opinion(session: Session, paper: Paper) -> None:
    """What a draft says must still be so when it is signed."""
    if paper.cycle_id and paper.replaces is None:
        running_cycle(session, paper.cycle_id)
        _unchanged(session, paper)


def _unchanged(session: Session, paper: Paper) -> list[Problem]:
    rows = [fetch(session, Problem, UUID(one["problem"]), paper.office_id) for one in paper.content["findings"]]
    for row, one in zip(rows, paper.content["findings"], strict=True):
        if (row.state, row.version) != (ProblemState.FOUND, one["version"]):
            raise Conflict(f"问题{row.no}在拟稿后已有变化，请重新拟制后再签发。")
    return rows


def serve_opinion(session: Session, actor: Actor, paper: Paper) -> Letter:
    """Send a signed opinion out: its limit runs from the day the unit signs for it."""
    found = [fetch(session, Problem, UUID(one["problem"]), paper.office_id) for one in paper.content["findings"]]
    unit = fetch(session, Unit, paper.unit_id, paper.office_id)
    answer = _answer(session, paper, unit, found[0].cycle_id)
    return send_out(session, actor, paper, unit, found, uuid4(), paper.content["demand"], answer)


def _answer(session: Session, paper: Paper, unit: Unit, cycle_id: UUID) -> Assignment:
    """The duty to answer, whose clock stands until receipt: the one that waits already, or a new one."""
    known = report_of(session, cycle_id, unit.id)
    if known and known.due_on is None and known.state in LIVE and known.terms.get("anchor") == FROM_RECEIPT:
        return known
    span = Span.WORKDAY if paper.content["workdays"] else Span.DAY
    row = Assignment(
        office_id=paper.office_id, cycle_id=cycle_id, unit_id=unit.id, kind=AssignmentKind.RECT_REPORT,
        stage=StageKind.RECTIFICATION, state=AssignmentState.OPEN, title=f"书面报送办理情况（{paper.number}）",
        because=f"自接到意见书之日起{paper.content['days']}{'个工作日' if paper.content['workdays'] else '日'}之内",
        terms={"anchor": FROM_RECEIPT, "n": paper.content["days"], "unit": span.value},
    )
    session.add(row)
    session.flush()
    return row


def _plan_of(session: Session, paper: Paper) -> Plan:
    return fetch(session, Plan, fetch(session, Cycle, paper.cycle_id, paper.office_id).plan_id)
