"""What must be looked at on a day: a portion at a time, and the few combinations its rows fall into.

The statements are built once; what changes from portion to portion goes in by name (`Portion.given`).
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, String, and_, bindparam, case, cast, column, exists, func, or_, select, text, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session

from models.cycle import Assignment
from models.ledger import LIVE, unsettled_units
from models.unit import Contact
from models.words import ANSWER, FROM_RECEIPT, AssignmentKind

A: Any = Assignment.__table__  # type: ignore[attr-defined]
C: Any = Contact.__table__  # type: ignore[attr-defined]
MOST = 2_500  # rows of a portion: with its notices and next looks a transaction writes about twice as many
OFFICE, CYCLE = bindparam("office", type_=C.c.office_id.type), bindparam("cycle", type_=A.c.cycle_id.type)
DAY = bindparam("day", type_=Date)
DUE = [A.c.cycle_id == CYCLE, A.c.next_notice_on <= DAY, A.c.state.in_(LIVE), A.c.due_on.is_not(None)]
FIGURE = and_(A.c.kind == AssignmentKind.QUOTA, A.c.period_start.is_not(None))
BEFORE = func.coalesce(A.c.terms["before"].as_string(), "")  # the days somebody set for this one row
LADDER = case(  # the kind by whose ladder a row is reminded of: what runs from receipt has that of an answer
    (and_(A.c.kind == AssignmentKind.RECT_REPORT, A.c.terms["anchor"].as_string() == FROM_RECEIPT), ANSWER),
    else_=cast(A.c.kind, String),
)
OWNER = case((A.c.team_id.is_not(None), "team"), (A.c.unit_id.is_not(None), "unit"), else_="office")
FIELDS: dict[str, Any] = {
    "ladder": String, "before": String, "due_on": Date, "looked": Date, "notice": String, "step": String, "late": Date,
    "next": Date,
}


class walked_past(FunctionElement[Any]):  # noqa: N801 - used as a function of SQL is
    """A column as it is, but for SQLite's planner: without statistics it would walk this column's index. PostgreSQL has
    statistics, and with the column hidden it would expect far too few rows."""

    inherit_cache = True

    def __init__(self, one: Any) -> None:
        super().__init__(one)
        self.type = one.type


@compiles(walked_past)
def _as_it_is(given: Any, compiler: Any, **more: Any) -> str:
    return str(compiler.process(given.clauses, **more))


@compiles(walked_past, "sqlite")
def _hidden(given: Any, compiler: Any, **more: Any) -> str:
    return f"coalesce({compiler.process(given.clauses, **more)}, NULL)"


# whose people hear of a row: its team's, else its unit's, else the office's own
OWNED: dict[str, Any] = {
    "team": walked_past(A.c.team_id).is_not(None),
    "unit": and_(walked_past(A.c.team_id).is_(None), A.c.unit_id.is_not(None)),
    "office": and_(walked_past(A.c.team_id).is_(None), walked_past(A.c.unit_id).is_(None)),
}
HEARS: dict[str, Any] = {
    "team": and_(C.c.team_id == A.c.team_id, walked_past(C.c.unit_id).is_(None)),
    "unit": C.c.unit_id == A.c.unit_id,
    "office": and_(C.c.unit_id.is_(None), walked_past(C.c.team_id).is_(None)),
}


@dataclass(frozen=True)
class Portion:
    """Rows of a cycle to be looked at by `day`, in the order of that day and their keys; with `last` up to that one."""

    office_id: UUID
    cycle_id: UUID
    day: date
    last: tuple[date, UUID] | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The values its statements are run with."""
        looked, key = self.last or (None, None)
        last = {"last_looked": looked, "last_key": key} if self.last else {}
        return {"office": self.office_id, "cycle": self.cycle_id, "day": looked or self.day, **last}


def rows_of(bounded: bool) -> list[Any]:
    """The conditions on the rows of a portion; figures are told one by one."""
    last = tuple_(bindparam("last_looked", type_=Date), bindparam("last_key", type_=A.c.id.type))
    return [*DUE, ~FIGURE, *([tuple_(A.c.next_notice_on, A.c.id) <= last] if bounded else [])]


def bounded(session: Session, whole: Portion) -> Portion:
    """Its first MOST rows; what is left over has a later key and waits for the next portion."""
    key = (A.c.next_notice_on, A.c.id)
    statement = select(*key).where(*rows_of(False)).order_by(*key).offset(MOST - 1).limit(1)
    last = session.execute(statement, whole.given).first()
    return replace(whole, last=(last[0], last[1])) if last else whole


@dataclass(frozen=True)
class Alike:
    """What the rows of a combination have in common; whatever is decided holds for all of them."""

    ladder: str
    before: str
    due_on: date
    looked: date

    @property
    def terms(self) -> dict[str, Any]:
        return {"before": json.loads(self.before)} if self.before else {}


@dataclass(frozen=True)
class Falling:
    """What a portion's rows fall into: combinations, whose people they belong to, how many rows, figures among them."""

    kinds: list[Alike]
    owners: tuple[str, ...]
    rows: int
    figures: bool


def combinations(session: Session, portion: Portion) -> Falling:
    """The few combinations that occur in a portion."""
    key = (LADDER, BEFORE, A.c.due_on, A.c.next_notice_on, OWNER, FIGURE)
    last = rows_of(True)[-1:] if portion.last else []
    statement = select(*key, func.count()).where(*DUE, *last).group_by(text("1, 2, 3, 4, 5, 6"))
    found = session.execute(statement, portion.given).all()
    plain = [row for row in found if not row[5]]
    kinds = list(dict.fromkeys(Alike(*row[:4]) for row in plain))
    owners, rows = tuple(sorted({row[4] for row in plain})), sum(row[6] for row in plain)
    return Falling(kinds, owners, rows, len(plain) < len(found))


def figures_due(session: Session, cycle_id: UUID, day: date) -> list[Any]:
    """Rows that count towards a figure, some hundreds at a time: each is told how far it has come."""
    names = ("id", "unit_id", "team_id", "kind", "title", "due_on", "deadline_version", "next_notice_on", "terms",
             "period_start")
    statement = select(*(A.c[name] for name in names)).where(*DUE, FIGURE)
    statement = statement.order_by(A.c.next_notice_on, A.c.id).limit(max(1, MOST // 5))
    return list(session.execute(statement, {"cycle": cycle_id, "day": day}))


@cache
def verdicts(dialect: str) -> Any:
    """The day's verdicts as a table to join with, out of one JSON parameter named `verdicts`."""
    given = bindparam("verdicts", type_=String)
    if dialect == "postgresql":
        names = [column(name, kind) for name, kind in FIELDS.items()]
        return func.json_to_recordset(cast(given, JSON)).table_valued(*names, name="verdict").render_derived(
            with_types=True
        )
    one: Any = func.json_each(given).table_valued("value", name="one")
    fields: list[Any] = [cast(func.json_extract(one.c.value, f"$.{name}"), String).label(name) for name in FIELDS]
    return select(*fields).cte("verdict").prefix_with("MATERIALIZED")


def alike(verdict: Any) -> Any:
    """The condition under which a verdict is that of a row; SQLite's days are text and are compared as text."""
    v = verdict.c
    days = (A.c.due_on == v.due_on, A.c.next_notice_on == v.looked)
    if isinstance(v.due_on.type, String):
        days = (cast(A.c.due_on, String) == v.due_on, cast(A.c.next_notice_on, String) == v.looked)
    return and_(v.ladder == LADDER, v.before == BEFORE, *days)


def spoken_of(verdict: Any, owner: str, bounded: bool) -> list[Any]:
    """The conditions for a row of which something is said today: a goal only while its unit has an open problem."""
    settled = or_(A.c.kind != AssignmentKind.GOAL, A.c.unit_id.in_(unsettled_units(CYCLE)))
    return [*rows_of(bounded), verdict.c.notice.is_not(None), settled, OWNED[owner]]


def hearers(owner: str) -> Any:
    """The condition that joins a row with the contacts who hear of it; readers of digests are none."""
    active = walked_past(C.c.active).is_(True)
    return and_(HEARS[owner], walked_past(C.c.office_id) == OFFICE, active, C.c.user_id.is_(None))


@cache
def unheard(dialect: str, owner: str, bounded: bool) -> Any:
    """Rows of which something is said and that nobody hears: id, unit, title."""
    v = verdicts(dialect)
    return select(A.c.id, A.c.unit_id, A.c.title).select_from(A.join(v, alike(v))).where(
        *spoken_of(v, owner, bounded), ~exists().where(hearers(owner))
    )
