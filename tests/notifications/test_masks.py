"""Golden: no secret of an address or a setting stands in a receipt, a log, a print, an error or a page (R20, R21)."""

import json
import logging

import pytest

from config.settings import settings
from models.words import Channel
from notifications.channel import Parcel, send
from notifications.masks import mask_logs, masked
from rules.address import secrets_in, shown
from tests.notifications.sinks import MailSink, Sink

KEY, SIGN, TOKEN = "BOTKEY-0123456789", "SEC-abcdef0123456789", "hook-token-9876543210"
MAIL_WORD, CORP, GATEWAY = "mail-wort-p@ss", "corp-geheim-123", "sms-geheim-456"
LINK = "http://127.0.0.1:8000/u/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SECRETS = (KEY, SIGN, TOKEN, MAIL_WORD, "mail-wort-p%40ss", CORP, GATEWAY, LINK.rpartition("/")[2])
OWN = set(SECRETS) - {KEY, SIGN, TOKEN}  # a wire knows its own address, the settings and the link; it can say no more
ADDRESSES = {
    Channel.WEBHOOK: "{url}/in/" + TOKEN + "?key=" + KEY + "#" + SIGN,
    Channel.WECOM: "{url}/cgi-bin/webhook/send?key=" + KEY,
    Channel.DINGTALK: "{url}/robot/send?access_token=" + KEY + "#" + SIGN,
    Channel.FEISHU: "{url}/open-apis/bot/v2/hook/" + TOKEN + "#" + SIGN,
    Channel.WECOM_APP: "zhangsan", Channel.SMS: "13800000000", Channel.MAIL: "a@example.org",
    Channel.APPRISE: "ntfy://:" + TOKEN + "@{host}/" + KEY,  # ntfy takes any 200
}


@pytest.fixture
def all_set(sink: Sink, mail: MailSink, monkeypatch: pytest.MonkeyPatch) -> Sink:
    """Every gateway with a secret, and sinks that repeat all of them in their refusals."""
    spilled = " ".join(SECRETS) + f" {LINK}"
    sink.answers({"errcode": 777, "code": 777, "errmsg": spilled, "msg": spilled, "access_token": "T"}, 200)
    mail.refuses["a@example.org"] = f"550 5.1.1 {spilled[:300]}"
    template = {"url": f"{sink.url}/sms?k={GATEWAY}", "success_path": "yes", "secret": GATEWAY}
    for name, value in {
        "WECOM_CORP_ID": "ww1", "WECOM_AGENT_ID": "1", "WECOM_SECRET": CORP, "WECOM_URL": sink.url,
        "SMS": json.dumps(template), "APPRISE_SCHEMAS": "ntfy", "WEBHOOK_SECRET": "haus-wort",
        "OIDC_CLIENT_SECRET": "oidc-wort",
        "MAIL_URL": f"mailto://duban:mail-wort-p%40ss@127.0.0.1:{mail.port}/?from=duban@example.org",
    }.items():
        monkeypatch.setenv(f"DUBAN_{name}", value)
    settings.cache_clear()
    return sink


def parcels(sink: Sink) -> list[Parcel]:
    places = {"url": sink.url, "host": sink.url.rpartition("/")[2]}
    return [Parcel(way, text.format(**places), "【督办】题", f"文\n{LINK}", "k") for way, text in ADDRESSES.items()]


def spilled(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("how", ["", "reset", "half"])
def test_no_receipt_and_no_log_line_holds_a_secret(
    all_set: Sink, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    all_set.how = how
    mask_logs()
    with caplog.at_level(logging.DEBUG):
        receipts = [send(parcel) for parcel in parcels(all_set)]
    refused = [one for way, one in zip(ADDRESSES, receipts, strict=True) if not one.ok or way != Channel.APPRISE]
    assert [one.ok for one in refused] == [False] * len(refused) and len(refused) >= len(ADDRESSES) - 1
    for parcel, one in zip(parcels(all_set), receipts, strict=True):
        known = {secret for secret in SECRETS if secret in parcel.address} | OWN
        assert known & set(spilled(one.error)) == set(), parcel.channel
    lines = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # the sink's own
    assert len(lines) > 5 and [line for line in lines if spilled(line)] == []


def test_a_parcel_and_the_settings_print_without_secrets(all_set: Sink) -> None:
    assert [spilled(repr(parcel)) for parcel in parcels(all_set)] == [[]] * len(ADDRESSES)
    assert spilled(repr(settings())) == [] and spilled(settings().model_dump_json()) == []


def test_a_page_shows_no_more_of_a_robot_than_its_host(all_set: Sink) -> None:
    for parcel in parcels(all_set):
        assert spilled(shown(parcel.channel, parcel.address)) == []
    assert shown(Channel.WECOM, f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}") == (
        "https://qyapi.weixin.qq.com/…"
    )


@pytest.mark.parametrize("text", [
    f"POST https://host.example/robot?key={KEY} failed", f"token {KEY}", f"{MAIL_WORD}", f"see {LINK} now",
    f"GET /u/{LINK.rpartition('/')[2]} 404", "https://user:password1@host/x", f"wecombot://{KEY}/x?y=1",
])
def test_a_complaint_is_masked_and_short(all_set: Sink, text: str) -> None:
    said = masked(text + " x" * 500, f"https://host.example/robot?key={KEY}")
    assert spilled(said) == [] and "password1" not in said and len(said) <= 200


def test_the_parts_that_give_power_are_known() -> None:
    assert {KEY, SIGN} <= secrets_in(f"https://host/robot?access_token={KEY}#{SIGN}")
    assert TOKEN in secrets_in(f"https://host/hook/{TOKEN}") and KEY in secrets_in(f"wecombot://{KEY}")
