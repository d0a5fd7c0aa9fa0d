"""Send one message over one wire and say truthfully whether it was taken: the one door, and the table behind it."""

from models.words import Channel
from notifications import dingtalk, feishu, mail, other, sms, webhook, wecom, wecom_app
from notifications.mail import close_lines
from notifications.parcel import Parcel, Receipt, Wire
from notifications.post import close_pools
from notifications.rate import seconds_to_wait
from rules.address import fault

WIRES: dict[Channel, Wire] = {
    Channel.OUTBOX: lambda _parcel: Receipt(True),  # being on the page is being delivered
    Channel.MAIL: mail.send,
    Channel.WEBHOOK: webhook.send,
    Channel.WECOM: wecom.send,
    Channel.WECOM_APP: wecom_app.send,
    Channel.DINGTALK: dingtalk.send,
    Channel.FEISHU: feishu.send,
    Channel.SMS: sms.send,
    Channel.APPRISE: other.send,
}


def send(parcel: Parcel) -> Receipt:
    """Hand the parcel to its wire, from any thread. Never raises: what a wire throws is a refusal without secrets.

    A robot that was given its fill answers Receipt(held=True, wait=seconds) and is not spoken to.
    """
    if parcel.channel == Channel.OUTBOX:
        return WIRES[Channel.OUTBOX](parcel)
    if not parcel.address:
        return Receipt(False, f"{parcel.channel.label}地址为空")
    if wrong := fault(parcel.channel, parcel.address):
        return Receipt(False, wrong, permanent=True)
    try:
        wait = seconds_to_wait(parcel.channel, parcel.address)
        if wait:
            return Receipt(False, f"为免超出{parcel.channel.label}的频率限制，稍后再发", wait=wait, held=True)
        return WIRES[parcel.channel](parcel)
    except Exception as error:  # its text may hold the address; its kind says enough
        return Receipt(False, f"发送出错：{type(error).__name__}")


def close_wires() -> None:
    """Let go of every kept connection, of every thread; the next send opens new ones."""
    close_lines()
    close_pools()
    wecom_app.TOKENS.clear()


__all__ = ["WIRES", "Parcel", "Receipt", "close_wires", "send"]
