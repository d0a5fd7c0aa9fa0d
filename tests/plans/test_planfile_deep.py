"""A plan file of nothing but brackets is refused at once (R18)."""

import pytest

from models.base import Rejected
from plans.planfile import DEEPEST, parse
from plans.text import source_of


@pytest.mark.parametrize("text", ["[" * 5000, "a: " + "{b: " * 5000, "? " + "[a,\n" * 5000])
def test_brackets_within_brackets_are_refused_by_their_line(text: str) -> None:
    with pytest.raises(Rejected, match=f"行：括号嵌套过深（多于{DEEPEST}层）"):
        parse(source_of("a.yaml", text.encode()))


def test_brackets_beside_each_other_are_no_depth() -> None:
    assert parse(source_of("a.yaml", ("a:\n" + "- [b, {c: d}]\n" * 300).encode()))["a"][0][0] == "b"
