"""Who received the paper of a step: signed by the unit behind its link or noted by the office; export of transfers."""

from collections.abc import Mapping

from sqlmodel import Session

from actions.enrol import LONGEST, check_lengths
from actions.open_link import Visitor
from actions.paper import look
from actions.record import Actor, allow, record
from config import clock
from models.base import NotAllowed, NotFound, Rejected
from models.cycle import Assignment
from models.database import fetch
from models.paper import Paper
from models.paper_words import EscalationStep
from models.problem import Escalation
from models.step_ledger import UNIT_READS
from rules.behalf import check_name
from rules.escalation import RESTRICTED
from rules.roles import Act

SIGNED = "签收督办文书"
HOWS = {"paper": "纸质", "telephone": "电话", "person": "当面"}


def sign_step(session: Session, who: Visitor, row: Escalation, fields: Mapping[str, str]) -> None:
    """The unit signs for a paper with name, post and phone; a second click changes nothing."""
    if row.unit_id != who.unit.id:
        raise NotFound("没有找到这份督办文书，可能不属于本单位。")
    kept = {key: fields.get(key, "").strip() for key in ("name", "post", "phone")}
    if not kept["name"] or not kept["phone"]:
        raise Rejected("签收须填写姓名和电话。")
    check_name(kept["name"])
    check_lengths(kept)
    _sign(session, who.acting(kept["name"]).actor, row, kept)


def note_receipt(session: Session, actor: Actor, row: Escalation, name: str, how: str) -> None:
    """The office notes that somebody signed on paper or by telephone, and says so."""
    allow(actor, Act.RECEIPT)
    if not name.strip() or len(name) > LONGEST:
        raise Rejected("请填写签收人姓名。")
    if how not in HOWS:
        raise Rejected("请选择签收方式。")
    _sign(session, actor, row, {"name": f"{name.strip()}（{HOWS[how]}签收）", "post": "", "phone": ""})


def _sign(session: Session, actor: Actor, row: Escalation, kept: dict[str, str]) -> None:
    if row.step in RESTRICTED or row.state not in UNIT_READS or row.paper_id is None:
        raise NotAllowed("此件不需要签收。")
    if row.terms.get("signed"):
        return
    row.terms = {**row.terms, "signed": {**kept, "at": clock.now().isoformat(timespec="minutes")}}
    item = fetch(session, Assignment, row.assignment_id)
    record(
        session, actor, SIGNED, item.id, row.cycle_id, row.unit_id, title=item.title, what=row.called,
        number=row.number, name=kept["name"], post=kept["post"],
    )


def export_transfer(session: Session, actor: Actor, row: Escalation) -> tuple[str, bytes]:
    """Name and bytes of a transfer's paper; every export leaves its event, told to those who may read transfers."""
    allow(actor, Act.READ_REFERRALS)
    if row.step != EscalationStep.REFERRAL or row.paper_id is None:
        raise NotAllowed("只有移送追责有问题线索移送单可导出。")
    paper = fetch(session, Paper, row.paper_id, actor.office_id)
    data = look(session, paper)
    record(
        session, actor, "导出问题线索移送单", row.assignment_id, row.cycle_id, row.unit_id, number=paper.number,
        version=paper.version, state=row.state,
    )
    return f"问题线索移送单{paper.number}.docx", data
