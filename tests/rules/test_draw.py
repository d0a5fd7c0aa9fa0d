"""The draw: the same for everybody, even for the balance of many seeds, and done again with nothing but sha256sum."""

import hashlib
import random
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import Rejected
from rules.draw import draw, draw_each, purpose_key, rank, remaining, same_list

TOWNS = [f"第{n:02d}乡" for n in range(1, 26)]
NAMES = st.lists(st.text("甲乙丙丁戊己庚县市局委乡镇", min_size=1, max_size=8), min_size=1, max_size=20, unique=True)
SEEDS = st.text("0123456789", min_size=1, max_size=20)
SEEDS_TRIED = 2000


@given(NAMES, SEEDS, st.data())
def test_the_order_of_the_pool_does_not_matter_and_a_shorter_draw_is_the_beginning_of_a_longer(
    pool: list[str], seed: str, data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(pool)))
    result = draw(pool, n, seed)
    assert draw(data.draw(st.permutations(pool)), n, seed) == result
    assert len(set(result)) == n and set(result) <= set(pool)
    assert draw(pool, len(pool), seed)[:n] == result


@given(NAMES, SEEDS)
def test_taking_away_a_name_that_was_not_drawn_changes_nothing(pool: list[str], seed: str) -> None:
    drawn = draw(pool, 1, seed)
    assert draw([name for name in pool if name in drawn], 1, seed) == drawn


def test_the_digest_is_of_the_seed_a_line_feed_and_the_name() -> None:
    assert rank("20230801", "财政局") == hashlib.sha256("20230801\n财政局".encode()).hexdigest()
    assert draw(TOWNS, 3, "20230801") == ["第18乡", "第07乡", "第20乡"]  # for ever: draws on record rest on it


def by_shell(n: int, seed: str) -> list[str]:
    """The recipe of the docstring, by a shell that knows nothing of this program."""
    script = (
        'while read -r name; do echo "$(printf \'%s\\n%s\' "$1" "$name" | sha256sum | cut -c1-64) $name"; done'
        ' | LC_ALL=C sort | head -n "$2" | cut -d" " -f2'
    )
    pool = random.Random(seed).sample(TOWNS, len(TOWNS))
    argv = ["bash", "-c", script, "-", seed, str(n)]
    done = subprocess.run(argv, input="\n".join(pool) + "\n", capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("seed", ["20230801", "6-2-5-1-3-4", "双色球 03 07 11 22 29 31+08"])
def test_a_stranger_with_sha256sum_draws_the_same(seed: str) -> None:
    assert by_shell(7, seed) == draw(TOWNS, 7, seed)


def shares(pick) -> dict[str, int]:
    """How often each unit is drawn, five of twenty-five, over many seeds."""
    found = dict.fromkeys(TOWNS, 0)
    for n in range(SEEDS_TRIED):
        for name in pick(TOWNS, 5, str(n)):
            found[name] += 1
    return found


def even(found: dict[str, int]) -> bool:
    """400 are expected of each with a deviation of 18; a fair draw strays by 4.5 of them once in 6,000 runs."""
    return all(abs(count - SEEDS_TRIED * 5 / 25) < 4.5 * 17.9 for count in found.values())


def test_over_two_thousand_seeds_every_unit_has_its_share() -> None:
    assert even(shares(draw))


def test_the_test_of_shares_catches_a_draw_that_leans() -> None:
    def leaning(pool: list[str], n: int, seed: str) -> list[str]:
        """Fair but for one unit, whose digest loses a quarter of its weight."""
        return sorted(pool, key=lambda name: int(rank(seed, name)[:8], 16) * (0.75 if name == TOWNS[3] else 1))[:n]

    assert not even(shares(leaning))
    assert not even(shares(lambda pool, n, seed: pool[int(seed) % 20:][:n]))


def test_pairs_are_drawn_together_as_often_as_chance_has_it() -> None:
    """Neighbours in the list must not come together: 2,000 draws of 5 from 25 give a pair 66.7 times, ± 8."""
    together = sum({TOWNS[6], TOWNS[7]} <= set(draw(TOWNS, 5, str(n))) for n in range(SEEDS_TRIED))
    assert abs(together - 2000 * (5 * 4) / (25 * 24)) < 4.5 * 8.03


def test_each_group_gives_its_number_and_no_name_stands_in_two() -> None:
    found = draw_each({"县直单位": (["甲局", "乙局", "丙局"], 2), "乡镇": (TOWNS, 3)}, "42")
    assert {group: len(names) for group, names in found.items()} == {"县直单位": 2, "乡镇": 3}
    assert found["乡镇"] == draw(TOWNS, 3, "42")
    with pytest.raises(Rejected, match="“甲局”同时在“县直单位”和“乡镇”中"):
        draw_each({"县直单位": (["甲局"], 1), "乡镇": (["甲局", "丙乡"], 1)}, "42")


def test_who_is_left_out_needs_a_reason_and_must_be_in_the_list() -> None:
    assert remaining(["甲局", "乙局"], {"甲局": "本月刚受检"}) == ["乙局"]
    with pytest.raises(Rejected, match="“甲局”不参加抽取，须写明理由"):
        remaining(["甲局", "乙局"], {"甲局": " "})
    with pytest.raises(Rejected, match="“丙局”不在抽取范围内"):
        remaining(["甲局"], {"丙局": "理由"})


@pytest.mark.parametrize(
    ("pool", "n", "seed", "says"),
    [
        (["甲局"], 2, "1", "须在1至1之间，现为2"), (["甲局"], 0, "1", "须在1至1之间"), ([], 1, "1", "可抽的有0个"),
        (["甲局"], 1, "", "号码须为"), (["甲局"], 1, "1\n2", "号码须为"), (["甲局"], 1, " 1", "号码须为"),
        (["甲局"], 1, "1'; rm", "号码须为"), (["甲局"], 1, "$(id)", "号码须为"), (["甲局"], 1, "9" * 65, "号码须为"),
        (["甲局", "甲局"], 1, "1", "重复的名称：甲局"), (["甲局\n乙局"], 1, "1", "换行"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(pool: list[str], n: int, seed: str, says: str) -> None:
    with pytest.raises(Rejected, match=says):
        draw(pool, n, seed)


def test_two_ways_of_writing_a_purpose_are_the_same_purpose() -> None:
    assert purpose_key("年中 抽查（县直单位）") == purpose_key("年中抽查(县直单位)。")
    assert purpose_key("年中抽查县直单位") != purpose_key("年终抽查县直单位")
    assert same_list(TOWNS, TOWNS[1:]) and not same_list(TOWNS, TOWNS[5:]) and not same_list([], [])
