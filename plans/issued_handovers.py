"""Hand-overs, targets and windows as read, with a clerk's answers, become parts of a plan draft."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from models.words import AssignmentKind, StageKind
from plans.answered.limits import decided
from plans.answered.said import NOTHING, Said
from plans.draft import DeliverableDraft, SheetDraft, StageDraft, WindowDraft
from plans.draft_parts import GroupDraft, TaskDraft
from plans.handover_kind import STAGES, is_collective, is_team, kind_of
from plans.issued import HandoverRead, Head, Issued, Origin
from plans.issued_targets import groups_of, subjects_of
from plans.limit import from_issue
from plans.phrase import read
from plans.readers.handover.doubts import DROP, HANDOVER, NO_TASK, NOBODY, OURS
from rules.deadline import Deadline, Kind

K = AssignmentKind
SECTION, STANDING = "报送事项", "常设义务"
RECEIVED = re.compile("收到|接到|签收|文件|通知")
VISITED = re.compile("督察|督查|督导|检查|验收|考核")
EVERYBODY = re.compile(
    r"^各(?:地各部门|级各部门|地区各部门|有关单位|相关单位|责任单位|成员单位|参评单位|单位|地|部门)$|^各?(?:被|受).*单位$|^[^各]{2,4}对象$"
)


@dataclass
class Frame:
    """The draft as far as it stands: what hand-overs are put into."""

    head: Head
    stages: list[StageDraft]
    tasks: list[TaskDraft]
    sheets: list[SheetDraft]
    groups: list[GroupDraft] = field(default_factory=list)


@dataclass
class Settled:
    """A hand-over with its answers: who, to whom, by when, in which of the draft's stages."""

    read: HandoverRead
    owners: list[str]
    to: str | None
    text: str
    due: date | None
    limit: Deadline | None
    stage: StageDraft | None


def handed_in(issued: Issued, said: Said, frame: Frame) -> dict[str, Any]:
    """Tasks, deliverables, subjects, groups and windows of the draft. What the cycle has a step for is a deliverable
    of its stage; any other paper a unit hands in is a measure with a limit of its own."""
    build = _Build(issued, said, frame)
    for one in issued.part.handovers:
        if one.kept and (settled := _settle(one, issued, said, frame)):
            build.add(settled)
    build.done()
    return {
        "tasks": frame.tasks + build.tasks, "deliverables": build.deliverables,
        "subjects": subjects_of(issued.part.targets, said, frame.sheets),
        "groups": frame.groups + groups_of(issued.part.targets, said, {group.name for group in frame.groups}),
        "windows": [
            WindowDraft(code=f"upstream-{n}", name=f"{one.name}督察", start=one.start, end=one.end)
            for n, one in enumerate((one for one in issued.part.windows if one.kind == "upstream"), 1)
        ],
    }


def _settle(one: HandoverRead, issued: Issued, said: Said, frame: Frame) -> Settled | None:
    """None while nobody is known to owe it, or where a clerk says it is no hand-over."""
    key = f"{HANDOVER}{one.no}"
    owners = _names(said.of(f"{key}:owner")) or one.owners
    if not owners or {DROP, NO_TASK} & {*owners, said.of(f"{key}:keep")}:
        return None
    to = said.of(f"{key}:to") or "、".join(one.receivers)
    printed = "" if one.origins.get("deadline") == Origin.AMBIGUOUS else one.limit_text
    text, due = decided(printed, said.of(f"{key}:limit"), one.deadline.choices if one.deadline else ())
    limit = from_issue(read(text, frame.head.issued_on or issued.ref), frame.head.issued_on) if text else None
    if due is None and limit and limit.kind in (Kind.FIXED, Kind.WINDOW, Kind.RELATIVE):
        due = limit.due
    to = "" if to == NOBODY else to
    if (named := said.of(f"{key}:what")) not in NOTHING:
        one = replace(one, title=named)
    return Settled(one, owners, to or None, text, due, limit, _stage(one, issued, said, frame.stages))


def _names(answer: str) -> list[str]:
    return [name for name in re.split("[、，,]", answer) if name]


def _stage(one: HandoverRead, issued: Issued, said: Said, stages: list[StageDraft]) -> StageDraft | None:
    """The draft's stage for the printed or answered one; a stage merged into another of its kind is that other."""
    answer = said.of(f"{HANDOVER}{one.no}:stage")
    reads = issued.part.stages
    number = next((n for n, stage in enumerate(reads, 1) if stage.name == answer), one.stage)
    if not number:
        return None
    kinds = {StageKind(kind) for kind in reads[number - 1].kind.split("+")}
    same = [stage for stage in stages if stage.no == number]
    return next(iter(same + [stage for stage in stages if kinds & set(stage.kind)]), None)


class _Build:
    """Deliverables and measures in the order of the document."""

    def __init__(self, issued: Issued, said: Said, frame: Frame) -> None:
        self.issued, self.said, self.frame = issued, said, frame
        self.deliverables: list[DeliverableDraft] = []
        self.tasks: list[TaskDraft] = []

    def add(self, one: Settled) -> None:
        """One duty for each side that owes it: the office, the teams, the units."""
        sides: dict[str, list[str]] = {}
        for name in one.owners:
            sides.setdefault(self._side(name), []).append(name)
        for side, names in sides.items():
            kind = None if one.read.deed else kind_of(one.read.title, side)
            again = any(item.kind == kind for item in self.deliverables)
            if side != "units" and one.stage:
                self._deliver(one, kind or K.OFFICE_TASK, side)
            elif side == "units" and kind and one.stage and not again and _once(one) and self._all(names):
                self._deliver(one, kind, side)
            else:
                self.tasks.append(self._measure(one, names))

    def _side(self, name: str) -> str:
        ours = self.said.of(f"{HANDOVER}office-{name}").startswith(OURS)
        if ours or name == self.frame.head.issuer:
            return "office"
        return "teams" if is_team(name) else "units"

    def _all(self, names: list[str]) -> bool:
        """Whether the printed names mean every unit of the cycle, not only some kind of them or a single one."""
        if any(EVERYBODY.match(name) for name in names):
            return True
        kinds = {one.name for one in self.issued.part.targets if one.role == "subject"}
        return len(names) >= max(1, len(kinds)) and all(is_collective(name) or name in kinds for name in names)

    def _deliver(self, one: Settled, kind: AssignmentKind, side: str) -> None:
        stage = one.stage
        if stage is None:
            return
        kinds = stage.kind
        item = DeliverableDraft(
            code=f"H{one.read.no}", kind=kind, title=one.read.title,
            stage=STAGES[kind] if STAGES.get(kind) in kinds else kinds[0], owner=side, to=one.to, due=one.due,
            text=one.text, attachments=_attachments(one.read), rules=[*one.read.rules, *one.read.forms],
            place=_place(one.read),
        )
        if any(item.code == other.code for other in self.deliverables):
            item.code = f"{item.code}-{side}"
        self.deliverables.append(item)
        self._bind(item, one)

    def _bind(self, item: DeliverableDraft, one: Settled) -> None:
        """What the limit hangs on where it is no day: the visit, a receipt, the report, a higher inspection."""
        limit = one.limit
        if item.kind == K.ON_SITE_FEEDBACK:
            item.anchor, item.due = "visit_end", None
        elif item.kind == K.FEEDBACK_LETTER and limit and limit.start and limit.due:
            item.window, item.due = (limit.start, limit.due), None
        elif limit and limit.offset and limit.anchor and RECEIVED.search(limit.anchor):
            item.anchor = "receipt"
        elif limit and limit.before and limit.anchor and not limit.offset:
            self._goal(item, limit)
        elif limit and limit.offset and limit.anchor:
            item.anchor = limit.anchor

    def done(self) -> None:
        """A plan for putting right goes with the report on it, wherever that was printed."""
        report = next((item.code for item in self.deliverables if item.kind == K.RECT_REPORT), None)
        for item in self.deliverables:
            if item.kind == K.RECT_PLAN:
                item.with_report = report

    def _goal(self, item: DeliverableDraft, limit: Deadline) -> None:
        """整改方案…中央督察之前整改到位: the plan has no day of its own, the goal has that event's."""
        higher = any(StageKind.HIGHER_INSPECTION in stage.kind for stage in self.frame.stages)
        anchor = "higher_inspection" if higher and VISITED.search(limit.anchor or "") else limit.anchor
        if item.kind != K.RECT_PLAN:
            item.anchor = anchor
            return
        self.deliverables.append(item.model_copy(update={
            "code": f"{item.code}-goal", "kind": K.GOAL, "title": f"{item.text}整改到位", "anchor": anchor, "to": None,
            "rules": [], "attachments": [],
        }))
        item.text = ""

    def _measure(self, one: Settled, names: list[str]) -> TaskDraft:
        asked = [doubt for doubt, _ in self.said.starting(f"{HANDOVER}{one.read.no}:")]
        to = f"向{one.to}" if one.to else ""
        verb = "" if one.read.deed else "制定" if one.read.drawn_up and not one.to else "报送"
        no = f"{'义务' if one.read.deed else '报送'}.{one.read.no}"
        return TaskDraft(
            no=f"{no}.{len(self.tasks)}" if any(task.no == no for task in self.tasks) else no,
            section=STANDING if one.read.deed else SECTION,
            title=f"{to}{verb}{one.read.title}{_with(one.read)}", responsible=names, limit=one.text,
            due=one.due if self._decided(one) else None, source=one.read.source,
            flags=[self.said.note(doubt) for doubt in asked],
            origins={name: how.value for name, how in one.read.origins.items() if name != "stage"},
        )

    def _decided(self, one: Settled) -> bool:
        """A day a clerk chose; the printed words are read again when the plan is adopted."""
        return bool(self.said.of(f"{HANDOVER}{one.read.no}:limit")) and one.due is not None


def _once(one: Settled) -> bool:
    return one.limit is None or one.limit.kind != Kind.RECURRING


def _attachments(read_: HandoverRead) -> list[str]:
    return [read_.title, *read_.attachments] if read_.attachments else []


def _place(read_: HandoverRead) -> str:
    """Where the rules are printed, for whoever quotes them."""
    return f"原件{read_.source}" if read_.rules and read_.source else ""


def _with(read_: HandoverRead) -> str:
    return f"（附{'、'.join(read_.attachments)}）" if read_.attachments else ""
