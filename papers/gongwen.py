"""The look of an official paper (GB/T 9704—2012): page, fonts, heads, body, signature; built into a Word template."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

BODY, HEAD, SUBHEAD, TITLE, MARK = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "方正小标宋简体"
THREE, TWO, FOUR = Pt(16), Pt(22), Pt(14)  # 三号, 二号, 四号
LINE = Pt(28.95)  # 22 lines on a page
RED = RGBColor(0xD0, 0x10, 0x10)
NARROW = 30  # millimetres up to which a column holds figures or a word, set in the middle
EPOCH = (1980, 1, 1, 0, 0, 0)


class Gongwen:
    """Builds a paper block by block; text may hold the marks of a template ({{ number }}, {%p for … %})."""

    def __init__(self) -> None:
        self.doc = Document()
        page = self.doc.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
        face(self.doc.styles["Normal"], BODY, THREE)
        _chinese(self.doc.styles.element)
        self.doc.settings.odd_and_even_pages_header_footer = True
        _page_number(page.footer, ALIGN.RIGHT)
        _page_number(page.even_page_footer, ALIGN.LEFT)

    def mark(self, text: str = "{{ issuer }}") -> None:
        """发文机关标志 in red over a red line."""
        self.line(text, TITLE, Pt(32), ALIGN.CENTER, colour=RED)

    def number(self, text: str = "{{ number }}", rule: bool = True) -> None:
        """发文字号, with the red separating line below it."""
        paragraph = self.line(text, BODY, THREE, ALIGN.CENTER)
        if rule:
            _border(paragraph)

    def number_and_signer(self) -> None:
        """发文字号 at the left and 签发人 at the right, as a paper upward has them."""
        paragraph = self.line("　{{ number }}\t签发人：{{ signer }}", BODY, THREE, ALIGN.LEFT)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(156) - THREE, WD_TAB_ALIGNMENT.RIGHT)
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

    def last_lines(self, key: str) -> None:
        """The lines of a list that ends the body: only the last one must stay with the signature."""
        self.control(f"{{%p for line in {key} %}}")
        self.control("{%p if not loop.last %}")
        self.text("{{ line }}")
        self.control("{%p else %}")
        self.text("{{ line }}")
        self.control("{%p endif %}")
        self.control("{%p endfor %}")

    def control(self, mark: str) -> None:
        """A line that only steers the template ({%p for … %}); it leaves nothing behind."""
        self.doc.add_paragraph(mark)

    def signature(self, issuer: str = "{{ issuer }}", day: str = "{{ day }}") -> None:
        """发文机关署名 and 成文日期 at the right, on one page with the last lines of the body and a note below."""
        for paragraph in reversed(self.doc.paragraphs):
            paragraph.paragraph_format.keep_with_next = True
            if not paragraph.text.startswith("{%"):
                break
        self.blank()
        self.line(issuer, BODY, THREE, ALIGN.RIGHT, right=4)
        self.line(day, BODY, THREE, ALIGN.RIGHT, right=4)
        for paragraph in self.doc.paragraphs[-3:]:
            paragraph.paragraph_format.keep_with_next = True

    def note(self, text: str) -> None:
        """附注: （联系人：…，联系方式：…）."""
        self.line(text, BODY, THREE, ALIGN.LEFT, indent=2)

    def contact(self) -> None:
        """附注 with whom to ask, only where somebody is named."""
        self.control("{%p if contact and phone %}")
        self.note("（联系人：{{ contact }}，联系方式：{{ phone }}）")
        self.control("{%p endif %}")

    def copies(self, text: str) -> None:
        """抄送机关 at the end, between lines."""
        _border(self.line(text, BODY, FOUR, ALIGN.LEFT), colour="000000", sides=("top", "bottom"))

    def table(self, head: Sequence[str], cells: Sequence[str], each: str, widths: Sequence[float]) -> None:
        """A table with one row for each of a list: `each` is "row in rows", `cells` name what stands in a column,
        widths are millimetres."""
        table = self.doc.add_table(rows=4, cols=len(head))
        table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        for place, word in enumerate(head):
            table.columns[place].width = Mm(widths[place])  # what LibreOffice goes by; Word goes by the cells
            middle = widths[place] <= NARROW
            _cell(table.cell(0, place), word, HEAD, ALIGN.CENTER)
            _cell(table.cell(2, place), cells[place], BODY, ALIGN.CENTER if middle else ALIGN.LEFT)
            for row in table.rows:
                row.cells[place].width = Mm(widths[place])
        _cell(table.cell(1, 0), f"{{%tr for {each} %}}", BODY)
        _cell(table.cell(3, 0), "{%tr endfor %}", BODY)
        _repeat(table.rows[0])
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        self.gap()

    def gap(self) -> None:
        """A few points of air; a heading right below a table would be left alone at the end of a page."""
        layout = self.doc.add_paragraph().paragraph_format
        layout.space_before, layout.space_after = Pt(0), Pt(0)
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(6)

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

    def signed(self) -> bytes:
        """The paper as a file with its signature, and the note where somebody is named."""
        self.signature()
        self.contact()
        return self.bytes()

    def bytes(self) -> bytes:
        """The document; the same blocks always give the same bytes."""
        buffer = io.BytesIO()
        self.doc.save(buffer)
        return steady(buffer.getvalue())



def face(holder: Any, font: str, size: Any) -> None:
    """Font and size of a run or style; Word takes the Chinese face from w:eastAsia, and “” too by the hint."""
    holder.font.name, holder.font.size = "Times New Roman", size
    fonts = holder.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _chinese(styles: Any) -> None:
    """The text is simplified Chinese: without it a program chooses the shapes of signs by its own language."""
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _page_number(footer: Any, side: Any) -> None:
    """页码 between dashes, one character in from the outer edge: right on odd pages, left on even ones."""
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    paragraph.paragraph_format.right_indent = FOUR if side == ALIGN.RIGHT else None
    paragraph.paragraph_format.left_indent = FOUR if side == ALIGN.LEFT else None
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


def _border(paragraph: Any, colour: str = "D01010", sides: Sequence[str] = ("bottom",)) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "18" if colour != "000000" else "8"), ("space", "8"),
                           ("color", colour)):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def _cell(cell: Any, text: str, font: str, side: Any = ALIGN.LEFT) -> None:
    paragraph = cell.paragraphs[0]
    layout = paragraph.paragraph_format
    layout.alignment, layout.space_before, layout.space_after = side, Pt(2), Pt(2)
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    face(paragraph.add_run(text), font, Pt(12))


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
