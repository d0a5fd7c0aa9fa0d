"""`duban person`: export to a file for its owner alone, who is due, erasing only when it is confirmed."""

import json
import stat
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from actions.enrol import enrol_units, replace_contact
from actions.record import record
from commands import audit
from commands.doctor_machine import history
from commands.office import People
from commands.person import app
from config import clock
from models.database import transaction
from models.event import ERASING
from models.unit import Contact

NAME = "钱一鸣"
ROW = {"name": "某县司法局", "subject": "department", "contact": NAME, "phone": "13900000077"}
NEW = {"name": "孙二", "phone": "13900000099"}


@pytest.fixture
def left(people: People) -> None:
    """A contact who was replaced eleven years ago."""
    with clock.jumped_to(clock.at_time(date(2015, 8, 3))), transaction() as session:
        enrol_units(session, people.actors["zhuren"], [ROW])
        contact = session.exec(select(Contact).where(Contact.name == NAME)).one()
        replace_contact(session, people.actors["zhuren"], contact, NEW)


def run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    return f"{done.output}{done.exception or ''}"


def test_an_export_is_a_file_for_its_owner_alone_and_never_written_over(left: None, tmp_path: Path) -> None:
    out = tmp_path / "person.json"
    run("export", NAME, "--out", str(out))
    assert json.loads(out.read_text(encoding="utf-8"))["rows"]["contact"][0]["phone"] == ROW["phone"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "未覆盖" in run("export", NAME, "--out", str(out))
    assert json.loads(run("export", NAME))["person"]["unit"] == ROW["name"]


def test_who_is_due_is_erased_only_when_it_is_confirmed_and_the_audit_holds(left: None) -> None:
    assert NAME in run("due")
    assert "确认请加 --yes" in run("erase", NAME)
    assert NAME in run("due")
    assert "已清除，代号〔已清除·" in run("erase", NAME, "--yes")
    assert NAME not in run("due")
    assert [fault for _, _, fault in audit.verify(None)] == [None]
    assert "没有找到" in run("erase", NAME, "--yes")


def test_the_audit_and_the_doctor_name_every_erasure(left: None, people: People) -> None:
    """An erasure by hand looks like one by the tool: somebody must be able to say which were meant."""
    assert list(audit.erasures(None)) == []
    run("erase", NAME, "--yes")
    with transaction() as session:
        record(session, people.actors["jingban"], ERASING, person="〔已清除·0a1b2c3d〕", events={"1": "x", "2": "y"})
    first, second = audit.erasures(None)
    assert (first.actor, second.actor, second.events, second.seq) == ("命令行", "经办甲", 2, first.seq + 1)
    lines = list(audit.told(None))
    assert any(f"第{second.seq}号事件清除个人信息" in line and "经办甲，涉及2个事件" in line for line in lines)
    (walked,) = [one for one in history() if one.name == "办理记录"]
    assert walked.ok
    assert "清除个人信息2次" in walked.words


def test_a_longer_retention_time_keeps_who_would_be_due(left: None) -> None:
    assert "已设为30年" in run("retention", "30")
    assert NAME not in run("due")
    assert "保存期内" in run("erase", NAME, "--yes")
    assert "1至100年" in run("retention", "0")
