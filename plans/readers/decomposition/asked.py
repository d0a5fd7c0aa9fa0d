"""The questions of a decomposition table, each asked once for all the places that print the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from plans.issued import Doubt


@dataclass
class Asked:
    """Questions in the order asked: by key the words, the places and the choices. `given` are answers by which the
    table is read; what they answer is asked all the same, so that an answer can be changed."""

    found: dict[str, tuple[str, list[str], tuple[str, ...]]] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)

    def said(self, key: str) -> str:
        return self.given.get(" ".join(key.split()), "")

    def ask(self, key: str, where: str, what: str, choices: tuple[str, ...] = ()) -> None:
        _, places, _ = self.found.setdefault(" ".join(key.split()), (what, [], choices))
        places.append(where)

    def follow(self, key: str, no: str) -> None:
        """A task whose cells go on from the one asked about hangs on the same answer."""
        if key in self.found and f"第{no}项沿用" not in self.found[key][1]:
            self.found[key][1].append(f"第{no}项沿用")

    def doubts(self) -> list[Doubt]:
        return [Doubt(key, "、".join(where), what, choices) for key, (what, where, choices) in self.found.items()]


def merged(doubts: list[Doubt]) -> list[Doubt]:
    """The same question of two tables asked once; where the choices differ, the later one gets a key of its own."""
    found: dict[str, Doubt] = {}
    for doubt in doubts:
        key = next(key for k in range(1, len(doubts) + 2) if (key := doubt.key if k == 1 else f"{doubt.key}#{k}")
                   not in found or found[key].choices == doubt.choices)
        where = f"{found[key].where}、{doubt.where}" if key in found else doubt.where
        found[key] = replace(doubt, key=key, where=where)
    return list(found.values())
