"""基层负担情况: what a cycle and period asked of each unit, for the page and as a workbook."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.ledger_papers import iso
from actions.record import Actor
from actions.workbook import keep_workbook
from config import clock
from models import burden_ledger
from models.burden_ledger import Asked, Period
from models.cycle import Cycle
from models.paper import Paper
from models.paper_words import PaperKind
from models.statistics import Scope, running_scope, units_in
from models.words import DUTIES, MEASURES, RECEIPTS, AssignmentKind
from rules import burden
from rules.burden import Load

K = AssignmentKind
REPORTS = (K.SELF_CHECK_REPORT, K.RECT_PLAN, K.RECT_REPORT, K.PERIODIC)
ASKS_FILES = (K.SELF_CHECK_REPORT, K.RECT_REPORT, K.PROBLEM, *MEASURES)
NO_SPAN = (*RECEIPTS, *DUTIES)  # a signature takes no work, what comes again has its whole period
WEEK = 7


@dataclass(frozen=True)
class Burden:
    """The figures of every unit with their mean, and what could be spared."""

    loads: list[Load]
    mean: dict[str, float | None]
    spared: list[str]

    def above(self, load: Load) -> list[str]:
        return burden.above(load, self.mean)


def burden_of(session: Session, office_id: UUID, cycle: Cycle | None, period: Period) -> Burden:
    """What a cycle, or all that run, asked of each unit within a period; read only."""
    scope = running_scope(session, office_id, clock.today(), cycle.id if cycle else None)
    loads = _loads(session, scope, period)
    return Burden(loads, burden.means(loads), burden.spared(loads) if loads else [])


def _loads(session: Session, scope: Scope, period: Period) -> list[Load]:
    owed: dict[UUID, list[Asked]] = defaultdict(list)
    for one in burden_ledger.asked(session, scope):
        if one.due_on is None or period.has(one.due_on):
            owed[one.unit_id].append(one)
    sent: Counter[UUID] = Counter()
    twice: Counter[UUID] = Counter()
    for unit_id, _, count in burden_ledger.messages(session, scope, period):
        sent[unit_id] += count
        twice[unit_id] += count > 1
    counted = (fetch(session, scope, period) for fetch in (
        burden_ledger.lines, burden_ledger.visits, burden_ledger.returns,
    ))
    lines, visits, returned = counted
    return [
        Load(
            unit.name, lines=lines.get(unit.id, 0), messages=sent[unit.id], twice=twice[unit.id],
            visits=visits.get(unit.id, 0), returned=returned.get(unit.id, 0), **_of_items(owed[unit.id]),
        )
        for unit in units_in(session, scope)
    ]


def _of_items(items: Sequence[Asked]) -> dict[str, Any]:
    """What the things owed themselves come to."""
    reports = [one for one in items if one.kind in REPORTS]
    given = [
        max(0, (one.due_on - one.asked_on).days)
        for one in items if one.due_on and one.asked_on and one.kind not in NO_SPAN
    ]
    return {
        "items": len(items), "reports": len(reports), "files": sum(one.kind in ASKS_FILES for one in items),
        "days": round(sum(given) / len(given), 1) if given else None, "short": sum(n < burden.SHORT for n in given),
        "close": _close([one.due_on for one in reports if one.due_on]),
    }


def _close(days: Sequence[date]) -> int:
    """Reports due within a week of the one before."""
    ordered = sorted(days)
    return sum((after - before).days < WEEK for before, after in pairwise(ordered))


def make_burden(session: Session, actor: Actor, cycle: Cycle | None, period: Period) -> Paper:
    """The figures of a cycle (or of all that run) and a period as a workbook."""
    found = burden_of(session, actor.office_id, cycle, period)
    rows = [{**asdict(load), "above": "、".join(found.above(load))} for load in found.loads]
    name = cycle.title if cycle else "全部在办周期"
    content = {
        "rows": rows, "mean": found.mean, "spared": found.spared, "meanings": list(burden.MEANINGS),
        "first": iso(period.first), "last": iso(period.last),
    }
    about = f"burden:{cycle.id if cycle else 'all'}:{period.first or ''}:{period.last or ''}"
    title, cycle_id = f"{name}{PaperKind.BURDEN.label}", cycle.id if cycle else None
    return keep_workbook(session, actor, PaperKind.BURDEN, about, content, title, cycle_id=cycle_id)
