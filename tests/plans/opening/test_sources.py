"""The issued documents themselves, where they lie beside the checkout: tables, rows and printed cells counted."""

from pathlib import Path

import pytest

from plans.opening import open_path
from tests.plans.opening.makers import printed

SOURCES = Path(__file__).resolve().parents[4] / "shared" / "sources"
pytestmark = pytest.mark.skipif(not SOURCES.is_dir(), reason="the issued documents are not beside the checkout")

COUNTS = {
    "xinshao-2024.docx": [(58, 5, True, 166)], "xinshao-2024.txt": [(58, 5, False, 170)],
    "lushan-2021.docx": [(38, 4, True, 104)], "lushan-2021.txt": [(38, 4, False, 105), (4, 3, True, 12)],
    "puyang-2020.docx": [(28, 7, True, 121), (31, 7, True, 133)], "xiayi-2023.txt": [(23, 4, True, 52)],
    "compilation.txt": [],
}


@pytest.mark.parametrize("name", COUNTS)
def test_tables_of_the_sources(name: str) -> None:
    document = open_path(SOURCES / name)
    found = [
        (len(table.rows), table.width, table.placed, sum(s.printed and s.text != "" for row in table.rows for s in row))
        for table in document.tables
    ]
    assert found == COUNTS[name]


def test_xinshao_prints_the_same_cells_in_word_and_in_text() -> None:
    """Where a page ends the text prints the theme again; nothing else differs."""
    paper, kept = (open_path(SOURCES / f"xinshao-2024.{suffix}") for suffix in ("docx", "txt"))
    themes: list[str] = []
    cells: list[str] = []
    for slot in printed(kept):
        again = slot.text.startswith("(") and slot.text in themes[-1:]
        themes += [slot.text] if slot.text.startswith("(") else []
        cells += [] if again else [slot.text]
    assert cells == [slot.text for slot in printed(paper)]
    assert [line.text for line in paper.lines] == [line.text for line in kept.lines]


def test_lushan_prints_the_same_cells_in_word_and_in_text() -> None:
    paper, kept = (open_path(SOURCES / f"lushan-2021.{suffix}").tables[0] for suffix in ("docx", "txt"))
    for left, right in zip(paper.rows, kept.rows, strict=True):
        printed_left = [slot.text for slot in left if slot.printed and slot.text]
        assert printed_left == [slot.text for slot in right if slot.text][-len(printed_left) :]


def test_damaged_puyang_rows_are_all_there() -> None:
    first, second = open_path(SOURCES / "puyang-2020.txt").tables
    assert (len(first.rows), len(second.rows), first.placed) == (30, 31, False)
    assert not any("<p>" in slot.text for row in first.rows for slot in row)
