"""A paper's life: drafted out of live data, signed with a number and frozen, replaced by a new version, or 作废."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, update

from actions.keep_evidence import Upload, store, stored
from actions.numbering import take_number, void_number
from actions.record import Actor, allow, record
from config import clock
from config.day_words import printed_day
from models.base import Conflict, NotAllowed, Rejected
from models.database import fetch
from models.office import Office
from models.paper import STEP_SUBJECT, Paper, PaperForm
from models.paper_words import PaperKind, PaperState
from papers.forms import default_form, ending_of, fill, title_of
from rules.paper import AND, NUMBERED, check_issue, wrote
from rules.roles import Act

S = PaperState
OWN_WORDS = "own"  # of a step's draft: the texts a person worded anew, by their keys


def draft_paper(
    session: Session, actor: Actor, kind: PaperKind, subject: str, content: Mapping[str, Any], *,
    title: str = "", cycle_id: UUID | None = None, unit_id: UUID | None = None,
) -> Paper:
    """A draft of this kind about `subject` (a key in words: "escalation:<key>", "week:2020-W33").

    An unsigned draft about the same matter is written anew; after a signed one this is the next version. `content` is
    plain JSON: what the template is given, nothing is looked up later.
    """
    allow(actor, Act.PAPER)
    last = newest(session, actor.office_id, kind, subject)
    if last and last.state == S.DRAFT:
        return _redraft(session, actor, last, content, title)
    row = Paper(
        office_id=actor.office_id, kind=kind, subject=subject, version=last.version + 1 if last else 1,
        replaces=last.id if last and last.state == S.ISSUED else None, cycle_id=cycle_id, unit_id=unit_id,
        title=title or title_of(kind), content=dict(content), drafted_by=actor.name, drafted_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(session, actor, f"拟{kind.label}", row.id, cycle_id, unit_id, title=row.title, version=row.version)
    return row


def _redraft(session: Session, actor: Actor, row: Paper, content: Mapping[str, Any], title: str) -> Paper:
    row.content, row.title = dict(content), title or row.title
    row.drafted_by, row.drafted_at, row.row_version = _joined(row, actor), clock.now(), row.row_version + 1
    record(session, actor, f"重拟{row.kind.label}", row.id, row.cycle_id, row.unit_id, title=row.title)
    return row


def _joined(row: Paper, actor: Actor) -> str:
    """Everybody who wrote at a draft: none of them is the other hand that signs it."""
    return row.drafted_by if wrote(row.drafted_by, actor.name) else f"{row.drafted_by}{AND}{actor.name}"


def waits_for_step(paper: Paper) -> bool:
    """Whether a paper is signed by approving its step; a later version of one that was signed stands on its own."""
    return paper.subject.startswith(STEP_SUBJECT) and paper.replaces is None


def newest(session: Session, office_id: UUID, kind: PaperKind, subject: str) -> Paper | None:
    """The last version of a paper about this matter."""
    statement = select(Paper).where(Paper.office_id == office_id, Paper.kind == kind, Paper.subject == subject)
    return session.exec(statement.order_by(col(Paper.version).desc())).first()


def look(session: Session, paper: Paper) -> bytes:
    """The document: as it was issued, or a draft made now with 文号 left as （待编号）."""
    if paper.digest:
        return stored(paper.digest, paper.title)
    return fill(form_of(session, paper.office_id, paper.kind), paper.kind, _values(session, paper, "（待编号）"))


def form_of(session: Session, office_id: UUID, kind: PaperKind) -> bytes:
    """The office's own template of this kind, or ours."""
    statement = select(PaperForm).where(
        PaperForm.office_id == office_id, PaperForm.kind == kind, col(PaperForm.active).is_(True)
    )
    own = session.exec(statement.order_by(col(PaperForm.put_at).desc())).first()
    return stored(own.digest, own.name) if own else default_form(kind)


def _values(session: Session, paper: Paper, number: str) -> dict[str, Any]:
    office = fetch(session, Office, paper.office_id)
    day = paper.issued_on or clock.today()
    return {
        "number": number, "title": paper.title, "issuer": office.seal or office.name, "office": office.name,
        "place": office.place, "contact": office.contact, "phone": office.phone,
        "day": printed_day(day), "version": paper.version, "signer": paper.issued_by,
        **paper.content,
    }


def issue_paper(
    session: Session, actor: Actor, paper: Paper, seen: int, pattern: str = "", *, by_hand: str = "",
    with_step: bool = False,
) -> Paper:
    """Sign a draft: it takes its number (a new version keeps the old one), is written and frozen with its hash.

    `pattern` is how the number is written where the office has set nothing (a plan prints its own), `by_hand` a number
    out of a register kept on paper; the paper of a step is first signed only `with_step`.
    """
    if waits_for_step(paper) and not with_step:
        raise NotAllowed("此件随督办措施一并审批签发，请到“督办措施”办理。")
    check_issue(paper.kind, paper.state, paper.drafted_by, actor.role, actor.name)
    old = fetch(session, Paper, paper.replaces) if paper.replaces else None
    if old and old.state != S.ISSUED:
        raise Conflict(f"原件{old.state.label}，不能再以新版替代，请另行拟稿。")
    _swap(session, paper, seen)
    paper.issued_on, paper.issued_by, paper.issued_at = clock.today(), actor.name, clock.now()
    if old and old.number_id:
        paper.number_id, paper.number = old.number_id, old.number
    elif by_hand:
        paper.number = by_hand
    elif paper.kind in NUMBERED:
        taken = take_number(session, actor, paper.kind, paper.title, pattern)
        paper.number_id, paper.number = taken.id, taken.number
    form = form_of(session, paper.office_id, paper.kind)
    data = fill(form, paper.kind, _values(session, paper, paper.number))
    paper.template = hashlib.sha256(form).hexdigest() if form else ""
    paper.digest, paper.size = store(Upload(f"{paper.title[:60]}.{ending_of(paper.kind)}", data)), len(data)
    paper.state = S.ISSUED
    if old:
        old.state = S.REPLACED
    record(
        session, actor, f"签发{paper.kind.label}", paper.id, paper.cycle_id, paper.unit_id, number=paper.number,
        title=paper.title, version=paper.version, sha256=paper.digest,
    )
    return paper


def void_paper(session: Session, actor: Actor, paper: Paper, seen: int, reason: str) -> Paper:
    """Withdraw a paper; its number stays in the register as 作废."""
    allow(actor, Act.SIGN_PAPER)
    if not reason.strip():
        raise Rejected("作废须写明理由。")
    if paper.state not in (S.DRAFT, S.ISSUED):
        raise NotAllowed(f"此件{paper.state.label}，不能作废。")
    _swap(session, paper, seen)
    paper.state, paper.voided_by, paper.voided_at, paper.void_reason = S.VOID, actor.name, clock.now(), reason.strip()
    if paper.number_id:
        void_number(session, actor, paper.number_id, reason)
    record(
        session, actor, f"作废{paper.kind.label}", paper.id, paper.cycle_id, paper.unit_id, number=paper.number,
        reason=paper.void_reason,
    )
    return paper


def _swap(session: Session, paper: Paper, seen: int) -> None:
    """Of two people at one paper the second is told."""
    session.flush()
    done = session.exec(
        update(Paper).where(col(Paper.id) == paper.id, col(Paper.row_version) == seen).values(row_version=seen + 1)
    )
    if done.rowcount != 1:
        raise Conflict(f"“{paper.title}”刚刚已被他人处理，请刷新页面后再办。")
    session.refresh(paper)
