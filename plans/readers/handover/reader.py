"""Sentences that say what is handed in by whom to whom by when; what is not printed is asked, never filled in."""

import re
from collections.abc import Iterator
from datetime import date

from models.words import StageKind
from plans.document import Document
from plans.handover_kind import is_collective, is_team, stage_of
from plans.issued import HandoverRead, Head, Origin, Part, StageRead
from plans.phrase import read
from plans.readers.handover.doubts import AT_ONCE, UNNAMED, ask
from plans.readers.handover.running import Paragraph, Sentence, running
from plans.readers.handover.sentence import Raw, Scan, Told
from plans.readers.handover.standing import deeds
from plans.readers.target.doubts import ask_sheets
from rules.deadline import Kind

FROM_EVENT = re.compile("(?:自|从)[^，。；]{2,26}?之日起|(?:收到|接到)[^，。；]{1,14}?后")
BARE_SPAN = re.compile(r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})个?(?:工作日|自然日|日|天|个月|月|周)(?:之|以)?内")
PLAIN = ("报告", "情况", "材料", "情况报告", "总结")
NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|附件")
N = r"[一二三四五六七八九十\d]{1,3}"
HEADED = re.compile(rf"(?:第{N}(?:阶段|步)|[（(]?{N}[)）、.．]?)[^，,]{{2,40}}")


def read_handovers(document: Document, head: Head, known: Part) -> Part:
    """What is handed in, in the order printed; `known` is what the other readers found."""
    ref = head.issued_on or date(head.year or 1, 1, 1)
    part = Part()
    everybody: list[str] = []
    found = list(_once(list(_found(document, known, ref, everybody))))
    for number, one in enumerate(found, 1):
        one.no = number
        _place(one, known.stages)
        one.within = _within(one, known)
        one.kept = not one.within and bool(known.stages or _dated(one))
        part.handovers.append(one)
    ask(part, document, head, known.stages, everybody)
    part.doubts += ask_sheets(known)
    return part


def _found(document: Document, known: Part, ref: date, everybody: list[str]) -> Iterator[HandoverRead]:
    """Each sentence's handings in; of a yearly system with its schedule also what it has done besides."""
    told, stages = Told(), known.stages
    yearly = bool(known.slots) and not known.tasks
    for paragraph in running(document):
        stage = _stage_at(paragraph, stages, told.stage)
        told = Told(stage=stage, opens=bool(stage) and (stage != told.stage or told.opens))
        for sentence in paragraph.sentences:
            first = told.opens and not (sentence.at == 0 and HEADED.fullmatch(sentence.text))
            raws = list(Scan(told).read(sentence.text))
            _counts_on(raws)
            for raw in [*raws, *(deeds(sentence.text) if yearly else ())]:
                one = _made(raw, sentence, told)
                _limit(one, raw, stages[told.stage - 1] if first else None, ref)
                yield one
            told.hear(sentence.text)
            told.opens = told.opens and not first
        everybody += [name for who in told.actors for name in who if is_collective(name) and name not in everybody]


def _counts_on(raws: list[Raw]) -> None:
    """自收到反馈意见之日起5个工作日内…，30日内…: the second limit runs from the same event, and that is asked."""
    event = ""
    for raw in raws:
        if event and len(raw.limits) == 1 and BARE_SPAN.fullmatch(raw.limits[0]):
            raw.limits, raw.loose = [event + raw.limits[0]], True
        event = next((hit[0] for limit in raw.limits if (hit := FROM_EVENT.match(limit))), event)


def _stage_at(paragraph: Paragraph, stages: list[StageRead], before: int) -> int:
    """The stage a paragraph tells of (from 1): the one printed in it, else that of the paragraph above unless a new
    number begins."""
    places = {f"第{number}行" for number in paragraph.numbers}
    here = [n for n, stage in enumerate(stages, 1) if stage.source in places]
    if here:
        return here[0]
    return 0 if NUMBERED.match(paragraph.text) else before


def _made(raw: Raw, sentence: Sentence, told: Told) -> HandoverRead:
    owners, how = (raw.who, Origin.PRINTED) if raw.who else _carried(raw, told)
    one = HandoverRead(
        0, raw.hit.what, sentence.where, sentence.text, owners, raw.hit.to, stage=told.stage,
        attachments=list(dict.fromkeys(raw.attached + told.attached)), forms=list(dict.fromkeys(raw.forms)),
        candidates=["、".join(actor) for actor in reversed(told.actors)], visited=list(told.visited),
        rules=list(dict.fromkeys(told.rules + raw.rules)), drawn_up=raw.drawn_up, deed=raw.deed,
    )
    one.origins = {"owners": how}
    if not one.deed:
        one.origins["receivers"] = Origin.PRINTED if raw.hit.to else Origin.AMBIGUOUS
    if one.title in PLAIN and owners and all(map(is_team, owners)):
        one.title = owners[0].removeprefix("各") + one.title
    return one


def _carried(raw: Raw, told: Told) -> tuple[list[str], Origin]:
    """The only body a paragraph has acting, if it stands for the units that hand in; else nobody."""
    alone = list(told.actors[0]) if len(told.actors) == 1 else []
    carries = "反馈" not in raw.hit.what and alone != raw.hit.to and not raw.deed
    if alone and carries and all(map(is_collective, alone)):
        return alone, Origin.INHERITED
    return [], Origin.AMBIGUOUS


def _limit(one: HandoverRead, raw: Raw, opened: StageRead | None, ref: date) -> None:
    """The printed limit; the time of its stage for the words the stage opens with; two days stay open, and so does
    one that stands beside another deed."""
    different = list(dict.fromkeys(raw.limits))
    if len(different) > 1:
        one.limit_text, one.origins["deadline"] = "、".join(different), Origin.AMBIGUOUS
    elif different:
        one.limit_text, one.deadline = different[0], read(different[0], ref)
        one.origins["deadline"] = Origin.AMBIGUOUS if raw.loose else Origin.PRINTED
    elif opened and opened.end and opened.text and not one.title.startswith(AT_ONCE):
        one.limit_text, one.deadline = opened.text, read(opened.text, ref)
        one.origins["deadline"] = Origin.INHERITED


def _once(found: list[HandoverRead]) -> Iterator[HandoverRead]:
    """A paper drawn up and then handed in within the same stage is one; one without a name counts if it has a day."""
    handed = {(one.stage, one.title) for one in found if not one.drawn_up}
    for one in found:
        if not one.title and _dated(one):
            one.title, one.origins["title"] = UNNAMED, Origin.AMBIGUOUS
        if one.title and not (one.drawn_up and (one.stage, one.title) in handed):
            yield one


def _place(one: HandoverRead, stages: list[StageRead]) -> None:
    """Outside the stages a paper's own name may point to just one of them."""
    kind = None if one.deed else stage_of(one.title)
    fit = [n for n, stage in enumerate(stages, 1) if kind and kind in map(StageKind, stage.kind.split("+"))]
    if one.stage:
        one.origins["stage"] = Origin.PRINTED
    elif len(fit) == 1:
        one.stage, one.origins["stage"] = fit[0], Origin.INHERITED


def _dated(one: HandoverRead) -> bool:
    """A limit that names a day, a length of time or a period; two days are two limits."""
    limit = one.deadline
    if limit is None:
        return bool(one.limit_text)
    return bool(limit.due or limit.offset) or limit.kind == Kind.RECURRING


def _within(one: HandoverRead, known: Part) -> str:
    """The measure whose printed words hold this sentence, or whose place in running text does."""
    line, above = int(one.source.strip("第行")), ""
    for task in (task for task in known.tasks if task.points is None):
        if task.deadline_text and task.deadline_text in one.sentence:
            return task.no
        if re.fullmatch(r"第\d+行", task.source) and int(task.source.strip("第行")) <= line:
            above = task.no
    return "" if one.stage else above
