"""Words of time: how a text is cleaned and cut, and that the short cuts of the scanner cut nothing off."""

import json
import re
from pathlib import Path

import pytest

from plans.grammar.lexemes import LEXEMES, STARTS
from plans.grammar.lexicon import _filled, clean, number, tokens

SETS = sorted((Path(__file__).parent / "phrases").glob("*.jsonl"))


def phrases() -> list[str]:
    return [clean(json.loads(line)["phrase"]) for path in SETS for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("text", "value"), [
    ("20", 20), ("二十", 20), ("廿", 20), ("廿五", 25), ("两", 2), ("十", 10), ("十五", 15), ("一百二十", 120),
    ("二〇二四", 2024),
    ("半", 0.5), ("1.5", 1.5), ("三十", 30), ("一百", 100), ("九十九", 99),
])
def test_a_figure_is_read_in_digits_and_in_chinese(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("dash", ["-", "－", "—", "——", "–", "~", "～", "〜", "―", "─"])
def test_every_dash_is_a_range(dash: str) -> None:
    assert tokens(clean(f"3月1日{dash}4日"))[1] == "MD-D" or "--" in clean(f"3月1日{dash}4日")
    assert tokens(clean(f"3月1日{dash}4日"))[1] == "MD-D"


def test_full_width_and_blanks_and_quotation_marks_say_nothing() -> None:
    assert clean("２０２４ 年 ６月　“底”前") == "2024年6月底前"


@pytest.mark.parametrize("letter", sorted(STARTS))
def test_where_the_scanner_does_not_look_a_word_could_not_begin(letter: str) -> None:
    begin = re.compile(STARTS[letter])
    for name, _, spellings in LEXEMES:
        if name == letter:
            whole = re.compile(_filled(spellings))
            for text in phrases():
                missed = [m.group() for m in whole.finditer(text) if m.group() and not begin.match(m.group())]
                assert not missed, (text, missed)


@pytest.mark.parametrize(("text", "shape"), [
    ("2024年6月底前完成并长期坚持", "YMEFC.S"), ("自签收之日起30日内", ".ADI"), ("每季度首月10日前", "P.MDF"),
    ("有效期届满前6个月", ".Fn"), ("〔2024〕15号", "z"), ("20XX年X月X日", "Z"),
])
def test_a_phrase_has_a_shape(text: str, shape: str) -> None:
    found = tokens(clean(text))[1]
    assert found.startswith(shape[:2]), found
