"""The ledger as a workbook: what stands where, what is locked, and that nothing typed becomes a formula."""

import io
import re
import zipfile
from datetime import date
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from papers.ledger_sheet import Head, SheetRow, ledger_sheet
from plans.opening import open_document
from rules import ledger as words
from rules.ledger import DIGITS, Key, code_of, key_text, read_key

HEAD = Head("督办台账（试验周期）", "导出时间：2024-07-11 10:05", (words.AMOUNT,))


def row(**more) -> SheetRow:
    given = {"key": key_text(uuid4(), 1), "unit": "甲镇", "title": "落实行政执法三项制度", "due": date(2024, 12, 31)}
    return SheetRow(**given | more)


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if name.endswith(".xml")}


def cells(data: bytes) -> list[list[str]]:
    return [[slot.text for slot in line] for line in open_document("台账.xlsx", data).tables[0].rows]


def test_the_sheet_has_a_title_a_line_a_heading_and_a_row_for_each_thing() -> None:
    sheet = cells(ledger_sheet([row(), row(unit="乙镇")], HEAD))
    assert sheet[0][0] == HEAD.title and sheet[1][0] == HEAD.line
    assert sheet[2] == [*words.PRINTED, *words.FILLED, words.AMOUNT]
    assert [line[1] for line in sheet[3:]] == ["甲镇", "乙镇"]
    assert sheet[3][5] == "2024年12月31日"


def test_what_is_printed_is_locked_and_what_is_filled_in_is_open() -> None:
    found = parts(ledger_sheet([row(), row(open=False)], HEAD))
    sheet, styles = found["xl/worksheets/sheet1.xml"], found["xl/styles.xml"]
    xfs = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles.split("<cellXfs")[1].split("</cellXfs")[0])
    open_styles = {at for at, xf in enumerate(xfs) if 'locked="0"' in xf}
    style_of = {place: int(style) for place, style in re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', sheet)}
    assert {place for place, style in style_of.items() if style in open_styles} == {"J4", "K4", "L4", "M4", "N4"}
    assert "<sheetProtection" in sheet and "password" not in sheet


def test_the_sheet_prints_on_a4_across_with_its_heading_on_every_page() -> None:
    found = parts(ledger_sheet([row()], HEAD))
    sheet, book = found["xl/worksheets/sheet1.xml"], found["xl/workbook.xml"]
    assert 'paperSize="9"' in sheet and 'orientation="landscape"' in sheet and 'fitToHeight="0"' in sheet
    assert "Print_Titles" in book and "$3:$3" in book and 'topLeftCell="D4"' in sheet
    assert 'type="list"' in sheet and "已完成,办理中,未开始" in sheet
    assert "填写说明" in book and "校验字符" in found["xl/sharedStrings.xml"]


NASTY = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "=HYPERLINK(\"x\")", "{=A1}", "http://example.org", "007"]


def test_nothing_typed_becomes_a_formula_a_link_or_a_number() -> None:
    typed = {words.WORK: "=1+1", words.PROOF: "@SUM(A1)"}
    rows = [row(title=text, who=text, limit=text, unit=text, typed=typed) for text in NASTY]
    data = ledger_sheet(rows, Head("=1", "=2", (words.ERROR,)))
    for name, part in parts(data).items():
        assert "<f>" not in part and "<hyperlink" not in part, name
    assert [line[2] for line in cells(data)[3:]] == NASTY


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=60)


@settings(max_examples=25, deadline=None)
@given(TEXT, TEXT)
def test_any_text_comes_back_as_it_was(title: str, work: str) -> None:
    line = cells(ledger_sheet([row(title=title, typed={words.WORK: work})], Head("", "")))[3]
    assert line[2] == title.strip() and line[11] == work.strip()


def test_a_text_longer_than_a_cell_does_not_vanish() -> None:
    assert len(cells(ledger_sheet([row(title="长" * 40_000)], HEAD))[3][2]) == 32_767


@given(st.uuids(), st.integers(1, 9999))
def test_a_key_survives_hands_and_input_methods(key: UUID, version: int) -> None:
    text = key_text(key, version)
    full = text.translate({ord(char): ord(char) + 0xFEE0 for char in text})
    for said in (text, text.lower(), f" {text} ", full, text.replace("-", "－"), text.replace("0", "O")):
        assert read_key(said) == Key(code_of(key), version)


@given(st.uuids(), st.integers(1, 99), st.data())
def test_no_single_slip_makes_another_key(key: UUID, version: int, data: st.DataObject) -> None:
    text = key_text(key, version)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(DIGITS))
    if other != text[at]:
        assert read_key(text[:at] + other + text[at + 1:]) is None
    if at + 1 < len(text) and text[at] != text[at + 1]:
        assert read_key(text[:at] + text[at + 1] + text[at] + text[at + 2:]) is None
    if at < 10:
        assert read_key(text[:at] + text[at + 1:]) is None


def test_a_row_whose_printed_words_need_more_lines_is_as_high_as_they_are() -> None:
    sheet = parts(ledger_sheet([row(), row(title="落实行政执法三项制度" * 6)], HEAD))["xl/worksheets/sheet1.xml"]
    heights = re.findall(r'<row r="([45])"[^>]*?ht="([\d.]+)"', sheet)
    assert [place for place, _ in heights] == ["5"] and float(heights[0][1]) >= 4 * 14
