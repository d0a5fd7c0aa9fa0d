"""Mail by SMTP: one connection of each thread for many mails, renewed when it went stale, one answer for each mail."""

import re
import smtplib
import threading
import time
from dataclasses import dataclass
from weakref import WeakSet

from config.settings import settings
from notifications.mail_server import MailServer, connect, server_of
from notifications.mail_words import mail_bytes
from notifications.masks import masked
from notifications.parcel import Parcel, Receipt
from rules.address import MAILBOX

IDLE = 20.0  # seconds after which a kept connection is asked whether it still stands
CLOSING = 421
NO_SUCH_BOX = re.compile(r"\b5\.(1\.[0-36]|2\.1)\b")
ANY_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
UNKNOWN_BOX = (550, 551, 553)
SMTP_ERRORS = (smtplib.SMTPException, OSError, ValueError)


@dataclass
class Line:
    """A connection, whom it serves, and when it was last used (monotonic s)."""

    server: MailServer
    smtp: smtplib.SMTP
    used: float


class Lines(threading.local):
    """The connection of this thread."""

    line: Line | None = None


LINES = Lines()
ALL: WeakSet[smtplib.SMTP] = WeakSet()  # a thread that ends takes its connection along
GUARD = threading.Lock()


def send(parcel: Parcel) -> Receipt:
    """One mail to one address. Before its text has gone out a broken connection is renewed once; after that the mail
    may have been taken, so it is left to whoever keeps account."""
    server = server_of(settings().mail_url.get_secret_value())
    if server is None:
        return Receipt(False, "电子邮件没有配置或地址格式不对（mail_url）")
    address = _mailbox(parcel.address)
    if not address:
        return Receipt(False, "邮箱地址不对，无法投递", permanent=True)
    data = mail_bytes(parcel, server, address)
    receipt = _attempt(server, address, data, fresh=False)
    return receipt or _attempt(server, address, data, fresh=True) or Receipt(False, "邮件服务器中断了连接，稍后再试")


def close_lines() -> None:
    """Hang up every connection of every thread; one in use fails and is counted as not sent."""
    with GUARD:
        for smtp in list(ALL):
            smtp.close()
        ALL.clear()


def _mailbox(text: str) -> str:
    """The one address, its domain in ASCII; empty when it is none that plain SMTP can carry."""
    if not MAILBOX.fullmatch(text) or not text.isprintable():
        return ""
    name, _, domain = text.rpartition("@")
    try:
        plain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return ""
    return f"{name}@{plain}" if name.isascii() else ""


def _attempt(server: MailServer, address: str, data: bytes, fresh: bool) -> Receipt | None:
    """None: the connection was of no use and nothing has gone out, so another may be tried."""
    try:
        smtp = _line(server, fresh)
    except SMTP_ERRORS as error:
        _drop()
        return Receipt(False, _no_line(error))
    try:
        refusal = _envelope(smtp, server, address, fresh)
    except SMTP_ERRORS:
        _drop()
        return None
    return refusal if isinstance(refusal, Receipt) else None if refusal is None else _hand_over(smtp, data, refusal)


def _line(server: MailServer, fresh: bool) -> smtplib.SMTP:
    """This thread's connection to that server, made or renewed where needed."""
    line = LINES.line
    if line and (fresh or line.server is not server or not _stands(line)):
        _drop()
        line = None
    if line is None:
        smtp = connect(server)
        line = LINES.line = Line(server, smtp, time.monotonic())
        with GUARD:
            ALL.add(smtp)
    line.used = time.monotonic()
    return line.smtp


def _stands(line: Line) -> bool:
    if line.smtp.sock is None:
        return False
    if time.monotonic() - line.used < IDLE:
        return True
    try:
        return line.smtp.noop()[0] == 250
    except SMTP_ERRORS:
        return False


def _drop() -> None:
    """Forget this thread's connection; what it says to that does not matter."""
    line, LINES.line = LINES.line, None
    if line:
        line.smtp.close()
        with GUARD:
            ALL.discard(line.smtp)


def _envelope(smtp: smtplib.SMTP, server: MailServer, address: str, fresh: bool) -> Receipt | list[str] | None:
    """Sender and recipients: a refusal of the one it is for, None when a kept connection has had enough, else the
    copies that were refused (the mail still goes to whom it is for)."""
    # smtplib's own mail() and rcpt() parse each address anew, which costs as much as all the rest of a mail
    code, said = smtp.docmd("MAIL", f"FROM:<{server.sender}>")
    if not fresh and 400 <= code < 500:  # “too many mails on this connection” has many numbers
        _drop()
        return None
    if code != 250:
        return _reset(smtp, _refused(code, said, "发件地址", False))
    code, said = smtp.docmd("RCPT", f"TO:<{address}>")
    if not fresh and code == CLOSING:
        _drop()
        return None
    if code not in (250, 251):
        return _reset(smtp, _refused(code, said, "收件地址", True))
    return [copy for copy in (*server.copies, *server.blind) if smtp.docmd("RCPT", f"TO:<{copy}>")[0] not in (250, 251)]


def _reset(smtp: smtplib.SMTP, receipt: Receipt) -> Receipt:
    """After a refusal the same connection serves the next mail."""
    try:
        smtp.rset()
    except SMTP_ERRORS:
        _drop()
    return receipt


def _hand_over(smtp: smtplib.SMTP, data: bytes, refused_copies: list[str]) -> Receipt:
    try:
        code, said = smtp.data(data)
    except smtplib.SMTPDataError as error:
        return _reset(smtp, _refused(error.smtp_code, error.smtp_error, "邮件", True))
    except SMTP_ERRORS:
        _drop()
        return Receipt(False, "邮件发出后连接中断，对方是否收到不能确定")
    if code != 250:
        return _reset(smtp, _refused(code, said, "邮件", True))
    return Receipt(True, f"抄送地址有{len(refused_copies)}个未被接收" if refused_copies else "")


def _refused(code: int, said: bytes | str, what: str, about_box: bool) -> Receipt:
    """4xx comes again; 5xx is for good only where it says that there is no such mailbox."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    gone = bool(NO_SUCH_BOX.search(text)) or (
        what == "收件地址" and code in UNKNOWN_BOX and not ANY_ENHANCED.search(text)
    )
    for_now = "暂不接收" if 400 <= code < 500 else "拒收"
    return Receipt(False, f"邮件服务器{for_now}{what}（{code}）{masked(text)[:80]}", permanent=about_box and gone)


def _no_line(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"登录邮件服务器失败（{error.smtp_code}），请系统管理员核对账号和密码"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "邮件服务器不支持设定的加密或登录方式，请系统管理员核对 mail_url"
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return f"邮件服务器暂不接受连接（{error.smtp_code}）"
    return f"连接不上邮件服务器（{type(error).__name__}）"
