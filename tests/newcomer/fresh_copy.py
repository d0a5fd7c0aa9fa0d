"""A copy of the tree as a newcomer has it after `git clone`, its environment lent, and what is typed in it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.cluster import members
from tests.newcomer.readme import ROOT
from tests.real_parts import free_port

LEFT_OUT = (".git", ".venv", "var*", "dist", "build", "tour", "plan.docx", "units.csv",
            "answers.yaml", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache",
            ".hypothesis", ".import_linter_cache", "*.pyc")
PATIENCE = 300  # seconds; a machine that does other work as well is slow


@dataclass
class Copy:
    """Where it is, which ports it has, what was typed, and the shells that stay open."""

    root: Path
    ports: dict[str, int] = field(default_factory=lambda: {n: free_port() for n in ("8000", "4200", "2525")})
    ran: list[str] = field(default_factory=list)
    open: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.ports['8000']}"

    @property
    def prefect(self) -> str:
        return f"http://127.0.0.1:{self.ports['4200']}"

    def env(self) -> dict[str, str]:
        """No setting of this machine's own; the environment's packages, but the copy's program."""
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("DUBAN_", "PREFECT_", "MAKE", "PYTEST_"))}
        ports = {"PORT": str(self.ports["8000"]), "PREFECT_PORT": str(self.ports["4200"])}
        return {**plain, **ports, "PYTHONPATH": str(self.root), "PYTHONUNBUFFERED": "1"}

    def argv(self, line: str) -> list[str]:
        """The line for a shell, on a free port where it names the mailbox's."""
        self.ran.append(line)
        return ["bash", "-c", line.replace("127.0.0.1:2525", f"127.0.0.1:{self.ports['2525']}")]

    def type(self, line: str) -> str:
        """Type a line, wait for its end; what it said."""
        done = subprocess.run(
            self.argv(line), cwd=self.root, env=self.env(), capture_output=True, text=True, check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
        return done.stdout + done.stderr

    def leave_open(self, line: str, name: str, until: str = "") -> str:
        """Type a line in a shell of its own that stays open; wait until it has said something."""
        log = self.root.parent / f"{name}.log"
        with log.open("wb") as file:
            self.open[name] = subprocess.Popen(
                self.argv(line), cwd=self.root, env=self.env(), stdout=file, stderr=file, start_new_session=True
            )
        end = time.monotonic() + PATIENCE
        while until and until not in self.said(name):
            assert self.open[name].poll() is None and time.monotonic() < end, self.said(name)[-3000:]
            time.sleep(0.3)
        return self.said(name)

    def said(self, name: str) -> str:
        return (self.root.parent / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def family(self) -> list[int]:
        """Every process that works on the copy's data folder."""
        return members(f"DUBAN_HOME={self.root}/var")

    def close(self) -> list[int]:
        """Ctrl-C in every open shell, after a while without asking; the processes that had to be ended so."""
        for one in reversed(self.open.values()):
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGINT)
        for one in self.open.values():
            try:
                one.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(one.pid, signal.SIGKILL)
                one.wait()
        left = self.family()
        for number in left:
            os.kill(number, signal.SIGKILL)
        return left


def copied(folder: Path) -> Copy:
    """The tree without what git would not bring. The environment is this one's, so that nothing is installed twice."""
    root = folder / "duban"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (root / ".venv").symlink_to(sys.prefix)
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        os.utime(root / name, (0, 0))  # older than the environment, as after `make install`
    return Copy(root)
