"""A changed template is checked in sentences before it is kept, and reaches nothing but its values."""

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from docx.oxml import OxmlElement
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import Rejected
from models.paper_words import PaperKind
from papers.check_form import MACROS, check_form
from papers.forms import default_form, fill, forms
from papers.marks import paths_used
from papers.preview import preview

K = PaperKind
VALUES = {
    "number": "鲁政行监字〔2021〕1号", "title": "行政执法监督意见书", "issuer": "某办", "office": "某办",
    "place": "504", "contact": "甲", "phone": "1", "day": "2021年9月7日", "version": 1, "unit": "甲局",
    "opening": "发现：", "findings": [{"mark": "一是", "text": "缺件。"}], "demand": "请报送。",
}
MARKS = ("{{ number }}", "{{ unit }}", "{{ opening }}", "{%p for one in findings %}", "{{ one.text }}", "{%p endfor %}",
         "{{ demand }}")


def written(*texts: str) -> bytes:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    return saved(document)


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, inside in members.items():
            file.writestr(name, inside)
    return out.getvalue()


def lines(data: bytes) -> list[str]:
    return [one.text for one in Document(io.BytesIO(data)).paragraphs if one.text]


@pytest.mark.parametrize("kind", [kind for kind, form in forms().items() if form.build])
def test_every_template_we_ship_passes_its_own_check(kind: PaperKind) -> None:
    assert check_form(default_form(kind), kind) == []


def test_what_a_template_uses_is_known_down_to_the_fields_of_a_list() -> None:
    assert {"number", "findings", "findings[].mark", "findings[].text", "demand"} <= paths_used(default_form(K.OPINION))


def test_a_template_that_says_everything_in_another_order_is_taken() -> None:
    assert check_form(written(*MARKS), K.OPINION) == []
    assert lines(fill(written(*MARKS), K.OPINION, VALUES))[3] == "缺件。"


@pytest.mark.parametrize("texts, said", [
    (MARKS[:-1], "没有用到：整改要求（{{ demand }}）"), (MARKS[1:], "没有用到：文号"),
    ((*MARKS, "{{ demnd }}"), "不认识的标记“demnd”"), ((*MARKS[:4], "{{ one.txt }}", *MARKS[5:]), "findings.txt"),
    ((*MARKS[:5], *MARKS[6:]), "没有结尾，缺少“{%p endfor %}”"), ((*MARKS, "{%p endif %}"), "不配对"),
    ((*MARKS[:5], "{%tr endfor %}", MARKS[6]), "不配对"), ((*MARKS, "{{ place"), "没有写完整"),
    ((*MARKS, "｛｛ place ｝｝"), "全角括号"),
    ((*MARKS[:3], "以下：{%p for one in findings %}", *MARKS[4:]), "须独占一段"),
    ((*MARKS, "{{ a b }}"), "写法有误"),
    ((*MARKS, "{%p macro x() %}"), "不认识的标记"), ((*MARKS, "{{r place }}"), "不能使用"),
    ((*MARKS, "{{ place|tojson }}"), "不能使用“tojson”"), ((*MARKS, "{% tr if place %}"), "不认识的标记"),
])
def test_what_is_missing_or_wrong_is_said_in_a_sentence(texts: tuple[str, ...], said: str) -> None:
    faults = check_form(written(*texts), K.OPINION)
    assert any(said in fault for fault in faults), faults
    assert all(fault.endswith("。") for fault in faults)


def test_a_mark_that_word_has_split_over_runs_still_counts_and_one_split_over_paragraphs_is_named() -> None:
    document = Document()
    for text in MARKS[:-1]:
        document.add_paragraph(text)
    paragraph = document.add_paragraph()
    for piece in ("{", "{ de", "mand", " }", "}"):
        paragraph.add_run(piece)._r.insert(0, OxmlElement("w:proofErr"))
    assert check_form(saved(document), K.OPINION) == []
    assert "请报送。" in lines(fill(saved(document), K.OPINION, VALUES))
    assert any("拆开" in fault for fault in check_form(written(*MARKS[:-1], "{{ de", "mand }}"), K.OPINION))


def test_marks_in_headers_and_tables_count_and_marks_in_comments_are_refused() -> None:
    document = Document(io.BytesIO(written(*MARKS[1:])))
    document.sections[0].header.paragraphs[0].text = "{{ number }}"
    assert check_form(saved(document), K.OPINION) == []
    document.add_comment(document.paragraphs[0].add_run("注"), text="{{ place }}")
    assert any("没有被填写" in fault for fault in check_form(saved(document), K.OPINION))


@pytest.mark.parametrize("data, said", [
    (b"", "不是 .docx"), (b"PK\x03\x04", "不是 .docx"), ("正文".encode(), "不是 .docx"),
    (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "不是 .docx"),
])
def test_what_is_no_docx_is_refused(data: bytes, said: str) -> None:
    assert said in check_form(data, K.OPINION)[0]


def rewritten(name: str, old: bytes, new: bytes) -> bytes:
    return packed(written(*MARKS), lambda members: members.update({name: members[name].replace(old, new, 1)}))


@pytest.mark.parametrize("data, said", [
    (packed(written(*MARKS), lambda m: m.update({"word/vbaProject.bin": b"x"})), MACROS),
    (rewritten("[Content_Types].xml", b"wordprocessingml.document.main+xml", b"macroEnabled.main+xml"), MACROS),
    (rewritten("word/document.xml", b"<w:document", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><w:document"),
     "外部定义"),
    (rewritten("word/_rels/document.xml.rels", b"</Relationships>", b'<Relationship Id="x9" Type="http://schemas.'
     b'openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="x" TargetMode="External"/>'
     b"</Relationships>"),
     "指向外部"),
    (packed(written(*MARKS), lambda m: m.update({"word/media/big": b"0" * 60_000_000})), "过大"),
    (packed(written(*MARKS), lambda m: m.update({"word/embeddings/a.bin": b"x"})), "嵌入的对象"),
    (rewritten("word/document.xml", b"<w:body>", b"<w:body"), "已损坏"),
])
def test_macros_links_outside_bombs_and_broken_files_are_refused(data: bytes, said: str) -> None:
    assert said in check_form(data, K.OPINION)[0]


ATTACKS = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ self }}", "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "{{ lipsum.__globals__ }}", "{{ range(10) }}",
    "{{ findings.append(1) }}", "{{ unit.format(1) }}", "{{ '%s'|format(1) }}", "{{ findings|map(attribute='x') }}",
    "{{ findings|attr('__class__') }}", "{{ unit * 100000000 }}", "{{ 9 ** 999999999 }}", "{% set x = unit %}",
    "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{% macro x() %}{% endmacro %}",
    "{{ dict }}", "{{ namespace }}", "{{ joiner }}", "{{ unit.upper }}", "{{ findings.__len__ }}", "{{ loop }}",
    "{% for a in findings %}{% for b in findings %}{% for c in findings %}{% for d in findings %}"
    "{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    "{{ unit|replace('a', 'b') }}", "{% for x in findings recursive %}{% endfor %}",
    "{{ unit['__class__'] }}", "{% with x = 1 %}{% endwith %}", "{% debug %}", "{{ unit|tojson|safe }}",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_template_reaches_nothing_but_its_values(attack: str) -> None:
    """Refused when it is handed in, and once more when it is filled, should it have come in by another way."""
    data = written(*MARKS, attack)
    assert check_form(data, K.OPINION)
    with pytest.raises(Rejected):
        fill(data, K.OPINION, VALUES)


HARD = (
    "<w:t>&amp;</w:t> ]]> \"'", "{{ 7 * 7 }} {% for x in y %}", "👩‍⚖️🏛️", "𠮷𡈽𫖯㙍", "第一行\n第二行\r\n第三行\t跳格",
    "\x00\x07\x0b\x0c\x1b控制符\ufffe\uffff", "{_{ }_}", "&#10;&lt;", "长" * 60_000, "a" * 5000, "\u202e右至左",
)


@pytest.mark.parametrize("text", HARD)
def test_hard_values_come_out_as_they_are(text: str) -> None:
    said = lines(fill(default_form(K.OPINION), K.OPINION, VALUES | {"findings": [{"mark": "一是", "text": text}]}))
    plain = text.replace("\r\n", "\n").replace("{_{", "{{").replace("}_}", "}}")
    kept = "".join(ch for ch in plain if ch in "\n\t" or (ord(ch) >= 32 and ord(ch) not in (0xFFFE, 0xFFFF)))
    assert f"一是{kept}" in said


@settings(max_examples=25)
@given(st.text(max_size=40))
def test_any_text_at_all_leaves_a_document_that_opens(text: str) -> None:
    data = fill(default_form(K.OPINION), K.OPINION, VALUES | {"opening": f"始{text}"})
    assert any(line.startswith("始") for line in lines(data))


def test_the_preview_shows_what_the_document_says_in_its_look() -> None:
    blocks, cut = preview(fill(default_form(K.OPINION), K.OPINION, VALUES))
    looks = {block.text: block.classes.split() for block in blocks if block.text}
    assert not cut
    assert (blocks[0].text, blocks[0].classes) == ("某办", "centre mark red") and looks["某办"] == ["right"]
    assert "rule" in looks["鲁政行监字〔2021〕1号"]
    assert {"title", "centre"} <= set(looks["行政执法监督意见书"])
    assert "indent" in looks["一是缺件。"]


def test_the_preview_of_a_table_has_its_rows_and_a_very_long_paper_is_cut() -> None:
    document = Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合并"
    table.cell(1, 0).text, table.cell(1, 1).text = "<b>", "乙"
    (block, *_), _ = preview(saved(document))
    assert block.rows == [["合并"], ["<b>", "乙"]]
    assert preview(written(*["行"] * 1600))[1]


LONG = "'" + "x" * 250 + "'"
HEAVY = (
    "{{ 1|round(99999999, 'ceil') }}", "{{ 'abc'|join('abc'|join('abc'|join('abc'))) }}", "{{ unit|join(unit) }}",
    "{{ unit + unit }}", "{{ unit ~ unit }}", "{% for a in " + LONG + " %}{% endfor %}",
    "{% for a in unit %}{% endfor %}", "{% for a in (unit, unit) %}{{ a }}{% endfor %}", "{{ unit|sum }}",
    "{{ unit|abs }}", "{{ unit - 1 }}", "{% if unit < 1 %}{% endif %}", "{{ " + "(" * 140 + "unit" + ")" * 140 + " }}",
    "{% if unit %}" * 120 + "{% endif %}" * 120, "{{ '" + "x" * 400 + "' }}", "{{ unit }}" * 1001,
)


@pytest.mark.parametrize("heavy", HEAVY)
def test_a_template_that_would_reckon_without_end_is_refused_in_a_sentence(heavy: str) -> None:
    faults = check_form(written(*MARKS, heavy), K.OPINION)
    assert faults and all(fault.endswith("。") for fault in faults)


def test_loops_within_loops_over_long_lists_stop() -> None:
    inner = ("{% for a in findings %}{% for b in findings %}{% for c in findings %}", "{% endfor %}" * 3)
    with pytest.raises(Rejected, match="循环次数过多"):
        fill(written(*MARKS, "".join(inner)), K.OPINION, VALUES | {"findings": [{"mark": "", "text": "缺"}] * 200})


@pytest.mark.parametrize("body", [
    b"<w:p/>" * 700_000, b"<w:p><w:r><w:t>" + b"{{" * 400_000 + b"</w:t></w:r></w:p>",
    b"<w:p><w:r><w:t>" + b"{%" + b"a" * 2_000_000 + b"</w:t></w:r></w:p>",
    b"<w:tbl><w:tr><w:tc>" * 75 + b"<w:p/>" * 9 + b"</w:tc></w:tr></w:tbl>" * 75,
])
def test_a_document_made_to_be_read_for_ever_is_refused_soon(body: bytes) -> None:
    begun = time.process_time()
    assert check_form(rewritten("word/document.xml", b"<w:body>", b"<w:body>" + body), K.OPINION)
    assert time.process_time() - begun < 20


RELATION = ('<Relationship Id="x9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
            'Target="{}" {}/></Relationships>')
RELS = "word/_rels/document.xml.rels"


def related(kind: str, target: str, mode: str, coding: str = "") -> bytes:
    def change(members: dict[str, bytes]) -> None:
        words = members[RELS].decode().replace("</Relationships>", RELATION.format(kind, target, mode))
        members[RELS] = words[words.index("<Relationships"):].encode(coding) if coding else words.encode()

    return packed(written(*MARKS), change)


@pytest.mark.parametrize("data", [
    related("hyperlink", "http://evil/x", 'TargetMode = "External"'),
    related("image", "//evil/x", 'TargetMode="&#69;xternal"'),
    related("image", "http://evil/x", 'TargetMode="External"', "utf-16"), related("image", "file:///c:/x", ""),
    related("attachedTemplate", "x.dotm", ""), related("aFChunk", "x.html", ""), related("oleObject", "x.bin", ""),
])
def test_no_link_or_carrier_comes_in_by_another_spelling(data: bytes) -> None:
    assert check_form(data, K.OPINION)


def field(code: str) -> bytes:
    simple = f'<w:p><w:fldSimple w:instr="{code}"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'
    return rewritten("word/document.xml", b"<w:body>", b"<w:body>" + simple.encode())


@pytest.mark.parametrize("code", ["DDEAUTO cmd.exe", " date ", "INCLUDETEXT c:/x", "INCLUDEPICTURE http://x", "LINK x"])
def test_fields_that_change_read_or_start_something_are_refused(code: str) -> None:
    assert any("打开公文时会自行变化" in fault for fault in check_form(field(code), K.OPINION))
    parts = ("begin", "DA", "TE", "end")
    runs = "".join(f'<w:r><w:fldChar w:fldCharType="{one}"/></w:r>' if one in ("begin", "end")
                   else f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in parts)
    data = rewritten("word/document.xml", b"<w:body>", f"<w:body><w:p>{runs}</w:p>".encode())
    assert any("“DATE”" in fault for fault in check_form(data, K.OPINION))


def test_the_number_of_the_page_may_stay() -> None:
    assert check_form(field("PAGE"), K.OPINION) == []


def test_hidden_words_are_refused() -> None:
    document = Document(io.BytesIO(written(*MARKS)))
    document.paragraphs[-1].runs[0].font.hidden = True
    assert any("隐藏文字" in fault for fault in check_form(saved(document), K.OPINION))


@pytest.mark.parametrize("texts", [
    (*MARKS[:6], "{% if 1 > 2 %}{{ demand }}{% endif %}"), (*MARKS[:6], "{{ demand|length }}"),
    (*MARKS[:6], "{{ demand|first }}"), (*MARKS[:4], "{{ one.text|first }}", *MARKS[5:]),
    (*MARKS[:4], "{% if loop.first %}{{ one.text }}{% endif %}", *MARKS[5:]),
])
def test_a_template_that_asks_for_a_value_and_leaves_it_out_is_refused(texts: tuple[str, ...]) -> None:
    assert any("没有写出" in fault for fault in check_form(written(*texts), K.OPINION))


def test_what_a_condition_keeps_back_on_the_day_of_signing_stops_the_signing() -> None:
    sly = written(*MARKS[:6], "{% if unit != '甲局' %}{{ demand }}{% endif %}")
    with pytest.raises(Rejected, match="没有写出：整改要求"):
        fill(sly, K.OPINION, VALUES)
    assert fill(sly, K.OPINION, VALUES | {"unit": "乙局", "opening": "一\n二\t三"})
