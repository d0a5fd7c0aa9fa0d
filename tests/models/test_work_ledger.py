"""The ledger of everything owed against a plain sort in Python, page by page, and along indexes only."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, col, select

from bench.many import TODAY, fill
from commands import office as offices
from models.cycle import Assignment, Cycle
from models.database import reading
from models.ledger import LIVE
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState
from models.work_ledger import MOST_COUNTED, count_of, keys_of
from models.work_lines import lines_of
from models.work_want import NOT_DONE, NOWHERE, STATE_ORDER, Order, Owner, Want, read_place
from tests.beginnings import WORD

pytestmark = pytest.mark.both_databases

A, K = AssignmentState, AssignmentKind
ROWS = 1500
Check = Callable[[Assignment], bool]


@pytest.fixture
def office(bind: Engine, hashed_once: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(offices, "PASSWORDS", hashed_once)
    return fill(bind, ROWS, units=12, cycles=6, word=WORD).office_id


def everything(session: Session) -> list[Assignment]:
    return list(session.exec(select(Assignment)))


def pages(session: Session, want: Want, most: int = 97) -> list[Any]:
    """Every place, asked for page after page, each page beginning where an address says."""
    found: list[Any] = []
    while True:
        page = keys_of(session, want, read_place(str(found[-1])) if found else None, most)
        found += page
        if len(page) < most:
            return [place.key.id for place in found]


def by_limit(item: Assignment) -> Any:
    return (item.due_on is None, item.due_on, item.id) if item.due_on else (True, TODAY, item.id)


def cases(session: Session, office: Any) -> list[tuple[Want, Check]]:
    cycles = list(session.exec(select(Cycle)))
    ended = tuple(cycle.id for cycle in cycles if cycle.closed_on)
    unit, other = session.exec(select(Unit.id).limit(2)).all()
    base = Want(office)
    late = replace(base, days=(None, TODAY - timedelta(days=1)), paused=False, late=True)
    return [
        (base, lambda a: True),
        (replace(base, ended=ended), lambda a: a.cycle_id not in ended),
        (replace(base, cycle_id=cycles[1].id), lambda a: a.cycle_id == cycles[1].id),
        (replace(base, unit_ids=(unit,)), lambda a: a.unit_id == unit),
        (replace(base, unit_ids=(unit, other)), lambda a: a.unit_id in (unit, other)),
        (replace(base, cycle_id=cycles[0].id, unit_ids=(unit,)),
         lambda a: (a.cycle_id, a.unit_id) == (cycles[0].id, unit)),
        (replace(base, owner=Owner.OFFICE), lambda a: a.unit_id is None and a.team_id is None),
        (replace(base, owner=Owner.TEAMS), lambda a: a.team_id is not None),
        (replace(base, kinds=(K.PROBLEM,)), lambda a: a.kind == K.PROBLEM),
        (replace(base, kinds=(K.MEASURE, K.CO_LEAD)), lambda a: a.kind == K.MEASURE),
        (replace(base, stage="self_check"), lambda a: a.stage == "self_check"),
        (late, lambda a: a.due_on is not None and a.due_on < TODAY and not a.paused_on and a.state in LIVE),
        (replace(base, undated=True), lambda a: a.due_on is None),
        (replace(base, paused=True), lambda a: a.paused_on is not None),
        (replace(base, text="任务7："), lambda a: "任务7：" in a.title),
    ]


STATES = [(), (A.DONE,), (A.OPEN,), STATE_ORDER]


@pytest.mark.parametrize("states", STATES, ids=["owed", "done", "open", "all"])
@pytest.mark.parametrize("order", list(Order))
def test_every_filter_in_every_order_gives_the_rows_a_plain_sort_gives(
    bind: Engine, office: Any, order: Order, states: tuple[A, ...]
) -> None:
    with reading(bind) as session:
        rows, place = everything(session), {u.id: n for n, u in enumerate(session.exec(
            select(Unit).order_by(col(Unit.sort), col(Unit.name), col(Unit.id))))}
        ranks = {
            Order.LIMIT: lambda a: (0,), Order.STATE: lambda a: (STATE_ORDER.index(a.state),),
            Order.UNIT: lambda a: (place.get(a.unit_id, len(place)),),
        }
        for want, holds in cases(session, office):
            wanted = replace(want, states=states, order=order)
            kept = [a for a in rows if a.state in (states or NOT_DONE) and holds(a)]
            kept.sort(key=lambda a: (*ranks[order](a), by_limit(a)))
            assert pages(session, wanted) == [a.id for a in kept], wanted
            assert count_of(session, wanted) == min(len(kept), MOST_COUNTED + 1)


def test_rows_that_have_no_unit_come_last_by_unit(bind: Engine, office: Any) -> None:
    with reading(bind) as session:
        last = keys_of(session, Want(office, order=Order.UNIT), most=ROWS)[-1]
        assert last.group == NOWHERE.hex


def test_the_words_of_a_search_are_no_pattern(bind: Engine, office: Any) -> None:
    with reading(bind) as session:
        for word in ("%", "_", "任务%", "/"):
            assert keys_of(session, Want(office, text=word)) == []


def test_nothing_of_another_office_is_there(bind: Engine, office: Any) -> None:
    with reading(bind) as session:
        keys = [place.key.id for place in keys_of(session, Want(office))]
        assert lines_of(session, NOWHERE, keys) == [] and keys_of(session, Want(NOWHERE)) == []
        assert [line.id for line in lines_of(session, office, keys)] == keys


def test_an_address_that_names_no_place_is_none() -> None:
    assert [read_place(words) for words in ("", "~", "~2020-13-01~x", "a~b~c~d")] == [None] * 4


def plans_of(bind: Engine, act: Callable[[Session], object]) -> list[str]:
    """What the database says it will do for each statement of an act."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(bind, "before_cursor_execute", note)
    with reading(bind) as session:
        act(session)
    event.remove(bind, "before_cursor_execute", note)
    with bind.connect() as connection:
        return [
            " | ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))
            for statement, parameters in asked if statement.startswith("SELECT")
        ]


@pytest.mark.sqlite_only("asks SQLite how it will walk")
@pytest.mark.parametrize("more", [
    {}, {"states": (A.DONE,)}, {"states": STATE_ORDER}, {"kinds": (K.PROBLEM,)}, {"paused": True}, {"undated": True},
    {"days": (None, TODAY), "paused": False, "late": True}, {"order": Order.STATE}, {"owner": Owner.OFFICE},
], ids=str)
def test_the_default_views_walk_an_index_and_sort_nothing(bind: Engine, office: Any, more: dict[str, Any]) -> None:
    want = Want(office, **more)
    with reading(bind) as session:
        after = keys_of(session, want, most=2)[-1]
        cycle = session.exec(select(Cycle.id)).first()
    wants = [want, replace(want, ended=(cycle,))] + ([] if want.states else [replace(want, cycle_id=cycle)])
    for one in wants:
        for place in (None, after):
            for plan in plans_of(bind, lambda s, one=one, place=place: (keys_of(s, one, place), count_of(s, one))):
                assert "SCAN assignment" not in plan and "TEMP B-TREE" not in plan, plan


@pytest.mark.sqlite_only("asks SQLite how it will walk")
def test_the_rows_of_a_page_are_found_by_key(bind: Engine, office: Any) -> None:
    with reading(bind) as session:
        keys = [place.key.id for place in keys_of(session, Want(office))]
    plans = plans_of(bind, lambda s: lines_of(s, office, keys))
    assert len(plans) == 2 and "sqlite_autoindex_assignment_1 (id=?)" in plans[0]
    assert "ix_notice_assignment_id" in plans[0] and "ix_event_subject" in plans[1]
    assert not any(f"SCAN {table}" in plan for plan in plans for table in ("assignment", "notice", "event", "message"))
