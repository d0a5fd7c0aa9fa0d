"""A world to attack: one office in the middle of rectification, a foreign office beside it, everybody signed in.

Built once by a process and copied for every attack: what an attack breaks is whole again for the next.
"""

import fcntl
import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Column
from sqlmodel import col, select

from actions import health
from actions.extend import ask_extension
from actions.open_cycle import Opening
from actions.open_link import make_link
from actions.people import add_person
from commands import demo, office
from commands.office import make_office
from commands.rehearse import launch
from commands.sample_units import demo_rows
from config import clock
from config.settings import settings, temporary_home
from models import database
from models.database import create_all, transaction
from models.ledger import contacts_of_unit
from models.office import Office, User
from models.tables import METADATA
from models.unit import Unit
from models.words import AssignmentKind, Role
from plans.planfile import read_plan
from plans.text import read_source
from tests.conftest import Running
from tests.hostile.pages import Field, FormFound, walk
from tests.one_app import calm, the_app
from tests.plans.opening.makers import as_xlsx
from web import guard

TODAY = date(2020, 9, 1)
FOREIGN = "邻市"  # stands in every name of the foreign office: a page that shows it has leaked
OURS = ("濮阳县", "清丰县", "南乐县", "范县", "台前县", "示范区", "市公安局", "市自然资源局")
LOGINS = {"head": "zhuren", "clerk": "jingban", "team_lead": "zuzhang", "leader": "lingdao",
          "inspector": "zuyuan", "auditor": "shenji"}
UNIT, NOBODY = "unit", "nobody"
WHO = (*LOGINS, UNIT, NOBODY)
SEERS = ("head", "team_lead", UNIT)  # whose pages are walked; what others see is a part of it
KNOWN, BUILT = "known.json", list[Path]()
# what ends or replaces something is not sent while the world is being lived in
ENDING = re.compile(r"logout|/end|revoke|merge|contact|close|drop|void|sessions|word|people/|active|rehearsal|rename")
DECOMPOSED = [["序号", "重点任务", "主要措施", "牵头单位", "责任单位", "完成时限"],
              ["1", "学习宣传", "组织集体学法不少于2次", "范县", "清丰县、南乐县", "2020年12月底前"],
              ["2", "依法行政", "完善公示制度", "市公安局", "各有关单位", "每季度末"]]


@dataclass
class World:
    """The application over a copy of the world; `clients` by role, the unit's `token`, every key by table."""

    home: Path
    app: FastAPI
    cookies: dict[str, str]
    token: str
    foreign_token: str
    keys: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def client(self, who: str) -> TestClient:
        """A browser of this role; a unit and a stranger have no session."""
        one = TestClient(self.app, raise_server_exceptions=False, follow_redirects=False)
        if who in self.cookies:
            one.cookies.set(guard.COOKIE, self.cookies[who])
        return one

    def rows(self, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of these tables, of all unless told which."""
        with closing(sqlite3.connect(self.home / "duban.db")) as base:
            names = tables or [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: base.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}

    def count(self, statement: str) -> int:
        with closing(sqlite3.connect(self.home / "duban.db")) as base:
            return int(base.execute(statement).fetchone()[0])


@contextmanager
def _told(rows: list[dict[str, Any]]) -> Iterator[None]:
    """The sample plays these units."""
    before, demo.demo_rows = demo.demo_rows, lambda _count: rows
    try:
        yield
    finally:
        demo.demo_rows = before


def _ours() -> None:
    chosen = [row for row in demo_rows(12) if row["name"] in OURS]
    with _told(chosen), clock.jumped_to(clock.at_time(TODAY, time(10, 0))):
        demo.prepare(None, TODAY)
    with transaction() as session:
        head = session.exec(select(User).where(User.role == Role.HEAD)).one()
        actor = office.actors_of(session, head.office_id)["zhuren"]
        for role, login in ((Role.INSPECTOR, "zuyuan"), (Role.AUDITOR, "shenji")):
            add_person(session, actor, login, f"{role.label}甲", role, head.password_hash).must_change = False


def _foreign() -> None:
    before = office.PEOPLE
    office.PEOPLE = tuple((f"w-{login}", f"{FOREIGN}{name}", role) for login, name, role in before)
    try:
        people = make_office(None, f"{FOREIGN}办公室", FOREIGN, "foreign-word")
    finally:
        office.PEOPLE = before
    actors = {login.removeprefix("w-"): actor for login, actor in people.actors.items()}
    people = office.People(people.office_id, people.word, people.words, actors)
    rows = [{**row, "name": f"{FOREIGN}{row['name']}", "contact": f"{FOREIGN}联络员"} for row in demo_rows(2)]
    with clock.jumped_to(clock.at_time(date(2020, 7, 24), time(8, 30))):
        key = launch(None, people, read_plan(read_source("puyang-2020")), rows, Opening(title=f"{FOREIGN}督察"))
    running = Running(database.engine(), people, key)
    running.round(date(2020, 8, 3))
    with running.on(date(2020, 8, 10)) as session:
        running.hand_in(session, 0, f"{FOREIGN}报告。{demo.THIN}")
    with running.on(date(2020, 8, 12)) as session:
        running.find(session, 0, f"{FOREIGN}的问题")
        running.find(session, 1, f"{FOREIGN}的又一问题")
    with running.on(date(2020, 8, 26)) as session:
        running.letter(session, 0)
        running.letter(session, 1)
        item = running.item(session, AssignmentKind.RECT_REPORT, 1)
        ask_extension(session, running.speaks(session, 1), item, date(2020, 11, 20), f"{FOREIGN}申请延期")
    running.round(date(2020, 8, 27))


def _links() -> tuple[str, str]:
    """A page of the unit 范县 and one of a foreign unit."""
    with transaction() as session:
        found = []
        for name, login in (("范县", "jingban"), (f"{FOREIGN}濮阳县", "w-jingban")):
            row = session.exec(select(Unit).where(Unit.name == name)).one()
            actor = office.actors_of(session, row.office_id)[login]
            found.append(make_link(session, actor, contacts_of_unit(session, row.id)[0]).rsplit("/", 1)[1])
    return found[0], found[1]


def _keys() -> dict[str, dict[str, list[str]]]:
    """The keys of every table with an office, ours and the foreign ones."""
    with database.engine().connect() as base:
        whose = dict(base.execute(select(col(Office.id), col(Office.name))).all())
        foreign = {key for key, name in whose.items() if FOREIGN in name}
        found: dict[str, dict[str, list[str]]] = {"ours": {}, "foreign": {}}
        for table in METADATA.sorted_tables:
            if "office_id" in table.c and isinstance(table.c.get("id", None), Column):
                for key, of in base.execute(select(table.c.id, table.c.office_id)):
                    if isinstance(key, UUID):
                        found["foreign" if of in foreign else "ours"].setdefault(table.name, []).append(str(key))
    return found


def build(folder: Path) -> None:
    """Build the world in a folder, unless another process of this run has; what is known of it lies beside it."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / KNOWN).exists():
            (folder / KNOWN).write_text(json.dumps(_built(folder / "home")))
    BUILT.append(folder)


def _built(home: Path) -> dict[str, Any]:
    home.mkdir()
    with at_home(home):
        create_all(database.engine())
        _ours()
        _foreign()
        with clock.jumped_to(clock.at_time(TODAY, time(10, 0))):
            token, foreign_token = _links()
            app, word = the_app(), (home / "first-login.txt").read_text().strip()
            here = World(home, app, {who: _cookie(app, login, word) for who, login in LOGINS.items()}, token,
                         foreign_token)
            pages, forms = lived_in(here)
            here.keys = _keys()
    known = {name: getattr(here, name) for name in ("cookies", "token", "foreign_token", "keys")}
    return {**known, "pages": pages, "forms": [asdict(one) for one in forms]}


def lived_in(here: World) -> tuple[dict[str, list[str]], list[FormFound]]:
    """Send every form that is seen once, so that what follows from it is seen too; the pages and forms at the end."""
    pages, forms = _walked(here)
    sent: set[str] = set()
    for one in forms:
        if one.template not in sent and not ENDING.search(one.template):
            sent.add(one.template)
            send(here, one)
    _papers(here)
    later, more = _walked(here)
    return {who: list(dict.fromkeys(pages[who] + later[who])) for who in pages}, [*more, *forms]


def _walked(here: World) -> tuple[dict[str, list[str]], list[FormFound]]:
    pages, forms = {}, []
    for who in SEERS:
        pages[who], found = walk(here.client(who), who, f"/u/{here.token}" if who == UNIT else "/")
        forms += found
    return pages, forms


def send(here: World, one: FormFound) -> int:
    """Send a form as its page gives it; what became of it."""
    files = [("none", ("", b""))] if one.multipart else None
    data: dict[str, list[str]] = {}
    for name, value in one.valid():
        data.setdefault(name, []).append(value)
    return here.client(one.who).post(one.path, data=data, files=files).status_code


def _papers(here: World) -> None:
    """What a browser would choose from its disk: an issued paper to be read, and a file sent ahead of a form."""
    clerk = here.client("clerk")
    clerk.post("/intake", files={"file": ("分解清单.xlsx", as_xlsx(DECOMPOSED))})


def _cookie(app: FastAPI, login: str, word: str) -> str:
    answer = TestClient(app).post("/login", data={"login": login, "word": word}, follow_redirects=False)
    assert answer.status_code == 303, answer.text[:300]
    return str(answer.cookies[guard.COOKIE])


@contextmanager
def at_home(home: Path) -> Iterator[None]:
    """This process works in this folder."""
    with temporary_home(home):
        database.engine.cache_clear()
        yield
        for held in (database.engine(), health._prober(settings().database)):
            held.dispose()  # who copies the folder finds one whole file, and nobody leaves it meanwhile
        database.engine.cache_clear()
        health._prober.cache_clear()


def known() -> dict[str, Any]:
    return dict(json.loads((BUILT[-1] / KNOWN).read_text()))


@cache
def pages() -> dict[str, list[str]]:
    """The pages of the office's head, of a team's lead and of a unit."""
    return dict(known()["pages"])


@cache
def forms() -> list[FormFound]:
    """One or two forms of every address that posts, for each who saw it."""
    many: dict[tuple[str, str], int] = defaultdict(int)
    kept = []
    for row in known()["forms"]:
        fields = tuple(Field(**{**one, "choices": tuple(one["choices"])}) for one in row.pop("fields"))
        one = FormFound(**row, fields=fields)
        many[one.template, one.who] += 1
        if many[one.template, one.who] <= 2:
            kept.append(one)
    return kept


@contextmanager
def world() -> Iterator[World]:
    """A fresh copy of the world, its clock at ten in the morning of TODAY."""
    folder, found = Path(tempfile.mkdtemp(prefix="duban-attack-")), known()
    built = BUILT[-1] / "home"
    shutil.copytree(built, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("duban.db*"))
    with closing(sqlite3.connect(built / "duban.db")) as whole, closing(sqlite3.connect(folder / "duban.db")) as own:
        whole.backup(own)  # other processes copy it too: what SQLite keeps beside the file comes and goes
    clock.freeze(clock.at_time(TODAY, time(10, 5)))
    try:
        with at_home(folder):
            yield World(folder, the_app(), found["cookies"], found["token"], found["foreign_token"], found["keys"])
    finally:
        clock.freeze(None)
        calm()
        shutil.rmtree(folder, ignore_errors=True)




def renewed(here: World) -> None:
    """Put the database back as it was built, within the same application, which may have it open."""
    with (
        closing(sqlite3.connect(BUILT[-1] / "home" / "duban.db")) as built,
        closing(sqlite3.connect(here.home / "duban.db")) as lived,
    ):
        built.backup(lived)
    calm()


def is_long() -> bool:
    """Whether the long form is asked for: `make fuzz`, or DUBAN_FUZZ=1."""
    return os.environ.get("DUBAN_FUZZ", "") not in ("", "0")


def cases(short: int, long: int) -> int:
    return long if is_long() else short


