"""SMS through the office's own gateway, as the template in duban.toml says."""

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from config import clock
from config.gateway import PLACE, SmsGateway
from config.settings import settings
from notifications.cut import fitted
from notifications.masks import masked
from notifications.parcel import Parcel, Receipt
from notifications.post import Answer, NoAnswer, post
from notifications.refusal import http_refusal

Escape = Callable[[str], str]


def send(parcel: Parcel) -> Receipt:
    """The address is a telephone number. What counts as taken is written in the template, nothing else does."""
    gateway = settings().sms
    if gateway is None:
        return Receipt(False, "短信网关没有配置（duban.toml 的 [sms]）")
    url, headers, body = request(gateway, parcel)
    try:
        answer = post(url, body, headers, free=True, method=gateway.method)
    except NoAnswer as silence:
        return silence.receipt
    return http_refusal(answer, own=True) or verdict(gateway, answer)


def request(gateway: SmsGateway, parcel: Parcel) -> tuple[str, dict[str, str], bytes]:
    """Address, headers and body with every place filled in and escaped for where it stands."""
    known = _values(gateway, parcel)
    escape = _escape_of(gateway)
    known["body"] = filled(gateway.body, known, escape) if "{sign}" not in gateway.body else ""
    known["sign"] = sign(gateway, filled(gateway.sign_text, known, str))
    written = {name: value.get_secret_value() for name, value in gateway.headers.items()}
    headers = {name: _one_line(filled(value, known, str)) for name, value in written.items()}
    if not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json; charset=utf-8"
    body = (known["body"] or filled(gateway.body, known, escape)) if gateway.method == "POST" else ""
    return filled(gateway.url.get_secret_value(), known, _quoted), headers, body.encode("utf-8", "replace")


def _values(gateway: SmsGateway, parcel: Parcel) -> dict[str, str]:
    moment = clock.wall().timestamp()
    return {
        "phone": parcel.address, "text": text_of(parcel, gateway.length), "key": parcel.key,
        "timestamp": str(int(moment)), "milliseconds": str(round(moment * 1000)), "nonce": secrets.token_hex(8),
        "secret": gateway.secret.get_secret_value(), "sign": "", "body": "",
    }


def text_of(parcel: Parcel, length: int) -> str:
    """The message in at most `length` characters, the link whole."""
    return fitted("\n".join(line for line in (parcel.subject, *parcel.body.splitlines()) if line.strip()), length, len)


def filled(template: str, values: dict[str, str], escape: Escape) -> str:
    """The template with its places filled in, in one pass: what stands in a message is never a place itself."""
    return PLACE.sub(lambda found: escape(values[found.group(1)]), template)


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _escape_of(gateway: SmsGateway) -> Escape:
    kind = next((v.get_secret_value() for k, v in gateway.headers.items() if k.lower() == "content-type"), "json")
    if "form" in kind:
        return _quoted
    return (lambda text: json.dumps(text, ensure_ascii=False)[1:-1]) if "json" in kind else _in_xml


def _in_xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _one_line(text: str) -> str:
    return "".join(letter for letter in text if " " <= letter < "\x7f")


def sign(gateway: SmsGateway, text: str) -> str:
    """The signature over the filled sign_text; hmac kinds use the secret as key, plain ones sign text that holds it."""
    if not gateway.sign:
        return ""
    kind, key = gateway.sign.rpartition("-")[2], gateway.secret.get_secret_value().encode()
    keyed = gateway.sign.startswith("hmac")
    digest = hmac.new(key, text.encode(), kind).digest() if keyed else hashlib.new(kind, text.encode()).digest()
    return digest.hex() if gateway.sign_as == "hex" else base64.b64encode(digest).decode()


def verdict(gateway: SmsGateway, answer: Answer) -> Receipt:
    """Whether the gateway's answer says that it took the message."""
    text = answer.body.decode("utf-8", "replace")
    if gateway.success_regex and re.search(gateway.success_regex, text):
        return Receipt(True)
    value = at_path(answer.fields(), gateway.success_path) if gateway.success_path else None
    if value is not None and value in gateway.success_values:
        return Receipt(True)
    if value is not None and value in gateway.permanent_values:
        return Receipt(False, f"短信网关说号码不可用（{masked(value)[:40]}）", permanent=True)
    wait = 60.0 if value is not None and value in gateway.wait_values else None
    return Receipt(False, f"短信网关拒收（{masked(value if value is not None else text)[:80]}）", wait=wait)


def at_path(fields: Any, path: str) -> str | None:
    """What stands at data.0.status in an answer, as text; None when nothing does."""
    for step in path.split("."):
        if isinstance(fields, list) and step.isdecimal() and int(step) < len(fields):
            fields = fields[int(step)]
        elif isinstance(fields, dict) and step in fields:
            fields = fields[step]
        else:
            return None
    return json.dumps(fields) if isinstance(fields, bool | dict | list) or fields is None else str(fields)
