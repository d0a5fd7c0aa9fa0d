"""What became of claimed messages, written down a group at a time; nothing is stamped sent before a wire took it."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, literal, update
from sqlmodel import Session, col, func, select

from actions.compose import MESSAGE, NOTICE, by_office
from actions.message_text import Claim
from actions.record import Fact, record_many, system
from actions.refusal import refuse
from actions.remind import alert_office
from config import clock
from models.base import MOMENT
from models.notice import Message
from models.words import MessageState, NoticeState
from notifications.channel import Receipt

MOST_ATTEMPTS = 6
LONGEST = timedelta(hours=72)  # after that a way is given up, whatever it answers
BACK_OFF = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
NO_WAY = "没有可用的通知方式"
RESTING = "对方连续拒收或没有应答，稍后再发"
Result = tuple[Claim, Receipt]
KEYS: Any = bindparam("keys", expanding=True)
STILL_MINE = (
    MESSAGE.update()
    .where(
        MESSAGE.c.id.in_(KEYS), MESSAGE.c.state == MessageState.CLAIMED, MESSAGE.c.claimed_by == bindparam("worker")
    )
    .returning(MESSAGE.c.id)
)
TOLD = (
    NOTICE.update().where(NOTICE.c.message_id.in_(KEYS), NOTICE.c.state == NoticeState.PLANNED)
    .values(state=bindparam("b_state"))
)


@dataclass
class Settled:
    """How many went, failed or were withdrawn, and which may go at once by the second way."""

    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    again: list[Claim] = field(default_factory=list)


def settle(session: Session, worker: str, results: Sequence[Result]) -> Settled:
    """Write down what the wires answered. A claim that was meanwhile taken from this worker is left alone."""
    done = Settled()
    _sent(session, worker, [claim for claim, receipt in results if receipt.ok], done)
    facts: list[tuple[Claim, Fact]] = []
    for claim, receipt in results:
        if receipt.ok:
            continue
        if not receipt.permanent and receipt.wait is not None and not _too_long(claim):
            _wait(session, worker, claim, receipt)
        elif _failed(session, worker, claim, receipt, done):
            facts.append((claim, _failure(claim, receipt)))
            done.failed += 1
    _tell(session, facts)
    return done


def _put(session: Session, worker: str, keys: Sequence[UUID], **values: Any) -> set[UUID]:
    """Change these messages where they are still this worker's; returns which were."""
    found = session.connection().execute(STILL_MINE.values(**values), {"keys": keys, "worker": worker})
    return set(found.scalars())


def _notices(session: Session, keys: Iterable[UUID], state: NoticeState) -> None:
    session.connection().execute(TOLD, {"keys": list(keys), "b_state": state})


def park(session: Session, keys: Sequence[UUID]) -> None:
    """These wait for a wire that refuses everything just now: no attempt, but their hours run."""
    session.exec(
        update(Message)
        .where(col(Message.id).in_(keys), col(Message.state).in_((MessageState.QUEUED, MessageState.FAILED)))
        .values(
            state=MessageState.FAILED, retry_at=_next_try(1), error=RESTING,
            tried_at=func.coalesce(Message.tried_at, literal(clock.now(), MOMENT)),
        )
        .execution_options(synchronize_session=False)
    )


def overdue_of(session: Session, keys: Sequence[UUID]) -> list[UUID]:
    """Those of these messages whose way is to be given up."""
    long_ago = clock.now() - LONGEST
    return list(session.exec(select(Message.id).where(col(Message.id).in_(keys), col(Message.tried_at) <= long_ago)))


def _sent(session: Session, worker: str, claims: Sequence[Claim], done: Settled) -> None:
    if not claims:
        return
    mine = _put(session, worker, [claim.id for claim in claims], state=MessageState.SENT, sent_at=clock.now())
    _notices(session, mine, NoticeState.SENT)
    _tell(session, [(claim, _success(claim)) for claim in claims if claim.id in mine])
    done.sent += len(mine)


def _success(claim: Claim) -> Fact:
    """The text itself is vouched for, not only its sending."""
    return Fact("发出通知", claim.id, claim.cycle_id, claim.unit_id, {
        "channel": claim.parcel.channel, "merged": claim.merged, "title": claim.parcel.subject,
        "text_sha256": sha256(claim.kept.encode()).hexdigest(),
    })


def _failure(claim: Claim, receipt: Receipt) -> Fact:
    return Fact("通知未发出", claim.id, claim.cycle_id, claim.unit_id, {
        "attempt": claim.attempts, "error": receipt.error, "channel": claim.parcel.channel,
    })


def _tell(session: Session, facts: Sequence[tuple[Claim, Fact]]) -> None:
    told = {claim.id: fact for claim, fact in facts}
    for office_id, claims in by_office([claim for claim, _ in facts]):
        record_many(session, system(office_id), [told[claim.id] for claim in claims])


def _too_long(claim: Claim) -> bool:
    return clock.now() - claim.tried_at >= LONGEST


def _wait(session: Session, worker: str, claim: Claim, receipt: Receipt) -> None:
    """The other side wants to be asked later, or was not asked at all: that is no attempt."""
    later = clock.now() + timedelta(seconds=receipt.wait or 0)
    _put(
        session, worker, [claim.id], state=MessageState.FAILED, retry_at=later, error=receipt.error,
        attempts=claim.attempts - 1,
    )


def _failed(session: Session, worker: str, claim: Claim, receipt: Receipt, done: Settled) -> bool:
    over = receipt.permanent or claim.attempts >= MOST_ATTEMPTS or _too_long(claim)
    if not over:
        return bool(_put(
            session, worker, [claim.id], state=MessageState.FAILED, error=receipt.error,
            retry_at=_next_try(claim.attempts),
        ))
    if receipt.permanent and not claim.second_way:
        refuse(session, claim.contact_id, claim.parcel, receipt.error, claim.to)
    if claim.second and not claim.second_way:
        if not _second_way(session, worker, claim, receipt):
            return False
        done.again.append(claim)
        return True
    return _dead(session, worker, claim, receipt)


def _next_try(attempts: int) -> datetime:
    """Later each time, and not all at the same moment."""
    return clock.now() + BACK_OFF[min(attempts, len(BACK_OFF)) - 1] * random.uniform(1.0, 1.2)


def _second_way(session: Session, worker: str, claim: Claim, receipt: Receipt) -> bool:
    """The first way is given up; the second has attempts of its own."""
    return bool(_put(
        session, worker, [claim.id], state=MessageState.FAILED, second_way=True, attempts=0, tried_at=None,
        retry_at=clock.now(), error=receipt.error,
    ))


def _dead(session: Session, worker: str, claim: Claim, receipt: Receipt) -> bool:
    """Nothing reaches this person: the office telephones."""
    if not _put(session, worker, [claim.id], state=MessageState.DEAD, error=receipt.error):
        return False
    _notices(session, [claim.id], NoticeState.FAILED)
    times = f"{claim.attempts}次未成功" if receipt.error != NO_WAY else "发不出"
    alert_office(session, claim.office_id, f"发往{claim.to}的通知{times}，请电话通知：{receipt.error}")
    return True
