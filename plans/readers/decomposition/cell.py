"""A cell as it bears on one row of a decomposition table."""

from dataclasses import dataclass

from plans.issued import Origin
from plans.readers.decomposition.columns import ORGS, Role


@dataclass(frozen=True)
class Cell:
    """A cell as it bears on one row, and how it came there; a blank one has no text."""

    text: str
    origin: Origin = Origin.PRINTED
    where: str = ""


def beside(role: Role, first: Cell, more: Cell) -> Cell:
    """Two columns that were said to hold the same, as one cell."""
    if not first.text or not more.text:
        return first if first.text else more
    gap = {Role.LIMIT: "\n", Role.NO: "-", Role.THEME: "："}.get(role, "、" if role in ORGS else "；")
    gap = "" if role not in (Role.LIMIT, *ORGS) and first.text[-1] in "。；;！：" else gap
    return Cell(f"{first.text}{gap}{more.text}", max(first.origin, more.origin, key=list(Origin).index), first.where)
