"""Installs a bundle where there is no index and lets it work: `duban init`, `doctor`, then the sample until it answers.

Names and proxies lead nowhere, pip's settings of this machine are not seen, and with `--no-network` (needs `unshare`)
the kernel gives it no network but a loopback of its own.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from pathlib import Path

NOWHERE = "http://127.0.0.1:9"
ALONE = ("unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


def nowhere(home: Path, port: int) -> dict[str, str]:
    """An environment that knows no index, and no network through a proxy."""
    names = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return {
        **dict.fromkeys(names, NOWHERE), "no_proxy": "127.0.0.1,localhost", "PIP_INDEX_URL": f"{NOWHERE}/simple",
        "UV_INDEX_URL": f"{NOWHERE}/simple", "PIP_CONFIG_FILE": os.devnull, "PATH": os.environ["PATH"],
        "HOME": str(home), "LANG": "C.UTF-8",
        "DUBAN_HOME": str(home / "data"), "DUBAN_PORT": str(port), "DUBAN_PREFECT_PORT": str(port + 1),
        "PYTHON": getattr(sys, "_base_executable", sys.executable),
    }


def try_out(archive: Path, folder: Path, port: int) -> dict[str, object]:
    """Unpack, install, ask; what was seen."""
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (source,) = folder.glob("duban-offline-*")
    env, app = nowhere(folder, port), folder / "app"
    subprocess.run(["sh", "install.sh", str(app)], cwd=source, env=env, check=True)
    duban = str(app / "bin" / "duban")
    subprocess.run([duban, "init", "--name", "试装办公室"], cwd=folder, env=env, check=True, capture_output=True)
    argv = [duban, "doctor", "--json"]
    doctor = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)
    found = {one["name"]: one["ok"] for one in json.loads(doctor.stdout)}
    seen = {"doctor": doctor.returncode, "database": found["数据库"], "history": found["办理记录"]}
    env["DUBAN_HOME"] = str(folder / "sample")
    return {**seen, **sample(duban, folder, env)}


def sample(duban: str, folder: Path, env: dict[str, str]) -> dict[str, object]:
    """The sample cycle until its web says that everything is well; then Ctrl-C."""
    said = folder / "demo.log"
    with said.open("w") as log:
        process = subprocess.Popen([duban, "demo"], cwd=folder, env=env, stderr=log, start_new_session=True)
    try:
        while "Ctrl-C" not in said.read_text() and process.poll() is None:
            time.sleep(0.5)
        health = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with health.open(f"http://127.0.0.1:{env['DUBAN_PORT']}/healthz", timeout=30) as answer:
            return {"healthz": answer.status}
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("archive", type=Path)
    asked.add_argument("--port", type=int, default=8765)
    asked.add_argument("--no-network", action="store_true")
    told = asked.parse_args()
    if told.no_network:
        os.execvp(ALONE[0], [*ALONE, sys.executable, __file__, str(told.archive), "--port", str(told.port)])
    with tempfile.TemporaryDirectory() as place:
        sys.stdout.write(json.dumps(try_out(told.archive.resolve(), Path(place), told.port)) + "\n")
