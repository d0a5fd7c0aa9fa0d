"""What a phone's queue does with what was typed, run by Node in a small document of its own (see team_script.js)."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "web" / "static"


def _node() -> str:
    """Node of this machine, or the one that drives the browsers of tests/browser."""
    if found := shutil.which("node"):
        return found
    driver = pytest.importorskip("playwright._impl._driver")
    return str(driver.compute_driver_executable()[0])


def test_nothing_typed_on_a_phone_is_lost_and_nothing_stays_stuck() -> None:
    done = subprocess.run(
        [_node(), str(HERE / "team_script.js"), str(STATIC)], capture_output=True, text=True, timeout=60, check=True
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 16 and [line for line in lines if not line.startswith("ok")] == []
