"""A yearly schedule by weeks: each month's n-th week, its days, and the units to be visited then."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from plans.document import Document, Slot, Table
from plans.issued import Doubt, Figure, Head, Part, SlotRead
from plans.phrase import read
from plans.readers.head import is_office, tight

MONTH = r"(?:(?P<year>20\d{2})年)?(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?"
WEEK = r"第(?P<week>[一二三四五1-5])(?:个?星期|周)"
TIME = re.compile(rf"(?:{MONTH})?(?:{WEEK})?")
NUMERALS = "零一二三四五六七八九十"
EXAMPLE = "3月第1周：甲局、乙局；3月第2周：丙局"
NAMES = re.compile(r"月|周|时间|日期|序号|单位|对象|部门|乡镇|街道")
UNITS = re.compile(r"单位|对象|部门|乡镇|街道")
WHOLE = re.compile(r".*(?:[乡镇区站所队园校司]|街道)")
TOWNSHIP = re.compile(r".*[乡镇](?:人民政府)?")
DECLARED = re.compile(r"(?P<who>[\u4e00-\u9fff]{2,6}?)(?P<n>\d{1,4})[家个]")
RHYTHM = re.compile(
    r"(?P<text>[\d一二三四五六七八九十]{1,2}月份?[^，。；：]{1,8}月份?)为"
    r"(?P<name>[^，。；]{0,6}(?:总结|计划)[^，。；]{0,6}?阶段)"
)


@dataclass
class Week:
    """A printed week before its days are known."""

    year: int | None
    month: int
    week: int
    source: str
    units: list[str] = field(default_factory=list)


def read_weektable(document: Document, head: Head) -> Part:
    """The schedules of a document with what they say of themselves counted again."""
    part = Part()
    for table in document.tables:
        weeks = [one for row in table.rows for one in dict.fromkeys(slot.text for slot in row) if _week(one)]
        if len(weeks) > 1:
            _read_table(part, table, head)
    if part.slots:
        part.figures += [*_declared(document, part.slots), _unique(part.slots), *_rhythm(document, part.slots, head)]
    return part


def _week(text: str) -> re.Match[str] | None:
    found = TIME.fullmatch(tight(text))
    return found if found and found["week"] else None


def _read_table(part: Part, table: Table, head: Head) -> None:
    if any(len({slot.text for slot in row if _week(slot.text)}) > 1 for row in table.rows):
        what = f"周次表横排（一行有几个周次），没有读入；请逐周录入，写法如“{EXAMPLE}”。"
        part.doubts.append(Doubt(f"weektable-{table.number}", f"表{table.number}", what))
        return
    part.doubts += _mixed(table)
    for week in _weeks(part, table):
        _add(part, week, head)


def _header(table: Table) -> list[Slot]:
    """The row of names at the top; none where the first row is a week already."""
    return [] if any(_week(slot.text) for slot in table.rows[0]) else table.rows[0]


def _mixed(table: Table) -> list[Doubt]:
    """Where the columns are lost, what stands in others than the units' cannot be told from them."""
    header = (tight(slot.text) for slot in ([] if table.placed else _header(table)))
    others = [name for name in header if name and not NAMES.search(name)]
    what = f"原表列已丢失，分不清单位与“{'、'.join(others)}”，请核对各周的单位，须改的按“{EXAMPLE}”重录。"
    return [Doubt(f"weektable-{table.number}", f"表{table.number}", what)] if others else []


def _weeks(part: Part, table: Table) -> list[Week]:
    """Rows put together: a month holds until the next, a header printed again at the top of a page is passed over."""
    header, found = _header(table), list[Week]()
    columns = {slot.col for slot in header if UNITS.search(slot.text)} if table.placed else set()
    names = [slot.text for slot in header]
    month: re.Match[str] | None = None
    for row in table.rows:
        times = [hit for hit in (TIME.fullmatch(tight(slot.text)) for slot in row if slot.text.strip()) if hit]
        month = next((hit for hit in times if hit["month"]), month)
        week = next((hit for hit in times if hit["week"]), None)
        units = list(_units(row, columns))
        if week and month:
            _put(found, Week(_year(month), _number(month["month"]), _number(week["week"]), table.where(row[0]), units))
        elif units and [slot.text for slot in row] != names:
            what = f"这一行没有写{'月份' if week else '周次'}：{'、'.join(units)}，请写明是几月第几周。"
            part.doubts.append(Doubt(f"weektable-{table.number}-row-{row[0].row}", table.where(row[0]), what))
    return found


def _put(found: list[Week], week: Week) -> None:
    """A week printed over several rows is one."""
    last = found[-1] if found else None
    if last and (last.year, last.month, last.week) == (week.year, week.month, week.week):
        last.units += week.units
    else:
        found.append(week)


def _units(row: list[Slot], columns: set[int]) -> Iterator[str]:
    for slot in row:
        text = tight(slot.text)
        if slot.printed and (not columns or slot.col in columns) and not TIME.fullmatch(text) and not text.isdigit():
            yield from _names(slot)


def _names(slot: Slot) -> Iterator[str]:
    """Units of one cell, one to a line or set off by marks; a name broken over two lines is put together."""
    held = ""
    for line in slot.lines:
        *whole, rest = re.split("[、，,；;]", held + tight(line))
        yield from (name for name in whole if name)
        held = rest
        if is_office(held) or WHOLE.fullmatch(held):
            yield held
            held = ""
    if held:
        yield held


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return sum(NUMERALS.index(letter) for letter in text)  # 十二 is ten and two; no month and no week needs more


def _year(month: re.Match[str]) -> int | None:
    return int(month["year"]) if month["year"] else None


def _add(part: Part, week: Week, head: Head) -> None:
    """A week with its days; a doubt where there is no year or the month has no such week."""
    year = week.year or head.year
    name = f"{week.month}月第{NUMERALS[week.week]}周"
    key, named = f"weektable-{week.source}-{week.month}-{week.week}", f"{name}（{'、'.join(week.units)}）"
    if year is None:
        part.doubts.append(Doubt(key, week.source, f"{named}没有年份，排不出日期，请补录年份。"))
        return
    deadline = read(f"{year}年{name}", date(year, 1, 1))
    if deadline.start and deadline.due and not deadline.doubt:
        part.slots.append(SlotRead(week.month, week.week, deadline.start, deadline.due, week.units, week.source))
        return
    what = f"{named}：{deadline.doubt or '排不出日期。'}请写明改在几月第几周。"
    part.doubts.append(Doubt(key, week.source, what, deadline.choices))


def _all(slots: list[SlotRead]) -> list[str]:
    return [unit for slot in slots for unit in slot.units]


def _declared(document: Document, slots: list[SlotRead]) -> Iterator[Figure]:
    """Numbers of units that a note gives, townships against townships and the others against the rest."""
    units = _all(slots)
    townships = sum(TOWNSHIP.fullmatch(unit) is not None for unit in units)
    notes = (tight(line.text) for line in document.lines)
    for note in (text for text in notes if re.search("共计|合计|总计", text)):
        for found in DECLARED.finditer(re.split("共计|合计|总计", note)[1].lstrip("有为：:")):
            counted = townships if re.search("[乡镇]", found["who"]) else len(units) - townships
            yield Figure(f"周次表：{found['who']}", f"{found['n']}家", f"{counted}家")


def _unique(slots: list[SlotRead]) -> Figure:
    units = _all(slots)
    twice = "、".join(dict.fromkeys(unit for unit in units if units.count(unit) > 1))
    return Figure("周次表：单位不重复", "无重复", f"重复：{twice}" if twice else "无重复")


def _rhythm(document: Document, slots: list[SlotRead], head: Head) -> Iterator[Figure]:
    """Visits in months that the text keeps for looking back and planning: a warning, not an error."""
    for line in document.lines:
        found = RHYTHM.search(tight(line.text))
        months = read(found["text"], date(head.year, 1, 1)) if found and head.year else None
        if found and months and months.start and months.due and "实施" not in found["name"]:
            within = [slot for slot in slots if months.start.month <= slot.month <= months.due.month]
            seen = f"排有{len(within)}周、{len(_all(within))}家" if within else "不排走访"
            yield Figure(f"{found['name']}（{found['text']}，{line.where}）", "不排走访", seen)
