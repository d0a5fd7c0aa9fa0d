"""The measures of a document with every answer about them: sides, limits, what was split off or put together."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from plans.answered.limits import about_limit, headed, limit_of
from plans.answered.said import ANSWERED, LIMIT, Said, quoted, with_flags
from plans.answered.sides import sides_of
from plans.draft_parts import FlagDraft, TaskDraft
from plans.issued import Doubt, TaskRead
from plans.phrase import read as read_phrase
from plans.readers.running_text.brackets import Note, spans, take
from rules.deadline import Kind

BESIDE, ONE, APART = "另列一项", "并为一项", "分开交办"
ITEM = re.compile(r"prose\.(.+)\.(?:units|lead|notes|hidden(?:\.\d+)?)")
TORN = re.compile(r"暂并入：(.*)（表\d+第\d+行.*?）$")
BY_PLACE = re.compile(r"(?:leads|unit|open):|表\d+:units$|.*:over:units$")


def tasks_of(reads: list[TaskRead], said: Said, ref: date) -> list[TaskDraft]:
    """A draft of every measure, in the order of the document."""
    found = [task for read in headed(reads, said) for task in _tasks(read, said, ref)]
    for doubt, answer in said.answered():
        if doubt.key.endswith(":again") and answer == ONE:
            found = _merged(found, doubt.key.removesuffix(":again"))
    return found


def _tasks(read: TaskRead, said: Said, ref: date) -> Iterator[TaskDraft]:
    (lead, responsible), (limit, due) = sides_of(read, said), limit_of(read, said)
    task = TaskDraft(
        no=read.no, section=read.section, theme=read.theme, title=read.measure, lead=lead, responsible=responsible,
        limit=limit, due=due, source=read.source, flags=_flags(read, said),
        origins={name: origin.value for name, origin in read.origins.items()},
    )
    yield from _torn(task, said)
    yield from _beside(task, read, said, ref)


def _flags(read: TaskRead, said: Said) -> list[FlagDraft]:
    """Every answer about this task, and those to questions the desk itself put (who, limit)."""
    limits = {one.key for one in about_limit(read, said.doubts)}
    flags = [
        said.note(doubt, LIMIT if doubt.key in limits else ANSWERED)
        for doubt, _ in said.answered() if doubt.key in limits or _about(doubt, read)
    ]
    same = said.of(f"{read.no}:limit") in {said.of(key) for key in limits}  # the desk hands an answer on to each task
    return flags if same else [*flags, *_own_limit(read, said)]


def _own_limit(read: TaskRead, said: Said) -> list[FlagDraft]:
    """An answer to the desk's own question about this task's limit."""
    answer = said.of(f"{read.no}:limit")
    return [FlagDraft(kind=LIMIT, note=f"时限“{read.deadline_text}”答复：{answer}")] if answer else []


def _about(doubt: Doubt, read: TaskRead) -> bool:
    """Whether a question is about this task: by its number, by the item it is part of, or by the place it stands at."""
    key, places = doubt.key, doubt.where.split("、")
    if key.startswith((f"{read.no}:", f"{read.source}:")) or f"第{read.no}项沿用" in places:
        return True
    if item := ITEM.fullmatch(key):
        return item[1] in (read.no, read.no.rpartition(".")[0]) and doubt.where == read.source
    if key == "past-due":
        return read.no in places
    return BY_PLACE.match(key) is not None and read.source in places


def _torn(task: TaskDraft, said: Said) -> Iterator[TaskDraft]:
    """The task, and beside it what stood alone on a new page where that is a task of its own."""
    key = f"{task.no}:torn"
    doubt = next((one for one in said.doubts if one.key == key and said.of(key) == BESIDE), None)
    words = TORN.search(doubt.what) if doubt else None
    at = task.title.rfind(words[1]) if words else -1
    if at <= 0:
        yield from _apart(task, said)
        return
    yield task.model_copy(update={"title": task.title[:at]})
    yield task.model_copy(update={"no": f"{task.no}.0", "title": task.title[at:]})


def _apart(task: TaskDraft, said: Said) -> Iterator[TaskDraft]:
    """The task, or one for each of its unit notes where they are to be handed out separately."""
    numbers = {task.no, task.no.rpartition(".")[0]}
    doubt = next((one for one, answer in said.answered() if one.key in {f"prose.{no}.notes" for no in numbers}
                  and one.where == task.source and answer == APART), None)
    if doubt is None:
        yield task
        return
    notes = [take(doubt.what[start:end])[1] for start, end in spans(doubt.what)]
    for n, note in enumerate(filter(None, notes), 1):
        yield task.model_copy(update={"no": f"{task.no}-{n}", **_sides(note)})


def _sides(note: Note) -> dict[str, list[str]]:
    return {"lead": list(note.lead), "responsible": [*note.responsible, *note.unsaid]}


def _beside(task: TaskDraft, read: TaskRead, said: Said, ref: date) -> Iterator[TaskDraft]:
    """Duties in the measure's words that are to be tasks beside it: those with a limit, then publishing and filing."""
    within = [one for one in said.doubts if one.key.startswith(f"{read.no}:within:")]
    duties = [one for one in said.doubts if one.key.startswith(f"{read.no}:duty:")]
    for n, doubt in enumerate([*within, *duties], 1):
        if said.of(doubt.key) == BESIDE:
            words = quoted(doubt.what)
            beside = replace(read, no=f"{read.no}.{n}", deadline_text=words)
            limit, due = limit_of(beside, said)
            if doubt in duties and read_phrase(words, ref).kind == Kind.TBD:
                limit, due = task.limit, task.due  # 及时公开 names no time of its own
            kept = [flag for flag in task.flags if flag.kind != LIMIT or limit == task.limit]
            flags = [*kept, *_own_limit(beside, said)]
            yield task.model_copy(
                update={"no": beside.no, "title": words[:60], "limit": limit, "due": due, "flags": flags}
            )


def _merged(tasks: list[TaskDraft], place: str) -> list[TaskDraft]:
    """One task of a measure printed over several rows: units side by side, limits one after the other."""
    kept: list[TaskDraft] = []
    for task in tasks:
        at = next((n for n in range(len(kept) - 1, -1, -1) if _same(kept[n], task)), None)
        if task.source != place or at is None:
            kept.append(task)
        else:
            kept[at] = _joined(kept[at], task)
    return kept


def _same(one: TaskDraft, other: TaskDraft) -> bool:
    return one.title == other.title and one.section == other.section


def _joined(one: TaskDraft, other: TaskDraft) -> TaskDraft:
    lead, responsible = ([*getattr(one, side), *getattr(other, side)] for side in ("lead", "responsible"))
    return one.model_copy(update={
        "lead": list(dict.fromkeys(lead)), "responsible": list(dict.fromkeys(responsible)),
        "limit": "；".join(dict.fromkeys(text for text in (one.limit, other.limit) if text)),
        "due": one.due or other.due, "flags": with_flags(one.flags, other.flags),
    })
