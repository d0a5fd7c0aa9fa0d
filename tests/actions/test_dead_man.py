"""When the sweep stops, the office and its head are told once; a clock that is set is told, and may hold everything."""

import threading
import time as sleeping
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import Session, select, update

from actions import dead_man, health
from actions.clock_watch import mind_the_clock
from actions.dead_man import banner, pulse, tell_stop
from actions.ping import FAIL, ping
from config import clock, heartbeat
from config.settings import settings
from models.account_ledger import held
from models.database import transaction
from models.notice import Hold
from models.office import User
from models.open_work import alerts
from models.words import Role
from tests.conftest import Running
from tests.real_parts import Hook, Mailbox

MORNING = clock.at_time(date(2026, 8, 17), time(9, 46))


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    yield
    health._born.clear()
    dead_man._refused.clear()


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "wall", lambda: moment)


def texts(session: Session, running: Running) -> list[str]:
    return [one.text for one in alerts(session, running.people.office_id)]


def test_a_stop_is_told_once_by_whichever_process_sees_it_first(
    puyang: Callable[..., Running], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_man, "PATIENT", 100)  # these threads share what each process has of its own
    running = puyang(1)
    with transaction(running.bind) as session:
        session.exec(update(User).where(User.role == Role.HEAD).values(mail="zhuren@example.org"))
    told: list[bool] = []
    tellers = [threading.Thread(target=lambda: told.append(tell_stop(MORNING))) for _ in range(6)]
    for one in tellers:
        one.start()
    for one in tellers:
        one.join()
    assert sum(told) == 1 and len(told) == 6
    assert len(mailbox.mails) == 1 and mailbox.mails[0]["To"] == "zhuren@example.org"
    assert "自动巡检自2026-08-17 09:46起已停止" in mailbox.texts()[0]
    with transaction(running.bind) as session:
        assert len([text for text in texts(session, running) if "已停止" in text]) == 1
    assert tell_stop(MORNING + timedelta(hours=3)), "the next stop is another one"


def test_the_web_notices_by_itself_and_is_silent_while_sweeps_are_made(
    puyang: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = puyang(1)
    at(monkeypatch, MORNING)
    heartbeat.beat(heartbeat.SWEEP, done=True)
    pulse()
    assert banner() == ""
    ticks = clock.ticks() + 3600
    monkeypatch.setattr(clock, "ticks", lambda: ticks)
    at(monkeypatch, MORNING + timedelta(hours=1))
    pulse()
    pulse()
    assert "09:46起已停止" in banner()
    with transaction(running.bind) as session:
        assert len(texts(session, running)) == 1
    heartbeat.beat(heartbeat.SWEEP, done=True)
    assert banner() == ""


def test_a_watch_without_a_database_still_leaves_its_sign_and_throws_nothing(
    home, monkeypatch: pytest.MonkeyPatch, webhook: Hook
) -> None:
    monkeypatch.setenv("DUBAN_PING_URL", webhook.url)
    settings.cache_clear()
    heartbeat.beat(heartbeat.SWEEP, done=True)
    later = clock.wall() + timedelta(days=2)
    ticks = clock.ticks() + 2 * 86_400
    at(monkeypatch, later)
    monkeypatch.setattr(clock, "ticks", lambda: ticks)
    for _ in range(4):
        pulse()
    assert heartbeat.read(heartbeat.WEB).sequence == 4
    assert sum(dead_man._refused.values()) == 4, "tried every time, told outside once"
    until = sleeping.monotonic() + 30
    while not webhook.paths and sleeping.monotonic() < until:
        sleeping.sleep(0.1)
    assert webhook.paths == ["/notify/fail"]


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(days=1)])
def test_a_clock_set_far_forward_holds_everything_until_somebody_looks_or_it_is_right_again_r8(
    puyang: Callable[..., Running], monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    running = puyang(1)
    right = clock.wall()
    heartbeat.beat(heartbeat.SWEEP, done=True)

    def minds() -> bool:
        with transaction(running.bind) as session:
            return mind_the_clock(session, heartbeat.SWEEP)

    assert minds()
    at(monkeypatch, right + jump)
    assert not minds() and not minds()
    with transaction(running.bind) as session:
        assert held(session) is not None
        (told,) = texts(session, running)
        assert "往前拨" in told and "暂停发送" in told
    at(monkeypatch, right)
    assert minds()
    with transaction(running.bind) as session:
        assert held(session) is None, "the clock is right again"
    at(monkeypatch, right + jump)
    assert not minds()
    with transaction(running.bind) as session:
        session.exec(update(Hold).values(released_at=clock.wall(), released_by="主任"))
    assert minds(), "a person has looked: this is the time"


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-1), timedelta(hours=1)])
def test_a_clock_set_back_or_a_little_is_told_and_stops_nothing_r8(
    puyang: Callable[..., Running], monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    running = puyang(1)
    heartbeat.beat(heartbeat.SWEEP, done=True)
    at(monkeypatch, clock.wall() + jump)
    with transaction(running.bind) as session:
        assert mind_the_clock(session, heartbeat.SWEEP)
        assert held(session) is None
        assert [("往回拨" in text, "往前拨" in text) for text in texts(session, running)] == [
            (jump < timedelta(), jump > timedelta())
        ]


def test_an_hour_of_work_and_a_new_start_of_the_machine_are_no_jump(
    puyang: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = puyang(1)
    heartbeat.beat(heartbeat.SWEEP, done=True)
    ticks, wall = clock.ticks() + 3600, clock.wall() + timedelta(hours=1)
    at(monkeypatch, wall)
    monkeypatch.setattr(clock, "ticks", lambda: ticks)
    with transaction(running.bind) as session:
        assert mind_the_clock(session, heartbeat.SWEEP) and texts(session, running) == []
    at(monkeypatch, wall + timedelta(days=30))
    monkeypatch.setattr(clock, "boot", lambda: "another start")
    with transaction(running.bind) as session:
        assert mind_the_clock(session, heartbeat.SWEEP) and texts(session, running) == []
        assert session.exec(select(Hold)).first() is None


def test_the_watcher_outside_is_told_and_never_waited_for(
    home, monkeypatch: pytest.MonkeyPatch, webhook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    assert ping() is None, "off unless an address is set"
    monkeypatch.setenv("DUBAN_PING_URL", f"http://127.0.0.1:{webhook.url.split(':')[2].split('/')[0]}/secret-key")
    settings.cache_clear()
    webhook.status = 404
    thread = ping(FAIL)
    thread.join(10)
    assert "answered 404 to /fail" in caplog.text and "secret-key" not in caplog.text
    monkeypatch.setenv("DUBAN_PING_URL", "http://127.0.0.1:1/secret-key")
    settings.cache_clear()
    began = sleeping.monotonic()
    thread = ping()
    assert thread.is_alive() or sleeping.monotonic() >= began, "the caller has its answer before the wire has"
    thread.join(10)
    assert "not reached" in caplog.text and "secret-key" not in caplog.text
