"""Mail: one connection for many, every refusal told apart, nothing sent twice by us (R6, R20)."""

import ssl
import subprocess
import threading
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from pathlib import Path

import pytest

from config.settings import settings
from models.words import Channel
from notifications import mail as wire
from notifications.channel import Parcel, Receipt, close_wires, send
from notifications.mail_server import server_of
from tests.notifications.sinks import MailSink, mail_sink

SUBJECT = "【督办催办】濮阳市华龙区司法局关于报送二〇二〇年度法治督察自查报告及佐证材料的事项等12项，请尽快办理"


def parcel(address: str = "a@example.org", key: str = "k1", subject: str = SUBJECT) -> Parcel:
    return Parcel(Channel.MAIL, address, subject, "正文\n.\n完", key)


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DUBAN_MAIL_URL", url)
    settings.cache_clear()


def test_many_mails_go_over_one_connection(mail: MailSink) -> None:
    assert [send(parcel(key=str(n))).ok for n in range(20)] == [True] * 20
    assert len(mail.mails) == 20 and len(mail.peers) == 1


def test_a_chinese_mail_arrives_as_it_was_written(mail: MailSink) -> None:
    send(parcel())
    sender, to, data = mail.mails[0]
    found = message_from_bytes(data, policy=default)
    assert (sender, to, found["To"]) == ("duban@example.org", ["a@example.org"], "a@example.org")
    assert str(make_header(decode_header(message_from_bytes(data)["Subject"]))) == SUBJECT
    assert found.get_content().replace("\r\n", "\n") == "正文\n.\n完"
    assert found["Auto-Submitted"] == "auto-generated" and found["Date"].datetime.tzinfo
    assert max(map(len, data.split(b"\r\n"))) <= 78


def test_the_same_message_has_the_same_identity_and_another_another(mail: MailSink) -> None:
    for key in ("k1", "k1", "k2"):
        send(parcel(key=key))
    first, again, other = (message_from_bytes(data)["Message-ID"] for _, _, data in mail.mails)
    assert first == again != other and first.endswith("@example.org>")


@pytest.mark.parametrize("bad", ["题\r\nBcc: evil@example.org", "题\nX: y", "题\u2028Bcc: a@b.c", "x\x00y\x0bz"])
def test_nothing_typed_adds_a_header(mail: MailSink, bad: str) -> None:
    assert send(parcel(subject=bad)).ok
    found = message_from_bytes(mail.mails[0][2])
    assert found["Bcc"] is None and found["X"] is None and mail.mails[0][1] == ["a@example.org"]


@pytest.mark.parametrize(("answer", "permanent"), [
    ("550 5.1.1 user unknown", True), ("550 no such user here", True), ("553 5.1.3 bad address", True),
    ("550 5.7.1 rejected by policy", False), ("552 5.2.2 mailbox full", False), ("450 4.2.0 greylisted", False),
    ("451 4.3.0 try later", False), ("554 5.7.1 spam", False), ("550 5.2.1 mailbox disabled", True),
])
def test_a_refused_recipient_is_told_apart(mail: MailSink, answer: str, permanent: bool) -> None:
    mail.refuses["a@example.org"] = answer
    receipt = send(parcel())
    assert (receipt.ok, receipt.permanent) == (False, permanent) and answer[:3] in receipt.error
    assert send(parcel("b@example.org")).ok  # the connection still serves the next one
    assert [to for _, to, _ in mail.mails] == [["b@example.org"]] and len(mail.peers) == 1


def test_a_mail_refused_after_its_text_is_no_fault_of_the_address(mail: MailSink) -> None:
    mail.after_data = ["451 try later", "554 5.6.0 refused", "550 5.1.1 gone"]
    assert [send(parcel()).permanent for _ in range(3)] == [False, False, True]
    assert send(parcel()).ok and len(mail.mails) == 1


def test_a_copy_that_is_refused_does_not_stop_the_mail(mail: MailSink, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, f"mailto://127.0.0.1:{mail.port}/?from=duban@example.org&cc=c@example.org&bcc=blind@example.org")
    mail.refuses["c@example.org"] = "550 5.1.1 no"
    receipt = send(parcel())
    assert receipt.ok and "抄送" in receipt.error
    assert mail.mails[0][1] == ["a@example.org", "blind@example.org"] and b"blind@" not in mail.mails[0][2]


def test_nobody_gets_a_copy_when_the_one_it_is_for_is_refused(mail: MailSink, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, f"mailto://127.0.0.1:{mail.port}/?from=duban@example.org&cc=c@example.org")
    mail.refuses["a@example.org"] = "550 5.1.1 no"
    assert not send(parcel()).ok and mail.mails == []


def test_a_connection_that_went_stale_is_renewed_unnoticed(mail: MailSink, monkeypatch: pytest.MonkeyPatch) -> None:
    assert send(parcel()).ok
    wire.LINES.line.smtp.sock.shutdown(2)
    assert send(parcel()).ok
    monkeypatch.setattr(wire, "IDLE", 0.0)  # asks first whether it still stands
    wire.LINES.line.smtp.sock.shutdown(2)
    assert send(parcel()).ok and len(mail.mails) == 3 and len(mail.peers) == 3


@pytest.mark.parametrize("said", ["421 4.7.0 too many mails on this connection", "451 enough for one connection"])
def test_a_server_that_has_had_enough_of_a_connection_gets_another(mail: MailSink, said: str) -> None:
    send(parcel())
    mail.before_mail = [said]
    assert send(parcel()).ok and len(mail.mails) == 2


def test_a_connection_lost_after_the_text_is_not_tried_again(mail: MailSink) -> None:
    mail.drop_at_data = True
    receipt = send(parcel())
    assert not receipt.ok and "不能确定" in receipt.error and not receipt.permanent


def test_a_server_that_is_away_is_a_refusal_for_now_and_names_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "mailto://user:geheim@127.0.0.1:9/?from=duban@example.org")
    receipt = send(parcel())
    assert (receipt.ok, receipt.permanent) == (False, False) and "连接不上" in receipt.error
    assert "geheim" not in receipt.error


def test_each_thread_has_its_own_connection_and_all_can_be_hung_up(mail: MailSink) -> None:
    results: list[Receipt] = []
    gate = threading.Barrier(4)

    def some() -> None:
        gate.wait(10)
        results.extend(send(parcel(key=str(n))) for n in range(5))
        gate.wait(10)

    threads = [threading.Thread(target=some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [one.ok for one in results] == [True] * 20 and len(mail.peers) == 4
    close_wires()
    assert send(parcel()).ok


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pem")
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], capture_output=True, check=False,
    )
    if made.returncode:
        pytest.skip("openssl is not installed")
    return folder


def tls(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem / "cert.pem", pem / "key.pem")
    return context


@pytest.mark.parametrize("mode", ["starttls", "ssl"])
def test_encryption_and_login_are_as_the_url_says(pem: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from aiosmtpd.smtp import AuthResult

    logins: list[tuple[bytes, bytes]] = []

    def login(_server, _session, _envelope, _mechanism, data):
        logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss", handled=False)

    more = {"ssl_context": tls(pem)} if mode == "ssl" else {"tls_context": tls(pem), "require_starttls": True}
    auth = {"authenticator": login, "auth_require_tls": mode == "starttls", "auth_required": True}
    with mail_sink(**more, **auth) as found:
        where = f"127.0.0.1:{found.port}/?from=duban@example.org&mode={mode}&verify=no"
        use(monkeypatch, f"mailtos://duban:p%40ss@{where}")
        assert send(parcel()) == Receipt(True)
        assert logins == [(b"duban", b"p@ss")] and len(found.mails) == 1
        close_wires()
        use(monkeypatch, f"mailtos://duban:wrong-word@{where}")
        receipt = send(parcel())
        assert not receipt.ok and not receipt.permanent and "账号和密码" in receipt.error
        close_wires()
        use(monkeypatch, f"mailtos://duban:p%40ss@{where.replace('verify=no', 'verify=yes')}")
        assert not send(parcel()).ok and len(found.mails) == 1  # a certificate nobody vouches for


@pytest.mark.parametrize(("url", "host", "port", "mode"), [
    ("mailto://relay:25?from=duban@example.org", "relay", 25, "insecure"),
    ("mailtos://user:word@mail.example.org?smtp=smtp.example.org", "smtp.example.org", 587, "starttls"),
    ("mailtos://user:word@163.com", "smtp.163.com", 465, "ssl"),
    ("mailto://user:word@qq.com", "smtp.qq.com", 587, "starttls"),
    ("mailtos://a:b@10.0.0.5:465?mode=ssl&from=x@example.org&name=督办", "10.0.0.5", 465, "ssl"),
])
def test_any_mail_address_of_apprise_is_understood(url: str, host: str, port: int, mode: str) -> None:
    found = server_of(url)
    assert (found.host, found.port, found.mode) == (host, port, mode)
    assert "word" not in repr(found)


@pytest.mark.parametrize("url", ["", "json://host", "没有", "mailto://"])
def test_what_is_no_mail_address_is_said_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, url)
    assert "没有配置" in send(parcel()).error


@pytest.mark.parametrize("address", ["a@example.org,b@example.org", "张三@example.org", "a@b\r\n.org"])
def test_an_address_that_mail_cannot_carry_is_refused_for_good(mail: MailSink, address: str) -> None:
    receipt = send(parcel(address))
    assert not receipt.ok and receipt.permanent and mail.mails == []
