"""歧义确认: an answer about a column or a table changes what lies on the desk, and may be taken back."""

import re
from html import unescape

import pytest
from sqlmodel import select

from actions.intake import answer
from actions.intake_desk import desk_of
from bench.readings.files import as_docx
from models.base import Rejected
from models.database import transaction
from models.event import Event
from models.intake import Intake
from models.plan import Plan, Task
from plans.answers import Answers
from plans.issued_draft import LEAVE
from tests.web.test_intake import Clerk, clerk

__all__ = ["clerk"]
TITLE = ("某县人民政府办公室关于印发重点任务清单的通知", "某政办函〔2024〕39号", "2024年1月5日", "某县重点任务清单")
OWN = [("干什么", "谁来干", "谁来管", "几时干完"),
       ("建立培训机制并开展轮训", "某县司法局", "某县数据局", "2024年5月31日"),
       ("公布执法清单并动态调整", "某县数据局", "某县司法局", "2024年6月30日")]
KNOWN = [("序号", "工作任务", "牵头单位", "责任单位", "完成时限"),
         ("1", "建立机制。", "某县司法局", "某县数据局", "2024年底前")]
OTHER = [("股名", "做的事", "电话"), ("某县司法局", "办理备案审查并按时反馈", "6123456"),
         ("某县数据局", "收发文件材料并登记造册", "6223344")]
STRANGE = [("股名", "做的事"), ("某县司法局", "办理备案审查并按时反馈"), ("某县数据局", "收发文件材料并登记造册")]


def sent(clerk: Clerk, *tables: list[tuple[str, ...]], lines: tuple[str, ...] = TITLE) -> str:
    laid = [[list(row) for row in rows] for rows in tables]
    return clerk.send(as_docx([*lines, *(block for table in laid for block in (table, "附件"))]))


def cells(page: str, name: str) -> list[str]:
    """What stands in a column of the tasks that would be adopted."""
    found = re.findall(rf'data-name="{name}"[^>]*>(.*?)</td>', page.partition("任务（采用后）")[2], re.S)
    return [re.sub(r"<[^>]+>", "", unescape(text)).split("印出")[0].strip() for text in found]


def names(page: str) -> list[str]:
    return [name.split()[0] for name in cells(page, "牵头单位")]


def test_a_column_read_otherwise_shows_other_leads_and_may_be_changed_back(clerk: Clerk) -> None:
    at = sent(clerk, OWN)
    first = clerk.get(at)
    assert names(first) == ["—", "—"]
    page = clerk.save(at, **{"c:表1:column:3": "按牵头单位读"})
    assert names(page) == ["某县数据局", "某县司法局"] and "答复已保存" in page
    assert 'name="c:表1:column:3" value="按牵头单位读" checked' in page
    assert names(clerk.save(at, **{"c:表1:column:3": "无关，略过"})) == ["—", "—"]
    assert names(clerk.save(at, **{"c:表1:column:3": "按责任单位读", "c:表1:column:2": "按牵头单位读"})) == [
        "某县司法局", "某县数据局"]


def test_what_is_typed_and_not_saved_shows_what_it_would_change(clerk: Clerk) -> None:
    at = sent(clerk, OWN)
    page = clerk.post(f"{at}/fill", 200, **{"c:表1:column:3": "按牵头单位读", "version": "1"})
    assert names(page) == ["某县数据局", "某县司法局"] and "含未保存的答复" in page
    assert names(clerk.get(at)) == ["—", "—"]


def test_a_table_said_to_hold_tasks_asks_about_its_columns_and_may_be_left_out_again(clerk: Clerk) -> None:
    at = sent(clerk, KNOWN, OTHER)
    assert "表2:column:" not in clerk.get(at) and "读出 1 项任务" in clerk.get(at)
    page = clerk.save(at, **{"c:table:2": "含任务，按栏目读入"})
    assert "读出 3 项任务" in page and 'name="c:表2:column:1"' in page
    page = clerk.save(at, **{"c:表2:column:1": "按牵头单位读"})
    assert names(page)[1:] == ["某县司法局", "某县数据局"]
    page = clerk.save(at, **{"c:table:2": "不含任务，略过"})
    assert "读出 1 项任务" in page and "有1处答复因栏目改定不再适用" in page and "“按牵头单位读”" in page
    page = clerk.save(at, **{"c:table:2": "含任务，按栏目读入"})
    assert names(page)[1:] == ["某县司法局", "某县数据局"] and "不再适用" not in page


def test_an_answer_that_no_longer_applies_is_in_no_plan(clerk: Clerk) -> None:
    at = sent(clerk, KNOWN, OTHER)
    clerk.save(at, **{"c:table:2": "含任务，按栏目读入"})
    clerk.save(at, **{"c:表2:column:1": "按牵头单位读"})
    clerk.save(at, **{"c:table:2": "不含任务，略过"})
    clerk.save(at, **clerk.answers())
    page = clerk.post(f"{at}/adopt")
    (plan,) = clerk.all(Plan)
    assert len(clerk.all(Task)) == 1 and "按牵头单位读" not in str(plan.parts)
    assert "文件答复与提示" in page and "不含任务，略过" in page and "已答复" in page


def test_the_plan_page_tells_what_was_answered(clerk: Clerk) -> None:
    at = sent(clerk, OWN)
    clerk.save(at, **{"c:表1:column:3": "按牵头单位读"})
    while given := clerk.answers():
        clerk.save(at, **given)
    page = clerk.post(f"{at}/adopt").partition("文件答复与提示")[2]
    assert [task.lead_units for task in clerk.all(Task)] == [["某县数据局"], ["某县司法局"]]
    assert re.search(r"第3栏“谁来管”.*?<b>按牵头单位读</b>", page, re.S)


def test_a_file_of_one_strange_table_comes_in_as_if_it_held_tasks(clerk: Clerk) -> None:
    at = sent(clerk, STRANGE)
    page = clerk.get(at)
    assert 'name="c:table:1" value="含任务，按栏目读入" checked' in page and "读出 2 项任务" in page
    refused = clerk.save(at, 422, **{"c:table:1": "不含任务，略过"})
    assert "这份文件不能组成方案" in refused and "读出 2 项任务" in refused
    assert "读出 2 项任务" in clerk.get(at)


def test_columns_none_of_which_is_a_task_are_refused_with_the_reason_and_stay_answerable(clerk: Clerk) -> None:
    at = sent(clerk, OWN)
    refused = clerk.save(at, 422, **{f"c:表1:column:{n}": "无关，略过" for n in (1, 2, 3, 4)})
    assert "没有一栏是要办的事项" in refused and 'name="c:表1:column:1"' in refused
    assert clerk.all(Intake)[0].answers["choices"] == {}


def test_what_the_desk_does_not_ask_is_not_kept_and_that_is_said(clerk: Clerk) -> None:
    at = sent(clerk, OWN)
    page = clerk.save(at, **{"c:没有的问题": "是", "c:name:没有的单位": "某县司法局", "c:表1:column:3": "按牵头单位读"})
    assert "有2处填写的内容不是本文件现有的问题" in page
    row = clerk.all(Intake)[0]
    assert row.answers == {"choices": {"表1:column:3": "按牵头单位读"}, "units": {}}
    (event,) = (one for one in clerk.all(Event) if one.verb == "答复文件疑点")
    assert event.data["ignored"] == ["没有的单位", "没有的问题"]


def test_answers_to_a_row_that_moved_are_taken_back(clerk: Clerk) -> None:
    rows = [("甲", "工作任务", "牵头单位", "责任单位", "完成时限"),
            ("2", "建立机制。", "某县司法局", "某县数据局", ""), ("1", "公布清单。", "某县数据局", "某县司法局", "")]
    at = sent(clerk, rows)
    (number,) = (key for key in clerk.answers() if key.endswith("column:1"))
    assert clerk.answers()[number] == "按序号读"
    clerk.save(at, **{"c:1:limit": "2024-05-31"})
    page = clerk.save(at, **{number: "无关，略过"})
    assert "有1处填写的内容不是本文件现有的问题" in page
    assert "1:limit" not in clerk.all(Intake)[0].answers["choices"]


def test_the_action_itself_keeps_only_what_is_asked(clerk: Clerk) -> None:
    sent(clerk, OWN)
    with transaction(clerk.bind) as session:
        row = session.exec(select(Intake)).one()
        jingban, given = clerk.people.actors["jingban"], {"x": "y", "表1:column:2": "按牵头单位读"}
        desk = answer(session, jingban, row, Answers(choices=given))
        assert desk.ignored == ("x",) and "x" not in row.answers["choices"]
        with pytest.raises(Rejected, match="请在所列答复中选择"):
            answer(session, jingban, row, Answers(choices={"表1:column:2": "随便"}))
        assert {one.key: one.answer for one in desk_of(session, row).asked}["表1:column:2"] == "按牵头单位读"


HANDED = (*TITLE[:3], "一、实施步骤", "（一）自查阶段（4月30日前）。各被督察单位于4月20日前将自查报告报送某县司法局。",
          "（二）督察阶段（6月30日前）。某县数据局于6月10日前将统计表报送某县司法局。")


def test_what_is_handed_in_is_listed_before_it_is_adopted(clerk: Clerk) -> None:
    at = sent(clerk, lines=HANDED)
    page = clerk.get(at).partition("报送事项（采用后）")[2].partition("任务（采用后）")[0]
    plain = re.sub(r"<[^>]+>", " ", page)
    assert "自查报告" in plain and "统计表" in plain and "某县司法局" in plain and "4月20日" in plain
    assert "印出" in plain and LEAVE not in plain
