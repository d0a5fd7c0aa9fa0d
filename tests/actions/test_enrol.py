"""Units from a list, contacts that change: the old one's links die, what was planned reaches the new one."""

from collections.abc import Callable
from datetime import date, time

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from actions.enrol import enrol_units, replace_contact
from actions.open_link import LinkExpired, make_link, visitor
from commands.office import People
from models.base import Rejected
from models.database import transaction
from models.ledger import contacts_of_unit
from models.notice import Message, Notice
from models.unit import Contact, Unit
from models.words import Channel, NoticeState

NEW = {"name": "新联络员", "phone": "0393-2", "post": "股长"}
AUGUST_3 = date(2020, 8, 3)


def row(name: str, **more: str) -> dict[str, str]:
    return {"name": name, "subject": "county", "contact": f"{name}联络员", "channel": "outbox"} | more


def test_a_list_taken_twice_adds_nothing_and_refreshes_what_changed(bind: Engine, people: People) -> None:
    with transaction(bind) as session:
        clerk = people.actors["jingban"]
        assert enrol_units(session, clerk, [row("甲县"), row("乙县")]) == (2, 0)
        assert enrol_units(session, clerk, [row("甲县", channel="mail", address="a@b.cn"), row("丙县")]) == (1, 1)
        unit = session.exec(select(Unit).where(Unit.name == "甲县")).one()
        contacts = contacts_of_unit(session, unit.id)
        assert [(one.channel, one.address) for one in contacts] == [(Channel.MAIL, "a@b.cn")]


def test_a_new_contact_needs_a_name_and_a_telephone(puyang: Callable) -> None:
    running = puyang(units=1)
    with running.on(AUGUST_3) as session:
        old = running.contact(session)
        for gap in ("name", "phone"):
            with pytest.raises(Rejected, match="须填写姓名和电话"):
                replace_contact(session, running.speaks(session), old, {**NEW, gap: " "})
        old.channel = Channel.MAIL
        with pytest.raises(Rejected, match="请填写新联系人的电子邮箱"):
            replace_contact(session, running.speaks(session), old, NEW)
        assert old.active


def test_the_old_contacts_links_die_at_once_and_other_links_live(puyang: Callable) -> None:
    running = puyang(units=2)
    with running.on(AUGUST_3) as session:
        clerk, old = running.actor("jingban"), running.contact(session)
        tokens = [make_link(session, clerk, old).rsplit("/", 1)[1] for _ in range(2)]
        other = make_link(session, clerk, running.contact(session, 1)).rsplit("/", 1)[1]
        replace_contact(session, running.speaks(session), old, NEW)
    with running.on(AUGUST_3) as session:
        for token in tokens:
            with pytest.raises(LinkExpired, match="已停用"):
                visitor(session, token)
        assert visitor(session, other).unit.id == running.unit(session, 1).id


def test_what_was_planned_for_the_old_contact_is_sent_to_the_new_one_and_nothing_twice(puyang: Callable) -> None:
    running = puyang(units=1)
    running.round(AUGUST_3, time(8))  # written, but before the hours of sending
    with running.on(AUGUST_3, time(8, 30)) as session:
        old = running.contact(session)
        new = replace_contact(session, running.speaks(session), old, NEW)
        planned = session.exec(select(Notice.contact_id).where(Notice.unit_id == old.unit_id)).all()
        assert planned
        assert set(planned) == {new.id}
    running.rounds(AUGUST_3, AUGUST_3)
    with running.on(AUGUST_3) as session:
        sent = session.exec(select(Message.contact_id).where(Message.unit_id == old.unit_id)).all()
        assert sent == [new.id]
        states = session.exec(select(Notice.state).where(Notice.contact_id == new.id)).all()
        assert set(states) == {NoticeState.SENT}
        assert not session.get_one(Contact, old.id).active
