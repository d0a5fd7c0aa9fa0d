"""The office's own templates of papers, and what every paper says of the office: place, contact, telephone, seal."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from actions.keep_evidence import Upload, shown_name, store
from actions.record import Actor, Fact, allow, record, record_many
from config import clock
from models.base import Rejected
from models.database import fetch
from models.office import Office
from models.paper import PaperForm
from models.paper_words import PaperKind
from papers.check_form import check_form
from rules.roles import Act

DETAILS = {"place": "报送地点", "contact": "联系人", "phone": "联系方式", "seal": "落款机关"}
LONGEST = 100


def put_form(session: Session, actor: Actor, kind: PaperKind, upload: Upload) -> PaperForm:
    """Keep a changed template by its hash; it holds for every paper of its kind signed from now on.

    Rejected names everything that is wrong with it at once.
    """
    allow(actor, Act.PAPER_FORM)
    if not upload.name.lower().endswith(".docx"):
        raise Rejected("请选择 .docx 格式的模板文件。")
    if faults := check_form(upload.data, kind):
        raise Rejected(f"模板未通过检查，没有采用：{' '.join(faults)}")
    _retire(session, actor, kind)
    row = PaperForm(
        office_id=actor.office_id, kind=kind, name=shown_name(upload.name), digest=store(upload),
        size=len(upload.data), put_by=actor.name, put_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(session, actor, "更换公文模板", row.id, kind=kind.label, name=row.name, sha256=row.digest)
    return row


def use_default(session: Session, actor: Actor, kind: PaperKind) -> None:
    """Back to the template we ship; said twice it is done once."""
    allow(actor, Act.PAPER_FORM)
    if _retire(session, actor, kind):
        record(session, actor, "恢复系统模板", actor.office_id, kind=kind.label)


def _retire(session: Session, actor: Actor, kind: PaperKind) -> bool:
    statement = select(PaperForm).where(
        PaperForm.office_id == actor.office_id, PaperForm.kind == kind, col(PaperForm.active).is_(True)
    )
    rows = session.exec(statement).all()
    for row in rows:
        row.active = False
    session.flush()
    return bool(rows)


def set_details(session: Session, actor: Actor, given: Mapping[str, str]) -> Office:
    """What papers say of the office from now on; papers signed before keep their words."""
    allow(actor, Act.PAPER_FORM)
    office = fetch(session, Office, actor.office_id)
    words = {key: given.get(key, "").strip() for key in DETAILS}
    for key, text in words.items():
        if len(text) > LONGEST or any(ord(ch) < 32 for ch in text):
            raise Rejected(f"“{DETAILS[key]}”请控制在{LONGEST}字以内，不换行。")
    if all(getattr(office, key) == text for key, text in words.items()):  # a second click
        return office
    for key, text in words.items():
        setattr(office, key, text)
    record_many(session, actor, [Fact("设定公文信息", office.id, data=words)])
    return office
