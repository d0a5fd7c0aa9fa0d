"""duban deadline: one printed limit, or JSON lines of them, as a day with its reason."""

import json
import sys
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import typer

from commands.spoken import out, tell
from commands.workday import a_day
from models.base import Refused, Rejected

KINDS = {
    "fixed": "确定日期", "window": "时间段", "relative": "自某事起算", "recurring": "按周期", "ongoing": "长期坚持",
    "tbd": "未定",
}


def deadline(
    phrase: Annotated[str, typer.Argument(help="原文时限；写 - 则从标准输入逐行读 JSON")] = "-",
    ref: Annotated[str, typer.Option(help="文件日期（补年份、认“今年”用），如 2024-07-11；不写为今天")] = "",
    anchor: Annotated[str, typer.Option(help="起算事件的日期，如签收日")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON，一句一行")] = False,
) -> None:
    """读一句时限：哪一天、为什么；拿不准的说明疑问，不猜。"""
    if phrase == "-":
        _lines(sys.stdin, as_json)
        return
    found = _read(phrase, a_day(ref) if ref else None, a_day(anchor) if anchor else None)
    out(found) if as_json else _tell(found)


def _read(phrase: str, ref: date | None, anchor: date | None) -> dict[str, Any]:
    from config import clock
    from config.workdays import official
    from plans.phrase import read
    from plans.reading import deadline_json
    from rules.deadline import resolve

    found = read(phrase, ref or clock.today(), official())
    settled = None
    if anchor:
        found, settled = resolve(found, anchor, official())
    return deadline_json(found, settled)


def _lines(source: Iterable[str], as_json: bool) -> None:
    """Every line is answered; one that cannot be read is answered with its fault, and the command ends with 1."""
    faults = 0
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            found = _read(*_asked(line))
        except Rejected as error:
            faults += 1
            found = {"line": number, "error": f"第{number}行：{error}"}
        out(found) if as_json else _tell(found)
    if faults:
        raise Refused(f"{faults}行读不出，其余已答。")


def _asked(line: str) -> tuple[str, date | None, date | None]:
    try:
        asked = json.loads(line)
        phrase, days = asked["phrase"], (asked.get("ref_date"), asked.get("anchor_date"))
        if not isinstance(phrase, str):
            raise TypeError
        ref, anchor = (date.fromisoformat(day) if day else None for day in days)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Rejected('应为 {"phrase": 文字, "ref_date": "2024-07-11", "anchor_date": 可不写}') from None
    return phrase, ref, anchor


def _tell(found: dict[str, Any]) -> None:
    """The same for a person: kind, day, reason, and the question if there is one."""
    if "error" in found:
        tell(found["error"])
        return
    day = found["due_rolled"] or found["due"] or found["rrule"] or "没有日期"
    span = f"{found['start']} 至 {day}" if found["start"] and found["due"] else day
    lines = [f"{found['phrase']}：{KINDS[found['kind']]}，{span}", f"  依据：{found['because']}"]
    if found["doubt"]:
        lines.append(f"  疑问：{found['doubt']}" + (f"（{'／'.join(found['choices'])}）" if found["choices"] else ""))
    for line in lines:
        tell(line)
