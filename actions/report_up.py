"""An issued paper goes up with its number and hash, and whoever signs for it above is noted on both sides."""

from typing import Any

from sqlmodel import Session, select

from actions.keep_evidence import stored
from actions.record import Actor, allow, meet, record, system
from actions.remind import alert_office
from config import clock
from models.base import NotAllowed, NotFound
from models.office import Office
from models.paper import Paper
from models.paper_words import PaperState
from models.rank import ReportUp
from models.rank_ledger import superior_of
from rules.rank import REPORTED
from rules.roles import Act


def may_report(paper: Paper) -> bool:
    """Whether this paper is of a kind that goes up, and signed."""
    return paper.kind in REPORTED and paper.state == PaperState.ISSUED and bool(paper.digest)


def report_up(session: Session, actor: Actor, paper: Paper) -> ReportUp:
    """Report an issued paper to the office above; a second time finds the first."""
    allow(actor, Act.REPORT_UP)
    above = superior_of(session, actor.office_id)
    if above is None or paper.office_id != actor.office_id:
        raise NotAllowed("本办公室没有设定上级办公室，不能上报。")
    if not may_report(paper):
        raise NotAllowed("只有已签发的督察报告、专报、评估报告、通报、加扣分建议和简报可以上报。")
    mine = select(ReportUp).where(ReportUp.paper_id == paper.id, ReportUp.receiver_id == above.id)
    if known := session.exec(mine).first():
        return known
    here = session.get_one(Office, actor.office_id)
    row = ReportUp(
        sender_id=here.id, receiver_id=above.id, paper_id=paper.id, kind=paper.kind, number=paper.number,
        title=paper.title, digest=paper.digest, size=paper.size, sent_by=actor.name, sent_at=clock.now(),
    )
    session.add(row)
    meet(session, here.id, above.id)
    told: dict[str, Any] = {"title": row.title, "number": row.number, "sha256": row.digest}
    record(session, actor, "上报公文", row.id, paper.cycle_id, to=above.name, paper=paper.id, **told)
    record(session, system(above.id), "收到上报公文", row.id, sender=here.name, **told)
    alert_office(session, above.id, f"{here.name}上报{row.kind.label}“{row.title}”，请到“下级办公室”签收。")
    return row


def receive(session: Session, actor: Actor, row: ReportUp) -> None:
    """Sign for a report; said twice it is done once. The office below is told which office signed, not who: a person
    is erased from the own office's history only."""
    allow(actor, Act.RECEIVE_REPORT)
    if row.receiver_id != actor.office_id:
        raise NotFound("没有找到这份上报的公文。")
    session.refresh(row, with_for_update=True)
    if row.received_at is not None:
        return
    document(row)  # nobody signs for a document that is missing or was changed
    row.received_by, row.received_at = actor.name, clock.now()
    session.add(row)
    here = session.get_one(Office, actor.office_id)
    meet(session, here.id, row.sender_id)
    told: dict[str, Any] = {"title": row.title, "number": row.number, "sha256": row.digest}
    record(session, actor, "签收上报公文", row.id, **told)
    record(session, system(row.sender_id), "上级已签收", row.id, office=here.name, **told)


def document(row: ReportUp) -> bytes:
    """The document as it was issued, checked against the hash it was reported with."""
    return stored(row.digest, row.title)
