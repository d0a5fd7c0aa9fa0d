"""duban workday load: checks first, nothing written unasked, and the file and the recount stand or fall together."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner, Result

from commands import workday as commands
from commands.doctor import examine
from config import clock, workdays
from config.workdays import FOLDER, home_folder, official
from models.base import Rejected
from plans.holiday_notice import read_year_file
from tests.plans.test_holiday_notice import notice_of

ROOT = Path(__file__).resolve().parents[2]
NEXT = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕9号
经国务院批准，现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至13日（周六）放假调休，共9天。1月31日（周日）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假，共1天。
六、中秋节：9月15日（周三）放假，共1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
国务院办公厅
2026年11月5日
"""  # made up: the real one is not out


@dataclass
class Row:
    title: str = "整改报告"
    unit: str = "示例单位"
    old: date = date(2027, 1, 8)
    new: date = date(2027, 1, 11)
    because: str = "2027年放假通知入库"


@pytest.fixture
def applied(monkeypatch: pytest.MonkeyPatch) -> list:
    """A stand-in for the recount, which has tests of its own: remembers what it was given and what was on file."""
    calls: list = []
    recount = ModuleType("actions.recount")
    recount.moves = lambda session, office_id, calendar: [Row()] if calendar.knows(date(2027, 1, 1)) else []
    recount.apply = lambda session, actor, calendar: calls.append((actor.name, official() == calendar)) or [Row()]
    monkeypatch.setitem(sys.modules, "actions.recount", recount)
    return calls


def load(*words: str, text: str | bytes | None = None) -> Result:
    return CliRunner().invoke(commands.app, ["load", *words], input=text)


@pytest.fixture
def notice(tmp_path: Path) -> str:
    path = tmp_path / "2027.txt"
    path.write_text(NEXT, encoding="utf-8")
    return str(path)


def test_without_yes_everything_is_shown_and_nothing_written(home: Path, notice: str) -> None:
    done = load(notice)
    assert done.exit_code == 0, done
    for words in (
        "2027年放假通知（国办发明电〔2026〕9号（2026-11-05））", "相符  七个节日齐全。", "未写入；核对无误后加 --yes",
        "2027-01-31（周日）由休息改为上班。", "2027-02-05（周五）由上班改为休息（春节）。", "在办时限有0项改变",
    ):
        assert words in done.output
    assert not home_folder().exists()
    assert not (home / "duban.db").exists()


def test_with_yes_the_year_is_on_file_even_before_there_is_an_office(home: Path, notice: str) -> None:
    assert load(notice, "--yes").exit_code == 0
    assert official().rest_name(date(2027, 2, 5)) == "春节"
    assert official().notices[2027] == "国办发明电〔2026〕9号（2026-11-05）"
    assert "与现有日历相比有0天不同" in load(notice).output
    assert "与现有日历相比有0天不同" in load(str(home_folder() / "2027.yaml")).output


def test_running_deadlines_are_shown_then_recounted_with_the_file_in_place(
    puyang: Callable, applied: list, notice: str
) -> None:
    puyang(units=1)
    upgrade_stamp()
    assert "示例单位·整改报告：2027-01-08改为2027-01-11（2027年放假通知入库）" in load(notice).output
    assert applied == []
    told = json.loads(load(notice, "--yes", "--json").output)
    row = {"title": "整改报告", "unit": "示例单位", "old": "2027-01-08", "new": "2027-01-11", "because": Row.because}
    assert (told["written"], told["moves"], len(told["changes"])) == (True, [row], 24)
    assert applied == [("命令行", True)]


def upgrade_stamp() -> None:
    """The fixture's tables were made at once; a real installation's carry the mark of the last migration."""
    from alembic import command

    from models.database import engine
    from models.migrate import config_for

    command.stamp(config_for(engine()), "head")


def test_a_recount_that_fails_leaves_no_file(puyang: Callable, applied: list, notice: str, monkeypatch) -> None:
    puyang(units=1)
    upgrade_stamp()

    def fail(*_: object) -> None:
        raise Rejected("重算未成。")

    monkeypatch.setattr(sys.modules["actions.recount"], "apply", fail)
    assert load(notice, "--yes").exit_code == 1
    assert not official().knows(date(2027, 1, 1))


def test_a_notice_that_contradicts_itself_is_refused_and_not_written(home: Path) -> None:
    done = load("-", "--yes", "--json", text=NEXT.replace("共9天", "共8天"))
    assert done.exit_code == 1
    assert "2027年放假通知有1处不符，未写入" in str(done.exception)
    told = json.loads(done.stdout)
    fault = "春节：2月5日至2月13日是9天，通知写作“共8天”。"
    assert {"result": "不符", "words": fault} in told["checks"]
    assert not told["written"] and not home_folder().exists()


def test_a_terminal_is_asked_and_a_no_writes_nothing(home: Path, notice: str, monkeypatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for answer, written in (("n", False), ("y", True)):
        monkeypatch.setattr(commands.sys, "stdin", Terminal())
        monkeypatch.setattr(commands.typer, "confirm", lambda _, answer=answer: answer == "y")
        commands.load(notice, yes=False, number="", as_json=False)
        assert official().knows(date(2027, 1, 1)) == written


def test_a_missing_number_is_asked_for_and_can_be_given(home: Path) -> None:
    text = NEXT.replace("国办发明电〔2026〕9号\n", "")
    assert "请确认  文中没有发文字号" in load("-", text=text).output
    assert load("-", "--yes", "--notice", "国办发明电〔2026〕9号", text=text).exit_code == 0
    assert official().notices[2027] == "国办发明电〔2026〕9号"


@pytest.mark.parametrize(
    ("text", "words"),
    [("别的文件", "这不是国务院办公厅的年度放假通知"), (b"\xff\xfe", "不是 UTF-8 文本"), ("rest: 1\n", "不合格式")],
)
def test_anything_else_is_refused(home: Path, text: str | bytes, words: str) -> None:
    done = load("-", "--yes", text=text)
    assert done.exit_code == 1 and words in str(done.exception)


@pytest.mark.parametrize(
    "text",
    [
        "rest: [", "rest: 3", "year: 2027\nrest:\n  元旦: [2027-01-01]\nnotice: x\nmakeup: []", "rest: &a [*a]",
        "year: 1\nnotice: x\nmakeup: []\nrest:\n  元旦: [0001-01-01, 0001-01-01]",
        "year: 2027\nnotice: x\nmakeup: []\nrest:\n  元旦: [2027-01-01, 2077-01-01]",
        "year: 2027\nnotice: x\nmakeup: []\nrest:\n  元旦: [2027-02-30, 2027-02-30]",
        "year: 2027\nnotice: x\nmakeup: []\nrest: {}\ndays: 3",
    ],
)
def test_a_yearly_file_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match=r"年度放假文件不合格式|不像是年份"):
        read_year_file(text)


def test_a_yearly_file_with_a_wrong_length_is_faulty() -> None:
    text = (FOLDER / "2026.yaml").read_text(encoding="utf-8").replace("春节: 9", "春节: 8")
    assert any("共8天" in fault for fault in read_year_file(text).faults)


def test_the_command_itself_refuses_with_one_sentence_and_reads_standard_input(tmp_path: Path) -> None:
    def duban(*words: str, text: str = "") -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "DUBAN_HOME": str(tmp_path)}
        argv = [sys.executable, "duban.py", "workday", *words]
        return subprocess.run(argv, cwd=ROOT, env=env, input=text, capture_output=True, text=True, check=False)

    done = duban("load", "没有的文件")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "读不出文件“没有的文件”。\n")
    assert "已写入" in duban("load", "-", "--yes", text=NEXT).stdout
    told = json.loads(duban("add", "2026-12-31", "6", "--json").stdout)
    assert (told["found"], told["known"]) == ("2027-01-11", True)
    assert json.loads(duban("list", "2027", "--json").stdout)["makeup"][0] == "2027-01-31"


def test_a_year_on_file_can_be_loaded_again_without_a_change(home: Path) -> None:
    assert "与现有日历相比有0天不同" in load("-", text=notice_of(2026)).output


def test_several_missing_years_are_named() -> None:
    assert commands.not_on_file([2027, 2028]) == "2027年、2028年放假通知尚未入库"
    assert commands.not_on_file(range(2027, 2040)) == "2027年、2028年、2029年等13个年份的放假通知尚未入库"


def test_the_doctor_says_from_october_what_to_do(home: Path, monkeypatch) -> None:
    monkeypatch.setattr(workdays, "LOOK_EVERY", 0)
    for month, said in ((9, False), (10, True)):
        with clock.jumped_to(clock.at_time(date(2026, month, 15))):
            missing = [found for found in examine() if found.name == "2027年放假通知"]
        assert bool(missing) == said
    assert not missing[0].ok and "duban workday load" in missing[0].do
    home_folder().mkdir()
    (home_folder() / "2027.yaml").write_text("[", encoding="utf-8")
    with clock.jumped_to(clock.at_time(date(2026, 9, 15))):
        assert any(found.name == "放假文件" and "2027.yaml" in found.words for found in examine())
