"""Files made to harm: each refused with work like that of an honest file, and with a reason a clerk can act on."""

# ruff: noqa: E501, PLW0108 - documents written out in one line each

import random
import struct
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.readings.hostile_files import changed, nested
from models.base import Rejected
from plans.document import Document
from plans.opening import open_document
from plans.opening.opener import LARGEST
from tests.plans.opening.makers import RELS, TYPES, as_docx, as_xlsx, p, tbl, tc, tr, word, zipped
from tests.plans.opening.old_sheet import as_xls

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROWS = [["事项", "时限"], ["培训", "每年12月底前"]]
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{}</worksheet>'


def sheet_of(cells: str, after: str = "") -> bytes:
    return changed(as_xlsx(ROWS), xl__worksheets__sheet1=SHEET.format(cells, after))


def declared(size: int) -> bytes:
    """A .docx whose directory declares a member of that size."""
    data = bytearray(word(p("正文")))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(data)


def encrypted_zip() -> bytes:
    data = bytearray(word(p("正文")))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(magic, at + 4)
    return bytes(data)


def macro() -> bytes:
    types = TYPES.replace("vnd.openxmlformats-officedocument.wordprocessingml.document.main", "vnd.ms-word.document.macroEnabled.main")
    return zipped({"[Content_Types].xml": types, "_rels/.rels": RELS, "word/document.xml": "<a/>"})


ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE a [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;">]>'

HOSTILE = {
    "bomb.docx": (lambda: word(" " * 40_000_000), "压缩比"),
    "gigabyte.docx": (lambda: declared(1 << 30), "过大"),
    "many.docx": (lambda: zipped({f"a{n}": "" for n in range(6000)}), "过大"),
    "nested.docx": (lambda: word(nested(1000)), "嵌套"),
    "nested5.docx": (lambda: word(nested(6)), "嵌套"),
    "wide.docx": (lambda: word(tbl(tr(tc("甲") * 100_000))), "列"),
    "span.docx": (lambda: word(tbl(tr(tc("甲", 1_000_000)))), "列"),
    "before.docx": (lambda: word(tbl(tr(tc("甲"), before=1_000_000))), "列"),
    "tall.docx": (lambda: word(tbl(tr(tc("甲")) * 30_000)), "行"),
    "million.docx": (lambda: word(tbl("<w:tr><w:tc/></w:tr>" * 1_000_000)), "不予读取"),
    "late.docx": (lambda: word(tbl(tr(tc("甲")) * 19_000, tr(tc("乙", 200)))), "格"),
    "entity.docx": (lambda: word(p("&x;"), ENTITY), "实体"),
    "laughs.docx": (lambda: word(p("&b;"), LAUGHS), "实体"),
    "styles.docx": (lambda: word(p("正文"), **{"word/styles.xml": f"{ENTITY}<a/>"}), "实体"),
    "utf16.docx": (lambda: changed(word(""), word__document=f"<a>{ENTITY}</a>".encode("utf-16")), "UTF-8"),
    "macro.docx": (macro, "宏"),
    "named.docm": (lambda: word(p("正文")), "宏"),
    "named.xlsm": (lambda: as_xlsx(ROWS), "宏"),
    "locked.docx": (lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "加密"),
    "locked2.docx": (encrypted_zip, "加密"),
    "cut.docx": (lambda: as_docx(ROWS)[:-400], "损坏"),
    "half.docx": (lambda: as_docx(ROWS)[:9000], "损坏"),
    "cut.xlsx": (lambda: as_xlsx(ROWS)[:-300], "损坏"),
    "cut.xls": (lambda: OLE + b"\0" * 300, "损坏"),
    "noise.docx": (lambda: random.Random(7).randbytes(50_000), "损坏"),
    "noise.txt": (lambda: random.Random(7).randbytes(50_000), "编码"),
    "old.doc": (lambda: OLE + b"\0" * 600, "另存为 .docx"),
    "old.wps": (lambda: OLE + b"\0" * 600, "另存为 .docx"),
    "rich.doc": (lambda: b"{\\rtf1 a}", "另存为 .docx"),
    "old.docx": (lambda: OLE + b"\0" * 600, "另存为 .docx"),
    "stump.pdf": (lambda: b"%PDF-1.7 ...", "已损坏"),
    "scan.docx": (lambda: b"\x89PNG\r\n\x1a\n...", "图片"),
    "page.xls": (lambda: b"<html><table><tr><td>a</td></tr></table></html>", "这是网页.*改为 .html"),
    "page.doc": (lambda: b"\xef\xbb\xbf <!DOCTYPE html><html>a</html>", "这是网页.*改为 .html"),
    "pack.zip": (lambda: zipped({"a.txt": "甲"}), "压缩包"),
    "plan.exe": (lambda: b"MZ...", "可读的有"),
    "empty.txt": (lambda: b" \n", "空的"),
    "big.txt": (lambda: b"a" * (LARGEST + 1), "超过20MB"),
    "corner.xlsx": (lambda: sheet_of('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "不予读取|过多"),
    "million.xlsx": (lambda: sheet_of("<row><c><v>1</v></c></row>" * 600_000), "不予读取|过多"),
    "merged.xlsx": (lambda: sheet_of('<row r="1"><c r="A1"><v>1</v></c></row>', '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "列"),
    "overlap.xlsx": (lambda: sheet_of('<row r="1"><c r="A1"><v>1</v></c></row>', "<mergeCells>" + '<mergeCell ref="A1:C3"/><mergeCell ref="B2:D4"/>' + "</mergeCells>"), "重叠"),
    "formula.xlsx": (lambda: sheet_of('<row r="7"><c r="C7"><f>A1+1</f></c></row>'), "“任务”的 C7 格是公式"),
    "formula2.xlsx": (lambda: sheet_of('<row r="7"><c r="C7"><f>A1+1</f><v/></c></row>'), "“任务”的 C7 格是公式"),
    "formula3.xlsx": (lambda: sheet_of('<row r="7"><c r="C7" t="e"><f>A1</f><v>#REF!</v></c></row>'), "“任务”的 C7 格是公式"),
    "entity.xlsx": (lambda: changed(as_xlsx(ROWS), xl__sharedStrings=f"{ENTITY}<sst/>"), "实体"),
    "strings.xlsx": (lambda: repeated(), "过多"),
    "span.html": (lambda: b"<table><tr><td colspan=1000000>a</td></tr></table>", "列"),
    "tall.html": (lambda: b"<table>" + b"<tr><td>a</td></tr>" * 30_000 + b"</table>", "行"),
    "deep.html": (lambda: b"<div>" * 5000 + b"a", "嵌套|损坏"),
    "tables.html": (lambda: b"<table><tr><td>" * 1000 + b"a", "嵌套|损坏"),
    "entity.html": (lambda: f"{ENTITY}<p>&x;</p>".encode(), "实体"),
    "overlap.html": (lambda: b"<table><tr><td>a<td rowspan=3>b</tr><tr><td colspan=2>c</tr><tr><td>d</table>", "重叠"),
    "million.md": (lambda: b"| a | b |\n|---|---|\n" + b"| 1 | 2 |\n" * 1_000_000, "行"),
    "binary.xls": (lambda: as_xls([["a"], *[[]] * 65000, [*[""] * 255, "z"]]), "过多|不予读取"),
    "wide.md": (lambda: b"|" + b" a |" * 100_000 + b"\n|" + b"---|" * 100_000, "列"),
}


def repeated() -> bytes:
    """One long text shown by half a million cells."""
    book = as_xlsx([["甲" * 32_000]])
    row = "<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>"
    return changed(book, xl__worksheets__sheet1=SHEET.format(row * 8_000, ""))


@pytest.fixture(scope="module")
def honest() -> float:
    """The processor's seconds for an ordinary workbook of 3000 rows."""
    data = as_xlsx([["组织培训", "各县区人民政府", "2020年8月10日"]] * 3000)
    begun = time.process_time()
    open_document("honest.xlsx", data)
    return time.process_time() - begun


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_soon_and_with_a_reason(name: str, honest: float) -> None:
    make, reason = HOSTILE[name]
    data = make()
    begun = time.process_time()
    with pytest.raises(Rejected, match=reason) as caught:
        open_document(name, data)
    assert time.process_time() - begun < 200 * honest  # the worst takes about six times as much, a bomb has no end
    assert str(caught.value).endswith("。") and len(str(caught.value)) < 120


def test_a_formula_that_gave_an_empty_text_has_a_value() -> None:
    data = sheet_of('<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><f>""</f><v></v></c></row>')
    assert open_document("a.xlsx", data).tables[0].rows[0][0].text == "1"


@pytest.mark.parametrize("suffix", [".docx", ".xls", ".xlsx", ".txt", ".md", ".html", ".doc", ""])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=300) | st.text(alphabet="|\t\n -a一.1(", max_size=80).map(str.encode), head=st.sampled_from([b"", b"PK\x03\x04", b"<table>", b"\xff\xfe"]))
def test_any_bytes_open_or_are_rejected(suffix: str, data: bytes, head: bytes) -> None:
    try:
        assert isinstance(open_document(f"a{suffix}", head + data), Document)
    except Rejected as refusal:
        assert str(refusal)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 3000), byte=st.integers(0, 255), kind=st.sampled_from(["docx", "xlsx"]))
def test_a_damaged_byte_never_breaks_the_opener(at: int, byte: int, kind: str) -> None:
    data = bytearray(word(p("正文") + tbl(tr(tc("甲", 2)), tr(tc("乙"), tc("丙")))) if kind == "docx" else SMALL)
    data[at % len(data)] = byte
    try:
        open_document(f"a.{kind}", bytes(data))
    except Rejected as refusal:
        assert str(refusal)


SMALL = as_xlsx(ROWS)
