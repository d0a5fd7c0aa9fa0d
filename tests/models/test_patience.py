"""PostgreSQL waits no longer than the settings say, and a person is told in a sentence that nothing was written."""

import threading
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError, TimeoutError

from config import clock
from config.settings import settings
from models.database import make_engine, reading, transaction
from models.office import Office
from models.patience import SENTENCES, busy

POSTGRESQL = pytest.mark.parametrize("database_name", ["postgresql"])


@pytest.fixture
def hurried(fresh_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Engine]:
    """Makes engines with settings of their own."""
    made = ExitStack()

    def make(**given: object) -> Engine:
        for name, value in given.items():
            monkeypatch.setenv(f"DUBAN_DATABASE_{name.upper()}", str(value))
        settings.cache_clear()
        engine = make_engine(fresh_url)
        made.callback(engine.dispose)
        return engine

    with made:
        yield make


def offices(bind: Engine, *names: str) -> None:
    with transaction(bind) as session:
        session.add_all([Office(name=name, short_name=name, made_at=clock.now()) for name in names])


def change(connection: object, name: str) -> None:
    connection.execute(text("UPDATE office SET short_name = '改' WHERE name = :name"), {"name": name})


@POSTGRESQL
def test_who_waits_too_long_for_another_is_told_so(hurried: Callable[..., Engine]) -> None:
    bind = hurried(lock_seconds=1)
    offices(bind, "甲")
    with bind.connect() as first, first.begin():
        change(first, "甲")
        with pytest.raises(OperationalError) as late, bind.begin() as second:
            change(second, "甲")
    assert busy(late.value) == SENTENCES["55P03"] and "没有生效" in SENTENCES["55P03"]
    with bind.begin() as again:
        change(again, "甲")


@POSTGRESQL
@pytest.mark.parametrize("pooler", [False, True])
def test_a_statement_that_takes_too_long_is_ended_and_told_so(hurried: Callable[..., Engine], pooler: bool) -> None:
    bind = hurried(statement_seconds=1, pooler=pooler)
    with pytest.raises(OperationalError) as late, bind.begin() as connection:
        connection.execute(text("SELECT pg_sleep(30)"))
    assert busy(late.value) == SENTENCES["57014"]


@POSTGRESQL
def test_of_two_who_hold_what_the_other_needs_one_goes_on_and_one_is_told(hurried: Callable[..., Engine]) -> None:
    bind = hurried(lock_seconds=30)
    offices(bind, "甲", "乙")
    both, told = threading.Barrier(2, timeout=20), list[str | None]()

    def act(mine: str, other: str) -> None:
        try:
            with bind.begin() as connection:
                change(connection, mine)
                both.wait()
                change(connection, other)
        except SQLAlchemyError as error:
            told.append(busy(error))

    threads = [threading.Thread(target=act, args=pair) for pair in (("甲", "乙"), ("乙", "甲"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [SENTENCES["40P01"]]


@POSTGRESQL
def test_when_every_connection_is_taken_the_next_is_told_so(hurried: Callable[..., Engine]) -> None:
    bind = hurried(pool=1, lock_seconds=1)
    with bind.connect(), bind.connect(), pytest.raises(TimeoutError) as late:
        bind.connect()
    assert busy(late.value) == SENTENCES["53300"]


@POSTGRESQL
def test_behind_a_pooler_nothing_is_left_on_a_connection(hurried: Callable[..., Engine]) -> None:
    """A pooler gives each transaction another server process: no setting and no prepared statement may be needed."""
    bind = hurried(statement_seconds=7, pooler=True)
    with bind.connect() as connection:
        for _ in range(20):
            with connection.begin():
                assert connection.execute(text("SHOW statement_timeout")).scalar() == "7s"
                connection.execute(text("SELECT count(*) FROM office WHERE name = :name"), {"name": "甲"})
        raw = connection.connection.driver_connection
        raw.autocommit = True
        assert raw.execute("SHOW statement_timeout").fetchone() == ("0",)
        assert raw.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


@pytest.mark.both_databases
def test_a_page_is_of_one_moment_however_many_questions_it_asks(bind: Engine) -> None:
    offices(bind, "甲")
    ask = text("SELECT count(*) FROM office")
    with reading(bind) as session:
        before = session.execute(ask).scalar()
        offices(bind, "乙")
        assert session.execute(ask).scalar() == before == 1
    with reading(bind) as session:
        assert session.execute(ask).scalar() == 2
