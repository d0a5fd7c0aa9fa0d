"""The look of an official paper (GB/T 9704—2012): page, fonts, heads, body, signature; built into a Word template."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

BODY, HEAD, SUBHEAD, TITLE, MARK = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "方正小标宋简体"
THREE, TWO, FOUR = Pt(16), Pt(22), Pt(14)  # 三号, 二号, 四号
LINE = Pt(28.95)  # 22 lines on a page
RED = RGBColor(0xD0, 0x10, 0x10)
EPOCH = (1980, 1, 1, 0, 0, 0)


class Gongwen:
    """Builds a paper block by block; text may hold the marks of a template ({{ number }}, {%p for … %})."""

    def __init__(self) -> None:
        self.doc = Document()
        page = self.doc.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
        face(self.doc.styles["Normal"], BODY, THREE)
        self._page_number(page)

    def mark(self, text: str = "{{ issuer }}") -> None:
        """发文机关标志 in red over a red line."""
        self.line(text, TITLE, Pt(32), ALIGN.CENTER, colour=RED)

    def number(self, text: str = "{{ number }}", rule: bool = True) -> None:
        """发文字号, with the red separating line below it."""
        paragraph = self.line(text, BODY, THREE, ALIGN.CENTER)
        if rule:
            _border(paragraph)

    def title(self, text: str) -> None:
        self.blank()
        self.line(text, TITLE, TWO, ALIGN.CENTER)
        self.blank()

    def addressee(self, text: str) -> None:
        """主送机关, from the left edge, with its colon."""
        self.line(text, BODY, THREE, ALIGN.LEFT)

    def head(self, text: str) -> None:
        """一级标题（一、）; never the last line of a page."""
        self.line(text, HEAD, THREE, ALIGN.LEFT, indent=2).paragraph_format.keep_with_next = True

    def subhead(self, text: str) -> None:
        """二级标题（（一））."""
        self.line(text, SUBHEAD, THREE, ALIGN.LEFT, indent=2).paragraph_format.keep_with_next = True

    def text(self, text: str) -> None:
        """A paragraph of the body, two characters in."""
        self.line(text, BODY, THREE, ALIGN.JUSTIFY, indent=2)

    def control(self, mark: str) -> None:
        """A line that only steers the template ({%p for … %}); it leaves nothing behind."""
        self.doc.add_paragraph(mark)

    def signature(self, issuer: str = "{{ issuer }}", day: str = "{{ day }}") -> None:
        """发文机关署名 and 成文日期 at the right, on one page with the last lines of the body."""
        self.blank()
        self.line(issuer, BODY, THREE, ALIGN.RIGHT, right=4)
        for paragraph in self.doc.paragraphs[-3:]:
            paragraph.paragraph_format.keep_with_next = True
        self.line(day, BODY, THREE, ALIGN.RIGHT, right=4)

    def note(self, text: str) -> None:
        """附注: （联系人：…，联系方式：…）."""
        self.line(text, BODY, THREE, ALIGN.LEFT, indent=2)

    def copies(self, text: str) -> None:
        """抄送机关 at the end, between lines."""
        _border(self.line(text, BODY, FOUR, ALIGN.LEFT), colour="000000", sides=("top", "bottom"))

    def table(self, head: Sequence[str], cells: Sequence[str], each: str, widths: Sequence[float]) -> None:
        """A table with one row for each of a list: `each` is "row in rows", `cells` name what stands in a column,
        widths are millimetres."""
        table = self.doc.add_table(rows=4, cols=len(head))
        table.style = "Table Grid"
        for place, word in enumerate(head):
            table.columns[place].width = Mm(widths[place])  # what LibreOffice goes by; Word goes by the cells
            _cell(table.cell(0, place), word, HEAD)
            _cell(table.cell(2, place), cells[place], BODY)
            for row in table.rows:
                row.cells[place].width = Mm(widths[place])
        _cell(table.cell(1, 0), f"{{%tr for {each} %}}", BODY)
        _cell(table.cell(3, 0), "{%tr endfor %}", BODY)
        _repeat(table.rows[0])

    def blank(self) -> None:
        self.line("", BODY, THREE, ALIGN.LEFT)

    def line(self, text: str, font: str, size: Any, align: Any, indent: int = 0, right: int = 0,
             colour: Any = None) -> Any:
        paragraph = self.doc.add_paragraph()
        layout = paragraph.paragraph_format
        layout.alignment, layout.space_before, layout.space_after = align, Pt(0), Pt(0)
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, max(LINE, Pt(size.pt * 1.3))
        layout.first_line_indent = size * indent if indent else None
        layout.right_indent = size * right if right else None
        run = paragraph.add_run(text)
        face(run, font, size)
        if colour is not None:
            run.font.color.rgb = colour
        return paragraph

    def _page_number(self, page: Any) -> None:
        paragraph = page.footer.paragraphs[0]
        paragraph.alignment = ALIGN.CENTER
        for kind, text in (("", "— "), ("begin", ""), ("", "PAGE"), ("end", ""), ("", " —")):
            run = paragraph.add_run("" if text == "PAGE" else text)
            face(run, "宋体", FOUR)
            if kind:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                run._r.append(mark)
            elif text == "PAGE":
                code = OxmlElement("w:instrText")
                code.text = "PAGE"
                run._r.append(code)

    def bytes(self) -> bytes:
        """The document; the same blocks always give the same bytes."""
        buffer = io.BytesIO()
        self.doc.save(buffer)
        return steady(buffer.getvalue())


def face(holder: Any, font: str, size: Any) -> None:
    """Font and size of a run or style; Word takes the Chinese face from w:eastAsia alone."""
    holder.font.name, holder.font.size = "Times New Roman", size
    holder.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _border(paragraph: Any, colour: str = "D01010", sides: Sequence[str] = ("bottom",)) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "18" if colour != "000000" else "8"), ("space", "8"),
                           ("color", colour)):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def _cell(cell: Any, text: str, font: str) -> None:
    run = cell.paragraphs[0].add_run(text)
    face(run, font, Pt(12))


def _repeat(row: Any) -> None:
    """The head of a table stands on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def steady(data: bytes) -> bytes:
    """The same zip without the times of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            new.writestr(zipfile.ZipInfo(name, EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
