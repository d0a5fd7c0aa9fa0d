"""Whoever writes an erasing event by hand can take words out of an event, but puts no other word in."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from actions.record import broken_at, record
from commands.office import People
from models.database import transaction
from models.event import ERASING, ChainHead, Event
from models.seals import seal
from rules.chain import after_erasure

pytestmark = pytest.mark.both_databases
SIGN, OTHER = "〔已清除·0a1b2c3d〕", "〔已清除·ffffffff〕"
ODD = r'问题[3]*?%_\ "甲"'
DATA = {"reason": f"经办甲说：{ODD}不合格", "list": ["经办甲", 1.5], "n": None}
WITHOUT = {"reason": f"{SIGN}说：{ODD}不合格", "list": [SIGN, 1.5], "n": None}


def written(bind: Engine, people: People, person: str = SIGN, **after: Any) -> int:
    """An event, and right after it one that says it was erased; the number of the second."""
    with transaction(bind) as session:
        actor = people.actors["jingban"]
        record(session, actor, "核实", **DATA)
        seq = session.get_one(ChainHead, people.office_id).seq
        event = session.exec(select(Event).where(Event.seq == seq)).one().model_dump()
        digest = after_erasure({**event, **after})
        record(session, actor, ERASING, person, person=person, events={str(seq): digest})
        return seq + 1


def change(bind: Engine, told: int, actor: str, data: dict[str, Any]) -> None:
    statement = text("UPDATE event SET actor = :actor, data = :data, salt = '', erased = :told WHERE seq = :seq")
    with bind.begin() as connection:
        connection.execute(statement, {"actor": actor, "data": json.dumps(data), "told": told, "seq": told - 1})


def test_words_become_the_sign_whatever_stands_beside_them(bind: Engine, people: People) -> None:
    told = written(bind, people, actor=SIGN, data=WITHOUT)
    change(bind, told, SIGN, WITHOUT)
    with transaction(bind) as session:
        assert broken_at(session, people.office_id) is None


@pytest.mark.parametrize(("actor", "data"), [
    ("经办乙", DATA), ("经办甲", {**DATA, "reason": "合格"}), (OTHER, {**WITHOUT, "list": [OTHER]}),
    (f"经办乙{SIGN}", DATA), (SIGN, {**WITHOUT, "reason": f"{SIGN}说：合格"}), (SIGN, {**WITHOUT, "more": SIGN}),
    ("经办甲", DATA),
])
def test_no_other_word_comes_in_under_an_erasing_event(
    bind: Engine, people: People, actor: str, data: dict[str, Any]
) -> None:
    told = written(bind, people, actor=actor, data=data)
    with pytest.raises(DBAPIError, match="append-only"):
        change(bind, told, actor, data)


@pytest.mark.parametrize("person", ["", "甲", "核实不合格", "〔已清除·0A1B2C3D〕", f"{SIGN}{SIGN}"])
def test_what_is_no_sign_erases_nothing(bind: Engine, people: People, person: str) -> None:
    told = written(bind, people, person, actor=person)
    with pytest.raises(DBAPIError, match="append-only"):
        change(bind, told, person, DATA)


@pytest.mark.sqlite_only("PostgreSQL knows its triggers by a mark")
def test_a_seal_of_an_earlier_release_is_made_anew(bind: Engine, people: People) -> None:
    with bind.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER event_no_update")
        connection.exec_driver_sql(
            "CREATE TRIGGER event_no_update BEFORE UPDATE ON event WHEN NEW.actor = 'x' BEGIN SELECT 1; END")
    seal(bind)
    with pytest.raises(DBAPIError, match="append-only"), bind.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET actor = '别人'")
