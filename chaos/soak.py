"""R23: a simulated year with something broken almost every day; at its end the ledger of what arrived equals the one
plain reasoning makes, exactly."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from chaos import worker
from chaos.check import Outcome, account, all_owed, workdays
from chaos.faults import full, read_only, write_locked
from chaos.kills import bound, morning
from chaos.sink import Sink, listening
from chaos.world import FIRST, World, made

HOURS = (0, 2, 6)
CLEAN = (7.5, 8)
MODES = ("500", "503", "429", "errcode", "reset", "half")


def year(folder: Path, days: int = 250, contacts: int = 55, each: int = 12, seed: int = 5) -> Outcome:
    """R23: every working day has three rounds that anything may befall and two in the evening that are left alone."""
    dice, kills, faults = random.Random(seed), 0, 0
    with listening(folder) as sink, made(folder, sink, contacts, each, span=days * 7 // 5 + 5) as world:
        runs = []
        for day in workdays(FIRST, days):
            if dice.random() < 0.03:
                continue  # nobody switched the machine on
            runs.append(day)
            open_ones = [one.title for one in world.duties.values() if one.done_on is None]
            for title in dice.sample(open_ones, min(len(open_ones), dice.randrange(3))):
                world.finish(title, day)
            for hour in HOURS:
                killed, broke = _befallen(world, sink, day, hour, dice)
                kills, faults = kills + killed, faults + broke
            sink.behave()
            for late in CLEAN:
                assert worker.finish(worker.start(morning(day) + timedelta(hours=late))) == 0
        name = f"R23 模拟一年：{contacts}个单位、{len(runs)}个工作日"
        note = f"{kills}次 kill -9，{faults}次故障"
        return account(name, world, sink.arrivals(), all_owed(world, FIRST, runs), kills * bound(), note)


def _befallen(world: World, sink: Sink, day: date, hour: float, dice: random.Random) -> tuple[int, int]:
    """One round under one random fault or none; (killed, broken)."""
    moment, fault = morning(day) + timedelta(hours=hour), dice.random()
    sink.behave(delay=0.005)
    if fault < 0.15:
        more = sink.count() + dice.randint(0, 20)
        return worker.kill_when(worker.start(moment), _beyond(sink, more)), 0
    if fault < 0.35:
        sink.behave(dice.choice(MODES), only=dice.choice(("/", "/c1", "/c2")))
    before = dice.choice((full, read_only)) if 0.35 <= fault < 0.4 else None
    if 0.4 <= fault < 0.42:
        with write_locked(world.folder / "duban.db"):
            worker.finish(worker.start(moment))
    elif 0.42 <= fault < 0.5:
        for child in [worker.start(moment) for _ in range(2)]:
            worker.finish(child)
    else:
        worker.finish(worker.start(moment, before=before))
    return 0, int(fault < 0.5)


def _beyond(sink: Sink, count: int) -> Callable[[], bool]:
    return lambda: sink.count() >= count
