"""What the three group robots have in common: an address, a signature key after #, one JSON post."""

import json
from typing import Any
from urllib.parse import unquote, urlsplit

import apprise

from notifications.cut import harmless
from notifications.parcel import Parcel, Receipt
from notifications.post import NoAnswer, post
from notifications.refusal import Codes, robot_verdict


def split_key(address: str) -> tuple[str, str]:
    """The address to post to, and the signature key written after # (never sent)."""
    url, _, key = address.partition("#")
    return url, unquote(key)


def by_apprise(address: str) -> Any:
    """Apprise's own reading of an address in its spelling (wecombot://…); None when it is not."""
    return apprise.Apprise.instantiate(address) if urlsplit(address).scheme not in ("http", "https") else None


def words(parcel: Parcel) -> str:
    """Subject and text as one, with nothing in it that a robot would obey."""
    return harmless(f"{parcel.subject}\n{parcel.body}".strip())


def post_robot(
    url: str, content: dict[str, Any], codes: Codes, names: tuple[str, ...], own: str = "", free: bool = False
) -> Receipt:
    """Post and judge the answer by its own code; `own` is the address as the contact has it, for masking."""
    try:
        answer = post(url, json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"), free=free)
    except NoAnswer as silence:
        return silence.receipt
    return robot_verdict(answer, names, codes, own or url, own=free)
