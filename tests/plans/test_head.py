"""What a document says of itself, on papers made up here and on the sources where they lie beside the checkout."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plans.document import Document, Line, Slot, Table
from plans.issued import Head
from plans.opening import open_path
from plans.readers.head import read_head, tight
from plans.readers.head_checks import check_head
from plans.readers.split import paragraphs, split_documents

SHARED = Path(__file__).resolve().parents[3] / "shared"
with_sources = pytest.mark.skipif(not (SHARED / "sources").is_dir(), reason="没有原始文件（检出旁的 shared 文件夹）")


def paper(*texts: str) -> Document:
    return Document("样例.txt", "0", [Line(text, number) for number, text in enumerate(texts, 1)])


NOTICE = (
    "青石县依法治县委员会办公室文件", "", "青治办〔2026〕12 号", "",
    "关于印发《青石县法治建设", "督察工作方案》的通知", "",
    "各乡镇、各部门：", "现将《青石县法治建设督察工作方案》印发给你们，请遵照执行。", "",
    "青石县依法治县委员会办公室", "2026年3月2日", "（公开发布）", "青石县法治建设督察工作方案", "",
    "一、时间安排", "四月起进行。", "青石县司法局", "2026年2月20日",
)


def keys(document: Document) -> dict[str, tuple[str, ...]]:
    return {doubt.key: doubt.choices for doubt in check_head(document, read_head(document)).doubts}


def test_a_notice_with_its_plan() -> None:
    document = paper(*NOTICE)
    assert read_head(document) == Head(
        "青石县法治建设督察工作方案", "青石县依法治县委员会办公室", "青治办〔2026〕12号", date(2026, 3, 2), 2026
    )
    part = check_head(document, read_head(document))
    assert part.doubts == []
    assert [figure.ok for figure in part.figures] == [True]


@pytest.mark.parametrize("number", ["青政办〔2024〕7号", "青政办[2024]7号", "青政办(2024)7号", "青政办（2024） 7 号"])
def test_numbers_in_every_kind_of_bracket(number: str) -> None:
    head = read_head(paper(number, "关于开展督察的通知", "各单位："))
    assert (head.doc_no, head.year) == (tight(number), 2024)


def test_a_number_that_is_only_cited_is_not_its_own() -> None:
    head = read_head(paper("关于开展督察的通知", "各单位：", "根据省办文件（省办〔2019〕3号）要求，现通知如下。"))
    assert (head.doc_no, head.year) == ("", None)


def test_nested_names_get_their_double_brackets_back() -> None:
    title = ("关于印发《青石县落实<省三年行动方案>", "任务清单》的通知")
    document = paper("青政办〔2024〕7号", "青石县人民政府办公室", *title, "各单位：")
    assert read_head(document).title == "青石县落实《省三年行动方案》任务清单"


def test_without_a_day_only_the_day_is_asked() -> None:
    document = paper(*(text for text in NOTICE if "年" not in text))
    assert read_head(document).issued_on is None
    assert set(keys(document)) == {"head-issued_on"}


def test_a_day_at_the_foot_of_the_last_page_is_proposed_not_taken() -> None:
    foot = "青石县人民政府办公室2024年5月6日印发"
    document = paper("青政办〔2024〕7号", "关于督察的通知", "各单位：", "请照办。", foot)
    assert read_head(document).issued_on is None
    assert keys(document)["head-issued_on"] == ("2024-05-06",)


def test_two_names_for_one_plan_are_asked() -> None:
    cover = ("关于开展督察的通知", "各单位：", "现将《督察总体安排》印发给你们。")
    document = paper(*NOTICE[:4], *cover, *NOTICE[9:])
    assert keys(document)["head-title"] == ("青石县法治建设督察工作方案", "督察总体安排", "关于开展督察的通知")


def test_issuers_that_differ_are_asked() -> None:
    document = paper("青石县人民政府文件", "关于开展督察的通知", "各单位：", "请照办。", "青石县司法局", "2026年5月6日")
    assert keys(document)["head-issuer"] == ("青石县人民政府", "青石县司法局")


def test_a_year_is_proposed_from_the_text_and_never_taken() -> None:
    document = paper("督察工作方案", "各单位：", "2020年X月1日至2020年X月9日为准备阶段。", "自2019年起。")
    assert read_head(document).year is None
    assert keys(document)["head-year"] == ("2020", "2019")


def test_number_and_day_of_different_years_are_shown() -> None:
    document = paper(*(text.replace("2026年3月2日", "2027年3月2日") for text in NOTICE))
    assert [figure.ok for figure in check_head(document, read_head(document)).figures] == [False]


def test_a_compilation_is_cut_at_its_titles() -> None:
    document = paper(
        "范文大全", "第一篇：某县督察方案", "一、总则", "正文。",
        "第二篇 某局自查报告", "县司法局：", "上一篇：甲下一篇：乙",
    )
    first, second = split_documents(document)
    assert [line.number for line in first.lines] == [2, 3, 4]
    assert [line.text for line in second.lines] == ["第二篇 某局自查报告", "县司法局："]
    assert first.name == "样例.txt 第一篇"
    assert [read_head(piece).title for piece in (first, second)] == ["某县督察方案", "某局自查报告"]


def test_a_single_document_stays_whole() -> None:
    document = paper("第一篇：某县督察方案", "正文。")
    assert split_documents(document) == [document]


def test_a_line_broken_within_a_bracket_is_put_together() -> None:
    lines = list(paragraphs(paper("（一）自查阶段（3月1日", "至3月9日）。各单位自查。", "", "（二）")))
    assert [line.text for line in lines] == ["（一）自查阶段（3月1日至3月9日）。各单位自查。", "（二）"]


def truth(name: str) -> dict[str, object]:
    return YAML(typ="safe").load((SHARED / "ground-truth" / f"{name}.yaml").read_text(encoding="utf-8"))


@with_sources
@pytest.mark.parametrize(
    "file", ["puyang-2020.txt", "puyang-2020.docx", "lushan-2021.txt", "lushan-2021.docx", "xinshao-2024.txt",
             "xinshao-2024.docx", "xiayi-2023.txt"]
)
def test_heads_of_the_sources(file: str) -> None:
    known = truth(file.partition("-")[0])
    document = open_path(SHARED / "sources" / file)
    head = read_head(document)
    assert (head.issuer, head.doc_no, head.year) == (known["issuer"], known.get("doc_no", ""), known["context_year"])
    assert head.issued_on == (date.fromisoformat(str(known["issue_date"])) if known["issue_date"] else None)
    assert ("head-issued_on" in keys(document)) == (known["issue_date"] is None)
    if "title" in known:
        names = str(known["title"]).split("／")
        assert head.title == names[-1]
        assert len(names) == 1 or names[0] in keys(document)["head-title"]
    assert split_documents(document) == [document]


@with_sources
def test_heads_in_the_compilation() -> None:
    """Five titles are printed: the fourth piece is a speech, no plan."""
    jinchuan, township, liaoning, speech, report = split_documents(open_path(SHARED / "sources" / "compilation.txt"))
    for document, name in ((jinchuan, "jinchuan"), (liaoning, "liaoning")):
        known, head = truth(name), read_head(document)
        day = known["issue_date"]
        assert (head.title, head.doc_no, head.year) == (known["title"], known.get("doc_no", ""), known["context_year"])
        assert head.issued_on == (date.fromisoformat(str(day)) if day else None)
    assert read_head(township) == Head("乡镇法治政府建设示范创建活动实施方案")
    assert keys(township)["head-year"] == ("2020",)
    assert read_head(speech).year is None
    assert read_head(report).issuer == "**市城管局"


PIECES = [
    *NOTICE, "第一篇：方案", "第二篇", "附件1", "《", "》的通知", "关于印发《", "现将《甲》印发", "〔2024〕", "号",
    "9999年12月31日", "二〇二四年二月三十日", "0000年1月1日", "（", "）", "\t", "[bookmark: x]",
]
LINES = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=4).map("".join))


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, max_size=14), st.booleans())
def test_any_document_is_read_without_an_error(texts: list[str], table: bool) -> None:
    document = paper(*texts)
    if table:
        document.blocks.insert(len(texts) // 2, Table(1, [[Slot("甲", 1, 1)], []], 1))
    for piece in split_documents(document):
        head = read_head(piece)
        assert all(doubt.key and doubt.what for doubt in check_head(piece, head).doubts)
        assert head == read_head(piece)


def test_a_plans_own_title_after_the_notices_is_not_glued_to_it() -> None:
    notice = ["某县人民政府办公室关于印发重点任务清单的通知", "某政办函〔2024〕38号", "2024年1月5日"]
    lines = [*notice, "某县行政执法重点任务分解清单"]
    found = read_head(Document("a.txt", "0", [Line(text, at) for at, text in enumerate(lines, 1)]))
    assert (found.title, found.issuer) == ("某县行政执法重点任务分解清单", "某县人民政府办公室")
