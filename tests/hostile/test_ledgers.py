"""Every query of the ledgers, asked by one office about the rows of another: nothing of the other comes back.

A query that takes an office is asked in the name of theirs with the keys of ours; one that takes only a key belongs to
whoever owns the row (its door looked at that), so it must bring rows of that owner and of nobody else.
"""

import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, SQLModel, select

from config import clock
from models import tables
from models.base import Refused
from models.board import Axis
from models.burden_ledger import Period
from models.database import reading
from models.draw import Draw
from models.leader_ledger import Days
from models.paper_ledger import Wanted
from models.paper_words import EscalationStep, PaperKind
from models.personal_ledger import Person
from models.statistics import Scope
from models.unit_cycles import by_cycle
from models.words import AssignmentKind, Move, StageKind, VisitKind
from models.work_want import Want
from tests.hostile import offices as eyes
from tests.hostile.world import TODAY, World

ROOT = Path(__file__).resolve().parents[2]
# asked about the installation itself, before anybody is known, or by the sender on the clock: no office's page shows
# what they bring. A new query takes an office or a key, or is written down here with its reason.
GLOBAL = {
    "the_office": "a command chooses its office", "office_named": "the office chosen at the door",
    "offices": "duban office list", "every_office": "the sweep's list", "any_office": "duban init",
    "several": "the door", "topmost": "the calendar's keeper", "users_by_login": "the door",
    "users_by_identity": "the door",
    "login_by_hash": "a cookie is its own key", "tries_since": "wrong words", "superiors": "who stands under whom",
    "figures_of": "figures of the offices named", "open_cycles": "the sweep's list", "drafts_waiting": "the doctor",
    "held": "no words of any office", "oldest_waiting": "health", "waiting_count": "health", "sending_hours": "health",
    "messages_by_state": "metrics", "day_figures": "metrics", "mail_of_heads": "the stop of the sweep",
    "short_by_selector": "a typed address is its own key", "telephones_behind": "a link is its own key",
    "reading": "a session", "insert_new": "writes", "fetch": "asked with an office by every door",
    "bounded": "the sender's own portion", "combinations": "the sender's own portion",
    "figures_due": "a sum over one cycle",
    "hold_turn": "a lock", "rows_about": "the operator's erasure",
    "take_turn": "a lock", "may_write": "a lock",
    "waits_for_turn": "a lock", "users_named": "the operator names a person",
    "contacts_named": "the operator names a person", "unit_named": "the operator names a unit",
    "gone_people": "the operator's list",
    "links_by_hash": "a link is its own key",
}
TABLE_OF = {  # a parameter that is one key, and the table it is from
    "cycle_id": "cycle", "unit_id": "unit", "problem_id": "problem", "assignment_id": "assignment",
    "item_id": "assignment", "plan_id": "plan", "visit_id": "visit", "team_id": "team", "draw_id": "draw",
    "duty_id": "duty", "user_id": "user",
    "group_id": "unitgroup", "submission_id": "submission", "statement_id": "statement", "evidence_id": "evidence",
    "entry_id": "entry", "link_id": "link", "intake_id": "intake", "paper_id": "paper", "first": "draw",
}
KEYS_OF = {  # a parameter that is many keys
    ("account_ledger", "by_key"): "assignment", ("account_ledger", "versions_of"): "assignment",
    ("account_ledger", "planned_for"): "assignment", ("account_ledger", "messages_on"): "contact",
    ("proof_ledger", "notices_in"): "message", ("look_back_ledger", "proofs_of"): "lookback",
    ("paper_ledger", "papers_by_key"): "paper", ("visit_ledger", "units_by_key"): "unit",
    ("visit_ledger", "members_of"): "team", ("duty_ledger", "occurrences_of"): "duty",
    ("unit_history", "chosen_evidence"): "evidence", ("sheet_ledger", "drafts_of"): "unit",
}
KEY_OF = {  # a parameter called key
    "the_paper": "paper", "issued_to": "paper", "own_step": "escalation", "one_statement": "statement",
    "own_about": "assignment", "plan_received": "plandown", "report_to": "reportup",
}
MANY = ("keys", "user_ids", "assignment_ids", "item_ids", "duty_ids", "unit_ids", "team_ids", "looks", "contacts",
        "chased", "cycles")


def functions() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every public function of the models that asks the database."""
    for path in sorted((ROOT / "models").glob("*.py")):
        module = importlib.import_module(f"models.{path.stem}")
        for name, one in inspect.getmembers(module, inspect.isfunction):
            own = one.__module__ == module.__name__ and not name.startswith("_")
            if own and "session" in inspect.signature(one).parameters:
                yield path.stem, name, one


class Unknown(Exception):
    """A parameter nobody has said anything about."""


class Asker:
    """Fills the parameters of a query: the office of one side, every key from `prey`."""

    def __init__(self, session: Session, office: UUID, keys: dict[str, list[str]], at: int) -> None:
        self.session, self.office, self.keys, self.at = session, office, keys, at

    def key(self, table: str) -> UUID:
        rows = self.keys.get(table) or []
        return UUID(rows[self.at % len(rows)]) if rows else UUID(int=7)

    def many(self, table: str) -> list[UUID]:
        return [UUID(key) for key in (self.keys.get(table) or [])[:50]] or [UUID(int=7)]

    def row(self, kind: type[SQLModel]) -> Any:
        return self.session.get(kind, self.key(kind.__tablename__))

    def fill(self, module: str, name: str, parameter: inspect.Parameter) -> Any:
        """A value for one parameter; Unknown when the tables above do not name it."""
        called, kind = parameter.name, str(parameter.annotation)
        if called == "session":
            return self.session
        if called == "office_id":
            return self.office
        if "OfCycle" in kind:
            return by_cycle(self.session, self.key("unit"))
        if called in MANY or ((module, name) in KEYS_OF and "UUID" in kind and "Sequence" in kind):
            return self.many(KEYS_OF.get((module, name), {
                "unit_ids": "unit", "duty_ids": "duty", "team_ids": "team", "looks": "lookback", "contacts": "contact",
                "cycles": "cycle", "user_ids": "user",
            }.get(called, "assignment")))
        if called in TABLE_OF and "UUID" in kind:
            return self.key(TABLE_OF[called])
        if called == "key":
            return self.key(KEY_OF[name])
        return self.other(called, parameter.annotation)

    def other(self, called: str, kind: Any) -> Any:
        if isinstance(kind, type) and issubclass(kind, SQLModel):
            return self.row(kind)
        plain = VALUES.get(getattr(kind, "__name__", ""), VALUES.get(called))
        if plain is None:
            raise Unknown(called)
        return plain(self)


VALUES: dict[str, Callable[[Asker], Any]] = {
    "date": lambda a: TODAY, "datetime": lambda a: clock.now() - timedelta(days=300), "str": lambda a: "督察",
    "int": lambda a: 2020, "Scope": lambda a: Scope(a.office, tuple(a.many("cycle")), TODAY),
    "Period": lambda a: Period(date(2020, 1, 1), TODAY), "Days": lambda a: Days(date(2020, 1, 1), TODAY),
    "StageKind": lambda a: StageKind.SELF_CHECK, "AssignmentKind": lambda a: AssignmentKind.SELF_CHECK_REPORT,
    "VisitKind": lambda a: VisitKind.PROGRAMME, "Move": lambda a: Move.ISSUE,
    "EscalationStep": lambda a: EscalationStep.SLIP,
    "Wanted": lambda a: Wanted(hidden=frozenset()), "Want": lambda a: Want(a.office),
    "Axis": lambda a: next(iter(Axis)), "hidden": lambda a: frozenset(),
    "kinds": lambda a: [PaperKind.REPORT, PaperKind.RESULTS],
    "verbs": lambda a: ["签收", "启动督察周期", "报送"], "hashes": lambda a: ["0" * 64], "nonces": lambda a: ["x"],
    "idle": lambda a: timedelta(hours=2), "states": lambda a: (), "dues": lambda a: [TODAY], "edges": lambda a: [TODAY],
    "owners": lambda a: [*a.many("unit"), *a.many("team"), None], "pairs": lambda a: [
        (key, contact) for key in a.many("assignment")[:9] for contact in a.many("contact")[:3]],
    "events": lambda a: a.session.exec(select(tables.Event).where(tables.Event.cycle_id == a.key("cycle"))).all()[:20],
    "items": lambda a: [one for key in a.many("assignment") if (one := a.session.get(tables.Assignment, key))],
    "evidence": lambda a: [], "item": lambda a: a.row(tables.Assignment), "subject": lambda a: a.key("problem"),
    "names": lambda a: ("督察",), "sent_back": lambda a: [str(key) for key in a.many("assignment") + a.many("problem")],
    "about": lambda a: set(a.many("assignment")), "of_cycles": lambda a: [], "referrals": lambda a: True,
    "Draw": lambda a: a.row(Draw), "Person": lambda a: Person(a.office, "督察", names=("督察",), keys=(a.key("user"),)),
    "table": lambda a: tables.METADATA.tables["submission"],
}


def inside(value: Any, depth: int = 0) -> Iterator[Any]:
    """Every row, key and text a query brought, however wrapped."""
    if depth > 6 or value is None:
        return
    if isinstance(value, SQLModel):
        yield value
        value = value.model_dump()
    if isinstance(value, str | UUID):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from inside(key, depth + 1)
            yield from inside(one, depth + 1)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from inside(getattr(value, one.name), depth + 1)
    elif not isinstance(value, int | float | bool | date | datetime):
        try:
            found = list(value)
        except TypeError:
            return
        for one in found:
            yield from inside(one, depth + 1)


def asked(asker: Asker, module: str, name: str, one: Callable[..., Any], optional: bool) -> Any:
    """What a query answers, with or without the parameters it can do without; None where it refuses."""
    given = {}
    for parameter in inspect.signature(one, eval_str=True).parameters.values():
        if parameter.kind == parameter.VAR_KEYWORD:
            continue
        bare = parameter.default is inspect.Parameter.empty
        if bare or (optional and parameter.name in (*TABLE_OF, "office_id")):
            given[parameter.name] = asker.fill(module, name, parameter)
    try:
        found = one(**given)
        return asker.session.exec(found).all() if hasattr(found, "compile") and not isinstance(found, list) else found
    except (Refused, LookupError):
        return None


@cache
def walked() -> list[tuple[str, str]]:
    return [(module, name) for module, name, _ in functions() if name not in GLOBAL]


def takes_office(one: Callable[..., Any]) -> bool:
    names = inspect.signature(one).parameters
    said = " ".join(str(one.annotation) for one in names.values())
    return "office_id" in names or "Scope" in said or "Want" in said


@pytest.fixture
def ground(here: World) -> Iterator[tuple[Session, UUID, UUID, eyes.Prey, eyes.Prey]]:
    with reading() as session:
        ours, theirs = eyes.offices_of(session)
        yield session, ours, theirs, eyes.prey(session, ours, theirs), eyes.prey(session, theirs, ours)


def strangers(found: Any, stranger: UUID, prey: eyes.Prey, given: frozenset[str]) -> list[str]:
    """What in an answer belongs to the stranger, besides the keys the asker held himself."""
    keys = {key for rows in prey.keys.values() for key in rows} - given
    texts, wrong = set(prey.texts), []
    for one in inside(found):
        if isinstance(one, SQLModel) and getattr(one, "office_id", None) == stranger:
            wrong.append(f"row of {type(one).__name__}")
        elif isinstance(one, UUID) and str(one) in keys:
            wrong.append(f"key {one}")
        elif isinstance(one, str) and one in texts:
            wrong.append(one[:50])
    return wrong


def test_every_query_is_walked_or_written_down_as_no_office_s() -> None:
    known = {name for _, name, _ in functions()} | {"any_office", "several", "reading"}
    assert set(GLOBAL) <= known, set(GLOBAL) - known  # a line for nothing hides a misspelt one
    assert len(walked()) > 200


def test_a_query_in_the_name_of_an_office_brings_nothing_of_another_whatever_key_it_is_given(ground: Any) -> None:
    session, ours, theirs, prey, _ = ground
    wrong, count, rows = list[str](), 0, 0
    for module, name, one in functions():
        if name in GLOBAL or not takes_office(one):
            continue
        for optional in (False, True):
            found = asked(Asker(session, theirs, prey.keys, 0), module, name, one, optional)
            wrong += [f"{module}.{name}: {what}" for what in strangers(found, ours, prey, frozenset(given(prey)))]
            rows += sum(1 for _ in inside(found))
        count += 1
    assert sorted(set(wrong)) == []
    assert count > 90 and rows > 1000  # of their own they do bring something


def given(prey: eyes.Prey) -> set[str]:
    """The keys the asker held: what a query hands back of them says nothing new."""
    return {key for rows in prey.keys.values() for key in rows[:50]}


def test_a_query_by_a_key_brings_rows_of_the_key_s_own_office_alone(ground: Any) -> None:
    session, ours, theirs, mine, other = ground
    wrong, count = list[str](), 0
    for module, name, one in functions():
        if name in GLOBAL or takes_office(one):
            continue
        for at in range(3):
            found = asked(Asker(session, ours, mine.keys, at), module, name, one, optional=at == 1)
            wrong += [f"{module}.{name}: {what}" for what in strangers(found, theirs, other, frozenset())]
        count += 1
    assert sorted(set(wrong)) == []
    assert count > 90
