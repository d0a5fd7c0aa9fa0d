"""The look of a paper (GB/T 9704): who signs a paper upward, page numbers at the outer edge, nothing empty printed."""

import io

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

from models.paper_words import PaperKind as K
from papers.forms import default_form, fill
from papers.preview import preview

BASE = {"number": "甲督报〔2026〕1号", "title": "关于督察情况的报告", "issuer": "甲县委依法治县办", "office": "办公室",
        "place": "", "day": "2026年11月22日", "version": 1, "signer": "主任甲"}
BRIEF = {"to": "县委", "plan": "《方案》", "name": "乙镇", "as_of": "2026年11月22日", "facts": ["情况。"],
         "problems": [], "matters": [], "advice": ["一是整改。", "二是复查。"]}


def brief(**more: str) -> bytes:
    return fill(default_form(K.BRIEF), K.BRIEF, {**BASE, "contact": "", "phone": "", **BRIEF, **more})


@pytest.mark.parametrize(("named", "printed"), [({}, False), ({"contact": "王某", "phone": "1234"}, True)])
def test_whom_to_ask_is_printed_only_where_somebody_is_named(named: dict[str, str], printed: bool) -> None:
    said = [one.text for one in Document(io.BytesIO(brief(**named))).paragraphs]
    assert ("（联系人：王某，联系方式：1234）" in said) is printed and any("联系人" in one for one in said) is printed


def test_a_paper_upward_names_who_signed_it_and_numbers_its_pages_at_the_outer_edge() -> None:
    data = brief()
    page = Document(io.BytesIO(data)).sections[0]
    assert page.footer.paragraphs[0].alignment == ALIGN.RIGHT
    assert page.even_page_footer.paragraphs[0].alignment == ALIGN.LEFT
    (line,) = [block for block in preview(data)[0] if "签发人：主任甲" in block.text]
    assert "甲督报〔2026〕1号" in line.text and line.classes.split() == ["left", "rule"]


def test_only_the_last_line_of_the_body_stays_with_the_signature() -> None:
    lines = {one.text: one.paragraph_format.keep_with_next for one in Document(io.BytesIO(brief())).paragraphs}
    assert lines["二是复查。"] and not lines["一是整改。"] and lines["甲县委依法治县办"]
