"""A corrected paper of a step: who signs it, and that the step shows it from then on."""

from uuid import UUID

from sqlmodel import Session

from actions.escalate import rung_of
from actions.record import Actor, allow
from models.database import fetch
from models.ledger import policy_of
from models.paper import STEP_SUBJECT, Paper
from models.paper_words import EscalationState, PaperKind
from models.problem import Escalation
from rules import escalation as rules
from rules.escalation import check_decision
from rules.roles import Act


def check_again(session: Session, actor: Actor, paper: Paper) -> None:
    """A corrected paper of a step is signed by whom its first one needed."""
    if paper.kind == PaperKind.DELISTING:
        allow(actor, Act.DELIST)
        return
    row = _row_of(session, paper)
    rung = rung_of(row, policy_of(session, row.cycle_id))
    check_decision(actor.role, row.drafted_by, actor.name, EscalationState.DRAFT, rung.signs, rules.name_of(rung))


def put_again(session: Session, paper: Paper) -> None:
    """The step, and with it the unit's page, shows the corrected paper."""
    row = _row_of(session, paper)
    if paper.kind == PaperKind.DELISTING:
        row.terms = {**row.terms, "delisting": str(paper.id)}
    else:
        row.paper_id = paper.id


def _row_of(session: Session, paper: Paper) -> Escalation:
    return fetch(session, Escalation, UUID(paper.subject.removeprefix(STEP_SUBJECT)), paper.office_id)
