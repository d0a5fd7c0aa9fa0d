"""Beyond reminders: drafted by the system or a person, decided by a leader who signs its paper, closed on record."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, update

from actions.deadline import ladder_of, move_deadline
from actions.paper import draft_paper
from actions.record import Actor, allow, record, system
from actions.remind import tell_unit
from actions.step_matter import matter_of
from actions.step_papers import (
    DELISTING_TEXT,
    PAPERS,
    Step,
    content_of,
    delisting_of,
    matter_words,
    sign_paper,
    title_of,
)
from config import clock
from config.day_words import month_day, printed_day
from config.policy import Policy, Rung
from config.workdays import official
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment
from models.database import fetch
from models.ledger import LIVE, policy_of, running_cycle
from models.paper import STEP_SUBJECT
from models.paper_words import EscalationState, EscalationStep, PaperKind
from models.problem import Escalation
from models.step_ledger import load_on, past_of_one, steps_of_item
from models.unit import Unit
from models.words import AssignmentState
from rules import escalation as rules
from rules import workday
from rules.escalation import RESTRICTED, Proposal, check_decision, check_note, check_terms, step_of
from rules.roles import Act, may

S = EscalationState


def draft_step(
    session: Session, actor: Actor, item: Assignment, step: EscalationStep, day: date, reason: str = "",
    colour: str = "",
) -> Escalation:
    """A person drafts a step; leaving one out needs a reason, two drafts at once and one above the cap are refused."""
    allow(actor, Act.DRAFT_STEP)
    if item.unit_id is None:
        raise NotAllowed("只能对被督察单位采取督办措施。")
    running_cycle(session, item.cycle_id)
    _still_owed(item, day)
    rows, policy = steps_of_item(session, item.id), policy_of(session, item.cycle_id)
    hidden = frozenset[EscalationStep]() if may(actor.role, Act.READ_REFERRALS) else RESTRICTED - {step}
    told = [row for row in rows if row.step not in hidden]  # nobody finds out by trying
    if any(row.state == S.DRAFT for row in told):
        raise Conflict("此项已有一份督办草稿待审批。")
    matter = matter_of(item, told, policy, past_of_one(session, item))
    rung = rules.chosen_rung(policy.rungs, matter.taken, step, colour)
    rules.check_rung(policy.rungs, matter.taken, rung, reason)
    unit = fetch(session, Unit, item.unit_id)
    rules.check_cap(rung, load_on(session, unit.id, step, rung.colour, rung.within, day), unit.name)
    late = item.due_on is not None and item.due_on < day
    ground = rules.ground_of(policy.rungs, rung, matter)
    why = "经提醒、催办仍未完成" if late else "报送材料被退回"
    return write_draft(session, actor, item, unit, Proposal(rung, why, ground), day, reason.strip())


def write_draft(
    session: Session, actor: Actor, item: Assignment, unit: Unit, found: Proposal, day: date, reason: str = ""
) -> Escalation:
    """The row and the draft of its paper; both wait for a leader."""
    rung, policy = found.rung, policy_of(session, item.cycle_id)
    rule = rules.rule_words(rung, ladder_of(policy, item.kind, item.terms).draft_after, rung == policy.rungs[0])
    row = Escalation(
        office_id=item.office_id, cycle_id=item.cycle_id, unit_id=unit.id, assignment_id=item.id, step=step_of(rung),
        text=_text(item, unit, found, day), drafted_on=day, drafted_by=actor.name, reason=reason,
        terms={"colour": rung.colour, "rule": rule, "why": found.why, "ground": found.ground},
    )
    session.add(row)
    session.flush()
    record(session, actor, f"拟{row.step.label}", item.id, item.cycle_id, unit.id, text=row.text, reason=reason)
    _draft_paper(session, actor, Step(row, item, unit, rung))
    return row


def _text(item: Assignment, unit: Unit, found: Proposal, day: date) -> str:
    due = item.due_on
    limit = printed_day(due) if due else "规定时间"
    late = f"截至{month_day(day)}已逾期{(day - due).days}天，" if due and due < day else ""
    return f"{unit.name}“{item.title}”应于{limit}前完成，{late}{found.why}，拟予{acting(found.rung)}。"


def acting(rung: Rung) -> str:
    """A step as something that is done: 蓝色督办, 约谈."""
    return rules.name_of(rung).removesuffix("单")


def _draft_paper(session: Session, actor: Actor, step: Step) -> None:
    row = step.row
    paper = draft_paper(
        session, actor, PAPERS[row.step], f"{STEP_SUBJECT}{row.id}", content_of(session, step, {}),
        title=title_of(step), cycle_id=row.cycle_id, unit_id=row.unit_id,
    )
    row.paper_id = paper.id


def _still_owed(item: Assignment, day: date) -> None:
    """A step speaks of what is owed past its limit, or was sent back and not mended, or it would not be true."""
    late = item.due_on is not None and item.due_on < day
    if item.state not in LIVE or not (late or item.state == AssignmentState.RETURNED):
        raise NotAllowed(f"“{item.title}”未逾期、已报送或已取消，不能采取督办措施。")
    if item.paused_on:
        raise NotAllowed(f"“{item.title}”已暂停计时，恢复后再采取督办措施。")


def decide(
    session: Session, actor: Actor, row: Escalation, approve: bool, number: str = "", new_due: date | None = None,
    reason: str = "", terms: Mapping[str, str] | None = None,
) -> None:
    """A leader approves a draft with its terms, which signs and numbers its paper and tells the unit; or drops it with
    a reason. `number` is given only where the register of numbers is kept on paper."""
    allow(actor, Act.DECIDE_STEP)
    check_decision(actor.role, row.drafted_by, actor.name, row.state)
    if not approve:
        _drop(session, actor, row, reason)
        return
    item, policy = fetch(session, Assignment, row.assignment_id), policy_of(session, row.cycle_id)
    running_cycle(session, row.cycle_id)
    _still_owed(item, clock.today())
    rung = rung_of(row, policy)
    check_decision(actor.role, row.drafted_by, actor.name, row.state, rung.signs, rules.name_of(rung))
    given = {key: value.strip() for key, value in (terms or {}).items() if value.strip()}
    check_terms(row.step, given)
    _approve(session, actor, Step(row, item, fetch(session, Unit, row.unit_id), rung), given, number, new_due, reason)


def rung_of(row: Escalation, policy: Policy) -> Rung:
    """The rung a draft stands for; a slip drafted before there were colours is signed as the first."""
    known = [one for one in policy.rungs if step_of(one) == row.step and row.colour in ("", one.colour)]
    return known[0] if known else Rung(step=row.step.value, colour=row.colour)


def _drop(session: Session, actor: Actor, row: Escalation, reason: str) -> None:
    if not reason.strip():
        raise Rejected("不予采取须写明理由。")
    _swap(session, row, S.DRAFT, state=S.DROPPED, **_decided(actor, row, reason))
    record(session, actor, f"不予{row.step.label}", row.assignment_id, row.cycle_id, row.unit_id, reason=reason)


def _decided(actor: Actor, row: Escalation, reason: str) -> dict[str, Any]:
    both = "；".join(filter(None, (row.reason, reason.strip())))
    return {"decided_by": actor.name, "decided_at": clock.now(), "reason": both}


def _approve(
    session: Session, actor: Actor, step: Step, given: dict[str, str], number: str, new_due: date | None, reason: str
) -> None:
    row, item = step.row, step.item
    due = _limit(step, new_due)
    terms = {**row.terms, "colour": step.rung.colour, **given}
    _swap(session, row, S.DRAFT, state=S.APPROVED, new_due_on=due, terms=terms, **_decided(actor, row, reason))
    paper = sign_paper(session, actor, step, content_of(session, step, given), number.strip())
    row.number, row.paper_id = paper.number, paper.id
    record(
        session, actor, f"批准{row.step.label}", item.id, item.cycle_id, row.unit_id, what=row.called,
        number=row.number, new_due=due, reason=reason,
    )
    if due:
        why = "经研究调整时限" if row.step in RESTRICTED else f"{row.called}限期完成"  # the unit reads it
        move_deadline(session, actor, item, due, why)
    if row.step not in RESTRICTED:
        tell_unit(session, item, _told(step, due), f"{row.step.label}{row.id}")


def _limit(step: Step, named: date | None) -> date | None:
    """The new limit: as named, else so many workdays as the rung gives; never earlier than one still running."""
    today = clock.today()
    if named and named < today:
        raise Rejected(f"限期{named}已过，请填写今天或以后的日期。")
    if named or step.rung.limit is None:
        return named
    counted = workday.add(today, step.rung.limit, official())
    return None if step.item.due_on and step.item.due_on >= counted else counted


def _told(step: Step, due: date | None) -> str:
    limit = f"，请于{month_day(due)}前完成" if due else ""
    talk = "，定于{when}在{where}约谈{whom}".format(**step.row.terms) if step.row.step == EscalationStep.TALK else ""
    done = f"经研究，予以{acting(step.rung)}（{step.row.number}）{talk}{limit}。"
    return f"{step.item.title}：{done}文书可在办理链接中查看、下载，请签收。"


def complete(session: Session, actor: Actor, row: Escalation, note: Mapping[str, str]) -> None:
    """Close a step with its record: of a talk who came and what was said; of others how it ended, once answered."""
    allow(actor, Act.DRAFT_STEP)
    if row.state != S.APPROVED or row.step == EscalationStep.LISTED:
        raise NotAllowed("只有已批准、尚未办结的督办措施可以办结；挂牌督办以摘牌办结。")
    if row.step in RESTRICTED:
        allow(actor, Act.READ_REFERRALS)
    kept = {key: value.strip() for key, value in note.items() if value.strip()}
    check_note(row.step, kept)
    item = fetch(session, Assignment, row.assignment_id)
    if row.step in (EscalationStep.SLIP, EscalationStep.CRITICISM) and item.state in LIVE:
        raise NotAllowed(f"“{item.title}”尚未报送，{row.called}不能办结。")
    if (held := kept.get("held_on", "")) and held > str(clock.today()):
        raise Rejected(f"约谈日期{held}晚于今天，请在约谈之后登记约谈记录。")
    closed = {"by": actor.name, "at": clock.now().isoformat(timespec="minutes"), **kept}
    _swap(session, row, S.APPROVED, state=S.DONE, terms={**row.terms, "note": closed})
    said = kept.get("said") or kept.get("result", "")
    record(session, actor, f"办结{row.step.label}", row.assignment_id, row.cycle_id, row.unit_id, note=said, **{
        key: kept[key] for key in ("held_on", "present", "promised") if key in kept
    })


def delist(session: Session, actor: Actor, row: Escalation, reason: str) -> None:
    """摘牌: a leader closes a listing with what was verified; its paper is signed and the unit is told."""
    allow(actor, Act.DELIST)
    if row.step != EscalationStep.LISTED or row.state != S.APPROVED:
        raise NotAllowed("只有挂牌督办中的事项可以摘牌。")
    if not reason.strip():
        raise Rejected("摘牌须写明理由（核实情况）。")
    item, unit = fetch(session, Assignment, row.assignment_id), fetch(session, Unit, row.unit_id)
    closed = {"by": actor.name, "at": clock.now().isoformat(timespec="minutes"), "verified": reason.strip()}
    _swap(session, row, S.APPROVED, state=S.DELISTED, terms={**row.terms, "note": closed})
    rung = rung_of(row, policy_of(session, row.cycle_id))
    step = Step(row, item, unit, rung)
    draft = draft_paper(
        session, system(row.office_id), PaperKind.DELISTING, f"{STEP_SUBJECT}{row.id}",
        delisting_of(step, reason.strip()),
        title=f"{unit.name}：{matter_words(item)[:40]}（摘牌）", cycle_id=row.cycle_id, unit_id=row.unit_id,
    )
    paper = sign_paper(session, actor, step, draft.content, "", draft)
    row.terms = {**row.terms, "delisting": str(paper.id), "delisting_number": paper.number}
    record(
        session, actor, "摘牌", row.assignment_id, row.cycle_id, row.unit_id, reason=reason, number=paper.number,
    )
    tell_unit(session, item, DELISTING_TEXT.format(item.title, paper.number), f"摘牌{row.id}")


def _swap(session: Session, row: Escalation, seen: EscalationState, **values: Any) -> None:
    """Change a row only from the state the person saw; of two at once, the second is told."""
    session.flush()
    done = session.exec(
        update(Escalation).where(col(Escalation.id) == row.id, col(Escalation.state) == seen).values(**values)
    )
    if done.rowcount != 1:
        raise Conflict("此件刚刚已被他人处理，请刷新页面后再办。")
    session.refresh(row)
