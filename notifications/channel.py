"""Send one message over one wire and say truthfully whether it was taken."""

import logging
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

import apprise

from config.settings import settings
from models.words import Channel


@dataclass(frozen=True)
class Receipt:
    """Whether the other side took the message; `error` is a sentence without secrets."""

    ok: bool
    error: str = ""


@dataclass(frozen=True)
class Parcel:
    """What goes out; `key` is the same for the same message sent twice."""

    channel: Channel
    address: str
    subject: str
    body: str
    key: str


def send(parcel: Parcel) -> Receipt:
    """Hand the parcel to its wire. The embedded outbox is its own wire: being on the page is being delivered."""
    if parcel.channel == Channel.OUTBOX:
        return Receipt(True)
    url = target(parcel)
    if not url:
        return Receipt(False, f"{parcel.channel.label}没有配置或地址为空")
    wire = apprise.Apprise.instantiate(url)
    if wire is None:
        return Receipt(False, f"{parcel.channel.label}地址格式不对")
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
        ok = bool(wire.notify(body=parcel.body, title=parcel.subject, body_format=apprise.NotifyFormat.TEXT))
        said = log.getvalue().strip().splitlines()
    return Receipt(ok, "" if ok else masked(said[-1] if said else "对方未接收", parcel.address))


def target(parcel: Parcel) -> str:
    """The Apprise URL of a parcel; empty when the channel is not set up."""
    if not parcel.address:
        return ""
    if parcel.channel == Channel.MAIL:
        base = settings().mail_url.get_secret_value()
        mark = "&" if "?" in base else "?"
        return f"{base}{mark}{urlencode({'to': parcel.address})}" if base else ""
    parts = urlsplit(parcel.address)
    scheme = {"http": "json", "https": "jsons"}.get(parts.scheme)
    if scheme is None:
        return ""
    query = f"{parts.query}&" if parts.query else ""
    return f"{scheme}://{parts.netloc}{parts.path}?{query}+Idempotency-Key={quote(parcel.key)}"


def masked(text: str, address: str) -> str:
    """A wire's complaint without the address it was sent to."""
    return text.replace(address, "（地址略）")[:200]
