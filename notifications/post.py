"""One HTTP post over kept connections: no redirect, no cookie, no proxy, a short answer within a fixed time."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpcore

from notifications.hosts import CONNECT, DEADLINE, Checked, Forbidden
from notifications.parcel import Receipt

SECONDS = 10.0  # for the whole exchange
LONGEST_ANSWER = 65_536  # bytes; a robot's answer has a hundred
MOST_CONNECTIONS = 64
TIMES = {"connect": CONNECT, "read": SECONDS, "write": SECONDS, "pool": SECONDS}
JSON = {"Content-Type": "application/json; charset=utf-8"}
AS_WRITTEN = "%/:?#[]@!$&'()*+,;=~"
ALWAYS = {"User-Agent": "duban", "Accept": "application/json, */*", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Answer:
    """What the other side said; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def fields(self) -> dict[str, Any]:
        """The answer as a JSON object; empty when it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class NoAnswer(Exception):
    """The other side did not answer (whole); `receipt` says so in a sentence."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.error)
        self.receipt = receipt


@lru_cache(2)
def pool(free: bool) -> httpcore.ConnectionPool:
    """The connections of this process to the office's own gateways (`free`), or to what contacts gave as address."""
    return httpcore.ConnectionPool(
        max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS, keepalive_expiry=30,
        network_backend=Checked(free),
    )


def close_pools() -> None:
    """Let go of every kept connection."""
    for free in (True, False):
        pool(free).close()
    pool.cache_clear()


def post(
    url: str, content: bytes, headers: Mapping[str, str] = JSON, free: bool = False, method: str = "POST"
) -> Answer:
    """Send once and read the answer, at most LONGEST_ANSWER of it; NoAnswer when there is none."""
    DEADLINE.at = time.monotonic() + SECONDS
    try:
        plain = quote(url.partition("#")[0], safe=AS_WRITTEN).encode("ascii")
        given = {**ALWAYS, **_login(url), **headers}
        with pool(free).stream(
            method, plain, headers=given, content=content, extensions={"timeout": TIMES}  # type: ignore[arg-type]
        ) as reply:
            body = b""
            for piece in reply.iter_stream():
                body += piece
                if len(body) > LONGEST_ANSWER:
                    break
            names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in reply.headers}
            return Answer(reply.status, names, body[:LONGEST_ANSWER])
    except Forbidden as error:
        raise NoAnswer(Receipt(False, str(error), permanent=error.sure)) from None
    except (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError, UnicodeError, ValueError):
        raise NoAnswer(Receipt(False, "地址格式不对，没有发送")) from None
    except Exception as error:  # httpcore, ssl and socket each have their own
        raise NoAnswer(Receipt(False, _silence(error))) from None


def _login(url: str) -> dict[str, str]:
    """The name and password of https://name:password@host/ as the header they stand for."""
    found = urlsplit(url)
    if not found.username:
        return {}
    pair = f"{unquote(found.username)}:{unquote(found.password or '')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _silence(error: Exception) -> str:
    if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout):
        return "连接不上对方服务器"
    if isinstance(error, httpcore.ReadTimeout | httpcore.PoolTimeout | httpcore.WriteTimeout):
        return f"对方{SECONDS:g}秒内没有应答，是否收到不能确定"
    if isinstance(error, httpcore.RemoteProtocolError | httpcore.ReadError):
        return "对方的应答中断，是否收到不能确定"
    return f"对方没有应答（{type(error).__name__}）"
