"""An issued document and a clerk's answers become a plan draft; what is not answered stays a question."""

from collections.abc import Mapping

from plans.answered.checklist import checklists_of
from plans.answered.head import head_of
from plans.answered.limits import limit_of
from plans.answered.said import LEAVE, Said
from plans.answered.sheets import sheets_of
from plans.answered.sides import names_in
from plans.answered.slots import slots_of
from plans.answered.stages import stages_of
from plans.answered.tasks import tasks_of
from plans.draft import PlanDraft
from plans.draft_parts import GroupDraft, LetterDraft
from plans.issued import Doubt, Issued, LetterRead, Part, TaskRead
from plans.issued_handovers import Frame, handed_in
from plans.short_title import short_title

GROUP = "prose.group."


def unanswered(issued: Issued, given: Mapping[str, str]) -> list[Doubt]:
    """The questions nobody has answered yet, in the order of the document."""
    return [doubt for doubt in asked_of(issued, given) if not given.get(doubt.key, "").strip()]


def asked_of(issued: Issued, given: Mapping[str, str]) -> list[Doubt]:
    """The questions of a document; what was due before it came is none once every such limit was moved."""
    said = Said(issued.part.doubts, given)
    return [one for one in issued.part.doubts if one.key != "past-due" or not all_moved(issued, said, one.where)]


def all_moved(issued: Issued, said: Said, where: str) -> bool:
    """Whether a clerk gave each of these tasks a day that is not before the paper's own."""
    late = set(where.split("、"))
    days = [limit_of(task, said)[1] for task in issued.part.tasks if {task.no, f"第{task.no}项"} & late]
    first = issued.head.issued_on
    return bool(days) and first is not None and all(day is not None and day >= first for day in days)


def as_draft(issued: Issued, given: Mapping[str, str]) -> PlanDraft:
    """The draft with these answers applied; pydantic's ValueError where the document contradicts the schema.

    Every answer changes what it is about or is noted there; one that belongs to no single item is noted on the plan,
    and so is every question still open.
    """
    said, part = Said(issued.part.doubts, given), issued.part
    head = head_of(issued.head, said)
    year = issued.ref.year if head.year is None else head.year
    sheets, notes = sheets_of(part.scored, said)
    scored = _scored(part, {sheet.code for sheet in sheets})
    stages = stages_of(part.stages, said)
    tasks = tasks_of([read for read in part.tasks if _measure(read, scored)], said, head.issued_on or issued.ref)
    return PlanDraft(
        format=1, key=issued.digest[:12], title=head.title or "（原文没有标题）",
        short_title=short_title(head.title) or "方案", issuer=head.issuer, doc_no=head.doc_no, year=year,
        issued_on=head.issued_on, stages=stages,
        sheets=sheets, slots=slots_of(part.slots, said, year),
        checklists=checklists_of(part.checklist, said), letters=[_letter(one) for one in part.letters],
        **handed_in(issued, said, Frame(head, stages, tasks, sheets, _groups(said))),
        flags=[*notes, *said.rest()],
    )


def _scored(part: Part, codes: set[str]) -> set[str]:
    """Where the items of the draft's sheets stand; a paper that is nothing but a score table keeps its measures."""
    if not (part.stages or part.slots):
        return set()
    whole = [sheet for n, sheet in enumerate(part.scored, 1) if f"sheet-{n}" in codes]
    return {item.place for sheet in whole for item in sheet.items}


def _measure(read: TaskRead, scored: set[str]) -> bool:
    """Items with points belong to a score sheet, and so do those of a sheet that answers made whole."""
    return read.points is None and read.source not in scored


def _letter(one: LetterRead) -> LetterDraft:
    return LetterDraft(
        title=one.title, number=one.number, body=one.body, limit=one.limit_text, signed_by=one.signed_by
    )


def _groups(said: Said) -> list[GroupDraft]:
    """Collective names with the units that were listed for them."""
    given = [(doubt.key.removeprefix(GROUP), names_in(answer)) for doubt, answer in said.starting(GROUP)]
    return [GroupDraft(name=word, members=names) for word, names in given if names and names != [word]]


__all__ = ["LEAVE", "as_draft", "unanswered"]
