"""Planned notices go out: claim (commit), send with no transaction open, record (commit).

The one action that commits: a write lock held over a slow wire would stop every click of every unit.
"""

import contextvars
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from actions import claim, doubt, sending, sent_list
from actions.compose import Ready, compose, may_send, ready_cycles
from actions.lanes import GROUP, Lanes
from actions.message_text import Claim
from actions.settle import MOST_ATTEMPTS, NO_WAY, RESTING, Settled, overdue_of, park, settle
from config.settings import settings
from models.database import Session, reading, transaction
from models.words import Channel
from notifications.channel import Receipt, send

INSIDE = 200  # messages of the embedded outbox in one transaction: longer ones are felt by who clicks meanwhile (B10)
PARKED = 500
LATER = Receipt(False, wait=0)  # its contact is reached by a wire since a moment ago: not within a transaction
LOCKED = 5  # how often a result is written again when the database is locked: it is worth more than the time
PAUSE = 0.05  # seconds without an answer after which what there is is written down


@dataclass(frozen=True)
class Delivery:
    """What one round did. `carried`: people whose reminders wait for the next workday; `held`: nothing may leave."""

    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    carried: int = 0
    held: bool = False


def deliver(bind: Engine | None = None, office_id: UUID | None = None, holder: str = "") -> Delivery:
    """Send everything owed now (of one office when named, for the run `holder`), each cycle within its own hours;
    safe to run twice and beside another worker."""
    with reading(bind) as session:
        ready = ready_cycles(session, office_id)
    if not ready:
        return Delivery()
    with transaction(bind) as session:
        doubt.take_over(session, office_id)
        held = sending.watch(session)
        nobody = office_id in held if office_id else sending.nobody_may(session, held)
    carried = compose(bind, ready)
    if nobody:
        return Delivery(carried=carried, held=True)
    done = Round(bind, ready, holder, held).run()
    with reading(bind) as session:
        sending.note_heads(session)
    return replace(done, carried=carried, held=bool(held) and not office_id)


class Round:
    """One worker's round over what waits: the main thread claims and writes down, the others only send."""

    def __init__(
        self, bind: Engine | None, ready: Ready, holder: str = "", held: frozenset[UUID] = frozenset()
    ) -> None:
        self.held = held
        self.bind, self.worker, self.threads = bind, claim.new_worker(holder), settings().send_threads
        with reading(bind) as session:
            rows, self.list = claim.due_messages(session, ready, held), sending.list_file(session)
        self.inside = [row[0] for row in rows if row[1] == Channel.OUTBOX]
        self.lanes = Lanes(self.threads)
        self.lanes.add(row if row[1] else (row[0], Channel.OUTBOX, "") for row in rows if row[1] != Channel.OUTBOX)
        self.answers: SimpleQueue[tuple[Claim, Receipt | BaseException]] = SimpleQueue()
        self.sent = self.failed = self.cancelled = 0
        self.renewed, self.stopped = 0.0, False

    def run(self) -> Delivery:
        for start in range(0, len(self.inside), INSIDE):
            self._inside(self.inside[start:start + INSIDE])
        if self.lanes.left:
            self._outside()
        return Delivery(self.sent, self.failed, self.cancelled)

    def _inside(self, keys: Sequence[UUID]) -> None:
        with transaction(self.bind) as session:
            if sending.stands(session) <= self.held:
                claims = self._take(session, keys)
                answers = [(one, send(one.parcel) if one.parcel.channel == Channel.OUTBOX else LATER) for one in claims]
                self._count(settle(session, self.worker, answers))

    def _take(self, session: Session, keys: Sequence[UUID]) -> list[Claim]:
        """Claim these and write their words; what has nothing to say or nobody to reach is settled at once."""
        taken = claim.take(session, self.worker, keys)
        self.cancelled += len(taken.empty)
        if taken.unreached:
            nowhere = Receipt(False, NO_WAY, permanent=True)
            self._count(settle(session, self.worker, [(one, nowhere) for one in taken.unreached]))
        return taken.claims

    def _count(self, done: Settled) -> None:
        self.sent += done.sent
        self.failed += done.failed
        self.lanes.add((one.id, one.second[0], one.second[1]) for one in done.again if one.second)

    def _outside(self) -> None:
        pool = ThreadPoolExecutor(self.threads, "duban-send")
        try:
            self._step(pool, [])
            while self.lanes.out or (self.lanes.left and not self.stopped):
                self._step(pool, self._gather())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise  # what is out stays claimed, its lease runs out, and the next round knows that it is in doubt
        pool.shutdown()
        with transaction(self.bind) as session:
            claim.leave(session, self.worker)

    def _gather(self) -> list[tuple[Claim, Receipt]]:
        """Answers to write down together: as many as there are, before threads would have to wait for new work."""
        found = list[tuple[Claim, Receipt]]()
        patience = settings().send_lease_seconds / 4 if self.lanes.out else 0.0
        while len(found) < self.lanes.out:
            try:
                one, answer = self.answers.get(timeout=patience)
            except Empty:
                break
            if isinstance(answer, BaseException):
                raise answer
            found.append((one, answer))
            spare = self.lanes.out - len(found) - self.threads
            patience = PAUSE if spare > GROUP // 2 else 0.0
        return found

    def _step(self, pool: ThreadPoolExecutor, results: list[tuple[Claim, Receipt]]) -> None:
        """Write down what came back and claim what goes next, with one commit; then hand it to the threads."""
        for one, receipt in results:
            self.lanes.ended(one.id, failed=not receipt.ok and not receipt.permanent and receipt.wait is None)
        claims = self._written_down(results)
        sent_list.add(self.list, [one for one, receipt in results if receipt.ok])
        for one in claims:
            self.lanes.began(one.id)
            pool.submit(contextvars.copy_context().run, self._send, one)

    def _written_down(self, results: list[tuple[Claim, Receipt]]) -> list[Claim]:
        picked = list[UUID]()
        for attempt in range(LOCKED):
            try:
                with transaction(self.bind) as session:
                    done = settle(session, self.worker, results)
                    self._stay(session)
                    picked = picked or ([] if self.stopped else self.lanes.pick())
                    claims = self._take(session, picked)
                break
            except OperationalError:
                if attempt == LOCKED - 1:
                    raise
                sleep(1)
        for key in set(picked) - {one.id for one in claims}:
            self.lanes.ended(key, counts=False)
        self._count(done)
        return claims

    def _stay(self, session: Session) -> None:
        """Renew the lease in time; see whether a hold was put up meanwhile, and let wires that are down rest."""
        if monotonic() - self.renewed > min(1.0, settings().send_lease_seconds / 4) or not self.renewed:
            claim.live(session, self.worker)
            self.stopped = not sending.stands(session) <= self.held
            self.renewed = monotonic()
        keys = self.lanes.resting()
        for start in range(0, len(keys), PARKED):
            self._rest(session, keys[start:start + PARKED])

    def _rest(self, session: Session, keys: Sequence[UUID]) -> None:
        given_up = Receipt(False, RESTING)
        claims = self._take(session, overdue_of(session, keys))
        self._count(settle(session, self.worker, [(one, given_up) for one in claims]))
        park(session, sorted(set(keys) - {one.id for one in claims}))

    def _send(self, one: Claim) -> None:
        """In a thread: nothing but the wire. Whatever it throws, one bad address must not stop everybody else's."""
        try:
            answer: Any = send(one.parcel)
        except Exception as error:
            answer = Receipt(False, f"发送出错：{type(error).__name__}")
        except BaseException as error:
            answer = error
        self.answers.put((one, answer))


__all__ = ["MOST_ATTEMPTS", "Delivery", "deliver", "may_send", "send"]
