"""The doctor names what needs a person and what that person should do, about real files, servers and certificates."""

import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import Engine

from commands import doctor, doctor_machine
from commands.doctor_machine import Finding, history, machine
from commands.keep import back_up
from commands.office import People
from config import clock, heartbeat
from config.settings import settings
from models import database
from tests.conftest import Running
from tests.notifications.sinks import MailSink, mail_sink
from tests.real_parts import free_port

ROOT = Path(__file__).resolve().parents[2]


def found(name: str) -> Finding:
    return next(one for one in (*history(), *machine()) if one.name == name)


def put(monkeypatch: pytest.MonkeyPatch, **given: str) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"DUBAN_{name.upper()}", value)
    settings.cache_clear()


def test_everything_that_needs_a_person_says_what_to_do(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    later = clock.wall() + timedelta(days=3)
    monkeypatch.setattr(clock, "wall", lambda: later)
    red = [one for one in doctor.examine() if not one.ok]
    assert {one.name for one in red} >= {"数据库", "备份", "流程排期"}
    assert [one.name for one in red if not one.do] == [] and not any(one.do.endswith("。") for one in red)


def test_the_history_is_walked_and_a_changed_event_named(puyang: Callable[..., Running]) -> None:
    running = puyang(1)
    running.round(date(2020, 8, 3))
    assert found("办理记录").ok and "首尾相接" in found("办理记录").words
    with running.bind.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS event_no_update")
        connection.exec_driver_sql("UPDATE event SET actor = '另一人' WHERE seq = 3")
    assert not found("办理记录").ok and "第3号事件" in found("办理记录").words


def test_the_age_of_the_last_backup_is_told(people: People, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found("备份").ok and found("备份").words == "尚未备份过", "the office was only just set up"
    real = clock.wall()
    monkeypatch.setattr(clock, "wall", lambda: real + timedelta(days=2))
    assert not found("备份").ok
    back_up()
    assert found("备份").ok
    monkeypatch.setattr(clock, "wall", lambda: real + timedelta(days=2, hours=27))
    assert not found("备份").ok and "超过26小时" in found("备份").words


def test_a_secret_that_others_can_read_is_named(people: People, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().secret and found("密钥文件").ok
    toml, other = home / "duban.toml", home / "oidc.secret"
    toml.write_text("port = 8123\n")
    toml.chmod(0o644)
    assert found("密钥文件").ok, "no secret in it"
    toml.write_text('mail_url = "mailto://a:geheim@127.0.0.1?from=a@b.org"\n')
    other.write_text("geheim")
    other.chmod(0o640)
    (home / "secret.key").chmod(0o604)
    put(monkeypatch, oidc_client_secret_file=str(other))
    red = found("密钥文件")
    assert not red.ok and red.words == "secret.key、oidc.secret、duban.toml可被本机其他用户读取"
    assert str(other) in red.do and "geheim" not in str(red)
    for path in (toml, other, home / "secret.key"):
        path.chmod(0o600)
    assert found("密钥文件").ok


@contextmanager
def https(folder: Path, days: int) -> Iterator[tuple[int, Path]]:
    """A real server on the loopback with a certificate of its own for so many days; its port and the certificate."""
    key, cert = folder / f"{days}.key", folder / f"{days}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", str(days),
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True,
    )
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, cert
    server.shutdown()


def test_a_certificate_that_ends_soon_or_is_not_believed_is_told(
    bind: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not [one for one in machine() if one.name == "网站证书"], "nothing to look at behind plain HTTP"
    for days, well in ((90, True), (10, False)):
        with https(tmp_path, days) as (port, cert):
            put(monkeypatch, base_url=f"https://localhost:{port}")
            assert "不受本机信任" in found("网站证书").words
            monkeypatch.setenv("SSL_CERT_FILE", str(cert))
            assert found("网站证书").ok is well and f"还有{days - 1}天" in found("网站证书").words
            put(monkeypatch, base_url=f"https://127.0.0.1:{port}")
            assert "与网址不符" in found("网站证书").words
            monkeypatch.delenv("SSL_CERT_FILE")
    put(monkeypatch, base_url=f"https://localhost:{free_port()}")
    assert "连不上" in found("网站证书").words and found("网站证书").do.startswith("请检查")


def test_the_mail_server_is_really_asked_and_nothing_is_sent(bind: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [one for one in machine() if one.name == "发信服务器"]
    sink: MailSink
    with mail_sink() as sink:
        put(monkeypatch, mail_url=f"mailto://127.0.0.1:{sink.port}/?from=duban@example.org&mode=insecure")
        assert found("发信服务器").ok and sink.mails == []
        port = sink.port
    put(monkeypatch, mail_url=f"mailto://u:geheim-wort@127.0.0.1:{port}/?from=duban@example.org&mode=insecure")
    assert not found("发信服务器").ok and "geheim" not in str(found("发信服务器"))


def test_prefect_is_asked_where_it_is(bind: Engine, prefect_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", prefect_url)
    assert "已排定" in doctor_machine.engine().words
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    assert not doctor_machine.engine().ok and "没有应答" in doctor_machine.engine().words


def test_the_command_ends_with_1_and_says_so_as_json_too(people: People, home: Path) -> None:
    heartbeat.beat(heartbeat.BACKUP, done=True)
    database.engine().dispose()
    env = {**os.environ, "DUBAN_HOME": str(home), "PREFECT_API_URL": "http://127.0.0.1:1/api"}
    for more in ([], ["--json"]):
        done = subprocess.run([sys.executable, "duban.py", "doctor", *more], cwd=ROOT, env=env, capture_output=True,
                              text=True, check=False)
        assert done.returncode == 1 and "Prefect 没有应答" in done.stdout, done.stderr
    told = {one["name"]: one for one in json.loads(done.stdout)}
    assert told["流程排期"]["do"] and told["备份"]["ok"] and told["备份"]["do"] == ""
