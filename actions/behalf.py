"""A clerk enters a paper or a telephone answer in a unit's name: a link for this clerk alone, on a stated basis."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from actions.record import Actor, allow, record
from config import clock
from models.base import NotAllowed, NotFound
from models.unit import Contact, Link, Unit
from models.words import LinkPurpose
from notifications.link import hash_token
from rules.behalf import Basis, check_basis
from rules.roles import Act

LIFE = timedelta(hours=2)


def begin(session: Session, actor: Actor, user_id: UUID, unit: Unit, contact: Contact, basis: Basis) -> str:
    """The word of a link that opens the unit's pages for this signed-in user only, for two hours."""
    allow(actor, Act.BEHALF)
    if contact.unit_id != unit.id or not contact.active:
        raise NotFound("没有找到这位联系人。")
    if not unit.active:
        raise NotAllowed("该单位已停用，不能代为录入。")
    check_basis(basis, clock.today())
    token, now = secrets.token_urlsafe(32), clock.now()
    link = Link(
        office_id=unit.office_id, unit_id=unit.id, contact_id=contact.id, token_hash=hash_token(token), made_at=now,
        expires_at=now + LIFE, purpose=LinkPurpose.BEHALF, user_id=user_id, basis=basis.words,
    )
    session.add(link)
    record(session, actor, "开始代为录入", link.id, unit_id=unit.id, basis=basis.words)
    return token
