"""The seal of the history finds any change, any gap and any stranger."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.chain import ERASED, SEALED, START, after_erasure, first_break, seal

OFFICE = UUID(int=7)
NOON = datetime(2020, 8, 10, 4, 0, tzinfo=UTC)


def history(length: int) -> list[dict[str, Any]]:
    """A sound chain of events."""
    events: list[dict[str, Any]] = []
    prev = START
    for seq in range(1, length + 1):
        event: dict[str, Any] = {
            "office_id": OFFICE, "seq": seq, "at": NOON + timedelta(minutes=seq), "actor": "经办甲", "via": "网页",
            "verb": "受理", "subject": f"件{seq}", "cycle_id": None, "unit_id": UUID(int=seq),
            "data": {"title": "自查报告", "no": seq}, "prev_hash": prev,
        }
        event["hash"] = prev = seal(prev, event)
        events.append(event)
    return events


OTHER: dict[str, Any] = {
    "office_id": UUID(int=8), "seq": 99, "at": NOON, "actor": "别人", "via": "", "verb": "退回", "subject": "别件",
    "cycle_id": UUID(int=1), "unit_id": None, "data": {"title": "自查报告", "no": 0},
}


def test_a_sound_history_holds_and_an_empty_one_too() -> None:
    assert first_break(history(5)) is None
    assert first_break([]) is None


@given(st.integers(1, 6), st.sampled_from(SEALED))
def test_any_field_of_any_event_that_changes_is_found_at_its_place(place: int, field: str) -> None:
    events = history(6)
    events[place - 1][field] = OTHER[field]
    found = first_break(events)
    assert found is not None
    assert found[0] == place


@given(st.integers(0, 4))
def test_an_event_that_vanishes_or_moves_is_found(place: int) -> None:
    gone = history(6)
    del gone[place]
    assert first_break(gone)[0] == place + 1
    swapped = history(6)
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    assert first_break(swapped)[0] == place + 1


@given(st.integers(1, 5), st.integers(1, 5))
def test_a_forged_event_with_a_seal_of_its_own_breaks_the_next_one(place: int, minutes: int) -> None:
    events = history(6)
    forged = events[place - 1]
    forged["actor"] = "别" * minutes
    forged["hash"] = seal(forged["prev_hash"], forged)
    assert first_break(events) == (place + 1, "与前一事件的印记不衔接")


def test_a_copy_inserted_between_is_found() -> None:
    events = history(3)
    assert first_break([events[0], events[0], *events[1:]])[0] == 2


def test_the_same_moment_told_in_another_zone_has_the_same_seal() -> None:
    event = history(1)[0]
    shanghai = {**event, "at": event["at"].astimezone(timezone(timedelta(hours=8)))}
    assert seal(START, shanghai) == seal(START, event)


def test_a_key_and_its_text_have_the_same_seal_and_order_in_data_does_not_matter() -> None:
    event = history(1)[0]
    turned = {**event, "office_id": str(OFFICE), "data": dict(reversed(event["data"].items()))}
    assert seal(START, turned) == seal(START, event)


SIGN, OTHER_SIGN = "〔已清除·0a1b2c3d〕", "〔已清除·ffffffff〕"


def erased(
    events: list[dict[str, Any]], place: int, says: str = SIGN, person: str = SIGN
) -> list[dict[str, Any]]:
    """The history after the name in one event was replaced, with the event that vouches for it at the end."""
    old = events[place - 1]
    old.update(actor=says, salt="", erased=len(events) + 1)
    told = {"person": person, "events": {str(place): after_erasure(old)}}
    last = {**old, "seq": len(events) + 1, "actor": "主任甲", "verb": ERASED, "data": told, "erased": None, "salt": "s",
            "prev_hash": events[-1]["hash"]}
    return [*events, {**last, "hash": seal(last["prev_hash"], last)}]


def test_an_erased_event_holds_while_a_later_one_vouches_for_it() -> None:
    assert first_break(erased(history(4), 2)) is None


def test_an_erased_event_that_was_changed_again_or_is_vouched_for_by_nobody_is_found() -> None:
    changed = erased(history(4), 2)
    changed[1]["verb"] = "退回"
    assert first_break(changed) == (2, "清除后的内容与清除记录不符：事件被改动")
    assert first_break(erased(history(4), 2)[:-1]) == (2, "内容被清除，却没有清除记录")
    backwards = history(4)
    backwards[2].update(actor="别人", erased=1)
    assert first_break(backwards) == (3, "内容与印记不符：事件被改动")


@pytest.mark.parametrize(("says", "person"), [
    ("另一人", SIGN), (OTHER_SIGN, SIGN), ("〔已清除〕", "〔已清除〕"), ("另一人", "另一人"), ("另一人", ""),
])
def test_an_erased_event_without_the_sign_of_the_erasing_one_was_forged(says: str, person: str) -> None:
    assert first_break(erased(history(4), 2, says, person)) == (2, "清除后的内容与清除记录不符：事件被改动")


def test_the_salt_is_sealed_and_events_without_one_keep_their_seal() -> None:
    event = history(1)[0]
    assert seal(START, {**event, "salt": ""}) == event["hash"]
    assert len({seal(START, {**event, "salt": salt}) for salt in ("", "a", "b")}) == 3
