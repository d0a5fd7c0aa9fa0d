"""A clock that was set while the machine ran is noticed and told; set far forward, nothing goes out before a person
has looked."""

from datetime import timedelta

from sqlmodel import Session, col, select

from actions.remind import alert_office
from config import clock, heartbeat
from models.notice import Hold
from models.office_ledger import every_office
from rules.watching import DAYS_AWAY, JUMP, drift

MARK = "系统时钟"
BY_ITSELF = "系统：时钟已改正"


def clock_moved(name: str) -> timedelta:
    """How far somebody moved the clock since this sign of life; nothing is known across a restart of the machine."""
    before = heartbeat.read(name)
    if before is None or not clock.boot() or before.boot != clock.boot():
        return timedelta()
    return drift(before.at, before.ticks, clock.wall(), clock.ticks())


def mind_the_clock(session: Session, name: str) -> bool:
    """Whether work may go on by this clock. False: it was set forward so far that it may be another day, a hold stands
    and nobody has released it; the clock set right again releases it by itself."""
    moved = clock_moved(name)
    if abs(moved) <= JUMP:
        if name == heartbeat.SWEEP:
            _release(session)
        return True
    for office_id in every_office(session):
        alert_office(session, office_id, _words(moved))
    return moved < DAYS_AWAY or _released(session, name)


def _words(moved: timedelta) -> str:
    hours = round(abs(moved) / timedelta(hours=1), 1)
    if moved < timedelta():
        return f"系统时钟被往回拨了约{hours:g}小时，请核对服务器时间；已发出的不会重发。"
    if moved < DAYS_AWAY:
        return f"系统时钟被往前拨了约{hours:g}小时，请核对服务器时间。"
    return f"系统时钟被往前拨了约{hours:g}小时，已暂停发送。请核对服务器时间，改正后自动恢复；时间无误的，请放行。"


def _released(session: Session, name: str) -> bool:
    """Place the hold, or see whether a person has released it since."""
    before = heartbeat.read(name)
    since = before.at if before else clock.wall()
    mine = (col(Hold.why).like(f"{MARK}%"), col(Hold.since) >= since, Hold.released_by != BY_ITSELF)
    known = session.exec(select(Hold).where(*mine).order_by(col(Hold.since).desc())).first()
    if known is None:
        session.add(Hold(since=clock.wall(), why="系统时钟被往前拨动，核对服务器时间后放行"))
    return known is not None and known.released_at is not None


def _release(session: Session) -> None:
    mine = select(Hold).where(col(Hold.why).like(f"{MARK}%"), col(Hold.released_at).is_(None))
    for hold in session.exec(mine):
        hold.released_at, hold.released_by = clock.wall(), BY_ITSELF
        session.add(hold)
