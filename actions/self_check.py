"""A unit's self-check: its report with the list of problems, and the marks it gives itself item by item."""

from uuid import UUID

from sqlmodel import Session

from actions import gate
from actions.record import Actor, record
from actions.submit import Report, already_sent, check_open, take_in
from models.base import Conflict, Rejected
from models.cycle import OVER, Assignment
from models.ledger import running_cycle, task_items
from models.submission import Submission
from models.words import AssignmentState

A = AssignmentState
MARKS = ("达标", "部分达标", "未达标")


def submit_self_check(session: Session, actor: Actor, item: Assignment, report: Report) -> Submission:
    """Hand in the self-check report with its list of problems; a second click finds the first submission."""
    if done := already_sent(session, actor, report.nonce):
        return done
    check_open(session, item)
    if not report.body.strip() and not report.has_files:
        raise Rejected("请填写自查报告正文或上传报告文件。")
    if not report.problems and not report.no_problems:
        raise Rejected("自查报告须附问题清单：请逐条列出问题；确无问题的，请勾选“自查未发现问题”。")
    for number, problem in enumerate(report.problems, 1):
        if not problem.get("title", "").strip():
            raise Rejected(f"问题清单第{number}条没有写明问题。")
    kept = {"problems": report.problems, "no_problems": report.no_problems and not report.problems}
    return take_in(session, actor, item, report, gate.checked(session, item, report) | kept)


def mark_tasks(
    session: Session, actor: Actor, cycle_id: UUID, unit_id: UUID, marks: dict[str, str], seen: dict[str, str]
) -> int:
    """A unit marks its self-check items by task number ("party:1" → 达标/部分达标/未达标); returns how many changed.

    `seen` are the marks the page was opened with: what was left as it stood there is no mark of this person, and what
    somebody else has marked since is a Conflict.
    """
    running_cycle(session, cycle_id)
    changed, moved = 0, []
    for item, task in task_items(session, cycle_id, unit_id):
        name = f"{task.sheet}:{task.no}"
        mark, before = marks.get(name, "").strip(), seen.get(name, item.note)
        if mark in MARKS and mark not in (item.note, before) and item.state not in OVER:
            moved += [task.title] if before != item.note else []
            item.note, changed = mark, changed + 1
    if moved:
        first, n = moved[0], len(moved)
        raise Conflict(f"“{first}”等{n}项在您打开此页后已由他人改填，您选的尚未保存。请核对后再点“保存自查项”。")
    if changed:
        record(session, actor, "填写自查项", cycle_id, cycle_id, unit_id, count=changed)
    return changed
