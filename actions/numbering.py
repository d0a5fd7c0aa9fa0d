"""Numbers of papers (文号): taken one after another without gaps; a withdrawn one stays in the register as 作废."""

from uuid import UUID

from sqlmodel import Session, col, select, update

from actions.record import Actor, allow, record
from config import clock
from models.base import Conflict, Rejected
from models.database import fetch, insert_new
from models.office import Office
from models.paper import NumberSeries, PaperNumber
from models.paper_words import PaperKind
from models.step_ledger import number_used
from rules.number_words import WORDS
from rules.numbering import check_pattern, default_pattern, fits, written
from rules.paper import RESTRICTED
from rules.roles import Act

BY_HAND = "（此号已由人工编用）"  # in the register, for a number somebody typed before the counter came to it


def take_number(session: Session, actor: Actor, kind: PaperKind, title: str = "", pattern: str = "") -> PaperNumber:
    """The next number of this kind in this year.

    The counter is one row that the database locks until the transaction ends: of twenty at once each gets its own, and
    what is rolled back leaves no gap. A new year begins at 1 with last year's pattern. `pattern` holds only while the
    office's head has set none.
    """
    year = clock.today().year
    series = _series(session, actor.office_id, kind, year)
    shown = series.pattern or pattern or default_pattern(fetch(session, Office, actor.office_id).short_name, kind)
    while True:
        serial = session.execute(
            update(NumberSeries).where(col(NumberSeries.id) == series.id)
            .values(last=NumberSeries.last + 1).returning(col(NumberSeries.last))
            .execution_options(synchronize_session=False)
        ).scalar_one()
        number = written(shown, year, serial)
        used = number_used(session, actor.office_id, number)  # typed in by hand before its turn
        row = PaperNumber(
            office_id=actor.office_id, kind=kind, year=year, serial=serial, title=BY_HAND if used else title,
            number=number, taken_by=actor.name, taken_at=clock.now(),
        )
        session.add(row)
        session.flush()
        if not used:
            return row


def _series(session: Session, office_id: UUID, kind: PaperKind, year: int) -> NumberSeries:
    """The counter of a kind in a year; its pattern stays empty until somebody sets one."""
    wanted = select(NumberSeries).where(
        NumberSeries.office_id == office_id, NumberSeries.kind == kind, NumberSeries.year == year
    )
    if found := session.exec(wanted).first():
        return found
    before = session.exec(
        select(NumberSeries.pattern)
        .where(NumberSeries.office_id == office_id, NumberSeries.kind == kind, NumberSeries.year < year)
        .order_by(col(NumberSeries.year).desc())
    ).first()
    fresh = NumberSeries(office_id=office_id, kind=kind, year=year, pattern=before or "")
    insert_new(session, NumberSeries, [fresh.model_dump()])  # two at once: one inserts, both find the same row
    return session.exec(wanted).one()


def set_pattern(session: Session, actor: Actor, kind: PaperKind, pattern: str) -> NumberSeries:
    """How the numbers of a kind are written from now on; numbers given stay as they were written."""
    allow(actor, Act.SIGN_PAPER)
    check_pattern(pattern)
    for other, shown in patterns(session, actor.office_id).items():
        if other != kind and shown == pattern.strip():
            raise Rejected(f"与“{other.label}”的文号写法相同，会出现重号，请换一种写法。")
    given = select(PaperNumber.number).where(PaperNumber.office_id == actor.office_id, PaperNumber.kind != kind)
    if any(fits(pattern.strip(), number) for number in session.exec(given)):
        raise Rejected("其他类别的公文曾用过这种文号写法，会出现重号，请换一种写法。")
    series = _series(session, actor.office_id, kind, clock.today().year)
    if series.pattern == pattern.strip():  # a second click
        return series
    series.pattern = pattern.strip()
    record(session, actor, "设定文号", series.id, kind=kind, pattern=series.pattern)
    return series


def patterns(session: Session, office_id: UUID) -> dict[PaperKind, str]:
    """How the numbers of every numbered kind are written now."""
    name = fetch(session, Office, office_id).short_name
    statement = select(NumberSeries).where(NumberSeries.office_id == office_id, NumberSeries.pattern != "")
    rows = session.exec(statement.order_by(col(NumberSeries.year)))
    return {kind: default_pattern(name, kind) for kind in WORDS} | {row.kind: row.pattern for row in rows}


def void_number(session: Session, actor: Actor, key: UUID, reason: str) -> PaperNumber:
    """Withdraw a number: it stays in the register and is never given again."""
    row = fetch(session, PaperNumber, key, actor.office_id)
    if not reason.strip():
        raise Rejected("作废文号须写明理由。")
    if row.voided_at:
        raise Conflict(f"{row.number}已作废。")
    row.voided_by, row.voided_at, row.void_reason = actor.name, clock.now(), reason.strip()
    verb = "作废文号·问题线索移送单" if row.kind in RESTRICTED else "作废文号"  # by the verb a reader is kept from it
    record(session, actor, verb, row.id, number=row.number, reason=row.void_reason)
    return row
