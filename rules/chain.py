"""The seal of the event history: each event's hash covers its content and the hash before it.

Where a person's name was erased, the event keeps its old seal, and a later event seals what now stands there.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from models.event import ERASING
from rules.erasure import SIGN, signs_in

START = "0" * 64
ERASED = ERASING  # the event whose `events` hold what the erased ones now say, by number
SEALED = ("office_id", "seq", "at", "actor", "via", "verb", "subject", "cycle_id", "unit_id", "data")
Erased = tuple[str, frozenset[str]]  # the hash of what an erased event says now, and the signs in it


def seal(prev: str, event: Mapping[str, Any]) -> str:
    """SHA-256 over the previous seal and the event's fields as canonical JSON (moments as UTC seconds).

    Events older than the salt have none: theirs is left out, so that their seals stay what they were.
    """
    plain = {key: _plain(event.get(key)) for key in (*SEALED, *(("salt",) if event.get("salt") else ()))}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((prev + text).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if hasattr(value, "timestamp"):
        return round(value.timestamp(), 6)
    return value if value is None or isinstance(value, int | str | dict) else str(value)


def after_erasure(event: Mapping[str, Any]) -> str:
    """What an erasing event keeps of an erased one: the hash of what it says from then on."""
    return seal("", {**event, "salt": ""})


def intact(event: Mapping[str, Any]) -> bool:
    """Whether one event is what was sealed, as far as it can be told without the events after it."""
    return bool(event.get("erased")) or seal(event["prev_hash"], event) == event["hash"]


def first_break(events: Iterable[Mapping[str, Any]]) -> tuple[int, str] | None:
    """The number of the first event whose seal or order is wrong and what is wrong; None when all holds."""
    prev, expected = START, 1
    waiting: dict[int, dict[str, Erased]] = {}  # by the erasing event
    for event in events:
        if fault := _fault(event, prev, expected):
            return expected, fault
        if event.get("erased"):
            waiting.setdefault(event["erased"], {})[str(expected)] = _erased(event)
        if wrong := _unlike(waiting.pop(expected, {}), event):
            return wrong
        prev, expected = event["hash"], expected + 1
    left = min((int(seq) for found in waiting.values() for seq in found), default=0)
    return (left, "内容被清除，却没有清除记录") if left else None


def _fault(event: Mapping[str, Any], prev: str, expected: int) -> str:
    """What is wrong with one event at its place; "" when nothing is."""
    if event["seq"] != expected:
        return f"序号应为{expected}，实为{event['seq']}：有事件被删除或插入"
    if event["prev_hash"] != prev:
        return "与前一事件的印记不衔接"
    if not intact(event) or (event.get("erased") or expected + 1) <= expected:
        return "内容与印记不符：事件被改动"
    return ""


def _erased(event: Mapping[str, Any]) -> Erased:
    return after_erasure(event), signs_in([event["actor"], event["via"], event["data"]])


def _unlike(found: Mapping[str, Erased], event: Mapping[str, Any]) -> tuple[int, str] | None:
    """The first erased event that does not say what the erasing one sealed, or does not bear its sign."""
    said = event["data"] if event["verb"] == ERASED else {}
    told, sign = said.get("events", {}), str(said.get("person", ""))
    wrong = [
        int(seq) for seq, (digest, signs) in found.items()
        if told.get(seq) != digest or not SIGN.fullmatch(sign) or sign not in signs
    ]
    return (min(wrong), "清除后的内容与清除记录不符：事件被改动") if wrong else None
