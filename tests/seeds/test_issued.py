"""The issued documents themselves: the same from every format, every question asked, nothing invented."""

import json
import subprocess
import sys
from datetime import date, time
from pathlib import Path

import pytest
from sqlmodel import select

from actions.adopt import adopt_plan
from actions.enrol import enrol_units
from commands.office import People
from commands.papers_in import draft_of, questions, read_any
from commands.sample_units import rows_for, set_groups
from config import clock
from models.base import Rejected
from models.database import transaction
from models.plan import Task
from plans.answers import Answers, read_answers
from plans.issued_draft import LEAVE, as_draft, unanswered
from plans.reader import read_path
from plans.text import Source

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT.parent / "shared" / "sources"
SHAPE = {"title", "issuer", "doc_no", "issued_on", "stages", "tasks", "visits", "checklist", "checks", "doubts"}
TASK = {
    "no", "section", "theme", "measure", "lead_units", "responsible_units", "deadline_text", "deadline", "points",
    "criteria", "provenance", "source",
}
FILES = (
    "compilation.txt", "lushan-2021.docx", "lushan-2021.txt", "puyang-2020.docx", "puyang-2020.txt", "xiayi-2023.txt",
    "xinshao-2024.docx", "xinshao-2024.txt",
)
OWN = """某政办〔2025〕7号
某县人民政府办公室关于印发《某县重点任务分解表》的通知
2025年3月3日
| 序号 | 工作任务 | 牵头单位 | 责任单位 | 完成时限 |
|---|---|---|---|---|
| 1 | 公布权责清单 | 某县司法局 | 各乡镇人民政府 | 2025年6月底前 |
| 2 | 开展案卷评查 | 某县司法局 | 某县财政局 | 2025年8月前 |
| 3 | 报送工作情况 | 某县财政局 |  | 定期 |
"""


def source(name: str) -> str:
    if not (SOURCES / name).exists():
        pytest.skip(f"the issued document {name} is not beside this checkout")
    return str(SOURCES / name)


@pytest.fixture
def own(tmp_path: Path) -> str:
    path = tmp_path / "own.md"
    path.write_text(OWN, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", FILES)
def test_every_source_is_read_into_the_promised_shape(name: str) -> None:
    found = json.loads(json.dumps(read_any(source(name))))
    assert set(found) >= SHAPE
    assert all(set(task) == TASK for task in found["tasks"])
    assert all({"where", "what", "choices"} <= set(doubt) for doubt in found["doubts"])
    assert all({"name", "expected", "found", "ok"} == set(check) for check in found["checks"])


@pytest.mark.parametrize("name", ["xinshao-2024", "puyang-2020", "lushan-2021"])
def test_text_and_word_give_the_same_tasks_and_visits(name: str) -> None:
    text, word = (read_any(source(f"{name}.{suffix}")) for suffix in ("txt", "docx"))
    for key in ("title", "doc_no", "issuer", "visits"):
        assert text[key] == word[key], key
    sides = ("no", "lead_units", "responsible_units", "deadline_text", "points")
    strip = [[{side: task[side] for side in sides} for task in found["tasks"]] for found in (text, word)]
    assert strip[0] == strip[1]


def test_n2_xinshao_puts_eleven_rows_before_the_clerk_and_counts_ten_past_due() -> None:
    found = read_any(source("xinshao-2024.txt"))
    assert len(found["tasks"]) == 50
    assert len([doubt for doubt in found["doubts"] if doubt["key"].endswith(":units")]) == 11
    assert next(doubt for doubt in found["doubts"] if doubt["key"] == "past-due")["where"].count("、") == 9


def test_c21_the_township_plan_has_three_open_spots_named() -> None:
    found = read_path(source("compilation.txt"))
    township = next(issued for issued in found if "乡镇" in issued.head.title)
    assert len([doubt for doubt in township.part.doubts if "日期留空" in doubt.what]) == 3
    assert [doubt.key for doubt in unanswered(township, {})] == [doubt.key for doubt in township.part.doubts]


def test_an_own_document_asks_what_it_leaves_open_and_nothing_else(own: str) -> None:
    found = read_any(own)
    assert (found["doc_no"], found["issued_on"], len(found["tasks"])) == ("某政办〔2025〕7号", "2025-03-03", 3)
    asked = " ".join(doubt["what"] for doubt in found["doubts"])
    assert "2025年8月前" in asked and "定期" in asked and "2025年6月底前" not in asked


def test_adoption_names_every_open_question_and_takes_answers(own: str, bind, people: People) -> None:
    with pytest.raises(Rejected, match="须先确认，请写入答复文件的 choices"):
        draft_of(own, Answers())
    (issued,) = read_path(own)
    given = {doubt.key: doubt.choices[0] if doubt.choices else "每季度" for doubt in issued.part.doubts}
    draft, digest = draft_of(own, Answers(choices=given))
    clerk = people.actors["jingban"]
    noon = clock.at_time(date(2025, 3, 4), time(12))
    with (
        clock.jumped_to(noon), pytest.raises(Rejected, match="“各乡镇人民政府”不在单位名录中"),
        transaction(bind) as session,
    ):
        adopt_plan(session, clerk, draft, digest, Answers(choices=given))
    with clock.jumped_to(noon), transaction(bind) as session:
        assert not session.exec(select(Task)).all()
        enrol_units(session, clerk, rows_for(draft, 3))
        set_groups(session, clerk, draft, 3)
        adopt_plan(session, clerk, draft, digest, Answers(choices=given))
        rows = {row.terms["no"]: row for row in session.exec(select(Task))}
        assert rows["1"].due_on == date(2025, 6, 30)
        assert rows["2"].due_on == date(2025, 7, 31)  # “8月前”: before August begins, as proposed and confirmed
        assert (rows["3"].deadline_text, rows["3"].terms["again"]) == ("每季度", True)


def test_the_questions_of_a_document_are_an_answers_file_to_be_filled_in(own: str) -> None:
    sheet = questions(own)
    empty = read_answers(Source("a.yaml", sheet, "0"))
    with pytest.raises(Rejected, match="处须先确认"):
        draft_of(own, empty)
    assert set(empty.choices) == {doubt.key for doubt in read_path(own)[0].part.doubts}
    filled, proposed = [], "每季度"
    for line in sheet.splitlines():
        if line.endswith(': ""'):
            filled.append(line.removesuffix('""') + json.dumps(proposed, ensure_ascii=False))
            proposed = "每季度"
            continue
        if line.startswith("  # 可选：") and proposed == "每季度":
            proposed = line.removeprefix("  # 可选：")
        filled.append(line)
    draft, _ = draft_of(own, read_answers(Source("a.yaml", "\n".join(filled), "0")))
    assert [task.limit for task in draft.tasks] == ["2025年6月底前", "2025年8月前", "每季度"]


def test_xinshao_from_upload_to_fifty_adopted_measures(bind, people: People) -> None:
    (issued,) = read_path(source("xinshao-2024.docx"))
    given = {doubt.key: doubt.choices[0] if doubt.choices else LEAVE for doubt in issued.part.doubts}
    draft, clerk = as_draft(issued, given), people.actors["jingban"]
    with clock.jumped_to(clock.at_time(date(2024, 7, 12), time(9))), transaction(bind) as session:
        enrol_units(session, clerk, rows_for(draft, 3))
        set_groups(session, clerk, draft, 3)
        adopt_plan(session, clerk, draft, issued.digest, Answers(choices=given))
        numbers = [row.terms["no"] for row in session.exec(select(Task)) if "." not in row.terms["no"]]
        assert len(numbers) == len(set(numbers)) == 50


def test_the_command_prints_json_and_nothing_else(own: str, tmp_path: Path) -> None:
    command = [sys.executable, "duban.py", "plan", "read", own, "--json"]
    env = {"PATH": "/usr/bin:/bin", "DUBAN_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) == SHAPE
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(("text", "fault"), [
    ("units: [a]", "对照"), ("dates: {a: 昨天}", "2024-03-31"),
    ("other: {}", "只有 units"), ("a: [", "不是可读的 YAML"),
])
def test_a_wrong_answers_file_gets_a_clear_sentence(text: str, fault: str) -> None:
    with pytest.raises(Rejected, match=fault):
        read_answers(Source("a.yaml", text, "0"))
