"""挂牌督办 leads on to 重点督导对象: the listed unit is proposed with its listing and its open findings."""

from sqlmodel import Session

from actions import key_unit
from actions.record import Actor, allow
from models.base import NotAllowed
from models.cycle import Assignment
from models.database import fetch
from models.key_unit import KeyUnit
from models.paper_words import EscalationState, EscalationStep
from models.problem import Escalation
from models.step_ledger import unit_findings
from models.unit import Unit
from rules.roles import Act

LONGEST = 200


def propose_listed(session: Session, actor: Actor, row: Escalation) -> KeyUnit:
    """Propose the unit of a listing that stands; another person approves, as for any key unit."""
    allow(actor, Act.PROPOSE_KEY)
    if row.step != EscalationStep.LISTED or row.state != EscalationState.APPROVED:
        raise NotAllowed("只有挂牌督办中的单位可由此提出为重点督导对象。")
    return key_unit.propose(session, actor, row.cycle_id, fetch(session, Unit, row.unit_id), reason_of(session, row))


def reason_of(session: Session, row: Escalation) -> str:
    """Listing and findings in one sentence, as many findings as fit."""
    item = fetch(session, Assignment, row.assignment_id)
    reason, findings = f"“{item.title}”被挂牌督办（{row.number}）", unit_findings(session, row.cycle_id, row.unit_id)
    told = [one.rstrip("。") for one in findings]
    while told and len(f"{reason}；{'；'.join(told)}等{len(findings)}个问题。") > LONGEST:
        told.pop()
    more = f"等{len(findings)}个问题" if len(told) < len(findings) else ""
    return f"{'；'.join([reason, *told])}{more}。"
