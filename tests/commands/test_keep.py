"""Backup, restore, audit and doctor over a real database file."""

import sqlite3
import zipfile
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from actions import sending
from actions.deliver import deliver
from actions.intake import take_in
from actions.keep_evidence import Upload, keep
from commands import audit, doctor
from commands.keep import back_up, bring_back
from commands.office import People
from config import clock
from config.secret_files import secret_names
from config.settings import Settings, settings, temporary_home
from config.workdays import official, write_year
from models import database
from models.base import Rejected
from models.database import transaction
from models.office import Office
from models.unit import Contact
from models.words import Channel

LIST_OF_ONE = """某县重点任务清单
| 序号 | 工作任务 | 牵头单位 | 完成时限 |
|---|---|---|---|
| 1 | 公布清单 | 县司法局 | 2024年6月底前 |
"""


@pytest.fixture
def filled(bind: Engine, people: People, home: Path, puyang) -> Path:
    running = puyang(1)
    with transaction(bind) as session:
        unit = running.unit(session)
        keep(session, unit.office_id, unit.id, Upload("佐证.txt", "已整改".encode()))
        (taken,) = take_in(session, people.actors["jingban"], "清单.md", LIST_OF_ONE.encode())
    assert taken
    rest = {"元旦": [date(2031, 1, 1), date(2031, 1, 1)]}
    write_year({"year": 2031, "notice": "试验〔2030〕1号", "rest": rest, "makeup": []})
    return home


def test_a_backup_comes_back_whole_elsewhere(filled: Path, tmp_path: Path) -> None:
    file = back_up(tmp_path / "备份.zip")
    with temporary_home(tmp_path / "elsewhere"):
        database.engine.cache_clear()
        there = bring_back(file)
        assert [(name, fault) for name, _, fault in audit.verify(there / "duban.db")] == [
            ("中共濮阳市委全面依法治市委员会办公室", None)
        ]
        kept = [path for path in (there / "evidence").rglob("*") if path.is_file()]
        assert [path.read_bytes() for path in kept] == ["已整改".encode()]
        assert official().knows(date(2031, 5, 1))
        assert [path.read_text() for path in (there / "intake").iterdir()] == [LIST_OF_ONE]
        with pytest.raises(Rejected, match="未覆盖"):
            bring_back(file)
    database.engine.cache_clear()


def test_a_restored_installation_sends_nothing_before_somebody_has_looked(filled: Path, tmp_path: Path) -> None:
    """R12."""
    file = back_up(tmp_path / "备份.zip")
    with temporary_home(tmp_path / "elsewhere"):
        database.engine.cache_clear()
        bring_back(file)
        with clock.jumped_to(clock.at_time(date(2020, 8, 3))):
            done = deliver()
        assert done.held and done.sent == 0
        with transaction() as session:
            assert "备份恢复" in sending.held(session).why
    database.engine.cache_clear()


def test_a_backup_holds_no_secret(filled: Path, tmp_path: Path) -> None:
    assert settings().secret
    with zipfile.ZipFile(back_up(tmp_path / "b.zip")) as archive:
        assert not [name for name in archive.namelist() if "secret" in name or "first-login" in name]


def test_a_backup_s_settings_hold_no_secret_of_any_wire(filled: Path, tmp_path: Path) -> None:
    """Golden: every secret setting, and the SMS gateway's section from end to end."""
    secrets = secret_names(Settings)
    lines = [f'{name} = "geheim-{n}"' for n, name in enumerate(secrets)]
    own = 'port = 8123\nwecom_corp_id = "ww1"\n'
    sms = '[sms]\nurl = "http://g/?k=geheim"\nbody = """\n{"k": "geheim"}\n"""\n[sms.headers]\nX-K = "geheim"\n'
    (filled / "duban.toml").write_text("\n".join(lines) + f"\n{own}{sms}", encoding="utf-8")
    with zipfile.ZipFile(back_up(tmp_path / "b.zip")) as archive:
        kept = archive.read("duban.toml").decode()
    assert kept == own and {"mail_url", "wecom_secret", "webhook_secret", "oidc_client_secret"} <= set(secrets)


def test_the_doctor_names_what_is_missing_and_no_secret(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_MAIL_URL", "mailto://a:geheim@h?from=a@b.org")
    monkeypatch.setenv("DUBAN_WECOM_SECRET", "geheim")
    settings.cache_clear()
    with transaction() as session:
        office = session.exec(select(Office)).one()
        key = "https://h/robot/send?access_token=geheim"
        session.add(Contact(office_id=office.id, name="甲", channel=Channel.SMS, address="13800000000"))
        session.add(Contact(office_id=office.id, name="乙", channel=Channel.DINGTALK, address=key,
                            second_channel=Channel.WECOM_APP, refused_at=clock.now(), refused_why="失效"))
    found = {finding.name: finding for finding in doctor.wires()}
    assert found["电子邮件"].ok and not found["短信"].ok and "[sms]" in found["短信"].words
    assert not found["企业微信应用消息"].ok and "1个联系人" in found["停用的地址"].words
    assert "geheim" not in str(found)


def test_a_damaged_backup_is_refused_before_anything_is_written(filled: Path, tmp_path: Path) -> None:
    file, bad = back_up(tmp_path / "b.zip"), tmp_path / "bad.zip"
    with zipfile.ZipFile(file) as good, zipfile.ZipFile(bad, "w") as spoiled:
        for name in good.namelist():
            data = good.read(name)
            spoiled.writestr(name, data[:-1] + b"x" if name == "duban.db" else data)
    with temporary_home(tmp_path / "empty") as _:
        with pytest.raises(Rejected, match="与校验值不符"):
            bring_back(bad)
        assert not (tmp_path / "empty" / "duban.db").exists()


def test_the_audit_names_the_first_event_that_was_changed(filled: Path) -> None:
    with sqlite3.connect(filled / "duban.db") as raw:
        raw.execute("DROP TRIGGER event_no_update")
        raw.execute("UPDATE event SET actor = '另一人' WHERE seq = 3")
    ((_, _, fault),) = audit.verify(None)
    assert fault is not None and fault[0] == 3


def test_the_doctor_says_what_needs_a_person(filled: Path) -> None:
    found = {finding.name: finding for finding in doctor.examine()}
    assert not found["数据库"].ok, "made whole for a test, not migrated"
    assert found["时区"].ok
    assert any("放假通知" in name for name in found)
