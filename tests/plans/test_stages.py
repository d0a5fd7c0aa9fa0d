"""Stages as printed: names, days, kinds, gaps, and what is left open."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from models.words import StageKind
from plans.document import Document, Line
from plans.issued import Head, Part
from plans.opening import open_path
from plans.readers.head import read_head
from plans.readers.split import split_documents
from plans.readers.stage.reader import read_stages

SHARED = Path(__file__).resolve().parents[3] / "shared"
with_sources = pytest.mark.skipif(not (SHARED / "sources").is_dir(), reason="没有原始文件（检出旁的 shared 文件夹）")
HEAD = Head(year=2026)


def stages(*texts: str, head: Head = HEAD) -> Part:
    return read_stages(Document("样例.txt", "0", [Line(text, n) for n, text in enumerate(texts, 1)]), head)


def days(part: Part) -> list[tuple[str, date | None, date | None]]:
    return [(stage.name, stage.start, stage.end) for stage in part.stages]


PLAN = (
    "四、工作步骤", "工作分五个阶段进行。", "（一）筹备阶段（4月30日前）。拟定方案。",
    "（二）自查阶段（5月1日至5月12日）。报告于5月11日前报送。",
    "（三）实地督察阶段（5月12日—5月20日）。", "（四）反馈整改阶段（6月1日", "至6月15日）。",
    "（五）迎接督察阶段（时间待定）。", "五、组织领导", "（一）加强检查。",
)


def test_a_calendar_of_five_stages() -> None:
    part = stages(*PLAN)
    assert days(part) == [
        ("筹备阶段", None, date(2026, 4, 30)), ("自查阶段", date(2026, 5, 1), date(2026, 5, 12)),
        ("实地督察阶段", date(2026, 5, 12), date(2026, 5, 20)), ("反馈整改阶段", date(2026, 6, 1), date(2026, 6, 15)),
        ("迎接督察阶段", None, None),
    ]
    assert [stage.kind for stage in part.stages] == [
        "preparation", "self_check", "on_site_check", "feedback+rectification", "higher_inspection"
    ]
    assert [stage.tbd for stage in part.stages] == [False, False, False, False, True]
    assert part.stages[3].source == "第6行"


def test_a_stage_of_two_kinds_is_asked() -> None:
    (doubt,) = stages(*PLAN).doubts
    assert (doubt.key, doubt.where, doubt.choices) == ("stage-4-kind", "第6行", ("反馈、整改", "反馈", "整改"))


def test_gaps_overlaps_and_the_declared_number() -> None:
    figures = {figure.name: (figure.found, figure.ok) for figure in stages(*PLAN).figures}
    assert figures == {
        "阶段数（第2行）": ("5个", True),
        "自查阶段与实地督察阶段之间": ("05-12至05-12重叠", False),
        "实地督察阶段与反馈整改阶段之间": ("05-21至05-31为空档", False),
    }


def test_a_wrong_number_of_stages_shows() -> None:
    (figure,) = stages("督察共分四个阶段。", "（一）自查阶段（5月）。").figures
    assert (figure.expected, figure.found, figure.ok) == ("4个", "1个", False)


@pytest.mark.parametrize("line", [
    "第一阶段：自查自纠（3月1日-3月9日）", "（一）自查阶段：3月1日至3月9日。", "1.自查阶段（3月1日至9日）",
    "第一阶段（3月1日至3月9日）：自查自纠", "(一)自查阶段(2026年3月1日~3月9日),各单位自查。",
])
def test_stages_in_other_spellings(line: str) -> None:
    part = stages(line)
    assert [(stage.kind, stage.start, stage.end) for stage in part.stages] == [
        ("self_check", date(2026, 3, 1), date(2026, 3, 9))
    ]


def test_chapters_that_are_stages_themselves() -> None:
    part = stages("一、督察准备阶段（4月1日至4月10日）", "做好准备。", "二、自查阶段", "时间另行通知。",
                  "三、步骤和阶段", "四、实地督察阶段（X月X日）", "五、工作要求")
    assert [(stage.kind, stage.name, stage.end) for stage in part.stages] == [
        ("preparation", "督察准备阶段", date(2026, 4, 10)), ("self_check", "自查阶段", None),
        ("on_site_check", "实地督察阶段", None),
    ]


def test_places_left_open_are_each_named() -> None:
    part = stages("（一）准备阶段（2026年X月1日至X月9日）。", "（二）自查阶段（＿月＿日前）。", head=Head())
    assert [(doubt.key, doubt.where) for doubt in part.doubts] == [("stage-1-date", "第1行"), ("stage-2-date", "第2行")]
    assert all(doubt.what.startswith("日期留空") for doubt in part.doubts)
    assert all(stage.tbd and stage.end is None for stage in part.stages)


def test_a_name_that_fits_no_kind_is_asked() -> None:
    part = stages("（一）巩固提升阶段（9月1日至9月30日）。")
    assert part.doubts[0].key == "stage-1-kind"
    assert sorted(part.doubts[0].choices) == sorted(kind.label for kind in StageKind)


def test_without_a_year_no_day_is_made_up() -> None:
    part = stages("（一）自查阶段（5月1日至5月9日）。", "（二）整改阶段（2026年6月1日至6月9日）。", head=Head())
    assert days(part) == [("自查阶段", None, None), ("整改阶段", date(2026, 6, 1), date(2026, 6, 9))]
    assert [doubt.key for doubt in part.doubts] == ["stage-1-date"]


def test_a_day_that_does_not_exist_is_asked() -> None:
    part = stages("（一）自查阶段（9月31日前）。")
    assert part.stages[0].end is None
    assert part.doubts[0].choices == ("2026-09-30",)


def test_sentences_of_a_chapter_about_time() -> None:
    part = stages(
        "一、督导时间", "集中督导时间2026年5月6日——5月15日；日常督导至年底。", "二、督导对象", "各乡镇至5月6日。"
    )
    assert days(part) == [
        ("集中督导", date(2026, 5, 6), date(2026, 5, 15)), ("日常督导", None, date(2026, 12, 31))
    ]
    assert [stage.kind for stage in part.stages] == ["on_site_check", "daily"]


@pytest.mark.parametrize("texts", [
    ("二、督查时间", "2026年5月6日至5月15日。"), ("二、督查时间：2026年5月6日至5月15日。",),
])
def test_bare_days_of_such_a_chapter(texts: tuple[str, ...]) -> None:
    assert days(stages(*texts)) == [("督查", date(2026, 5, 6), date(2026, 5, 15))]


def test_a_yearly_rhythm() -> None:
    part = stages(
        "三、方法步骤", "（一）自查阶段",
        "各单位每年2月底之前，排出计划，3月10日前报送。", "（二）日常监督",
        "全年分为二个阶段：1月份至2月份为总结计划阶段，开会；3月份至12月份为计划实施阶段。",
        "（三）回头看", "适时进行。",
    )
    assert days(part) == [
        ("自查阶段", None, date(2026, 2, 28)), ("总结计划阶段", date(2026, 1, 1), date(2026, 2, 28)),
        ("计划实施阶段", date(2026, 3, 1), date(2026, 12, 31)), ("回头看", None, None),
    ]
    assert [stage.kind for stage in part.stages] == ["self_check", "preparation", "daily", "look_back"]
    assert [doubt.choices for doubt in part.doubts] == [("每年", "只指2026年")] * 2
    assert [(figure.expected, figure.found) for figure in part.figures] == [("2个", "2个")]


@pytest.mark.parametrize("line, start, end", [
    ("1.自查阶段。6月1日至6月20日，各单位自查。", date(2026, 6, 1), date(2026, 6, 20)),
    ("（一）自查阶段（2026年4月）", date(2026, 4, 1), date(2026, 4, 30)),
    ("（一）自查阶段（8月中旬）", date(2026, 8, 11), date(2026, 8, 20)),
    ("（一）自查阶段。各单位于8月10日前报送报告。", None, None),
    ("（一）自查阶段（即日起至8月10日）", None, date(2026, 8, 10)),
])
def test_first_and_last_day(line: str, start: date | None, end: date | None) -> None:
    (stage,) = stages(line).stages
    assert (stage.start, stage.end) == (start, end)


def test_requirements_are_no_stages() -> None:
    assert stages("五、工作要求", "（一）整改到位。各单位6月1日前整改。", "1.检查内容").stages == []


def truth(name: str) -> dict[str, list[dict[str, object]]]:
    return YAML(typ="safe").load((SHARED / "ground-truth" / f"{name}.yaml").read_text(encoding="utf-8"))


def source(name: str) -> tuple[Document, Head]:
    document = open_path(SHARED / "sources" / name)
    return document, read_head(document)


def printed(rows: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [(row["name"], row["text"], row["start"] or "None", row["end"] or "None") for row in rows]


def read(part: Part) -> list[tuple[object, ...]]:
    return [(stage.name, stage.text, str(stage.start), str(stage.end)) for stage in part.stages]


@with_sources
@pytest.mark.parametrize("file", ["puyang-2020.txt", "puyang-2020.docx"])
def test_stages_of_puyang(file: str) -> None:
    known, part = truth("puyang")["stages"], read_stages(*source(file))
    assert read(part) == printed(known)
    assert [stage.tbd for stage in part.stages] == [row["tbd"] for row in known]
    assert [(figure.found, figure.ok) for figure in part.figures] == [("5个", True), ("08-21至08-24为空档", False)]


@with_sources
def test_windows_of_xiayi() -> None:
    assert read(read_stages(*source("xiayi-2023.txt"))) == printed(truth("xiayi")["windows"])


@with_sources
@pytest.mark.parametrize("file", ["lushan-2021.txt", "lushan-2021.docx"])
def test_rhythm_of_lushan(file: str) -> None:
    self_check, daily, focused, look_back = truth("lushan")["stages"]
    part = read_stages(*source(file))
    parts = printed(daily["substages"])  # type: ignore[arg-type]
    assert read(part)[1:3] == parts
    assert [stage.name for stage in part.stages[0::3]] == [self_check["name"], focused["name"]]
    assert str(part.stages[0].end) == self_check["due_2021"]
    assert (part.stages[4].name, part.stages[4].kind) == (look_back["name"], "look_back")


@with_sources
def test_the_township_plan_names_three_places_left_open() -> None:
    township = split_documents(open_path(SHARED / "sources" / "compilation.txt"))[1]
    part = read_stages(township, read_head(township))
    spots = [doubt for doubt in part.doubts if doubt.what.startswith("日期留空")]
    assert [stage.name for stage in part.stages] == ["准备阶段", "实施阶段", "申报验收阶段"]
    assert len({doubt.where for doubt in spots}) == 3
    assert all(stage.tbd for stage in part.stages)


@with_sources
@pytest.mark.parametrize("file", ["xinshao-2024.txt", "xinshao-2024.docx"])
def test_a_plan_without_stages_has_none(file: str) -> None:
    assert read_stages(*source(file)) == Part()


PIECES = [
    *PLAN, "一、督导时间", "至年底", "日常督导", "第一阶段", "（", "）", "：",
    "1月份至3月份为总结计划阶段", "9月31日前", "每年3月底之前", "12月31日至1月1日", "9999年12月31日", "自查", "阶段",
    "2026年X月", "自收到之日起10日内", "分二个阶段", "\t", "每季度",
]
LINES = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=4).map("".join))
HEADS = st.builds(
    Head, issued_on=st.none() | st.dates(date(1990, 1, 1)), year=st.none() | st.integers(1, 9999)
)


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, max_size=12), HEADS)
def test_any_document_is_read_without_an_error(texts: list[str], head: Head) -> None:
    part = stages(*texts, head=head)
    assert len({doubt.key for doubt in part.doubts}) == len(part.doubts)
    for stage in part.stages:
        assert stage.tbd == (stage.end is None)
        assert all(StageKind(kind) for kind in stage.kind.split("+"))
        assert not (stage.start and stage.end) or stage.start <= stage.end
