"""打分表 as a workbook: a sheet for each score sheet or checklist, points where the plan has them, else counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from papers.printed_table import Column as C
from papers.printed_table import Table

Values = Mapping[str, Any]
SCORED = (
    C("no", "序号", 5, "count", by="no"), C("group", "项目", 13, by="no"), C("title", "检查内容", 26, by="no"),
    C("worth", "分值", 6, "points", by="no"), C("clause", "评分标准", 32), C("clause_points", "标准分值", 6, "points"),
)
CHECKED = (
    C("group", "项目", 14, "word", by="group"), C("no", "序号", 5, "count"), C("title", "检查标准", 40),
    C("asked", "数据要求", 16),
)
ONE = (
    C("chosen", "评定情形", 18), C("lost", "扣分", 6, "points"), C("points", "得分", 7, "points", by="no"),
    C("reason", "扣分理由或说明", 26, by="no"),
)
CHECKED_ONE = (C("measured", "实测数据", 14), C("points", "结果", 9, "word"), C("reason", "情况说明", 30))
SIGNATURES = (
    "打分人（签字）：　　　　　　　　　　督察组组长（签字）：　　　　　　　　　　"
    "被督察单位（签字）：　　　　　　　　　　日期：　　　　年　　月　　日"
)


def score_tables(values: Values) -> list[Table]:
    """One table for each sheet of the visit."""
    return [_table(values, sheet) for sheet in values["sheets"]]


def _table(values: Values, sheet: Values) -> Table:
    base = SCORED if sheet["scored"] else CHECKED
    single = ONE if sheet["scored"] else CHECKED_ONE
    columns = (*base, *(_two(sheet, values["people"]) if values["two"] else single))
    who = "、".join(values["people"])
    line = f"被督察单位：{values['unit']}　　督察组：{values['team']}　　督察日期：{values['days']}　　打分人：{who}"
    named = any(word in sheet["name"] for word in ("表", "标准", "清单"))
    title = sheet["name"] if named else f"{sheet['name']}{'打分表' if sheet['scored'] else '检查表'}"
    signed = [values["signed"]] if values["signed"] else []
    notes = [*(totals_scored(sheet) if sheet["scored"] else totals_counted(sheet)), *signed, SIGNATURES]
    return Table(sheet["name"], title, line, columns, sheet["rows"], notes)


def _two(sheet: Values, people: Sequence[str]) -> list[C]:
    """Two scorers side by side, where they differ, and what counts."""
    kind, by = ("points", "no") if sheet["scored"] else ("word", "")
    word = "得分" if sheet["scored"] else "结果"
    found = []
    for place, name in enumerate(people):
        found += [C(f"points{place}", f"{name}{word}", 8, kind, by), C(f"reason{place}", f"{name}理由", 18, "text", by)]
    return [*found, C("apart", "差异", 8, "word", by), C("points", f"核定{word}", 8, kind, by),
            C("reason", "核定理由", 18, "text", by)]


def totals_scored(sheet: Values) -> list[str]:
    """Raw points and their percentage of what applies; what is left out or open is said."""
    total = sheet["total"]
    percent = f"，得分率{total['percent']:g}%" if total["percent"] is not None else ""
    lines = [f"合计：得{total['raw']:g}分，应计{total['base']:g}分{percent}。"]
    if sheet["left_out"]:
        lines.append(f"不适用：第{_numbers(sheet['left_out'])}项，不计入应计分值。")
    if sheet["torn"]:
        lines.append(f"第{_numbers(sheet['torn'])}项原文残缺的部分不计分。")
    return [*lines, *_open(sheet)]


def totals_counted(sheet: Values) -> list[str]:
    """How many lines came to what: a plan without points gets no score."""
    said = "、".join(f"{name}{count}项" for name, count in sheet["counts"].items())
    return [f"合计{sheet['items']}项：{said}。方案未设分值，只计数，不打分。", *_open(sheet)]


def _open(sheet: Values) -> list[str]:
    left = sheet["items"] - sheet["done"]
    return [f"尚有{left}项未评定，合计只含已评定的{sheet['done']}项。"] if left else []


def _numbers(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers))
