"""Whether this installation's service is stopped, before its data is replaced or reshaped."""

import socket
from datetime import timedelta

from config import clock, heartbeat
from config.settings import settings
from models.base import Rejected

FRESH = timedelta(minutes=2)  # the web leaves a sign of life every half minute


def port_is_free(port: int) -> bool:
    """Whether nothing listens on this port of the loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def refuse_while_running() -> None:
    """Rejected while the web of this data folder lives on this machine; other machines are known to nobody here."""
    beat = heartbeat.read(heartbeat.WEB)
    if beat and clock.wall() - beat.at < FRESH and not port_is_free(settings().port):
        raise Rejected("服务正在运行，数据未改动。请先停止 duban serve，再重试。")
