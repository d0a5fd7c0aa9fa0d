"""/healthz, /metrics, the banner and 每日对账 as those who watch the machine and the office see them."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from pathlib import Path
from time import sleep as pause
from uuid import uuid4

import httpx
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine
from sqlmodel import update

from actions import health as looks
from actions.day_account import settle_days
from config import clock, heartbeat
from config.settings import settings
from models.account_ledger import accounts_of, named
from models.cycle import Assignment
from models.database import transaction
from models.office import User
from models.open_work import alerts
from models.words import AssignmentKind, Role
from tests.conftest import Running
from tests.one_app import the_app
from tests.real_parts import Mailbox, free_port
from tests.web.at_desk import signed
from web import health
from web.language import ENGLISH

DAY = date(2020, 8, 3)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health, "FRESH", -1.0)
    monkeypatch.setattr(looks, "is_current", lambda: True)
    yield
    clock.freeze(None)
    looks._born.clear()


@pytest.fixture
def client(bind: Engine) -> TestClient:
    return TestClient(the_app())


def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything well, Prefect too."""
    others = tuple(one for one in looks.LOOKS if one[0] != "prefect")
    monkeypatch.setattr(looks, "LOOKS", (*others, ("prefect", "Prefect", lambda: (True, "有应答"))))


def stop(monkeypatch: pytest.MonkeyPatch) -> None:
    heartbeat.beat(heartbeat.SWEEP, done=True)
    later = clock.wall() + timedelta(days=2)
    monkeypatch.setattr(clock, "wall", lambda: later)


def test_all_well_is_200_and_one_red_is_503_with_its_name_in_both_languages(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch)
    heartbeat.beat(heartbeat.SWEEP, done=True)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["ok"]) == (200, True), answer.text
    stop(monkeypatch)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    red = {one["check"]: one for one in answer.json()["checks"] if not one["ok"]}
    assert set(red) == {"sweep"}
    assert "没有完成巡检" in red["sweep"]["zh"] and "no sweep has ended since" in red["sweep"]["en"]
    assert client.get("/livez").status_code == 200, "whoever would stop the web for it need not"


def test_without_prefect_the_health_says_so_and_the_pages_go_on_r15(
    puyang: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = puyang(1)
    monkeypatch.setattr(clock, "_frozen", [clock.at_time(date(2020, 8, 2))])  # a Sunday: nothing waits too long on it
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    desk = signed(running.bind, "zhuren")
    answer = desk.client.get("/healthz")
    assert answer.status_code == 503
    assert [one["check"] for one in answer.json()["checks"] if not one["ok"]] == ["prefect"]
    assert desk.client.get("/").status_code == desk.client.get("/work").status_code == 200


def test_every_sentence_of_the_checks_has_its_english(client: TestClient) -> None:
    for one in client.get("/healthz").json()["checks"]:
        assert not re.search(r"[\u4e00-\u9fff]", one["en"]), one


def test_the_figures_are_for_this_machine_or_for_the_token(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403, "a proxy's stranger"
    assert TestClient(the_app(), client=("203.0.113.9", 4000)).get("/metrics").status_code == 403
    monkeypatch.setenv("DUBAN_METRICS_TOKEN", "a-token")
    settings.cache_clear()
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 403
    far = TestClient(the_app(), client=("203.0.113.9", 4000))
    assert far.get("/metrics", headers={"Authorization": "Bearer a-token"}).status_code == 200


def test_the_figures_are_prometheus_and_name_nobody(puyang: Callable[..., Running]) -> None:
    running = puyang(2)
    running.round(DAY, time(9, 0))
    with running.on(DAY, time(9, 0)) as session:
        settle_days(session, running.people.office_id)
        names = [unit.name for unit in running.units(session)]
    clock.freeze(clock.at_time(DAY))
    text = TestClient(the_app()).get("/metrics").text
    found = {(s.name, *s.labels.values()): s.value for one in text_string_to_metric_families(text) for s in one.samples}
    assert found["duban_account_today", "owed"] == found["duban_account_today", "sent"] > 0
    assert found["duban_messages_today", "sent"] >= 3 and found["duban_check_ok", "database"] == 1
    assert not any(name in text for name in names) and str(running.people.office_id) not in text


def test_the_banner_stands_on_every_page_of_the_office_while_no_sweep_is_made(
    puyang: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = puyang(1)
    desk = signed(running.bind, "jingban")
    assert "已停止" not in desk.client.get("/").text
    heartbeat.beat(heartbeat.SWEEP, done=True)
    real = clock.wall()
    last = heartbeat.read(heartbeat.SWEEP)
    path = heartbeat.folder() / "sweep.json"
    path.write_text(path.read_text().replace(str(last.done), str(real - timedelta(days=1))))
    for page in ("/", "/work", "/outbox", "/units"):
        text = desk.client.get(page).text
        assert "起已停止" in text and 'role="alert"' in text, page
    desk.client.cookies.set("language", ENGLISH)
    assert "Automatic sweeps stopped at" in desk.client.get("/units").text


def test_the_days_are_listed_with_the_list_behind_every_figure(puyang: Callable[..., Running]) -> None:
    running = puyang(2)
    running.round(DAY, time(0, 2))
    with running.on(DAY, time(9, 0)) as session:
        item = running.item(session, AssignmentKind.SELF_CHECK_REPORT)
        session.exec(update(Assignment).where(Assignment.id == item.id).values(title="被漏的事项"))
    running.round(DAY, time(9, 0))
    with running.on(DAY, time(9, 1)) as session:
        figures = settle_days(session, running.people.office_id)
    clock.freeze(clock.at_time(DAY, time(10, 0)))
    desk = signed(running.bind, "zhuren")
    front = desk.client.get("/?desk=1").text
    assert f'what=owed">应催 {figures["owed"]}</a>' in front and 'what=missing">漏 0</a>' in front
    page = desk.client.get("/watch").text
    assert all(f'href="/watch/{DAY}?what={key}"' in page for key in ("owed", "sent", "failed", "waiting", "missing"))
    for what in ("owed", "sent"):
        rows = desk.client.get(f"/watch/{DAY}?what={what}").text
        assert rows.count("<tr><td") == figures[what] and "被漏的事项" in rows
    assert "这一类没有事项" in desk.client.get(f"/watch/{DAY}?what=missing").text
    assert desk.client.get("/watch/2020-01-02").status_code == desk.client.get("/watch/x?what=y").status_code == 404
    assert desk.client.get("/watch/not-a-day").status_code in (400, 422)


def test_another_offices_days_are_not_shown(puyang: Callable[..., Running]) -> None:
    running = puyang(1)
    running.round(DAY, time(9, 0))
    with running.on(DAY, time(9, 1)) as session:
        settle_days(session, running.people.office_id)
        assert accounts_of(session, uuid4()) == [] and len(accounts_of(session, running.people.office_id)) == 1
        pair = (running.item(session, AssignmentKind.SELF_CHECK_REPORT).id, None)
        assert named(session, uuid4(), [pair]) == {} and named(session, running.people.office_id, [pair])


@contextmanager
def web_process(home: Path) -> Iterator[str]:
    """The web as an installation runs it, in a process of its own, without Prefect."""
    port = free_port()
    env = {**os.environ, "DUBAN_HOME": str(home), "DUBAN_PORT": str(port), "PREFECT_API_URL": "http://127.0.0.1:1/api"}
    with (home / f"web-{port}.log").open("wb") as log:
        web = subprocess.Popen([sys.executable, "-m", "web.serve"], cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        web.kill()
        web.wait(20)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def test_two_webs_without_prefect_tell_of_a_stop_once(
    puyang: Callable[..., Running], home: Path, mailbox: Mailbox
) -> None:
    running = puyang(1)
    heartbeat.beat(heartbeat.SWEEP, done=True)
    path = heartbeat.folder() / "sweep.json"
    done = str(heartbeat.read(heartbeat.SWEEP).done)
    path.write_text(path.read_text().replace(f'"done": "{done}"', f'"done": "{clock.wall() - timedelta(days=1)}"'))
    with transaction(running.bind) as session:
        session.exec(update(User).where(User.role == Role.HEAD).values(mail="zhuren@example.org"))
    with web_process(home) as one, web_process(home) as other:
        waited = 0
        while not (answers(f"{one}/livez") and answers(f"{other}/livez") and mailbox.mails) and waited < 240:
            waited += 1
            pause(0.5)
        found = httpx.get(f"{one}/healthz", timeout=20)
    assert found.status_code == 503
    assert {one["check"] for one in found.json()["checks"] if not one["ok"]} >= {"sweep", "prefect"}
    assert len(mailbox.mails) == 1 and "已停止" in mailbox.texts()[0]
    with transaction(running.bind) as session:
        assert len([row for row in alerts(session, running.people.office_id) if "已停止" in row.text]) == 1
