"""What the named units owe of a measure whose limit comes again, never ends, was decided on, or is left out."""

from datetime import date

import pytest
from sqlmodel import select

from actions.adopt import adopt_plan
from actions.open_cycle import Opening, open_cycle
from models.base import NotAllowed
from models.cycle import Assignment
from models.duty import Duty
from models.open_work import without_limit
from models.plan import Task
from models.unit import Unit
from plans.answers import Answers
from rules.deadline import date_of_choice
from tests.actions.test_measure import UNITS, Desk, desk, plan_of, task  # noqa: F401 (the fixture)


def test_what_comes_again_is_owed_by_every_unit_the_paper_names(desk: Desk) -> None:  # noqa: F811
    desk.open(task("1", [UNITS[0]], [UNITS[1], UNITS[2]], "每季度首月10日前"))
    with desk.on() as session:
        owed = {unit.name for unit, _ in session.exec(select(Unit, Duty).join(Duty, Duty.unit_id == Unit.id))}
    assert owed == set(UNITS[:3])


def test_what_is_kept_up_for_good_asks_nobody_for_a_date(desk: Desk) -> None:  # noqa: F811
    desk.open(task("1", [UNITS[0]], [UNITS[1]], "持续推进"), task("2", [UNITS[0]], [UNITS[1]], ""))
    with desk.on() as session:
        open_ones = without_limit(session, desk.head().office_id)
        assert {item.code for item in open_ones} == {"2"}
        kept = session.exec(select(Assignment).where(Assignment.code == "1")).all()
        assert len(kept) == 2 and all(item.standing and item.due_on is None for item in kept)


def test_a_day_somebody_decided_on_gives_that_as_its_reason(desk: Desk) -> None:  # noqa: F811
    desk.open(task("1", [UNITS[0]], [], "2025年初"), answers=Answers(dates={"1": date(2025, 1, 31)}))
    with desk.on() as session:
        (kept,) = session.exec(select(Task)).all()
        assert kept.due_on == date(2025, 1, 31)
        assert kept.terms["because"] == "由办公室确定为2025-01-31" and kept.terms["doubt"] is None
        item = desk.item(session, "1", UNITS[0])
        assert "由办公室确定为2025-01-31" in item.because and "2025-03-31" not in item.because


def test_a_member_of_a_named_group_is_not_left_out_in_silence(desk: Desk) -> None:  # noqa: F811
    with desk.on() as session:
        plan = adopt_plan(session, desk.head(), plan_of(task("1", [UNITS[0]], ["各乡镇人民政府"], "2024年底前")), "x")
        units = [unit for unit in session.exec(select(Unit).order_by(Unit.sort)) if unit.name != UNITS[4]]
        with pytest.raises(NotAllowed, match=UNITS[4]):
            open_cycle(session, desk.head(), plan, units, Opening())


@pytest.mark.parametrize(("text", "day"), [
    ("2026-11-20", date(2026, 11, 20)), ("2026年11月20日", date(2026, 11, 20)), ("2026.3.5", date(2026, 3, 5)),
    ("2024-03-31（按年初）", date(2024, 3, 31)), ("2026年11月20日至30日", None), ("2026年13月1日", None),
    ("每季度", None),
])
def test_a_day_may_be_typed_as_officials_write_it(text: str, day: date | None) -> None:
    assert date_of_choice(text) == day


