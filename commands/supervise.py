"""Three processes and one parent: Prefect's server, the runner of the flows, the web; all end together."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from actions.health import last_sweep
from config import clock
from config.settings import Settings
from rules.watching import has_stopped

ROOT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 12
REST = 60.0  # seconds
STAND_IN = 20  # minutes without a sweep that was due before one is made without Prefect; the alarm comes at forty
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass
class Child:
    """A supervised process: how to start it, where its log goes, how often it fell."""

    name: str
    argv: list[str]
    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    falls: list[float] = field(default_factory=list)
    rests_until: float = 0.0

    def start(self) -> None:
        """Start in a session of its own, so that its whole family can be ended by group."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv, env=self.env, cwd=ROOT, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True, preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
            )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal to the child and everything it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


def _die_with_parent() -> None:
    """Ask the kernel to end this child when its parent is killed outright."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def prefect_env(settings: Settings) -> dict[str, str]:
    """The environment of Prefect's processes: private data, loopback, no calls home, short lock waits."""
    given = os.environ.get("PREFECT_API_URL")
    ours = {
        "PREFECT_HOME": str(settings.home / "prefect"),
        "PREFECT_API_URL": given or f"http://127.0.0.1:{settings.prefect_port}/api",
        "PREFECT_SERVER_API_PORT": str(settings.prefect_port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": '["events","flow_runs"]',
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(settings.run_days * 86400),
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "PREFECT_LOGGING_LEVEL": settings.log_level,
        "PREFECT_LOGGING_SETTINGS_PATH": str(ROOT / "flows" / "logging.yml"),
        "DUBAN_HOME": str(settings.home),
        "DUBAN_PORT": str(settings.port),
        "DUBAN_PREFECT_PORT": str(settings.prefect_port),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", "")))),
    }
    return {**os.environ, **ours}


def answers(url: str) -> bool:
    """Whether a page answers 200 now."""
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Supervisor:
    """Starts the children in order, brings back one that falls, ends all of them on a signal."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self.settings, self.say = settings, say
        self.stopping = False
        env, logs = prefect_env(settings), settings.logs
        self.own_server = "PREFECT_API_URL" not in os.environ
        python = sys.executable
        self.server = Child("Prefect", [python, "-m", "prefect", "server", "start"], env, logs / "prefect.log")
        self.web = Child("网页", [python, "-m", "web.serve"], env, logs / "web.log")
        self.runner = Child("流程", [python, "-m", "flows.serve"], env, logs / "flows.log")
        self.sweeper = Child("备用巡检", [python, "duban.py", "sweep"], env, logs / "sweep.log")
        self.began, self.next_look, self.next_stand_in, self.next_aside = clock.wall(), 0.0, 0.0, 0.0
        self.api = env["PREFECT_API_URL"]

    @property
    def children(self) -> list[Child]:
        return [*([self.server] if self.own_server else []), self.web, self.runner]

    def start_server(self) -> None:
        """Prefect first: it takes the longest, and other work may go on meanwhile."""
        if self.own_server and not self.server.running:
            self.server.start()

    def run(self, ready: Callable[[], None]) -> None:
        """Start everything, call `ready` when all answers, stay until a signal comes."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        try:
            self.start_server()
            self.web.start()
            self._wait(f"{self.api}/health", self.server if self.own_server else None)
            self.runner.start()
            self._wait(f"http://{self.settings.host}:{self.settings.port}/livez", self.web)
            if not self.stopping:
                ready()
            while not self.stopping:
                self._revive()
                self._stand_in()
                self._put_aside()
                time.sleep(1)
        finally:
            self.end()

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _wait(self, url: str, child: Child | None, seconds: int = 120) -> None:
        for _ in range(seconds * 4):
            if self.stopping or answers(url):
                return
            if child is not None and not child.running:
                raise RuntimeError(f"{child.name}未能启动，见日志 {child.log}")
            time.sleep(0.25)
        raise RuntimeError(f"等候{seconds}秒仍无应答：{url}")

    def _revive(self) -> None:
        """A child that fell is started again. The web falling five times in a minute ends everything; Prefect and the
        runner rest a minute instead, for the pages and the stand-in sweep do without them (R15)."""
        for child in self.children:
            now = time.monotonic()
            if child.running or self.stopping or now < child.rests_until:
                continue
            child.falls = [moment for moment in child.falls if now - moment < 60] + [now]
            if len(child.falls) >= 5 and child is self.web:
                raise RuntimeError(f"{child.name}反复退出，见日志 {child.log}")
            if len(child.falls) >= 5:
                self.say(f"{child.name}反复退出，一分钟后再试，见日志 {child.log}")
                child.falls, child.rests_until = [], now + REST
                continue
            self.say(f"{child.name}意外退出，重新启动")
            child.signal(signal.SIGKILL)  # what it had started must not outlive it
            child.start()

    def _stand_in(self) -> None:
        """When Prefect makes no sweep, one is made without it: the reminders do not depend on the engine (R15)."""
        now = time.monotonic()
        if now < self.next_look or self.sweeper.running:
            return
        self.next_look = now + REST
        last = last_sweep() or self.began
        if now >= self.next_stand_in and has_stopped(clock.wall(), last, STAND_IN):
            self.next_stand_in = now + STAND_IN * 60
            self.say("流程没有按时巡检，改由备用程序巡检一次")
            self.sweeper.start()

    def _put_aside(self) -> None:
        """Once a minute: a log that is full is set aside, so that a year of running fills no disk."""
        now = time.monotonic()
        if now >= self.next_aside:
            self.next_aside = now + REST
            for child in (*self.children, self.sweeper):
                put_aside(child.log, self.settings.log_max_mb * 1024 * 1024, self.settings.log_keep)

    def end(self) -> None:
        """End every child and whatever it started; after a grace period without asking."""
        everybody = [*self.children, self.sweeper]
        for child in reversed(everybody):
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and any(child.running for child in everybody):
            time.sleep(0.1)
        for child in everybody:
            child.signal(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()


def put_aside(log: Path, most: int, keep: int) -> bool:
    """Copy a log of more than `most` bytes to `.1` (older ones move up to `.keep`) and empty it, for its writer keeps
    it open and appends; what is written between the two is lost, as with logrotate's copytruncate."""
    if not log.exists() or log.stat().st_size <= most:
        return False
    for n in range(keep - 1, 0, -1):
        older = log.with_name(f"{log.name}.{n}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{n + 1}"))
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)
    return True


def tail(path: Path, lines: int = 5) -> Iterator[str]:
    """The last lines of a log, for an error message."""
    if path.exists():
        yield from path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
