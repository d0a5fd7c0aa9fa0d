"""The short form of `make scale-demo`: PostgreSQL, Valkey, Prefect in two halves, two workers; one is killed."""

from datetime import date
from pathlib import Path

import pytest

from bench import scale_demo
from bench.cluster import cluster, members
from bench.delivery import sink
from bench.province import EACH, MORNINGS, fill

OFFICES, UNITS, TASKS = 4, 4, 8


def told(made, day: date) -> dict[str, int]:
    return scale_demo.told(made, day)


@pytest.mark.slow
def test_two_workers_share_a_morning_and_what_a_killed_one_had_is_finished_by_the_other(home: Path) -> None:
    """R1 and R3 for sweeps: nothing lost, nobody told twice, repeats only with their mark."""
    log = home / "sink.txt"
    log.touch()
    with sink(100, log) as address, cluster(home) as made:
        assert fill(made.bind, OFFICES, UNITS, TASKS, address) == OFFICES * UNITS * TASKS
        for name in (scale_demo.A, scale_demo.B):
            made.worker(name, share=2)
        dead = scale_demo.killed(made, MORNINGS[0])
        assert dead.office in dead.again or not dead.again, "taken up again, or it was just being written down"
        found = told(made, MORNINGS[0])
        keys = scale_demo.arrived(log)
    assert found["all"] == found["sent"] == OFFICES * UNITS and found["twice"] == 0
    assert sum(keys.values()) - len(keys) <= found["marked"] and len(keys) >= found["all"]
    assert EACH > 1, "several matters, one message"
    assert members(f"DUBAN_HOME={home}") == [], "nothing is left running"
