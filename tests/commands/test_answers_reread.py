"""Answers files about columns and tables: the paper is read by them, new questions are asked, old ones named."""

import re
from datetime import date
from pathlib import Path

import pytest

from commands.papers_in import draft_of, questions
from models.base import Rejected
from plans.answers import Answers, read_answers
from plans.text import Source

HTML = """<p>某政办〔2025〕7号</p><p>某县人民政府办公室关于印发《某县重点任务清单》的通知</p><p>2025年3月3日</p>
<table><tr><td>干什么</td><td>谁来干</td><td>谁来管</td><td>几时干完</td></tr>
<tr><td>建立培训机制并开展轮训</td><td>某县司法局</td><td>某县财政局</td><td>2025年5月31日</td></tr>
<tr><td>公布执法清单并动态调整</td><td>某县财政局</td><td>某县司法局</td><td>2025年6月30日</td></tr></table>
<p>附件</p>
<table><tr><td>股名</td><td>做的事</td><td>电话</td></tr>
<tr><td>某县司法局</td><td>办理审查事项并按时反馈</td><td>6123456</td></tr>
<tr><td>某县水利局</td><td>收发文件材料并登记造册</td><td>6223344</td></tr></table>"""
HOLDS = {"table:2": "含任务，按栏目读入"}


@pytest.fixture
def paper(tmp_path: Path) -> str:
    path = tmp_path / "原件.html"
    path.write_text(f"<html><body>{HTML}</body></html>", encoding="utf-8")
    return str(path)


def filled(paper: str, given: dict[str, str]) -> dict[str, str]:
    """Every question of the paper as these answers make it, with its proposal."""
    text = questions(paper, Answers(choices=given))
    found: dict[str, str] = {}
    for block in re.findall(r'((?:  # .*\n)+)  "(.+)": "(.*)"\n', text):
        choices = re.findall("# 可选：(.*)", block[0])
        found[block[1]] = block[2] or (choices or ["2025-09-30"])[0]
    return found


def test_the_draft_is_that_of_the_columns_as_answered(paper: str) -> None:
    first, _ = draft_of(paper, Answers(choices=filled(paper, {})))
    given = {"表1:column:3": "按牵头单位读"}
    second, _ = draft_of(paper, Answers(choices=filled(paper, given)))
    assert [task.lead for task in first.tasks] == [[], []]
    assert [task.lead for task in second.tasks] == [["某县财政局"], ["某县司法局"]]


def test_questions_that_an_answer_raises_are_asked_with_their_choices(paper: str) -> None:
    given = filled(paper, {}) | HOLDS
    with pytest.raises(Rejected) as refused:
        draft_of(paper, Answers(choices=given))
    said = str(refused.value)
    assert "须先确认" in said and "表2:column:1" in said and "可选：按责任单位读；按牵头单位读" in said
    assert "table:2：" not in said  # it is answered
    draft, _ = draft_of(paper, Answers(choices=filled(paper, given)))
    assert [task.title for task in draft.tasks][2:] == ["办理审查事项并按时反馈", "收发文件材料并登记造册"]


def test_an_answer_whose_question_went_away_is_named(paper: str) -> None:
    given = filled(paper, {}) | {f"表1:column:{n}": "无关，略过" for n in (1, 2, 3, 4)}
    with pytest.raises(Rejected, match="没有一栏是要办的事项"):
        draft_of(paper, Answers(choices=given))
    open_limit = filled(paper, {"表1:column:4": "无关，略过"})
    gone = {key: text for key, text in open_limit.items() if key == "表1:limit"}
    assert gone
    with pytest.raises(Rejected, match="choices 的“表1:limit”：文件没有这一问题"):
        draft_of(paper, Answers(choices=filled(paper, {}) | gone))


def test_an_answer_of_the_first_reading_that_no_longer_applies_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "原件.html"
    rows = HTML.replace("2025年6月30日", "2025年初")
    path.write_text(f"<html><body>{rows}</body></html>", encoding="utf-8")
    given = filled(str(path), {})
    (limit,) = (key for key in given if key.startswith("limit:"))
    with pytest.raises(Rejected, match=f"choices 的“{limit}”：因栏目改定，这一问题不再适用"):
        draft_of(str(path), Answers(choices=given | {"表1:column:4": "无关，略过", "表1:limit": "2025-09-30"}))


def test_a_file_of_questions_keeps_what_was_answered(paper: str) -> None:
    given = {"表1:column:3": "按牵头单位读"}
    text = questions(paper, Answers(choices=given, units={"某县水务局": "某县水利局"}, dates={"1": date(2025, 5, 6)}))
    read = read_answers(Source("答复.yaml", text, "0"))
    assert read.choices["表1:column:3"] == "按牵头单位读" and read.units == {"某县水务局": "某县水利局"}
    assert read.dates == {"1": date(2025, 5, 6)}
    assert read.choices["表1:column:2"] == "" and questions(paper) == questions(paper, Answers())
