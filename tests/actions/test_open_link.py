"""A link opens one unit's page, changes nothing by being opened, and ends when it should."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import select

from actions.open_link import LinkExpired, ask_fresh_link, make_link, sign, sign_on_paper, visitor
from models.base import NotAllowed, NotFound, Rejected
from models.event import Event
from models.notice import Notice
from models.problem import Letter
from models.unit import Contact, Link
from models.words import AssignmentKind, AssignmentState, StageKind

K = AssignmentKind
DAY = date(2020, 7, 27)
PERSON = {"name": "某人", "post": "股长", "phone": "0393-1"}


def link_of(running, session, position: int = 0) -> str:
    return make_link(session, running.actor("jingban"), running.contact(session, position)).rsplit("/", 1)[1]


def test_a_link_leads_to_its_own_unit_and_contact(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(DAY) as session:
        for position in (0, 1):
            who = visitor(session, link_of(running, session, position))
            assert who.unit.id == running.unit(session, position).id
            assert who.contact.id == running.contact(session, position).id
            assert (who.actor.role, who.actor.unit_id) == ("unit", who.unit.id)


def test_the_token_itself_is_nowhere_in_the_database(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        token = link_of(running, session)
        assert token not in str(session.exec(select(Link)).one().model_dump())
        assert all(token not in str(event.model_dump()) for event in session.exec(select(Event)))


def test_opening_a_link_a_hundred_times_signs_nothing(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        token, events = link_of(running, session), len(session.exec(select(Event.id)).all())
        for _ in range(100):
            visitor(session, token)
        assert running.item(session, K.CONTACT).state == AssignmentState.OPEN
        assert len(session.exec(select(Event.id)).all()) == events


@pytest.mark.parametrize("damage", [lambda token: token[:-1], lambda token: token.swapcase(), lambda _: "", str.upper])
def test_a_damaged_link_is_unknown(puyang: Callable, damage: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session, pytest.raises(NotFound, match="链接无效"):
        visitor(session, damage(link_of(running, session)))


def test_an_expired_or_revoked_link_is_told_apart_from_an_unknown_one(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        token = link_of(running, session)
        link = session.exec(select(Link)).one()
    with running.on(link.expires_at.date() + timedelta(days=1)) as session, pytest.raises(LinkExpired, match="已过期"):
        visitor(session, token)
    with running.on(DAY) as session:
        session.get_one(Link, link.id).revoked_at = link.made_at
        session.flush()
        with pytest.raises(LinkExpired, match="已停用"):
            visitor(session, token)


def test_a_fresh_link_goes_only_to_the_registered_contact_and_an_unknown_token_tells_nothing(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(DAY) as session:
        asked = select(Notice).where(Notice.step == "新链接")
        ask_fresh_link(session, "never-made")
        assert session.exec(asked).all() == []
        ask_fresh_link(session, link_of(running, session))
        assert [notice.contact_id for notice in session.exec(asked)] == [running.contact(session).id]
        told = session.exec(select(Notice).where(Notice.step == "告警")).one().text
        assert "请电话转告" in told, "the embedded outbox reaches nobody by itself"


def test_an_office_contact_has_no_link(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        office = session.exec(select(Contact).where(Contact.unit_id == None, Contact.team_id == None)).one()  # noqa: E711
        with pytest.raises(NotFound, match="只有单位联系人"):
            make_link(session, running.actor("jingban"), office)


def test_signing_needs_a_name_and_a_telephone_and_a_second_click_signs_nothing_new(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(DAY) as session:
        who = visitor(session, link_of(running, session))
        for gap in ("name", "phone"):
            with pytest.raises(Rejected, match="签收须填写姓名和电话"):
                sign(session, who, {**PERSON, gap: ""})
        assert [item.kind for item in sign(session, who, PERSON)] == [K.CONTACT]
        assert sign(session, who, PERSON) == []
        assert len(session.exec(select(Event).where(Event.verb == "签收")).all()) == 1


def test_signing_takes_the_letter_too_and_writes_its_name_on_it(puyang: Callable) -> None:
    running = puyang(units=1)
    running.round(date(2020, 8, 25))
    with running.on(date(2020, 8, 25)) as session:
        running.find(session)
        letter = running.letter(session)
        signed = sign(session, visitor(session, link_of(running, session)), PERSON)
        assert {item.kind for item in signed} == {K.CONTACT, K.FEEDBACK_RECEIPT}
        assert letter.signed_by == "某人"
        assert {item.stage for item in signed} == {StageKind.PREPARATION, StageKind.FEEDBACK}


def test_a_signature_by_telephone_is_marked_as_one_and_only_the_office_notes_it(puyang: Callable) -> None:
    running = puyang(units=1)
    running.round(date(2020, 8, 25))
    with running.on(date(2020, 8, 25)) as session:
        running.find(session)
        running.letter(session)
        item, contact = running.item(session, K.FEEDBACK_RECEIPT), running.contact(session)
        with pytest.raises(NotAllowed, match="登记签收须由办公室主任或经办人办理"):
            sign_on_paper(session, running.actor("zuzhang"), item, contact, PERSON)
        with pytest.raises(Rejected, match="请填写签收人姓名"):
            sign_on_paper(session, running.actor("jingban"), item, contact, {"name": ""})
        sign_on_paper(session, running.actor("jingban"), item, contact, {**PERSON, "how": "纸质"})
        assert session.exec(select(Letter.signed_by)).one() == "某人（纸质签收）"
