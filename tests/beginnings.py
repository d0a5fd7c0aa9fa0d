"""SQLite files as they stand where most tests begin: an office, and the Puyang cycle open for one, two or three units.

Made once in a process, before any test has changed anything, and copied to a test whose own file is still, byte for
byte, what they grew out of; any other test makes its own. To open the cycle costs ten times what the copy does.
"""

import filecmp
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine

from actions.open_cycle import Opening
from commands import office
from commands.office import People, make_office
from commands.rehearse import launch
from commands.sample_units import demo_rows
from config import clock
from config.settings import temporary_home
from models.database import make_engine
from plans.draft import PlanDraft
from plans.planfile import read_plan
from plans.text import read_source

WORD = "first-word"
NAMES = "中共濮阳市委全面依法治市委员会办公室", "督察办公室"
DAY = date(2020, 7, 24)  # a Friday
UNITS = (1, 2, 3)


class HashedOnce:
    """The real Argon2 hash of the tests' one word, computed once for the whole run; any other word costs its own."""

    def __init__(self) -> None:
        self.real, self.word_hash = office.PASSWORDS, office.PASSWORDS.hash(WORD)

    def hash(self, word: str) -> str:
        return self.word_hash if word == WORD else self.real.hash(word)

    def verify(self, word: str, hashed: str) -> bool:
        return self.real.verify(word, hashed)


@pytest.fixture(scope="session")
def hashed_once() -> HashedOnce:
    return HashedOnce()


@pytest.fixture(autouse=True, scope="session")
def verified_once() -> Iterator[None]:
    """A word and its hash are really compared, each pair once in a process: a thousand tests sign in with the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Argon2Hasher, "verify", staticmethod(cache(Argon2Hasher().verify)))
        yield


@pytest.fixture(scope="session")
def shipped() -> PlanDraft:
    """The shipped Puyang plan, read once."""
    return read_plan(read_source("puyang-2020"))


@pytest.fixture(scope="session")
def draft(shipped: PlanDraft) -> PlanDraft:
    """The plan a test opens; a file of tests may put another in its place."""
    return shipped


def set_in_environment() -> dict[str, str]:
    """What is set for the program, but for the folder, which is each test's own."""
    return {name: value for name, value in os.environ.items() if name.startswith("DUBAN_") and name != "DUBAN_HOME"}


def let_go(bind: Engine, file: Path) -> bool:
    """Whether nobody is in this file once the engine has left it, and nothing else lies beside it."""
    bind.dispose()
    return [one.name for one in file.parent.iterdir()] == [file.name]


@dataclass(frozen=True)
class Beginnings:
    """The files, by how many units there are (none: the office alone), and what was made in them."""

    folder: Path
    empty: Path
    plan: PlanDraft
    people: People
    cycles: dict[int, UUID] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=set_in_environment)

    def file(self, units: int) -> Path:
        return self.folder / f"{units}.db"

    def taken(self, bind: Engine, units: int) -> bool:
        """Put this beginning in the place of a test's file, if that is still what it grew out of."""
        own = Path(str(bind.url.database))
        if bind.dialect.name != "sqlite" or not let_go(bind, own) or self.environment != set_in_environment():
            return False
        if not filecmp.cmp(own, self.file(0) if units else self.empty, shallow=False):
            return False
        shutil.copyfile(self.file(units), own)
        return True

    def office(self, bind: Engine) -> People:
        """One office with a sign-in per role."""
        if self.taken(bind, 0):
            return replace(self.people, words=dict(self.people.words), actors=dict(self.people.actors))
        return make_office(bind, *NAMES, WORD)

    def cycle(self, bind: Engine, units: int) -> UUID | None:
        """The cycle opened on DAY for so many units; None where the test has to open its own."""
        return self.cycles[units] if units in self.cycles and self.taken(bind, units) else None


@pytest.fixture(scope="session")
def beginnings(
    tmp_path_factory: pytest.TempPathFactory, whole_file: Path, hashed_once: HashedOnce, shipped: PlanDraft
) -> Iterator[Beginnings]:
    folder = tmp_path_factory.mktemp("beginnings")
    with temporary_home(tmp_path_factory.mktemp("nobody")), pytest.MonkeyPatch.context() as patch:
        patch.setattr(office, "PASSWORDS", hashed_once)
        engine = make_engine(f"sqlite:///{shutil.copyfile(whole_file, folder / '0.db')}")
        found = Beginnings(folder, whole_file, shipped, make_office(engine, *NAMES, WORD))
        engine.dispose()
        for units in UNITS:
            engine = make_engine(f"sqlite:///{shutil.copyfile(found.file(0), found.file(units))}")
            with clock.jumped_to(clock.at_time(DAY, time(8, 30))):
                found.cycles[units] = launch(engine, found.people, shipped, demo_rows(units), Opening())
            engine.dispose()
    yield found
