"""The world under attack, built once for a whole run."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile import world as worlds
from tests.hostile.world import World


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    """Once for all processes of a run; DUBAN_HOSTILE_WORLD names a folder that keeps it for the next run too."""
    base = tmp_path_factory.getbasetemp()
    kept = os.environ.get("DUBAN_HOSTILE_WORLD")
    worlds.build(Path(kept) if kept else (base if worker_id == "master" else base.parent) / "hostile-world")


@pytest.fixture
def here(built: None) -> Iterator[World]:
    with worlds.world() as one:
        yield one
