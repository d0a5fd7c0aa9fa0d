"""An office gets its code, and an office above it; both sides keep it in their history."""

from sqlmodel import Session, select

from actions.record import Actor, record, system
from models.base import Conflict
from models.office import Office
from models.rank_ledger import superiors
from rules.rank import check_code, check_place


def name_code(session: Session, actor: Actor, office: Office, code: str) -> None:
    """What the people of an office choose it by when they sign in; one word, one office."""
    check_code(code)
    if code == office.code:
        return
    if session.exec(select(Office.id).where(Office.code == code)).first():
        raise Conflict(f"简码“{code}”已被使用。")
    record(session, actor, "设定办公室简码", office.id, old=office.code, new=code)
    office.code = code
    session.add(office)


def place_under(session: Session, actor: Actor, office: Office, superior: Office | None) -> None:
    """Put an office under another one (None: under nobody). Who looks after the installation does this, no office can:
    it decides who sees whose figures."""
    key = superior.id if superior else None
    if key == office.superior_id:
        return
    if superior:
        check_place(superiors(session), office.id, superior.id)
    former = session.get(Office, office.superior_id) if office.superior_id else None
    office.superior_id = key
    session.add(office)
    record(session, actor, "设定上级办公室", office.id, old=former.name if former else "",
           new=superior.name if superior else "")
    for other, verb in ((former, "解除下级办公室"), (superior, "设定下级办公室")):
        if other:
            record(session, system(other.id), verb, office.id, name=office.name)
