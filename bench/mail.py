"""10,000 mails over reused connections through our door, beside bare smtplib over one, in the same run.

Bare smtplib hands over bytes that were made before the clock started; ours makes each mail. They take turns in pieces,
so that both meet the same moods of a shared machine.
"""

import os
import smtplib
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from bench.measure import Figure, show
from bench.sinks import sink
from config.settings import settings
from models.words import Channel
from notifications.channel import Parcel, close_wires, send
from notifications.mail_server import server_of
from notifications.mail_words import mail_bytes

MAILS, PIECES = 10_000, 20
LINK = "http://127.0.0.1:8000/u/" + "a" * 43
LINES = "".join(f"{n}. 第{n}项自查报告：8月31日截止，请立即办理\n" for n in range(1, 13))
BODY = f"市司法局：\n{LINES}{LINK}\n某办\n"


def figures(mails: int = MAILS) -> list[Figure]:
    with sink("aiosmtpd") as port:
        os.environ["DUBAN_MAIL_URL"] = f"mailto://127.0.0.1:{port}/?from=duban@example.org&mode=insecure"
        settings.cache_clear()
        bare, ours = _in_turn(port, mails)
        threads = _four(mails // 4)
    close_wires()
    return [
        Figure(f"{mails} mails, one kept connection, beside bare smtplib {mails / bare:.0f}/s", mails / ours,
               0.9 * mails / bare, "/s", least=True),
        Figure("the same by 4 threads, each with its connection", threads, 0.9 * mails / bare, "/s", least=True),
    ]


def _parcels(count: int) -> list[Parcel]:
    return [Parcel(Channel.MAIL, f"a{n}@example.org", f"【督办催办】第{n}单位自查报告等12项", BODY, f"key-{n}")
            for n in range(count)]


def _in_turn(port: int, mails: int) -> tuple[float, float]:
    """Seconds of each for all mails; every second piece begins with the other."""
    server = server_of(os.environ["DUBAN_MAIL_URL"])
    parcels, size = _parcels(mails), mails // PIECES
    made = [mail_bytes(one, server, one.address) for one in parcels]
    spent = {"bare": 0.0, "ours": 0.0}
    with smtplib.SMTP("127.0.0.1", port) as line:
        for piece in range(PIECES):
            part = slice(piece * size, (piece + 1) * size)
            for who in ("bare", "ours") if piece % 2 else ("ours", "bare"):
                began = time.perf_counter()
                if who == "bare":
                    for one, data in zip(parcels[part], made[part], strict=True):
                        line.sendmail("duban@example.org", one.address, data)
                else:
                    assert all(send(one).ok for one in parcels[part])
                spent[who] += time.perf_counter() - began
    return spent["bare"], spent["ours"]


def _four(mails: int) -> float:
    parcels = _parcels(mails)
    began = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        assert all(receipt.ok for receipt in pool.map(send, parcels))
    return mails / (time.perf_counter() - began)


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if len(sys.argv) > 1 else MAILS), keep=False)
