"""Guessing slowed down: tries counted by key, in this process."""

import time
from collections import defaultdict, deque

from models.base import NotAllowed

MOST_KEYS = 10_000


class Throttle:
    """At most `most` tries per key within `seconds`, in this process."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self.tries: dict[str, deque[float]] = defaultdict(deque)

    def check(self, key: str, count: bool = True) -> None:
        """Refuse when there were too many tries; count this one unless told not to."""
        now, tries = time.monotonic(), self.tries.get(key, deque())
        while tries and now - tries[0] > self.seconds:
            tries.popleft()
        if len(tries) >= self.most:
            raise NotAllowed("尝试次数过多，请稍后再试。")
        if count:
            self.count(key)

    def count(self, key: str) -> None:
        """Note a try; of very many keys the oldest is forgotten."""
        if len(self.tries) >= MOST_KEYS:
            self.tries.pop(next(iter(self.tries)))
        self.tries[key].append(time.monotonic())


BAD_LINKS = Throttle(20, 300)
