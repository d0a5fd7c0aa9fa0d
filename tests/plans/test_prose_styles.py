"""Other makes of plans in running text: brackets, unit lines and numbers of every style, and texts that are none."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.document import Document, Line, Slot, Table
from plans.issued import Head, Origin, Part, TaskRead
from plans.readers.running_text.brackets import take
from plans.readers.running_text.prose import read_prose
from rules.deadline import Kind

HEAD = Head(issued_on=date(2024, 3, 15), year=2024)


def paper(*lines: str) -> Document:
    return Document("自拟", "", [Line(text, n) for n, text in enumerate(lines, start=1)])


def read(*lines: str) -> Part:
    return read_prose(paper(*lines), HEAD)


def keys(part: Part) -> set[str]:
    return {doubt.key for doubt in part.doubts}


def units(task: TaskRead) -> tuple[list[str], list[str]]:
    return task.lead_units, task.responsible_units


@pytest.mark.parametrize(("note", "lead", "responsible"), [
    ("（牵头单位：县司法局；责任单位：县财政局、各乡镇人民政府）", ["县司法局"], ["县财政局", "各乡镇人民政府"]),
    ("(牵头单位:县司法局,责任单位:各街道(社区))", ["县司法局"], ["各街道(社区)"]),
    ("【牵头单位：县司法局；配合单位：县财政局】", ["县司法局"], ["县财政局"]),
    ("（县司法局牵头，县财政局、县编办配合）", ["县司法局"], ["县财政局", "县编办"]),
    ("（县司法局牵头，县财政局，县编办按职责分工负责）", ["县司法局"], ["县财政局", "县编办"]),
    ("（由县司法局牵头负责，各乡镇人民政府参与）", ["县司法局"], ["各乡镇人民政府"]),
    ("（责任单位：县司法局（牵头）、县财政局）", ["县司法局"], ["县财政局"]),
    ("（责任单位：县司法局牵头，县财政局配合）", ["县司法局"], ["县财政局"]),
    ("牵头单位：县司法局 责任单位：县财政局", ["县司法局"], ["县财政局"]),
    ("（牵头领导：王某某；牵头单位：县司法局；责任人：李某某）", ["县司法局"], []),
    ("（牵头单位：县司法局和县人力资源和社会保障局）", ["县司法局", "县人力资源和社会保障局"], []),
    ("（牵头单位：县司法局", ["县司法局"], []),
])
def test_every_style_of_note_says_who_leads(note: str, lead: list[str], responsible: list[str]) -> None:
    part = read("一、主要任务", f"1．清理证明事项。逐项公布取消的证明。{note}")
    assert units(part.tasks[0]) == (lead, responsible)
    assert part.tasks[0].measure == "清理证明事项"
    assert not part.doubts


@pytest.mark.parametrize("note", [
    "（县司法局、县财政局）", "（责任单位：县司法局、县财政局）", "（县司法局、县财政局负责）",
    "【县司法局会同县财政局负责】", "（牵头及责任单位：县司法局、县财政局）",
])
def test_bodies_without_a_leader_are_asked_about(note: str) -> None:
    part = read("一、主要任务", f"1．清理证明事项。逐项公布取消的证明。{note}")
    task = part.tasks[0]
    assert units(task) == ([], ["县司法局", "县财政局"])
    assert task.origins["lead_units"] == Origin.AMBIGUOUS
    doubt = next(doubt for doubt in part.doubts if doubt.key == "prose.1.lead")
    assert doubt.choices[:2] == ("由县司法局牵头", "由县财政局牵头")


def test_a_list_left_open_is_asked_about() -> None:
    part = read("一、主要任务", "1．清理证明事项。（县司法局牵头，县财政局、县编办等部门配合）")
    assert units(part.tasks[0]) == (["县司法局"], ["县财政局", "县编办"])
    assert "prose.1.hidden" in keys(part)


def test_a_vague_name_is_kept_as_printed_and_asked_about_once() -> None:
    lines = [f"{n}．清理证明事项。（牵头单位：县司法局；责任单位：县政府有关部门）" for n in (1, 2)]
    part = read("一、主要任务", *lines)
    assert [task.responsible_units for task in part.tasks] == [["县政府有关部门"]] * 2
    assert [doubt.key for doubt in part.doubts] == ["prose.group.县政府有关部门"]


def test_a_unit_line_behind_the_paragraph_belongs_to_it_and_other_brackets_stay() -> None:
    part = read(
        "二、重点任务", "（一）公开", "1、办好窗口服务。在三级（县、乡镇、村）设点(见附表)。", "责任单位：县司法局",
        "牵头单位：县政务服务中心", "2、公开收费。列出目录。",
    )
    first, second = part.tasks
    assert first.responsible_units == ["县司法局"]
    assert second.lead_units == second.responsible_units == []
    assert "prose.2.units" in keys(part)


def test_a_limit_in_the_note_and_one_in_the_text_make_two_tasks() -> None:
    note = "（牵头单位：县司法局；完成时限：2024年6月底前）"
    part = read("一、主要任务", f"1．培训人员。每人每年培训不少于60学时。{note}")
    assert [task.no for task in part.tasks] == ["1.1", "1.2"]
    first, second = (task.deadline for task in part.tasks)
    assert first is not None and first.due == date(2024, 6, 30)
    assert second is not None and (second.kind, second.quota) == (Kind.RECURRING, 60)


def test_numbers_that_begin_anew_are_told_apart_and_a_gap_is_asked_about() -> None:
    note = "（牵头单位：县司法局）"
    first = ("一、队伍建设任务", f"1.甲事。{note}", f"2.乙事。{note}")
    part = read(*first, "二、监督任务", f"1.丙事。{note}", f"3.丁事。{note}")
    assert [task.no for task in part.tasks] == ["一.1", "一.2", "二.1", "二.3"]
    assert (part.figures[0].expected, part.figures[0].found) == ("5", "4")
    assert any(key.startswith("prose.gap") for key in keys(part))


def test_a_sentence_broken_by_a_page_goes_on_even_where_it_looks_like_a_heading() -> None:
    part = read(
        "一、任务", "1.理顺体制。到明年建成职责清楚、上下统", "", "— 3 —", "",
        "一、运转有力的体制。（牵头单位：县编办）",
        "2.公开结果。凡属依 —4—", "法应当公开的全部公开。（牵头单位：县司法局）",
    )
    assert [(task.no, task.lead_units, task.source) for task in part.tasks] == [
        ("1", ["县编办"], "第2行"), ("2", ["县司法局"], "第7行"),
    ]


def test_themes_that_carry_the_notes_are_the_tasks_and_their_points_belong_to_them() -> None:
    part = read(
        "一、重点任务", "（一）办案公开（牵头单位：县司法局）", "1.网上公示。", "2.每半年通报一次。",
        "（二）培训。（牵头单位：县委组织部）",
        "二、保障措施", "（一）加强领导。各乡镇人民政府每年要向县政府报告一次。",
    )
    assert [task.no for task in part.tasks] == ["（一）", "（二）", "二.1"]
    assert part.tasks[0].deadline_text == "每半年通报一次"
    assert part.tasks[2].responsible_units == ["各乡镇人民政府"]


ARTICLES = (
    "第一章 总则", "第一条 执法机关应当公开清单。",
    "第二条 为便民而行，不得加码。清单自修订之日起5个工作日内公布，准确率不低于98%。",
    "第二章 监督", "第三条 县司法局每半年抽查一次案卷，每季度通报一次进度。未经审核的，不得发出。",
    "第四条 发现问题的，要限期改正，适时复核。",
)


def test_articles_name_actors_limits_and_figures() -> None:
    part = read(*ARTICLES)
    assert [task.no for task in part.tasks] == ["1", "2", "3.1", "3.2", "3.3", "4.1", "4.2"]
    by = {task.no: task for task in part.tasks}
    assert by["1"].responsible_units == ["执法机关"]
    assert by["1"].origins["responsible_units"] == Origin.PRINTED
    assert by["1"].origins["lead_units"] == by["4.1"].origins["responsible_units"] == Origin.AMBIGUOUS
    assert by["2"].criteria == "准确率不低于98%"
    assert by["2"].deadline is not None and by["2"].deadline.offset is not None and by["2"].deadline.offset.n == 5
    assert by["3.1"].responsible_units == ["县司法局"]
    assert by["3.2"].origins["responsible_units"] == Origin.INHERITED
    assert by["3.3"].criteria == "未经审核的，不得发出" and by["3.3"].deadline is None
    assert {"prose.units", "prose.4.1.limit", "prose.4.2.limit"} <= keys(part)
    assert not any(task.lead_units for task in part.tasks)


def test_a_validity_is_a_demand_and_no_deadline() -> None:
    part = read("第一条 文件应当注明有效期，有效期不得超过5年。", "第二条 应当登记。", "第三条 应当归档。")
    assert part.tasks[0].deadline is None
    assert part.tasks[0].criteria == "有效期不得超过5年"


@pytest.mark.parametrize("lines", [
    ("县城管局关于普法情况的报告", "县司法局:", "1.建立制度。（责任单位：县城管局）", "2.应当公开。"),
    ("县司法局：", "现将有关情况汇报如下：", "一、主要任务", "（一）应当培训。", "（二）应当公开。"),
    ("同志们：", "一、任务", "（一）要学习。", "（二）要落实。"),
    ("关于会议的通知", "一、时间", "3月20日。", "二、地点", "1.机关二楼。", "2.自备材料。"),
    ("一、督导内容", "1.学习情况；", "2.执法情况；", "3.案卷情况。", "二、要求", "（一）高度重视。"),
])
def test_what_is_no_plan_yields_nothing(lines: tuple[str, ...]) -> None:
    assert read(*lines) == Part()


def test_a_signature_and_its_date_are_no_limit_of_the_last_article() -> None:
    part = read(*ARTICLES[:2], "第二条 应当登记。", "第三条 应当归档。", "二〇二四年三月十五日", "附件：1.名单。")
    assert [task.deadline for task in part.tasks] == [None, None, None]


NOTED = [f"{n}.清理第{n}类事项。逐项核对。（牵头单位：第{n}局；责任单位：第{n}科）" for n in range(1, 9)]


@given(st.integers(0, 7), st.data())
def test_losing_a_bracket_or_a_part_of_it_never_brings_a_unit_from_elsewhere(at: int, data: st.DataObject) -> None:
    start = NOTED[at].index("（")
    cut = data.draw(st.integers(start, len(NOTED[at])))
    end = data.draw(st.integers(cut, len(NOTED[at])))
    lines = [*NOTED[:at], NOTED[at][:cut] + NOTED[at][end:], *NOTED[at + 1 :]]
    part = read("一、任务", *lines)
    assert [task.no for task in part.tasks] == [str(n) for n in range(1, 9)]
    task = part.tasks[at]
    assert all(unit in lines[at] for unit in task.lead_units + task.responsible_units)
    if cut == start and end == len(NOTED[at]):
        assert units(task) == ([], []) and f"prose.{at + 1}.units" in keys(part)
    for other in (n for n in range(8) if n != at):
        assert units(part.tasks[other]) == ([f"第{other + 1}局"], [f"第{other + 1}科"])


HIDDEN = re.compile("[\\s\ue000\ue001]")  # blanks within a name and private signs are not printed words
WORDS = st.sampled_from([
    "一、", "（一）", "1.", "2．", "(1)", "第一条", "第十二条", "百、", "(", "）", "【", "牵头单位：", "责任单位:",
    "牵头", "等部门", "配合", "县司法局", "、", "，", "。", "；", "\n", "每年", "定期", "2024年6月底前", "99999999日内",
    "有效期不得超过", "之日起", "后", "不少于", "%",
    "未经", "不得", "应当", "《", "”", "— 3 —", "任务", "保障", "至少2次", "对", "在", "并", " ", "\ue000", "X月",
])
TEXTS = st.one_of(st.lists(WORDS, max_size=14).map("".join), st.text(max_size=30))
SLOTS = st.builds(lambda text: Table(1, [[Slot(text, 1, 1)]], 1), st.text(max_size=5))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(TEXTS, SLOTS), max_size=12), st.one_of(st.none(), st.integers(1, 9999)))
def test_no_document_makes_it_fall(blocks: list[str | Table], year: int | None) -> None:
    lines = [block if isinstance(block, Table) else Line(block, n) for n, block in enumerate(blocks, start=1)]
    part = read_prose(Document("任意", "", lines), Head(year=year))
    printed = HIDDEN.sub("", "".join(line.text for line in lines if isinstance(line, Line)))
    assert len(keys(part)) == len(part.doubts)
    assert len({task.no for task in part.tasks}) == len(part.tasks)
    for task in part.tasks:
        assert all(HIDDEN.sub("", unit) in printed for unit in task.lead_units + task.responsible_units)


@given(st.text(alphabet="（）()【】[]牵头单位责任:：、，等部门局县司法2024年底前\n。", max_size=40))
def test_taking_a_note_leaves_no_text_that_was_not_there(text: str) -> None:
    rest, note = take(text)
    assert len(rest) <= len(text)
    assert bool(note) == bool(note.printed)
