"""What the papers of steps say, out of the matter's own rows on the day; and how such a paper is signed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from actions.paper import OWN_WORDS, draft_paper, issue_paper, newest
from actions.record import Actor, system
from actions.step_matter import taken_steps
from config import clock
from config.day_words import printed_day
from config.policy import Rung
from models.base import Conflict, Rejected
from models.cycle import Assignment
from models.paper import STEP_SUBJECT, Paper
from models.paper_words import EscalationStep, PaperKind, PaperState, ReferralUse, SlipColour
from models.problem import Escalation
from models.step_ledger import chased_count, number_used, open_findings, past_of_one
from models.unit import Unit
from models.words import NoticeKind
from rules.escalation import RESTRICTED

E, K = EscalationStep, PaperKind
PAPERS = {
    E.SLIP: K.SLIP, E.TALK: K.TALK, E.LISTED: K.LISTING, E.CRITICISM: K.CRITICISM, E.REFERRAL: K.REFERRAL,
}
AT_APPROVAL = "（审批时填写）"
BY_APPROVAL = "按审批时限"
DELISTING_TEXT = "{}：经核实，予以摘牌（{}）。文书可在办理链接中查看、下载。"
RECTIFY = "{}问题整改"
LONGEST_NUMBER = 40
LISTED = re.compile(r"^问题\d+：")


@dataclass(frozen=True)
class Step:
    """A step with its matter, its unit and its rung."""

    row: Escalation
    item: Assignment
    unit: Unit
    rung: Rung


def title_of(step: Step) -> str:
    """What the register says of a paper; of a transfer nothing but its kind, for more people read the register."""
    if step.row.step == E.REFERRAL:
        return K.REFERRAL.label
    return f"{step.unit.name}：{matter_words(step.item)[:40]}（{step.row.called}）"


def matter_words(item: Assignment) -> str:
    """The matter as a paper names it: of a problem what it is, not its number on our list."""
    return RECTIFY.format(LISTED.sub("", item.title).removesuffix("问题")) if item.problem_id else item.title


def content_of(session: Session, step: Step, given: Mapping[str, str]) -> dict[str, Any]:
    """Everything the paper prints, with the terms a leader gives; before that their places say so."""
    row, item, draft = step.row, step.item, not given and step.row.decided_at is None
    findings = open_findings(session, item)
    content: dict[str, Any] = {
        "unit": step.unit.name, "matter": matter_words(item), "facts": _facts(session, step), "findings": findings,
        "demand": _demand(step, draft),
    }
    if row.step == E.SLIP:
        content["colour"] = SlipColour(step.rung.colour or SlipColour.BLUE).label
    if row.step == E.TALK:
        content |= {key: given.get(key, AT_APPROVAL) for key in ("when", "where", "whom", "host")}
    if row.step == E.REFERRAL:
        use = given.get("use", "")
        content |= {
            "receiver": given.get("receiver", AT_APPROVAL), "use": ReferralUse(use).label if use else AT_APPROVAL,
        }
    if row.step not in (E.REFERRAL, E.TALK):
        content["facts"] = [*content["facts"], *findings]
    return content


def _demand(step: Step, draft: bool) -> str:
    due = step.row.new_due_on
    if step.row.step == E.TALK and due is None:
        return ""
    return f"请你单位{BY_APPROVAL if draft and step.rung.limit else _by_when(step)}办结，并将办理情况书面报送本机关。"


def _by_when(step: Step) -> str:
    """The limit the step gives, else the one that is still running; at once where neither is."""
    running = step.item.due_on if step.item.due_on and step.item.due_on >= clock.today() else None
    due = step.row.new_due_on or running
    return f"于{printed_day(due)}前" if due else "立即"


def _facts(session: Session, step: Step) -> list[str]:
    """Limit, lateness, what was said so far, what was sent back, the steps before: one sentence each."""
    item, today = step.item, clock.today()
    facts = [_limit_fact(item, today)]
    told = chased_count(session, item.id)
    if told:
        facts.append(f"此前已提醒{told[NoticeKind.REMIND]}次、催办{told[NoticeKind.URGE]}次。")
    past, keys = past_of_one(session, item), [str(key) for key in (item.id, item.problem_id) if key]
    back, failed = (sum(len(found.get(key, [])) for key in keys) for found in (past.returns, past.refusals))
    if back:
        facts.append(f"报送材料被退回{back}次。")
    if failed:
        facts.append(f"经回头看或复查{failed}次未通过。")
    hidden = frozenset() if step.row.step in RESTRICTED else RESTRICTED
    earlier = [
        one for one in taken_steps(session, item.id) if one.at != step.row.decided_at and one.step not in hidden
    ]
    return facts + [f"{printed_day(one.on)}已采取{one.called}，仍未落实到位。" for one in earlier]


def _limit_fact(item: Assignment, today: date) -> str:
    first, due = item.first_due_on or item.due_on, item.due_on
    if due is None or first is None:
        return "该事项尚未完成。"
    limit = f"该事项应于{printed_day(first)}前完成" + (f"，时限已调整至{printed_day(due)}" if due != first else "")
    if due < today:
        return f"{limit}，截至{printed_day(today)}已逾期{(today - due).days}天。"
    return f"{limit}，截至{printed_day(today)}仍未通过审核。"


def delisting_of(step: Step, verified: str) -> dict[str, Any]:
    """The closing record of a listing."""
    row = step.row
    since = printed_day(clock.date_of(row.decided_at)) if row.decided_at else ""
    listed = f"{since}，本机关以《挂牌督办通知书》（{row.number}）对你单位“{matter_words(step.item)}”实行挂牌督办。"
    return {
        "unit": step.unit.name, "matter": matter_words(step.item), "listed": listed.removeprefix("，"),
        "verified": verified.rstrip("。") + "。",
    }


def sign_paper(
    session: Session, actor: Actor, step: Step, content: dict[str, Any], by_hand: str, paper: Paper | None = None
) -> Paper:
    """Sign the paper of a step with what is true on the day of signing; who drafted it stays who drafted the step."""
    row = step.row
    if by_hand:
        check_number(session, row, by_hand)
    paper = paper or newest(session, row.office_id, PAPERS[row.step], f"{STEP_SUBJECT}{row.id}")
    if paper is None or paper.state != PaperState.DRAFT:  # a step older than the papers, or its draft was withdrawn
        paper = draft_paper(
            session, system(row.office_id), PAPERS[row.step], f"{STEP_SUBJECT}{row.id}", content, title=title_of(step),
            cycle_id=row.cycle_id, unit_id=row.unit_id,
        )
    paper.content = content | _own_words(paper, step)
    session.flush()
    return issue_paper(session, actor, paper, paper.row_version, by_hand=by_hand, with_step=True)


def _own_words(paper: Paper, step: Step) -> dict[str, Any]:
    """What persons worded anew in the draft stays as they wrote it, with the limit named where it was left open."""
    own = {key: text.replace(BY_APPROVAL, _by_when(step)) for key, text in paper.content.get(OWN_WORDS, {}).items()}
    return own | {OWN_WORDS: own} if own else {}


def check_number(session: Session, row: Escalation, number: str) -> None:
    """A number typed from a register on paper must be new."""
    if len(number) > LONGEST_NUMBER:
        raise Rejected(f"文号请控制在{LONGEST_NUMBER}字以内。")
    if number_used(session, row.office_id, number):
        raise Conflict(f"文号“{number}”已用于另一份文书，请核对登记簿。")
