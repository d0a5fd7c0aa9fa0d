"""Migration 0008 up and down: numbers given before there was a register are in it, and counting goes on after them."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from sqlmodel import Session, select

from actions.numbering import take_number
from actions.record import Actor
from config import clock
from models.database import make_engine
from models.migrate import config_for, upgrade
from models.paper import NumberSeries, PaperNumber
from models.paper_words import PaperKind
from tests.models.old_database import AROUND, execute

OFFICE, OTHER = "a" * 32, "b" * 32
OFFICES = (
    f"INSERT INTO office (id, name, short_name, asks_code, made_at) VALUES ('{OFFICE}', '甲办', '甲', 1, '2020-01-01')",
    f"INSERT INTO office (id, name, short_name, asks_code, made_at) VALUES ('{OTHER}', '乙办', '乙', 1, '2020-01-01')",
)
UNIT = (
    "INSERT INTO unit (id, office_id, name, subject, sort, aliases, active) "
    "VALUES ('{id}', '{office}', '{name}', 'county', 1, '[]', 1)"
)
LETTER = (
    "INSERT INTO letter (id, office_id, cycle_id, unit_id, year, serial, number, demands, content, issued_by, "
    "issued_on, signed_by) VALUES ('{id}', '{office}', 'c', '{unit}', {year}, {serial}, '{number}', '', '[]', "
    "'经办甲', '{year}-09-07', '')"
)
LETTERS = (
    (OFFICE, "u1", 2020, 1, "濮治市办督反〔2020〕1号"), (OFFICE, "u1", 2020, 2, "濮治市办督反〔2020〕2号"),
    (OFFICE, "u1", 2021, 1, "濮治市办督反〔2021〕1号"), (OTHER, "u2", 2020, 7, "乙督反〔2020〕7号"),
)


@pytest.fixture
def old(tmp_path: Path):
    """A database of version 0007 with the letters of two offices in two years."""
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    command.upgrade(config_for(engine), "0007")
    for statement in (*OFFICES, *(line.replace("'a'", f"'{OFFICE}'") for line in AROUND[1:3])):
        execute(engine, statement)
    for key, office, name in (("u1", OFFICE, "南乐县"), ("u2", OTHER, "范县")):
        execute(engine, UNIT.format(id=key, office=office, name=name))
    for n, (office, unit, year, serial, number) in enumerate(LETTERS):
        row = {"office": office, "unit": unit, "year": year, "serial": serial, "number": number}
        execute(engine, LETTER.format(id=f"{n:032x}", **row))
    yield engine
    engine.dispose()


def test_old_numbers_are_in_the_register_and_the_next_one_follows(old) -> None:
    upgrade(old)
    with Session(old) as session:
        rows = session.exec(select(PaperNumber)).all()
        assert sorted((row.office_id.hex, row.year, row.serial, row.number) for row in rows) == sorted(
            (office, year, serial, number) for office, _, year, serial, number in LETTERS
        )
        assert {(row.kind, row.title, row.taken_by) for row in rows} == {
            (PaperKind.FEEDBACK, "南乐县", "经办甲"), (PaperKind.FEEDBACK, "范县", "经办甲")
        }
        assert {row.taken_at.year for row in rows} == {2020, 2021}
        last = {(row.office_id.hex, row.year): row.last for row in session.exec(select(NumberSeries))}
        assert last == {(OFFICE, 2020): 2, (OFFICE, 2021): 1, (OTHER, 2020): 7}


@pytest.mark.parametrize("day, office, expected", [
    ("2020-12-31", OFFICE, "濮治市办督反〔2020〕3号"), ("2021-10-01", OFFICE, "濮治市办督反〔2021〕2号"),
    ("2020-12-31", OTHER, "濮治市办督反〔2020〕8号"), ("2022-01-01", OFFICE, "濮治市办督反〔2022〕1号"),
])
def test_the_first_letter_after_the_migration_is_numbered_and_written_as_before(old, day, office, expected) -> None:
    """The migrated series has no pattern of its own: the plan's way of writing goes on."""
    upgrade(old)
    with clock.jumped_to(clock.at_time(date.fromisoformat(day))), Session(old) as session:
        actor = Actor(UUID(office), "经办甲", "clerk")
        assert take_number(session, actor, PaperKind.FEEDBACK, pattern="濮治市办督反〔{year}〕{n}号").number == expected


def test_down_goes_only_while_no_paper_was_made_and_up_again_numbers_the_same(old) -> None:
    upgrade(old)
    command.downgrade(config_for(old), "0007")
    assert execute(old, "SELECT number FROM letter ORDER BY number") == sorted((one[4],) for one in LETTERS)
    upgrade(old)
    assert execute(old, "SELECT count(*) FROM papernumber") == [(4,)]

