"""All figures about documents that come in."""

from bench.measure import Figure
from bench.readings import first, hostile, plans, truth, weight

PARTS = (truth, weight, hostile, first, plans)


def figures() -> list[Figure]:
    return [figure for part in PARTS for figure in part.figures()]
