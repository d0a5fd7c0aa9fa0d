"""The second document of an office: what was answered to the same words is proposed first, and says where from."""

from datetime import date
from typing import Any

import pytest

from actions.remembered import Earlier, lasting, recalled
from models.plan import Plan, Task
from plans.issued_draft import LEAVE
from tests.web.test_intake import ROWS, Clerk, clerk, fields_of, members, paper  # noqa: F401 (the fixture)

LEADS, EARLY, SOON = "leads:某县司法局、某县数据局", "limit:2024年初完成", "limit:定期报送"
AGAIN = [(no, f"另行{title}", *rest) for no, title, *rest in ROWS]


def adopted(clerk: Clerk, rows: list[tuple[str, ...]], **given: str) -> None:  # noqa: F811
    at = clerk.send(paper(rows))
    clerk.post("/groups", name="各乡镇人民政府", members=members(clerk))
    with_defaults = clerk.answers() | given
    clerk.save(at, **with_defaults)
    clerk.post(f"{at}/adopt")


def second(clerk: Clerk, rows: list[Any]) -> str:  # noqa: F811
    at = clerk.send(paper(rows), "第二份.docx")
    return clerk.post(f"{at}/fill", 200)


def test_what_was_answered_before_is_proposed_first_and_marked(clerk: Clerk) -> None:  # noqa: F811
    adopted(clerk, ROWS, **{f"c:{LEADS}": "某县数据局", f"c:{EARLY}": "2024-02-29"})
    page = second(clerk, AGAIN)
    assert page.count("与《某县行政执法重点任务分解》一致") == 2
    filled = fields_of(page)
    assert (filled[f"c:{LEADS}"], filled[f"c:{EARLY}"]) == ("某县数据局", "2024-02-29")
    assert "尚未保存" in page and "disabled>采用" in page


def test_words_of_the_offices_own_come_back_and_a_limit_put_off_does_not(clerk: Clerk) -> None:  # noqa: F811
    rows = [*ROWS, ("4", "报送情况。", "某县司法局", "某县数据局", "定期报送")]
    adopted(clerk, rows, **{f"c:{SOON}": "__other__", f"o:{SOON}": "每季度", f"c:{EARLY}": LEAVE})
    filled = fields_of(second(clerk, [*AGAIN, ("4", "再报情况。", "某县司法局", "某县数据局", "定期报送")]))
    assert filled[f"c:{SOON}"] == "每季度"
    assert filled[f"c:{EARLY}"] == "2024-03-31"


CHOICES = ("2025-03-31", "2025-01-31", "2025-02-28")


@pytest.mark.parametrize(("key", "answer", "now"), [
    ("limit:年初完成", "2024-01-31", "2025-01-31"),  # the words name no year: the day moves with the document's
    ("limit:年初完成", "2024-02-29", ""),  # there is no such day: nothing is proposed
    ("limit:2024年初完成", "2024-01-31", ""),  # the words name the year: last year's day is no choice today
    ("limit:年初完成", "每季度", "每季度"),
    ("leads:甲局、乙局", "丙局", ""),  # only who is among those printed
], ids=["moves", "leap", "own-year", "words", "nobody-else"])
def test_an_earlier_answer_is_only_proposed_where_it_is_one_of_todays(key: str, answer: str, now: str) -> None:
    earlier = {key: Earlier(answer, 2024, "去年的清单")}
    assert recalled(key, CHOICES, earlier, 2025) == ((now, "去年的清单") if now else ("", ""))
    assert recalled("limit:别的", CHOICES, earlier, 2025) == ("", "")


def test_only_answers_to_printed_words_last() -> None:
    given = {"leads:甲、乙": "乙", "limit:适时": LEAVE, "limit:年初": "每年", "一-2:units": "x", "stage-1-date": "y"}
    assert lasting(given) == {"leads:甲、乙": "乙", "limit:年初": "每年"}


def test_a_document_of_the_file_without_anything_to_adopt_is_named(clerk: Clerk) -> None:  # noqa: F811
    text = ("第一篇：示例县工作方案\n示例县法治督察工作方案\n一、督察准备阶段（2024年8月1日至8月10日）\n做好准备。\n"
            "二、自查阶段（2024年8月11日至8月31日）\n各单位自查。\n第二篇：某局的总结\n某局关于去年工作的报告\n成绩很大。\n")
    at = clerk.send(text.encode(), "汇编.txt")
    page = clerk.get(at)
    assert "同一文件里的《" in page and "某局" in page.split("同一文件里的")[1][:60] and "没有读出任务" in page
    assert "同一文件里的" not in clerk.get(clerk.send(paper()))


def test_a_limit_from_the_papers_own_issue_is_a_day_and_no_event(clerk: Clerk) -> None:  # noqa: F811
    rows = [("1", "制定工作方案。", "某县司法局", "某县数据局", "自本通知印发之日起30个工作日内")]
    at = clerk.send(paper(rows))
    assert "2月21日（周三）" in clerk.get(at)
    clerk.save(at, **clerk.answers())
    clerk.post(f"{at}/adopt")
    (task,) = clerk.all(Task)
    assert task.due_on == date(2024, 2, 21) and task.terms["again"] is False
    assert task.terms["basis"]["anchor"] == "2024-01-05"


def test_days_are_read_from_the_day_a_clerk_says_the_paper_is_of(clerk: Clerk) -> None:  # noqa: F811
    at = clerk.send(paper([("1", "制定方案。", "某县司法局", "某县数据局", "明年6月底前"),
                           ("2", "报送总结。", "某县司法局", "某县数据局", "年底前")], ()))
    page = clerk.get(at)
    assert "0002-" not in page and "2年6月30日" not in page and "文件没有日期" in page
    page = clerk.save(at, **{"o:head-issued_on": "2026年11月20日", "o:head-year": "2026"})
    assert "文件没有日期" not in page and "2027年6月30日" in page and "12月31日" in page


def test_what_was_due_before_the_paper_came_is_not_asked_once_it_was_moved(clerk: Clerk) -> None:  # noqa: F811
    rows = [("1", "制定方案。", "某县司法局", "某县数据局", "6月底前"), ("2", "总结。", "某县司法局", "", "12月底前")]
    at = clerk.send(paper(rows, ("某县人民政府办公室关于印发清单的通知", "2026年11月20日")))
    assert "印发时已到期：1项" in clerk.get(at) and "第1项" in clerk.get(at)
    moved = {"c:limit:6月底前": "__other__", "o:limit:6月底前": "2027年6月30日"}
    page = clerk.save(at, **moved)
    assert "印发时已到期" not in page and "2027年6月30日" in page
    page = clerk.save(at, **moved | {"o:limit:6月底前": "2026-07-31"})
    assert "印发时已到期：1项" in page


def test_the_same_number_is_told_before_a_paper_is_adopted_twice(clerk: Clerk) -> None:  # noqa: F811
    adopted(clerk, ROWS)
    page = clerk.get(clerk.send(paper(AGAIN), "同号.docx"))
    assert "已有文号相同的方案" in page and "某政办函〔2024〕38号" in page
    plan = clerk.all(Plan)[0]
    assert f'href="/cycles/new?plan={plan.id}"' in clerk.get(f"/plans/{plan.id}")


def test_a_clause_that_is_the_measure_itself_is_not_proposed_again(clerk: Clerk) -> None:  # noqa: F811
    rows = [("1", "每季度报送工作情况。", "某县司法局", "", "每季度首月10日前"),
            ("2", "健全执法队伍，配齐人员，落实保障，每半年组织一次专题培训。", "某县司法局", "", "2024年底前")]
    clerk.send(paper(rows))
    given = {key: answer for key, answer in clerk.answers().items() if ":within:" in key}
    assert given == {"c:1:within:1": "不另列", "c:2:within:1": "另列一项"}
