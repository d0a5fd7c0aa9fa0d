"""A plan goes down: what the office above adopted arrives below as a draft with its answers, to be adopted there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session, select

from actions.adopt import adopt_plan
from actions.intake_papers import path_of
from actions.record import Actor, allow, meet, record, system
from actions.remind import alert_office
from config import clock
from models.base import Conflict, NotAllowed, NotFound, Rejected
from models.intake import Intake
from models.office import Office
from models.plan import Plan
from models.rank import PlanDown
from models.rank_ledger import source_of, subordinates
from models.words import IntakeState
from plans.answers import Answers
from plans.draft import PlanDraft
from rules.roles import Act

LONGEST = 500


def send_down(session: Session, actor: Actor, plan: Plan, receivers: Sequence[UUID], note: str = "") -> list[PlanDown]:
    """Send an adopted plan to offices directly below; one that has it already is left out. With the issued document
    goes the document itself, with its answers; otherwise the draft the plan was made of."""
    allow(actor, Act.SEND_DOWN)
    if len(note) > LONGEST:
        raise Rejected(f"下发说明不超过{LONGEST}字。")
    below = {office.id: office for office in subordinates(session, actor.office_id)}
    if plan.office_id != actor.office_id or not set(receivers) <= below.keys():
        raise NotFound("只能把本办公室的方案下发给直接下级办公室。")
    if not receivers:
        raise Rejected("请选择下发给哪些办公室。")
    paper = _document_of(session, plan)
    draft = source_of(session, plan)
    if paper is None and draft is None:
        raise NotAllowed("这份方案采用时没有留存底稿，不能下发；请重新上传原件并采用后再下发。")
    known = set(session.exec(select(PlanDown.receiver_id).where(PlanDown.plan_id == plan.id)))
    return [
        _send(session, actor, plan, below[key], paper, draft or {}, note.strip())
        for key in dict.fromkeys(receivers) if key not in known
    ]


def _document_of(session: Session, plan: Plan) -> Intake | None:
    row = session.exec(select(Intake).where(Intake.office_id == plan.office_id, Intake.plan_id == plan.id)).first()
    return row if row and path_of(row.digest).exists() else None


def _send(
    session: Session, actor: Actor, plan: Plan, to: Office, paper: Intake | None, draft: dict[str, object], note: str
) -> PlanDown:
    sender = session.get_one(Office, actor.office_id)
    below = system(to.id)
    fresh = _intake(session, sender, to, paper) if paper else None
    row = PlanDown(
        sender_id=sender.id, receiver_id=to.id, plan_id=plan.id, title=plan.title, doc_no=plan.doc_no,
        digest=plan.digest, draft={} if paper else draft, intake_id=fresh.id if fresh else None, note=note,
        answers={"choices": paper.answers["choices"] if paper else {}}, sent_by=actor.name, sent_at=clock.now(),
    )
    session.add(row)
    meet(session, sender.id, to.id)
    told: dict[str, Any] = {"title": plan.title, "doc_no": plan.doc_no, "digest": plan.digest}
    record(session, actor, "下发方案", row.id, to=to.name, note=note, **told)
    record(session, below, "收到下发方案", row.id, sender=sender.name, note=note, **told)
    if fresh and fresh.state == IntakeState.ADOPTED and fresh.plan_id:
        settle_sent(session, below, row, session.get_one(Plan, fresh.plan_id))
    else:
        alert_office(session, to.id, f"{sender.name}下发方案《{plan.title}》，请到“方案”页确认采用。")
    return row


def _intake(session: Session, sender: Office, to: Office, paper: Intake) -> Intake | None:
    """The same document waiting below with what was answered above; who its units are is asked there. A document that
    the office below took in itself is its own already."""
    mine = select(Intake).where(
        Intake.office_id == to.id, Intake.digest == paper.digest, Intake.position == paper.position,
        Intake.state != IntakeState.DROPPED,
    )
    if known := session.exec(mine).first():
        return known
    row = Intake(
        office_id=to.id, name=paper.name, title=paper.title, digest=paper.digest, size=paper.size,
        position=paper.position, documents=paper.documents, made_by=f"{sender.short_name or sender.name}下发",
        answers={"choices": dict(paper.answers["choices"]), "units": {}}, made_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def adopt_sent(session: Session, actor: Actor, row: PlanDown) -> Plan:
    """Adopt a plan that came as a draft; the office above is told. One with a document is adopted at its intake."""
    allow(actor, Act.ADOPT)
    _open(session, actor, row)
    if row.intake_id:
        raise NotAllowed("这份方案附有原件，请在“待确认的文件”中确认后采用。")
    try:
        draft = PlanDraft.model_validate(row.draft)
    except ValidationError:
        raise Rejected("下发的方案不能读出，请上级办公室重新下发。") from None
    plan = adopt_plan(session, actor, draft, row.digest, Answers(choices=dict(row.answers.get("choices", {}))))
    settle_sent(session, actor, row, plan)
    return plan


def settle_sent(session: Session, actor: Actor, row: PlanDown, plan: Plan) -> None:
    """Note on both sides that the plan was adopted below."""
    row.adopted_id, row.settled_by, row.settled_at = plan.id, actor.name, clock.now()
    session.add(row)
    record(session, actor, "采用下发方案", row.id, title=row.title, plan=plan.id)
    here = session.get_one(Office, actor.office_id)
    record(session, system(row.sender_id), "下级已采用方案", row.id, title=row.title, office=here.name)


def lay_aside(session: Session, actor: Actor, row: PlanDown, reason: str) -> None:
    """Not to be adopted here; the office above reads why."""
    allow(actor, Act.ADOPT)
    _open(session, actor, row)
    if not reason.strip() or len(reason) > LONGEST:
        raise Rejected(f"请填写不采用的理由（不超过{LONGEST}字）。")
    row.reason, row.settled_by, row.settled_at = reason.strip(), actor.name, clock.now()
    session.add(row)
    here = session.get_one(Office, actor.office_id)
    record(session, actor, "不采用下发方案", row.id, title=row.title, reason=row.reason)
    record(session, system(row.sender_id), "下级未采用方案", row.id, title=row.title, office=here.name,
           reason=row.reason)
    alert_office(session, row.sender_id, f"{here.name}未采用下发的方案《{row.title}》：{row.reason}")


def _open(session: Session, actor: Actor, row: PlanDown) -> None:
    if row.receiver_id != actor.office_id:
        raise NotFound("没有找到这份下发的方案。")
    session.refresh(row, with_for_update=True)
    if row.settled_at is not None:
        raise Conflict(f"《{row.title}》已办理。")
