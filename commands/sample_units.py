"""Units for a rehearsal: the sample directory, or whoever a decomposed plan names, with members for its groups."""

import re
from typing import Any

from sqlmodel import Session, select

from actions.adopt_tasks import Question, open_questions
from actions.name_units import set_group
from actions.record import Actor
from config.settings import FOLDER_UNITS
from models.unit import Unit
from plans.answers import Answers
from plans.directory import read_directory
from plans.draft import PlanDraft
from rules.deadline import date_of_choice

COLLECTIVE = re.compile(
    r"^(?:各|有关|相关|全体|所有|县直|市直|区直|省直)|(?:各|有关)(?:部门|单位|机关)|^(?:县|市|区)政府部门"
)


def demo_rows(count: int) -> list[dict[str, Any]]:
    """The sample directory, cut or filled up to `count` units."""
    path = FOLDER_UNITS / "puyang.csv"
    rows = read_directory(path.name, path.read_bytes())
    for n in range(len(rows), count):
        rows.append(_row(f"示例单位{n + 1:02d}", "county"))
    return rows[:count]


def rows_for(draft: PlanDraft, count: int) -> list[dict[str, Any]]:
    """Whom a plan needs: the sample directory, or the units its tasks and slots name and `count` for its groups."""
    words = _words(draft)
    if not words:
        return demo_rows(count)
    single = [word for word in words if not is_collective(draft, word)]
    return [_row(name, "department") for name in (*single, *_sample_names(draft, count))]


def _words(draft: PlanDraft) -> list[str]:
    words = dict.fromkeys(word for task in draft.tasks for word in (*task.lead, *task.responsible))
    return list(words | dict.fromkeys(word for slot in draft.slots for word in slot.units))


def is_collective(draft: PlanDraft, word: str) -> bool:
    """Whether a printed name stands for several units."""
    return any(word == group.name for group in draft.groups) or COLLECTIVE.search(word) is not None


def _sample_names(draft: PlanDraft, count: int) -> list[str]:
    listed = [name for group in draft.groups for name in group.members]
    known = set(_words(draft))
    return [name for name in dict.fromkeys(listed) if name not in known] or [
        f"示例单位{n + 1:02d}" for n in range(count)
    ]


def _row(name: str, subject: str) -> dict[str, Any]:
    return {"name": name, "subject": subject, "contact": f"{name}联络员", "channel": "outbox"}


def set_groups(session: Session, clerk: Actor, draft: PlanDraft, count: int) -> None:
    """Every collective name stands for its listed members, or for the sample units."""
    by_name = {unit.name: unit for unit in session.exec(select(Unit).where(Unit.office_id == clerk.office_id))}
    sample = [by_name[name] for name in _sample_names(draft, count) if name in by_name]
    members = {group.name: [by_name[name] for name in group.members if name in by_name] for group in draft.groups}
    for word in _words(draft):
        if is_collective(draft, word) and (units := members.get(word) or sample):
            set_group(session, clerk, word, units)


def proposed(session: Session, clerk: Actor, draft: PlanDraft) -> Answers:
    """A rehearsal takes every proposal; in earnest a clerk decides."""
    questions = open_questions(session, clerk, draft, Answers())
    limits = [question for question in questions if question.kind == "limit"]
    return Answers(
        dates={q.key: day for q in limits if (day := _day(q)) is not None},
        choices={f"{q.key}:limit": "按此读法" for q in limits if _day(q) is None}
        | {q.key: q.choices[0] for q in questions if q.kind == "row" and q.choices},
    )


def _day(question: Question) -> Any:
    return next((day for choice in question.choices if (day := date_of_choice(choice))), None)
