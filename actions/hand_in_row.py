"""One row of a returned ledger goes through the very action its web form uses, or is kept as that form's draft."""

import hashlib
from uuid import UUID

from sqlmodel import Session

from actions import keep_draft
from actions.entry import LONGEST, Act, register
from actions.ledger_kind import DRAFTED, K, asked_of, counts, figure, form_of
from actions.measure import submit_measure
from actions.record import Actor
from actions.rectify import ProblemReport, report_problem, submit_rect_report
from actions.submit import Report
from config.day_words import printed_day
from models.base import Rejected
from models.ledger import evidence_of, running_cycle
from models.sheet_ledger import Owed
from models.words import ProblemState, SubmissionState
from plans.ledger_row import Filled
from rules import ledger as words

FROM_SHEET = "from_sheet"  # marks a draft that came by sheet, which the next sheet may replace
NEEDS_PROOF = "已存为草稿，请凭链接补传佐证材料后提交"
NEEDS_LIST = "已存为草稿，请凭链接补填问题清单后报送"
UNDER_WAY = "已存为草稿，办结后再报送"


def body_of(row: Filled) -> str:
    """What the row says as the text of a report: nothing typed is left out."""
    day = f"完成日期：{printed_day(row.day)}" if row.day else ""
    proof = row.text(words.PROOF)
    named = f"佐证材料：{proof}" if proof and proof != words.ON_SITE else ""
    return "\n".join(filter(None, (row.text(words.WORK), day, named)))


def nonce_of(owed: Owed, row: Filled) -> str:
    """A word bound to the thing owed and to what the row says: the same row twice is one form sent twice."""
    said = "\0".join((body_of(row), row.text(words.AMOUNT), row.text(words.PERSON), _receiver(owed, row)))
    return f"{owed.item.id.hex}-sheet-{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:20]}"


def on_site(row: Filled) -> bool:
    return row.text(words.PROOF) == words.ON_SITE


def lacking(owed: Owed, row: Filled) -> str:
    """What the form would have asked for and the row does not say, placed by its column."""
    if not row.text(words.WORK):
        return f"“{words.WORK}”：没有填；请写明做了什么、结果如何"
    if owed.duty is None or row.status != words.FINISHED:
        return ""
    if row.day is None:
        return f"“{words.DAY}”：没有填；请写办理日期，如 2024-06-30"
    for name in asked_of(owed):
        if not row.text(name) and not (name == words.RECEIVER and _receiver(owed, row)):
            return f"“{name}”：没有填"
    size = len(_what(row))
    return f"“{words.WORK}”：连同佐证材料说明共{size}字，最多{LONGEST}字" if size > LONGEST else ""


def why_draft(session: Session, owed: Owed, row: Filled) -> str:
    """Why the row is kept as a draft instead of being handed in; empty when it is handed in."""
    if row.status != words.FINISHED:
        return UNDER_WAY
    if owed.item.kind == DRAFTED:
        return NEEDS_LIST
    if owed.problem and not on_site(row):
        kept = evidence_of(session, problem_id=owed.problem.id)
        if not kept or owed.problem.state == ProblemState.RETURNED:
            return NEEDS_PROOF
    return ""


def draft_fields(owed: Owed, row: Filled) -> dict[str, str]:
    """The row as the fields of its form."""
    if owed.problem:
        return {"result": body_of(row), FROM_SHEET: "1", **({"on_site": "1"} if on_site(row) else {})}
    if owed.duty is None:
        return {"body": body_of(row), FROM_SHEET: "1"}
    return {
        "day": row.day.isoformat() if row.day else "", "what": _what(row), "amount": row.text(words.AMOUNT),
        "person": row.text(words.PERSON), "receiver": _receiver(owed, row), FROM_SHEET: "1",
    }


def save_draft(session: Session, actor: Actor, owed: Owed, row: Filled) -> None:
    """Keep the row as the draft of its form; what has ended takes none."""
    running_cycle(session, owed.item.cycle_id)
    keep_draft.save(session, actor, form_of(owed), draft_fields(owed, row))


def hand_in(session: Session, actor: Actor, owed: Owed, row: Filled) -> None:
    """Hand the row in; Refused carries the action's own sentence."""
    if owed.problem:
        told = ProblemReport(body_of(row), on_site=on_site(row))
        report_problem(session, actor, owed.problem, owed.problem.version, told)
    elif owed.duty:
        register(session, actor, owed.item, _act(owed, row))
    else:
        _report(session, actor, owed, Report(nonce_of(owed, row), body_of(row)))
    _drop_draft(session, actor, owed)


def _report(session: Session, actor: Actor, owed: Owed, report: Report) -> None:
    act = submit_rect_report if owed.item.kind == K.RECT_REPORT else submit_measure
    if act(session, actor, owed.item, report).state == SubmissionState.RETURNED:
        raise Rejected("这段内容曾经报送并被退回，请按退回理由修改后再报。")


def _drop_draft(session: Session, actor: Actor, owed: Owed) -> None:
    """What an earlier sheet left as a draft has gone in; what was typed on the page stays."""
    kept = keep_draft.load(session, actor, form_of(owed))
    if kept and FROM_SHEET in kept.fields:
        keep_draft.drop(session, actor, form_of(owed))


def _act(owed: Owed, row: Filled) -> Act:
    if row.day is None:
        raise Rejected("请填写办理日期。")
    amount = row.amount if counts(owed) else 1
    if amount is None:
        raise Rejected(f"请用数字填写本次的{figure(owed)[1]}数。")
    person = row.text(words.PERSON) if owed.duty and owed.duty.per_person else ""
    return Act(nonce_of(owed, row), row.day, _what(row), amount, person, _receiver(owed, row))


def _what(row: Filled) -> str:
    proof = row.text(words.PROOF)
    return row.text(words.WORK) + (f"（佐证材料：{proof}）" if proof else "")


def _receiver(owed: Owed, row: Filled) -> str:
    """The receiver as typed; where only one is named it need not be."""
    receivers = owed.duty.receivers if owed.duty else []
    return row.text(words.RECEIVER) or (receivers[0] if len(receivers) == 1 else "") if receivers else ""


def speaks_for(actor: Actor, unit_id: UUID) -> Actor:
    """A unit for itself; the office on a unit's behalf, which every event and report then says."""
    if actor.unit_id is not None:
        return actor
    return Actor(actor.office_id, f"{actor.name}（代录）", "unit", "办公室代录台账", unit_id)
