"""Whether a problem came back: the same line, nearly the same words, within twelve months; a person decides."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import Conflict, Rejected
from models.paper_words import RecurState
from rules.recurrence import Matter, check_decision, likeness, year_after

DAY = date(2020, 9, 20)
OLD = Matter(uuid4(), 3, "行政执法案卷归档不规范", "案卷管理", "档案", DAY)


def new(title: str = "别的事", item: str = "", category: str = "") -> Matter:
    return Matter(uuid4(), 1, title, item, category)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (new(item="案卷 管理"), "同属“案卷 管理”"), (new("行政执法案卷归档不规范。"), "问题名称相同"),
        (new("行政执法案卷归档仍不规范"), "问题名称相近"), (new(category="档案"), "类别同为“档案”"),
    ],
)
def test_the_same_line_name_or_category_is_proposed_with_why(found: Matter, why: str) -> None:
    like = likeness(found, date(2021, 5, 1), [OLD])
    assert like and like.id == OLD.id
    assert like.why == f"问题3（行政执法案卷归档不规范）于2020年9月20日销号，{why}"


@pytest.mark.parametrize("found", [new(), new("学法不足"), new("行政执法人员未持证上岗"), new(category=" ")])
def test_another_matter_is_not(found: Matter) -> None:
    assert likeness(found, date(2021, 5, 1), [OLD]) is None


@pytest.mark.parametrize(("day", "found"), [("2020-09-19", 0), ("2020-09-20", 1), ("2021-09-20", 1), ("2021-09-21", 0)])
def test_twelve_months_are_counted_from_the_close_out(day: str, found: int) -> None:
    assert bool(likeness(new(OLD.title), date.fromisoformat(day), [OLD])) == bool(found)
    assert year_after(date(2020, 2, 29)) == date(2021, 2, 28)


def test_of_several_the_same_line_goes_first_then_the_latest() -> None:
    later = Matter(uuid4(), 9, OLD.title, "", "", date(2020, 12, 1))
    assert likeness(new(OLD.title), date(2021, 1, 1), [OLD, later]).id == later.id  # type: ignore[union-attr]
    assert likeness(new(OLD.title, "案卷管理"), date(2021, 1, 1), [OLD, later]).id == OLD.id  # type: ignore[union-attr]


@given(st.text(max_size=40), st.text(max_size=40))
def test_it_does_not_matter_which_of_two_came_first(one: str, other: str) -> None:
    first, second = Matter(uuid4(), 1, one, closed_on=DAY), Matter(uuid4(), 2, other, closed_on=DAY)
    assert (likeness(first, DAY, [second]) is None) == (likeness(second, DAY, [first]) is None)


def test_a_person_decides_once_and_says_why_not() -> None:
    assert check_decision(RecurState.PROPOSED, True, "") == RecurState.CONFIRMED
    assert check_decision(RecurState.PROPOSED, False, "不同案卷") == RecurState.REFUSED
    with pytest.raises(Rejected, match="须写明理由"):
        check_decision(RecurState.PROPOSED, False, " ")
    for state in (None, RecurState.CONFIRMED, RecurState.REFUSED):
        with pytest.raises(Conflict):
            check_decision(state, True, "")
