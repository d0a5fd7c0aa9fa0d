"""The content gate at work: what the plan asks of an assignment's report, held against what is handed in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from actions.keep_evidence import Upload, check_upload, read
from actions.submit import Report
from models.base import NotFound, Refused
from models.cycle import Assignment
from models.gate_ledger import printed_place, proofs_by_problem
from models.ledger import evidence_of, policy_of, unit_item
from models.submission import Evidence, Submission
from models.words import AssignmentKind, ProblemState
from plans.opening import open_document
from rules.requirement import Asked, Gate, Given, asked_of, check

K = AssignmentKind
GATED = (K.SELF_CHECK_REPORT, K.RECT_REPORT)
REPORT = "报告"
READABLE = (".docx", ".txt")  # opened in the request itself; a .pdf would need a process of its own
LARGEST = 5 * 1024 * 1024
LONGEST = 200_000  # characters of a file's text that are kept with the report
NO_REPORT = re.compile("清单|台账|统计|佐证|照片")


@dataclass(frozen=True)
class ReadFile:
    """The report as read out of a file that came with it."""

    name: str
    text: str


def requirements(session: Session, item: Assignment) -> Asked:
    """What the plan asks of this assignment's report; where it prints no share, a self-check has the cycle's own."""
    least = policy_of(session, item.cycle_id).content_share if item.kind == K.SELF_CHECK_REPORT else None
    return asked_of(item.title, item.terms, printed_place(session, item), least)


def read_report(files: Sequence[Upload]) -> ReadFile | None:
    """The text of the file that holds the report: one that is called so, else the only one that can be read."""
    able = [one for one in files if may_hold_report(one.name, len(one.data))]
    able = [one for one in able if not NO_REPORT.search(one.name) or REPORT in one.name]
    named = [one for one in able if REPORT in one.name]
    for one in named or (able if len(able) == 1 else []):
        if text := _text(one):
            return ReadFile(one.name, text)
    return None


def _text(upload: Upload) -> str:
    """A file that cannot be read is looked at by a person; the gate only says so."""
    try:
        return "\n".join(line.text for line in open_document(upload.name, upload.data).lines)[:LONGEST].strip()
    except Refused:
        return ""


def may_hold_report(name: str, size: int) -> bool:
    """Whether a file of `size` bytes is opened to look for the report in it."""
    return name.lower().endswith(READABLE) and size <= LARGEST


def files_of(rows: Sequence[Evidence]) -> list[Upload]:
    """Kept files with their bytes, as far as they may hold a report; the others by name only."""
    return [Upload(row.name, read(row)) for row in rows if row.sha256 and may_hold_report(row.name, row.size)]


def report_limit(session: Session, item: Assignment) -> date | None:
    """The day by which a unit's rectification report is due, which no single problem may outlast."""
    try:
        return unit_item(session, item.cycle_id, item.unit_id, K.RECT_REPORT).due_on if item.unit_id else None
    except NotFound:
        return None


def judge(
    session: Session, item: Assignment, body: str, files: Sequence[str], listed: bool, found: ReadFile | None = None,
    counted: set[int] | None = None,
) -> Gate:
    """Hold a report that is about to be handed in, or was, against the plan. `files` are names and labels."""
    text = body if body.strip() else found.text if found else None if files else ""
    given = Given(text, tuple(files), listed, unproved(session, item))
    return check(requirements(session, item), given, counted)


def unproved(session: Session, item: Assignment) -> tuple[int, ...]:
    """The numbers of a unit's open problems without a file or “现场查看”; only a rectification report is asked."""
    if item.kind != K.RECT_REPORT or item.unit_id is None:
        return ()
    over = (ProblemState.CLOSED, ProblemState.WITHDRAWN, ProblemState.FOUND)
    return tuple(
        problem.no for problem, files in proofs_by_problem(session, item.cycle_id, item.unit_id)
        if problem.state not in over and not files
    )


def checked(session: Session, item: Assignment, report: Report) -> dict[str, Any]:
    """What a report that is being handed in comes to, as its submission keeps it."""
    for upload in report.uploads:
        check_upload(upload)  # before anything is opened
    names = [word for one in report.uploads for word in (one.name, one.label)] + [one.name for one in report.reused]
    found = None if report.body.strip() else read_report([*report.uploads, *files_of(report.reused)])
    listed = bool(report.problems or report.no_problems)
    return facts(judge(session, item, report.body, [name for name in names if name], listed, found), found)


def facts(gate: Gate, found: ReadFile | None = None) -> dict[str, Any]:
    """What a submission keeps of its check: sentences, the rules behind them, the text out of a file."""
    content = gate.content
    kept: dict[str, Any] = {
        "share": content.share if content else None, "figures": content.figures if content else None,
        "findings": [one.says for one in gate.findings], "quoted": quoted(gate),
    }
    return kept | ({"read": {"name": found.name, "text": found.text}} if found else {})


def quoted(gate: Gate) -> list[dict[str, str]]:
    return [{"says": one.says, "rule": one.rule, "place": one.place} for one in gate.findings]


def gate_of(session: Session, row: Submission, item: Assignment, counted: set[int] | None = None) -> Gate | None:
    """The check of a report that was handed in, with the split a clerk chose; None for what has no gate."""
    if row.kind not in GATED:
        return None
    kept = row.content.get("counted")
    chosen = counted if counted is not None else set(kept) if kept is not None else None
    names = [word for one in evidence_of(session, submission_id=row.id) for word in (one.name, one.label) if word]
    listed = bool(row.content.get("problems") or row.content.get("no_problems"))
    return judge(session, item, row.body, names, listed, _kept(row), chosen)


def _kept(row: Submission) -> ReadFile | None:
    found = row.content.get("read")
    return ReadFile(found["name"], found["text"]) if found else None
