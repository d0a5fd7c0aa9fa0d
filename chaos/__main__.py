"""`make chaos`: every fault, one line each: owed, sent, twice, lost. `--short` runs a few minutes' worth of each."""

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from chaos import faults, kills, soak, upgrade
from chaos.check import Outcome

Fault = Callable[[Path], Outcome]
LONG: dict[str, Fault] = {
    "anywhere": partial(kills.anywhere, kills=200), "every_commit": kills.every_commit, "every_send": kills.every_send,
    "beside": kills.beside_each_other, "again": kills.again_and_again, "downtime": faults.downtime,
    "wires": faults.wires, "hanging": faults.hanging, "late_acts": faults.late_acts,
    "database": faults.database_faults, "power": faults.power_cut, "restored": faults.restored,
    "upgrade": upgrade.upgraded, "year": soak.year,
}
SHORT: dict[str, Fault] = LONG | {
    "anywhere": partial(kills.anywhere, kills=6), "every_commit": partial(kills.every_commit, stride=5),
    "every_send": partial(kills.every_send, stride=3), "beside": partial(kills.beside_each_other, workers=2, days=2),
    "again": partial(kills.again_and_again, times=4), "wires": partial(faults.wires, modes=("503", "errcode"), hours=1),
    "late_acts": partial(faults.late_acts, days=2), "upgrade": partial(upgrade.upgraded, stride=40),
    "year": partial(soak.year, days=8, contacts=20, each=6),
}


def run(name: str, short: bool = False) -> Outcome:
    """One fault in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return (SHORT if short else LONG)[name](Path(folder))


def line(one: Outcome, seconds: float) -> str:
    bound = f"≤{one.most_twice}"
    words = "；".join([*one.wrong, *([one.note] if one.note else [])])
    name = f"{one.name}（{words}）" if words else one.name
    return (f"{'守住' if one.kept else '失守'}  应发 {one.owed:>6}  已发 {one.sent:>6}  重复 {one.twice:>4} {bound:<6} "
            f"丢失 {one.lost:>3}  待人工核实 {one.waiting:>3}  {seconds:>5.0f} 秒  {name}")


def main(given: list[str]) -> int:
    short = "--short" in given
    names = [name for name in given if name in LONG] or list(LONG)
    broken = 0
    for name in names:
        began = time.monotonic()
        outcome = run(name, short)
        broken += not outcome.kept
        print(line(outcome, time.monotonic() - began), flush=True)
    print(f"{len(names)}类故障，{len(names) - broken}类守住" + (f"，{broken}类失守" if broken else ""))
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
