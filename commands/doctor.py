"""What a person must look at, each with a sentence and what to do: from the database to the certificate."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func
from sqlmodel import col, select

from actions.health import checks
from commands.doctor_machine import Finding, history, machine
from config import clock
from config.settings import settings
from config.workdays import faulty_files, official
from models.database import reading
from models.migrate import is_current
from models.notice import Message
from models.unit import Contact
from models.words import Channel, MessageState
from notifications.mail_server import server_of

NEXT_YEAR_FROM = 10  # the notice for next year usually appears in October or November


OWN = ("migration", "prefect")  # the structure and Prefect have lines of their own here
DO = {
    "database": "请查看磁盘空间和数据目录的权限；被占用的，请结束占用数据库的程序",
    "disk": "请清理磁盘，或把 backup_folder、log_folder 移到另一块盘",
    "sweep": "请运行 duban sweep 补办，并查看 flows.log 和 Prefect 是否在运行",
    "clock": "请配置对时（NTP）；时钟正确后会自行恢复",
    "outbox": "请查看“通知”页上失败的原因和通知方式的设置",
    "hold": "请主任到“通知”页核对后恢复发送",
}


def examine() -> list[Finding]:
    """Everything worth looking at, in order."""
    found = [_database()]
    if found[0].ok:
        found += [*history(), _unsent(), *wires()]
    return [*found, *_calendar(), _zone(), *_signs(), *machine()]


def _signs() -> list[Finding]:
    """What /healthz says too."""
    found = (check for check in checks() if check.name not in OWN)
    return [Finding(check.label, check.ok, check.words, DO.get(check.name, "")) for check in found]


def _database() -> Finding:
    try:
        current = is_current()
    except Exception as error:  # any driver's own error
        return Finding("数据库", False, f"打不开：{type(error).__name__}", "请核对 DUBAN_HOME 和 database_url")
    return Finding("数据库", current, "已是最新结构" if current else "结构不是最新", "请停止服务，运行 duban upgrade")


def _calendar() -> list[Finding]:
    today, known = clock.today(), official().notices
    years = [today.year, *([today.year + 1] if today.month >= NEXT_YEAR_FROM else [])]
    missing, do = "未入库，暂按周一至周五推算", "通知公布后请把全文存为文本文件，运行 duban workday load 文件名"
    found = [Finding(f"{year}年放假通知", year in known, known.get(year, missing), do) for year in years]
    return found + [Finding("放假文件", False, f"{fault}，未采用", "请重新载入") for fault in faulty_files()]


def _zone() -> Finding:
    offset = clock.wall().utcoffset()
    return Finding("时区", offset == timedelta(hours=8), f"{clock.ZONE.name}，现在 {clock.wall():%Y-%m-%d %H:%M}",
                   "请更新本机的时区数据（tzdata）")


def _unsent() -> Finding:
    with reading() as session:
        states = (MessageState.FAILED, MessageState.DEAD)
        count = session.exec(
            select(func.count()).select_from(Message).where(col(Message.state).in_(states))
        ).one()
    return Finding("未发出的通知", count == 0, f"{count}条失败" if count else "没有",
                   "请到“通知”页查看原因，改正后重发")


def wires() -> list[Finding]:
    """Each way that needs a gateway and is in use must have one; an address refused for good needs a person."""
    with reading() as session:
        living = col(Contact.active)
        first = session.exec(select(Contact.channel, func.count()).where(living).group_by(col(Contact.channel)))
        users = Counter({Channel(row[0]): row[1] for row in first})
        second = select(Contact.second_channel, func.count()).where(living, col(Contact.second_channel).is_not(None))
        again = session.exec(second.group_by(col(Contact.second_channel)))
        users.update({Channel(row[0]): row[1] for row in again if row[0]})
        refused = session.exec(select(func.count()).where(living, col(Contact.refused_at).is_not(None))).one()
    found = [_wire(channel, missing, users[channel]) for channel, missing in MISSING.items()]
    words = f"{refused}个联系人的地址被永久拒收" if refused else "没有"
    shut = Finding("停用的地址", not refused, words, "请到各单位的联系人页更改或恢复")
    return [*found, shut]


def _wire(channel: Channel, missing: Callable[[], str], users: int) -> Finding:
    absent = missing()
    words = f"{users}个联系人使用，但没有配置{absent}" if users else "未配置，无人使用"
    return Finding(channel.label, not (absent and users), words if absent else "已配置", f"请在设置中写明{absent}")


def _no_mail() -> str:
    return "" if server_of(settings().mail_url.get_secret_value()) else " DUBAN_MAIL_URL"


def _no_wecom() -> str:
    ours = settings()
    whole = ours.wecom_corp_id and ours.wecom_agent_id and ours.wecom_secret.get_secret_value()
    return "" if whole else " wecom_corp_id、wecom_agent_id、wecom_secret"


MISSING: dict[Channel, Callable[[], str]] = {
    Channel.MAIL: _no_mail, Channel.WECOM_APP: _no_wecom,
    Channel.SMS: lambda: "" if settings().sms else " duban.toml 的 [sms]",
    Channel.APPRISE: lambda: "" if settings().apprise_schemas else " apprise_schemas",
}
