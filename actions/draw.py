"""随机抽取: the list, the numbers and the seed are put on record together with the result, before anybody sees it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from sqlmodel import Session

from actions.record import Actor, allow, record
from config import clock
from models.base import Conflict, Rejected
from models.cycle import Cycle
from models.database import fetch, insert_new
from models.draw import Draw
from models.visit_ledger import draws_beside, draws_of
from rules.draw import METHOD, draw_each, purpose_key, rank, remaining, same_list
from rules.roles import Act

BY_PROGRAM = "程序抽取时即时生成"
DIGITS = 12
SOON = timedelta(days=14)  # the same list again this soon is the same occasion, whatever it is called


class Lot(Protocol):
    """What may be drawn: a unit, or anything else with a key and a name that stands once in the list."""

    @property
    def id(self) -> UUID: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn: of each group so many; an empty seed is made by the program."""

    purpose: str
    strata: Mapping[str, tuple[Sequence[Lot], int]]
    seed: str = ""
    seed_source: str = ""
    excluded: Mapping[UUID, str] = field(default_factory=dict)
    cycle_id: UUID | None = None
    because: str = ""


def draw_units(session: Session, actor: Actor, wanted: Wanted) -> Draw:
    """Draw once and keep it for ever; a second draw of the same occasion needs a reason and stands beside the first."""
    allow(actor, Act.VISITS)
    return draw_lots(session, actor, wanted)


def draw_lots(session: Session, actor: Actor, wanted: Wanted) -> Draw:
    """The same for whoever may draw these lots; the caller has asked."""
    if not purpose_key(wanted.purpose) or not any(pool for pool, _ in wanted.strata.values()):
        raise Rejected("请写明抽取事项，并选定抽取范围。")
    if wanted.seed.strip() and not wanted.seed_source.strip():
        raise Rejected("自填号码须写明来源，如：当众掷骰子、某期彩票开奖号码。")
    if wanted.cycle_id:
        fetch(session, Cycle, wanted.cycle_id, actor.office_id)
    row = _drawn(actor, wanted)
    _beside(session, row)
    insert_new(session, Draw, [row.model_dump()])
    kept = session.get(Draw, row.id)
    if kept is None:
        raise Conflict("同一事项刚刚已由他人抽取，请先查看其结果。")
    record(
        session, actor, "随机抽取", kept.id, kept.cycle_id, purpose=kept.purpose, no=kept.no, seed=kept.seed,
        seed_source=kept.seed_source, pool=[one["name"] for one in kept.pool], wanted=kept.wanted,
        excluded=kept.exclusions, result=[one["name"] for one in kept.result], because=kept.because,
    )
    return kept


def _drawn(actor: Actor, wanted: Wanted) -> Draw:
    """The row with its result; nothing of it is shown before it is stored."""
    units = {unit.name: unit for pool, _ in wanted.strata.values() for unit in pool}
    left_out = {unit.name: wanted.excluded[unit.id] for unit in units.values() if unit.id in wanted.excluded}
    if len(left_out) < len(wanted.excluded):
        raise Rejected("不参加抽取的单位中有的不在抽取范围内，请核对。")
    seed = wanted.seed.strip() or f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    pools = {group: [unit.name for unit in pool] for group, (pool, _) in wanted.strata.items()}
    numbers = {group: n for group, (_, n) in wanted.strata.items()}
    result = draw_each(_left(pools, left_out, numbers), seed)
    return Draw(
        office_id=actor.office_id, cycle_id=wanted.cycle_id, purpose=wanted.purpose.strip(),
        purpose_key=purpose_key(wanted.purpose), because=wanted.because.strip(), method=METHOD, seed=seed,
        seed_source=wanted.seed_source.strip() if wanted.seed.strip() else BY_PROGRAM, wanted=numbers,
        pool=[_line(units[name], group) for group, names in pools.items() for name in sorted(names)],
        exclusions=[_line(units[name], reason=reason.strip()) for name, reason in left_out.items()],
        result=[
            _line(units[name], group, digest=rank(seed, name)) for group, names in result.items() for name in names
        ],
        drawn_by=actor.name, drawn_at=clock.now(),
    )


def _line(unit: Lot, group: str = "", **more: str) -> dict[str, str]:
    return {"id": str(unit.id), "name": unit.name, "group": group, **more}


def _left(
    pools: Mapping[str, Sequence[str]], excluded: Mapping[str, str], numbers: Mapping[str, int]
) -> dict[str, tuple[Sequence[str], int]]:
    """Every group without those of it who are left out."""
    found: dict[str, tuple[Sequence[str], int]] = {}
    for group, names in pools.items():
        mine = {name: reason for name, reason in excluded.items() if name in names}
        found[group] = (remaining(names, mine), numbers[group])
    return found


def _beside(session: Session, row: Draw) -> None:
    """Number a draw among those of its occasion: the same purpose, or for the same cycle the same list again."""
    earlier = next((one for one in draws_of(session, row.office_id) if _same_occasion(one, row)), None)
    if earlier is None:
        return
    if not row.because:
        raise Rejected(
            f"“{earlier.purpose}”已于{clock.minute_words(earlier.drawn_at)}抽取过。"
            "再次抽取须写明理由，前后各次结果并列留存。"
        )
    row.again_of = earlier.again_of or earlier.id
    row.no = draws_beside(session, row.again_of)[-1].no + 1


def _same_occasion(one: Draw, other: Draw) -> bool:
    if one.purpose_key == other.purpose_key:
        return True
    near = one.cycle_id == other.cycle_id and other.drawn_at - one.drawn_at < SOON
    return near and same_list([line["id"] for line in one.pool], [line["id"] for line in other.pool])


def redo(draw: Draw) -> bool:
    """Whether the list, the numbers and the seed on record lead to the result on record."""
    pools: dict[str, list[str]] = {}
    for line in draw.pool:
        pools.setdefault(line["group"], []).append(line["name"])
    left_out = {line["name"]: line["reason"] for line in draw.exclusions}
    try:
        again = draw_each(_left(pools, left_out, draw.wanted), draw.seed)
    except Rejected:
        return False
    return [(line["group"], line["name"], line["digest"]) for line in draw.result] == [
        (group, name, rank(draw.seed, name)) for group, names in again.items() for name in names
    ]
