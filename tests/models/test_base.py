"""Moments with a zone, words with a label, enums kept by value."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import Moment, Word, word_type
from models.words import Role

COLUMN = Moment()
ZONES = st.builds(lambda hours: timezone(timedelta(hours=hours)), st.integers(-12, 14))


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=ZONES))
def test_a_moment_of_any_zone_is_the_same_moment_after_the_database(moment: datetime) -> None:
    stored = COLUMN.process_bind_param(moment, None)
    naive = stored.replace(tzinfo=None)  # SQLite forgets the zone
    assert abs(COLUMN.process_result_value(naive, None) - moment) < timedelta(milliseconds=1)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        COLUMN.process_bind_param(datetime(2020, 8, 10, 17, 30), None)


def test_no_moment_stays_no_moment() -> None:
    assert COLUMN.process_bind_param(None, None) is COLUMN.process_result_value(None, None) is None


def test_a_moment_from_postgresql_is_turned_to_utc() -> None:
    eight = timezone(timedelta(hours=8))
    moment = COLUMN.process_result_value(datetime(2020, 8, 11, 1, 0, tzinfo=eight), None)
    assert (moment.tzinfo, moment.date()) == (UTC, date(2020, 8, 10))


def test_a_word_compares_as_its_code_and_carries_its_chinese() -> None:
    class Colour(Word):
        RED = "red", "红"

    assert Colour("red") is Colour.RED
    assert (Colour.RED == "red", Colour.RED.label) == (True, "红")


def test_an_enum_is_stored_by_its_value_not_its_name() -> None:
    kept = word_type(Role).bind_processor(type("Any", (), {"name": "sqlite"})())
    assert kept(Role.TEAM_LEAD) == "team_lead"
