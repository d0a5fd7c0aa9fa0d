"""Any other service by its Apprise address, of the kinds the installation allows.

Apprise says True when the service answered with its success status; what the service does afterwards is not known.
"""

import logging
from urllib.parse import urlsplit

import apprise

from config.settings import settings
from notifications.hosts import is_closed, is_opened, numbers_of
from notifications.masks import TALKING_TO, mask_logs, masked
from notifications.parcel import Parcel, Receipt
from rules.address import fault


def send(parcel: Parcel) -> Receipt:
    """The address is an Apprise URL; a fresh plugin object has no pause of its own, and sends in this thread."""
    schema = parcel.address.partition("://")[0].lower()
    allowed = {word.strip().lower() for word in settings().apprise_schemas.split(",") if word.strip()}
    if wrong := fault(parcel.channel, parcel.address):
        return Receipt(False, wrong)
    if schema not in allowed:
        return Receipt(False, f"系统管理员没有允许“{schema[:20]}”这种服务（apprise_schemas）")
    if _leads_inside(parcel.address):
        return Receipt(False, "该地址指向本机或受保护的网段，没有发送；确需使用的，请系统管理员在 hook_hosts 中列出")
    mask_logs()
    before = TALKING_TO.set(parcel.address)
    try:
        return _notify(parcel)
    finally:
        TALKING_TO.reset(before)


def _notify(parcel: Parcel) -> Receipt:
    wire = apprise.Apprise.instantiate(parcel.address)
    if wire is None:
        return Receipt(False, "Apprise 认不出这个地址")
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
        ok = bool(wire.notify(body=parcel.body, title=parcel.subject, body_format=apprise.NotifyFormat.TEXT))
        said = log.getvalue().strip().splitlines()
    return Receipt(True) if ok else Receipt(False, masked(said[-1] if said else "对方未接收", parcel.address))


def _leads_inside(address: str) -> bool:
    """Whether what stands as the host is a host and leads to where no notice may go; a token there is none."""
    try:
        found = urlsplit(address)
        host, port = found.hostname or "", found.port or 443
        return not is_opened(host, port) and any(map(is_closed, numbers_of(host, port, free=True)))
    except Exception:  # no such host, or no host at all: Apprise will say so
        return False
