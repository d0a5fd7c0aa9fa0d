"""Rectification: the plan with its five fields, the report on each problem, and every move of a problem."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, update

from actions import gate
from actions.advance import begin_look_back, refresh
from actions.deadline import move_deadline, replan, settle
from actions.goal import follow_goal
from actions.keep_draft import stamp
from actions.keep_evidence import Upload, attach_again, check_upload, keep, note_on_site
from actions.note_look import STATES as LOOKS
from actions.note_look import case_of, must_look_back, note_look, who_did, why_of
from actions.plan_faults import parse_day, plan_faults
from actions.record import Actor, record, second_key
from actions.recurrence import propose_recurrence
from actions.remind import tell_unit
from actions.submit import Report, already_sent, check_open, take_in
from config import clock
from config.day_words import month_day
from models.base import Conflict, NotAllowed, NotFound, Rejected
from models.cycle import Assignment, Cycle
from models.database import fetch
from models.ledger import evidence_of, policy_of, problem_item, problems_of, running_cycle, unit_item
from models.problem import Problem
from models.submission import Evidence, Submission
from models.words import AssignmentKind, AssignmentState, Move, ProblemState, StageKind, SubmissionState
from rules.problem import LIVE, next_state

K = AssignmentKind
DECIDES = {Move.VERIFY: Move.REPORT, Move.WITHDRAW: Move.OBJECT}  # what accepts which of the unit's own acts
ENDS = (Move.CLOSE_OUT, Move.WITHDRAW, Move.REOPEN)
STAGES = (StageKind.RECTIFICATION, StageKind.LOOK_BACK)


@dataclass(frozen=True)
class Acting:
    """A move on a problem: the version the person saw, the reason, a new limit where one is given."""

    move: Move
    seen: int
    reason: str = ""
    new_due: date | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    look: UUID | None = None  # the look of a round whose result this is


def move_problem(session: Session, actor: Actor, problem: Problem, acting: Acting) -> Problem:
    """Make a move by compare-and-swap: of two people acting on one problem at once, the second is told."""
    if actor.unit_id is not None and actor.unit_id != problem.unit_id:
        raise NotFound("没有找到这个问题。")
    running_cycle(session, problem.cycle_id)
    policy = policy_of(session, problem.cycle_id)
    if answered := DECIDES.get(acting.move):
        by = who_did(session, problem, answered)
        second_key(session, actor, [by], "此件由您代单位录入，须由另一人审核。")
    case, why = case_of(session, problem, acting.look), why_of(session, problem, acting.move, acting.reason)
    needed = must_look_back(session, problem, policy)
    target = next_state(case, acting.move, actor.role, actor.name, acting.reason, needed)
    changes = {**_marks(acting.move, actor), **acting.changes}
    swap(session, problem, acting.seen, {"state": target, **changes})
    said = {"result": problem.result} if acting.move == Move.REPORT else {}  # a second life would write over it
    record(
        session, actor, acting.move.label, problem.id, problem.cycle_id, problem.unit_id, no=problem.no,
        old=case.state, new=target, reason=why, **said,
    )
    if acting.move in LOOKS and acting.look is None:
        note_look(session, actor, problem, acting.move, acting.reason, acting.seen)
    _follow(session, actor, problem, acting)
    if acting.move in ENDS:
        follow_goal(session, problem.cycle_id, problem.unit_id)
    for kind in _touched(acting.move, case.state):
        refresh(session, problem.cycle_id, kind, clock.today(), problem.unit_id)
    return problem


def _touched(move: Move, before: ProblemState) -> tuple[StageKind, ...]:
    """The stages whose count a move changes: plans are recounted once for all, by who hands them in."""
    if move == Move.PLAN:
        return ()
    first_report = move == Move.REPORT and before == ProblemState.PLANNED
    return STAGES[:1] if first_report or move == Move.OBJECT else STAGES


def _marks(move: Move, actor: Actor) -> dict[str, Any]:
    """Who turned which key."""
    if move == Move.VERIFY:
        return {"verified_by": actor.name}
    if move == Move.CLOSE_OUT:
        return {"closed_by": actor.name, "closed_at": clock.now()}
    if move == Move.REOPEN:
        return {"closed_by": "", "closed_at": None, "verified_by": ""}
    return {}


def swap(session: Session, problem: Problem, seen: int, values: dict[str, Any]) -> None:
    session.flush()
    done = session.exec(
        update(Problem)
        .where(col(Problem.id) == problem.id, col(Problem.version) == seen)
        .values(version=seen + 1, **values)
    )
    if done.rowcount != 1:
        raise Conflict(f"问题{problem.no}刚刚已被他人处理，请刷新页面后再办。")
    session.refresh(problem)


def _follow(session: Session, actor: Actor, problem: Problem, acting: Acting) -> None:
    """What a move does to the limit, and whom it tells."""
    if acting.move == Move.WITHDRAW and problem.letter_id is None:
        return
    item, step = problem_item(session, problem.id), f"{acting.move.label}{problem.version}"
    if acting.move in (Move.RETURN, Move.LOOK_BACK_FAIL, Move.REOPEN):
        settle(session, item, AssignmentState.RETURNED)
        item.done_at = None
        if acting.new_due:
            move_deadline(session, actor, item, acting.new_due, f"{acting.move.label}：{acting.reason}")
        elif item.due_on and item.due_on < clock.today():
            raise Rejected(f"原时限{item.due_on}已过，请给出新的整改时限。")
        limit = f"，请于{month_day(item.due_on)}前重新整改" if item.due_on else ""
        why = acting.reason.strip().rstrip("。")
        tell_unit(session, item, f"问题{problem.no}{acting.move.label}：{why}{limit}。", step)
    if acting.move == Move.REPORT:
        settle(session, item, AssignmentState.SUBMITTED)
    if acting.move == Move.UPHOLD:
        replan(session, item)
        tell_unit(session, item, f"问题{problem.no}的异议经复核维持原意见：{acting.reason}", step)
    if acting.move == Move.WITHDRAW:
        settle(session, item, AssignmentState.CANCELLED)
        tell_unit(session, item, f"问题{problem.no}经复核予以撤销。", step)
    if acting.move == Move.VERIFY:
        begin_look_back(session, actor, fetch(session, Cycle, problem.cycle_id), clock.today())
    if acting.move == Move.CLOSE_OUT:
        settle(session, item, AssignmentState.DONE)
        tell_unit(session, item, f"问题{problem.no}（{problem.title[:20]}）已销号。", step)


def submit_plan(
    session: Session, actor: Actor, cycle_id: UUID, unit_id: UUID, plans: dict[int, dict[str, str]], nonce: str
) -> Submission:
    """Hand in the rectification plan: five fields for every problem, or nothing is taken."""
    if done := already_sent(session, actor, nonce):
        return done
    item = unit_item(session, cycle_id, unit_id, K.RECT_PLAN)
    report = gate.report_limit(session, item)
    open_ones = [p for p, _, _ in problems_of(session, cycle_id, unit_id) if p.state in
                 (ProblemState.ISSUED, ProblemState.PLANNED)]
    if not open_ones:
        raise NotAllowed("没有需要报整改方案的问题。")
    if item.state != AssignmentState.DONE or all(problem.state == ProblemState.PLANNED for problem in open_ones):
        check_open(session, item)  # a problem fed back after the plan (objection not upheld, later letter) completes it
    faults = plan_faults(session, item, [problem.no for problem in open_ones], plans, report)
    if faults:
        raise Rejected(faults[0])
    for problem in open_ones:
        _plan_one(session, actor, problem, plans[problem.no])
    content = {"problems": [problem.no for problem in open_ones], "said": said_in(plans)}
    row = take_in(session, actor, item, Report(nonce, "整改方案"), content)
    row.state, row.decided_by = SubmissionState.ACCEPTED, "系统（五项齐全）"
    settle(session, item, AssignmentState.DONE)  # a complete plan needs no further acceptance
    refresh(session, cycle_id, StageKind.RECTIFICATION, clock.today(), unit_id)
    return row


def said_in(plans: dict[int, dict[str, str]]) -> str:
    """The words of a whole plan in short: by them a second click is told from another plan."""
    return stamp({f"plan-{no}-{name}": words for no, plan in plans.items() for name, words in plan.items()})


def _plan_one(session: Session, actor: Actor, problem: Problem, fields: dict[str, str]) -> None:
    keys = ("category", "measure", "leader", "lead_unit", "person")
    changes = {key: fields.get(key, "").strip() for key in keys}
    move_problem(session, actor, problem, Acting(Move.PLAN, problem.version, changes=changes))
    propose_recurrence(session, problem)  # only now is its category known
    due, item = parse_day(fields.get("due_on", ""), problem.no), problem_item(session, problem.id)
    if due and due != item.due_on:
        move_deadline(session, actor, item, due, "整改方案自定时限")


@dataclass(frozen=True)
class ProblemReport:
    """What a unit says it did about one problem, with proof."""

    result: str
    uploads: list[Upload] = field(default_factory=list)
    on_site: bool = False
    reused: list[Evidence] = field(default_factory=list)


def report_problem(session: Session, actor: Actor, problem: Problem, seen: int, report: ProblemReport) -> Problem:
    """A unit reports one problem as rectified; it needs words and either files or “现场查看”."""
    if not report.result.strip():
        raise Rejected(f"请写明问题{problem.no}的整改情况。")
    kept = evidence_of(session, problem_id=problem.id)
    known = {row.sha256 for row in kept}
    fresh = bool(report.uploads) or report.on_site or any(old.sha256 not in known for old in report.reused)
    if not fresh and (not kept or problem.state == ProblemState.RETURNED):
        again = "补充" if kept else "上传"  # what was not enough before is not enough again
        raise Rejected(f"问题{problem.no}须{again}佐证材料，或注明“现场查看”。")
    for upload in report.uploads:
        check_upload(upload)
    move_problem(session, actor, problem, Acting(Move.REPORT, seen, changes={"result": report.result.strip()}))
    for upload in report.uploads:  # kept only once the move was allowed
        keep(session, problem.office_id, problem.unit_id, upload, problem_id=problem.id)
    for old in report.reused:
        attach_again(session, old, problem_id=problem.id)
    if report.on_site:
        note_on_site(session, problem.office_id, problem.unit_id, problem_id=problem.id)
    return problem


def submit_rect_report(session: Session, actor: Actor, item: Assignment, report: Report) -> Submission:
    """Hand in the rectification report; every open problem must have been reported on first."""
    if done := already_sent(session, actor, report.nonce):
        return done
    check_open(session, item)
    waiting = (ProblemState.ISSUED, ProblemState.OBJECTED, ProblemState.PLANNED, ProblemState.RETURNED)
    problems = [p for p, _, _ in problems_of(session, item.cycle_id, item.unit_id)]
    missing = [str(p.no) for p in problems if p.state in waiting]
    if missing:
        raise Rejected(f"问题{'、'.join(missing)}还没有报整改情况，整改报告不能提交。")
    if not report.body.strip() and not report.has_files:
        raise Rejected("请填写整改报告正文或上传报告文件。")
    facts = gate.checked(session, item, report) | {"problems": [p.no for p in problems if p.state in LIVE]}
    return take_in(session, actor, item, report, facts)
