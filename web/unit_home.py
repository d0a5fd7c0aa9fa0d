"""A unit's first page: everything open in all its running cycles, the most urgent first, in one line above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fastapi.responses import Response

from actions import keep_draft
from config import clock
from models import unit_ledger as own
from models.base import Refused
from models.cycle import Assignment, Cycle
from models.door_ledger import desk_telephones
from models.ledger import unit_items
from models.problem import Problem
from models.report_ledger import circulars_of_unit
from models.words import RECEIPTS, AssignmentKind, AssignmentState, DutyKind, ProblemState
from web.unit_door import Here
from web.unit_duties import progress_by_item
from web.unit_steps import steps_at_home

A, S = AssignmentState, ProblemState
TO_SIGN = (A.OPEN, A.PLANNED)
MINE = (S.ISSUED, S.PLANNED, S.RETURNED)  # what a unit must do something about; the rest waits for others
ENDED = (S.CLOSED, S.WITHDRAWN)
AHEAD = timedelta(days=30)
NEVER = date.max
STEPS = {AssignmentKind.RECT_PLAN: 0, AssignmentKind.RECT_REPORT: 2}


@dataclass(frozen=True)
class Card:
    """One thing owed as the page shows it: where it belongs and how pressing it is."""

    item: Assignment | None
    problem: Problem | None
    cycle: Cycle | None
    stage: str
    no_later: date | None = None  # the day of the report with which a plan without a day of its own goes

    @property
    def due_on(self) -> date | None:
        """The day that presses; a clock that stands still presses nobody."""
        return self.item.due_on if self.item and not self.item.paused_on else None

    @property
    def returned(self) -> bool:
        state = self.problem.state if self.problem else self.item.state if self.item else None
        return state in (S.RETURNED, A.RETURNED)

    def overdue(self, today: date) -> bool:
        gentle = self.item is not None and self.item.kind == AssignmentKind.CONFIRMATION
        return self.due_on is not None and self.due_on < today and not gentle

    def urgency(self, today: date) -> tuple[int, date, int]:
        """Overdue, sent back, by day, without a day; of one day the plan before its problems, the report last."""
        due = self.due_on or self.no_later or NEVER
        step = STEPS.get(self.item.kind, 1) if self.item and not self.problem else 1
        if self.overdue(today) or (due < today and self.no_later):
            return 0, due, step
        return (1 if self.returned else 2 if due != NEVER else 3), due, step


@dataclass(frozen=True)
class Sum:
    """The line on top."""

    total: int
    late: int
    returned: int
    nearest: date | None


def summed(cards: Sequence[Card], today: date) -> Sum:
    ahead = [card.due_on for card in cards if card.due_on and card.due_on >= today]
    late = sum(card.overdue(today) for card in cards)
    return Sum(len(cards), late, sum(card.returned for card in cards), min(ahead, default=None))


def by_day(cards: Sequence[Card], today: date) -> list[tuple[date, list[Card]]]:
    """What falls due from today on for thirty days, day by day."""
    days: dict[date, list[Card]] = {}
    for card in cards:
        if card.due_on and today <= card.due_on <= today + AHEAD:
            days.setdefault(card.due_on, []).append(card)
    return sorted(days.items())


def show_home(here: Here, fields: dict[str, str], error: Refused | None) -> Response:
    session, unit, today = here.session, here.who.unit, clock.today()
    items, duties = unit_items(session, unit.id), own.duties_of_unit(session, unit.id)
    plans = own.plans_of_unit(session, unit.id)
    cards = _cards(here, items, plans)
    signing = [card for card in cards if _to_sign(card)]
    todo = sorted((card for card in cards if _mine(card)), key=lambda card: card.urgency(today))
    return here.show(
        "home", error, fields=fields, to_sign=signing, plans=plans, todo=todo, sum=summed([*signing, *todo], today),
        days=by_day([*signing, *todo], today), waiting=[card for card in cards if _with_office(card)],
        ended=[card for card in cards if _ended(card)], next_stage=own.next_stage(session, unit.id, today),
        reasons=own.return_reasons(session, unit.id) | own.duty_returns(session, unit.id, items),
        letters=own.letters_by_receipt(session, unit.id), progress=progress_by_item(here, duties, items),
        on_event=[duty for duty in duties.values() if duty.kind == DutyKind.EVENT and duty.ended_on is None],
        past=own.past_items(session, unit.id), drafts=keep_draft.waiting(session, here.who.actor),
        telephones=desk_telephones(session, unit.office_id), circulars=circulars_of_unit(session, unit.id),
        **steps_at_home(here),
    )


def _cards(here: Here, items: Sequence[Assignment], plans: dict[Any, Any]) -> list[Card]:
    names, unit = own.stage_names(here.session, here.who.unit.id), here.who.unit
    reports = {item.cycle_id: item.due_on for item in items if item.kind == AssignmentKind.RECT_REPORT}

    def card(item: Assignment | None, problem: Problem | None) -> Card:
        cycle = plans.get((problem or item).cycle_id, (None,))[0]  # type: ignore[union-attr]
        stage = names.get((cycle.id, item.stage), item.stage.label) if cycle and item else ""
        goes_with = item is not None and problem is None and item.terms.get("with_report")
        return Card(item, problem, cycle, stage, reports.get(item.cycle_id) if item and goes_with else None)

    problems = own.shown_problems(here.session, unit.id)
    return [card(item, None) for item in items] + [card(item, problem) for problem, item in problems]


def _to_sign(card: Card) -> bool:
    return card.problem is None and card.item is not None and card.item.kind in RECEIPTS and card.item.state in TO_SIGN


def _mine(card: Card) -> bool:
    if card.problem:
        return card.problem.state in MINE
    return card.item is not None and card.item.state in (A.PLANNED, A.OPEN, A.RETURNED) and not _to_sign(card)


def _with_office(card: Card) -> bool:
    if card.problem:
        return card.problem.state not in (*MINE, *ENDED)
    return card.item is not None and card.item.state == A.SUBMITTED


def _ended(card: Card) -> bool:
    return card.problem.state in ENDED if card.problem else card.item is not None and card.item.state == A.DONE
