"""A filled row beside what is on record: to be handed in, there already, overtaken by a later one, or refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from actions.hand_in_row import FROM_SHEET, body_of, draft_fields, lacking, nonce_of, why_draft
from actions.ledger_kind import A, form_of, not_by_sheet
from actions.ledger_verdict import Change, Verdict
from config import clock
from models.cycle import OVER
from models.duty import Entry
from models.sheet_ledger import Owed, drafts_of, entries_by_nonce, newest_submissions
from models.submission import Draft, Submission
from models.words import ProblemState
from plans.ledger_row import Filled
from rules import ledger as words

P, V = ProblemState, Verdict
REPORTED = (P.REPORTED, P.VERIFIED, P.LOOKED_BACK, P.CLOSED, P.WITHDRAWN, P.CARRIED)
UNCHANGED = "上次报送的内容已被退回，表中内容没有改动；请按退回理由修改后再报"


@dataclass(frozen=True)
class Known:
    """What is on record for the rows of a sheet, asked for all at once."""

    printed_at: datetime | None = None
    sent: dict[UUID, Submission] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    drafts: dict[tuple[UUID, str], Draft] = field(default_factory=dict)


def known_of(session: Session, named: Sequence[tuple[Filled, Owed]], printed_at: datetime | None) -> Known:
    """What is on record for these rows."""
    keys = [owed.item.id for _, owed in named]
    units = list({owed.unit.id for _, owed in named})
    nonces = [nonce_of(owed, row) for row, owed in named if owed.duty]
    return Known(
        printed_at, newest_submissions(session, keys), entries_by_nonce(session, nonces), drafts_of(session, units)
    )


def judge(session: Session, change: Change, known: Known) -> Change:
    """What becomes of a row without faults of its own."""
    owed, row = change.owed, change.row
    if owed is None or (row.status == words.NOT_BEGUN and not row.text(words.WORK)):
        return replace(change, verdict=V.BLANK)
    if why := not_by_sheet(owed):
        return replace(change, verdict=V.WRONG, why=why)
    if found := _on_record(change, owed, known):
        return found
    if why := lacking(owed, row):
        return replace(change, verdict=V.WRONG, why=why)
    why = why_draft(session, owed, row)
    return _draft(change, owed, known, why) if why else replace(change, why=_moved(owed, row))


def _moved(owed: Owed, row: Filled) -> str:
    """A limit that moved after the sheet was printed is worth a word; it stands against nothing."""
    moved = row.key and row.key.version != owed.item.deadline_version
    return f"时限已调整为{owed.item.due_on or '未定'}" if moved else ""


def _on_record(change: Change, owed: Owed, known: Known) -> Change | None:
    """The row held against what was handed in before; None when nothing stands against it."""
    if owed.problem:
        return _problem(change, owed)
    if owed.duty:
        return _entry(change, owed, known)
    return _submission(change, owed, known)


def _problem(change: Change, owed: Owed) -> Change | None:
    problem, body = owed.problem, body_of(change.row)
    if problem is None:
        return None
    alike = problem.result.strip() == body.strip()
    if problem.state in REPORTED:
        return _same(change) if alike else _later(change, problem.result or problem.state.label, problem.state.label)
    if problem.state == P.RETURNED and alike and change.row.status == words.FINISHED:
        return replace(change, verdict=V.WRONG, why=UNCHANGED)
    return None


def _entry(change: Change, owed: Owed, known: Known) -> Change | None:
    entry = known.entries.get(nonce_of(owed, change.row))
    if entry is None:
        ended = owed.item.state in OVER
        return _later(change, owed.item.note or owed.item.state.label, owed.item.state.label) if ended else None
    if entry.withdrawn:
        why = f"这一次办理登记过，已撤回（{entry.withdrawn}）；确需再登记的，请改动内容或凭链接登记"
        return replace(change, verdict=V.WRONG, why=why)
    return _same(change)


def _submission(change: Change, owed: Owed, known: Known) -> Change | None:
    """Handed in already, overtaken, or sent back with just these words."""
    item, sent, body = owed.item, known.sent.get(owed.item.id), body_of(change.row)
    alike = sent is not None and sent.body.strip() == body.strip()
    if item.state == A.SUBMITTED or item.state in OVER:
        theirs = _sent_words(sent) if sent else item.note or item.state.label
        return _same(change) if alike else _later(change, theirs, item.state.label)
    if sent is None:
        return None
    if alike and change.row.status == words.FINISHED:
        return replace(change, verdict=V.WRONG, why=UNCHANGED)
    return _later(change, _sent_words(sent), item.state.label) if _printed_before(change, owed, sent, known) else None


def _printed_before(change: Change, owed: Owed, sent: Submission, known: Known) -> bool:
    """Whether something was handed in after the sheet was made; a copy that does not say is told by its limit."""
    if known.printed_at is not None:
        return known.printed_at < sent.sent_at.replace(second=0, microsecond=0)
    return change.row.key is not None and change.row.key.version < owed.item.deadline_version


def _sent_words(sent: Submission) -> str:
    return f"{clock.minute_words(sent.sent_at)} {sent.sent_by}报送：{sent.body}"


def _draft(change: Change, owed: Owed, known: Known, why: str) -> Change:
    """Kept as a draft, unless there is one that says the same, or one typed on the page that says something else."""
    draft = known.drafts.get((owed.unit.id, form_of(owed)))
    fields = draft_fields(owed, change.row)
    if draft is None:
        return replace(change, verdict=V.DRAFT, why=why)
    if all(draft.fields.get(name, "") == value for name, value in fields.items() if name != FROM_SHEET):
        return replace(change, verdict=V.WAITS, why=why)
    if FROM_SHEET in draft.fields:
        return replace(change, verdict=V.DRAFT, why=f"替换上次交回的草稿；{why}")
    typed = draft.fields.get("result") or draft.fields.get("body") or draft.fields.get("what") or ""
    return replace(_later(change, typed, "网页上有未报送的草稿"), why="网页上有未报送的草稿，未作覆盖；请凭链接核对")


def _same(change: Change) -> Change:
    return replace(change, verdict=V.SAME)


def _later(change: Change, theirs: str, state: str) -> Change:
    why = f"此项现为“{state}”，系统中的内容与本表不同，本表内容没有受理"
    return replace(change, verdict=V.LATER, why=why, theirs=theirs)
