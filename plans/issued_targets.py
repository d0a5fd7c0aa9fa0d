"""Targets as read, with a clerk's answers: the kinds of units of a plan, and the groups its names stand for."""

import re

from plans.answered.said import Said
from plans.draft import SheetDraft, SubjectDraft
from plans.draft_parts import GroupDraft
from plans.handover_kind import is_collective
from plans.issued import TargetRead
from plans.readers.target.doubts import ALL_SHEETS, AS_LISTED
from plans.readers.target.reader import TARGET

# the codes a directory of units knows; what fits none gets one of its own
CODES = (
    ("county", r"^(?:各)?(?:县（区）|县\(区\)|县区|县市区|县|区)$"), ("township", "乡|镇|街道"),
    ("zone", "园区|开发区|示范区|农贸区|管委会|党工委|管理区"), ("department", "部门|单位|机关|[局办委厅]$"),
)


def subjects_of(targets: list[TargetRead], said: Said, sheets: list[SheetDraft]) -> list[SubjectDraft]:
    """The kinds of units under inspection; names of one kind stand together."""
    found: dict[str, SubjectDraft] = {}
    for one in _subjects(targets, said):
        code = _code(one, len(found) + 1)
        known = found.get(code)
        note = f"{one.persons}" if one.persons else ""
        if one.declared is not None:
            note = f"原文{one.declared}个" + (f"，{note}" if note else "")
        if known:
            known.name, known.note = f"{known.name}、{one.name}", "；".join(filter(None, (known.note, note)))
            known.sheets = list(dict.fromkeys([*known.sheets, *_sheets(one, said, sheets)]))
        else:
            found[code] = SubjectDraft(code=code, name=one.name, sheets=_sheets(one, said, sheets), note=note)
    return list(found.values())


def _subjects(targets: list[TargetRead], said: Said) -> list[TargetRead]:
    """As read, and where a clerk wrote out a list that was not wholly read, as written."""
    read = [one for one in targets if one.role == "subject"]
    for doubt, answer in said.starting(f"{TARGET}list-"):
        place = doubt.key.removeprefix(f"{TARGET}list-")
        names = [name for name in re.split("[、，,]", answer) if name]
        kept = [one for one in read if one.source != place]
        same = {one.name: one for one in read if one.source == place}
        read = kept + [same.get(name) or TargetRead(0, "subject", name, place) for name in names]
    return read


def _code(one: TargetRead, number: int) -> str:
    return next((code for code, words in CODES if re.search(words, one.name)), f"subject-{number}")


def _sheets(one: TargetRead, said: Said, sheets: list[SheetDraft]) -> list[str]:
    """The sheets that name this kind of unit; for another kind those a clerk chose."""
    named = [sheet.code for sheet in sheets if one.name in sheet.subject]
    answer = said.of(f"{TARGET}sheets-{one.name}")
    if answer == ALL_SHEETS:
        return [sheet.code for sheet in sheets]
    return named or [sheet.code for sheet in sheets if sheet.subject and sheet.subject in answer]


def groups_of(targets: list[TargetRead], said: Said, known: set[str]) -> list[GroupDraft]:
    """Collective names with the number printed and the members listed."""
    found: dict[str, GroupDraft] = {}
    for one in targets:
        if one.name in known or not (one.members or one.declared or is_collective(one.name)):
            continue
        listed = said.of(f"{TARGET}count-{one.name}") == AS_LISTED
        declared = len(one.members) if listed else one.declared
        found.setdefault(one.name, GroupDraft(name=one.name, members=one.members, declared=declared))
    return list(found.values())
