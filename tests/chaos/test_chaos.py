"""Every fault of `make chaos` in its short form: nothing lost, nothing twice beyond the bound, nothing falsely said."""

from pathlib import Path

import pytest

from chaos.__main__ import LONG, SHORT, line, run
from chaos.check import Outcome, ladder_days
from config.workdays import official


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(LONG))
def test_the_promise_holds_under(fault: str) -> None:
    """R1–R7, R10, R11, R23 and late acts, by their short forms."""
    outcome = run(fault, short=True)
    assert outcome.kept, line(outcome, 0)


def test_every_fault_has_a_short_form() -> None:
    assert set(SHORT) == set(LONG)


@pytest.mark.parametrize("bad", [
    Outcome("一条丢失", 10, 9, 0, 1), Outcome("无故重复", 10, 10, 1, 0), Outcome("没有应发的", 0, 0, 0, 0),
    Outcome("说了不实的话", 10, 10, 0, 0, wrong=("称已发而未到达",)),
])
def test_a_broken_promise_is_called_broken(bad: Outcome) -> None:
    assert not bad.kept and line(bad, 1).startswith("失守")


def test_the_checkers_fingers_count_as_the_ladder_does() -> None:
    """P12's own dates: due Saturday 2020-09-05."""
    from datetime import date

    days = {day.isoformat() for day in ladder_days(date(2020, 9, 5), official())}
    assert days == {"2020-08-28", "2020-09-02", "2020-09-04", "2020-09-07", "2020-09-09"}


def test_a_sink_writes_down_only_what_it_took(tmp_path: Path) -> None:
    import httpx

    from chaos.sink import listening

    with listening(tmp_path) as sink:
        for mode, taken in (("ok", True), ("errcode", False), ("503", False)):
            sink.behave(mode)
            keyed = {"Idempotency-Key": mode}
            httpx.post(f"http://127.0.0.1:{sink.port}/c1/", json={"message": "任务7号"}, headers=keyed)
            assert [(one.key, one.taken, one.titles) for one in sink.arrivals()][-1] == (mode, taken, ("任务7号",))
        assert sink.count() == 3
