"""B6 and the sending half of B5: our wires to a sink on loopback, beside bare httpx with the same threads."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from bench.measure import Figure, show
from bench.sinks import sink
from config.settings import settings
from models.words import Channel
from notifications.channel import Parcel, close_wires, send

POSTS, THREADS, PIECES = 4_000, 8, 10
SLOW_POSTS, SLOW_THREADS, DELAY_MS = 1_500, 32, 100
BODY = "市司法局：\n" + "".join(f"{n}. 第{n}项自查报告：8月31日截止\n" for n in range(1, 13)) + "某办\n"


def figures() -> list[Figure]:
    os.environ["DUBAN_HOOK_HOSTS"], os.environ["DUBAN_RATE_STORE"] = "127.0.0.1", "memory"
    settings.cache_clear()
    found = [_beside_httpx(), *_slow()]
    close_wires()
    return found


def _parcels(port: int, count: int) -> list[Parcel]:
    """A webhook each time, signed; a tenth of the hooks in use, as contacts share gateways."""
    url = f"http://127.0.0.1:{port}/in"
    return [Parcel(Channel.WEBHOOK, f"{url}/{n % (count // 10)}#schluessel", "【督办提醒】题", BODY, f"key-{n}")
            for n in range(count)]


def _rate(work: Callable[[Parcel], bool], parcels: list[Parcel], pool: ThreadPoolExecutor) -> float:
    """Seconds for all of them."""
    began = time.perf_counter()
    assert all(pool.map(work, parcels))
    return time.perf_counter() - began


def _through_us(parcel: Parcel) -> bool:
    return send(parcel).ok


def _beside_httpx() -> Figure:
    with sink("http") as port, httpx.Client() as client, ThreadPoolExecutor(THREADS) as pool:
        def bare(parcel: Parcel) -> bool:
            content = {"title": parcel.subject, "message": parcel.body, "key": parcel.key}
            return client.post(parcel.address, json=content).is_success

        parcels, size = _parcels(port, POSTS), POSTS // PIECES
        spent = {bare: 0.0, _through_us: 0.0}
        for piece in range(PIECES):
            part = parcels[piece * size:(piece + 1) * size]
            for work in (bare, _through_us) if piece % 2 else (_through_us, bare):
                spent[work] += _rate(work, part, pool)
    limit = POSTS / spent[bare]
    return Figure(f"B5 posts by {THREADS} threads, beside bare httpx {limit:.0f}/s", POSTS / spent[_through_us],
                  0.6 * limit, "/s", least=True)


def _slow() -> list[Figure]:
    """A sink that thinks for 100 ms: the ceiling is threads over latency."""
    ceiling = SLOW_THREADS * 1000 / DELAY_MS
    with sink("http", DELAY_MS) as port, ThreadPoolExecutor(SLOW_THREADS) as pool:
        hooks = _parcels(port, SLOW_POSTS)
        robots = [Parcel(Channel.WECOM, f"http://127.0.0.1:{port}/cgi-bin/webhook/send?key={n}", one.subject, one.body,
                         one.key) for n, one in enumerate(hooks)]
        _rate(_through_us, hooks[:SLOW_THREADS], pool)  # connections are opened before the clock starts
        return [
            Figure(f"B6 {name} to a {DELAY_MS} ms sink, {SLOW_THREADS} threads, ceiling {ceiling:.0f}/s",
                   SLOW_POSTS / _rate(_through_us, parcels, pool), 0.75 * ceiling, "/s", least=True)
            for name, parcels in (("webhooks", hooks), ("企业微信 robots with their limits", robots))
        ]


if __name__ == "__main__":
    show(figures(), keep=False)
