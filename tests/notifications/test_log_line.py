"""Golden: a line of the log is one JSON object that says what it is about, and neither who nor with what secret."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.settings import Settings, settings
from notifications.log_line import LogLine, RunWords, about, note
from tests.conftest import Running
from tests.web.at_desk import signed

ROOT = Path(__file__).resolve().parents[2]
LINK = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
RUN = "5f0c7d1e-8f57-4f0b-9c4e-0d6f2f6f7a10"
LOG = logging.getLogger("duban.test")


class Lines:
    """What was logged, as text and as objects."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def rows(self) -> list[dict]:
        return [json.loads(line) for line in self.text.split("\n") if line]


@pytest.fixture
def lines(home: Path) -> Iterator[Lines]:
    found, root = Lines(), logging.getLogger()
    handler, before = logging.StreamHandler(found.stream), root.level
    handler.setFormatter(LogLine())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield found
    root.removeHandler(handler)
    root.setLevel(before)


def test_a_line_is_golden(lines: Lines) -> None:
    with about(run=RUN, request="0123456789abcdef"):
        note(office=RUN)
        LOG.warning("sent %d", 3, extra={"ms": 12, "path": f"/cycles/{RUN}", "held": False, "why": None})
    (row,) = lines.rows
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00", row.pop("at"))
    assert list(row.items()) == [
        ("level", "warning"), ("logger", "duban.test"), ("text", "sent 3"), ("run", RUN),
        ("request", "0123456789abcdef"), ("office", RUN), ("ms", 12), ("path", f"/cycles/{RUN}"), ("held", False),
        ("why", None),
    ]


def test_line_breaks_of_others_do_not_make_lines(lines: Lines) -> None:
    """R20: what a stranger sends cannot look like a line of ours."""
    LOG.info("x\r\n{\"level\": \"error\"}\u2028y", extra={"why": "a\nb"})
    assert len(lines.text.encode().strip().split(b"\n")) == 1 and lines.rows[0]["why"] == "a\nb"


def test_what_it_is_about_reaches_threads_and_ends_with_its_block(lines: Lines) -> None:
    with about(request="aaaaaaaa"), ThreadPoolExecutor(1) as pool:
        pool.submit(copy_context().run, note, office="b").result()
        LOG.info("inside")
    LOG.info("outside")
    assert [(row.get("request"), row.get("office")) for row in lines.rows] == [("aaaaaaaa", "b"), (None, None)]


def test_a_process_of_prefect_s_runner_knows_its_run(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT__FLOW_RUN_ID", RUN)
    LOG.info("in a run")
    assert lines.rows[0]["run"] == RUN


def secret_settings() -> list[str]:
    return [name for name, one in Settings.model_fields.items() if one.annotation is SecretStr]


def spill(words: str) -> None:
    """Everything a careless line could do with words: say them, carry them, raise them."""
    LOG.info("said %s", words, extra={"carried": words})
    try:
        raise ValueError(words)
    except ValueError as error:
        LOG.exception("stumbled over %s", error)


@pytest.mark.parametrize("name", secret_settings())
def test_no_line_holds_a_secret_setting(lines: Lines, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"DUBAN_{name.upper()}", f"geheim-{name}")
    settings.cache_clear()
    spill(f"x geheim-{name} y")
    assert len(lines.rows) == 2 and "geheim" not in lines.text


def test_no_line_holds_what_the_sms_gateway_or_the_database_keep_secret(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = {"url": "http://127.0.0.1/?k=sms-geheim", "secret": "sms-geheim-2", "headers": {"X-K": "sms-geheim-3"}}
    monkeypatch.setenv("DUBAN_SMS", json.dumps(template))
    monkeypatch.setenv("DUBAN_DATABASE_URL", "postgresql+psycopg://duban:pg-geheim@127.0.0.1/duban")
    settings.cache_clear()
    for secret in ("http://127.0.0.1/?k=sms-geheim", "sms-geheim-2", "sms-geheim-3", "pg-geheim", "duban:pg-geheim@h"):
        spill(f"x {secret} y")
    assert "geheim" not in lines.text


@pytest.mark.parametrize("words", [
    f"/u/{LINK}/report", f"http://127.0.0.1:8000/u/{LINK}", "/k/Ab3dEf9h", "13800000000", "+8613800000000",
    "zhang.san@example.org", "110101199003070017", "https://oapi.dingtalk.com/robot/send?access_token=abc123",
])
def test_no_line_holds_a_link_or_what_tells_who_a_person_is(lines: Lines, words: str) -> None:
    spill(words)
    LOG.info("request", extra={"path": f"/units/{words}"})
    bare = words.removeprefix("http://127.0.0.1:8000").removeprefix("/u/").removeprefix("/k/").removesuffix("/report")
    assert bare not in lines.text


def test_a_fault_says_its_kind_and_its_place_and_not_what_it_was_about(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    spill("某单位联络员甲")
    row = lines.rows[1]
    assert (row["fault"], row["text"]) == ("ValueError", "stumbled over ValueError")
    assert re.fullmatch(r"tests/notifications/test_log_line\.py:\d+ spill", row["where"][-1])
    assert "联络员甲" not in str(row) and str(ROOT) not in lines.text
    monkeypatch.setenv("DUBAN_LOG_LEVEL", "DEBUG")
    settings.cache_clear()
    spill("某单位联络员甲 13800000000")
    assert lines.rows[3]["said"] == "某单位联络员甲 （略）"


def test_a_run_s_page_gets_words_as_plain(home: Path) -> None:
    record = logging.LogRecord("prefect.flow_runs", logging.INFO, "x", 1, f"see /u/{LINK} 13800000000", None, None)
    assert RunWords().format(record) == "see /u/（略） （略）"


def test_a_day_of_the_desk_and_of_a_round_names_nobody(
    lines: Lines, puyang: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = puyang(2)
    running.round(date(2020, 8, 3))
    desk = signed(running.bind, "zhuren")
    for page in ("/", "/units", "/people", "/outbox", "/nothing", f"/u/{LINK}", "/k/Ab3dEf9h"):
        desk.client.get(page)
    with running.on(date(2020, 8, 3)) as session:
        names = [unit.name for unit in running.units(session)] + [running.contact(session).name]
    names += [actor.name for actor in running.people.actors.values()]
    ours = [row for row in lines.rows if row["logger"].startswith("duban")]
    assert len(ours) >= 8 and not [name for name in names if name in lines.text] and LINK not in lines.text
    asked = [row for row in ours if row["text"] == "request"]
    assert len({row["request"] for row in asked}) == len(asked), "each has its number"
    assert {row["office"] for row in asked if row["path"] == "/units"} == {str(running.people.office_id)}


def test_a_request_keeps_the_number_its_proxy_gave_and_no_other_words(
    lines: Lines, puyang: Callable[..., Running]
) -> None:
    desk = signed(puyang(1).bind, "zhuren")
    assert desk.client.get("/livez", headers={"X-Request-Id": RUN}).headers["x-request-id"] == RUN
    odd = desk.client.get("/livez", headers={"X-Request-Id": "zhang.san@example.org"}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{16}", odd)


def test_a_process_of_its_own_writes_nothing_but_lines_to_standard_error(bind: object, home: Path) -> None:
    code = (
        "import logging, warnings; from notifications import log_line\n"
        "log_line.begin(); warnings.warn('old'); logging.getLogger('uvicorn').error('x')\n"
        "logging.getLogger('duban').info('told'); logging.getLogger('duban').debug('not told')"
    )
    env = {**os.environ, "DUBAN_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert [json.loads(line)["logger"] for line in done.stderr.splitlines()] == ["py.warnings", "uvicorn", "duban"]
