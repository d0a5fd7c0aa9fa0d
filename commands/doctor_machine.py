"""What the doctor asks of the machine: history, backups, secrets, certificate, mail server, Prefect, clocks."""

import os
import socket
import ssl
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from sqlalchemy import func
from sqlmodel import select

from commands.audit import erasures, verify
from commands.contents import KEY
from commands.keep import without_secrets
from commands.open_copies import left_behind
from config import clock, heartbeat
from config.settings import settings
from models.base import Rejected
from models.database import reading
from models.office import Office
from notifications.mail_server import connect, server_of
from notifications.masks import masked

CERTIFICATE_DAYS = 21  # time enough for an office to ask for a new one
SKEW = 5.0  # seconds
SECONDS = 5.0
UNBELIEVED = {10: "已过期", 62: "与网址不符", 64: "与网址不符"}  # by the codes of OpenSSL; others are "not trusted"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it needs a person, what was seen, and then what that person should do."""

    name: str
    ok: bool
    words: str
    do: str = ""


def machine() -> Iterator[Finding]:
    """Everything here that needs no working database."""
    yield from (_backup(), _left(), _rights(), *_certificate(), *_mail(), engine())


def history() -> Iterator[Finding]:
    """The history of every office, and the database's clock where it is another machine's."""
    yield _chain()
    yield from _skew()


def _chain() -> Finding:
    try:
        found, erased = list(verify(None)), len(list(erasures(None)))
    except Rejected as error:
        return Finding("办理记录", False, str(error), "请先查看“数据库”一项")
    faults = [f"{office}第{fault[0]}号事件{fault[1]}" for office, _, fault in found if fault]
    gone = f"，其中清除个人信息{erased}次，用 duban audit verify 逐次列出" if erased else ""
    return Finding(
        "办理记录", not faults, "；".join(faults) or f"{sum(count for _, count, _ in found)}个事件，首尾相接{gone}",
        "请停止办理，保留现场，用 duban audit verify 备份文件 查出最后一份完好的备份",
    )


def _skew() -> Iterator[Finding]:
    """Several workers agree on who holds a lease only while their clocks do."""
    with reading() as session:
        if session.get_bind().dialect.name != "postgresql":
            return
        theirs: datetime = session.exec(select(func.clock_timestamp())).one()
    apart = abs(clock.wall() - theirs).total_seconds()
    yield Finding("数据库时钟", apart <= SKEW, f"与本机相差{apart:.1f}秒", "请为各台机器配置对时（NTP）")


def _backup() -> Finding:
    name, do = "备份", "请运行 duban backup，并列入每日计划任务（见 docs/operate.md）"
    hours, beat = settings().backup_hours, heartbeat.read(heartbeat.BACKUP)
    limit = clock.wall() - timedelta(hours=hours)
    if beat is None or beat.done is None:
        return Finding(name, not _office_before(limit), "尚未备份过", do)
    last = beat.done.astimezone(clock.ZONE)
    words = f"最近一次{last:%Y-%m-%d %H:%M}"
    return Finding(name, last >= limit, words if last >= limit else f"{words}，超过{hours}小时", do)


def _office_before(moment: datetime) -> bool:
    try:
        with reading() as session:
            made = session.exec(select(func.min(Office.made_at))).one()
    except Exception:  # what is wrong with the database has a line of its own
        return False
    return made is not None and (made if made.tzinfo else made.replace(tzinfo=UTC)) < moment


def _left() -> Finding:
    """What a backup or a restore that was killed left lying open."""
    left = left_behind()
    words = "、".join(map(str, left))
    return Finding("备份残留", not left, f"中断的备份或恢复留下未加密的{words}" if left else "没有",
                   "请运行 duban backup，下次备份或恢复时自行清除")


def _rights() -> Finding:
    """Secrets that others on this machine can read are none."""
    open_ones = [path for path in _secrets() if stat.S_IMODE(path.stat().st_mode) & 0o077]
    words = "、".join(path.name for path in open_ones)
    return Finding(
        "密钥文件", not open_ones, f"{words}可被本机其他用户读取" if open_ones else "只有本服务可读",
        "请运行 chmod 600 " + " ".join(map(str, open_ones)),
    )


def _secrets() -> Iterator[Path]:
    ours = settings()
    for path in (ours.home / KEY, ours.home / "first-login.txt", *ours.secret_files, ours.backup_key_file):
        if path is not None and path.is_file():
            yield path
    toml = ours.home / "duban.toml"
    if toml.is_file() and without_secrets(text := toml.read_text(encoding="utf-8")) != text:
        yield toml


def _certificate() -> Iterator[Finding]:
    """How long the certificate of the public address lasts; nothing where units come over plain HTTP."""
    place = urlsplit(settings().base_url)
    if place.scheme != "https" or not place.hostname:
        return
    name, do = "网站证书", "请更换证书，并重新加载反向代理"
    try:
        until = _until(place.hostname, place.port or 443)
    except ssl.SSLCertVerificationError as error:
        why = UNBELIEVED.get(error.verify_code, "不受本机信任")
        yield Finding(name, False, f"{place.hostname}的证书{why}", f"{do}；单位自建证书机构的，请把其根证书装到本机")
    except OSError as error:
        yield Finding(name, False, f"连不上{place.hostname}（{type(error).__name__}）", "请检查反向代理和域名解析")
    else:
        left = (until - clock.wall()).days
        yield Finding(name, left >= CERTIFICATE_DAYS, f"{until.astimezone(clock.ZONE):%Y-%m-%d}到期，还有{left}天", do)


def _until(host: str, port: int) -> datetime:
    """When the certificate that a browser would be shown ends; OSError where it would not be believed."""
    context = ssl.create_default_context()
    line = socket.create_connection((host, port), SECONDS)
    with context.wrap_socket(line, server_hostname=host) as tls:
        shown = tls.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)


def _mail() -> Iterator[Finding]:
    """Whether the mail server takes our sign-in now; nothing is sent."""
    server = server_of(settings().mail_url.get_secret_value())
    if server is None:
        return
    try:
        line = connect(server)
        line.quit()
    except Exception as error:  # smtplib's own errors, the socket's, the certificate's
        why = masked(str(error)) or type(error).__name__
        yield Finding("发信服务器", False, f"不能登录：{why}", "请核对 mail_url 的地址、端口、账号，或与邮件管理员联系")
    else:
        yield Finding("发信服务器", True, "可以登录")


def engine() -> Finding:
    """Prefect answers and has runs ahead of it."""
    api = os.environ.get("PREFECT_API_URL") or f"http://127.0.0.1:{settings().prefect_port}/api"
    body = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    word = os.environ.get("PREFECT_API_AUTH_STRING", "")
    auth = httpx.BasicAuth(*word.split(":", 1)) if ":" in word else None
    try:
        count = int(httpx.post(f"{api}/flow_runs/count", json=body, timeout=3, auth=auth).json())
    except (httpx.HTTPError, ValueError, TypeError):
        return Finding("流程排期", False, "Prefect 没有应答", "未启动时属正常，启动后请再查；已启动的请看 prefect.log")
    return Finding("流程排期", count > 0, f"已排定{count}次运行", "请重新启动 duban serve，看 flows.log")
