"""A rehearsal under way: one process per office, ended by its id when nobody looks any more or the server stops."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from config.settings import settings
from models.base import Conflict

ROOT = Path(__file__).resolve().parents[1]
SECONDS_AWAY = 45.0  # without anybody asking how far it is
SECONDS_MOST = 900.0
GRACE = 5.0
Standing = Literal["none", "running", "done", "failed", "broken"]


@dataclass
class Job:
    """The process, its folder, and when somebody last looked."""

    folder: Path
    process: subprocess.Popen[bytes]
    began: float = field(default_factory=time.monotonic)
    seen: float = field(default_factory=time.monotonic)
    why: str = ""

    def end(self, why: str) -> None:
        """End the process itself; it takes its throw-away database with it."""
        if self.process.poll() is None:
            self.why = why
            self.process.terminate()
            try:
                self.process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.settle()

    def settle(self) -> None:
        """Say why there is no result."""
        if self.folder.exists() and not (self.folder / "result.json").exists():
            (self.folder / "failed.txt").write_text(self.why or _last_words(self), encoding="utf-8")


RUNNING: dict[Path, Job] = {}
LOCK = threading.Lock()


def folder_of(office_id: UUID) -> Path:
    """Where an office's last rehearsal lies."""
    return settings().home / "rehearsals" / str(office_id)


def start(office_id: UUID, order: dict[str, Any], asked: dict[str, Any]) -> None:
    """Begin to play `order`; `asked` (who, and the form as typed) is kept beside it.

    A second click on the same form changes nothing; Conflict while another form is played.
    """
    folder = folder_of(office_id)
    with LOCK:
        job = RUNNING.get(folder)
        if job and job.process.poll() is None:
            if read(office_id, "asked.json") == asked:
                return
            raise Conflict("本办公室正在演练，请等它完成，或先停止它。")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        (folder / "asked.json").write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
        (folder / "order.json").write_text(json.dumps(order, default=str), encoding="utf-8")
        RUNNING[folder] = Job(folder, _spawn(folder))
    threading.Thread(target=_watch, args=(RUNNING[folder],), daemon=True).start()


def _spawn(folder: Path) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "duban", "rehearse", "--order", str(folder / "order.json")]
    env = {**os.environ, "DUBAN_HOME": str(settings().home)}
    with (folder / "said.txt").open("wb") as said:
        return subprocess.Popen(argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)


def _watch(job: Job) -> None:
    while job.process.poll() is None:
        now = time.monotonic()
        if now - job.seen > SECONDS_AWAY:
            job.end("页面已离开，演练已停止。")
        elif now - job.began > SECONDS_MOST:
            job.end(f"演练超过{SECONDS_MOST / 60:.0f}分钟，已停止。可以少选一些单位再试。")
        time.sleep(0.2)
    job.settle()


def _last_words(job: Job) -> str:
    """The sentence of a refusal; a fault of ours stays in the file beside."""
    said = (job.folder / "said.txt").read_text(encoding="utf-8", errors="replace").strip()
    plain = job.process.returncode == 1 and "Traceback" not in said
    return said if plain and said else "演练没有完成：系统出现故障。"


def stop(office_id: UUID) -> None:
    """End the office's rehearsal, if one plays."""
    if job := RUNNING.get(folder_of(office_id)):
        job.end("演练已停止。")


def standing(office_id: UUID, look: bool = True) -> Standing:
    """How the office's last rehearsal stands; `look` says that a person is waiting for it."""
    folder = folder_of(office_id)
    job = RUNNING.get(folder)
    if (folder / "result.json").exists():
        return "done"
    if job and job.process.poll() is None:
        job.seen = time.monotonic() if look else job.seen
        return "running"
    if (folder / "failed.txt").exists():
        return "failed"
    return "broken" if (folder / "order.json").exists() else "none"


def read(office_id: UUID, name: str) -> dict[str, Any]:
    """A file of the rehearsal; empty while it is not there."""
    try:
        found: dict[str, Any] = json.loads((folder_of(office_id) / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def sentence(office_id: UUID) -> str:
    """Why the last one failed."""
    path = folder_of(office_id) / "failed.txt"
    return path.read_text(encoding="utf-8") if path.exists() else "演练中断：网页服务曾重新启动。"


def end_all() -> None:
    """End every rehearsal of this process."""
    for job in list(RUNNING.values()):
        job.end("网页服务已停止，演练中止。")


@asynccontextmanager
async def ended_with_the_server(_app: object) -> AsyncIterator[None]:
    yield
    end_all()
