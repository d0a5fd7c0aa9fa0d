"""Many keys, so many at a time as one statement may name."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

AT_ONCE = 400  # older SQLite takes 999 values in a statement, and a list of few sizes is compiled few times
T = TypeVar("T")


def portions(keys: Iterable[T]) -> Iterator[list[T]]:
    """The keys in their order, at most AT_ONCE in each list; nothing for no keys."""
    known = list(keys)
    return (known[n:n + AT_ONCE] for n in range(0, len(known), AT_ONCE))
