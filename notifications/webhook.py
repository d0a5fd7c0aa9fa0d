"""A plain JSON post to exactly the address given, signed, with the same key for the same message."""

import hashlib
import hmac
import json

from config import clock
from config.settings import settings
from notifications.masks import masked
from notifications.parcel import Parcel, Receipt
from notifications.post import JSON, Answer, NoAnswer, post
from notifications.refusal import SAID, http_refusal, seconds_asked
from notifications.robot import split_key

TAKEN = (None, "", 0, "0", 200, "200", True)
CODES = ("errcode", "code", "StatusCode")
TRUTHS = ("success", "ok")


def send(parcel: Parcel) -> Receipt:
    """Post once. The key after # (else the installation's) signs `timestamp.body`; the body of a message sent twice is
    the same, byte by byte."""
    url, key = split_key(parcel.address)
    content = {"title": parcel.subject, "message": parcel.body, "type": "info", "key": parcel.key}
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    headers = {**JSON, "Idempotency-Key": _line(parcel.key), **signature(key or _own_key(), body)}
    try:
        answer = post(url, body, headers)
    except NoAnswer as silence:
        return silence.receipt
    return http_refusal(answer) or _refusal_inside(answer, parcel.address) or Receipt(True)


def signature(key: str, body: bytes) -> dict[str, str]:
    """The two headers a receiver checks: the time in s, and HMAC-SHA256 of “time.body” in hex; none without a key."""
    if not key:
        return {}
    stamp = str(int(clock.wall().timestamp()))
    digest = hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Duban-Timestamp": stamp, "X-Duban-Signature": f"sha256={digest}"}


def _own_key() -> str:
    return settings().webhook_secret.get_secret_value()


def _line(text: str) -> str:
    return "".join(letter for letter in text if " " < letter < "\x7f")


def _refusal_inside(answer: Answer, address: str) -> Receipt | None:
    """Whether a 2xx answer carries a refusal, as the robots' do: a code that is not 0 (or 200), or “success”: false."""
    fields = answer.fields()
    code = next((fields[name] for name in CODES if _refuses(fields.get(name))), None)
    if code is None and not any(fields.get(name) is False for name in TRUTHS):
        return None
    said = masked(next((str(fields[name]) for name in SAID if fields.get(name)), ""), address)[:80]
    about = f"，代码{masked(str(code), address)[:20]}" if code is not None else ""
    return Receipt(False, f"对方拒收（HTTP {answer.status}{about}）{said}", wait=seconds_asked(answer))


def _refuses(code: object) -> bool:
    return not any(code == taken and type(code) is type(taken) for taken in TAKEN)
