"""What an answer means: taken, refused for now, refused for good; in words a clerk can act on."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from config import clock
from notifications.masks import masked
from notifications.parcel import Receipt
from notifications.post import Answer

LONGEST_WAIT = 72 * 3600.0
GONE = (404, 410)
BUSY = (429, 503)
SAID = ("errmsg", "msg", "message", "StatusMessage")


class Code(NamedTuple):
    """What one refusal code means."""

    words: str
    permanent: bool = False
    wait: float | None = None


Codes = Mapping[int, Code]
WECOM: dict[int, Code] = {
    45009: Code("发送太快，企业微信要求稍后再发", wait=60), 45033: Code("企业微信正忙，稍后再发", wait=30),
    93000: Code("机器人已被移除或地址失效，请在群里重新添加", permanent=True),
    93008: Code("机器人已不在群里，请重新添加", permanent=True), 45002: Code("内容过长，企业微信未接收"),
    40058: Code("企业微信认为内容格式不对"), 40008: Code("企业微信认为内容格式不对"), 44004: Code("内容为空，未接收"),
}
WECOM_APP: Codes = WECOM | {
    40013: Code("企业编号不对，请系统管理员核对 wecom_corp_id"), 40001: Code("应用密钥不对，请系统管理员核对"),
    40056: Code("应用编号不对，请系统管理员核对 wecom_agent_id"), 301002: Code("应用无权发送，请系统管理员核对"),
    60020: Code("本机网络地址不在企业微信的可信名单里，请系统管理员添加"),
    **dict.fromkeys((60111, 46004), Code("企业微信里没有这个成员账号", permanent=True)),
    40003: Code("成员账号不对", permanent=True), 81013: Code("成员不在应用的可见范围内", permanent=True),
}
DINGTALK: Codes = {
    310000: Code("钉钉安全设置未通过：关键词、加签密钥或网络地址不符，请核对机器人的安全设置"),
    130101: Code("发送太快，钉钉要求稍后再发", wait=600), 410100: Code("发送太快，钉钉要求稍后再发", wait=600),
    **dict.fromkeys((300001, 400101), Code("机器人地址失效，请重新添加", permanent=True)),
    400102: Code("机器人已停用，请在群里启用或重新添加", permanent=True), 400013: Code("群已解散", permanent=True),
    400106: Code("机器人已被移除，请重新添加", permanent=True), 430102: Code("钉钉认为内容含不合适的文字"),
    430104: Code("钉钉认为内容含不合适的文字"), 430103: Code("钉钉认为内容含不合适的图片"),
    430101: Code("钉钉认为内容含不安全的链接，请把本系统网址加入信任"),
}
FEISHU: Codes = {
    9499: Code("发送太快，飞书要求稍后再发", wait=60), 11232: Code("发送太快，飞书要求稍后再发", wait=60),
    19001: Code("机器人地址失效，请重新添加", permanent=True), 19002: Code("飞书认为内容格式不对"),
    19021: Code("飞书签名校验未通过：密钥不符，或本机时钟偏差超过一小时"),
    19022: Code("本机网络地址不在飞书机器人的白名单里"), 19024: Code("内容不含飞书机器人设定的关键词"),
    19036: Code("机器人已停用或被移除，请重新添加", permanent=True),
}


def seconds_asked(answer: Answer) -> float | None:
    """Retry-After in seconds, whether written as a number or as a date; at most three days."""
    text = answer.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        asked = float(text) if text.isdecimal() else parsedate_to_datetime(text).timestamp() - clock.wall().timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(asked, 1.0), LONGEST_WAIT)


def http_refusal(answer: Answer, own: bool = False) -> Receipt | None:
    """A refusal by HTTP status; None for 2xx. Of the office's `own` gateway no status is the contact's fault."""
    status = answer.status
    if 200 <= status < 300:
        return None
    if status in BUSY:
        return Receipt(False, f"对方正忙，要求稍后再发（HTTP {status}）", wait=seconds_asked(answer))
    if status in GONE:
        return Receipt(False, f"对方没有这个地址（HTTP {status}）", permanent=not own)
    if 300 <= status < 400:
        return Receipt(False, f"对方要求转到别处，未跟随（HTTP {status}）")
    return Receipt(False, f"对方拒收（HTTP {status}）", wait=seconds_asked(answer))


def robot_verdict(answer: Answer, names: tuple[str, ...], codes: Codes, address: str, own: bool = False) -> Receipt:
    """Taken only when the answer itself says 0: an empty, foreign or broken answer is no acceptance.

    Feishu answers refusals with HTTP 400 and the code in the body, so the body is read before the status.
    """
    fields = answer.fields()
    code = next((number for name in names if (number := number_in(fields.get(name))) is not None), None)
    if code in (None, 0):
        broken = Receipt(False, f"对方的应答认不出，不能当作已接收（HTTP {answer.status}）")
        return http_refusal(answer, own) or (Receipt(True) if code == 0 else broken)
    known = codes.get(code)
    if known:
        return Receipt(False, f"{known.words}（代码{code}）", known.permanent, known.wait)
    said = next((str(fields[name]) for name in SAID if fields.get(name)), "")
    return Receipt(False, f"对方拒收（{code}）{masked(said, address)[:80]}", wait=seconds_asked(answer))


def number_in(value: object) -> int | None:
    """A code written as a number or as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None
