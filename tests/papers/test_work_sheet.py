"""Nothing a person typed becomes a formula or breaks a workbook, wherever it stands."""

import io
import zipfile

import pytest
from lxml import etree

from papers.ledger_sheet import Head, SheetRow, ledger_sheet
from papers.printed_table import Column, Table, workbook
from papers.work_sheet import guarded, sheet

FORMULAS = ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", " =1", "\u3000=1", "\u00a0@x", "\n=1",
            "\ufeff=1", "\u200b＝1")
HARD = (*FORMULAS, "a\x00b\x07\x0b", "\ufffe\uffff", "👩\u200d⚖️𠮷𡈽", "[x]:*?/\\")


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_begin_a_formula_in_a_table_of_text_is_marked(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", HARD)
def test_a_workbook_opens_and_has_no_formula(text: str) -> None:
    books = (
        sheet(text, text, ["a"], [[text]]), ledger_sheet([SheetRow(text, text, text)], Head(text, text)),
        workbook([Table(text, text, text, [Column("a", text, 10)], [{"a": text}], [text])]),
    )
    for data in books:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        for inside in parts.values():
            etree.fromstring(inside)
        assert not any(b"<f>" in inside for inside in parts.values())
