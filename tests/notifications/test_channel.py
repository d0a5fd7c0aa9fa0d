"""Where a parcel goes, without sending it: addresses, secrets and complaints (real wires: tests/stories)."""

import pytest

from config.settings import settings
from models.words import Channel
from notifications.channel import Parcel, mail_wire, masked, send

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
    wire = mail_wire(parcel(Channel.MAIL, "a@example.org"))
    assert [address for _, address in wire.targets] == ["a@example.org"]
    assert wire.from_addr[1] == "duban@example.org"


@pytest.mark.parametrize("address", ["", "a@example.org"])
def test_mail_that_is_not_set_up_is_a_failure_that_says_so(home, address: str) -> None:
    receipt = send(parcel(Channel.MAIL, address))
    assert not receipt.ok
    assert "没有配置" in receipt.error or "地址为空" in receipt.error


@pytest.mark.parametrize("address", ["ftp://x", "file:///etc/passwd", "没有", "javascript:alert(1)", "http://[oops"])
def test_only_a_web_address_is_a_webhook(address: str) -> None:
    receipt = send(parcel(Channel.WEBHOOK, address))
    assert not receipt.ok and receipt.error


def test_a_complaint_never_shows_the_address_and_stays_short() -> None:
    said = masked(f"POST {SECRET} failed " + "x" * 500, SECRET)
    assert "geheim" not in said
    assert len(said) <= 200
