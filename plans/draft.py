"""What a document is read into before anyone adopts it: validated, nothing written anywhere."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from models.words import AssignmentKind, StageKind
from plans.draft_parts import (
    SLOT_RULES,
    ChecklistDraft,
    FlagDraft,
    GroupDraft,
    LetterDraft,
    Part,
    SlotDraft,
    TaskDraft,
)
from plans.phrase import read
from rules.slot import slot_window

SOME_DAY = date(2000, 1, 1)  # whether a place is left open does not depend on the day it is read


class StageDraft(Part):
    no: int
    kind: list[StageKind] = Field(min_length=1)
    name: str
    text: str = ""
    start: date | None = None
    end: date | None = None
    tbd: bool = False
    flags: list[FlagDraft] = []

    @model_validator(mode="after")
    def _dates(self) -> "StageDraft":
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"阶段“{self.name}”的结束日期{self.end}早于开始日期{self.start}")
        if self.end is None and not self.tbd:
            if self.text and read(self.text, SOME_DAY).placeholder:
                raise ValueError(f"阶段“{self.name}”的日期留空（{self.text}），请向发文单位核实后填写")
            raise ValueError(f"阶段“{self.name}”没有结束日期；原文未定的请写 tbd: true")
        return self


class DeliverableDraft(Part):
    code: str
    kind: AssignmentKind
    title: str
    stage: StageKind
    owner: str
    to: str | None = None
    due: date | None = None
    text: str = ""
    anchor: str | None = None
    propose_before: date | None = None
    window: tuple[date, date] | None = None
    with_report: str | None = None
    attachments: list[str] = []
    content: dict[str, Any] = {}
    fields: list[str] = []
    rules: list[str] = []
    place: str = ""  # where the paper prints these rules

    @property
    def terms(self) -> dict[str, Any]:
        """Everything beside the date that the hand-over is bound to, as JSON."""
        keys = {"anchor", "propose_before", "window", "with_report", "attachments", "content", "fields", "rules",
                "place"}
        return {k: v for k, v in self.model_dump(mode="json", include=keys).items() if v}


class LevelDraft(Part):
    when: str
    score: float | None = None
    deduct: float | tuple[float, float] | None = None
    discretionary: bool = False


class ClauseDraft(Part):
    title: str
    points: float | None
    levels: list[LevelDraft]
    points_guess: float | None = None
    damaged: bool = False
    count: dict[str, Any] | None = None
    rate: dict[str, Any] | None = None


def points_of(clauses: Iterable[ClauseDraft]) -> float:
    """What clauses add up to; a damaged one counts nothing."""
    return sum(clause.points or 0 for clause in clauses)


class ItemDraft(Part):
    no: int
    duty: int
    title: str
    points: float = Field(ge=0, allow_inf_nan=False)
    units: list[str] = Field(min_length=1)
    unit_classes: list[str] = []
    method: str | None = None
    clauses: list[ClauseDraft]
    flags: list[FlagDraft] = []

    @property
    def clause_points(self) -> float:
        return points_of(self.clauses)


class DutyDraft(Part):
    no: int
    title: str


class SheetDraft(Part):
    code: str
    title: str
    subject: str
    declared_items: int
    declared_points: float = Field(ge=0, allow_inf_nan=False)
    duties: list[DutyDraft]
    items: list[ItemDraft]

    @model_validator(mode="after")
    def _numbers(self) -> "SheetDraft":
        seen: dict[int, int] = {}
        duties = {duty.no for duty in self.duties}
        for item in self.items:
            if item.duty not in duties:
                raise ValueError(f"第{item.line}行：打分表“{self.title}”第{item.no}项引用了不存在的职责{item.duty}")
            if item.no in seen:
                raise ValueError(f"打分表“{self.title}”第{item.no}项序号重复（第{seen[item.no]}行与第{item.line}行）")
            seen[item.no] = item.line
        return self


class SubjectDraft(Part):
    code: str
    name: str
    sheets: list[str] = []
    note: str = ""


class WindowDraft(Part):
    code: str
    name: str
    start: date | None = None
    end: date | None = None


class PlanDraft(Part):
    """A whole plan as read."""

    format: Literal[1]
    key: str
    title: str
    short_title: str
    issuer: str
    doc_no: str
    year: int
    issued_on: date | None = None
    kind: str = "督察"
    subjects: list[SubjectDraft] = []
    windows: list[WindowDraft] = []
    stages: list[StageDraft] = []
    tasks: list[TaskDraft] = []
    slots: list[SlotDraft] = []
    slot_rule: SLOT_RULES = "nth_monday"
    methods: list[str] = []
    checklists: list[ChecklistDraft] = []
    letters: list[LetterDraft] = []
    groups: list[GroupDraft] = []
    deliverables: list[DeliverableDraft] = []
    escalation: list[str] = []
    reference_counts: dict[str, list[int]] = {}
    sheets: list[SheetDraft] = []
    flags: list[FlagDraft] = []

    def window_of(self, slot: SlotDraft) -> tuple[date, date]:
        """First and last day of a slot under the plan's week rule."""
        return slot_window(self.year, slot.month, slot.week, self.slot_rule)

    @model_validator(mode="after")
    def _references(self) -> "PlanDraft":
        if not (self.stages or self.tasks or self.slots):
            raise ValueError("方案没有阶段，也没有任务或督察安排")
        kinds = [kind for stage in self.stages for kind in stage.kind]
        stages = set(kinds)
        if len(kinds) != len(stages):
            twice = next(kind for kind in stages if kinds.count(kind) > 1)
            raise ValueError(f"环节“{twice.label}”在 stages 中出现了两次")
        sheets = {sheet.code for sheet in self.sheets}
        codes: set[str] = set()
        for item in self.deliverables:
            if item.stage not in stages:
                raise ValueError(f"第{item.line}行：“{item.title}”所属阶段“{item.stage.label}”未列入 stages")
            if item.code in codes:
                raise ValueError(f"第{item.line}行：编号{item.code}重复")
            codes.add(item.code)
        for subject in self.subjects:
            for code in set(subject.sheets) - sheets:
                raise ValueError(f"第{subject.line}行：“{subject.name}”引用了不存在的打分表“{code}”")
        return self


__all__ = [
    "ChecklistDraft", "ClauseDraft", "DeliverableDraft", "DutyDraft", "FlagDraft", "GroupDraft", "ItemDraft",
    "LetterDraft", "LevelDraft", "PlanDraft", "SheetDraft", "SlotDraft", "StageDraft", "SubjectDraft", "TaskDraft",
    "WindowDraft",
]
