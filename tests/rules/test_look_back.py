"""How many of whose problems a sample takes: everybody one, nobody more than there are, the sum as asked."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import Rejected
from rules.look_back import allot


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 30), min_size=1, max_size=12), st.data())
def test_a_sample_is_whole_fair_and_the_same_every_time(sizes: dict[str, int], data: st.DataObject) -> None:
    wanted = data.draw(st.integers(len(sizes), sum(sizes.values())))
    found = allot(sizes, wanted)
    assert sum(found.values()) == wanted and found == allot(sizes, wanted)
    assert all(1 <= found[name] <= size for name, size in sizes.items())
    by_size = sorted(sizes, key=lambda name: sizes[name])
    assert all(found[one] <= found[other] + 1 for one, other in pairwise(by_size))


@pytest.mark.parametrize("wanted", [0, 1, 8])
def test_a_sample_that_cannot_be_drawn_is_refused(wanted: int) -> None:
    with pytest.raises(Rejected):
        allot({"甲": 3, "乙": 4}, wanted)
