"""Answers files on the command line: an entry that fits no question, or that nobody asked for, is refused by name."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.papers_in import draft_of
from duban import app
from models.base import Rejected
from plans.answers import Answers, read_answers
from plans.reader import read_path
from plans.text import Source

PAPER = """某政办〔2025〕7号
某县人民政府办公室关于印发《某县重点任务分解表》的通知
2025年3月3日
| 序号 | 工作任务 | 牵头单位 | 责任单位 | 完成时限 |
|---|---|---|---|---|
| 1 | 公布权责清单 | 某县司法局、某县财政局 | 各乡镇人民政府 | 2025年6月底前 |
| 2 | 开展案卷评查 | 某县司法局 | 某县财政局 | 2025年8月前 |
| 3 | 报送工作情况 | 某县财政局 | 某县司法局 | 定期 |
"""
PLAN = """format: 1
key: own
title: 某县方案
short_title: 某县方案
issuer: 某县人民政府办公室
doc_no: 某政办〔2025〕7号
year: 2025
issued_on: 2025-03-03
tasks:
  - no: "1"
    section: ""
    title: 公布清单
    lead: [某县司法局]
    limit: 2025年6月底前
    due: 2025-06-30
    flags:
      - {kind: merged_cell, note: 单位一格合并, alternatives: [按上一行, 空白]}
"""


@pytest.fixture
def paper(tmp_path: Path) -> str:
    path = tmp_path / "原件.md"
    path.write_text(PAPER, encoding="utf-8")
    return str(path)


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "方案.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return str(path)


def proposed(paper: str) -> dict[str, str]:
    (issued,) = read_path(paper)
    return {doubt.key: (*doubt.choices, "每季度")[0] for doubt in issued.part.doubts}


@pytest.mark.parametrize(("key", "text", "said"), [
    ("leads:某县司法局、某县财政局", "某县水利局", "请在所列答复中选择：某县司法局；某县财政局；共同牵头"),
    ("limit:2025年8月前", "尽快办", "“尽快办”："),
    ("limit:定期", "长" * 201, "请控制在200字以内"),
])
def test_an_answer_that_fits_no_question_is_refused_with_its_key(paper: str, key: str, text: str, said: str) -> None:
    with pytest.raises(Rejected) as refused:
        draft_of(paper, Answers(choices=proposed(paper) | {key: text}))
    assert f"choices 的“{key}”" in str(refused.value) and said in str(refused.value)


@pytest.mark.parametrize(("entry", "said"), [
    ({"choices": {"limit:2025年9月前": "2025-08-31"}}, "choices 的“limit:2025年9月前”：文件没有这一问题"),
    ({"choices": {"1:who": "某县司法局"}}, "choices 的“1:who”：文件没有这一问题"),
    ({"dates": {"9": "2025-08-31"}}, "dates 的“9”：没有这一编号的任务"),
    ({"units": {"某县水利局": "某县司法局"}}, "units 的“某县水利局”：文件没有印出这一名称"),
    ({"dates": {"2": "2025-09-01"}}, "任务2的时限已定为2025-07-31"),
])
def test_an_entry_that_nobody_asked_for_is_told_and_not_passed_over(paper: str, entry: dict, said: str) -> None:
    entry = entry | {"choices": proposed(paper) | entry.get("choices", {})}
    lines = []
    for part, given in entry.items():
        mark = '"' if part == "choices" else ""
        lines += [f"{part}:", *(f'  "{key}": {mark}{text}{mark}' for key, text in given.items())]
    with pytest.raises(Rejected) as refused:
        draft_of(paper, read_answers(Source("答复.yaml", "\n".join(lines), "0")))
    assert said in str(refused.value)


def test_every_answer_of_a_right_file_is_in_the_draft(paper: str) -> None:
    given = proposed(paper) | {"leads:某县司法局、某县财政局": "某县财政局", "1:limit": "2025-05-31"}
    draft, _ = draft_of(paper, Answers(choices=given, units={"各乡镇人民政府": "各乡镇人民政府"}))
    assert [(task.lead[0], task.limit, str(task.due)) for task in draft.tasks] == [
        ("某县财政局", "2025年6月底前", "2025-05-31"), ("某县司法局", "2025年8月前", "2025-07-31"),
        ("某县财政局", "每季度", "None"),
    ]
    assert not [flag for flag in draft.flags if flag.kind == "open"]


@pytest.mark.parametrize(("choices", "said"), [
    ({"1:merged_cell": "随便"}, "请在所列答复中选择：按上一行；空白"),
    ({"1:torn": "按上一行"}, "“1:torn”：文件没有这一问题"),
])
def test_answers_to_a_plan_file_are_held_against_it_too(plan: str, choices: dict[str, str], said: str) -> None:
    with pytest.raises(Rejected, match=said):
        draft_of(plan, Answers(choices=choices))
    assert draft_of(plan, Answers(choices={"1:merged_cell": "空白"}))[0].tasks[0].no == "1"


def test_the_command_says_what_is_wrong_and_writes_nothing(
    paper: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "home"))
    answers = tmp_path / "答复.yaml"
    answers.write_text('choices: {"没有的问题": "是"}', encoding="utf-8")
    done = CliRunner().invoke(app, ["plan", "adopt", paper, "--answers", str(answers)])
    assert done.exit_code != 0 and "没有的问题" in str(done.exception or done.output)
    assert not (tmp_path / "home").exists()
