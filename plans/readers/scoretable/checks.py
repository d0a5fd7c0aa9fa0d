"""What a score table says of itself, counted again, and the questions about its items."""

import re

from plans.draft import FlagDraft
from plans.issued import Figure, Origin
from plans.readers.scoretable.clauses import Question, tidy
from plans.readers.scoretable.sheet import ScoreItem, ScoreSheet
from plans.readers.scoretable.shift import Aligned, Slip
from plans.readers.scoretable.units import read_units

FOREIGN = re.compile(r"(?<![A-Za-z])[a-z]{2,}(?![A-Za-z])")
COUNTIES = "县（区）"


def ask_numbers(sheet: ScoreSheet, printed: list[int | None]) -> None:
    """A number left out is sure when the next printed one fits; every other break in the sequence is asked."""
    before = 0
    for at, item in enumerate(sheet.items):
        if printed[at] is None:
            item.origins["no"] = Origin.INHERITED
            item.flags.append(FlagDraft(kind="number_missing", note=f"原表此行无序号，按顺序补为{item.no}"))
            if not any(number is not None for number in printed[at:]):
                sheet.ask_of(item, "number_missing", f"此行无序号，其后也没有，暂按顺序记为{item.no}。")
        elif item.no != before + 1:
            sheet.ask_of(item, "number_gap", f"序号由{before}到{item.no}，不连续，请核对是否缺行或重号。")
        before = item.no


def ask_foreign(sheet: ScoreSheet, no: str, where: str, text: str) -> None:
    """Latin words inside Chinese ones are most often left by a conversion."""
    for word in dict.fromkeys(FOREIGN.findall(text)):
        choices = ("改为“和”", "照原文") if word == "and" else ("照原文", "删去")
        sheet.ask(no, "text_defect", where, f"{no}的文字夹有外文“{word}”，疑为识别所致。", choices)


def ask_slip(sheet: ScoreSheet, slip: Slip) -> None:
    """One question for the whole run; each item of it carries a flag and says that its cells are not certain."""
    items = sheet.items[slip.first : slip.last + 1]
    span = f"第{items[0].no}—{items[-1].no}项"
    where = items[0].place if len(items) == 1 else f"{items[0].place}至{items[-1].place}"
    what = f"{span}的{slip.columns}列可能错行。"
    key = sheet.ask(f"{items[0].no}-{items[-1].no}", "row_shift", where, what, slip.choices)
    sheet.slips[key] = {
        choice: [(item, *cells) for item, cells in zip(items, reading, strict=True)]
        for choice, reading in zip(slip.choices, slip.readings, strict=True)
    }
    for item in items:
        item.flags.append(FlagDraft(kind="row_shift", note=f"{span}的{slip.columns}列可能错行", alternatives=[]))
        if "标准" in slip.columns:
            item.origins["criteria"] = Origin.AMBIGUOUS
        if "单位" in slip.columns:
            item.origins["responsible_units"] = Origin.AMBIGUOUS


def check_item(sheet: ScoreSheet, item: ScoreItem, one: Aligned) -> None:
    """Everything that is missing, odd or contradictory about one item."""
    if one.row.unclear:
        sheet.ask_of(item, "unclear", "此行单元格分不清各属哪一栏，请对照原表核对。")
    if not item.title:
        sheet.ask_of(item, "task_missing", "没有写明工作任务，请补录。")
    _check_points(sheet, item, one)
    _check_units(sheet, item, one)
    _check_criteria(sheet, item)
    ask_foreign(sheet, f"第{item.no}项", item.place, f"{item.title} {tidy(item.criteria)}")
    if not item.method:
        item.flags.append(FlagDraft(kind="method_missing", note="原表未写检查方式"))


def _check_points(sheet: ScoreSheet, item: ScoreItem, one: Aligned) -> None:
    total = item.read.total
    column = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)分?", tidy(one.row.points))
    if item.points is None:
        item.origins["points"] = Origin.AMBIGUOUS
        sheet.ask_of(item, "points_missing", "没有写明分值，请补录。", (f"{total:g}分（分项合计）",) if total else ())
    elif column and float(column.group(1)) != item.points:
        choices = (f"{item.points:g}分", f"{column.group(1)}分")
        sheet.ask_of(item, "points_conflict", f"任务中写{choices[0]}，分值栏写{choices[1]}。", choices)
    broken = any(clause.damaged for clause in item.clauses)
    if item.points is not None and item.clauses and not item.agrees:
        sheet.figures.append(Figure(f"{sheet.name}：第{item.no}项分值", f"{item.points:g}分", f"分项合计{total:g}分"))
        if not broken:
            choices = (f"按分值{item.points:g}分", f"按分项合计{total:g}分")
            sheet.ask_of(item, "points_mismatch", f"分项合计{total:g}分，分值{item.points:g}分，不相符。", choices)


def _check_units(sheet: ScoreSheet, item: ScoreItem, one: Aligned) -> None:
    if not item.units:
        item.origins["responsible_units"] = Origin.AMBIGUOUS
        sheet.ask_of(item, "units_missing", "没有写明单位，请补录。")
    read = read_units(one.unit)
    if read.spelled_out:
        item.origins["responsible_units"] = Origin.AMBIGUOUS
        sheet.ask_of(item, "units_short", "单位用了省略写法。", ("、".join(read.names), "、".join(read.printed)))
    other = read_units(one.other.unit).names if one.other else read.names
    if other and other != read.names:
        note = "单位列若未错行，则为另一组单位"
        alternatives = ["、".join(read.names), "、".join(other)]
        item.flags.append(FlagDraft(kind="ambiguous_units", note=note, alternatives=alternatives))


def _check_criteria(sheet: ScoreSheet, item: ScoreItem) -> None:
    if not item.criteria:
        item.origins["criteria"] = Origin.AMBIGUOUS
        sheet.ask_of(item, "criteria_missing", "没有检查标准，请补录。")
    for question in item.read.questions:
        item.origins["criteria"] = Origin.AMBIGUOUS
        choices = question.choices or _guess(item, question)
        sheet.ask_of(item, question.kind, question.what, choices, part=question.clause)


def _guess(item: ScoreItem, question: Question) -> tuple[str, ...]:
    """What a clause without points would be worth if the item's points are right; offered, never counted."""
    damaged = [clause for clause in item.clauses if clause.damaged]
    rest = (item.points or 0) - item.read.total
    if question.kind != "points_missing" or len(damaged) != 1 or rest <= 0:
        return question.choices
    damaged[0].points_guess = rest
    return (f"补为{rest:g}分（分值减其余分项）", "另行核定")


def ask_scope(sheet: ScoreSheet) -> None:
    """A county's table in which a few units do not say 县（区）: of the city, or the words left out."""
    named = [name for item in sheet.items for name in item.units]
    inside = [name for name in named if name.startswith(COUNTIES)]
    if not sheet.subject.startswith(COUNTIES) or len(inside) * 10 < len(named) * 8:
        return
    for item in sheet.items:
        outside = "、".join(name for name in item.units if not name.startswith(COUNTIES))
        if outside:
            sheet.ask_of(item, "unit_scope", f"单位“{outside}”未写“{COUNTIES}”。", ("照原文", f"改为{COUNTIES}的单位"))


def count_again(sheet: ScoreSheet) -> None:
    """The number of items, their points, and how many agree with their clauses."""
    last = max((item.no for item in sheet.items), default=0)
    name, found = sheet.name, len(sheet.items)
    agree = sum(item.agrees for item in sheet.items)
    total = f"{name}：总分" + ("" if sheet.declared_points is not None else "（表中未写合计，按100分核对）")
    declared = 100 if sheet.declared_points is None else sheet.declared_points
    sheet.figures[:0] = [
        Figure(f"{name}：项数", f"{last}", f"{found}"),
        Figure(total, f"{declared:g}", f"{sheet.points:g}"),
        Figure(f"{name}：分项合计与分值相符的项数", f"{found}", f"{agree}"),
    ]
