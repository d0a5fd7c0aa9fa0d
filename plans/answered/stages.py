"""The stages of a document with the kinds and days a clerk answered; one of a kind already there is told beside it."""

from datetime import date

from models.words import StageKind
from plans.answered.limits import SPAN
from plans.answered.said import LEAVE, Said
from plans.draft import StageDraft
from plans.draft_parts import FlagDraft
from plans.issued import StageRead
from plans.readers.stage.reader import NO_STAGE
from rules.deadline import date_of_choice

LABELS = {kind.label: kind for kind in StageKind}


def stages_of(reads: list[StageRead], said: Said) -> list[StageDraft]:
    """A step of the cycle stands once; what a second printed stage of the same kind says stays with the first."""
    found: list[StageDraft] = []
    for no, read in enumerate(reads, 1):
        if said.of(f"stage-{no}-kind") == NO_STAGE:
            continue  # the answer is noted on the plan
        stage = _stage(no, read, said)
        seen = {kind for one in found for kind in one.kind}
        fresh = [kind for kind in stage.kind if kind not in seen]
        if fresh:
            found.append(stage.model_copy(update={"kind": fresh}))
        else:
            first = next(one for one in found if stage.kind[0] in one.kind)
            first.flags += [_again(stage), *stage.flags]
    return found


def _again(stage: StageDraft) -> FlagDraft:
    time = f"（{stage.text}）" if stage.text else ""
    kinds = "、".join(kind.label for kind in stage.kind)
    return FlagDraft(kind="same_kind", note=f"原文第{stage.no}个阶段“{stage.name}”{time}同属{kinds}，未另列。")


def _stage(no: int, read: StageRead, said: Said) -> StageDraft:
    chosen = [LABELS[name] for name in said.of(f"stage-{no}-kind").split("、") if name in LABELS]
    start, end, flags = _days(read, said.of(f"stage-{no}-date"))
    return StageDraft(
        no=no, kind=chosen or [StageKind(kind) for kind in read.kind.split("+")], name=read.name, text=read.text,
        start=start, end=end, tbd=end is None,
        flags=[said.note(doubt) for doubt, _ in said.starting(f"stage-{no}-")] + flags,
    )


def _days(read: StageRead, answer: str) -> tuple[date | None, date | None, list[FlagDraft]]:
    """First and last day; a first day that an answered last one leaves behind is told and not used."""
    if answer == LEAVE:
        return read.start, None, []
    span = SPAN.match(answer)
    answered = date_of_choice(span[1]) if span else date_of_choice(answer)
    end = answered or read.end
    if read.start and end and end < read.start:
        return None, end, [FlagDraft(kind="dates", note=f"原定开始日期{read.start}晚于所填的{end}，未采用。")]
    return read.start, end, []
