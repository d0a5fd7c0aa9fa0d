"""Who looks from one office into another: the people of the foreign office of the world, with every key of ours.

Ours has been lived in, every form sent once, so that most kinds of rows exist; the foreign people hold keys of all
of them. What they must not see is worked out from the rows: every text of ours that no page, no source and no row of
theirs contains.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from sqlalchemy import Column, text
from sqlmodel import Session, select

from models.database import transaction
from models.office import Office, User
from models.tables import METADATA
from models.words import Role
from tests.hostile.attack import table_of
from tests.hostile.pages import FREE, schema
from tests.hostile.world import FOREIGN, World
from web.literals import HAN

WORD, LOGINS = "foreign-word", {
    "head": "w-zhuren", "clerk": "w-jingban", "team_lead": "w-zuzhang", "leader": "w-lingdao",
    "inspector": "w-zuyuan", "auditor": "w-shenji",
}
DAY_WORDS = re.compile(r"[\d年月日至（）周一二三四五六日:： -]+")  # a day is nobody's
RULE = re.compile("上一级措施之后")  # the usual ladder in words: composed the same for everybody
SHORTEST = 5  # letters of a text that may name somebody
ROOT = Path(__file__).resolve().parents[2]
# holes that are no key of a row: said here, or a new address fails the walk
NO_KEY = {
    "kind": ("self_check", "letter", "report"), "day": ("2020-08-27",), "ref": ("1",), "number": ("1",), "form": ("x",),
    "name": ("units", "overdue"), "subject": ("x",), "tasks": ("1",), "what": ("x",), "part": ("x",), "axis": ("x",),
    "_act": ("report",), "nonce": ("x",),
}
NAMED = {("/statistics/{key}.csv", "key"): "unit"}  # holes called a key that hold a word

QUERIES = {"plan": "plan", "cycle": "cycle", "unit": "unit", "team": "team", "code": "", "year": "", "page": ""}
EXTRA = {  # tables of a hole where the one before it does not say so
    ("/below/reports/{key}", "key"): "reportup", ("/plans/sent/{key}/adopt", "key"): "plandown",
    ("/plans/sent/{key}/aside", "key"): "plandown", ("/alerts/{alert_id}/read", "alert_id"): "notice",
    ("/contacts/{key}", "key"): "contact", ("/contacts/{key}/try", "key"): "contact",
    ("/contacts/{key}/resume", "key"): "contact", ("/sheets/{key}", "key"): "paper",
}


@dataclass
class Prey:
    """What is looked for: our keys by table, our texts, and one expression that finds either in an answer."""

    keys: dict[str, list[str]]
    texts: list[str]
    found: re.Pattern[str]

    def seen_in(self, answer: str, given: str) -> list[str]:
        """What of ours stands in an answer, besides what the asker typed."""
        return [one for one in dict.fromkeys(self.found.findall(answer)) if one not in given]


def columns_of(table: Any) -> list[Any]:
    return [column for column in table.c if isinstance(column, Column)]


def owner(table: Any) -> str:
    """The column that says whose a row is; "" for a row that belongs to another row."""
    return next((name for name in ("office_id", "sender_id") if name in table.c), "")


def rows_of(session: Session, office: UUID) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of an office, those of tables without an office by the row they hang on."""
    mine = dict[str, set[UUID]]()
    for table in METADATA.sorted_tables:
        for row in session.execute(select(*columns_of(table))).mappings():
            whose = owner(table)
            belongs = row[whose] == office if whose else _hangs_on(table, row, mine)
            if belongs or (table.name == "office" and row["id"] == office):
                if isinstance(row.get("id"), UUID):
                    mine.setdefault(table.name, set()).add(row["id"])
                yield table.name, dict(row)


def _hangs_on(table: Any, row: Any, mine: dict[str, set[UUID]]) -> bool:
    if table.name == "office":
        return False
    return any(row[key.parent.name] in mine.get(key.column.table.name, ()) for key in table.foreign_keys)


def leaves(value: Any) -> Iterator[str]:
    """Every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from leaves(one)


@cache
def sources() -> str:
    """Everything any office may read: our own sources, templates and the shipped plans."""
    kinds = ("*.py", "*.html", "*.yaml", "*.po", "*.js")
    folders = ("config", "models", "rules", "plans", "notifications", "papers", "actions", "web", "commands")
    files = [path for folder in folders for kind in kinds for path in sorted((ROOT / folder).rglob(kind))]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def prey(session: Session, ours: UUID, theirs: UUID) -> Prey:
    """What of ours may be seen nowhere by them."""
    keys, said = dict[str, list[str]](), set[str]()
    for name, row in rows_of(session, ours):
        if isinstance(row.get("id"), UUID):
            keys.setdefault(name, []).append(str(row["id"]))
        said |= {one for one in leaves(list(row.values())) if len(one) >= SHORTEST and HAN.search(one)}
    known = "\n".join(one for _, row in rows_of(session, theirs) for one in leaves(list(row.values()))) + sources()
    said = {one for one in said if not DAY_WORDS.fullmatch(one) and not RULE.match(one) and len(one) < 200}
    texts = sorted((one for one in said if one not in known), key=len, reverse=True)
    words = [re.escape(key) for found in keys.values() for key in found] + [re.escape(one) for one in texts]
    return Prey(keys, texts, re.compile("|".join(words)))


def offices_of(session: Session) -> tuple[UUID, UUID]:
    """Our office and the foreign one."""
    found = {FOREIGN in office.name: office.id for office in session.exec(select(Office))}
    return found[False], found[True]


def signed_in(here: World) -> dict[str, TestClient]:
    """Everybody of the foreign office, one of each role."""
    with transaction() as session:
        _, theirs = offices_of(session)
        head = session.exec(select(User).where(User.office_id == theirs, User.role == Role.HEAD)).one()
        known = set(session.exec(select(User.login).where(User.office_id == theirs)))
        for role, login in LOGINS.items():
            if login not in known:
                session.add(User(office_id=theirs, login=login, name=f"{FOREIGN}{Role(role).label}", role=Role(role),
                                 password_hash=head.password_hash))
    found = {}
    for role, login in LOGINS.items():
        found[role] = TestClient(here.app, raise_server_exceptions=False, follow_redirects=False)
        answer = found[role].post("/login", data={"login": login, "word": WORD})
        assert answer.status_code == 303, (login, answer.text[-300:])
    return found


def holes(template: str) -> list[str]:
    """The names of what varies in a template."""
    return [hole.strip("{}").split(":")[0] for hole in FREE.findall(template)]


def filled(template: str, keys: dict[str, list[str]], token: str, at: int = 0) -> str | None:
    """The address of a template with keys of these; None where no such row exists."""
    address = template
    for hole in FREE.findall(template):
        name = hole.strip("{}").split(":")[0]
        table = "" if (template, name) in NAMED else EXTRA.get((template, name)) or table_of(template, name)
        if name == "token":
            value: str | None = token
        elif table:
            rows = keys.get(table, [])
            value = rows[at % len(rows)] if rows else None
        else:
            value = NAMED.get((template, name)) or NO_KEY[name][0]
        if value is None:
            return None
        address = address.replace(hole, value, 1)
    return address


def unnamed() -> list[tuple[str, str]]:
    """Holes of which nobody has said what stands in them."""
    every = [path for path, ways in schema()["paths"].items() if {"get", "post", "patch", "delete"} & ways.keys()]
    said = EXTRA.keys() | NAMED
    return [
        (path, name) for path in every for name in holes(path)
        if name != "token" and name not in NO_KEY and (path, name) not in said and not table_of(path, name)
    ]


def asked_of(template: str) -> list[str]:
    """The names a page takes after its question mark."""
    return [one["name"] for one in schema()["paths"][template]["get"].get("parameters", []) if one["in"] == "query"]


def crossing(session: Session) -> list[tuple[str, str, int]]:
    """Rows that point from one office to a row of another; plans down and reports up name both."""
    wrong = []
    for table in METADATA.sorted_tables:
        if "office_id" not in table.c:
            continue
        for key in table.foreign_keys:
            other = key.column.table
            if "office_id" in other.c:
                count = session.execute(text(
                    f'SELECT count(*) FROM "{table.name}" a JOIN "{other.name}" b ON b.{key.column.name} = '
                    f"a.{key.parent.name} WHERE a.office_id <> b.office_id"
                )).scalar_one()
                if count:
                    wrong.append((table.name, key.parent.name, int(count)))
    return wrong

