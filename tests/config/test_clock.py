"""One clock, in the office's zone, whatever the machine believes."""

from datetime import UTC, date, datetime, time

from config import clock


def test_the_office_is_a_day_ahead_of_greenwich_in_the_evening() -> None:
    with clock.jumped_to(datetime(2026, 8, 31, 17, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 9, 1)


def test_a_jump_ends_with_its_block_and_the_outer_jump_comes_back() -> None:
    with clock.jumped_to(clock.at_time(date(2020, 8, 1))):
        with clock.jumped_to(clock.at_time(date(2021, 1, 1))):
            assert clock.today() == date(2021, 1, 1)
        assert clock.today() == date(2020, 8, 1)
    assert abs((clock.now() - clock.wall()).total_seconds()) < 5


def test_the_wall_does_not_jump() -> None:
    with clock.jumped_to(clock.at_time(date(1999, 1, 1))):
        assert clock.wall().year > 2020


def test_a_frozen_process_keeps_its_time_until_it_is_given_back() -> None:
    clock.freeze(clock.at_time(date(2020, 8, 10), time(17, 30)))
    try:
        assert clock.now().hour == 17
        assert clock.today() == date(2020, 8, 10)
    finally:
        clock.freeze(None)
    assert clock.now().year > 2020


def test_today_is_a_plain_date_that_a_database_can_bind() -> None:
    assert type(clock.today()) is date
