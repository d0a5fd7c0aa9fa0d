"""What a person must say about units under inspection that no score table names."""

from collections.abc import Iterator

from plans.issued import Doubt, Part

ALL_SHEETS, NO_SHEET = "参照全部打分表", "不打分"
AS_LISTED, AS_COUNTED = "以所列名单为准", "以所印个数为准"
SHEETS = "target-sheets-"


def ask_sheets(known: Part) -> Iterator[Doubt]:
    """Which tables hold for a kind of unit that none of them names; nothing where the paper has no tables."""
    named = list(dict.fromkeys(task.section for task in known.tasks if task.points is not None and task.section))
    for one in known.targets if named else ():
        if one.role == "subject" and not any(one.name in name for name in named):
            choices = (ALL_SHEETS, *(f"只参照“{name}”一张" for name in named), NO_SHEET)
            what = f"打分表没有写“{one.name}”，对其督察是否参照，请选定。"
            yield Doubt(f"{SHEETS}{one.name}", one.source, what, choices)
