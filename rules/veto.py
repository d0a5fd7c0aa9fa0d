"""一票否决: a standard that earns nothing and, where it occurred, takes its whole item or the standard before it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from models.base import Rejected


class Standard(Protocol):
    """A part of an item; `count` of a veto says what it takes: {"veto": "本项"}."""

    @property
    def points(self) -> float | None: ...
    @property
    def damaged(self) -> bool: ...
    @property
    def count(self) -> dict[str, Any] | None: ...


def is_veto(clause: Standard) -> bool:
    """出现弄虚作假的，本项不得分."""
    return "veto" in (clause.count or {})


def wipes_item(clause: Standard) -> bool:
    """Whether it takes the whole item (本项、该项、全项、全部); else the standard printed before it (本款、本条)."""
    scope = str((clause.count or {}).get("veto", ""))
    return "项" in scope or "全部" in scope


def answered_veto(no: int, where: str, cases: Sequence[Any], level: float | None) -> dict[str, Any] | None:
    """What was said of it: 0 that it did not occur, from 1 on which of its printed cases did."""
    if level is None:
        return None
    if level % 1 or level > len(cases):
        raise Rejected(f"{where}：请选择是否出现。")
    return {"no": no, "level": level, "lost": 0.0, **({"struck": True} if level else {})}


def taken(clauses: Sequence[Standard], kept: Sequence[Mapping[str, Any] | None], worth: float) -> list[float]:
    """What each standard takes off an item of `worth` points; what a veto takes is not taken off twice."""
    lost = [(one["lost"] or 0.0) if one else 0.0 for one in kept]
    for no, one in enumerate(kept):
        if not (one and one.get("struck")):
            continue
        before = [n for n in range(no) if not is_veto(clauses[n]) and not clauses[n].damaged and clauses[n].points]
        if wipes_item(clauses[no]) or not before:
            return [worth]
        lost[before[-1]] = clauses[before[-1]].points or 0.0
    return lost
