"""R13 on PostgreSQL, where writers wait only for the same row: eight clicks at once leave what one leaves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text

from config.settings import settings
from models import database
from models.database import make_engine
from models.tables import METADATA
from tests.databases import postgresql_database, unsealed
from tests.hostile import world as worlds
from tests.hostile.pages import FormFound
from tests.hostile.test_twice import THREADS, click, each
from tests.hostile.world import World
from tests.one_app import calm


@pytest.fixture(scope="module")
def copied(built: None, postgresql_server: str) -> Iterator[str]:
    """The world as it was built, row by row on the server."""
    with postgresql_database(postgresql_server) as url:
        source = make_engine(f"sqlite:///{worlds.BUILT[-1] / 'home' / 'duban.db'}")
        target = make_engine(url)
        with source.connect() as old, target.begin() as new:
            unsealed(new)  # foreign keys and seals are triggers: the rows come in any order
            for table in METADATA.sorted_tables:
                rows = [dict(row) for row in old.execute(table.select()).mappings()]
                if rows:
                    new.execute(table.insert(), rows)
            new.execute(text("SELECT setval(pg_get_serial_sequence('event', 'id'), (SELECT max(id) FROM event))"))
        source.dispose()
        target.dispose()
        yield target.url.database or ""


class Fresh:
    """The same application over copy after copy of the world."""

    def __init__(self, here: World, server: str, template: str) -> None:
        self.here, self.server, self.template = here, server, template

    @contextmanager
    def world(self) -> Iterator[Engine]:
        with postgresql_database(self.server, self.template) as url, pytest.MonkeyPatch.context() as patch:
            patch.setenv("DUBAN_DATABASE_URL", url)
            patch.setenv("DUBAN_DATABASE_LOCK_SECONDS", "90")  # how long somebody waits is not the question here
            settings.cache_clear()
            database.engine.cache_clear()
            calm()
            yield database.engine()
            database.engine().dispose()
        settings.cache_clear()
        database.engine.cache_clear()

    def left(self, one: FormFound, clicks: int) -> tuple[int, list[int]]:
        """How many events so many clicks at once leave in a fresh world, and what was answered."""
        with self.world() as bind:
            before = events(bind)
            with ThreadPoolExecutor(clicks) as pool:
                answers = sorted(pool.map(lambda _n: click(self.here, one), range(clicks)))
            return events(bind) - before, answers


def events(bind: Engine) -> int:
    with bind.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM event")).scalar_one())


@pytest.fixture
def fresh(here: World, postgresql_server: str, copied: str) -> Fresh:
    return Fresh(here, postgresql_server, copied)


def test_eight_clicks_at_once_leave_what_one_leaves_on_postgresql(fresh: Fresh) -> None:
    wrong, counted = [], 0
    for one in each():
        single, _ = fresh.left(one, 1)
        many, answers = fresh.left(one, THREADS)
        counted += single > 0
        if many != single or answers[-1] >= 500:
            wrong.append((one.template, single, many, answers))
    assert wrong == [], "\n".join(map(str, wrong))
    assert counted >= 8  # or nothing was proved
