"""Hostile input measured: readers stay linear, a guessed link takes as long as one that has ended (R18, R21)."""

import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.measure import Figure, show
from bench.readings.files import as_docx, as_md

LINEAR, FEW, MANY = 15, 1_000, 10_000  # ten times the lines within one and a half
ALIKE, ROUNDS = 1.2, 400
LINE = "{n}.组织集体学法，完善公示制度。责任单位：县司法局；完成时限：2020年{m}月底前。\n"


def figures() -> list[Figure]:
    return [*readers(), links()]


def readers() -> list[Figure]:
    """10,000 lines or rows against 1,000, and one line of a megabyte against as much text in lines."""
    from plans.reader import read_issued

    makes: dict[str, Callable[[int], bytes]] = {
        "txt": lambda n: _lines(n).encode(), "html": lambda n: f"<html><p>{_lines(n)}</p></html>".encode(),
        "md": lambda n: as_md([_rows(n)]), "docx": lambda n: as_docx([_rows(n)]),
    }
    found = []
    for ending, make in makes.items():
        few, many = (_least(lambda d=make(n), e=ending: read_issued(f"a.{e}", d)) for n in (FEW, MANY))
        found.append(Figure(f".{ending}: {MANY:,} lines / {FEW:,} lines", many / few, LINEAR, "times"))
    whole = _lines(8_000)[:349_000]
    one, more = (_least(lambda t=text: read_issued("a.txt", t.encode())) for text in (whole.replace("\n", "，"), whole))
    return [*found, Figure("one line of 1 MB / the same in lines", one / more, LINEAR / 10, "times")]


def _lines(count: int) -> str:
    return "".join(LINE.format(n=n, m=n % 12 + 1) for n in range(count))


def _rows(count: int) -> list[list[str]]:
    head = ["序号", "重点任务", "责任单位", "完成时限"]
    return [head, *([str(n), f"任务{n}", "县司法局", f"2020年{n % 12 + 1}月底前"] for n in range(1, count))]


def _least(act: Callable[[], Any]) -> float:
    """The processor's seconds of the quicker of two."""
    spent = []
    for _ in range(2):
        began = time.process_time()
        try:
            act()
        except Exception as refusal:  # refused is an answer too, if it says so
            print(f"refused: {str(refusal)[:80]}")
        spent.append(time.process_time() - began)
    return min(spent)


def links() -> Figure:
    """The median time to find that a link is unknown against one that has ended, whichever is longer."""
    from commands.office import make_office
    from config import clock
    from config.settings import temporary_home
    from models import database
    from models.base import Refused
    from models.database import reading, transaction
    from models.unit import Contact, Link, Unit
    from notifications.link import hash_token

    with tempfile.TemporaryDirectory() as folder, temporary_home(Path(folder)):
        database.engine.cache_clear()
        database.create_all(database.engine())
        people, ended, now = make_office(None, "办公室", "办公室", "first-word"), secrets.token_urlsafe(32), clock.now()
        with transaction() as session:
            unit = Unit(office_id=people.office_id, name="单位")
            session.add(unit)
            session.flush()
            contact = Contact(office_id=people.office_id, unit_id=unit.id, name="甲")
            session.add(contact)
            session.flush()
            for n in range(5_000):
                token = ended if n == 0 else secrets.token_urlsafe(32)
                session.add(Link(office_id=people.office_id, unit_id=unit.id, contact_id=contact.id, made_at=now,
                                 token_hash=hash_token(token), expires_at=now - timedelta(days=1)))
        spent: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for kept, token in zip(spent, (ended, secrets.token_urlsafe(32)), strict=True):
                kept.append(_tried(token, reading, Refused))
        database.engine().dispose()
        database.engine.cache_clear()
    dead, unknown = (statistics.median(one) for one in spent)
    ratio = max(dead, unknown) / min(dead, unknown)
    return Figure("a link that has ended / one that never was, longer / shorter", ratio, ALIKE, "times")


def _tried(token: str, reading: Any, refused: Any) -> float:
    from actions.open_link import visitor

    began = time.perf_counter()
    with reading() as session, suppress(refused):
        visitor(session, token)
    return time.perf_counter() - began


if __name__ == "__main__":
    show(figures(), keep=False)
