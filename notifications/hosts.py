"""Which hosts a contact's address may reach: resolved once, checked, and connected to by exactly that number.

An office on a closed network has its gateways at private numbers, so those are allowed. What is never meant by a
contact's address is this machine itself (Prefect, databases, other people's pages behind localhost), its own link and
the metadata services of clouds; whoever runs the installation may open single hosts in `hook_hosts`.
"""

import socket
import threading
import time
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import httpcore

from config.settings import settings

Number = IPv4Address | IPv6Address
CLOSED = tuple(ip_network(text) for text in (
    "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "100.100.100.200/32",
    "168.63.129.16/32", "192.0.0.192/32", "::/128", "::1/128", "fe80::/10", "ff00::/8", "fd00:ec2::254/128",
))
EMBEDDED = ip_network("64:ff9b::/96")
CONNECT = 5.0  # seconds for one number
DEADLINE = threading.local()


class Forbidden(httpcore.ConnectError):
    """The address leads to where no notice may go; `sure` when it says so itself and not only its name server."""

    def __init__(self, sure: bool) -> None:
        super().__init__("该地址指向本机或受保护的网段，没有发送；确需使用的，请系统管理员在 hook_hosts 中列出")
        self.sure = sure


def is_closed(number: str) -> bool:
    """Whether an IP number is this machine, its link or a metadata service, also when dressed as another kind."""
    return any(one in net for one in _faces(ip_address(number.partition("%")[0])) for net in CLOSED
               if one.version == net.version)


def _faces(number: Number) -> Iterable[Number]:
    yield number
    if isinstance(number, IPv6Address):
        if number.ipv4_mapped:
            yield number.ipv4_mapped
        if number.sixtofour:
            yield number.sixtofour
        if number.teredo:
            yield number.teredo[1]
        if number in EMBEDDED or int(number) < 1 << 32:
            yield IPv4Address(int(number) & 0xFFFFFFFF)


def opened() -> frozenset[str]:
    """The hosts that the installation allows by name, each with or without a port."""
    return frozenset(word.strip().lower() for word in settings().hook_hosts.split(",") if word.strip())


def is_opened(host: str, port: int) -> bool:
    return bool({host.lower(), f"{host.lower()}:{port}"} & opened())


def numbers_of(host: str, port: int, free: bool) -> list[str]:
    """Where to connect; Forbidden when one of the numbers is closed and the host was not opened."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError("no such host") from error
    numbers = list(dict.fromkeys(str(row[4][0]) for row in found))
    if not free and not is_opened(host, port) and any(map(is_closed, numbers)):
        raise Forbidden(sure=host.strip("[]") in numbers or host.lower() == "localhost")
    return numbers


class Checked(httpcore.SyncBackend):
    """Connections whose number was looked at; `free` for the office's own gateways, which the settings name."""

    def __init__(self, free: bool = False) -> None:
        super().__init__()
        self.free = free

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *more: Any, **named: Any) -> Any:
        """The first number that answers; a number of this machine's own network card is this machine too."""
        last: Exception = httpcore.ConnectError("no number")
        for number in numbers_of(host, port, self.free):
            try:
                stream = super().connect_tcp(number, port, min(timeout or CONNECT, CONNECT), *more, **named)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
                continue
            if not self.free and not is_opened(host, port) and _is_ourselves(stream):
                stream.close()
                raise Forbidden(sure=False)
            return Timed(stream)
        raise last


def _is_ourselves(stream: httpcore.NetworkStream) -> bool:
    return bool(stream.get_extra_info("client_addr")[0] == stream.get_extra_info("server_addr")[0])


class Timed(httpcore.NetworkStream):
    """A stream that gives up when the whole answer takes too long, however slowly it drips."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self.stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = getattr(DEADLINE, "at", float("inf")) - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("too slow")
        return self.stream.read(max_bytes, min(timeout or left, left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, timeout)

    def close(self) -> None:
        self.stream.close()

    def start_tls(self, *given: Any, **named: Any) -> httpcore.NetworkStream:
        return Timed(self.stream.start_tls(*given, **named))

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)
