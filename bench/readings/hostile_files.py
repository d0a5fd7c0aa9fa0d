"""Files made to harm or to mislead, each written by a function of no arguments."""

import io
import random
import struct
import zipfile
from collections.abc import Callable

from bench.readings.files import RELS, TYPES, as_docx, as_html, as_md, as_xlsx, p, word, zipped
from bench.readings.old_sheet import far_cell

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCAL, CENTRAL = (b"PK\x03\x04", 22), (b"PK\x01\x02", 24)  # where each kind of header tells the size of a member
ROWS = [["事项", "时限"], ["培训", "每年12月底前"]]
ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE a [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;">]>'
REMOTE = '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'
MACROS = TYPES.replace("vnd.openxmlformats-officedocument.wordprocessingml.document.main",
                       "vnd.ms-word.document.macroEnabled.main")
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Make = Callable[[], bytes]


def tc(text: str, marks: str = "") -> str:
    return f"<w:tc><w:tcPr>{marks}</w:tcPr>{p(text)}</w:tc>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def nested(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + p("里") + "</w:tc></w:tr></w:tbl>" * depth


def changed(data: bytes, **parts: str | bytes) -> bytes:
    """The zip with parts replaced or added; underscores of a key stand for slashes."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members: dict[str, str | bytes] = {name: file.read(name) for name in file.namelist()}
    return zipped({**members, **{key.replace("__", "/") + ".xml": value for key, value in parts.items()}})


def sheet_of(cells: str, after: str = "") -> bytes:
    body = f'<worksheet xmlns="{SPACE}"><sheetData>{cells}</sheetData>{after}</worksheet>'
    return changed(as_xlsx([ROWS]), xl__worksheets__sheet1=body)


def declaring(data: bytes, size: int, headers: tuple[tuple[bytes, int], ...] = (CENTRAL,)) -> bytes:
    """The zip with every member said to be of that size."""
    changed_ = bytearray(data)
    for magic, offset in headers:
        at = changed_.find(magic)
        while at >= 0:
            changed_[at + offset:at + offset + 4] = struct.pack("<I", size)
            at = changed_.find(magic, at + 4)
    return bytes(changed_)


def ten_gigabytes() -> bytes:
    """Three parts that say they hold ten gigabytes together."""
    return declaring(zipped({"[Content_Types].xml": TYPES, "_rels/.rels": RELS, "word/document.xml": "<a/>"}),
                     10 * 1024**3 // 3)


def nested_zip(levels: int = 6) -> bytes:
    """Archives within archives, ten at each level, beside an honest text."""
    inner = zipped({"a.txt": b"\0" * 1_000_000})
    for _ in range(levels):
        inner = zipped({f"{n}.zip": inner for n in range(10)})
    return word(p("正文"), word__media__a=inner)


def encrypted_zip() -> bytes:
    data = bytearray(as_docx(["正文"]))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(magic, at + 4)
    return bytes(data)


def repeated() -> bytes:
    """One long text shown by half a million cells."""
    row = "<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>"
    body = f'<worksheet xmlns="{SPACE}"><sheetData>{row * 8_000}</sheetData></worksheet>'
    return changed(as_xlsx([[["甲" * 32_000]]]), xl__worksheets__sheet1=body)


def noise() -> bytes:
    return random.Random(7).randbytes(50_000)


CORNERS = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
OVERLAP = '<mergeCells><mergeCell ref="A1:C3"/><mergeCell ref="B2:D4"/></mergeCells>'
FAR = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'

ARCHIVES: dict[str, Make] = {
    "bomb.docx": lambda: word(" " * 40_000_000), "ten-gigabytes.docx": ten_gigabytes,
    "zip-in-zip.docx": nested_zip, "gigabyte.docx": lambda: declaring(as_docx(["正文"]), 1 << 30),
    "gigabyte-sheet.xlsx": lambda: declaring(as_xlsx([ROWS]), 1 << 30),
    "understated.docx": lambda: declaring(word(" " * 40_000_000), 900, (LOCAL, CENTRAL)),
    "understated.xlsx": lambda: declaring(sheet_of(ONE * 900_000), 900, (LOCAL, CENTRAL)),
    "many.docx": lambda: zipped({f"a{n}": "" for n in range(6000)}),
    "macro.docx": lambda: zipped({"[Content_Types].xml": MACROS, "_rels/.rels": RELS, "word/document.xml": "<a/>"}),
    "named.docm": lambda: as_docx(["正文"]), "named.xlsm": lambda: as_xlsx([ROWS]),
    "locked.docx": lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "locked2.docx": encrypted_zip,
    "locked.xlsx": lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
    "cut.docx": lambda: as_docx([ROWS])[:-80], "half.docx": lambda: as_docx([ROWS])[:500],
    "cut.xlsx": lambda: as_xlsx([ROWS])[:-300], "cut.xls": lambda: OLE + b"\0" * 300,
    "noise.docx": noise, "noise.txt": noise, "pack.zip": lambda: zipped({"a.txt": "甲"}),
}
WORD: dict[str, Make] = {
    "nested.docx": lambda: word(nested(1000)), "nested5.docx": lambda: word(nested(6)),
    "nested2.docx": lambda: word(nested(2)),
    "wide.docx": lambda: word(tbl(tc("甲") * 100_000)),
    "span.docx": lambda: word(tbl(tc("甲", '<w:gridSpan w:val="1000000"/>'))),
    "before.docx": lambda: word(tbl('<w:trPr><w:gridBefore w:val="1000000"/></w:trPr>' + tc("甲"))),
    "tall.docx": lambda: word(tbl(*[tc("甲")] * 30_000)),
    "million.docx": lambda: word("<w:tbl>" + "<w:tr><w:tc/></w:tr>" * 1_000_000 + "</w:tbl>"),
    "late.docx": lambda: word(tbl(*[tc("甲")] * 19_000, tc("乙", '<w:gridSpan w:val="200"/>'))),
    "entity.docx": lambda: word("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", ENTITY),
    "laughs.docx": lambda: word("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", LAUGHS),
    "remote.docx": lambda: word(p("正文"), REMOTE),
    "styles.docx": lambda: word(p("正文"), word__styles=f"{ENTITY}<a/>"),
    "utf16.docx": lambda: changed(word(""), word__document=f"<a>{ENTITY}</a>".encode("utf-16")),
}
SHEETS: dict[str, Make] = {
    "corner.xlsx": lambda: sheet_of(CORNERS), "million.xlsx": lambda: sheet_of("<row><c><v>1</v></c></row>" * 600_000),
    "wide.xlsx": lambda: sheet_of('<row r="1">' + "<c><v>1</v></c>" * 100_000 + "</row>"),
    "merged.xlsx": lambda: sheet_of(ONE, FAR), "overlap.xlsx": lambda: sheet_of(ONE, OVERLAP),
    "formula.xlsx": lambda: sheet_of('<row r="7"><c r="C7"><f>A1+1</f></c></row>'),
    "formula2.xlsx": lambda: sheet_of('<row r="7"><c r="C7"><f>A1+1</f><v/></c></row>'),
    "formula3.xlsx": lambda: sheet_of('<row r="7"><c r="C7" t="e"><f>A1</f><v>#REF!</v></c></row>'),
    "formula4.xlsx": lambda: sheet_of('<row r="7"><c r="C7"><f>A1+1</f><v>2</v></c></row>'),
    "entity.xlsx": lambda: changed(as_xlsx([ROWS]), xl__sharedStrings=f"{ENTITY}<sst/>"), "strings.xlsx": repeated,
    "binary.xls": lambda: far_cell(65_000, 255),
}
TEXTS: dict[str, Make] = {
    "old.doc": lambda: OLE + b"\0" * 600, "old.wps": lambda: OLE + b"\0" * 600, "rich.doc": lambda: b"{\\rtf1 a}",
    "old.docx": lambda: OLE + b"\0" * 600, "scan.pdf": lambda: b"%PDF-1.7 ...",
    "scan.docx": lambda: b"\x89PNG\r\n\x1a\n...", "plan.exe": lambda: b"MZ...", "empty.txt": lambda: b" \n",
    "big.txt": lambda: b"a" * (20 * 1024 * 1024 + 1),
    "workbook.docx": lambda: as_xlsx([ROWS]), "document.xlsx": lambda: as_docx([ROWS]),
    "document.txt": lambda: as_docx([ROWS]), "page.xls": lambda: as_html([ROWS]), "text.docx": lambda: as_md([ROWS]),
    "span.html": lambda: b"<table><tr><td colspan=1000000>a</td></tr></table>",
    "tall.html": lambda: b"<table>" + b"<tr><td>a</td></tr>" * 30_000 + b"</table>",
    "wide.html": lambda: b"<table><tr>" + b"<td>a</td>" * 100_000 + b"</tr></table>",
    "deep.html": lambda: b"<div>" * 5000 + b"a", "tables.html": lambda: b"<table><tr><td>" * 1000 + b"a",
    "entity.html": f"{ENTITY}<p>&x;</p>".encode,
    "overlap.html": lambda: b"<table><tr><td>a<td rowspan=3>b</tr><tr><td colspan=2>c</tr><tr><td>d</table>",
    "million.md": lambda: b"| a | b |\n|---|---|\n" + b"| 1 | 2 |\n" * 1_000_000,
    "wide.md": lambda: b"|" + b" a |" * 100_000 + b"\n|" + b"---|" * 100_000,
}
# Files that ask for nothing unreasonable: reading them is right. All others must be refused.
HARMLESS = {"nested2.docx", "formula4.xlsx", "workbook.docx", "document.xlsx", "document.txt", "zip-in-zip.docx"}
ALL = {**ARCHIVES, **WORD, **SHEETS, **TEXTS}
