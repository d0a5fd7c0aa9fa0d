"""When a measure with several hands is finished: everyone beneath has reported, or the main lead answers for all."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.base import Rejected
from models.cycle import OVER, QUIET
from models.words import AssignmentKind, AssignmentState


@dataclass(frozen=True)
class Hand:
    """One unit's part in a measure."""

    unit: str
    kind: AssignmentKind
    state: AssignmentState


@dataclass(frozen=True)
class Rollup:
    """How far the parts of a measure have come."""

    done: int
    total: int
    waiting: tuple[str, ...]

    @property
    def words(self) -> str:
        return f"{self.done}/{self.total}个单位已办结" if self.total else "由牵头单位自行落实"


def roll_up(hands: Iterable[Hand]) -> Rollup:
    """Count the parts, and name the co-leads that have not reported."""
    parts = list(hands)
    late = tuple(part.unit for part in parts if part.kind == AssignmentKind.CO_LEAD and part.state not in QUIET)
    return Rollup(sum(part.state in OVER for part in parts), len(parts), late)


def check_report(rollup: Rollup, for_all: bool) -> None:
    """The main lead reports for itself only when every other lead has, or else says that it answers for all."""
    if rollup.waiting and not for_all:
        names = "、".join(rollup.waiting)
        raise Rejected(f"共同牵头的{names}尚未报送。请待其报送，或勾选“由本单位汇总，代表全部牵头单位”。")
