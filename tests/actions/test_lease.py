"""One holder at a time; a dead holder's lease runs out; the wall clock counts, not the story's."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from actions import lease
from actions.lease import release, take
from config import clock
from models.database import transaction

pytestmark = pytest.mark.both_databases


def took(bind: Engine, holder: str) -> bool:
    with transaction(bind) as session:
        return take(session, "sweep", holder, seconds=60)


def test_the_second_waits_until_the_first_gives_back(bind: Engine) -> None:
    assert took(bind, "甲")
    assert not took(bind, "乙")
    assert took(bind, "甲")
    with transaction(bind) as session:
        release(session, "sweep", "乙")
    assert not took(bind, "乙")
    with transaction(bind) as session:
        release(session, "sweep", "甲")
    assert took(bind, "乙")


def test_a_dead_holders_lease_runs_out(bind: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert took(bind, "甲")
    later = clock.ticks() + 61
    monkeypatch.setattr(clock, "ticks", lambda: later)
    assert took(bind, "乙")
    assert not took(bind, "甲")


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(hours=-1), timedelta(days=-1)])
def test_a_clock_that_is_set_neither_steals_nor_prolongs_a_lease_r8(
    bind: Engine, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    assert took(bind, "甲")
    told, ticks = clock.wall() + jump, clock.ticks()
    monkeypatch.setattr(clock, "wall", lambda: told)
    assert not took(bind, "乙"), "the holder is still at work"
    monkeypatch.setattr(clock, "ticks", lambda: ticks + 61)
    assert took(bind, "乙"), "and after its minute it is not"


@pytest.mark.parametrize("seconds", [61, -86_400])
def test_on_another_machine_the_clock_that_all_share_decides(
    bind: Engine, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    assert took(bind, "甲")
    monkeypatch.setattr(clock, "boot", lambda: "another start")
    assert not took(bind, "乙")
    with transaction(bind) as session:
        later: datetime = lease.moment(session) + timedelta(seconds=seconds)
    monkeypatch.setattr(lease, "moment", lambda session: later)
    assert took(bind, "乙")


def test_a_clock_that_jumps_in_a_rehearsal_steals_no_lease(bind: Engine) -> None:
    assert took(bind, "甲")
    with clock.jumped_to(clock.at_time(date(2099, 1, 1))):
        assert not took(bind, "乙")


def test_who_waited_for_the_lock_does_not_take_the_past_for_the_present(
    bind: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process asks for the time, waits for the database while another takes the lease, and is then refused."""
    insert, told = lease.insert_new, [clock.ticks()]
    monkeypatch.setattr(clock, "ticks", lambda: told[-1])

    def while_another_is_first(session: Session, *given: Any) -> None:
        told.append(told[-1] + 0.5)
        with monkeypatch.context() as patch:
            patch.setattr(lease, "insert_new", insert)
            assert took(bind, "甲")
        insert(session, *given)

    monkeypatch.setattr(lease, "insert_new", while_another_is_first)
    assert not took(bind, "乙")


def test_two_machines_whose_clocks_differ_a_little_leave_each_other_their_leases(
    bind: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert took(bind, "甲")
    slow = clock.wall() - timedelta(seconds=20)
    monkeypatch.setattr(clock, "boot", lambda: "another machine")
    monkeypatch.setattr(clock, "wall", lambda: slow)
    assert not took(bind, "乙")


def test_on_one_server_s_database_a_machine_far_off_neither_steals_nor_gives_away(
    bind: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if bind.dialect.name == "sqlite":
        pytest.skip("a file is one machine's, whose own clock that nobody can set decides")
    behind = clock.wall() - timedelta(hours=1)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "boot", lambda: "a machine an hour behind")
        patch.setattr(clock, "wall", lambda: behind)
        assert took(bind, "甲")
    assert not took(bind, "乙")
