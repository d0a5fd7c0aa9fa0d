"""A unit's limits as a calendar to subscribe to: its own address, which opens nothing else, and what stands in it."""

from uuid import uuid5

from sqlmodel import Session

from actions.open_link import Visitor, grant
from actions.record import record
from config import clock
from models.base import NotAllowed, Rejected
from models.cycle import Assignment
from models.door_ledger import dated_items, live_links
from models.unit import Unit
from models.words import AssignmentState, LinkPurpose
from papers.feed import Entry, calendar

MOST_FEEDS = 5
LONGEST_TITLE = 40


def make_feed(session: Session, who: Visitor, nonce: str) -> str:
    """The word of a link that opens the unit's calendar and nothing else; `nonce` names the form once."""
    if not nonce.strip():
        raise Rejected("表单已失效，请刷新页面后重试。")
    key = uuid5(who.link.id, nonce)
    live = live_links(session, who.unit.id, clock.now(), (LinkPurpose.FEED,))
    token, link = grant(session, who.contact, LinkPurpose.FEED, key)
    if link.revoked_at is not None:
        raise NotAllowed("此页生成的订阅地址已停用，请再点一次生成新的。")
    if any(link.id == row.id for row, _ in live):
        return token
    if len(live) >= MOST_FEEDS:
        raise NotAllowed(f"本单位已有{len(live)}个订阅地址，请先停用不再使用的。")
    record(session, who.actor, "开通日历订阅", link.id, unit_id=who.unit.id)
    return token


def feed_of(session: Session, unit: Unit) -> bytes:
    """The calendar of a unit: its open limits, and what of them was cancelled."""
    entries = [_entry(item, no) for item, no in dated_items(session, unit.id)]
    return calendar(f"督办时限（{unit.name}）", [entry for entry in entries if entry], clock.now())


def _entry(item: Assignment, no: int | None) -> Entry | None:
    if item.due_on is None:
        return None
    cancelled, title = item.state == AssignmentState.CANCELLED, item.title
    if item.problem_id:
        title = f"问题{no}整改"  # what the problem is does not go into other people's calendars
    if len(title) > LONGEST_TITLE:
        title = title[:LONGEST_TITLE] + "…"
    paused = "（暂停计时）" if item.paused_on else ""
    return Entry(
        item.id, item.deadline_version + cancelled, item.due_on, f"督办截止：{title}{paused}", cancelled,
        alarm=not cancelled and not item.paused_on,
    )
