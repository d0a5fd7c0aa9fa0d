"""What must be looked at on a day: a portion at a time, and the few combinations its rows fall into."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, String, and_, bindparam, case, cast, column, exists, func, or_, select, text, tuple_
from sqlmodel import Session

from models.cycle import Assignment
from models.ledger import LIVE, unsettled_units
from models.unit import Contact
from models.words import AssignmentKind

A: Any = Assignment.__table__  # type: ignore[attr-defined]
C: Any = Contact.__table__  # type: ignore[attr-defined]
MOST = 2_500  # rows of a portion: with its notices and next looks a transaction writes about twice as many
BEFORE = func.coalesce(A.c.terms["before"].as_string(), "")  # the days somebody set for this one row
FIGURE = and_(A.c.kind == AssignmentKind.QUOTA, A.c.period_start.is_not(None))
OWNER = case((A.c.team_id.is_not(None), "team"), (A.c.unit_id.is_not(None), "unit"), else_="office")
# whose people hear of a row: its team's, else its unit's, else the office's own
OWNED: dict[str, Any] = {
    "team": A.c.team_id.is_not(None),
    "unit": and_(A.c.team_id.is_(None), A.c.unit_id.is_not(None)),
    "office": and_(A.c.team_id.is_(None), A.c.unit_id.is_(None)),
}
HEARS: dict[str, Any] = {
    "team": and_(C.c.team_id == A.c.team_id, C.c.unit_id.is_(None)),
    "unit": C.c.unit_id == A.c.unit_id,
    "office": and_(C.c.unit_id.is_(None), C.c.team_id.is_(None)),
}
FIELDS: dict[str, Any] = {
    "kind": String, "before": String, "due_on": Date, "looked": Date, "notice": String, "step": String, "late": Date,
    "next": Date,
}


@dataclass(frozen=True)
class Portion:
    """Rows of a cycle to be looked at by `day`, in the order of that day and their keys; with `last` up to that one."""

    office_id: UUID
    cycle_id: UUID
    day: date
    last: tuple[date, UUID] | None = None

    @property
    def rows(self) -> list[Any]:
        """The conditions on assignments: the first two are what the index is walked by."""
        found = [*due(self.cycle_id, self.day), ~FIGURE]
        return [*found, tuple_(A.c.next_notice_on, A.c.id) <= self.last] if self.last else found


def due(cycle_id: UUID, day: date) -> list[Any]:
    return [A.c.cycle_id == cycle_id, A.c.next_notice_on <= day, A.c.state.in_(LIVE), A.c.due_on.is_not(None)]


def next_portion(session: Session, office_id: UUID, cycle_id: UUID, day: date) -> Portion:
    """The first MOST rows; what is left over has a later key and waits for the next portion."""
    whole = Portion(office_id, cycle_id, day)
    key = (A.c.next_notice_on, A.c.id)
    last = session.execute(select(*key).where(*whole.rows).order_by(*key).offset(MOST - 1).limit(1)).first()
    return Portion(office_id, cycle_id, day, (last[0], last[1])) if last else whole


@dataclass(frozen=True)
class Alike:
    """What the rows of a combination have in common; whatever is decided holds for all of them."""

    kind: str
    before: str
    due_on: date
    looked: date

    @property
    def terms(self) -> dict[str, Any]:
        return {"before": json.loads(self.before)} if self.before else {}


def combinations(session: Session, portion: Portion) -> tuple[list[Alike], list[str]]:
    """The combinations that occur in a portion, and whose people its rows belong to."""
    key = (A.c.kind, BEFORE, A.c.due_on, A.c.next_notice_on, OWNER)
    found = session.execute(select(*key).where(*portion.rows).group_by(text("1, 2, 3, 4, 5"))).all()
    return list(dict.fromkeys(Alike(*row[:4]) for row in found)), sorted({row[4] for row in found})


def figures_due(session: Session, cycle_id: UUID, day: date) -> list[Any]:
    """Rows that count towards a figure, some hundreds at a time: each is told how far it has come."""
    names = ("id", "unit_id", "team_id", "kind", "title", "due_on", "deadline_version", "next_notice_on", "terms",
             "period_start")
    statement = select(*(A.c[name] for name in names)).where(*due(cycle_id, day), FIGURE)
    return list(session.execute(statement.order_by(A.c.next_notice_on, A.c.id).limit(MOST // 5)))


def verdicts(session: Session) -> Any:
    """The day's verdicts as a table to join with, out of one JSON parameter named `verdicts`."""
    given = bindparam("verdicts", type_=String)
    if session.get_bind().dialect.name == "postgresql":
        names = [column(name, kind) for name, kind in FIELDS.items()]
        return func.json_to_recordset(cast(given, JSON)).table_valued(*names, name="verdict").render_derived(
            with_types=True
        )
    one: Any = func.json_each(given).table_valued("value", name="one")
    fields: list[Any] = [
        func.json_extract(one.c.value, f"$.{name}", type_=kind).label(name) for name, kind in FIELDS.items()
    ]
    return select(*fields).cte("verdict").prefix_with("MATERIALIZED")


def alike(verdict: Any) -> list[Any]:
    """The condition under which a verdict is that of a row."""
    v = verdict.c
    return [A.c.kind == v.kind, v.before == BEFORE, A.c.due_on == v.due_on, A.c.next_notice_on == v.looked]


def spoken_of(portion: Portion, verdict: Any) -> list[Any]:
    """The conditions for a row of which something is said today: a goal only while its unit has an open problem."""
    troubled = A.c.unit_id.in_(unsettled_units(portion.cycle_id))
    settled = or_(A.c.kind != AssignmentKind.GOAL, troubled)
    return [*portion.rows, verdict.c.notice.is_not(None), settled]


def hearers(office_id: UUID, owner: str) -> list[Any]:
    """The condition that joins a row with the contacts who hear of it; readers of digests are none."""
    return [HEARS[owner], C.c.office_id == office_id, C.c.active.is_(True), C.c.user_id.is_(None)]


def unheard(session: Session, portion: Portion, verdict: Any, owner: str, said: str) -> list[Any]:
    """Rows of which something is said and that nobody hears: id, unit, title."""
    statement = select(A.c.id, A.c.unit_id, A.c.title).select_from(A.join(verdict, and_(*alike(verdict)))).where(
        *spoken_of(portion, verdict), OWNED[owner], ~exists().where(*hearers(portion.office_id, owner))
    )
    return list(session.execute(statement, {"verdicts": said}))
