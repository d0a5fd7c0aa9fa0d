"""What the page of 督办措施 shows: a card for each step, the ladder in words, what caps hold back, a unit's history."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.propose_steps import held_back
from actions.record import Actor
from actions.step_key_unit import reason_of
from config import clock
from config.policy import Policy, Rung
from models import open_work
from models.cycle import Assignment, Cycle
from models.key_unit_ledger import live_key_unit
from models.ledger import LIVE
from models.lists import cycles_of
from models.paper_words import EscalationState, EscalationStep, ReferralUse
from models.problem import Escalation
from models.step_ledger import load_on, sent_back, steps_of
from models.unit import Unit
from models.words import AssignmentState, CycleState, Role
from rules.escalation import RESTRICTED, cap_words, name_of, rule_words, step_of
from rules.roles import Act, may

SHOWN_ENDED = 30
S = EscalationState


@dataclass(frozen=True)
class Card:
    """A step with its unit and matter, whether it can still be taken, by whom, and how many such lie on the unit."""

    row: Escalation
    unit: Unit
    item: Assignment
    rung: Rung | None
    load: int
    mine: bool
    key_reason: str = ""

    @property
    def owed(self) -> bool:
        """Whether the matter is still owed past its limit, or was sent back: if not, nothing can be taken."""
        late = self.item.due_on is not None and self.item.due_on < clock.today()
        return self.item.state in LIVE and (late or self.item.state == AssignmentState.RETURNED)


@dataclass(frozen=True)
class LadderLine:
    """A rung in words: what proposes it, who signs, the limit it gives, its cap."""

    name: str
    code: str
    rule: str
    signs: str
    limit: int | None
    cap: str


def page_values(session: Session, me: Actor, unit_id: UUID | None) -> dict[str, Any]:
    """Everything of the page, for one unit or all; transfers only for those who may read them."""
    cycles = {one.id: one for one in cycles_of(session, me.office_id)}
    policies = {key: Policy.model_validate(one.policy) for key, one in cycles.items()}
    told = may(me.role, Act.READ_REFERRALS)
    found = [
        one for one in steps_of(session, me.office_id)
        if (told or one[0].step not in RESTRICTED) and unit_id in (None, one[1].id)
    ]
    cards = [_card(session, me, *one, policies[one[0].cycle_id]) for one in found]
    ended = [one for one in cards if one.row.state not in (S.DRAFT, S.APPROVED)]
    running = [one for one in cycles.values() if one.state == CycleState.OPEN]
    return {
        "drafts": [one for one in cards if one.row.state == S.DRAFT],
        "standing": [one for one in cards if one.row.state == S.APPROVED],
        "ended": ended if unit_id else ended[:SHOWN_ENDED],
        "unit": next((one.unit for one in cards), None) if unit_id else None, "chosen": unit_id,
        "ladders": _ladders(running, policies), "held": _held(session, running, told),
        "matters": _matters(session, me), "uses": list(ReferralUse),
    }


def _card(
    session: Session, me: Actor, row: Escalation, unit: Unit, item: Assignment, policy: Policy
) -> Card:
    fits = [one for one in policy.rungs if step_of(one) == row.step and row.colour in ("", one.colour)]
    rung = fits[0] if fits else None
    asked = rung if row.state == S.DRAFT else None
    load = load_on(session, unit.id, row.step, row.colour, asked.within, clock.today()) if asked else 0
    mine = may(me.role, Act.DECIDE_STEP) and row.drafted_by != me.name and (rung is None or me.role in rung.signs)
    listed = row.step == EscalationStep.LISTED and row.state == S.APPROVED and may(me.role, Act.PROPOSE_KEY)
    asks = listed and unit.active and live_key_unit(session, row.cycle_id, unit.id) is None
    return Card(row, unit, item, rung, load, mine, reason_of(session, row) if asks else "")


def _ladders(running: list[Cycle], policies: dict[UUID, Policy]) -> list[tuple[list[str], list[LadderLine]]]:
    """The ladder of each running cycle, cycles that share one together; the usual one where nothing runs."""
    by_rungs: dict[tuple[Rung, ...], list[str]] = {}
    for cycle in running:
        by_rungs.setdefault(policies[cycle.id].rungs, []).append(cycle.title)
    return [(titles, _lines(rungs)) for rungs, titles in (by_rungs or {Policy().rungs: []}).items()]


def _lines(rungs: tuple[Rung, ...]) -> list[LadderLine]:
    after = Policy().duty.draft_after
    return [
        LadderLine(
            name_of(one), f"{one.step}:{one.colour}".rstrip(":"), rule_words(one, after, n == 0),
            "或".join(Role(role).label for role in one.signs), one.limit, cap_words(one),
        )
        for n, one in enumerate(rungs)
    ]


def _held(session: Session, running: list[Cycle], told: bool) -> list[str]:
    found = [words for one in running for words in held_back(session, one.id, clock.today())]
    return [words for words in found if told or EscalationStep.REFERRAL.label not in words]


def _matters(session: Session, me: Actor) -> list[tuple[Assignment, Unit]]:
    """What a person may draft a step about: owed past its limit, or sent back and not mended."""
    if not may(me.role, Act.DRAFT_STEP):
        return []
    late = open_work.overdue(session, me.office_id, clock.today())
    known = {item.id for item, _ in late}
    return [*late, *((item, unit) for item, unit in sent_back(session, me.office_id) if item.id not in known)]
