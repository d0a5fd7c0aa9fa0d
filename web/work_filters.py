"""The filters of the ledger in an address: read, echoed in the form, carried into every link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlmodel import Session

from config import clock
from config.workdays import DAY, official
from models.board import tasks_of_theme, theme_words
from models.cycle import Cycle
from models.lists import cycles_of, units_of
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, StageKind
from models.work_want import NOWHERE, STATE_ORDER, Lamp, Order, Owner, Place, Want, read_place
from rules import light_days

NAMES = ("cycle", "unit", "stage", "kind", "role", "state", "light", "q", "sort", "theme", "from", "to")
ALL_CYCLES, ALL_STATES = "all", "all"
ROLES = {
    "lead": ("牵头", (AssignmentKind.MEASURE, AssignmentKind.CO_LEAD)), "share": ("责任落实", (AssignmentKind.SHARE,)),
}
OWNERS = {owner.label: owner for owner in Owner if owner != Owner.UNITS}
LONGEST = 60


@dataclass(frozen=True)
class Asked:
    """The filters as a person reads them (`said`) and as a query (`want`), what was not understood, what is offered."""

    said: dict[str, str]
    want: Want
    after: Place | None
    doubts: list[str]
    cycles: Sequence[Cycle]
    units: Sequence[Unit]
    notes: list[str] = field(default_factory=list)

    @property
    def cycle_pairs(self) -> list[tuple[str, str]]:
        return [(str(cycle.id), f"{cycle.title}{'（已结束）' if cycle.closed_on else ''}") for cycle in self.cycles]

    def address(self, path: str = "/work", **changed: str) -> str:
        """The address with these filters; a changed one begins on the first page again."""
        kept = {**{name: self.said[name] for name in NAMES}, **changed}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"{path}?{query}" if query else path


def read_filters(session: Session, office_id: UUID, given: Mapping[str, str]) -> Asked:
    """What an address asks for; what cannot be understood is named and left out, nothing is refused."""
    said = {name: given.get(name, "").strip()[:LONGEST] for name in NAMES}
    cycles, units, doubts = cycles_of(session, office_id), units_of(session, office_id), list[str]()
    want = Want(office_id, text=said["q"], order=_word(Order, said["sort"], doubts, "排序") or Order.LIMIT)
    want = _cycle(want, said["cycle"], cycles, doubts)
    want = _unit(want, said["unit"], units, doubts)
    want = _theme(session, _days(_words(want, said, doubts), said, doubts), said["theme"])
    notes = _narrowed(session, office_id, said)
    if want.parts and not want.cycle_id and not want.unit_ids and cycles:
        want = replace(want, cycle_id=cycles[0].id)
        notes.append(f"打分表逐项按周期查看，现为“{cycles[0].title}”。")
    said["unit"] = next((unit.name for unit in units if str(unit.id) == said["unit"]), said["unit"])
    return Asked(said, want, _place(want, given.get("after", ""), units), doubts, cycles, units, notes)


def _place(want: Want, text: str, units: Sequence[Unit]) -> Place | None:
    """Where the page begins; a place in an order by unit that names none of ours begins at the beginning."""
    place = read_place(text)
    if place is None or want.order != Order.UNIT:
        return place
    return place if place.group in {NOWHERE.hex, *(unit.id.hex for unit in units)} else None


def _narrowed(session: Session, office_id: UUID, said: Mapping[str, str]) -> list[str]:
    """What a board's address narrows that the form has no field for."""
    notes = [f"只列“{theme_words(session, office_id, said['theme'])}”的事项。"] if said["theme"] else []
    if said["from"] or said["to"]:
        notes.append(f"只列时限在{said['from'] or '…'}至{said['to'] or '…'}的事项。")
    return notes


def _word(kind: type[Any], text: str, doubts: list[str], name: str) -> Any:
    if not text:
        return None
    if text not in [str(word) for word in kind]:
        doubts.append(f"{name}“{text}”")
        return None
    return kind(text)


def _cycle(want: Want, text: str, cycles: Sequence[Cycle], doubts: list[str]) -> Want:
    chosen = next((cycle for cycle in cycles if text in (str(cycle.id), cycle.title)), None) if text else None
    if chosen:
        return replace(want, cycle_id=chosen.id)
    if text and text != ALL_CYCLES:
        doubts.append(f"周期“{text}”")
    ended = () if text == ALL_CYCLES else tuple(cycle.id for cycle in cycles if cycle.closed_on)
    return replace(want, ended=ended)


def _unit(want: Want, text: str, units: Sequence[Unit], doubts: list[str]) -> Want:
    """A unit by its key, its name or a former one, else every unit whose name holds the words."""
    if not text:
        return want
    if text in OWNERS:
        return replace(want, owner=OWNERS[text])
    exact = [unit.id for unit in units if text in (str(unit.id), unit.name, *unit.aliases)]
    found = exact or [unit.id for unit in units if text in unit.name]
    if not found:
        doubts.append(f"单位“{text}”")
    return replace(want, unit_ids=tuple(found))  # none found: no rows, not everybody's


def _words(want: Want, said: Mapping[str, str], doubts: list[str]) -> Want:
    stage, kind = _word(StageKind, said["stage"], doubts, "阶段"), _word(AssignmentKind, said["kind"], doubts, "类别")
    if said["role"] and said["role"] not in ROLES:
        doubts.append(f"责任“{said['role']}”")
    kinds = (kind,) if kind else ROLES.get(said["role"], ("", ()))[1]
    state = "" if said["state"] == ALL_STATES else said["state"]
    chosen = _word(AssignmentState, state, doubts, "状态")
    states = STATE_ORDER if said["state"] == ALL_STATES else (chosen,) if chosen else ()
    want = replace(want, stage=stage or "", kinds=kinds, states=states)
    lamp = _word(Lamp, said["light"], doubts, "灯号")
    if lamp == Lamp.OVERDUE and states == STATE_ORDER:  # what is overdue is in hand: one walk instead of six
        want = replace(want, states=())
    return replace(want, **lit(lamp, clock.today())) if lamp else want


def _days(want: Want, said: Mapping[str, str], doubts: list[str]) -> Want:
    """Limits between two days, within the days of a light that means some."""
    days: list[date | None] = []
    for name in ("from", "to"):
        try:
            days.append(date.fromisoformat(said[name]) if said[name] else None)
        except ValueError:
            doubts.append(f"日期“{said[name]}”")
            days.append(None)
    first, last = zip(days, want.days or (None, None), strict=True)
    both = max(filter(None, first), default=None), min(filter(None, last), default=None)
    return replace(want, days=both) if any(days) else want


def _theme(session: Session, want: Want, theme: str) -> Want:
    """The tasks of one theme, or one task by its key."""
    if not theme:
        return want
    return replace(want, task_ids=tuple(tasks_of_theme(session, want.office_id, theme)))


def lit(lamp: Lamp, today: date) -> dict[str, Any]:
    """What a light asks of the rows."""
    asked: dict[Lamp, dict[str, Any]] = {
        Lamp.OVERDUE: {"days": (None, today - DAY), "paused": False, "late": True},
        Lamp.SOON: {"days": light_days.soon(today, official()), "paused": False},
        Lamp.WEEK: {"days": light_days.this_week(today), "paused": False},
        Lamp.UNDATED: {"undated": True}, Lamp.PAUSED: {"paused": True}, Lamp.DONE: {"states": (AssignmentState.DONE,)},
    }
    return asked[lamp]
