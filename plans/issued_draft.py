"""An issued document and a clerk's answers become a plan draft; what is not answered stays a question."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from models.words import StageKind
from plans.draft import PlanDraft, StageDraft
from plans.draft_parts import CheckItemDraft, ChecklistDraft, FlagDraft, LetterDraft, SlotDraft, TaskDraft
from plans.issued import CheckItem, Doubt, Head, Issued, StageRead, TaskRead
from rules.deadline import date_of_choice

LEAVE = "暂不定，采用后再设"  # an answer to any question about a limit: the task starts without one
SIDES = re.compile(r"牵头单位：(?P<lead>.*?)；责任单位：(?P<responsible>.*)$")
QUOTED = re.compile(r"“(.+?)”")
SHORT = 16


@dataclass(frozen=True)
class Choices:
    """Answers by a doubt's key."""

    given: Mapping[str, str]

    def of(self, key: str) -> str:
        return self.given.get(key, "")


def unanswered(issued: Issued, given: Mapping[str, str]) -> list[Doubt]:
    """The questions nobody has answered yet, in the order of the document."""
    return [doubt for doubt in issued.part.doubts if not given.get(doubt.key, "").strip()]


def as_draft(issued: Issued, given: Mapping[str, str]) -> PlanDraft:
    """The draft with these answers applied; pydantic's ValueError where the document contradicts the schema."""
    choices = Choices(given)
    head = _head(issued.head, choices)
    measures = [read for read in issued.part.tasks if read.points is None]  # items with points belong to a score sheet
    tasks = [task for read in measures for task in _tasks(issued, read, choices)]
    return PlanDraft(
        format=1, key=issued.digest[:12], title=head.title or "（原文没有标题）",
        short_title=head.title[:SHORT] or "方案",
        issuer=head.issuer, doc_no=head.doc_no, year=issued.ref.year if head.year is None else head.year,
        issued_on=head.issued_on, stages=list(_stages(issued, choices)), tasks=tasks,
        sheets=issued.sheets,
        slots=[SlotDraft(month=slot.month, week=slot.week, units=slot.units) for slot in issued.part.slots],
        checklists=_checklists(issued.part.checklist),
        letters=[
            LetterDraft(
                title=one.title, number=one.number, body=one.body, limit=one.limit_text, signed_by=one.signed_by
            )
            for one in issued.part.letters
        ],
    )


def _head(head: Head, choices: Choices) -> Head:
    """What the document says of itself, with what a clerk filled in or chose where it was missing or doubtful."""
    day, year = date_of_choice(choices.of("head-issued_on")), choices.of("head-year")
    return Head(
        title=choices.of("head-title") or head.title, issuer=choices.of("head-issuer") or head.issuer,
        doc_no=head.doc_no, issued_on=day or head.issued_on,
        year=int(year) if year.isdecimal() else head.year or (day.year if day else None),
    )


def _tasks(issued: Issued, read: TaskRead, choices: Choices) -> Iterator[TaskDraft]:
    """A measure with its answered sides and limit, and what its text asks for besides where that was split off."""
    lead, responsible = _sides(read, choices, issued.part.doubts)
    limit, due = _limit(read, choices)
    flags = [FlagDraft(kind="answered", note=f"{key}：{answer}") for key, answer in _about(read.no, choices)]
    task = TaskDraft(
        no=read.no, section=read.section, theme=read.theme, title=read.measure, lead=lead, responsible=responsible,
        limit=limit, due=due, source=read.source, flags=flags,
        origins={name: origin.value for name, origin in read.origins.items()},
    )
    yield task
    for doubt in issued.part.doubts:
        key, _, number = doubt.key.partition(":within:")
        if key == read.no and number and choices.of(doubt.key) == "另列一项" and (found := QUOTED.search(doubt.what)):
            beside = replace(read, no=f"{read.no}.{number}", deadline_text=found.group(1))
            limit, due = _limit(beside, choices)
            title = beside.deadline_text[:60]
            yield task.model_copy(update={"no": beside.no, "title": title, "limit": limit, "due": due})


def _about(no: str, choices: Choices) -> list[tuple[str, str]]:
    return [(key, answer) for key, answer in choices.given.items() if key.startswith(f"{no}:")]


def _sides(read: TaskRead, choices: Choices, doubts: list[Doubt]) -> tuple[list[str], list[str]]:
    """Who leads and who answers: as printed, or as the clerk chose between the readings of a lost cell, which the rows
    that inherit it follow."""
    lead, responsible = list(read.lead_units), list(read.responsible_units)
    follows = f"第{read.no}项沿用"
    keys = [f"{read.no}:units", *(one.key for one in doubts if one.key.endswith(":units") and follows in one.where)]
    if found := next((hit for key in keys if (hit := SIDES.match(choices.of(key)))), None):
        lead, responsible = (_names(found.group(side)) for side in ("lead", "responsible"))
    main = choices.of("leads:" + "、".join(lead))
    if main in lead:
        lead = [main, *(name for name in lead if name != main)]
    return lead, responsible


def _names(text: str) -> list[str]:
    return [name for name in re.split("[、，]", text) if name and name not in ("无", "未写")]


def _limit(read: TaskRead, choices: Choices) -> tuple[str, date | None]:
    """The printed limit, or the day or the words a clerk put in its place."""
    keys = (f"limit:{read.deadline_text}", f"{read.no}:limit", f"prose.{read.no}.limit")
    answer = next((choices.of(key) for key in keys if choices.of(key)), "")
    if not answer or answer.startswith(("最迟在", "按此读法")):
        return read.deadline_text, None
    if answer == LEAVE:
        return "", None
    day = date_of_choice(answer)
    return (read.deadline_text, day) if day else (answer, None)


def _stages(issued: Issued, choices: Choices) -> Iterator[StageDraft]:
    seen: set[StageKind] = set()
    for no, read in enumerate(issued.part.stages, 1):
        stage = _stage(no, replace(read), choices)
        fresh = [kind for kind in stage.kind if kind not in seen]
        seen.update(fresh)
        if fresh:  # a step of the cycle stands once; a second printed stage of the same kind is kept in the document
            yield stage.model_copy(update={"kind": fresh})


def _stage(no: int, read: StageRead, choices: Choices) -> StageDraft:
    labels = {kind.label: kind for kind in StageKind}
    chosen = [labels[name] for name in _names(choices.of(f"stage-{no}-kind")) if name in labels]
    kinds = chosen or [StageKind(kind) for kind in read.kind.split("+")]
    end = read.end or date_of_choice(choices.of(f"stage-{no}-date"))
    return StageDraft(no=no, kind=kinds, name=read.name, text=read.text, start=read.start, end=end, tbd=end is None)


def _checklists(items: list[CheckItem]) -> list[ChecklistDraft]:
    if not items:
        return []
    drafts = [
        CheckItemDraft(no=n, group=item.group, title=item.text, thresholds=[dict(one) for one in item.thresholds])
        for n, item in enumerate(items, 1)
    ]
    groups, count = len(dict.fromkeys(item.group for item in items)), len(drafts)
    return [
        ChecklistDraft(code="checklist", title="检查标准", declared_items=count, declared_groups=groups, items=drafts)
    ]
