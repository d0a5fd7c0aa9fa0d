"""The seal of the event history: each event's hash covers its content and the hash before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

START = "0" * 64
SEALED = ("office_id", "seq", "at", "actor", "via", "verb", "subject", "cycle_id", "unit_id", "data")


def seal(prev: str, event: Mapping[str, Any]) -> str:
    """SHA-256 over the previous seal and the event's fields as canonical JSON (moments as UTC seconds)."""
    plain = {key: _plain(event.get(key)) for key in SEALED}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((prev + text).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if hasattr(value, "timestamp"):
        return round(value.timestamp(), 6)
    return value if value is None or isinstance(value, int | str | dict) else str(value)


def first_break(events: Iterable[Mapping[str, Any]]) -> tuple[int, str] | None:
    """The number of the first event whose seal or order is wrong and what is wrong; None when all holds."""
    prev, expected = START, 1
    for event in events:
        if event["seq"] != expected:
            return expected, f"序号应为{expected}，实为{event['seq']}：有事件被删除或插入"
        if event["prev_hash"] != prev:
            return expected, "与前一事件的印记不衔接"
        if seal(prev, event) != event["hash"]:
            return expected, "内容与印记不符：事件被改动"
        prev, expected = event["hash"], expected + 1
    return None
