"""A random draw that anybody can do again outside this program, and whose outcome nobody can steer once it is fixed.

The recipe, for one list: write the names down, one a line, in any order. For each name take the SHA-256 of the bytes
(UTF-8) of the seed, one line feed, the name, without a line feed at the end:

    printf '%s\\n%s' "$seed" "$name" | sha256sum

Sort the lines "digest name"; the first n names are drawn, in this order. With several groups each group is its own
list and the seed is the same for all. Nothing else enters: no language's random numbers, no order of typing, no
weight, no clock.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from models.base import Rejected

METHOD = "sha256-1"  # kept with every draw, so that a later recipe does not make an earlier draw look wrong
LONGEST_SEED = 64
# a seed is read aloud, written into minutes and pasted into a shell: no quotes, no blanks at the ends
SEED = re.compile(r"[0-9A-Za-z\u4e00-\u9fff](?:[0-9A-Za-z\u4e00-\u9fff +.,:/_-]*[0-9A-Za-z\u4e00-\u9fff])?")


def rank(seed: str, name: str) -> str:
    """The digest that decides a name's place."""
    return hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest()


def draw(pool: Sequence[str], n: int, seed: str) -> list[str]:
    """The n names with the smallest digests, smallest first; Rejected when the list or the number cannot be drawn."""
    _check(pool, n, seed)
    return sorted(sorted(pool), key=lambda name: rank(seed, name))[:n]


def draw_each(strata: Mapping[str, tuple[Sequence[str], int]], seed: str) -> dict[str, list[str]]:
    """So many of each group, one seed for all; a name that stands in two groups would be drawn twice as easily."""
    seen: dict[str, str] = {}
    for group, (pool, _) in strata.items():
        for name in pool:
            if name in seen and seen[name] != group:
                raise Rejected(f"“{name}”同时在“{seen[name]}”和“{group}”中，请只留一处。")
            seen[name] = group
    return {group: draw(pool, n, seed) for group, (pool, n) in strata.items()}


def remaining(pool: Sequence[str], excluded: Mapping[str, str]) -> list[str]:
    """The pool without those who are left out, each for a written reason."""
    for name, reason in excluded.items():
        if name not in pool:
            raise Rejected(f"“{name}”不在抽取范围内，无须排除。")
        if not reason.strip():
            raise Rejected(f"“{name}”不参加抽取，须写明理由。")
    return [name for name in pool if name not in excluded]


def _check(pool: Sequence[str], n: int, seed: str) -> None:
    if not seed or len(seed) > LONGEST_SEED or not SEED.fullmatch(seed):
        raise Rejected("号码须为1至64个数字、字母或汉字，中间可有空格和 + - . , : / _ 。")
    if doubled := sorted({name for name in pool if pool.count(name) > 1}):
        raise Rejected(f"名单中有重复的名称：{'、'.join(doubled)}。")
    if any(name != name.strip() or "\n" in name for name in pool):
        raise Rejected("名单中有首尾带空格或换行的名称，请先更正单位名称。")
    if not 1 <= n <= len(pool):
        raise Rejected(f"可抽的有{len(pool)}个，抽取个数须在1至{len(pool)}之间，现为{n}。")


def purpose_key(purpose: str) -> str:
    """What makes two purposes the same: neither width, blanks nor punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", purpose)).casefold()


def same_list(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two pools are the same list, give or take a tenth: a name more or less makes no new occasion."""
    most = max(len(one), len(other))
    return most > 0 and len(set(one) & set(other)) >= 0.9 * most
