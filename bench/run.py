"""Every benchmark, one after another: `make bench`."""

from bench import account, day, deadlines, pages, rehearsal, start
from bench.measure import show
from bench.readings import every

if __name__ == "__main__":
    show([figure for part in (deadlines, every, rehearsal, day, account, pages, start) for figure in part.figures()])
