"""Send one message over one wire and say truthfully whether it was taken."""

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import apprise
import httpx

from config.settings import settings
from models.words import Channel

SECONDS = 10.0
ERROR_KEYS = ("errcode", "code", "StatusCode")


@dataclass(frozen=True)
class Receipt:
    """Whether the other side took the message; `error` is a sentence without secrets. `permanent`: this address will
    never take it; `wait`: seconds after which the other side wants to be asked again."""

    ok: bool
    error: str = ""
    permanent: bool = False
    wait: float | None = None


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
    if not parcel.address:
        return Receipt(False, f"{parcel.channel.label}地址为空")
    wire = mail_wire(parcel) if parcel.channel == Channel.MAIL else Webhook(parcel.address, parcel.key)
    if wire is None:
        return Receipt(False, f"{parcel.channel.label}没有配置或地址格式不对")
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
        ok = bool(wire.notify(body=parcel.body, title=parcel.subject, body_format=apprise.NotifyFormat.TEXT))
        said = log.getvalue().strip().splitlines()
    return Receipt(ok, "" if ok else masked(said[-1] if said else "对方未接收", parcel.address))


def mail_wire(parcel: Parcel) -> Any:
    """Apprise's mail plugin for one recipient; None while no server is set."""
    base = settings().mail_url.get_secret_value()
    mark = "&" if "?" in base else "?"
    return apprise.Apprise.instantiate(f"{base}{mark}{urlencode({'to': parcel.address})}") if base else None


class Webhook(apprise.NotifyBase):  # type: ignore[no-untyped-call]
    """A plain JSON post to exactly the address given: no redirects, and a refusal inside a 200 is a refusal.

    Apprise's own json:// plugin obeys parameters in the address and follows redirects, and calls both sent.
    """

    service_name = "duban"  # type: ignore[assignment]
    request_rate_per_sec = 0
    title_maxlen, body_maxlen = 250, 32_000

    def __init__(self, address: str, key: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.address, self.key = address, key

    def url(self, *_: Any, **__: Any) -> str:
        return "duban://webhook"

    def send(self, body: str, title: str = "", notify_type: Any = None, **kwargs: Any) -> bool:
        """Post once; True only when the other side took it."""
        content = {"title": title, "message": body, "type": "info", "key": self.key}
        try:
            reply = httpx.post(self.address, json=content, headers={"Idempotency-Key": self.key}, timeout=SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self.logger.warning(f"对方没有应答（{type(error).__name__}）")
            return False
        if not reply.is_success or _refused(reply):
            self.logger.warning(f"对方拒收（HTTP {reply.status_code}）")
            return False
        return True


def _refused(reply: httpx.Response) -> bool:
    """Whether a 2xx answer carries an error code, as the robots of WeCom, DingTalk and Feishu do."""
    try:
        answer = reply.json()
    except ValueError:
        return False
    return isinstance(answer, dict) and any(answer.get(key) not in (None, 0, "0") for key in ERROR_KEYS)


def masked(text: str, address: str) -> str:
    """A wire's complaint without the address it was sent to."""
    return text.replace(address, "（地址略）")[:200]
