"""Blank forms of letters: title, number, text with places to fill, limit, signature."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plans.document import Document, Line
from plans.issued import Head, LetterRead, Part
from plans.opening import open_path
from plans.phrase import read
from plans.readers.head import read_head
from plans.readers.letterform import read_letterforms

SHARED = Path(__file__).resolve().parents[3] / "shared"
with_sources = pytest.mark.skipif(not (SHARED / "sources").is_dir(), reason="没有原始文件（检出旁的 shared 文件夹）")


def forms(*texts: str) -> Part:
    return read_letterforms(Document("样例.txt", "0", [Line(text, n) for n, text in enumerate(texts, 1)]), Head())


FORM = (
    "附件2：", "督察整改建议书", "青督字〔××××〕××号", "", "×××：", "  经督察发现：一是×××。",
    "请于收到本函后15日内书面回复。", "", "青石县司法局", "××××年×月×日", "（联系人：×××）", "附件3", "名单",
)


def test_a_form() -> None:
    part = forms(*FORM)
    assert part.letters == [LetterRead(
        "督察整改建议书", "青督字〔××××〕××号",
        ["×××：", "经督察发现：一是×××。", "请于收到本函后15日内书面回复。", "（联系人：×××）"],
        "15日内", "青石县司法局", "第3行",
    )]
    assert [figure.ok for figure in part.figures] == [True]


@pytest.mark.parametrize("number", ["青督字〔  〕  号", "青督字[XX]第X号", "青督字（2026）＿＿号", "×督字〔×〕×号"])
def test_numbers_to_fill_in(number: str) -> None:
    assert [letter.number for letter in forms("整改通知书", number, "某单位：").letters] == [number.replace(" ", "")]


@pytest.mark.parametrize("printed, limit, plain", [
    ("请于30日之内前报送。", "30日之内前", "30日内"), ("请在十个工作日内报送。", "十个工作日内", "十个工作日内"),
    ("请于×月×日前报送。", "×月×日前", "×月×日前"), ("请及时报送。", "", ""),
])
def test_limits_as_printed(printed: str, limit: str, plain: str) -> None:
    part = forms("整改通知书", "青督字〔×〕×号", printed)
    assert part.letters[0].limit_text == limit
    assert [figure.expected for figure in part.figures] == ([plain] if limit else [])


def test_two_forms_do_not_run_into_each_other() -> None:
    first, second = forms("整改通知书", "甲字〔×〕×号", "×××：", "××××年×月×日", *FORM).letters
    assert (first.body, first.signed_by, second.title) == (["×××："], "", "督察整改建议书")


@pytest.mark.parametrize("texts", [
    ("青石县人民政府办公室文件", "青政办〔2026〕×号", "各单位："), ("整改通知书", "青政办〔2026〕9号", "各单位："),
    ("青督字〔×〕×号", "×××："), ("整改通知书", "青督字〔×〕×号"), ("整改通知书", "依据青督字〔×〕×号办理。"),
])
def test_what_is_no_form(texts: tuple[str, ...]) -> None:
    assert forms(*texts) == Part()


@with_sources
@pytest.mark.parametrize("file", ["lushan-2021.txt", "lushan-2021.docx"])
def test_the_form_of_lushan(file: str) -> None:
    document = open_path(SHARED / "sources" / file)
    known = YAML(typ="safe").load((SHARED / "ground-truth" / "lushan.yaml").read_text(encoding="utf-8"))["opinion_form"]
    fields = {field["key"]: field for field in known["fields"]}
    (letter,) = read_letterforms(document, read_head(document)).letters
    text = "".join(letter.body)
    assert (letter.title, letter.number) == (known["title"], fields["doc_no"]["pattern"])
    assert (letter.limit_text, letter.signed_by) == (fields["reply_days"]["fixed"], fields["issuer"]["fixed"])
    assert letter.body[0] == fields["addressee"]["pattern"]
    for key in ("case_name", "penalty_doc_no", "findings", "contact"):
        assert fields[key]["pattern"] in text, key
    for key in ("requirements", "reply_to", "reply_form"):
        assert fields[key]["fixed"] in text, key
    offset = read(letter.limit_text, date(2021, 9, 7)).offset
    assert offset is not None
    assert offset.n == fields["reply_days"]["days"]


@with_sources
@pytest.mark.parametrize("file", ["puyang-2020.docx", "xinshao-2024.txt", "xiayi-2023.txt", "compilation.txt"])
def test_documents_without_a_form(file: str) -> None:
    document = open_path(SHARED / "sources" / file)
    assert read_letterforms(document, read_head(document)) == Part()


PIECES = st.sampled_from([*FORM, "号", "〔", "书", "30日之内前"])
LINES = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=3).map("".join))


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, max_size=12))
def test_any_document_is_read_without_an_error(texts: list[str]) -> None:
    for letter in forms(*texts).letters:
        assert letter.title and letter.number and letter.body
