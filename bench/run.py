"""Every benchmark, one after another: `make bench`."""

from bench import day, deadlines, readings, rehearsal, start
from bench.measure import show

if __name__ == "__main__":
    show([figure for part in (deadlines, readings, rehearsal, day, start) for figure in part.figures()])
