"""What the address of each way of sending must look like, what a form says about it, and what a page may show of it."""

import re
from urllib.parse import parse_qs, urlsplit

from models.words import Channel

MAILBOX = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
MOBILE = re.compile(r"(\+?86)?1[3-9]\d{9}")
MEMBER = re.compile(r"(?!all$)[A-Za-z0-9][\w.@-]{0,63}", re.ASCII)
SCHEMA = re.compile(r"([a-z][a-z0-9+]*)://\S+")
LONGEST = 500
# Apprise's own plugins for these look at HTTP 200 only and call a robot's refusal sent; some others run programs
UNTRUE = {
    "wecombot": Channel.WECOM, "dingtalk": Channel.DINGTALK, "feishu": Channel.FEISHU, "lark": Channel.FEISHU,
    "mailto": Channel.MAIL, "mailtos": Channel.MAIL, "json": Channel.WEBHOOK, "jsons": Channel.WEBHOOK,
}
OWN_SCHEMA = {Channel.WECOM: ("wecombot",), Channel.DINGTALK: ("dingtalk",), Channel.FEISHU: ("feishu", "lark")}
HINTS = {
    Channel.OUTBOX: "不必填地址，通知留在系统的发件箱里。",
    Channel.MAIL: "填一个邮箱，如 lianluo@example.org。",
    Channel.WEBHOOK: "填接收系统的网址；约定了签名密钥的，在网址后加 # 和密钥。",
    Channel.WECOM: "在群里添加机器人，把它给的 Webhook 地址整段粘贴在这里。",
    Channel.WECOM_APP: "填成员在企业微信通讯录里的账号，一人一个。",
    Channel.DINGTALK: "粘贴机器人的 Webhook 地址；安全设置选“加签”的，在后面加 # 和 SEC 开头的密钥。",
    Channel.FEISHU: "粘贴机器人的 Webhook 地址；开了“签名校验”的，在后面加 # 和密钥。",
    Channel.SMS: "填手机号码，11位。",
    Channel.APPRISE: "填 Apprise 写法的地址；可用哪几种由系统管理员设定。",
}
IN_THE_URL = {Channel.WECOM: "key=", Channel.DINGTALK: "access_token=", Channel.FEISHU: "/hook/"}


def fault(channel: Channel, address: str) -> str:
    """What is wrong with an address, as a sentence without the address's secrets; empty when nothing is."""
    if channel == Channel.OUTBOX:
        return ""
    if not address:
        return f"通知方式为{channel.label}，请填写地址。{HINTS[channel]}"
    if len(address) > LONGEST or not address.isprintable():
        return f"{channel.label}的地址过长或含有不可见字符，请核对。"
    if not _fits(channel, address):
        what = {Channel.MAIL: "邮箱", Channel.SMS: "手机号码", Channel.WECOM_APP: "成员账号"}.get(channel, "网址")
        return f"通知方式为{channel.label}，但地址“{shown(channel, address)}”不是{what}。{HINTS[channel]}"
    if channel == Channel.APPRISE and (ours := UNTRUE.get(address.partition("://")[0])):
        return f"这种服务请改选“{ours.label}”，系统才能知道对方是否真的接收。"
    return ""


def _fits(channel: Channel, address: str) -> bool:
    if channel == Channel.MAIL:
        return bool(MAILBOX.fullmatch(address))
    if channel == Channel.SMS:
        return bool(MOBILE.fullmatch(address))
    if channel == Channel.WECOM_APP:
        return bool(MEMBER.fullmatch(address))
    if channel == Channel.APPRISE or address.partition("://")[0] in OWN_SCHEMA.get(channel, ()):
        return bool(SCHEMA.fullmatch(address))
    return is_web(address) and IN_THE_URL.get(channel, "") in address


def is_web(address: str) -> bool:
    """Whether it is an http(s) address with a host and a port that can be."""
    try:
        found = urlsplit(address)
        return found.scheme in ("http", "https") and bool(found.hostname) and (found.port or 1) > 0
    except ValueError:
        return False


def shown(channel: Channel, address: str) -> str:
    """The address as a page may show it: a robot's address is its password, so only its host is left."""
    if channel in (Channel.OUTBOX, Channel.MAIL, Channel.SMS, Channel.WECOM_APP) or not address:
        return address
    scheme, mark, _ = address.partition("://")
    if not mark:
        return f"{address[:4]}…"
    if channel == Channel.APPRISE or not is_web(address):
        return f"{scheme[:12]}://…"
    host = urlsplit(address).netloc.rpartition("@")[2]
    return f"{scheme}://{host}/…"


def secrets_in(address: str) -> set[str]:
    """The parts of an address that give power to whoever knows them: whole, path, query values, key after #."""
    try:
        found = urlsplit(address)
    except ValueError:
        return {address}
    values = [value for many in parse_qs(found.query).values() for value in many]
    user, password = found.username or "", found.password or ""
    parts = {address, address.partition("#")[0], found.fragment, user, password, *values, *found.path.split("/")}
    if found.scheme in UNTRUE or found.scheme not in ("http", "https"):
        parts.add(found.netloc)  # Apprise writes tokens where others write the host
    return {part for part in parts if len(part) >= 6} | {address}
