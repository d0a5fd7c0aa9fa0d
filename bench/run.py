"""Every benchmark, one after another: `make bench`."""

from bench import (
    account,
    beside,
    day,
    deadlines,
    deep_page,
    delivery,
    hostile,
    mail,
    pages,
    peers,
    planning,
    rehearsal,
    runs,
    start,
    wires,
    writing,
)
from bench.measure import show
from bench.readings import every

PARTS = (
    deadlines, every, rehearsal, day, account, pages, planning, writing, runs, deep_page, beside, peers, delivery,
    wires, mail, hostile, start,
)

if __name__ == "__main__":
    show([figure for part in PARTS for figure in part.figures()])
