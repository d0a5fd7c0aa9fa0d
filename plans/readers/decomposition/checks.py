"""What a decomposition table says of itself, counted again: items, numbers, limits, units and columns."""

from dataclasses import dataclass, field

from config.workdays import official
from plans.document import Table
from plans.issued import Doubt, Figure, Head, TaskRead
from plans.readers.decomposition.columns import Columns, Role
from plans.readers.decomposition.numbers import Number
from plans.readers.decomposition.unitcell import number_of

Found = tuple[Table, Columns]


@dataclass
class Section:
    """A part of the table under one heading."""

    name: str = ""
    ordinal: str = ""
    declared: int | None = None
    parted: int = 0  # rows that stand beside the one before them and take no number
    tasks: list[TaskRead] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)
    under: set[int] = field(default_factory=set)

    def add(self, number: Number) -> None:
        """The number of the next task; `under` are the places of those that share one with the task before."""
        self.under |= {len(self.numbers)} if number.merged else set()
        self.numbers.append(number.count if number.merged or not number.part else None)


def figures_of(tables: list[Found], sections: list[Section], blanks: dict[str, list[str]]) -> list[Figure]:
    """What is counted of tables that go on with each other; `blanks` are places by what is blank there."""
    tasks, name = [task for part in sections for task in part.tasks], f"表{tables[0][0].number}"
    figures = [Figure(f"{part.name}：项数", f"{part.declared}项", f"{len(part.tasks)}项")
               for part in sections if part.declared is not None]
    figures.append(Figure(f"{name}序号连续", "连续", "；".join(_gaps(sections)) or "连续"))
    if Role.LIMIT in tables[-1][1].roles:
        limited = sum(bool(task.deadline_text) for task in tasks)
        figures.append(Figure(f"{name}各项均有时限", f"{len(tasks)}项", f"{limited}项"))
    named = sum(bool(task.lead_units or task.responsible_units) for task in tasks)
    figures.append(Figure(f"{name}各项均有单位", f"{len(tasks)}项", f"{named}项"))
    figures += [Figure(f"{name}{words}", "无", "、".join(places)) for words, places in blanks.items() if places]
    return figures + [figure for found in tables for figure in _of_table(*found)]


def _of_table(table: Table, columns: Columns) -> list[Figure]:
    """Columns not understood; and of lost columns the cells in each row, for a short one has lost a cell."""
    name, unknown = f"表{table.number}", "、".join(" ".join(word.split()) or "（空白）" for word in columns.unknown)
    figures = [Figure(f"{name}栏目", "均已识别", f"未识别：{unknown}" if unknown else "均已识别")]
    rows = [row for row in table.rows if row]
    if table.placed or all(slot.text.strip() for row in rows for slot in row):
        return figures
    short = "、".join(f"第{row[0].row}行" for row in rows if len(row) != table.width)
    whole = f"均为{table.width}格"
    return [*figures, Figure(f"{name}每行格数", whole, short or whole)]


def _gaps(sections: list[Section]) -> list[str]:
    """Where numbers do not go on by one; each section or sub-theme may begin again at 1."""
    found, last = _headless(sections), 0
    for section in sections:
        for at, (n, task) in enumerate(zip(section.numbers, section.tasks, strict=True)):
            fresh = n == 1 and (at == 0 or task.theme != section.tasks[at - 1].theme)
            if n is not None and n != last + 1 and not fresh and at not in section.under:
                found.append(f"第{task.no}项前为{last}")
            last = last if n is None else n
    numbers = [n for section in sections for n in section.numbers]
    bare = numbers.count(None)
    return [*found, f"{bare}项没有序号"] if 0 < bare < len(numbers) else found


def _headless(sections: list[Section]) -> list[str]:
    """Headings that are missing: of the first tasks, or between 一 and 三."""
    ordinals = [number_of(section.ordinal) for section in sections if section.ordinal]
    found = ["首节没有标题"] if ordinals and sections[0].tasks else []
    return found + ([] if ordinals == list(range(1, len(ordinals) + 1)) else ["各节序号不连续"])


def past_due(tasks: list[TaskRead], head: Head) -> list[Doubt]:
    """One summary of what was due, or done, before the document was issued."""
    if head.issued_on is None:
        return []
    late = [
        f"第{task.no}项" if task.no.isdecimal() else task.no for task in tasks
        if task.deadline and task.deadline.due and max(task.deadline.dues or (task.deadline.due,)) < head.issued_on
    ]
    if not late:
        return []
    what = f"印发时已到期：{len(late)}项的时限早于印发日{head.issued_on}，暂不按逾期催办，请牵头单位一次确认。"
    return [Doubt("past-due", "、".join(late), what, ("印发时已到期，不计逾期", "按原时限计逾期"))]


def rest_days(tasks: list[TaskRead]) -> list[Figure]:
    """Due days on which nobody works, once each."""
    calendar = official()
    days = {day for task in tasks if task.deadline and not task.deadline.done
            for day in (task.deadline.dues or (task.deadline.due,)) if day}
    return [Figure(f"时限{day}", "工作日", f"逢{calendar.rest_name(day)}")
            for day in sorted(days) if not calendar.is_workday(day)]
