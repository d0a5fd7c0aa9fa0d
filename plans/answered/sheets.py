"""The score tables of a document with every answer about their rows, duties, items and clauses."""

import re
from copy import deepcopy

from plans.answered.items import answer_item, new_words, set_cells, set_criteria
from plans.answered.said import Said, quoted
from plans.draft import SheetDraft
from plans.draft_parts import FlagDraft
from plans.issued import Doubt
from plans.readers.scoretable.sheet import ScoreItem, ScoreSheet

ITEM = re.compile(r"归?第(\d+)项$")
# What decides which cells an item has comes before what is said of them, new numbers after whatever names the old ones.
ORDER = {"row_shift": 0, "orphan": 0, "number_gap": 2, "number_missing": 2}


def sheets_of(sheets: list[ScoreSheet], said: Said) -> tuple[list[SheetDraft], list[FlagDraft]]:
    """The tables that are whole once answered, and for the plan a note on each that is not."""
    drafts, notes = [], []
    for n, sheet in enumerate(sheets, 1):
        told = set(said.told)
        answered = _answered(deepcopy(sheet), said)
        draft = answered.draft(f"sheet-{n}")
        if draft:
            drafts.append(draft)
        else:
            said.told = told  # its items are in no draft: what was answered about them is told with the plan
            notes.append(FlagDraft(kind="sheet_incomplete", note=_missing(answered)))
    return drafts, notes


def _missing(sheet: ScoreSheet) -> str:
    numbers = [item.no for item in sheet.items]
    wrong = {
        "缺分值": [item.no for item in sheet.items if item.points is None],
        "缺单位": [item.no for item in sheet.items if not item.units],
        "序号重复": [no for no in dict.fromkeys(numbers) if numbers.count(no) > 1],
    }
    said = "；".join(f"第{'、'.join(map(str, items))}项{word}" for word, items in wrong.items() if items)
    return f"打分表“{sheet.name}”未列入方案：{said}。"


def _answered(sheet: ScoreSheet, said: Said) -> ScoreSheet:
    """Answers in the order in which they build on each other; the clauses of an item whose criteria an answer changed
    are no longer the ones its other questions were about."""
    given = said.starting(f"{sheet.name}:")
    moved: list[ScoreItem] = []
    for doubt, answer in sorted(given, key=lambda pair: ORDER.get(_kind(pair[0]), 1)):
        kind, item = _kind(doubt), _item(sheet, doubt)
        if kind == "row_shift":
            moved += _shift(sheet, doubt, answer)
        elif kind == "orphan":
            moved += _take_in(sheet, doubt, answer)
        elif item is None:
            _duty(sheet, kind, doubt, answer)
        elif not (_part(sheet, doubt) and any(item is one for one in moved)):
            answer_item(item, _part(sheet, doubt), kind, doubt, answer)
    for doubt, _ in given:
        _tell(sheet, doubt, said)
    return sheet


def _kind(doubt: Doubt) -> str:
    return doubt.key.rpartition(":")[2].partition("#")[0]


def _no(sheet: ScoreSheet, doubt: Doubt) -> str:
    return doubt.key.removeprefix(f"{sheet.name}:").rpartition(":")[0]


def _part(sheet: ScoreSheet, doubt: Doubt) -> int:
    """Which clause of its item a question is about; 0 for the item."""
    part = _no(sheet, doubt).partition(".")[2]
    return int(part) if part.isdecimal() else 0


def _item(sheet: ScoreSheet, doubt: Doubt) -> ScoreItem | None:
    """The item a question is about: one of its row, if it is not about a duty or a run of rows."""
    if not re.fullmatch(r"第?\d+(?:\.\d+)?项?", _no(sheet, doubt)):
        return None
    return next((item for item in sheet.items if item.place == doubt.where), None)


def _shift(sheet: ScoreSheet, doubt: Doubt, answer: str) -> list[ScoreItem]:
    """Rows that slipped, read as chosen; the items whose criteria are others now."""
    moved = []
    for item, units, criteria in sheet.slips.get(doubt.key, {}).get(answer, []):
        if criteria != item.criteria:
            moved.append(item)
            set_cells(item, units, criteria)
        else:
            set_cells(item, units, item.criteria)
    return moved


def _take_in(sheet: ScoreSheet, doubt: Doubt, answer: str) -> list[ScoreItem]:
    """A row without a task, put to the item it was said to belong to."""
    hit, (units, criteria) = ITEM.match(answer), sheet.left[doubt.key]
    item = next((one for one in sheet.items if hit and one.no == int(hit[1])), None)
    if item is None:
        return []
    set_cells(item, "、".join([*item.units, *filter(None, [units])]), item.criteria)
    if criteria:
        set_criteria(item, "；".join(text.rstrip("；。") for text in (item.criteria, criteria) if text))
    return [item]


def _duty(sheet: ScoreSheet, kind: str, doubt: Doubt, answer: str) -> None:
    """Where a duty begins, and the words of its title."""
    no = int(re.sub(r"\D", "", _no(sheet, doubt)) or 0)
    if kind == "duty_start" and answer in doubt.choices:
        begun = {int(one[1:-1]) for one in doubt.choices[: doubt.choices.index(answer) + 1]}
        for item in sheet.items:
            item.duty = no if item.no in begun else item.duty
    elif kind == "text_defect" and (new := new_words(answer)) is not None:
        old = quoted(doubt.what)
        sheet.duties = [
            duty.model_copy(update={"title": duty.title.replace(old, new)}) if duty.no == no else duty
            for duty in sheet.duties
        ]


def _tell(sheet: ScoreSheet, doubt: Doubt, said: Said) -> None:
    """The answer in place of the open question, on its item or on every item of its run; else on the plan."""
    item, kind = _item(sheet, doubt), _kind(doubt)
    concerned = [item] if item else [one for one, _, _ in next(iter(sheet.slips.get(doubt.key, {}).values()), [])]
    for one in concerned:
        asked = doubt.what.removeprefix(f"第{_no(sheet, doubt).partition('.')[0]}项：").rstrip("。")
        one.flags = [flag for flag in one.flags if (flag.kind, flag.note.rstrip("。")) != (kind, asked)]
        one.flags.append(said.note(doubt, kind))
