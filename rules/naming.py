"""Names of units as papers write them: one that is known is found, one that is only alike is proposed, never taken."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

K = TypeVar("K")
ALIKE = 0.6  # below this two names have little more than 局 or 人民政府 in common
SHORTENED = 0.75
MOST = 5
BLANKS = re.compile(r"[\s（）()《》“”\"]+")
PLACE = re.compile(r"^(?:[一-龥]{2,4}(?:省|市|县|区|旗))+?(?=[一-龥]{2,})|^(?:省|市|县|区|旗)(?=[一-龥]{2,})")
LONG = (("人民政府办公室", "政府办"), ("人民政府", "政府"), ("委员会", "委"), ("管理局", "局"), ("监督管理", "监管"))


@dataclass(frozen=True)
class Match(Generic[K]):
    """What a printed name may mean: `key` when it is known, else the likest names in order, for a person to choose."""

    word: str
    key: K | None
    proposals: tuple[str, ...] = ()


def plain(name: str) -> str:
    """A name without blanks and brackets: the same name, whatever the typist did."""
    return BLANKS.sub("", name)


def core(name: str) -> str:
    """A name without its place and with the short forms officials use: 新邵县市场监督管理局 and 县市监局 come near."""
    text = PLACE.sub("", plain(name))
    for long, short in LONG:
        text = text.replace(long, short)
    return text


def find(word: str, known: Mapping[str, K]) -> Match[K]:
    """Look a printed name up among names and aliases; blanks and brackets do not matter, anything else does."""
    wanted = plain(word)
    by_plain = {plain(name): key for name, key in known.items()}
    if wanted in by_plain:
        return Match(word, by_plain[wanted])
    return Match(word, None, tuple(likest(word, known)))


def likest(word: str, names: Iterable[str]) -> list[str]:
    """The names most like it, best first."""
    wanted = core(word)
    scored = sorted(((_likeness(wanted, core(name)), name) for name in names), key=lambda pair: (-pair[0], pair[1]))
    return [name for score, name in scored if score >= ALIKE][:MOST]


def _likeness(a: str, b: str) -> float:
    if a == b:
        return 1.0
    ratio = SequenceMatcher(None, a, b, autojunk=False).ratio()
    return max(ratio, SHORTENED) if len(a) > 2 and _in_order(a, b) else ratio


def _in_order(short: str, long: str) -> bool:
    """Whether a name is another one with characters left out: 人社局 of 人力资源和社会保障局."""
    rest = iter(long)
    return all(char in rest for char in short)
