"""An answers file held against the document it is for: every entry fits a question of that document, or is refused."""

from collections.abc import Container, Iterator, Mapping
from datetime import date

from models.base import Rejected
from plans.answered.fitting import unfit
from plans.answers import Answers
from plans.draft import PlanDraft
from plans.issued import Issued

GROUP = "prose.group."
NEVER, GONE = "文件没有这一问题。", "因栏目改定，这一问题不再适用，请从答复文件中删去。"


def unfit_answers(issued: Issued, choices: Mapping[str, str]) -> list[str]:
    """A sentence for every answer that is neither a choice of its question nor acceptable words."""
    found = [
        (doubt.key, unfit(doubt.key, doubt.where, doubt.choices, choices.get(doubt.key, "").strip(), issued.ref))
        for doubt in issued.part.doubts
    ]
    return [f"choices 的“{key}”：{said}" for key, said in found if said]


def refuse_strays(
    answers: Answers, plain: PlanDraft, draft: PlanDraft, issued: Issued | None = None, before: Container[str] = ()
) -> None:
    """Rejected names every entry that no question of the document asks for. `plain` is the draft by the document's own
    questions alone, from which the desk's questions about single tasks (谁办、时限) follow; `before` are the questions
    of the document as it was read without answers about its tables."""
    asked = dict(_asked(plain))
    own = {doubt.key for doubt in issued.part.doubts} if issued else set()
    ref = draft.issued_on or date(draft.year, 1, 1)
    wrong = [f"choices 的“{key}”：{GONE if key in before else NEVER}" for key in answers.choices
             if key not in asked and key not in own]
    wrong += [
        f"choices 的“{key}”：{said}" for key, choices in asked.items()
        if key not in own and (said := unfit(key, f"任务{key.rpartition(':')[0]}", choices, _given(answers, key), ref))
    ]
    numbers, names = {task.no for task in draft.tasks}, set(_names(plain, draft, issued))
    wrong += [f"dates 的“{no}”：没有这一编号的任务。" for no in answers.dates if no not in numbers]
    wrong += [f"units 的“{word}”：文件没有印出这一名称。" for word in answers.units if word not in names]
    if wrong:
        raise Rejected("\n".join(["答复文件与原件对不上：", *wrong]))


def _given(answers: Answers, key: str) -> str:
    return answers.choices.get(key, "").strip()


def _asked(draft: PlanDraft) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What may be asked about single tasks, with the choices."""
    for task in draft.tasks:
        if not task.lead and not task.responsible:
            yield f"{task.no}:who", ()
        if task.limit:
            yield f"{task.no}:limit", ()
        yield from ((f"{task.no}:{flag.kind}", tuple(flag.alternatives)) for flag in task.flags if flag.alternatives)


def _names(plain: PlanDraft, draft: PlanDraft, issued: Issued | None) -> Iterator[str]:
    """Every name of a unit or group that the document prints or an answer put there."""
    for one in (plain, draft):
        for task in one.tasks:
            yield from (*task.lead, *task.responsible)
        for slot in one.slots:
            yield from slot.units
        for sheet in one.sheets:
            yield from (name for item in sheet.items for name in item.units)
        for group in one.groups:
            yield from (group.name, *group.members)
        yield from (handed.owner for handed in one.deliverables)
    for read in issued.part.tasks if issued else ():
        yield from (*read.lead_units, *read.responsible_units)
    for doubt in issued.part.doubts if issued else ():
        if doubt.key.startswith(GROUP):
            yield doubt.key.removeprefix(GROUP)


def dated(draft: PlanDraft, dates: Mapping[str, date]) -> PlanDraft:
    """The draft with the days named for single tasks; Rejected where another day is set already."""
    twice = [
        f"任务{task.no}的时限已定为{task.due}，答复文件的 dates 又写{dates[task.no]}，请只留一处。"
        for task in draft.tasks if task.due and task.no in dates and task.due != dates[task.no]
    ]
    if twice:
        raise Rejected("\n".join(twice))
    tasks = [task.model_copy(update={"due": dates.get(task.no, task.due)}) for task in draft.tasks]
    return draft.model_copy(update={"tasks": tasks})
