"""The measures of a plan with their names and limits made certain: known here or answered by a clerk, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from actions.name_units import learn_alias
from actions.record import Actor
from config.workdays import official
from models.base import Rejected
from models.database import fetch
from models.plan import Plan, Task
from models.unit import Unit, UnitGroup
from models.unit_names import Names, names_of
from plans.answered.limits import decided
from plans.answered.said import LIMIT
from plans.answers import Answers
from plans.draft import PlanDraft, TaskDraft
from plans.limit import basis_of, read_limit
from rules.deadline import Deadline, Kind
from rules.naming import find, likest

MEASURES = "measures"
MOST_NAMED = 20


@dataclass(frozen=True)
class Question:
    """Something the document leaves open: about a name or about a limit; the first choice is the proposal."""

    kind: str
    key: str
    what: str
    choices: tuple[str, ...] = ()


def adopt_tasks(session: Session, actor: Actor, plan: Plan, draft: PlanDraft, answers: Answers) -> list[Task]:
    """Rows for every measure; Rejected lists every question that is still open, by name and by task."""
    _learn(session, actor, answers)
    draft = _named(draft, answers)
    questions = open_questions(session, actor, draft, answers)
    if questions:
        shown = "\n".join(question.what for question in questions[:MOST_NAMED])
        more = f"\n另有{len(questions) - MOST_NAMED}处。" if len(questions) > MOST_NAMED else ""
        raise Rejected(f"有{len(questions)}处须先确认：\n{shown}{more}")
    names = names_of(session, actor.office_id)
    return [_row(plan, task, names, answers) for task in draft.tasks]


def _named(draft: PlanDraft, answers: Answers) -> PlanDraft:
    """What the clerk answered for single tasks: who leads where the paper names nobody, the limit, a row's reading."""
    return draft.model_copy(update={"tasks": [_answered(task, answers.choices) for task in draft.tasks]})


def _answered(task: TaskDraft, choices: Mapping[str, str]) -> TaskDraft:
    who, said = choices.get(f"{task.no}:who", ""), choices.get(f"{task.no}:limit", "")
    if who and not task.lead and not task.responsible:
        task = task.model_copy(update={"lead": [who]})
    if said and not task.due and not any(flag.kind == LIMIT for flag in task.flags):
        limit, due = decided(task.limit, said, (said,))
        task = task.model_copy(update={"limit": limit, "due": due})
    flags = [
        flag.model_copy(update={"note": f"{flag.note}答复：{answer}", "alternatives": []})
        if (answer := choices.get(f"{task.no}:{flag.kind}", "")) in flag.alternatives else flag for flag in task.flags
    ]
    return task.model_copy(update={"flags": flags})


def open_questions(session: Session, actor: Actor, draft: PlanDraft, answers: Answers) -> list[Question]:
    """What must be answered before this draft can become a plan: unknown names first, then limits, then rows."""
    names = names_of(session, actor.office_id).all
    words = dict.fromkeys(word for task in draft.tasks for word in (*task.lead, *task.responsible))
    words |= dict.fromkeys(word for slot in draft.slots for word in slot.units)
    found = [_about_name(word, names) for word in words if find(word, names).key is None]
    for task in draft.tasks:
        if not task.lead and not task.responsible:
            found.append(Question("who", task.no, f"任务{task.no}“{task.title[:30]}”没有写明由谁办，请指定单位。"))
        reading = read_limit(task.limit, draft.issued_on, draft.year, official()) if task.limit else None
        if reading and reading.doubt and not _decided(task, answers):
            found.append(
                Question("limit", task.no, f"任务{task.no}时限“{task.limit}”：{reading.doubt}", reading.choices)
            )
        found += [
            Question("row", f"{task.no}:{flag.kind}", f"任务{task.no}：{flag.note}", tuple(flag.alternatives))
            for flag in task.flags
            if flag.alternatives and answers.choices.get(f"{task.no}:{flag.kind}") not in flag.alternatives
        ]
    return found


def _decided(task: TaskDraft, answers: Answers) -> bool:
    """A day was named for the task, or the proposed reading of its limit was taken."""
    named = task.due is not None or task.no in answers.dates or f"{task.no}:limit" in answers.choices
    return named or any(flag.kind == LIMIT for flag in task.flags)


def _about_name(word: str, names: dict[str, Any]) -> Question:
    proposals = tuple(likest(word, names))
    near = f"，是否为{'、'.join(proposals)}？" if proposals else "，请先在单位中录入或设定统称。"
    return Question("name", word, f"“{word}”不在单位名录中{near}", proposals)


def _learn(session: Session, actor: Actor, answers: Answers) -> None:
    """An answered name is remembered for the next document."""
    for word, name in answers.units.items():
        known = names_of(session, actor.office_id).all.get(name)
        if known is None:
            raise Rejected(f"答复中的“{name}”不在单位名录中。")
        kind, key = known
        target = fetch(session, Unit, key) if kind == "unit" else fetch(session, UnitGroup, key)
        learn_alias(session, actor, target, word)


def _row(plan: Plan, task: TaskDraft, names: Names, answers: Answers) -> Task:
    reading = read_limit(task.limit, plan.issued_on, plan.year, official()) if task.limit else None
    decided = task.due or answers.dates.get(task.no)
    due = decided or (reading.due if reading else None)
    terms = _reading(reading) | {"basis": basis_of(reading, plan.issued_on)} if reading else {}
    if decided:
        terms |= {"because": f"由办公室确定为{decided}", "doubt": None, "basis": {}, "again": False}
    return Task(
        plan_id=plan.id, sheet=MEASURES, sheet_title=task.section, no=0, duty=task.theme, title=task.title,
        lead_units=task.lead, responsible_units=task.responsible, deadline_text=task.limit, due_on=due,
        source=task.source, flags=[flag.model_dump(exclude={"line"}) for flag in task.flags],
        terms={
            "no": task.no, "leads": [_ref(word, names) for word in task.lead],
            "responsible": [_ref(word, names) for word in task.responsible], "origins": task.origins,
            "choices": {key: value for key, value in answers.choices.items() if key.startswith(f"{task.no}:")},
            **terms,
        },
    )


def comes_again(reading: Deadline) -> bool:
    """Whether a limit makes a duty of its own: by period, or with every event."""
    if reading.kind == Kind.RECURRING:
        return reading.rrule is not None
    if reading.kind != Kind.RELATIVE or reading.before or reading.due:  # counted already from the paper's own day
        return False
    return not (reading.immediate and reading.offset is None)


def _ref(word: str, names: Names) -> dict[str, str]:
    key = find(word, names.all).key
    if key is None:
        raise Rejected(f"“{word}”不在单位名录中。")
    return {"word": word, "kind": key[0], "id": str(key[1])}


def _reading(reading: Deadline) -> dict[str, Any]:
    return {
        "kind": reading.kind.value, "because": reading.because, "doubt": reading.doubt, "standing": reading.ongoing,
        "done": reading.done, "immediate": reading.immediate, "again": comes_again(reading),
    }
