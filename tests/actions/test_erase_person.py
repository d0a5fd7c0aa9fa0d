"""One person's data: given out whole, erased when the time is over, and the history still holds."""

import json
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from actions import open_link
from actions.enrol import replace_contact
from actions.erase_person import erase_person, free_from, people_due, set_retention
from actions.export_person import export_person
from actions.find_person import find_person
from actions.people import set_active
from actions.record import Actor, broken_at
from actions.sign_in import Came, begin
from config import clock
from models.base import NotAllowed, NotFound, Rejected
from models.database import reading
from models.event import Event
from models.office import Login, User
from models.seals import seal
from models.unit import Contact
from models.words import Role
from tests.conftest import Running
from tests.databases import unsealed

SIGNED, LATER = date(2020, 8, 3), date(2031, 1, 4)
NAME, PHONE, MAILBOX = "钱一鸣", "13900000077", "qian@unit.example"
FORM = {"name": NAME, "post": "科长", "phone": PHONE}


@pytest.fixture
def lived(puyang) -> Running:
    """A cycle in which one contact signed and handed in, was replaced, and a clerk left."""
    running = puyang(2)
    seal(running.bind)
    with running.on(date(2020, 7, 24)) as session:
        contact = running.contact(session)
        contact.name, contact.phone, contact.address = NAME, PHONE, MAILBOX
        namesake = running.contact(session, 1)
        namesake.name = NAME
    running.round(SIGNED)
    with running.on(SIGNED) as session:
        contact = running.contact(session)
        token = open_link.make_link(session, running.actor("jingban"), contact).rsplit("/", 1)[1]
        open_link.sign(session, open_link.visitor(session, token), FORM)
        running.hand_in(session, body=f"自查报告，联系人{NAME}，电话{PHONE}。")
        jingban = session.exec(select(User).where(User.login == "jingban")).one()
        jingban.phone = "13900000088"
        begin(session, jingban, Came("192.0.2.7", "Mozilla/5.0"), "口令")
        running.find(session, 1)
    with running.on(date(2020, 8, 5)) as session:
        replace_contact(session, running.speaks(session), running.contact(session), {
            "name": "孙二", "phone": "13900000099", "address": "sun@unit.example"})
        jingban = session.exec(select(User).where(User.login == "jingban")).one()
        set_active(session, running.actor("zhuren"), jingban, False)
    return running


def head(running: Running) -> Actor:
    return running.actor("zhuren")


def everything(running: Running, *but: str) -> str:
    """Every row of every table as text."""
    with running.bind.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        rows = [tuple(row) for name in names if name not in but
                for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
    escaped = re.compile(r"\\+u([0-9a-f]{4})")  # as JSON columns write Chinese
    return escaped.sub(lambda found: chr(int(found.group(1), 16)), "\n".join(map(str, rows)))


def unit_of(running: Running, position: int = 0) -> str:
    with reading(running.bind) as session:
        return running.unit(session, position).name


def test_an_export_holds_what_the_person_signed_wrote_and_was_sent_and_leaves_an_event(lived: Running) -> None:
    with lived.on(date(2020, 9, 1)) as session:
        found = export_person(session, head(lived), find_person(session, NAME, unit_of(lived)))
        told = session.exec(select(Event).where(Event.verb == "导出个人信息")).one()
    assert {"contact", "assignment", "submission", "message"} <= set(found["rows"])
    assert found["rows"]["contact"][0]["phone"] == PHONE
    assert {"签收", "更换联系人"} <= {event["verb"] for event in found["events"]}
    assert told.data["name"] == NAME
    assert json.loads(json.dumps(found, default=str))["person"]["unit"] == unit_of(lived)


def test_an_export_of_a_person_of_the_office_holds_devices_and_no_secret(lived: Running) -> None:
    with lived.on(date(2020, 9, 1)) as session:
        found = export_person(session, head(lived), find_person(session, "jingban"))
        hashed = session.exec(select(User.password_hash).where(User.login == "jingban")).one()
    assert found["logins"][0]["address"] == "192.0.2.7"
    assert hashed not in json.dumps(found, default=str)


def test_nothing_of_a_namesake_at_another_unit_is_in_an_export(lived: Running) -> None:
    with lived.on(date(2020, 9, 1)) as session:
        found = export_person(session, head(lived), find_person(session, NAME, unit_of(lived)))
        other = lived.unit(session, 1)
    assert str(other.id) not in json.dumps(found, default=str)
    assert len(found["rows"]["contact"]) == 1


def test_a_name_that_several_bear_is_asked_about_and_a_strange_one_is_not_found(lived: Running) -> None:
    with lived.on(LATER) as session:
        with pytest.raises(Rejected, match="不止一人"):
            find_person(session, NAME)
        with pytest.raises(NotFound):
            find_person(session, "无此人")


def test_nobody_is_erased_in_office_or_before_the_time_is_over(lived: Running) -> None:
    with lived.on(date(2020, 9, 1)) as session:
        with pytest.raises(NotAllowed, match="仍在任"):
            erase_person(session, head(lived), find_person(session, NAME, unit_of(lived, 1)))
        with pytest.raises(NotAllowed, match="2030年8月"):
            erase_person(session, head(lived), find_person(session, NAME, unit_of(lived)))
        assert people_due(session) == []


def test_only_the_head_erases_or_sets_the_time(lived: Running) -> None:
    with lived.on(LATER) as session:
        for login in ("jingban2", "lingdao", "zuzhang"):
            with pytest.raises(NotAllowed):
                erase_person(session, lived.actor(login), find_person(session, NAME, unit_of(lived)))
            with pytest.raises(NotAllowed):
                set_retention(session, lived.actor(login), 1)


def test_a_shorter_time_makes_a_person_due_sooner(lived: Running) -> None:
    with lived.on(date(2022, 1, 4)) as session:
        who = find_person(session, NAME, unit_of(lived))
        assert free_from(session, who) > clock.now()
        set_retention(session, head(lived), 1)
        assert free_from(session, who) < clock.now()
        assert {one.name for one, _ in people_due(session)} >= {NAME, "经办甲"}


def test_after_erasing_a_contact_no_row_names_them_the_namesake_stays_and_the_chain_holds(lived: Running) -> None:
    unit, before = unit_of(lived), count(lived)
    with lived.on(LATER) as session:
        sign, rows, events = erase_person(session, head(lived), find_person(session, NAME, unit))
        assert rows > 2
        assert events > 2
        assert broken_at(session, lived.people.office_id) is None
    left = everything(lived)
    assert PHONE not in left
    assert MAILBOX not in left
    assert sign in left
    assert count(lived) == before + 1
    with lived.on(LATER) as session:
        assert [one.unit_id for one in session.exec(select(Contact).where(Contact.name == NAME))] == [
            lived.unit(session, 1).id]
        gone = session.exec(select(Event).where(Event.unit_id == lived.unit(session).id))
        assert all(NAME not in f"{event.actor}{event.data}" for event in gone)
        assert NAME not in json.dumps([one.name for one, _ in people_due(session)])


def count(running: Running) -> int:
    with running.on(SIGNED) as session:
        return len(session.exec(select(Event)).all())


def test_after_erasing_a_clerk_the_sealed_papers_alone_name_them_and_the_devices_are_gone(lived: Running) -> None:
    with lived.on(LATER) as session:
        erase_person(session, head(lived), find_person(session, "jingban"))
        assert broken_at(session, lived.people.office_id) is None
        assert all(not row.address and not row.device for row in session.exec(select(Login)))
        gone = session.exec(select(User).where(User.role == Role.CLERK, User.active == False)).one()  # noqa: E712
        assert (gone.phone, gone.password_hash) == ("", "")
    left = everything(lived, "paper", "papernumber", "deadlineversion", "draw")
    assert "经办甲" not in left
    assert "13900000088" not in left


def test_two_people_of_one_event_are_erased_one_after_the_other_and_the_chain_holds(lived: Running) -> None:
    """An event names who gave a link and to whom; the second erasure vouches for what the first left."""
    with lived.on(LATER) as session:
        erase_person(session, head(lived), find_person(session, NAME, unit_of(lived)))
        session.flush()
        erase_person(session, head(lived), find_person(session, "jingban"))
        assert broken_at(session, lived.people.office_id) is None
        both = session.exec(select(Event).where(Event.verb == "生成办理链接")).all()
        assert any("已清除" in event.actor and "已清除" in str(event.data) for event in both)


def test_who_erased_may_be_erased_in_turn(lived: Running) -> None:
    with lived.on(LATER) as session:
        erase_person(session, head(lived), find_person(session, NAME, unit_of(lived)))
        zhuren = session.exec(select(User).where(User.login == "zhuren")).one()
        zhuren.active = False
    with lived.on(date(2042, 1, 4)) as session:
        erase_person(session, Actor(lived.people.office_id, "新主任", Role.HEAD), find_person(session, "zhuren"))
        assert broken_at(session, lived.people.office_id) is None


def test_a_second_erasure_of_the_same_person_finds_nobody(lived: Running) -> None:
    with lived.on(LATER) as session:
        sign, _, _ = erase_person(session, head(lived), find_person(session, NAME, unit_of(lived)))
        with pytest.raises(Rejected, match="已清除"):
            erase_person(session, head(lived), find_person(session, sign, unit_of(lived)))


@pytest.mark.parametrize("change", [
    "actor = '别人'", "salt = ''", "erased = seq", "erased = 9999, salt = ''", "hash = 'x', erased = {seal}, salt = ''",
    "verb = 'x', erased = {seal}, salt = ''", "actor = '别人', erased = {seal}, salt = ''",
    "at = '2020-01-01', erased = {seal}, salt = ''", "erased = NULL",
])
def test_the_database_refuses_every_other_change_of_an_event(lived: Running, change: str) -> None:
    with lived.on(LATER) as session:
        erase_person(session, head(lived), find_person(session, NAME, unit_of(lived)))
        last = session.exec(select(Event.seq).where(Event.verb == "清除个人信息")).one()
    with pytest.raises(DatabaseError, match="append-only"), lived.bind.begin() as connection:
        connection.exec_driver_sql(f"UPDATE event SET {change.format(seal=last)} WHERE seq = 2")


def test_who_uses_the_gap_to_put_other_words_is_found_by_the_chain(lived: Running) -> None:
    """Who has the file can take the seals off and change an event under an erasing one; that one says to what."""
    with lived.on(LATER) as session:
        erase_person(session, head(lived), find_person(session, NAME, unit_of(lived)))
        last = session.exec(select(Event.seq).where(Event.verb == "清除个人信息")).one()
    with lived.bind.begin() as connection:
        unsealed(connection)
        connection.exec_driver_sql(f"UPDATE event SET actor = '别人', erased = {last}, salt = '' WHERE seq = 2")
    with lived.on(LATER) as session:
        assert broken_at(session, lived.people.office_id) == (2, "清除后的内容与清除记录不符：事件被改动")


def test_a_seal_does_not_tell_an_erased_name_to_who_tries_the_right_one(lived: Running) -> None:
    """Without the salt that is gone, the old seal cannot be computed even by who knows every word of the event."""
    from rules import chain

    def signed(session: Session) -> Any:
        return session.exec(select(Event).where(Event.verb == "签收")).first()

    with lived.on(LATER) as session:
        known = signed(session).model_dump()
        assert chain.seal(known["prev_hash"], known) == known["hash"]
        erase_person(session, head(lived), find_person(session, NAME, unit_of(lived)))
        after = signed(session).model_dump()
    guess = {**known, "salt": after["salt"]}
    assert chain.seal(known["prev_hash"], guess) != after["hash"]
