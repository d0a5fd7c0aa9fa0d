"""Entering in a unit's name: a basis that can be looked up, names that cannot be mistaken, two keys."""

from datetime import date

import pytest

from models.base import NotAllowed, Rejected
from rules.behalf import Basis, check_basis, check_name, entered_by, entered_name, way_and_giver
from rules.roles import other_hand

DAY = date(2020, 8, 9)


def test_a_basis_is_read_back_from_its_words() -> None:
    basis = Basis("电话", "赵，办公室", DAY)
    check_basis(basis, DAY)
    assert basis.words == "电话，2020年8月9日，赵，办公室"
    assert way_and_giver(basis.words) == ("电话", "赵，办公室")


@pytest.mark.parametrize(
    ("how", "giver", "day", "told"),
    [("微信", "赵", DAY, "依据"), ("电话", "", DAY, "提供人"), ("电话", "赵" * 51, DAY, "50字"),
     ("纸质", "赵", date(2020, 8, 10), "晚于今天"), ("纸质", "赵（经办甲代录）", DAY, "代录")],
)
def test_a_basis_nobody_could_look_up_is_refused(how: str, giver: str, day: date, told: str) -> None:
    with pytest.raises(Rejected, match=told):
        check_basis(Basis(how, giver, day), DAY)


@pytest.mark.parametrize("person", ["经办甲", "张三（督察科）"])
def test_who_entered_is_known_by_either_way_of_entering(person: str) -> None:
    for sent_by in (entered_name("赵", person), f"{person}（代录）"):
        assert entered_by(sent_by, person) and not entered_by(sent_by, "乙") and not entered_by(sent_by, person[1:])
        with pytest.raises(NotAllowed, match="另一人"):
            other_hand(person, ["别人", sent_by], "须由另一人审核。")
    other_hand(person, ["别人", ""], "须由另一人审核。")


def test_a_name_from_outside_cannot_read_as_entered() -> None:
    check_name("赵")
    with pytest.raises(Rejected):
        check_name("赵（经办甲代录）")
