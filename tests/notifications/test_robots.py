"""Every robot's real refusals are refusals, in words, and nothing unsaid is taken for yes (R6, R7, R20)."""

import base64
import hashlib
import hmac
import json
import random
from urllib.parse import parse_qs, urlsplit

import pytest

from models.words import Channel
from notifications.channel import Parcel, Receipt, send
from tests.notifications.sinks import Sink

KEY = "BOTKEY-0123456789"
SIGN = "SEC0123456789abcdef"
LINK = "http://127.0.0.1:8000/u/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PATHS = {
    Channel.WECOM: f"/cgi-bin/webhook/send?key={KEY}", Channel.DINGTALK: f"/robot/send?access_token={KEY}",
    Channel.FEISHU: f"/open-apis/bot/v2/hook/{KEY}",
}
YES = {Channel.WECOM: {"errcode": 0}, Channel.DINGTALK: {"errcode": 0, "errmsg": "ok"}, Channel.FEISHU: {"code": 0}}
ROBOTS = list(PATHS)


def parcel(sink: Sink, channel: Channel, body: str = f"一、自查报告\n{LINK}\n", more: str = "") -> Parcel:
    number = random.randrange(10**9)  # another robot each time, so that no other test has used up its minute
    return Parcel(channel, f"{sink.url}{PATHS[channel]}{number}{more}", "【督办提醒】自查报告", body, "key-1")


def to(sink: Sink, channel: Channel, answer: dict | bytes, status: int = 200, **headers: str) -> Receipt:
    sink.answers(answer, status, **headers)
    return send(parcel(sink, channel))


@pytest.mark.parametrize("channel", ROBOTS)
def test_what_a_robot_took_is_sent_over_a_kept_connection(sink: Sink, channel: Channel) -> None:
    sink.answers(YES[channel])
    assert [send(parcel(sink, channel)) for _ in range(3)] == [Receipt(True)] * 3
    assert len({call.port for call in sink.calls}) == 1


REFUSALS = [
    (Channel.WECOM, {"errcode": 45009, "errmsg": "api freq out of limit"}, "太快", False, 60),
    (Channel.WECOM, {"errcode": 93000, "errmsg": f"invalid webhook url, key={KEY}"}, "移除", True, None),
    (Channel.WECOM, {"errcode": 40008, "errmsg": "invalid message type"}, "格式", False, None),
    (Channel.WECOM, {"errcode": -1, "errmsg": "system busy"}, "system busy", False, None),
    (Channel.DINGTALK, {"errcode": 310000, "errmsg": "keywords not in content"}, "关键词", False, None),
    (Channel.DINGTALK, {"errcode": 310000, "errmsg": "sign not match"}, "密钥", False, None),
    (Channel.DINGTALK, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}, "太快", False, 600),
    (Channel.DINGTALK, {"errcode": 300001, "errmsg": "token is not exist"}, "失效", True, None),
    (Channel.FEISHU, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"},
     "签名", False, None),
    (Channel.FEISHU, {"code": 9499, "msg": "too many request"}, "太快", False, 60),
    (Channel.FEISHU, {"StatusCode": 19001, "StatusMessage": "param invalid"}, "失效", True, None),
    (Channel.FEISHU, {"code": "19024", "msg": "Key Words Not Found"}, "关键词", False, None),
]


@pytest.mark.parametrize(("channel", "answer", "word", "permanent", "wait"), REFUSALS)
def test_a_refusal_inside_a_200_is_a_refusal_in_chinese(
    sink: Sink, channel: Channel, answer: dict, word: str, permanent: bool, wait: float | None
) -> None:
    receipt = to(sink, channel, answer)
    assert not receipt.ok and word in receipt.error
    assert (receipt.permanent, receipt.wait, receipt.held) == (permanent, wait, False)
    assert KEY not in receipt.error


def test_feishu_puts_its_code_into_a_400(sink: Sink) -> None:
    receipt = to(sink, Channel.FEISHU, {"code": 19001, "msg": "param invalid"}, 400)
    assert receipt.permanent and "19001" in receipt.error


@pytest.mark.parametrize("channel", ROBOTS)
@pytest.mark.parametrize("body", [
    b"", b"OK", b"<html>login</html>", b"[]", b"null", b'{"errmsg":"ok"}', b'{"errcode":null}', b'{"errcode":false}',
    b'{"errcode":"zero"}', b'{"errcode":', b"\xff\xfe",
])
def test_what_does_not_say_yes_is_not_taken_for_yes(sink: Sink, channel: Channel, body: bytes) -> None:
    receipt = to(sink, channel, body)
    assert not receipt.ok and not receipt.permanent and receipt.error


@pytest.mark.parametrize("channel", [*ROBOTS, Channel.WEBHOOK])
@pytest.mark.parametrize(("status", "permanent"), [(302, False), (403, False), (404, True), (410, True), (500, False)])
def test_http_statuses_are_told_apart(sink: Sink, channel: Channel, status: int, permanent: bool) -> None:
    sink.answers(b"", status, Location="/login")
    receipt = send(parcel(sink, channel) if channel in PATHS else Parcel(channel, f"{sink.url}/in", "题", "文", "k"))
    assert (receipt.ok, receipt.permanent) == (False, permanent) and str(status) in receipt.error
    assert len(sink.calls) == 1  # no redirect was followed


@pytest.mark.parametrize("channel", [*ROBOTS, Channel.WEBHOOK])
def test_a_robot_that_says_when_is_asked_again_then(sink: Sink, channel: Channel) -> None:
    sink.answers(b"", 429, Retry_After="37")
    receipt = send(parcel(sink, channel) if channel in PATHS else Parcel(channel, f"{sink.url}/in", "题", "文", "k"))
    assert (receipt.ok, receipt.wait, receipt.held) == (False, 37.0, False)
    sink.answers(b"", 503, Retry_After="Fri, 01 Jan 2100 00:00:00 GMT")
    assert send(Parcel(Channel.WEBHOOK, f"{sink.url}/in", "题", "文", "k")).wait == 72 * 3600


@pytest.mark.parametrize("how", ["reset", "half", "endless"])
@pytest.mark.parametrize("channel", [*ROBOTS, Channel.WEBHOOK])
def test_a_broken_answer_is_no_acceptance(sink: Sink, channel: Channel, how: str) -> None:
    sink.how = how
    target = parcel(sink, channel) if channel in PATHS else Parcel(channel, f"{sink.url}/in", "题", "文", "k")
    receipt = send(target)
    if channel == Channel.WEBHOOK and how == "endless":
        assert receipt.ok  # a plain 2xx is a yes, however long the rest; what matters is that we do not read it all
    else:
        assert not receipt.ok and not receipt.permanent


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_server_that_hangs_or_drips_is_left_in_time(
    sink: Sink, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.post.SECONDS", 1.0)
    sink.how = how
    receipt = send(parcel(sink, Channel.WECOM))
    assert not receipt.ok and "应答" in receipt.error


def test_nobody_at_the_address_is_a_refusal_for_now() -> None:
    receipt = send(Parcel(Channel.WEBHOOK, "http://127.0.0.1:9/in", "题", "文", "k"))
    assert (receipt.ok, receipt.permanent) == (False, False) and "连接不上" in receipt.error


def test_dingtalk_is_signed_with_the_key_after_the_hash(sink: Sink) -> None:
    sink.answers(YES[Channel.DINGTALK])
    send(parcel(sink, Channel.DINGTALK, more=f"#{SIGN}"))
    query = parse_qs(urlsplit(sink.calls[0].path).query)
    text = f"{query['timestamp'][0]}\n{SIGN}".encode()
    assert query["sign"] == [base64.b64encode(hmac.new(SIGN.encode(), text, hashlib.sha256).digest()).decode()]
    assert SIGN not in sink.calls[0].path and query["access_token"][0].startswith(KEY)


def test_feishu_is_signed_with_the_key_after_the_hash(sink: Sink) -> None:
    sink.answers(YES[Channel.FEISHU])
    send(parcel(sink, Channel.FEISHU, more=f"#{SIGN}"))
    said = sink.calls[0].json()
    want = hmac.new(f"{said['timestamp']}\n{SIGN}".encode(), b"", hashlib.sha256).digest()
    assert said["sign"] == base64.b64encode(want).decode()


def test_a_long_message_becomes_markdown_within_4096_bytes_with_its_link_whole(sink: Sink) -> None:
    sink.answers(YES[Channel.WECOM])
    send(parcel(sink, Channel.WECOM, "督察事项，" * 900 + f"\n{LINK}\n某办"))
    said = sink.calls[0].json()
    text = said["markdown"]["content"]
    assert said["msgtype"] == "markdown" and len(text.encode()) <= 4096 and f"]({LINK})" in text


def test_a_short_message_is_plain_text_within_2048_bytes(sink: Sink) -> None:
    sink.answers(YES[Channel.WECOM])
    send(parcel(sink, Channel.WECOM))
    said = sink.calls[0].json()
    assert said["msgtype"] == "text" and LINK in said["text"]["content"]


@pytest.mark.parametrize("channel", ROBOTS)
def test_a_name_cannot_call_everybody_or_hide_a_link(sink: Sink, channel: Channel) -> None:
    """R20: robots obey <at>, <@all>, <a href> and markdown inside text."""
    sink.answers(YES[channel])
    bad = '<at user_id="all">所有人</at> <@all> [点此](http://evil.example/x) <a href="http://evil.example">办</a> '
    for times in (1, 40):
        send(parcel(sink, channel, bad * times + LINK))
    for call in sink.calls:
        said = json.dumps(call.json(), ensure_ascii=False)
        assert "<" not in said
        assert "[点此]" not in said or call.json().get("msgtype", call.json().get("msg_type")) == "text"


@pytest.mark.parametrize(("channel", "address", "host"), [
    (Channel.WECOM, "wecombot://abcdefgh12345678", "qyapi.weixin.qq.com"),
    (Channel.DINGTALK, "dingtalk://SECabc123@TOKEN1234", "oapi.dingtalk.com"),
    (Channel.FEISHU, "feishu://TOKEN12345", "open.feishu.cn"),
    (Channel.FEISHU, "lark://TOKEN12345", "open.larksuite.com"),
])
def test_apprise_spelling_leads_to_the_public_robot(
    channel: Channel, address: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def nobody(name: str, *_more: object, **_named: object) -> list:
        asked.append(name)
        raise OSError("no network in tests")

    monkeypatch.setattr("notifications.hosts.socket.getaddrinfo", nobody)
    receipt = send(Parcel(channel, address, "题", "文", "k"))
    assert asked == [host] and not receipt.ok and "TOKEN" not in receipt.error
