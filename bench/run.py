"""Every benchmark, one after another: `make bench`."""

from bench import day, deadlines, mail, pages, rehearsal, start, wires
from bench.measure import show
from bench.readings import every

if __name__ == "__main__":
    parts = (deadlines, every, rehearsal, day, pages, wires, mail, start)
    show([figure for part in parts for figure in part.figures()])
