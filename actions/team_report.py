"""A team's report to the office: figures of its visits as a start, handed in by its lead, taken or sent back."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from actions import review
from actions.findings import found_at_visit
from actions.keep_evidence import Upload, check_upload, shown_name, store
from actions.members import lead_only
from actions.record import Actor
from actions.remind import alert_office, tell
from actions.score import counted
from actions.score_lines import lines_of
from actions.submit import Report, already_sent, check_open, take_in
from models.base import NotFound, Rejected
from models.cycle import Assignment, Team
from models.database import fetch
from models.ledger import contacts_by_owner
from models.problem import Problem
from models.submission import Submission
from models.visit_ledger import trips_of_team
from models.words import AssignmentKind, NoticeKind, ProblemState, VisitState
from papers.on_site import Visited
from rules.on_site import Line
from rules.score_sheet import Found, sums, whole


def report_of(session: Session, actor: Actor, key: Any) -> tuple[Assignment, Team]:
    """The duty to report, with its team; NotFound when it is anything else."""
    item = fetch(session, Assignment, key, actor.office_id)
    if item.kind != AssignmentKind.TEAM_REPORT or item.team_id is None:
        raise NotFound("没有找到这份督察组报告。")
    return item, fetch(session, Team, item.team_id)


def figures(session: Session, team: Team) -> tuple[list[Visited], list[tuple[str, int]]]:
    """A team's visits with their figures, and how many problems of each kind they found."""
    rows, kinds = list[Visited](), Counter[str]()
    for visit, unit in trips_of_team(session, team.id):
        lines = lines_of(session, visit)
        problems = found_at_visit(session, visit)
        kinds.update(_kind(one, lines) for one in problems)
        fixed = sum(one.fix_on_the_spot and one.state == ProblemState.CLOSED for one in problems)
        score = score_words(lines, counted(session, visit, lines))
        state = visit.state.label if visit.state != VisitState.PLANNED else ""
        rows.append(Visited(unit.name, visit.start_on, state, score, len(problems), fixed))
    return rows, kinds.most_common()


def _kind(problem: Problem, lines: Sequence[Line]) -> str:
    """The part of the plan a problem belongs to, as printed there."""
    return next((line.group for line in lines if line.task_id and line.task_id == problem.task_id), "其他")


def score_words(lines: Sequence[Line], answers: dict[str, Found] | Any) -> str:
    """What a visit's sheets came to: points only where the plan prints them, else how many lines of each result."""
    said = []
    stand = whole(lines, answers)
    if stand.items and stand.done:
        open_ones = f"，尚有{stand.items - stand.done}项未打分" if not stand.complete else ""
        percent = f"，折合{stand.percent:g}%" if stand.percent is not None else ""
        said.append(f"得{stand.raw:g}分（应计{stand.base:g}分{percent}{open_ones}）")
    for one in sums(lines, answers):
        if one.standing is None and one.done:
            counts = "、".join(f"{result.label}{count}项" for result, count in one.counts.items() if count)
            said.append(f"{one.sheet}：{counts}")
    return "；".join(said)


def hand_in_report(session: Session, actor: Actor, item: Assignment, report: Report) -> Submission:
    """The team's lead hands the report in; a second click finds the first."""
    team = fetch(session, Team, item.team_id)
    lead_only(session, actor, team, "督察组报告")
    if done := already_sent(session, actor, report.nonce):
        return done
    check_open(session, item)
    if not report.body.strip() and not report.uploads:
        raise Rejected("请填写报告正文或上传报告文件。")
    files = [_kept(upload) for upload in report.uploads]
    row = take_in(session, actor, item, Report(report.nonce, report.body.strip()), {"files": files})
    alert_office(session, item.office_id, f"{team.name}已报送督察组报告，请在“今日督察”中审核。", item.cycle_id)
    return row


def _kept(upload: Upload) -> dict[str, Any]:
    """A file of a report belongs to no unit: its bytes lie under their hash, the report names it."""
    check_upload(upload)
    return {"name": shown_name(upload.name), "size": len(upload.data), "sha256": store(upload)}


def accept_report(session: Session, actor: Actor, row: Submission) -> None:
    """The office takes the report."""
    review.accept(session, actor, row)


def return_report(session: Session, actor: Actor, row: Submission, reason: str, new_due: date | None = None) -> None:
    """The office sends the report back with a reason; the team hears of it."""
    review.send_back(session, actor, row, reason, new_due)
    item = fetch(session, Assignment, row.assignment_id)
    people = contacts_by_owner(session, item.office_id).get(item.team_id, [])
    tell(
        session, [contact.id for contact in people], f"{item.title}已退回，理由：{reason.strip().rstrip('。')}。",
        office_id=item.office_id, step=f"退回{item.version}-{row.id.hex[:8]}", kind=NoticeKind.LETTER,
        cycle_id=item.cycle_id, assignment_id=item.id, version=item.version,
    )
