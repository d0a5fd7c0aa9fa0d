"""The one door: which wire a parcel takes, and what is refused before any wire is touched."""

import pytest

from models.words import Channel
from notifications.channel import WIRES, Parcel, send
from rules.address import HINTS, fault


def parcel(channel: Channel, address: str) -> Parcel:
    return Parcel(channel, address, "主题", "正文", "key 1/2")


def test_every_way_of_sending_has_its_wire_and_its_hint() -> None:
    assert set(WIRES) == set(HINTS) == set(Channel)


def test_the_embedded_outbox_needs_no_wire() -> None:
    assert send(parcel(Channel.OUTBOX, "")).ok


@pytest.mark.parametrize("channel", [one for one in Channel if one != Channel.OUTBOX])
@pytest.mark.parametrize("address", ["", "a@example.org", "zhangsan", "13800000000"])
def test_what_is_not_set_up_is_a_failure_that_says_so(home, channel: Channel, address: str) -> None:
    receipt = send(parcel(channel, address))
    assert not receipt.ok and receipt.error


@pytest.mark.parametrize("address", ["ftp://x", "file:///etc/passwd", "没有", "javascript:alert(1)", "http://[oops",
                                     "http://host:99999/", "https://", "http://a b/", "http://a/\r\nX: y"])
def test_only_a_web_address_is_a_webhook(address: str) -> None:
    receipt = send(parcel(Channel.WEBHOOK, address))
    assert not receipt.ok and receipt.error


def test_a_wire_that_breaks_is_a_refusal_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_parcel: Parcel) -> None:
        raise RuntimeError("password=geheim")

    monkeypatch.setitem(WIRES, Channel.WEBHOOK, broken)
    receipt = send(parcel(Channel.WEBHOOK, "http://127.0.0.1:9/in"))
    assert (receipt.ok, receipt.error) == (False, "发送出错：RuntimeError")


GOOD = {
    Channel.OUTBOX: "", Channel.MAIL: "a@example.org", Channel.WEBHOOK: "https://host.example/in#geheim",
    Channel.WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123", Channel.WECOM_APP: "ZhangSan",
    Channel.DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=0123#SEC0",
    Channel.FEISHU: "https://open.feishu.cn/open-apis/bot/v2/hook/0123", Channel.SMS: "13800000000",
    Channel.APPRISE: "ntfys://host.example/topic",
}


@pytest.mark.parametrize("channel", list(Channel))
def test_each_way_knows_its_own_addresses_and_no_other_way_s(channel: Channel) -> None:
    assert fault(channel, GOOD[channel]) == ""
    narrow = {Channel.MAIL, Channel.SMS, Channel.WECOM, Channel.DINGTALK, Channel.FEISHU}
    for other in narrow - {channel} if channel in narrow else ():
        assert fault(channel, GOOD[other]), other


@pytest.mark.parametrize("address", ["@all", "all", "a|b", "张三", "a b", "-x"])
def test_an_application_message_goes_to_one_member(address: str) -> None:
    assert fault(Channel.WECOM_APP, address)


@pytest.mark.parametrize("schema", ["wecombot", "dingtalk", "feishu", "lark", "json", "mailto"])
def test_what_apprise_cannot_tell_the_truth_about_has_a_way_of_its_own(schema: str) -> None:
    assert "改选" in fault(Channel.APPRISE, f"{schema}://token/x")
