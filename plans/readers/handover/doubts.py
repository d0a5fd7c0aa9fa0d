"""What a person must say about the papers that are handed in: who, to whom, by when, in which stage."""

from collections.abc import Iterator

from plans.document import Document
from plans.handover_kind import is_team, kind_of, stage_of
from plans.issued import Doubt, HandoverRead, Head, Origin, Part, StageRead
from plans.readers.target.reader import addressees
from rules.deadline import Deadline

HANDOVER = "handover-"  # what every key of these questions begins with
LEAVE = "暂不定，采用后再设"
UNNAMED = "未写名称的材料"
DROP, NO_TASK, TASK = "不作为报送事项", "不列为任务", "列为任务"
NOBODY = "不另报送"
LEFT: tuple[str, ...] = (LEAVE,)
FEEDBACK = ("反馈",)
AT_ONCE = ("现场反馈", "当场反馈")
OURS, OTHERS = "就是本办公室", "是另一个单位"


def ask(part: Part, document: Document, head: Head, stages: list[StageRead], everybody: list[str]) -> None:
    """Every question about the papers that count, each once; `everybody` are the collective names of the paper."""
    kept = [one for one in part.handovers if one.kept]
    addressed = "、".join(name for name, _ in addressees(document))
    named = ([addressed] if addressed else []) + everybody
    told = _receivers(kept)
    for one in kept:
        part.doubts += [*_what(one), *_owner(one, named, head), *_receiver(one, told)]
        part.doubts += [*_limit(one, stages), *_stage(one, stages)]
    part.doubts += _ours(kept, head)


def _what(one: HandoverRead) -> Iterator[Doubt]:
    if one.title == UNNAMED:
        what = f"“{one.sentence[:40]}”没有写报送什么，请写出材料名称。"
        yield Doubt(f"{HANDOVER}{one.no}:what", one.source, what)


def _owner(one: HandoverRead, named: list[str], head: Head) -> Iterator[Doubt]:
    """By whom: proposed is who acts in the same paragraph; what only an inspecting office writes, that office."""
    if one.owners:
        if one.deed:
            what = f"“{one.title}”（{'、'.join(one.owners)}）是否列为任务，请选定。"
            yield Doubt(f"{HANDOVER}{one.no}:keep", one.source, what, (TASK, NO_TASK))
        return
    office = [head.issuer] if head.issuer else []
    others = [*one.candidates, *named]
    ours = kind_of(one.title, "office") and not one.title.startswith(AT_ONCE)
    ours = ours or (one.deed and bool(head.issuer) and head.issuer in one.sentence)
    choices = [*office, *others] if ours else [*others, *office]
    what = f"“{one.title}”没有写由谁{'办理' if one.deed else '报送'}，请指定。"
    last = NO_TASK if one.deed else DROP
    yield Doubt(f"{HANDOVER}{one.no}:owner", one.source, what, (*dict.fromkeys(choices), last))


def _receivers(kept: list[HandoverRead]) -> dict[tuple[str, ...], list[str]]:
    """To whom each body's papers go as printed; under FEEDBACK to whom feedback goes."""
    told: dict[tuple[str, ...], list[str]] = {}
    for one in kept:
        keys = [tuple(one.owners), *([FEEDBACK] if "反馈" in one.title else [])] if one.receivers else []
        for key in keys:
            if (names := "、".join(one.receivers)) not in told.setdefault(key, []):
                told[key].append(names)
    return told


def _receiver(one: HandoverRead, told: dict[tuple[str, ...], list[str]]) -> Iterator[Doubt]:
    """To whom: proposed are the receivers printed for the same body's other papers, of feedback whom it is about."""
    if one.receivers or one.deed:
        return
    others = one.visited + told.get(FEEDBACK, []) if "反馈" in one.title else told.get(tuple(one.owners), [])
    choices = (NOBODY, *dict.fromkeys(others)) if one.drawn_up else (*dict.fromkeys(others), NOBODY)
    yield Doubt(f"{HANDOVER}{one.no}:to", one.source, f"“{one.title}”没有写报送给谁，请确认。", choices)


def _limit(one: HandoverRead, stages: list[StageRead]) -> Iterator[Doubt]:
    key, limit, choices = f"{HANDOVER}{one.no}:limit", one.deadline, LEFT
    if one.title.startswith(AT_ONCE):
        return  # due the day the visit ends
    if limit is None and one.limit_text:
        what, choices = f"写有几个时限（{one.limit_text}），请选定。", (*one.limit_text.split("、"), LEAVE)
    elif limit is None:
        end = stages[one.stage - 1].end if one.stage else None
        what, choices = "没有写报送时限，请确认。", (*LEFT, *([f"{end}（本阶段截止）"] if end else []))
    elif one.origins["deadline"] == Origin.AMBIGUOUS:
        what, choices = f"的报送时限是否也是“{one.limit_text}”，请确认。", (_as_choice(one), LEAVE)
    elif sentence := limit.doubt or _undated(limit):
        what, choices = f"（{one.limit_text}）：{sentence}", limit.choices or LEFT
    else:
        return
    yield Doubt(key, one.source, f"“{one.title}”{what}", choices)


def _as_choice(one: HandoverRead) -> str:
    return one.deadline.due.isoformat() if one.deadline and one.deadline.due else one.limit_text


def _undated(limit: Deadline) -> str:
    """及时 and its like name no day from which to count."""
    named = limit.due or limit.offset or limit.anchor or limit.rrule or limit.immediate
    return "" if named else "没有写明日期，请补录。"


def _stage(one: HandoverRead, stages: list[StageRead]) -> Iterator[Doubt]:
    """Only what the cycle knows a step for needs one; any other paper becomes a measure with a limit of its own."""
    if one.stage or one.deed or not stages or not (stage_of(one.title) or any(map(is_team, one.owners))):
        return
    names = tuple(stage.name for stage in stages)
    yield Doubt(f"{HANDOVER}{one.no}:stage", one.source, f"“{one.title}”属于哪一阶段没有写明，请选定。", names)


def _ours(kept: list[HandoverRead], head: Head) -> Iterator[Doubt]:
    """A short name may be the issuing office's own: whoever it is owes the paper."""
    seen: set[str] = set()
    for one in kept:
        for name in one.owners:
            if name not in seen and name != head.issuer and shortens(name, head.issuer):
                seen.add(name)
                what = f"“{name}”是不是发文的“{head.issuer}”，请确认。"
                yield Doubt(f"{HANDOVER}office-{name}", one.source, what, (OURS, OTHERS))


def shortens(name: str, full: str) -> bool:
    """Whether a name can be a short form: its characters in their order, with the same kind of body at the end."""
    rest = iter(full)
    return len(name) > 3 and all(char in rest for char in name)
