"""Every benchmark, one after another: `make bench`."""

from bench import beside, day, deadlines, deep_page, hostile, pages, peers, planning, rehearsal, runs, start, writing
from bench.measure import show
from bench.readings import every

PARTS = (deadlines, every, rehearsal, day, pages, planning, writing, runs, deep_page, beside, peers, hostile, start)

if __name__ == "__main__":
    show([figure for part in PARTS for figure in part.figures()])
