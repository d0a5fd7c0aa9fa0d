"""The office's own gateways: 企业微信 application and SMS by a template."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError

from config.gateway import SmsGateway
from config.settings import settings
from models.words import Channel
from notifications.channel import Parcel, Receipt, send
from notifications.sms import request
from tests.notifications.sinks import Sink

LINK = "http://127.0.0.1:8000/u/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SECRET = "corp-secret-0123456789"


def to_member(name: str = "zhangsan") -> Parcel:
    return Parcel(Channel.WECOM_APP, name, "题", f"文\n{LINK}", "k")


@pytest.fixture
def corp(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Sink:
    for name, value in {"CORP_ID": "ww1", "AGENT_ID": "1000002", "SECRET": SECRET, "URL": sink.url}.items():
        monkeypatch.setenv(f"DUBAN_WECOM_{name}", value)
    monkeypatch.setenv("DUBAN_HOOK_HOSTS", "")  # an own gateway needs no opening
    settings.cache_clear()
    return sink


def token(word: str) -> tuple[int, bytes]:
    return 200, json.dumps({"errcode": 0, "access_token": word, "expires_in": 7200}).encode()


YES = (200, b'{"errcode":0,"errmsg":"ok"}')


def test_a_token_is_fetched_once_and_used_for_many(corp: Sink) -> None:
    corp.replies = [token("T1"), YES, YES, YES]
    assert [send(to_member()) for _ in range(3)] == [Receipt(True)] * 3
    assert [call.path.partition("?")[0].rpartition("/")[2] for call in corp.calls] == ["gettoken", *["send"] * 3]
    said = corp.calls[1].json()
    assert (said["touser"], said["agentid"], said["enable_duplicate_check"]) == ("zhangsan", 1000002, 1)


@pytest.mark.parametrize("code", [40014, 42001])
def test_a_token_that_ran_out_is_renewed_once(corp: Sink, code: int) -> None:
    stale = (200, json.dumps({"errcode": code}).encode())
    corp.replies = [token("T1"), stale, token("T2"), YES]
    assert send(to_member()).ok and "T2" in corp.calls[-1].path
    corp.replies = [stale, token("T3"), stale]
    assert not send(to_member()).ok and corp.replies == []


@pytest.mark.parametrize(("answer", "permanent", "word"), [
    ({"errcode": 81013}, True, "可见范围"), ({"errcode": 60111}, True, "没有这个成员"),
    ({"errcode": 0, "invaliduser": "ZhangSan"}, True, "没有送达"), ({"errcode": 60020}, False, "可信名单"),
])
def test_a_member_who_was_left_out_is_a_refusal(corp: Sink, answer: dict, permanent: bool, word: str) -> None:
    corp.replies = [token("T1"), (200, json.dumps(answer).encode())]
    receipt = send(to_member())
    assert (receipt.ok, receipt.permanent) == (False, permanent) and word in receipt.error


def test_no_token_is_told_without_the_secret(corp: Sink) -> None:
    corp.replies = [(200, json.dumps({"errcode": 40001, "errmsg": f"invalid {SECRET}"}).encode())]
    receipt = send(to_member())
    assert not receipt.ok and not receipt.permanent and SECRET not in receipt.error
    corp.replies = [(404, b"")]
    assert not send(to_member()).permanent  # the gateway's own fault is not the member's


def sms(monkeypatch: pytest.MonkeyPatch, **template: object) -> None:
    monkeypatch.setenv("DUBAN_SMS", json.dumps(template))
    settings.cache_clear()


def text(body: str = f'一、“自查”"报告"\\\n二、{{secret}}\n{LINK}\n某办') -> Parcel:
    return Parcel(Channel.SMS, "13800000000", "【督办】题", body, "k-1")


def test_a_json_gateway_gets_number_and_text_escaped(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    sms(monkeypatch, url=f"{sink.url}/sms", success_path="data.0.code", success_values=["OK"], secret="geheim-wort",
        headers={"X-Key": "{secret}", "X-Once": "{key}"}, body='{"to": ["{phone}"], "content": "{text}"}')
    sink.answers({"data": [{"code": "OK"}]})
    assert send(text()) == Receipt(True)
    call = sink.calls[0]
    assert call.json()["to"] == ["13800000000"] and "{secret}" in call.json()["content"]
    assert call.headers["X-Key"] == "geheim-wort" and call.headers["X-Once"] == "k-1"


def test_a_form_gateway_is_signed(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    sms(monkeypatch, url=f"{sink.url}/sms?ts={{timestamp}}&sign={{sign}}", success_regex="^<code>0</code>$",
        headers={"Content-Type": "application/x-www-form-urlencoded"}, body="mobile={phone}&content={text}",
        secret="geheim-wort", sign="hmac-sha256", sign_text="{timestamp}|{phone}|{body}", sign_as="base64")
    sink.answers(b"<code>0</code>")
    assert send(text("甲&乙=丙")) == Receipt(True)
    call = sink.calls[0]
    asked = parse_qs(call.path.partition("?")[2])
    assert parse_qs(call.body.decode())["content"] == ["【督办】题\n甲&乙=丙"]
    signed = f"{asked['ts'][0]}|13800000000|{call.body.decode()}".encode()
    want = hmac.new(b"geheim-wort", signed, hashlib.sha256).digest()
    assert base64.b64decode(asked["sign"][0]) == want


def test_a_get_gateway_has_it_all_in_the_address(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    sms(monkeypatch, url=f"{sink.url}/s?m={{phone}}&c={{text}}", method="GET", success_path="code")
    sink.answers({"code": 0})
    assert send(text("甲&乙")).ok
    assert parse_qs(sink.calls[0].path.partition("?")[2])["c"] == ["【督办】题\n甲&乙"]
    assert (sink.calls[0].method, sink.calls[0].body) == ("GET", b"")


@pytest.mark.parametrize(("answer", "status", "permanent", "wait"), [
    (b'{"code":1}', 200, False, None), (b'{"code":"empty"}', 200, True, None), (b'{"code":"slow"}', 200, False, 60.0),
    (b"", 200, False, None), (b"<html>", 200, False, None), (b'{"code":0}', 500, False, None), (b"", 404, False, None),
    (b'{"code":null}', 200, False, None), (b'{"code":false}', 200, False, None),
])
def test_only_what_the_template_calls_success_is_success(
    sink: Sink, monkeypatch: pytest.MonkeyPatch, answer: bytes, status: int, permanent: bool, wait: float | None
) -> None:
    sms(monkeypatch, url=sink.url, success_path="code", permanent_values=["empty"], wait_values=["slow"])
    sink.answers(answer, status)
    receipt = send(text())
    assert (receipt.ok, receipt.permanent, receipt.wait) == (False, permanent, wait) and receipt.error


def test_a_message_is_cut_to_the_stated_length_and_keeps_its_link(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    sms(monkeypatch, url=sink.url, success_path="code", length=120)
    sink.answers({"code": 0})
    send(text("督察事项" * 100 + f"\n{LINK}\n某办"))
    said = sink.calls[0].json()["text"]
    assert len(said) <= 120 and said.endswith(LINK)


@pytest.mark.parametrize("template", [
    {"url": "http://h"}, {"url": "http://h", "success_path": "c", "sign": "rot13"},
    {"url": "http://h", "success_path": "c", "wrong": 1},
    {"url": "http://h", "success_path": "c", "sign": "md5", "body": "{sign}", "sign_text": "{body}"},
])
def test_a_template_that_cannot_tell_success_is_refused(template: dict) -> None:
    with pytest.raises(ValidationError):
        SmsGateway(**template)


def test_nothing_in_a_message_adds_a_header() -> None:
    gateway = SmsGateway(url="http://h/{phone}", success_path="c", headers={"X-T": "{text}"})
    url, headers, _ = request(gateway, Parcel(Channel.SMS, "13800000000", "a\r\nX-Evil: 1", "b", "k"))
    assert "\n" not in headers["X-T"] and url == "http://h/13800000000"


def test_without_a_gateway_it_says_so() -> None:
    settings.cache_clear()
    assert "没有配置" in send(text()).error
    assert "没有配置" in send(to_member()).error
