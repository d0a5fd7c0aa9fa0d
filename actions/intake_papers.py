"""The papers of a kept file: each document as printed, as first read, and as read again by a clerk's answers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from config.settings import settings
from models.base import Rejected
from plans.document import Document
from plans.issued import Issued
from plans.opening import open_document
from plans.reader import read_one
from plans.readers.decomposition.chosen import bearing, holds_tasks
from plans.readers.decomposition.unclaimed import likely
from plans.readers.split import split_documents


@dataclass(frozen=True)
class Paper:
    """One document of a file: as printed, and as read. `preset` are answers without which it would hold nothing."""

    document: Document
    issued: Issued
    preset: Mapping[str, str]


def papers_of(name: str, data: bytes) -> list[Paper]:
    """The documents of a file. One in which nothing was recognised is read by its likeliest tables, as if a clerk had
    said that they hold tasks: the clerk may say otherwise."""
    return [_paper(piece) for piece in split_documents(open_document(name, data))]


def _paper(piece: Document) -> Paper:
    issued = read_one(piece)
    tables = {f"table:{table.number}" for table in piece.tables if likely(table)}
    preset = {one.key: choice for one in issued.part.doubts if one.key in tables
              for choice in one.choices if holds_tasks(choice)}
    known = adoptable(issued) or not preset or not adoptable(read_one(piece, preset))
    return Paper(piece, issued, {} if known else preset)


def adoptable(issued: Issued) -> bool:
    """Whether there is anything in it that a plan could be made of."""
    part = issued.part
    return bool(part.stages or part.slots or any(task.points is None for task in part.tasks))


def path_of(digest: str) -> Path:
    return settings().home / "intake" / digest


@lru_cache(maxsize=8)
def kept_papers(path: Path, name: str) -> list[Paper]:
    """The documents of a kept file, checked against its hash."""
    data = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(data).hexdigest() != path.name:
        raise Rejected(f"“{name}”的原件缺失或已损坏，请弃用后重新上传。")
    return papers_of(name, data)


def answered_paper(path: Path, name: str, position: int, choices: Mapping[str, str]) -> Paper:
    """One document of a kept file, read by those answers that bear on the reading."""
    told = bearing(choices)
    if not told:
        return kept_papers(path, name)[position]
    return _again(path, name, position, frozenset(told.items()))


@lru_cache(maxsize=16)
def _again(path: Path, name: str, position: int, told: frozenset[tuple[str, str]]) -> Paper:
    paper = kept_papers(path, name)[position]
    return replace(paper, issued=read_one(paper.document, dict(told)))
