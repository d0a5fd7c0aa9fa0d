"""Digests: once for each period as a paper, once for each reader as a notice; who wants them, and where to."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.digest_content import digest_content
from actions.paper import draft_paper, issue_paper, newest
from actions.record import Actor, allow, record, system
from actions.remind import alert_office
from actions.tell_once import Telling, key_of, tell_once
from config import clock
from config.settings import settings
from config.workdays import official
from models.base import Conflict, NotAllowed, Refused, Rejected
from models.digest_ledger import reader_contacts, readers_of, scope_between
from models.office import User
from models.paper import Paper
from models.paper_words import PaperState
from models.unit import Contact
from models.words import Channel, NoticeState
from rules.digest import KINDS, Span, month_before, told_on, week_before
from rules.roles import Act, gets_digests

ADDRESS = re.compile(r"[^\s@,;<>\"'?&#%]{1,64}@[\w-]+(\.[\w-]+)+", re.ASCII)
LONGEST = 120


def spans_of(day: date) -> tuple[Span, Span]:
    """The week and the month that `day` looks back on."""
    return week_before(day), month_before(day)


def make_digests(session: Session, office_id: UUID, day: date) -> int:
    """Make and plan what is owed on `day`; a second run finds it done, a missed one is made up for once. On a rest day
    nothing is made."""
    calendar, made = official(), 0
    reach_readers(session, office_id)
    if not calendar.is_workday(day):
        return 0
    for span in spans_of(day):
        paper = newest(session, office_id, KINDS[span.kind], span.subject)
        if paper is None and day >= told_on(span, calendar) and _at_work(session, office_id, span, day):
            paper, made = _make(session, office_id, span), made + 1
        if paper and paper.state != PaperState.VOID:
            _tell(session, office_id, span, paper, day)
    return made


def _at_work(session: Session, office_id: UUID, span: Span, day: date) -> bool:
    """An office that had no cycle in these days has nothing to report on."""
    return bool(scope_between(session, office_id, span.first, span.last, day).cycles)


def _make(session: Session, office_id: UUID, span: Span) -> Paper:
    """The digest as a paper, frozen at once: it is the office's own working paper and nobody's decision."""
    actor, kind = system(office_id), KINDS[span.kind]
    title = f"{kind.label}（{span.words}）"
    paper = draft_paper(session, actor, kind, span.subject, digest_content(session, office_id, span), title=title)
    try:
        with session.begin_nested():
            issue_paper(session, actor, paper, paper.row_version)
    except Refused as error:  # the office's own template may be faulty; the figures are kept and can be issued by hand
        session.refresh(paper)
        alert_office(session, office_id, f"{title}未能生成：{error}")
    return paper


def _tell(session: Session, office_id: UUID, span: Span, paper: Paper, day: date) -> None:
    owed = told_on(span, official())
    text = "\n   ".join([paper.title, *paper.content["lines"], *_where()])
    tell_once(session, [
        Telling(telling_key(user.id, span), contact, text, "简报", late_from=owed if day > owed else None)
        for user, contact in _readers(session, office_id) if span.kind in user.digests
    ])


def _where() -> list[str]:
    return [f"详见 {settings().site}/digests"] if settings().site else []


def telling_key(user_id: UUID, span: Span) -> str:
    """One word for one person and period: whatever runs twice, it is told once."""
    return f"digest:{user_id}:{span.subject}"


def _readers(session: Session, office_id: UUID) -> list[tuple[User, Contact]]:
    """Who gets them by mail: nobody while no server is set up, for then every message would only fail."""
    if not mails():
        return []
    found = [(user, session.get(Contact, contact_key(user.id))) for user in readers_of(session, office_id)]
    return [(user, contact) for user, contact in found if contact is not None and contact.active]


def contact_key(user_id: UUID) -> UUID:
    return key_of(f"digest-reader:{user_id}")


def reach_readers(session: Session, office_id: UUID) -> None:
    """Keep each reader's address as it is now; who left, changed role or wants none is not written to any more."""
    wanting = {user.id: user for user in readers_of(session, office_id) if user.mail and user.digests}
    known = reader_contacts(session, office_id)
    for contact in known:
        user = wanting.pop(contact.user_id, None) if contact.user_id else None
        contact.active = user is not None
        if user:
            contact.name, contact.address = user.name, user.mail
    session.add_all([
        Contact(
            id=contact_key(user.id), office_id=office_id, user_id=user.id, name=user.name, channel=Channel.MAIL,
            address=user.mail,
        )
        for user in wanting.values()
    ])
    session.flush()


def wish_seen(user: User) -> str:
    """What a page showed of a person's digests, to tell a stale page by."""
    return "\n".join((user.mail, *sorted(user.digests)))


def wish_of(user: User) -> dict[str, Any]:
    """A person's wish as a form shows it."""
    return {"mail": user.mail, "digests": user.digests, "seen": wish_seen(user)}


def mails() -> bool:
    """Whether the office has a mail server at all."""
    return bool(settings().mail_url.get_secret_value())


def set_digests(session: Session, actor: Actor, user: User, mail: str, kinds: Sequence[str], seen: str) -> None:
    """Which digests a head or leader gets by mail, and where; one's own, or by the head. They begin with the next
    period: what is past when they are asked for is not sent."""
    allow(actor, Act.OWN_SIGN_IN if actor.name == user.name else Act.MANAGE_PEOPLE)
    mail, wanted = mail.strip(), sorted(set(kinds) & set(KINDS))
    if not gets_digests(user.role):
        raise NotAllowed("督察简报发给办公室主任和分管领导。")
    if mail and (len(mail) > LONGEST or not ADDRESS.fullmatch(mail)):
        raise Rejected("邮箱地址不对，请核对。")
    if wanted and not mail:
        raise Rejected("请填写接收督察简报的邮箱。")
    if (mail, wanted) == (user.mail, sorted(user.digests)):
        return
    if seen.replace("\r\n", "\n") != wish_seen(user):
        raise Conflict("督察简报的设置刚刚已被更改，请核对后再改。")
    fresh = set(wanted) - set(user.digests)
    user.mail, user.digests = mail, wanted
    record(session, actor, "设定督察简报", user.id, name=user.name, digests=wanted)
    reach_readers(session, actor.office_id)
    _not_the_past(session, user, fresh)


def _not_the_past(session: Session, user: User, fresh: set[str]) -> None:
    """Or who asks on a Wednesday would get Monday's digest, marked as late."""
    contact = session.get(Contact, contact_key(user.id))
    if contact:
        tell_once(session, [
            Telling(telling_key(user.id, span), contact, "", "简报", state=NoticeState.CANCELLED)
            for span in spans_of(clock.today()) if span.kind in fresh
        ])


def latest_digest(session: Session, office_id: UUID) -> Paper | None:
    """The digest of the week before, for whoever gets no mail."""
    paper = newest(session, office_id, KINDS["week"], week_before(clock.today()).subject)
    return paper if paper and paper.state != PaperState.VOID else None
