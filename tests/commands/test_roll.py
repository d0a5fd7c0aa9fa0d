"""duban plan roll and plan weeks: shown first, written only when asked, never over a file, adopted when filled in."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from commands.rehearse import notices, play, stage
from commands.script import Script
from duban import app
from models.base import Refused
from models.cycle import Visit
from models.database import reading
from models.plan import Plan
from models.unit import Unit
from plans.planfile import read_plan
from plans.text import read_source


def duban(*words: object) -> Result:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, Refused | SystemExit), done.exception
    return done


@pytest.fixture
def lushan_2022(tmp_path: Path) -> Path:
    path = tmp_path / "lushan-2022.yaml"
    assert duban("plan", "roll", "lushan-2021", "--year", 2022, "--out", path).exit_code == 0
    return path


def filled(path: Path, number: str, day: str) -> None:
    text = path.read_text(encoding="utf-8")
    text = text.replace("doc_no: ''", f"doc_no: {number}").replace("issued_on: null", f"issued_on: {day}")
    path.write_text(text.replace("title: ''", "title: 新年度方案", 1), encoding="utf-8")


def test_l3_without_out_the_findings_are_shown_and_nothing_is_written(home: Path, monkeypatch) -> None:
    monkeypatch.chdir(home)
    told = duban("plan", "roll", "lushan-2021", "--year", 2022).stdout
    for words in (
        "鲁山2021：由2021年平移至2022年。", "【待填】3处", "5月第2周：2021-05-10至05-16改为2022-05-09至05-15",
        "【督察周次改期】37处", "4月第1周：2022-04-04至04-10，04-04、04-05逢清明节放假，余3个工作日",
        "阶段“总结计划阶段”起始日：2021-01-01（周五）→2022-01-01（周六，元旦）", "未写入；核对后加 --out",
    ):
        assert words in told
    assert "放假安排未入库" not in told
    assert list(home.iterdir()) == []


def test_json_is_alone_on_standard_output_and_holds_findings_and_the_new_plan(tmp_path: Path) -> None:
    told = json.loads(duban("plan", "roll", "puyang-2020", "--year", 2027, "--json").stdout)
    assert (told["from"], told["to"], told["written"]) == (2020, 2027, None)
    assert {"kind": "calendar", "label": "放假安排未入库", "where": "2027年"}.items() <= told["findings"][3].items()
    assert "暂以周末推算，待国务院办公厅通知" in told["findings"][3]["what"]
    assert [one["end"] for one in told["plan"]["stages"]][:2] == ["2027-07-31", "2027-08-10"]
    assert (told["plan"]["title"], told["plan"]["doc_no"], told["plan"]["issued_on"]) == ("", "", None)


def test_a_file_that_is_there_stays_as_it_is(lushan_2022: Path) -> None:
    before = lushan_2022.read_bytes()
    for words in (("roll", "puyang-2020", "--year", 2021), ("weeks", "lushan-2021", "--rule", "days_block")):
        done = duban("plan", *words, "--out", lushan_2022)
        assert done.exit_code == 1 and "已存在，未作改动" in str(done.exception)
    assert lushan_2022.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("roll", "lushan-2021", "--year", "2021"), "只能平移到其后"),
        (("roll", "没有的方案", "--year", "2021"), "没有找到方案文件"),
        (("roll", "lushan-2021", "--year", "2022", "--out", "a.docx"), "须以 .yaml 结尾"),
        (("roll", "lushan-2021", "--year", "2022", "--out", "/没有/的/a.yaml"), "无法写入"),
        (("weeks", "lushan-2021", "--rule", "nth_monday"), "周次规则已是nth_monday"),
        (("weeks", "puyang-2020", "--rule", "days_block"), "没有督察周次"),
        (("weeks", "lushan-2021", "--rule", "第几周"), "没有“第几周”这种周次规则"),
    ],
)
def test_refusals_end_with_one_and_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    done = duban("plan", *words)
    assert done.exit_code == 1 and sentence in str(done.exception)


def test_a_rolled_plan_is_adopted_only_when_its_open_spots_are_filled(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "puyang-2021.yaml"
    assert "填好3处待填后" in duban("plan", "roll", "puyang-2020", "--year", 2021, "--out", path).stdout
    assert duban("init").exit_code == 0
    refused = duban("plan", "adopt", path)
    assert refused.exit_code == 1
    assert re.findall(r"第\d+行：(.+)待填", str(refused.exception)) == ["新文件标题", "新文件文号", "新文件印发日期"]
    path.write_text(path.read_text(encoding="utf-8").replace("title: ''", "title: 新年度方案"), encoding="utf-8")
    still = str(duban("plan", "adopt", path).exception)
    assert "新文件文号待填" in still and "标题" not in still
    with reading() as session:
        assert session.exec(select(Plan)).all() == []
    filled(path, "某办〔2021〕3号", "2021-07-05")
    assert duban("plan", "adopt", path).exit_code == 0
    with reading() as session:
        plan = session.exec(select(Plan)).one()
        assert (plan.key, plan.title, plan.doc_no, plan.year) == ("puyang-2021", "新年度方案", "某办〔2021〕3号", 2021)
        assert plan.issued_on == date(2021, 7, 5)


def test_l3_lushan_2022_is_rehearsed_with_its_55_visits_in_the_weeks_of_2022(home: Path, lushan_2022: Path) -> None:
    draft, start = read_plan(read_source(lushan_2022)), date(2022, 3, 14)
    with stage(draft, 2, start, Script()) as theatre:
        for _ in play(theatre, start, start + timedelta(days=4)):
            pass
        with reading(theatre.bind) as session:
            visits = session.exec(select(Visit)).all()
            assert (len(visits), len({visit.start_on for visit in visits})) == (55, 37)
            named = select(Visit).join(Unit, col(Unit.id) == Visit.unit_id)
            may = session.exec(named.where(Unit.name == "鲁山县应急管理局")).one()
            assert (may.start_on, may.end_on) == (date(2022, 5, 9), date(2022, 5, 13))
            april = session.exec(named.where(Unit.name == "鲁山县下汤镇人民政府")).one()
            assert (april.start_on, april.end_on) == (date(2022, 4, 6), date(2022, 4, 8))  # after 清明节
        assert {one["due_on"] for one in notices(theatre)} >= {"2022-03-31"}


def test_the_command_rehearses_what_the_command_rolled(home: Path, lushan_2022: Path) -> None:
    done = duban("rehearse", lushan_2022, "--units", 2, "--from", "2022-03-14", "--to", "2022-03-17", "--json")
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    assert (done.exit_code, summary["from"], summary["chain"]) == (0, "2022-03-14", "完整")
    assert summary["notices"] > 0


def test_l3_another_week_rule_shows_its_differences_first_and_writes_only_with_out(tmp_path: Path) -> None:
    told = duban("plan", "weeks", "lushan-2021", "--rule", "calendar_week").stdout
    assert "37个督察周次中有29个日期不同" in told
    assert "5月第2周：2021-05-10至05-16改为2021-05-03至05-09（鲁山县应急管理局、鲁山县文化广电和旅游局）" in told
    assert "10月第2周：2021-10-04至10-10，10-04、10-05、10-06、10-07逢国庆节放假" in told
    assert "未写入" in told
    path = tmp_path / "weeks.yaml"
    rows = json.loads(
        duban("plan", "weeks", "lushan-2021", "--rule", "calendar_week", "--out", path, "--json").stdout
    )
    assert (len(rows["moves"]), rows["written"]) == (29, str(path))
    old, new = read_plan(read_source("lushan-2021")), read_plan(read_source(path))
    assert (new.slot_rule, new.slots) == ("calendar_week", old.slots)
    assert "# 原文未列名单" in path.read_text(encoding="utf-8")


def test_a_rolled_plan_that_changes_its_weeks_keeps_its_open_spots(tmp_path: Path, lushan_2022: Path) -> None:
    path = tmp_path / "weeks.yaml"
    assert duban("plan", "weeks", lushan_2022, "--rule", "calendar_week", "--out", path).exit_code == 0
    assert "有3处待填" in str(duban("plan", "adopt", path).exception)
