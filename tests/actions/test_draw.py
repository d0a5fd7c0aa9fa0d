"""A draw is stored whole, never changed, never repeated in silence, and can be done again."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from actions.draw import BY_PROGRAM, Wanted, draw_units, redo
from actions.record import broken_at
from models.base import NotAllowed, Rejected
from models.draw import Draw
from models.event import Event
from models.visit_ledger import draws_beside
from rules.draw import draw

DAY = date(2020, 8, 3)


def wanted(units, n: int = 2, **more) -> Wanted:
    given = {"purpose": "年中抽查", "seed": "62513", "seed_source": "当众掷骰子", **more}
    return Wanted(strata={"县（区）": (units, n)}, **given)


def make(running, day: date = DAY, units: int | None = None, login: str = "jingban", n: int = 2, **more) -> Draw:
    with running.on(day) as session:
        return draw_units(session, running.actor(login), wanted(running.units(session)[:units], n, **more))


def test_everything_that_is_needed_to_draw_again_is_on_record(puyang: Callable) -> None:
    running = puyang(units=6)
    row = make(running)
    with running.on(DAY) as session:
        names = [unit.name for unit in running.units(session)]
        kept = session.get_one(Draw, row.id)
        assert [line["name"] for line in kept.result] == draw(names, 2, "62513")
        assert {line["id"] for line in kept.pool} == {str(unit.id) for unit in running.units(session)}
        assert (kept.seed, kept.seed_source, kept.drawn_by, kept.no) == ("62513", "当众掷骰子", "经办甲", 1)
        assert redo(kept)
        event = session.exec(select(Event).where(Event.verb == "随机抽取")).one()
        assert event.data["result"] == [line["name"] for line in kept.result] and event.data["seed"] == "62513"
        assert broken_at(session, running.people.office_id) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda row: row.result.reverse(), lambda row: row.pool.pop(), lambda row: row.wanted.update({"县（区）": 3}),
        lambda row: row.result[0].update(name="别的单位"), lambda row: row.wanted.update({"县（区）": 99}),
    ],
)
def test_a_row_that_was_tampered_with_does_not_stand_up(puyang: Callable, spoil: Callable) -> None:
    row = make(puyang(units=6))
    assert redo(row)
    spoil(row)
    assert not redo(row)


def test_another_seed_does_not_stand_up(puyang: Callable) -> None:
    row = make(puyang(units=6))
    row.seed = "62514"
    assert not redo(row)


def test_the_database_refuses_to_change_or_remove_a_draw(puyang: Callable) -> None:
    running = puyang(units=4)
    make(running)
    for statement in (
        "UPDATE draw SET seed = '1'", "UPDATE draw SET result = '[]'", "DELETE FROM draw",
        *(["INSERT OR REPLACE INTO draw SELECT * FROM draw"] if running.bind.dialect.name == "sqlite" else []),
    ):
        with pytest.raises(DatabaseError, match="append-only"), running.bind.begin() as connection:
            connection.exec_driver_sql(statement)


def test_a_second_draw_of_the_same_occasion_needs_a_reason_and_stands_beside_the_first(puyang: Callable) -> None:
    running = puyang(units=6)
    first = make(running)
    for purpose in ("年中抽查", " 年中 抽查。", "另一个说法"):  # the same name, the same words, the same list
        with pytest.raises(Rejected, match="“年中抽查”已于2020-08-03 10:00抽取过。再次抽取须写明理由"):
            make(running, purpose=purpose, seed="777")
    with pytest.raises(Rejected, match="再次抽取须写明理由"):
        make(running, units=5, purpose="年中抽查", seed="777")
    second = make(running, purpose="另一个说法", seed="777", because="抽中单位当日停电")
    third = make(running, date(2020, 9, 20), seed="778", because="第二批")
    with running.on(DAY) as session:
        beside = draws_beside(session, first.id)
        assert [(row.id, row.no) for row in beside] == [(first.id, 1), (second.id, 2), (third.id, 3)]
        assert session.get_one(Draw, first.id).result == first.result


def test_another_purpose_with_another_list_or_much_later_is_free(puyang: Callable) -> None:
    running = puyang(units=6)
    make(running)
    assert make(running, units=3, purpose="专项抽查", n=1).no == 1
    assert make(running, date(2020, 9, 1), purpose="九月抽查").no == 1


def test_a_seed_made_by_the_program_says_so_and_differs_each_time(puyang: Callable) -> None:
    running = puyang(units=6)
    seeds = {make(running, seed="", seed_source="", purpose=f"第{n}次", because="试").seed for n in range(5)}
    assert len(seeds) == 5 and all(len(seed) == 12 and seed.isdecimal() for seed in seeds)
    with running.on(DAY) as session:
        assert {row.seed_source for row in session.exec(select(Draw))} == {BY_PROGRAM}


def test_who_is_left_out_stays_on_the_list_with_the_reason(puyang: Callable) -> None:
    running = puyang(units=4)
    with running.on(DAY) as session:
        units = running.units(session)
        row = draw_units(
            session, running.actor("zhuren"), wanted(units, 3, excluded={units[1].id: "本月刚受检"})
        )
        assert units[1].name not in [line["name"] for line in row.result]
        assert len(row.pool) == 4
        assert row.exclusions == [
            {"id": str(units[1].id), "name": units[1].name, "group": "", "reason": "本月刚受检"}
        ]
        assert redo(row)


def test_what_cannot_be_drawn_leaves_nothing_behind(puyang: Callable) -> None:
    running = puyang(units=3)
    with running.on(DAY) as session:
        outsider = running.units(session)[2].id
    for fault, more in (
        ("写明抽取事项", {"purpose": "。"}), ("须写明来源", {"seed_source": ""}), ("现为9", {"n": 9}),
        ("不在抽取范围内", {"units": 2, "excluded": {outsider: "理由"}}),
        ("不参加抽取，须写明理由", {"excluded": {outsider: ""}}),
    ):
        with pytest.raises(Rejected, match=fault):
            make(running, **more)
    with pytest.raises(NotAllowed, match="须由办公室主任或经办人"):
        make(running, login="zuzhang")
    with running.on(DAY) as session:
        assert session.exec(select(Draw)).all() == []
