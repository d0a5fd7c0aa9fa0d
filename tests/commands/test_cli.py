"""The command as others call it: JSON alone on standard output, 0 done, 1 refused with a sentence, 2 wrong use."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def duban(*words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **({"DUBAN_HOME": str(home)} if home else {})}
    argv = [sys.executable, "duban.py", *words]
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_a_plan_is_read_as_json_and_nothing_is_written(tmp_path: Path) -> None:
    done = duban("plan", "read", "puyang-2020", "--json", home=tmp_path)
    read = json.loads(done.stdout)
    assert (done.returncode, read["doc_no"]) == (0, "濮治市办〔2020〕8号")
    assert (len(read["stages"]), len(read["tasks"])) == (5, 57)
    assert [stage["end"] for stage in read["stages"]] == ["2020-07-31", "2020-08-10", "2020-08-20", "2020-09-05", None]
    defect = {"name": "县（区）政府主要负责人：第1项分值", "expected": "7分", "found": "分项合计8分", "ok": False}
    assert defect in read["checks"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("plan", "read", "没有的方案"), 1, "没有找到方案文件“没有的方案”"),
        (("workday", "list", "2035"), 1, "2035年放假通知尚未入库"),
        (("rehearse", "puyang-2020", "--from", "2020-09-01", "--to", "2020-08-01"), 1, "早于起始日"),
        (("workday", "add", "2020年", "3"), 2, "不是日期"),
        (("rehearse",), 2, ""),
        (("nothing-like-it",), 2, ""),
    ],
)
def test_refusals_end_with_one_and_wrong_use_with_two(words: tuple[str, ...], code: int, sentence: str) -> None:
    done = duban(*words)
    assert done.returncode == code and sentence in done.stderr and done.stdout == "" and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("day", "count", "found"), [("2020-09-20", 20, "2020-10-22"), ("2020-10-09", -1, "2020-09-30")]
)
def test_workdays_follow_the_official_calendar(day: str, count: int, found: str) -> None:
    told = json.loads(duban("workday", "add", day, str(count), "--json").stdout)
    assert told == {"day": day, "count": count, "found": found, "known": True}


def test_a_year_without_its_notice_is_unknown_and_only_provisionally_counted(tmp_path: Path) -> None:
    told = duban("workday", "add", "2026-12-31", "6", home=tmp_path).stdout
    assert told == "未知：2027年放假通知尚未入库；暂按周一至周五推算为 2027-01-08（暂定，通知入库后重算）\n"
    told = json.loads(duban("workday", "add", "2026-12-31", "6", "--json", home=tmp_path).stdout)
    assert told == {"day": "2026-12-31", "count": 6, "found": None, "provisional": "2027-01-08", "known": False}


def test_a_rehearsal_prints_a_line_per_notice_and_its_sum_last() -> None:
    done = duban("rehearse", "puyang-2020", "--units", "2", "--from", "2020-07-27", "--to", "2020-08-12", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    keys = {"day", "unit", "stage", "kind", "about", "due_on", "days_left", "merged", "channel", "text"}
    assert all(keys <= set(line) for line in lines[:-1])
    assert lines[-1]["summary"]["notices"] == len(lines) - 1 > 5
    assert lines[-1]["summary"]["chain"] == "完整"


def test_an_office_is_set_up_once_adopts_a_plan_and_its_history_holds(tmp_path: Path) -> None:
    first = duban("init", "--name", "某县委依法治县办", home=tmp_path)
    assert first.returncode == 0 and "首次口令" in first.stderr
    assert duban("init", home=tmp_path).returncode == 1
    assert duban("plan", "adopt", "puyang-2020", home=tmp_path).returncode == 0
    again = duban("plan", "adopt", "puyang-2020", home=tmp_path)
    assert again.returncode == 1 and "已采用过" in again.stderr
    audit = duban("audit", "verify", home=tmp_path)
    assert audit.returncode == 0 and "首尾相接" in audit.stdout
    doctor = duban("doctor", home=tmp_path)
    assert doctor.returncode == 1, "Prefect is not running, which a person must know"
    assert "数据库：已是最新结构" in doctor.stdout
