"""Every command of the READMEs is known here and executed: a command that is new in them fails until it is."""

import http.server
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

import duban
from actions.open_cycle import Opening
from commands.office import make_office
from commands.rehearse import launch
from commands.sample_units import demo_rows
from commands.spoken import speak
from config import clock
from config.settings import temporary_home
from models import database
from models.migrate import make_ready
from plans.planfile import read_plan
from plans.text import read_source
from tests.commands.test_workday import NEXT
from tests.newcomer.own_plan import NAMED, fill_in, write
from tests.newcomer.readme import BLOCK, READMES, ROOT, STORY, commands, text_of
from tests.real_parts import free_port

# only what make would do is looked at: `make test` would run this test within itself, the others take many minutes
MADE = {
    "make run": "duban demo",
    "make install": "requirements.lock", "make install-dev": "requirements-dev.lock", "make test": "pytest",
    "make check": "ruff check", "make bench": "bench.run", "make chaos": "-m chaos",
}
# the file of tests that runs it, and what shows that it does
ELSEWHERE = {
    "duban demo": ("tests/commands/test_start.py", '"demo"'),
    ".venv/bin/duban demo --export tour": ("tests/commands/test_tour.py", '"demo", "--export"'),
    "duban demo --export DIR": ("tests/commands/test_tour.py", '"demo", "--export"'),
}
SERVE = {
    "DUBAN_HOME=/srv/duban DUBAN_BASE_URL=https://duban.example.org .venv/bin/duban serve", "duban serve",
}
# in this process: which data folder (`cycle`, `office` or an empty one), then what is typed; {} is a folder of its own
TYPED: dict[str, tuple[str, ...]] = {
    ".venv/bin/duban rehearse puyang-2020 --units 5":
        ("cycle", "rehearse puyang-2020 --units 5 --from 2020-08-03 --to 2020-08-05"),
    "DUBAN_HOME=/srv/duban .venv/bin/duban init --name 某县委依法治县办": ("empty", "init --name 某县委依法治县办"),
    "duban init": ("empty", "init"),
    "duban plan read FILE [--json]": ("cycle", "plan read {}/plan.docx --json", "plan read {}/plan.docx"),
    "duban --language en COMMAND": ("cycle", "--language en doctor", "--language en plan read {}/plan.docx"),
    "duban plan questions FILE": ("cycle", "plan questions {}/plan.docx"),
    "duban plan adopt FILE [--answers FILE]": ("cycle", "plan adopt {}/plan.docx --answers {}/answers.yaml"),
    "duban plan roll PLAN --year YEAR": ("cycle", "plan roll lushan-2021 --year 2022"),
    "duban plan weeks PLAN --rule RULE": ("cycle", "plan weeks lushan-2021 --rule calendar_week"),
    "duban ledger out CYCLE FILE": ("cycle", "ledger out puyang-2020 {}/out.xlsx"),
    "duban ledger in FILE [--yes]":
        ("cycle", "ledger out puyang-2020 {}/out.xlsx", "ledger in {}/out.xlsx", "ledger in {}/out.xlsx --yes"),
    "duban rehearse PLAN [--units N] [--from DATE --to DATE] [--behaviour FILE] [--json]": (
        "cycle", "rehearse puyang-2020 --units 1 --from 2020-08-03 --to 2020-08-04 --behaviour {}/late.yaml --json",
    ),
    "duban deadline 原文 --ref DATE [--anchor DATE] [--json]":
        ("cycle", "deadline 自签收之日起30日内 --ref 2026-11-02 --anchor 2026-11-05 --json"),
    "duban workday add DATE N": ("cycle", "workday add 2026-11-23 5"),
    "duban workday list YEAR": ("cycle", "workday list 2026"),
    "duban workday load FILE": ("cycle", "workday load {}/notice.txt"),
    "duban office add NAME --code CODE": ("office", "office add 某区委依法治区办 --code qu"),
    "duban office under CODE SUPERIOR": (
        "office", "office code 督察办公室 shi", "office add 某县委依法治县办 --code xian", "office under xian shi",
    ),
    "duban doctor": ("cycle", "doctor"),
    "duban backup [FILE]": ("cycle", "backup {}/saved.tar"),
    "duban restore FILE": ("cycle", "backup {}/saved.tar", "restore {}/saved.tar --check"),
    "duban upgrade": ("cycle", "upgrade"),
    "duban audit verify [FILE]": ("cycle", "audit verify"),
}
GROUPS = "(?:plan|ledger|workday|office|audit)"
KNOWN = STORY | set(MADE) | set(ELSEWHERE) | SERVE | set(TYPED)
Home = Callable[[str], Path]


def test_every_command_of_the_readmes_is_known_and_none_is_forgotten() -> None:
    for name in READMES:
        found = commands(text_of(name))
        assert [one for one in found if one not in KNOWN] == [], f"{name} has a command that nothing here executes"
        assert KNOWN - set(found) == set(), f"what {name} no longer says"


@pytest.mark.parametrize("more", ["```\nmake tea\n```\n", "try `duban fly FILE`\n", "| `make coffee` | x |\n",
                                  "`DUBAN_HOME=/x .venv/bin/duban serve`", "`pip install duban`"])
def test_a_new_command_would_be_seen(more: str) -> None:
    (new,) = [one for one in commands(f"{text_of('README.md')}\n{more}") if one not in KNOWN]
    assert new in more


def test_both_languages_say_the_same() -> None:
    english, chinese = (text_of(name) for name in READMES)
    assert commands(english) == commands(chinese) and BLOCK.findall(english) == BLOCK.findall(chinese)
    for shape in (r"^#+ ", r"^\|", r"\]\((docs/[^)]+)", r"^\d\. ", r"\*\*"):
        told = [re.findall(shape, text, re.M) for text in (english, chinese)]
        assert sorted(told[0]) == sorted(told[1]), shape
    assert english.startswith("# 督办 duban") and len(english.splitlines()) <= 150


@pytest.mark.parametrize("line", MADE)
def test_make_would_do_it(line: str, tmp_path: Path) -> None:
    """On a machine without an environment: it is made from the lock first."""
    argv = [*shlex.split(line), "-n", f"VENV={tmp_path}/none"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    assert MADE[line] in done.stdout and "--require-hashes -r requirements.lock" in done.stdout


@pytest.mark.parametrize("line", ELSEWHERE)
def test_another_test_types_it(line: str) -> None:
    file, words = ELSEWHERE[line]
    assert words in (ROOT / file).read_text(encoding="utf-8")


def test_the_story_types_what_it_is_said_to() -> None:
    story = text_of("tests/newcomer/test_story.py")
    words = ("aiosmtpd", "make run", "plan read", "plan questions", "plan adopt", "pytest")
    assert all(f'"{word}"' in story for word in words)
    assert all(any(word in line for word in (*words, "duban demo")) for line in STORY)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Data folders: with a running cycle, with an office, empty; each made when it is first asked for."""
    made: dict[str, Path] = {}

    def home(kind: str) -> Path:
        if kind not in made or kind == "empty":
            made[kind] = tmp_path_factory.mktemp(kind)
            if kind != "empty":
                with at(made[kind]):
                    make_ready()
                    people = make_office(None, "督察办公室", "督察办公室", "first-word")
                    if kind == "cycle":
                        with clock.jumped_to(clock.at_time(date(2020, 7, 24), time(8, 30))):
                            launch(None, people, read_plan(read_source("puyang-2020")), demo_rows(2), Opening())
        return made[kind]

    return home


class at:  # noqa: N801
    """This process works on a data folder while the block runs."""

    def __init__(self, home: Path) -> None:
        self.inner = temporary_home(home)

    def __enter__(self) -> None:
        self.inner.__enter__()
        database.engine.cache_clear()

    def __exit__(self, *given: object) -> None:
        self.inner.__exit__(*given)
        database.engine.cache_clear()


def prepared(folder: Path) -> Path:
    """The files that the commands' examples name."""
    write(folder / "plan.docx")
    (folder / "notice.txt").write_text(NEXT, encoding="utf-8")
    (folder / "late.yaml").write_text("default: late\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("line", TYPED)
def test_it_is_typed_and_ends_well(
    line: str, homes: Home, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: speak(None))  # one line speaks English, and only that one
    kind, *typed = TYPED[line]
    folder, runner = prepared(tmp_path), CliRunner()
    with at(homes(kind)):
        if "--answers" in line:
            asked = runner.invoke(duban.app, ["plan", "questions", str(folder / "plan.docx")])
            (folder / "answers.yaml").write_text(asked.stdout, encoding="utf-8")
            fill_in(folder / "answers.yaml", f"{{{', '.join(f'{name}: 濮阳县' for name in NAMED)}}}")
        for words in typed:
            done = runner.invoke(duban.app, [word.replace("{}", str(folder)) for word in shlex.split(words)])
            well = (0, 1) if words.endswith("doctor") else (0,)  # no Prefect here: the doctor says so
            assert done.exit_code in well, f"{words}\n{done.output[-1500:]}\n{done.exception!r}"


def test_the_examples_are_the_commands_of_the_table() -> None:
    """Option by option: what a line of the README shows is what its example types."""
    for line, (_, *typed) in TYPED.items():
        shown = set(re.findall(r"--[a-z]+", line)) | set(re.findall(rf"duban ((?:{GROUPS} )?[a-z]+)", line))
        assert all(any(word in words for words in typed) for word in shown), line


@pytest.fixture
def engine() -> Iterator[str]:
    """Something that answers like Prefect's health page: the story starts the real one."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()


def test_an_office_of_its_own_is_served(homes: Home, engine: str) -> None:
    port, site = free_port(), "https://duban.example.org"
    env = {**os.environ, "DUBAN_HOME": str(homes("office")), "DUBAN_PORT": str(port), "DUBAN_BASE_URL": site,
           "PREFECT_API_URL": engine}
    process = subprocess.Popen(
        [sys.executable, "duban.py", "serve"], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )
    try:
        said = ""
        for line in process.stderr or ():
            said += line
            if "Ctrl-C" in line:
                break
        assert f"办公室：{site}" in said
        assert httpx.get(f"http://127.0.0.1:{port}/livez").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
