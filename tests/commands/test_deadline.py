"""`duban deadline` as promised: one phrase or JSON lines, nothing but JSON on standard output, every line answered."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHAPE = {
    "phrase", "kind", "start", "due", "due_rolled", "dues", "ongoing", "done", "immediate", "offset", "anchor",
    "before",
    "rrule", "min_count", "quota", "quota_unit", "doubt", "choices", "because",
}


def run(*argv: str, text: str = "", home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "duban.py", "deadline", *argv], cwd=ROOT, input=text, capture_output=True, text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "DUBAN_HOME": str(home), "PYTHONIOENCODING": "utf-8", "COLUMNS": "400"},
    )


def test_one_phrase_as_json_has_the_promised_shape(tmp_path: Path) -> None:
    done = run("自签收之日起30日内", "--ref", "2021-09-01", "--anchor", "2021-09-07", "--json", home=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert set(found) == SHAPE
    assert (found["due"], found["due_rolled"], found["offset"]) == (
        "2021-10-07", "2021-10-08", {"n": 30, "unit": "calendar_day"}
    )
    assert found["because"] == "自签收之日起30日：2021-09-07次日起算，10-07为国庆节假期，顺延至10-08"


def test_one_phrase_for_a_person_is_one_day_with_reason_and_question(tmp_path: Path) -> None:
    done = run("2024年初完成", "--ref", "2024-07-11", home=tmp_path)
    lines = done.stdout.splitlines()
    assert lines[0] == "2024年初完成：确定日期，2024-03-31"
    assert lines[1].startswith("  依据：写明2024-03-31，逢周日")
    assert "疑问" in lines[2] and "2024-02-29" in lines[2]


def test_json_lines_are_answered_line_by_line_and_a_bad_one_stops_nothing(tmp_path: Path) -> None:
    text = '{"phrase": "9月31日", "ref_date": "2021-09-01"}\n坏行\n\n{"phrase": "每季度", "ref_date": "2021-09-01"}\n'
    done = run("-", "--json", text=text, home=tmp_path)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert "1行读不出，其余已答" in done.stderr
    assert [answer.get("kind") for answer in answers] == ["tbd", None, "recurring"]
    assert answers[1]["line"] == 2 and "第2行" in answers[1]["error"]
    assert answers[0]["choices"] == ["2021-09-30"]


@pytest.mark.parametrize("line", [
    '{"phrase": 5}', '{"phrase": "月底", "ref_date": "昨天"}', "[]", "null", '{"ref_date": "2021-01-01"}',
])
def test_a_line_of_the_wrong_shape_gets_a_clear_sentence(line: str, tmp_path: Path) -> None:
    done = run("-", "--json", text=line, home=tmp_path)
    assert done.returncode == 1
    assert "第1行：应为" in json.loads(done.stdout)["error"]


def test_a_wrong_day_on_the_command_line_is_wrong_use(tmp_path: Path) -> None:
    done = run("月底前", "--ref", "昨天", home=tmp_path)
    assert done.returncode == 2
    assert "不是日期" in done.stderr


def test_reading_writes_nothing(tmp_path: Path) -> None:
    run("月底前", "--ref", "2024-01-01", home=tmp_path)
    assert list(tmp_path.iterdir()) == []
