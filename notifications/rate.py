"""How fast each robot may be spoken to; the count is shared by every process of the installation."""

import hashlib
import logging
from functools import lru_cache

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from config import clock
from config.settings import settings
from models.rate_store import RateStore
from models.words import Channel

LOG = logging.getLogger("duban.wires")
# 钉钉 shuts a robot up for ten minutes beyond 20 a minute; 企业微信 answers 45009; 飞书 5 a second, 100 a minute
RATES = {
    Channel.WECOM: "20/minute", Channel.WECOM_APP: "30/minute", Channel.DINGTALK: "20/minute",
    Channel.FEISHU: "100/minute;5/second",
}


@lru_cache(4)
def limiter(store: str) -> MovingWindowRateLimiter:
    """The counter: our own table, this process's memory, or whatever the address names (redis://…)."""
    found = {"database": RateStore, "memory": MemoryStorage}.get(store)
    storage = found() if found else storage_from_string(store)
    assert isinstance(storage, Storage)
    return MovingWindowRateLimiter(storage)


def seconds_to_wait(channel: Channel, address: str) -> float:
    """0 and counted when there is room now; else the seconds until there is, and nothing is counted."""
    items = _items(channel)
    if not items:
        return 0.0
    # an SMS gateway has one limit for all numbers; a robot's address is its password and must not stand in a table
    name = channel.value if channel == Channel.SMS else hashlib.sha256(address.encode()).hexdigest()[:24]
    try:
        return _take(limiter(settings().rate_store), items, f"{channel.value}/{name}")
    except Exception as error:  # a store that is away must not silence every robot: this process still counts
        LOG.warning("限速存储不可用（%s），暂按本进程计数", type(error).__name__)
        return _take(limiter("memory"), items, f"{channel.value}/{name}")


def take(rates: str, name: str) -> float:
    """The same for anything else that is throttled, as "3/10minute"; 0 when there is room and it was counted."""
    return _take(limiter("database"), tuple(parse_many(rates)), name)


def _items(channel: Channel) -> tuple[RateLimitItem, ...]:
    gateway = settings().sms
    if channel == Channel.SMS and gateway:
        return tuple(parse_many(f"{gateway.per_minute}/minute"))
    return tuple(parse_many(RATES[channel])) if channel in RATES else ()


def _take(counter: MovingWindowRateLimiter, items: tuple[RateLimitItem, ...], name: str) -> float:
    for step in (counter.test, counter.hit) if len(items) > 1 else (counter.hit,):
        full = next((item for item in items if not step(item, name)), None)
        if full:
            ends = counter.get_window_stats(full, name).reset_time
            return min(max(ends - clock.wall().timestamp(), 0.2), float(full.get_expiry()))
    return 0.0
