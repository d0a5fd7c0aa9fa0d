"""Every reader of documents over spoiled bytes (R18): it reads or refuses with a sentence, and never breaks.

The short form here; `make fuzz` gives atheris ten minutes with the same readers (tests/hostile/fuzz.py).
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile.attack import WORDS
from tests.hostile.readers import READERS, read
from tests.hostile.test_forms import CALM
from tests.hostile.world import cases

PIECES = ("年", "月", "日", "底", "前", "每", "季度", "工作日", "之日起", "第", "、", "，", "；", "（", "）", "1", "２",
          "十", "99999", "〇", "廿", "上旬", "次年", "各", "有关", "县司法局", "|", "\n", "\t", " ", "一、", "（一）",
          "1.", "—", "至", "即日起", "长期", "{{", "}}", "{%", "%}", ":", "- ", "&", "<td>", "\u3000", "\u200b",
          "𠮷", *WORDS[:-1])


@st.composite
def spoiled(draw: st.DrawFn, seed: bytes) -> bytes:
    """Honest bytes with some cut, doubled or replaced; or words of the trade in any order."""
    if draw(st.booleans()):
        return "".join(draw(st.lists(st.sampled_from(PIECES), max_size=40))).encode(errors="replace")
    data = bytearray(seed)
    for _ in range(draw(st.integers(1, 4))):
        at, more = draw(st.integers(0, len(data))), draw(st.integers(0, 60))
        piece = draw(st.binary(max_size=20) | st.just(bytes(data[at:at + more])))
        data[at:at + draw(st.integers(0, 40))] = piece
    return bytes(data)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_reads_or_refuses_and_never_breaks(name: str) -> None:
    slow = name in ("plan.xls", "plan.xlsx", "plan.pdf", "ledger.xlsx", "ledger cells", "units.xlsx")  # a process each

    @settings(max_examples=cases(8 if slow else 60, 150 if slow else 3000), suppress_health_check=CALM, deadline=None)
    @given(spoiled(READERS[name][1]))
    def spoil(data: bytes) -> None:
        read(name, data)

    read(name, READERS[name][1])
    spoil()


@pytest.mark.parametrize("name", READERS)
def test_one_line_of_a_megabyte_is_read_or_refused(name: str) -> None:
    lines = ("重" * 349_000, "2020年8月10日前，" * 50_000, "县司法局、" * 60_000, "（" * 300_000, "|" * 1_000_000)
    for line in lines:
        read(name, line.encode())
