"""The day's account of an office: what plain reasoning says was owed beside what really went, and what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.day_owed import Pair, last_call, owed_pairs
from actions.remind import alert_office
from config import clock
from config.day_words import month_day
from config.workdays import DAY, official
from models import account_ledger as ledger
from models.notice import DayAccount
from models.words import MessageState, NoticeState
from rules import workday

SENT, FAILED, WAITING, MISSING = "sent", "failed", "waiting", "missing"
BROKEN = (MessageState.DEAD, MessageState.FAILED, MessageState.UNKNOWN)
NAMED = 3  # as many matters as an alert names; the page has all
LOOK_BACK = 20  # workdays made up for after a long silence
Key = tuple[UUID, UUID | None, date]


@dataclass
class Reckoned:
    """One office and day: what was told, and a line for each (assignment, person, limit) that was owed and was not."""

    day: date
    sent: list[Key] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def count(self, verdict: str) -> int:
        return len(self.sent) if verdict == SENT else sum(line["verdict"] == verdict for line in self.lines)

    @property
    def figures(self) -> dict[str, int]:
        """owed, sent, failed, waiting, missing: the first is the sum of the others."""
        found = {verdict: self.count(verdict) for verdict in (SENT, FAILED, WAITING, MISSING)}
        return {"owed": sum(found.values()), **found}


def reckon(session: Session, office_id: UUID, day: date, silent: bool = False) -> Reckoned:
    """Count a day anew; reads only, costs what was due. On a `silent` day nothing ran: nothing came merely too late."""
    before = ledger.account_before(session, office_id, day)
    carried = [line for line in before.lines if line["verdict"] in (WAITING, MISSING)] if before else []
    pairs = owed_pairs(session, office_id, day, carried)
    start, end = clock.at_time(day, time(0, 0)), clock.at_time(day + DAY, time(0, 0))
    first = min((clock.at_time(pair.since, time(0, 0)) for pair in pairs), default=start)
    told: dict[Key, datetime] = {}
    for item, contact, due, moment in ledger.told_between(session, office_id, min(first, start), end):
        told[item, contact, due] = max(moment, told.get((item, contact, due), moment))
    sent = [key for key, moment in told.items() if moment >= start]
    left = [pair for pair in pairs if _untold(pair, told)]
    return Reckoned(day, sent, _Judge(session, office_id, day, left, silent).lines(_instead(pairs, sent)))


def _untold(pair: Pair, told: dict[Key, datetime]) -> bool:
    moment = told.get(pair.key)
    return moment is None or clock.date_of(moment) < pair.since


def _instead(pairs: Sequence[Pair], sent: Sequence[Key]) -> set[tuple[UUID, date]]:
    """Matters of which somebody was told today who is no longer the contact: not told a second time to the new one."""
    now = {pair.key for pair in pairs}
    asked = {(pair.item, pair.due) for pair in pairs}
    return {(item, due) for item, contact, due in sent if (item, contact, due) not in now and (item, due) in asked}


class _Judge:
    """Why each of these people was not told."""

    def __init__(self, session: Session, office_id: UUID, day: date, left: Sequence[Pair], silent: bool) -> None:
        self.day, self.left, self.silent, self.now = day, left, silent, clock.now()
        self.planned = ledger.planned_for(session, {pair.item for pair in left})
        self.had = ledger.messages_on(session, {pair.contact for pair in left if pair.contact}, day)
        self.held = ledger.held(session, office_id) is not None

    def lines(self, instead: set[tuple[UUID, date]]) -> list[dict[str, Any]]:
        found = []
        for pair in self.left:
            verdict, why = self._verdict(pair)
            if verdict and (pair.item, pair.due) not in instead:
                found.append({
                    "item": pair.item.hex, "contact": pair.contact.hex if pair.contact else "",
                    "due": str(pair.due), "since": str(pair.since), "verdict": verdict, "why": why, "said": False,
                })
        return found

    def _verdict(self, pair: Pair) -> tuple[str, str]:
        if pair.contact is None:
            return ("", "") if pair.ended else (FAILED, "没有联系人")
        row = self.planned.get((pair.item, pair.contact, pair.due))
        if row and (row[3] == NoticeState.FAILED or row[5] in BROKEN):
            return FAILED, row[6] or "发送失败"
        if pair.ended:
            return "", ""  # handed in before it was told: nobody is told any more
        if self.now < clock.at_time(self.day, pair.policy.send_from):
            return WAITING, "未到发送时间"
        return self._late(pair, row) if row else (MISSING, "没有列入应发")

    def _late(self, pair: Pair, row: Any) -> tuple[str, str]:
        """Planned, and not gone: the day may not be over, or there is a reason to let it wait."""
        if self.now <= clock.at_time(self.day, pair.policy.send_until):
            return WAITING, "待发"
        if row[4] > last_call(pair.policy, self.day) and not self.silent:
            return WAITING, "当日末轮发送后才到，下一工作日发"
        if pair.contact and self.had.get(pair.contact, 0) >= pair.policy.unit_messages_a_day:
            return WAITING, "当日条数已满，并入下一工作日"
        return MISSING, "发送已暂停，尚未放行" if self.held else "已列入应发，没有发出"


def settle_days(session: Session, office_id: UUID) -> dict[str, int]:
    """Close the days that are over, make up for those nobody counted, count today; returns today's figures.

    Safe to run any number of times: a closed day stays as it is.
    """
    today, calendar = clock.today(), official()
    last = ledger.account_before(session, office_id, today)
    if last and last.closed_at is None:
        _keep(session, office_id, last.day, closing=True)
    for day in _silent_days(last.day if last else today, today):
        _keep(session, office_id, day, closing=True)
    if not calendar.is_workday(today):
        return {}
    return _keep(session, office_id, today, closing=False)


def _silent_days(last: date, today: date) -> list[date]:
    """The workdays between that were never counted."""
    return workday.window(last + DAY, today - DAY, official())[-LOOK_BACK:] if last + DAY < today else []


def _keep(session: Session, office_id: UUID, day: date, closing: bool) -> dict[str, int]:
    kept = ledger.account_on(session, office_id, day)
    found = reckon(session, office_id, day, silent=closing and kept is None)
    before = kept or ledger.account_before(session, office_id, day)
    _tell(session, office_id, found, before.lines if before else [], closing)
    row = kept or DayAccount(office_id=office_id, day=day, owed=0, sent=0, failed=0, missing=0, made_at=clock.now())
    for name, count in found.figures.items():
        setattr(row, name, count)
    row.lines, row.made_at, row.closed_at = found.lines, clock.now(), clock.now() if closing else None
    session.add(row)
    session.flush()
    return found.figures


def _tell(
    session: Session, office_id: UUID, found: Reckoned, before: Iterable[dict[str, Any]], first: bool
) -> None:
    """One alert for what is newly missing: at once when a day is closed, else when two counts in a row say so."""
    known = {(line["item"], line["contact"], line["due"]): line for line in before}
    new = []
    for line in found.lines:
        old = known.get((line["item"], line["contact"], line["due"]))
        line["said"] = bool(old and old["said"])
        again = first or (old and old["verdict"] == MISSING)
        if line["verdict"] == MISSING and again and not line["said"]:
            line["said"] = True
            new.append(line)
    if new:
        names = _names(session, office_id, new)
        day, count, figures = month_day(found.day), len(new), found.figures
        owed, sent = figures["owed"], figures["sent"]
        text = f"{day}对账：应催{owed}项，已发{sent}项，有{count}项应催未催：{names}。名单见“每日对账”。"
        alert_office(session, office_id, text)


def _names(session: Session, office_id: UUID, lines: Sequence[dict[str, Any]]) -> str:
    pairs = [(UUID(line["item"]), None) for line in lines[:NAMED]]
    rows = [row for row, _ in ledger.named(session, office_id, pairs).values()]
    said = "；".join(f"{row[2] or '办公室'}“{row[1]}”" for row in rows)
    return said + (f"等{len(lines)}项" if len(lines) > NAMED else "")
