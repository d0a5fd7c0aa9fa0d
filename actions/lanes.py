"""Which waiting message goes next: lanes by wire, so that one that hangs never holds every thread."""

from collections import deque
from collections.abc import Iterable
from time import monotonic
from urllib.parse import urlsplit
from uuid import UUID

from models.words import Channel

GROUP = 32  # results written down, and messages claimed, with one transaction
SLOW = 1.0  # seconds after which a wire counts as slow
ONE_SERVER = frozenset({Channel.MAIL, Channel.SMS, Channel.WECOM_APP})


def lane_of(channel: Channel, address: str) -> str:
    """The other side that a message depends on: the channel's own server, or the host of its address."""
    if channel in ONE_SERVER:
        return channel
    try:
        return f"{channel} {urlsplit(address).netloc}"
    except ValueError:
        return channel


class Lane:
    """What waits for one wire, what is out on it, and how it answers."""

    def __init__(self) -> None:
        self.waiting: deque[UUID] = deque()
        self.out: dict[UUID, float] = {}
        self.slow = False
        self.failures = 0

    @property
    def hangs(self) -> bool:
        """Whether its last answer was slow in coming, or the next one is."""
        return self.slow or any(monotonic() - began > SLOW for began in list(self.out.values())[:1])


class Lanes:
    """All lanes of a round; never more than `threads` + GROUP messages out: so many a kill leaves in doubt."""

    def __init__(self, threads: int) -> None:
        self.threads, self.lanes = threads, dict[str, Lane]()
        self.where: dict[UUID, Lane] = {}
        self.turn: deque[str] = deque()

    def add(self, rows: Iterable[tuple[UUID, Channel, str]]) -> None:
        for key, channel, address in rows:
            name = lane_of(channel, address)
            if name not in self.lanes:
                self.lanes[name] = Lane()
                self.turn.append(name)
            self.lanes[name].waiting.append(key)

    @property
    def out(self) -> int:
        return len(self.where)

    @property
    def left(self) -> bool:
        return any(lane.waiting for lane in self.lanes.values())

    def pick(self) -> list[UUID]:
        """The next messages to claim, in turn from every lane that may have more out."""
        busy = [lane for lane in self.lanes.values() if lane.waiting]
        alone = len(busy) == 1 and not any(lane.out for lane in self.lanes.values() if lane is not busy[0])
        room, found = self.threads + GROUP - self.out, list[UUID]()
        picked = dict.fromkeys(self.lanes, 0)
        while len(found) < room:
            before = len(found)
            for name in list(self.turn):
                lane = self.lanes[name]
                if len(found) < room and lane.waiting and len(lane.out) + picked[name] < self._most(lane, alone):
                    found.append(lane.waiting.popleft())
                    self.where[found[-1]] = lane
                    picked[name] += 1
            if len(found) == before:
                break
        self.turn.rotate(-1)
        return found

    def _most(self, lane: Lane, alone: bool) -> int:
        """Alone a wire may have everything; beside others half of the threads, and a quarter once it is slow."""
        if alone:
            return self.threads + GROUP
        return max(1, self.threads // (4 if lane.hangs else 2))

    def began(self, key: UUID) -> None:
        self.where[key].out[key] = monotonic()

    def ended(self, key: UUID, failed: bool = False, counts: bool = True) -> None:
        """An answer came, or the claim was somebody else's (`counts` False)."""
        lane = self.where.pop(key)
        began = lane.out.pop(key, None)
        if counts and began is not None:
            lane.slow = monotonic() - began > SLOW
            lane.failures = lane.failures + 1 if failed else 0

    def resting(self) -> list[UUID]:
        """What still waits for wires that have refused everything lately: not worth trying in this round."""
        most, found = max(GROUP // 2, self.threads), list[UUID]()
        for lane in self.lanes.values():
            if lane.failures >= most and lane.waiting:
                found += lane.waiting
                lane.waiting.clear()
        return found
