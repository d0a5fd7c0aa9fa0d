"""The plain webhook: signed, the same twice, and never where this machine's own services are."""

import hashlib
import hmac
import json
import socket

import httpcore
import pytest

from config.settings import settings
from models.words import Channel
from notifications import hosts
from notifications.channel import Parcel, Receipt, send
from tests.notifications.sinks import Sink


def parcel(url: str, key: str = "k 1/二") -> Parcel:
    return Parcel(Channel.WEBHOOK, url, "【督办提醒】题", "正文\n", key)


def opened(monkeypatch: pytest.MonkeyPatch, hooks: str) -> None:
    monkeypatch.setenv("DUBAN_HOOK_HOSTS", hooks)
    settings.cache_clear()


def test_a_post_carries_its_key_and_a_signature_over_time_and_body(sink: Sink) -> None:
    sink.answers(b"")
    assert send(parcel(f"{sink.url}/in?a=b#geheimes-wort")) == Receipt(True)
    call = sink.calls[0]
    want = hmac.new(b"geheimes-wort", call.headers["X-Duban-Timestamp"].encode() + b"." + call.body, hashlib.sha256)
    assert call.headers["X-Duban-Signature"] == f"sha256={want.hexdigest()}"
    assert call.path == "/in?a=b" and call.headers["Idempotency-Key"] == "k1/"


def test_a_message_sent_twice_is_the_same_byte_by_byte(sink: Sink) -> None:
    """R1: every duplicate carries the same key and the same text."""
    sink.answers(b"{}")
    for _ in range(2):
        send(parcel(f"{sink.url}/in#geheim"))
    assert sink.calls[0].body == sink.calls[1].body
    assert sink.calls[0].headers["Idempotency-Key"] == sink.calls[1].headers["Idempotency-Key"]


def test_the_installation_s_key_signs_where_the_address_has_none(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    sink.answers(b"")
    send(parcel(f"{sink.url}/in"))
    monkeypatch.setenv("DUBAN_WEBHOOK_SECRET", "haus")
    settings.cache_clear()
    send(parcel(f"{sink.url}/in"))
    assert ["X-Duban-Signature" in call.headers for call in sink.calls] == [False, True]


@pytest.mark.parametrize("answer", [b"", b"ok", b"{}", b'{"code":0}', b'{"code":"0"}', b'{"code":200}', b"[1]",
                                    b'{"errcode":0}', b'{"success":true}', b'{"StatusCode":0}'])
def test_a_plain_yes_is_a_yes(sink: Sink, answer: bytes) -> None:
    sink.answers(answer)
    assert send(parcel(f"{sink.url}/in")).ok


@pytest.mark.parametrize("answer", [b'{"code":1}', b'{"errcode":45009,"errmsg":"freq"}', b'{"code":"E01"}',
                                    b'{"success":false}', b'{"ok":false}', b'{"StatusCode":9}', b'{"code":500}'])
def test_a_no_inside_a_200_is_a_no(sink: Sink, answer: bytes) -> None:
    sink.answers(answer)
    receipt = send(parcel(f"{sink.url}/in"))
    assert not receipt.ok and "拒收" in receipt.error


def test_name_and_password_in_the_address_are_a_login(sink: Sink) -> None:
    sink.answers(b"")
    send(parcel(sink.url.replace("://", "://user:p%40ss@") + "/in"))
    assert sink.calls[0].headers["Authorization"] == "Basic dXNlcjpwQHNz"


CLOSED = ["127.0.0.1", "127.9.9.9", "localhost", "0.0.0.0", "169.254.169.254", "100.100.100.200", "[::1]", "[::]",
          "[::ffff:127.0.0.1]", "[fe80::1]", "[fd00:ec2::254]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0",
          "2130706433", "0x7f.1", "127.1", "224.0.0.1"]


@pytest.mark.parametrize("host", CLOSED)
def test_a_contact_s_address_cannot_reach_this_machine(sink: Sink, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, "")
    port = sink.url.rpartition(":")[2]
    receipt = send(parcel(f"http://{host}:{port}/api"))
    assert not receipt.ok and "本机" in receipt.error and sink.calls == []


def test_nor_by_this_machine_s_own_card(monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, "")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only asks which card would be used
        except OSError:
            pytest.skip("this machine has no number but loopback")
        own = probe.getsockname()[0]
    with socket.create_server((own, 0)) as server:
        receipt = send(parcel(f"http://{own}:{server.getsockname()[1]}/api"))
    assert not receipt.ok and "本机" in receipt.error


@pytest.mark.parametrize(("hooks", "goes"), [("127.0.0.1", True), ("127.0.0.1:{port}, x", True), ("127.0.0.1:1", False),
                                             ("localhost", False)])
def test_who_runs_the_installation_may_open_a_host(
    sink: Sink, hooks: str, goes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(monkeypatch, hooks.format(port=sink.url.rpartition(":")[2]))
    sink.answers(b"")
    assert send(parcel(f"{sink.url}/in")).ok is goes


@pytest.mark.parametrize("number", ["10.0.0.5", "192.168.1.9", "172.16.3.4", "100.64.0.1", "fd12::1", "8.8.8.8"])
def test_private_numbers_of_an_office_network_are_allowed(number: str) -> None:
    assert not hosts.is_closed(number)


def test_the_number_that_was_checked_is_the_one_connected_to(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with another number the second time (DNS rebinding) has no second time."""
    opened(monkeypatch, "")
    port = int(sink.url.rpartition(":")[2])
    asked: list[str] = []

    def turning(name: str, port: int, *_: object, **__: object) -> list:
        asked.append(name)
        number = "192.0.2.1" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))]

    tried: list[str] = []

    def connect(_self: object, number: str, *_: object, **__: object) -> None:
        tried.append(number)
        raise httpcore.ConnectError("not here")

    monkeypatch.setattr(hosts.socket, "getaddrinfo", turning)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    assert not send(parcel(f"http://turning.example:{port}/in")).ok
    assert (asked, tried, sink.calls) == (["turning.example"], ["192.0.2.1"], [])


def test_a_name_with_one_closed_number_among_others_is_refused_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, "")
    numbers = ("192.0.2.1", "127.0.0.1")
    monkeypatch.setattr(hosts.socket, "getaddrinfo", lambda name, port, **_: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers])
    receipt = send(parcel("http://both.example/in"))
    assert "本机" in receipt.error and not receipt.permanent


def test_what_is_posted_is_plain_json(sink: Sink) -> None:
    sink.answers(b"")
    send(parcel(f"{sink.url}/in"))
    assert sink.calls[0].json() == {"title": "【督办提醒】题", "message": "正文\n", "type": "info", "key": "k 1/二"}
    assert json.loads(sink.calls[0].body) and "application/json" in sink.calls[0].headers["Content-Type"]
