"""回避: nobody inspects the unit they come from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

# 法治建设领导小组的办公室设在司法行政机关，督察人员多由其抽调
USUAL = "司法局"
MUST = "须回避：工作小组出自受查单位，请另派人员或写明理由"
UNKNOWN = "督察组人员来自哪些单位尚未申报，须先申报再定是否回避，或写明理由"


@dataclass(frozen=True)
class Origin:
    """Where the people of a team come from; `declared` is false until somebody has said so."""

    team: Any
    units: frozenset[str] = frozenset()
    declared: bool = False

    def recused(self, unit_id: object) -> bool:
        """Whether this team comes from that unit."""
        return str(unit_id) in self.units

    def doubt(self, unit_id: object, unit_name: str) -> str:
        """Why this team should not visit that unit without a person's word, or nothing."""
        if self.recused(unit_id):
            return MUST
        return UNKNOWN if not self.declared and unit_name.endswith(USUAL) else ""


def choose(origins: Sequence[Origin], turn: int, unit_id: object, unit_name: str) -> Origin:
    """The team whose turn it is, else the next one without a doubt; when all have one, whose turn it was."""
    turned = [origins[(turn + n) % len(origins)] for n in range(len(origins))]
    return next((one for one in turned if not one.doubt(unit_id, unit_name)), turned[0])


def unstaffed(origins: Sequence[Origin], units: Collection[tuple[object, str]]) -> dict[str, list[str]]:
    """The units that no team may visit without a reason: names by the doubt."""
    found: dict[str, list[str]] = {}
    for key, name in units:
        if doubt := choose(origins, 0, key, name).doubt(key, name):
            found.setdefault(doubt, []).append(name)
    return found
