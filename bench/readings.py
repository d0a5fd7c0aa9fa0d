"""Plans in: values held against the hand-checked content, large tables, hostile files, tables at first sight."""

from bench import readings_first, readings_hostile, readings_truth, readings_weight
from bench.measure import Figure, show

PARTS = (readings_truth, readings_weight, readings_hostile, readings_first)


def figures() -> list[Figure]:
    return [figure for part in PARTS for figure in part.figures()]


if __name__ == "__main__":
    show(figures(), keep=False)
