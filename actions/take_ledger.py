"""A returned ledger beside what is on record, row by row, and then taken in; wrong rows stop only themselves."""

from collections import Counter
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from actions.compare_row import Known, judge, known_of
from actions.hand_in_row import hand_in, save_draft, speaks_for
from actions.ledger_kind import RANK
from actions.ledger_verdict import Change, Verdict
from actions.record import Actor, Fact, allow, record_many
from models.base import Refused
from models.sheet_ledger import Owed, owed_rows
from plans.ledger_row import Filled, Returned
from rules.ledger import code_of
from rules.roles import Act

MOST_TRIED = 200  # rows tried out for a preview; of more only the taking itself tells what an action refuses
AT_ONCE = 200  # rows taken in one transaction: a write lock held for longer would stop every unit's click
V = Verdict
NOT_OURS = "编号不在{}正在进行的台账内；请用最新下载的台账核对"


@dataclass(frozen=True)
class Scope:
    """Whose rows may come back: of one cycle or of all running ones, of one unit or of all."""

    office_id: UUID
    cycle_id: UUID | None = None
    unit_id: UUID | None = None


def scope_of(actor: Actor, cycle_id: UUID | None = None, only: UUID | None = None) -> Scope:
    """A unit returns its own rows only; for others nobody but the office speaks."""
    if actor.unit_id is None:
        allow(actor, Act.SHEET)
    return Scope(actor.office_id, cycle_id, actor.unit_id or only)


def compare(session: Session, actor: Actor, scope: Scope, returned: Returned) -> list[Change]:
    """What taking the sheet would do, row by row; nothing is changed.

    The actions are tried out within a savepoint that is taken back, so that their refusals are known beforehand.
    """
    changes = _judged(session, scope, returned)
    if sum(change.acts for change in changes) > MOST_TRIED:
        return changes
    trial = session.begin_nested()
    try:
        tried = _play(session, actor, changes)
    finally:
        trial.rollback()
    _reload(session, scope)
    return [replace(new, verdict=old.verdict, why=old.why) if new.done else new
            for old, new in zip(changes, tried, strict=True)]


def take(session: Session, actor: Actor, scope: Scope, returned: Returned) -> list[Change]:
    """Take in the rows that are right; what an action refuses comes back with its sentence at its row."""
    changes = _play(session, actor, _judged(session, scope, returned))
    _note(session, actor, returned, changes)
    _reload(session, scope)
    return changes


def in_pieces(session: Session, scope: Scope, returned: Returned) -> list[Returned]:
    """The sheet in pieces of one transaction each, parts before what is built on them. Broken off in between, the
    same sheet taken again completes it."""
    rows = [change.row for change in sorted(_judged(session, scope, returned), key=_rank)]
    return [replace(returned, rows=rows[at:at + AT_ONCE]) for at in range(0, len(rows), AT_ONCE)]


def in_order(returned: Returned, changes: list[Change]) -> list[Change]:
    """What became of the rows, in the order in which they stand."""
    place = {id(row): at for at, row in enumerate(returned.rows)}
    return sorted(changes, key=lambda change: place[id(change.row)])


def _reload(session: Session, scope: Scope) -> None:
    """Rows that an act touched and left again are blank until asked for: one query, before the session is gone."""
    owed_rows(session, scope.office_id, scope.cycle_id, scope.unit_id)


def _judged(session: Session, scope: Scope, returned: Returned) -> list[Change]:
    """Every row with what is on record for it."""
    by_code: dict[str, list[Owed]] = {}
    for owed in owed_rows(session, scope.office_id, scope.cycle_id, scope.unit_id):
        by_code.setdefault(code_of(owed.item.id), []).append(owed)
    found = [(row, by_code.get(row.key.code, []) if row.key else []) for row in returned.rows]
    named = [(row, owed[0]) for row, owed in found if len(owed) == 1 and not row.blank]
    known = known_of(session, named, returned.printed_at)
    return [_change(session, scope, row, owed, known) for row, owed in found]


def _change(session: Session, scope: Scope, row: Filled, owed: list[Owed], known: Known) -> Change:
    mine = owed[0] if len(owed) == 1 else None
    if row.blank:
        return Change(row, mine, V.BLANK)
    why = "；".join(f"“{fault.column}”：{fault.what}" for fault in row.faults)
    if row.key and mine is None:
        ours = NOT_OURS.format("本单位" if scope.unit_id else "本周期" if scope.cycle_id else "本办公室")
        why = f"“编号”：{'编号对应不止一项，请凭链接办理' if owed else ours}"
    if why or mine is None:
        return Change(row, mine, V.WRONG, why)
    return judge(session, Change(row, mine, V.SEND), known)


def _play(session: Session, actor: Actor, changes: list[Change]) -> list[Change]:
    """Do what each row asks, parts before what is built on them, each on its own."""
    done = list(changes)
    order = sorted(range(len(done)), key=lambda at: _rank(done[at]))
    for at in order:
        if done[at].acts:
            done[at] = _do(session, actor, done[at])
    return done


def _rank(change: Change) -> int:
    return RANK.get(change.owed.item.kind, 0) if change.owed else 0


def _do(session: Session, actor: Actor, change: Change) -> Change:
    owed, row = change.owed, change.row
    if owed is None or owed.item.unit_id is None:
        return change
    speaker = speaks_for(actor, owed.item.unit_id)
    try:
        with session.begin_nested():
            (save_draft if change.verdict == V.DRAFT else hand_in)(session, speaker, owed, row)
    except Refused as error:
        return replace(change, verdict=V.WRONG, why=str(error))
    except IntegrityError:
        return replace(change, verdict=V.LATER, why="这一项刚刚有人同时提交，请重新核对")
    return replace(change, verdict=V.KEPT if change.verdict == V.DRAFT else V.SENT)


def _note(session: Session, actor: Actor, returned: Returned, changes: list[Change]) -> None:
    """One event for each unit that something was taken for; a sheet that changes nothing leaves none."""
    taken: Counter[tuple[UUID, UUID]] = Counter(
        (change.owed.item.cycle_id, change.owed.unit.id) for change in changes if change.done and change.owed
    )
    verb = "导入台账" if actor.unit_id else "代录台账"
    because = "" if actor.unit_id else "单位以纸质或其他渠道报来，由办公室代为录入"
    record_many(session, actor, [
        Fact(verb, returned.digest, cycle, unit, {"title": returned.name, "count": count, "because": because})
        for (cycle, unit), count in taken.items()
    ])


def refused(changes: list[Change]) -> list[Change]:
    """The rows that were not taken and must be looked at."""
    return [change for change in changes if change.verdict in (V.WRONG, V.LATER)]
