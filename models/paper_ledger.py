"""The queries about papers: the list, the versions of one, the register of numbers, the templates that hold."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.base import NotFound
from models.cycle import Cycle
from models.paper import Paper, PaperForm, PaperNumber
from models.paper_words import PaperKind, PaperState
from models.problem import Letter
from models.unit import Unit

PAGE = 100


@dataclass(frozen=True)
class Wanted:
    """Which papers: `hidden` kinds are in no list, no figure and no search."""

    hidden: Collection[PaperKind] = ()
    kind: PaperKind | None = None
    state: PaperState | None = None
    year: int | None = None
    cycle_id: UUID | None = None
    unit_id: UUID | None = None
    words: str = ""
    page: int = 1
    most: int = PAGE


def papers_of(session: Session, office_id: UUID, wanted: Wanted) -> tuple[list[tuple[Paper, str, str]], int]:
    """A page of papers, newest first, each with its unit's and its cycle's name; and how many there are in all."""
    asked: list[Any] = [Paper.office_id == office_id, col(Paper.kind).not_in(wanted.hidden)]
    for column, value in (("kind", wanted.kind), ("state", wanted.state), ("cycle_id", wanted.cycle_id),
                          ("unit_id", wanted.unit_id)):
        if value is not None:
            asked.append(getattr(Paper, column) == value)
    if wanted.year is not None:
        asked.append(func.extract("year", func.coalesce(Paper.issued_on, Paper.drafted_at)) == wanted.year)
    if wanted.words:
        asked.append(col(Paper.title).icontains(wanted.words, autoescape=True)
                     | col(Paper.number).icontains(wanted.words, autoescape=True))
    count = session.exec(select(func.count()).select_from(Paper).where(*asked)).one()
    statement = (
        select(Paper, Unit.name, Cycle.title)
        .join(Unit, col(Unit.id) == Paper.unit_id, isouter=True)
        .join(Cycle, col(Cycle.id) == Paper.cycle_id, isouter=True)
        .where(*asked)
        .order_by(
            col(Paper.drafted_at).desc(), func.length(Paper.number).desc(), col(Paper.number).desc(), col(Paper.id)
        )
    )
    rows = session.exec(statement.offset((wanted.page - 1) * wanted.most).limit(wanted.most))
    return [(row[0], row[1] or "", row[2] or "") for row in rows], count


def years_of(session: Session, office_id: UUID, hidden: Collection[PaperKind]) -> list[int]:
    """The years in which papers were drafted or signed, newest first."""
    made = func.extract("year", func.coalesce(Paper.issued_on, Paper.drafted_at))
    seen = (Paper.office_id == office_id, col(Paper.kind).not_in(hidden))
    return sorted((int(year) for year in session.exec(select(made).where(*seen).distinct())), reverse=True)


def the_paper(session: Session, office_id: UUID, key: UUID, hidden: Collection[PaperKind]) -> Paper:
    """One paper; one of a hidden kind is not there at all."""
    row = session.get(Paper, key)
    if row is None or row.office_id != office_id or row.kind in hidden:
        raise NotFound("没有找到这件公文。")
    return row


def versions_of(session: Session, paper: Paper) -> list[Paper]:
    """Every version of a paper about the same matter, newest first."""
    statement = select(Paper).where(
        Paper.office_id == paper.office_id, Paper.kind == paper.kind, Paper.subject == paper.subject
    )
    return list(session.exec(statement.order_by(col(Paper.version).desc())))


def register_of(
    session: Session, office_id: UUID, hidden: Collection[PaperKind], kind: PaperKind | None = None,
    year: int | None = None,
) -> list[tuple[PaperNumber, Paper | None]]:
    """The register by kind, year and serial, each number with the newest paper that bears it."""
    asked: list[Any] = [PaperNumber.office_id == office_id, col(PaperNumber.kind).not_in(hidden)]
    asked += [PaperNumber.kind == kind] if kind else []
    asked += [PaperNumber.year == year] if year else []
    numbers = session.exec(
        select(PaperNumber).where(*asked)
        .order_by(col(PaperNumber.year).desc(), col(PaperNumber.kind), col(PaperNumber.serial))
    ).all()
    papers = session.exec(
        select(Paper).where(Paper.office_id == office_id, col(Paper.number_id).is_not(None))
        .order_by(col(Paper.version))
    )
    bearing = {paper.number_id: paper for paper in papers}
    return [(row, bearing.get(row.id)) for row in numbers]


def register_years(session: Session, office_id: UUID, hidden: Collection[PaperKind]) -> list[int]:
    seen = (PaperNumber.office_id == office_id, col(PaperNumber.kind).not_in(hidden))
    return sorted(session.exec(select(PaperNumber.year).where(*seen).distinct()), reverse=True)


def forms_in_use(session: Session, office_id: UUID) -> dict[PaperKind, PaperForm]:
    """The office's own templates that hold."""
    statement = select(PaperForm).where(PaperForm.office_id == office_id, col(PaperForm.active).is_(True))
    return {row.kind: row for row in session.exec(statement.order_by(col(PaperForm.put_at)))}


def papers_by_key(session: Session, office_id: UUID, keys: Collection[UUID | None]) -> dict[UUID, Paper]:
    """Papers by their keys."""
    statement = select(Paper).where(Paper.office_id == office_id, col(Paper.id).in_([key for key in keys if key]))
    return {row.id: row for row in session.exec(statement)}


def opinion_drafts(session: Session, cycle_id: UUID) -> dict[UUID | None, UUID]:
    """The opinions of a cycle that wait for a signature, by unit."""
    statement = select(Paper).where(
        Paper.cycle_id == cycle_id, Paper.kind == PaperKind.OPINION, Paper.state == PaperState.DRAFT
    )
    return {row.unit_id: row.id for row in session.exec(statement)}


def letters_to(session: Session, unit_id: UUID, hidden: Collection[PaperKind]) -> list[Paper]:
    """The papers about one unit, newest first."""
    statement = select(Paper).where(Paper.unit_id == unit_id, col(Paper.kind).not_in(hidden))
    return list(session.exec(statement.order_by(col(Paper.drafted_at).desc())))


def issued_to(session: Session, unit_id: UUID, key: UUID) -> Paper:
    """A letter a unit may read itself: issued, its own, and one that was served on it."""
    letter = session.exec(select(Letter).where(Letter.unit_id == unit_id, Letter.paper_id == key)).first()
    row = session.get(Paper, key) if letter else None
    if row is None or row.unit_id != unit_id or row.state != PaperState.ISSUED:
        raise NotFound("没有找到这份文件。")
    return row
