"""Where a parcel goes, without sending it: addresses, secrets and complaints (real wires: tests/stories)."""

import pytest

from config.settings import settings
from models.words import Channel
from notifications.channel import Parcel, masked, send, target

SECRET = "https://hook.example/send?key=geheim"


def parcel(channel: Channel, address: str) -> Parcel:
    return Parcel(channel, address, "主题", "正文", "key 1/2")


def test_the_embedded_outbox_needs_no_wire() -> None:
    assert send(parcel(Channel.OUTBOX, "")).ok


def test_mail_goes_through_the_configured_server_to_exactly_one_address(
    home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_MAIL_URL", "mailto://relay:25?from=duban@example.org")
    settings.cache_clear()
    url = target(parcel(Channel.MAIL, "a@example.org?cc=b@example.org"))
    assert url == "mailto://relay:25?from=duban@example.org&to=a%40example.org%3Fcc%3Db%40example.org"


@pytest.mark.parametrize("address", ["", "a@example.org"])
def test_mail_that_is_not_set_up_is_a_failure_that_says_so(home, address: str) -> None:
    receipt = send(parcel(Channel.MAIL, address))
    assert not receipt.ok
    assert "没有配置或地址为空" in receipt.error


def test_a_webhook_keeps_its_query_and_carries_the_key_of_the_message() -> None:
    assert target(parcel(Channel.WEBHOOK, SECRET)) == (
        "jsons://hook.example/send?key=geheim&+Idempotency-Key=key%201/2"
    )
    assert target(parcel(Channel.WEBHOOK, "http://intranet:8080/x")).startswith("json://intranet:8080/x?+Idem")


@pytest.mark.parametrize("address", ["ftp://x", "file:///etc/passwd", "没有", "javascript:alert(1)"])
def test_only_the_two_web_schemes_are_a_webhook(address: str) -> None:
    assert target(parcel(Channel.WEBHOOK, address)) == ""


def test_a_complaint_never_shows_the_address_and_stays_short() -> None:
    said = masked(f"POST {SECRET} failed " + "x" * 500, SECRET)
    assert "geheim" not in said
    assert len(said) <= 200
