"""Search over what has a name or a text: units, problems, tasks, letters, cycles, plans, contacts, people."""

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, or_
from sqlmodel import Session, col, select

from models.cycle import Cycle
from models.office import User
from models.paper_ledger import Wanted, papers_of
from models.paper_words import PaperKind
from models.plan import Plan, Task
from models.problem import Letter, Problem
from models.unit import Contact, Unit

MOST = 12
NUMBERED = re.compile(r"(?:问题)?\s*(\d{1,6})")
BRACKETS = str.maketrans("[［(（【]］)）】", "〔〔〔〔〔〕〕〕〕〕")  # as typed; a document number has 〔2026〕


@dataclass(frozen=True)
class Hit:
    """One find: where it leads, its words, and what stands beside them."""

    href: str
    words: str
    beside: str = ""


@dataclass(frozen=True)
class Group:
    """The finds of one kind; `more` when there are others."""

    name: str
    hits: list[Hit]
    more: bool


def find(session: Session, office_id: UUID, words: str, hidden: Collection[PaperKind] = ()) -> list[Group]:
    """Every kind that has a find for these words, taken as they are; papers of `hidden` kinds are not looked at."""
    found = []
    kinds: dict[str, Callable[[Session, UUID, str], list[Hit]]] = {**KINDS, "公文": partial(_papers, hidden=hidden)}
    for name, look in kinds.items():
        hits = look(session, office_id, words)
        if hits:
            found.append(Group(name, hits[:MOST], len(hits) > MOST))
    return found


def _has(words: str, *columns: Any) -> Any:
    return or_(*(col(column).icontains(words, autoescape=True) for column in columns))


def _units(session: Session, office_id: UUID, words: str) -> list[Hit]:
    former = cast(col(Unit.aliases), String).icontains(_as_json(words), autoescape=True)
    statement = select(Unit).where(Unit.office_id == office_id, or_(_has(words, Unit.name), former))
    rows = session.exec(statement.order_by(col(Unit.sort), col(Unit.name)).limit(MOST + 1))
    return [Hit(f"/units/{unit.id}", unit.name, "、".join(unit.aliases)) for unit in rows]


def _as_json(words: str) -> str:
    """Words as a JSON column keeps them: anything but ASCII as an escape."""
    return json.dumps(words)[1:-1]


def _problems(session: Session, office_id: UUID, words: str) -> list[Hit]:
    wanted = _has(words, Problem.title, Problem.detail)
    if number := NUMBERED.fullmatch(words):
        wanted = or_(wanted, col(Problem.no) == int(number[1]))
    statement = (
        select(Problem, Unit.name)
        .join(Unit, col(Unit.id) == Problem.unit_id)
        .where(Problem.office_id == office_id, wanted)
        .order_by(col(Problem.found_at).desc())
    )
    rows = session.exec(statement.limit(MOST + 1))
    return [Hit(f"/problems/{p.id}", f"{p.no}. {p.title}", f"{unit}，{p.state.label}") for p, unit in rows]


def _tasks(session: Session, office_id: UUID, words: str) -> list[Hit]:
    statement = (
        select(Task, Plan.short_title)
        .join(Plan, col(Plan.id) == Task.plan_id)
        .where(Plan.office_id == office_id, _has(words, Task.title, Task.duty))
        .order_by(col(Plan.adopted_at).desc(), col(Task.sheet), col(Task.no))
    )
    rows = session.exec(statement.limit(MOST + 1))
    return [
        Hit(f"/work?theme={task.id}&cycle=all&state=all{'' if task.sheet == 'measures' else '&kind=task'}",
            f"{task.terms.get('no') or task.no} {task.title}", plan)
        for task, plan in rows
    ]


def _letters(session: Session, office_id: UUID, words: str) -> list[Hit]:
    statement = (
        select(Letter, Unit.name)
        .join(Unit, col(Unit.id) == Letter.unit_id)
        .where(Letter.office_id == office_id, _has(words.translate(BRACKETS), Letter.number))
        .order_by(col(Letter.year).desc(), col(Letter.serial).desc())
    )
    rows = session.exec(statement.limit(MOST + 1))
    return [Hit(f"/cycles/{letter.cycle_id}/feedback", letter.number, unit) for letter, unit in rows]


def _papers(session: Session, office_id: UUID, words: str, hidden: Collection[PaperKind]) -> list[Hit]:
    rows, _ = papers_of(session, office_id, Wanted(hidden=hidden, words=words, most=MOST + 1))
    return [
        Hit(f"/papers/{paper.id}", f"{paper.number} {paper.title}".strip(), f"{unit} {paper.state.label}".strip())
        for paper, unit, _ in rows
    ]


def _cycles(session: Session, office_id: UUID, words: str) -> list[Hit]:
    statement = select(Cycle).where(Cycle.office_id == office_id, _has(words, Cycle.title))
    rows = session.exec(statement.order_by(col(Cycle.opened_on).desc()).limit(MOST + 1))
    return [Hit(f"/cycles/{cycle.id}", cycle.title, cycle.state.label) for cycle in rows]


def _plans(session: Session, office_id: UUID, words: str) -> list[Hit]:
    statement = select(Plan).where(Plan.office_id == office_id, _has(words, Plan.title, Plan.short_title, Plan.doc_no))
    rows = session.exec(statement.order_by(col(Plan.adopted_at).desc()).limit(MOST + 1))
    return [Hit(f"/plans/{plan.id}", plan.title, plan.doc_no) for plan in rows]


def _contacts(session: Session, office_id: UUID, words: str) -> list[Hit]:
    statement = (
        select(Contact, Unit)
        .join(Unit, col(Unit.id) == Contact.unit_id)
        .where(Contact.office_id == office_id, col(Contact.active).is_(True), _has(words, Contact.name, Contact.phone))
        .order_by(col(Unit.sort), col(Contact.name))
    )
    rows = session.exec(statement.limit(MOST + 1))
    return [
        Hit(f"/units/{unit.id}#contacts", f"{contact.name} {contact.phone}".strip(), unit.name)
        for contact, unit in rows
    ]


def _people(session: Session, office_id: UUID, words: str) -> list[Hit]:
    statement = select(User).where(User.office_id == office_id, _has(words, User.name, User.login))
    rows = session.exec(statement.order_by(col(User.login)).limit(MOST + 1))
    return [Hit("/people", user.name, user.role.label) for user in rows]


KINDS: dict[str, Callable[[Session, UUID, str], list[Hit]]] = {
    "单位": _units, "问题": _problems, "任务": _tasks, "督察反馈意见": _letters, "督察周期": _cycles, "方案": _plans,
    "联系人": _contacts, "办公室人员": _people,
}
