"""Answers about columns and tables change what is read: other leads and limits, other rows, other tables."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pytest
from pydantic import ValidationError

from plans.document import Document, Line, Table
from plans.issued import Issued
from plans.issued_draft import as_draft
from plans.reader import read_one
from plans.readers.decomposition.chosen import IGNORED, bearing
from tests.plans.answer_papers import COLUMNS, HEAD, STAGES, Rows, table
from tests.plans.test_answers_count import bare, notes

OWN = [["干什么", "谁来干", "谁来管", "几时干完", "几时开头"],
       ["清理河道并建立台账", "县水利局", "县财政局", "2024年5月31日", "2024年3月1日"],
       ["加固河堤并组织检测", "县住建局", "县水利局", "2024年6月30日", "2024年4月1日"]]
HEADLESS = [["3", "评查案卷。", "某县水利局", "某县司法局", "2024年11月底前"]]
PLAIN = [COLUMNS, ["1", "建立培训机制。", "某县司法局", "某县财政局", "2024年底前"],
         ["2", "公布清单。", "某县财政局", "某县司法局", "2024年10月底前"]]
PHONES = [["股名", "做的事", "电话号码"], ["法制股", "办理备案审查", "6123456"], ["综合股", "收发文件材料", "6223344"]]
BLANK = [COLUMNS, ["1", "建立培训机制。", "某县司法局", "某县财政局", "2024年底前"],
         ["2", "公布清单。", "某县财政局", "", "2024年10月底前"]]
LOST = ([["股名", "电话"], ["法制股", "6123456"]],)
WITHIN = [["序号", "工作任务", "完成时限"], ["1", "公布目录（联系人：张某；县数据局牵头）", "2024年底前"]]
OVER = [["序号", "重点任务", "工作措施", "完成时限"],
        ["1", "夯实基础（牵头单位：某县司法局）", "公布目录。", "2024年底前"]]
TORN = [["工作任务", "责任单位", "完成时限"], ["建立培训机制，落实", "某县司法局", "2024年底前"]]
TORN_ON = [["工作任务", "责任单位", "完成时限"], ["全员培训要求", "", ""], ["公布清单。", "某县财政局", "2024年底前"]]
LIST = [["序号", "检查内容", "经办", "到期"], ["1", "台账是否齐全", "县水利局", "2024年5月31日"],
        ["2", "制度是否上墙", "县财政局", "2024年6月30日"]]
STANDARDS = [row[:3] for row in LIST]
EXCHANGED = [["序号", "重点任务", "主要措施", "责任单位", "完成时限"],
             ["1", "1.建立培训机制，明确年度安排。", "（一）能力提升", "某县司法局", "2024年底前"],
             ["2", "2.组织资格考试，做到应考尽考。", "（二）队伍建设", "某县财政局", "2024年底前"]]


def document(*blocks: str | Rows | tuple[Rows]) -> Document:
    made: list[Line | Table] = []
    for at, block in enumerate((*HEAD, *blocks), 1):
        number = sum(isinstance(one, Table) for one in made) + 1
        lost = isinstance(block, tuple)
        rows: Any = block[0] if lost else block
        made.append(Line(block, at) if isinstance(block, str) else table(number, rows, placed=not lost))
    return Document("样例.docx", "ab" * 32, made)


PAPERS = {
    "own": document(*STAGES, OWN), "headless": document(*STAGES, PLAIN, HEADLESS),
    "unclaimed": document(*STAGES, PLAIN, "附件", PHONES), "blank": document(*STAGES, BLANK),
    "lost": document(*STAGES, LOST), "brackets": document(*STAGES, WITHIN), "over": document(*STAGES, OVER),
    "torn": document(*STAGES, TORN, TORN_ON), "list": document(*STAGES, LIST),
    "standards": document(*STAGES, STANDARDS),
    "exchanged": document(*STAGES, EXCHANGED), "lost-on": document(*STAGES, (PLAIN,), (HEADLESS,)),
}


def keyed(issued: Issued) -> dict[str, tuple[str, ...]]:
    return {doubt.key: doubt.choices for doubt in issued.part.doubts}


def sides(issued: Issued) -> list[tuple[list[str], list[str], str]]:
    return [(task.lead_units, task.responsible_units, task.deadline_text) for task in issued.part.tasks]


def drafted(paper: Document, given: Mapping[str, str]) -> Any:
    return bare(as_draft(read_one(paper, given), given).model_dump())


def test_a_column_read_otherwise_moves_who_leads() -> None:
    first, second = read_one(PAPERS["own"]), read_one(PAPERS["own"], {"表1:column:2": "按牵头单位读"})
    assert sides(first) == [([], ["县水利局"], "2024年5月31日"), ([], ["县住建局"], "2024年6月30日")]
    assert sides(second) == [(["县水利局"], [], "2024年5月31日"), (["县住建局"], [], "2024年6月30日")]


def test_a_guess_gives_way_to_the_column_that_was_said_to_hold_it() -> None:
    given = {"表1:column:3": "按责任单位读", "表1:column:5": "按完成时限读"}
    read = read_one(PAPERS["own"], given)
    assert [one[1:] for one in sides(read)] == [(["县财政局"], "2024年3月1日"), (["县水利局"], "2024年4月1日")]
    asked = {doubt.key: doubt for doubt in read.part.doubts}
    assert asked["表1:column:4"].choices[0] == IGNORED and "未读入任务" in asked["表1:column:4"].what


def test_two_columns_said_to_hold_the_same_are_put_together() -> None:
    read = read_one(PAPERS["own"], {"表1:column:2": "按责任单位读", "表1:column:3": "按责任单位读"})
    assert [one[1] for one in sides(read)] == [["县水利局", "县财政局"], ["县住建局", "县水利局"]]


def test_an_ignored_column_is_in_no_task_and_its_question_stays() -> None:
    given = {"表1:column:2": IGNORED}
    read = read_one(PAPERS["own"], given)
    assert [one[:2] for one in sides(read)] == [([], []), ([], [])]
    assert keyed(read)["表1:column:2"] == keyed(read_one(PAPERS["own"]))["表1:column:2"]
    assert "表1:units" in keyed(read) and "表1:units" not in keyed(read_one(PAPERS["own"]))


def test_an_applied_answer_is_noted_and_no_longer_open() -> None:
    given = {"表1:column:2": "按牵头单位读"}
    flags = notes(as_draft(read_one(PAPERS["own"], given), given).model_dump())
    assert [flag["kind"] for flag in flags if "第2栏" in flag["note"]] == ["answered"]


def test_where_no_column_says_what_is_to_be_done_nothing_is_read_and_that_is_asked() -> None:
    read = read_one(PAPERS["own"], {f"表1:column:{n}": IGNORED for n in range(1, 6)})
    assert not read.part.tasks and "表1:measure" in keyed(read)


def test_a_table_without_a_header_may_have_columns_of_its_own_or_no_tasks() -> None:
    key = "表2:header"
    above, apart, none = keyed(read_one(PAPERS["headless"]))[key]
    first, again = read_one(PAPERS["headless"]), read_one(PAPERS["headless"], {key: apart})
    assert sides(first)[2] == (["某县水利局"], ["某县司法局"], "2024年11月底前")
    assert {f"表2:column:{n}" for n in (2, 3, 4, 5)} <= keyed(again).keys() and key in keyed(again)
    said = {key: apart, "表2:column:3": "按责任单位读", "表2:column:4": "按牵头单位读"}
    assert sides(read_one(PAPERS["headless"], said))[2][:2] == (["某县司法局"], ["某县水利局"])
    assert len(read_one(PAPERS["headless"], {key: none}).part.tasks) == 2
    assert sides(read_one(PAPERS["headless"], {key: above})) == sides(first)


def test_a_table_that_goes_on_follows_what_was_said_of_the_one_before() -> None:
    rows = [["序号", "工作任务", "责任单位", "另一方", "完成时限"],
            ["1", "清理河道。", "县水利局", "县财政局", "2024年5月底前"],
            ["2", "加固河堤。", "县住建局", "县水利局", "2024年6月底前"]]
    paper = document(rows, [["3", "疏浚沟渠。", "县农业局", "县林业局", "2024年7月底前"]])
    assert [one[:2] for one in sides(read_one(paper))][2] == ([], ["县农业局"])
    read = read_one(paper, {"表1:column:4": "按牵头单位读"})
    assert [one[:2] for one in sides(read)][2] == (["县林业局"], ["县农业局"])
    own = read_one(paper, {"表1:column:4": "按牵头单位读", "表2:column:4": "无关，略过"})
    assert [one[:2] for one in sides(own)][1:] == [(["县水利局"], ["县住建局"]), ([], ["县农业局"])]


def test_a_table_nobody_took_is_read_where_it_is_said_to_hold_tasks() -> None:
    key, paper = "table:2", PAPERS["unclaimed"]
    no, yes = keyed(read_one(paper))[key]
    first, again = read_one(paper), read_one(paper, {key: yes})
    assert sides(read_one(paper, {key: no})) == sides(first) and len(first.part.tasks) == 2
    assert [task.measure for task in again.part.tasks[2:]] == ["办理备案审查", "收发文件材料"]
    assert [(task.no, task.source) for task in again.part.tasks[:2]] == [(t.no, t.source) for t in first.part.tasks]
    assert keyed(again)[key] == (no, yes) and {"表2:column:1", "表2:column:2"} <= keyed(again).keys()
    moved = read_one(paper, {key: yes, "表2:column:1": "按牵头单位读"})
    assert [task.lead_units for task in moved.part.tasks[2:]] == [["法制股"], ["综合股"]]


def test_an_answer_about_a_table_that_is_read_already_changes_nothing() -> None:
    assert sides(read_one(PAPERS["own"], {"table:1": "含任务，按栏目读入"})) == sides(read_one(PAPERS["own"]))


def test_running_text_is_still_read_where_a_table_is_said_to_hold_tasks() -> None:
    lines = ("1.清理文件。（牵头单位：某县司法局）", "2.公布清单。（牵头单位：某县财政局）")
    paper = document("一、主要任务", *lines, PHONES)
    (key,) = (one for one in keyed(read_one(paper)) if one.startswith("table:"))
    first, again = read_one(paper), read_one(paper, {key: keyed(read_one(paper))[key][1]})
    assert [task.no for task in again.part.tasks][:len(first.part.tasks)] == [task.no for task in first.part.tasks]
    assert len(first.part.tasks) == 2 and len(again.part.tasks) == 4


def test_a_list_of_standards_said_to_be_of_tasks_is_read_as_such() -> None:
    first, again = (read_one(PAPERS["standards"], given) for given in ({}, {"table:1": "是任务表，按栏目读入"}))
    assert len(first.part.checklist) == 2 and not first.part.tasks and not again.part.checklist
    assert [task.responsible_units for task in again.part.tasks] == [["县水利局"], ["县财政局"]]
    assert keyed(again)["table:1"] == keyed(first)["table:1"]


def test_a_table_read_both_ways_is_what_it_is_said_to_be() -> None:
    standards, tasks = keyed(read_one(PAPERS["list"]))["table:1"]
    one, other = (read_one(PAPERS["list"], {"table:1": said}) for said in (standards, tasks))
    assert (len(one.part.checklist), len(one.part.tasks)) == (2, 0)
    assert (len(other.part.checklist), [task.no for task in other.part.tasks]) == (0, ["1", "2"])


def test_a_blank_cell_is_as_above_only_where_it_is_said_to_be() -> None:
    first, again = read_one(PAPERS["blank"]), read_one(PAPERS["blank"], {"表1:blank": "沿用上一行"})
    assert [one[1] for one in sides(first)] == [["某县财政局"], []]
    assert [one[1] for one in sides(again)] == [["某县财政局"], ["某县财政局"]]
    assert again.part.tasks[1].origins["responsible_units"] == "inherited" and "表1:blank" in keyed(again)


def test_a_torn_row_of_its_own_takes_no_number_and_is_asked_about() -> None:
    first, again = read_one(PAPERS["torn"]), read_one(PAPERS["torn"], {"1:torn": "另列一项"})
    assert [(task.no, task.source) for task in first.part.tasks] == [("1", "表1第2行"), ("2", "表2第3行")]
    assert [task.no for task in again.part.tasks] == ["1", "1.0", "2"] and "1:torn" in keyed(again)
    assert [task.measure for task in again.part.tasks][:2] == ["建立培训机制，落实", "全员培训要求"]
    assert {"1.0:limit"} <= keyed(again).keys() and "1.0:limit" not in keyed(first)


def test_what_a_heading_says_is_not_taken_where_it_is_not_for_those_below() -> None:
    (key,) = (one for one in keyed(read_one(PAPERS["over"])) if one.endswith(":over:units"))
    assert read_one(PAPERS["over"]).part.tasks[0].lead_units == ["某县司法局"]
    again = read_one(PAPERS["over"], {key: "不用"})
    assert again.part.tasks[0].lead_units == [] and key in keyed(again)


def test_whom_a_bracket_names_besides_acts_where_that_is_said_to_be_of_use() -> None:
    key = "1:bracket"
    assert key in keyed(read_one(PAPERS["brackets"]))
    first, again = (read_one(PAPERS["brackets"], given) for given in ({}, {key: "有用，另行补录"}))
    assert sides(first)[0][:2] == ([], []) and sides(again)[0][:2] == (["县数据局"], [])
    assert key in keyed(again)


def test_themes_and_measures_change_places() -> None:
    again = read_one(PAPERS["exchanged"], {"表1:swapped": "两栏互换"})
    first = again.part.tasks[0]
    assert (first.theme, first.measure) == ("（一）能力提升", "建立培训机制，明确年度安排。")
    assert keyed(again)["表1:swapped"] == keyed(read_one(PAPERS["exchanged"]))["表1:swapped"]


def about(paper: Document, given: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """The questions of these keys with two choices or more."""
    return [(key, choices) for key, choices in keyed(read_one(paper, given)).items()
            if len(choices) > 1 and bearing({key: "?"})]


@pytest.mark.parametrize("name", PAPERS)
def test_two_choices_give_two_drafts_and_not_only_two_notes(name: str) -> None:
    paper = PAPERS[name]
    assert about(paper, {})
    for key, choices in about(paper, {}):
        drafts = {choice: drafted(paper, {key: choice}) for choice in choices}
        assert not [pair for pair in combinations(drafts, 2) if drafts[pair[0]] == drafts[pair[1]]], key
        if name != "list":  # read both ways until somebody says what it is
            assert drafted(paper, {}) == drafts[choices[0]], key  # the proposal is what was read


@pytest.mark.parametrize("name", PAPERS)
def test_an_answered_question_stays_with_its_choices_and_can_be_changed_back(name: str) -> None:
    paper = PAPERS[name]
    before = drafted(paper, {})
    for key, choices in about(paper, {}):
        for choice in choices:
            read = read_one(paper, {key: choice})
            assert keyed(read)[key] == choices, (key, choice)
            assert len({doubt.key for doubt in read.part.doubts}) == len(read.part.doubts)
        assert drafted(paper, {key: ""}) == before


@pytest.mark.parametrize("name", ["own", "headless", "unclaimed"])
def test_every_pair_of_answers_reads_without_raising(name: str) -> None:
    paper = PAPERS[name]
    more_asked = {"table:2": "含任务，按栏目读入", "表2:header": "栏目不同，逐栏确定"}
    first = dict([*about(paper, {}), *about(paper, more_asked)])
    for (one, some), (other, more) in combinations(first.items(), 2):
        for given in ({one: a, other: b} for a in some for b in more):
            read = read_one(paper, given)
            assert len({doubt.key for doubt in read.part.doubts}) == len(read.part.doubts)
            as_draft(read, given)


def test_a_paper_of_one_table_with_every_column_ignored_makes_no_plan() -> None:
    with pytest.raises(ValidationError):
        drafted(document(OWN), {f"表1:column:{n}": IGNORED for n in range(1, 6)})
