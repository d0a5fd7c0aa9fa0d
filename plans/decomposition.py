"""Task decomposition tables (重点任务、主要措施、牵头单位、责任单位、完成时限) read into tasks, and questions where the
paper does not tell."""

import re
from dataclasses import dataclass, field, replace
from datetime import date

from config.workdays import official
from plans.columns import SECTION, SUBTHEME, Cell, Columns, Role, Row, Rows, find_columns
from plans.document import Document, Line, Table
from plans.issued import Doubt, Figure, Head, Origin, Part, TaskRead
from plans.phrase import read
from plans.unitcell import (
    NUMBERED,
    Units,
    is_group,
    known,
    limit_text,
    limits_within,
    looks_like_limit,
    looks_like_units,
    measures_of,
    number_of,
    numbered,
    units_of,
)

DECLARED = re.compile(r"[（(]共\s*([\d一二三四五六七八九十百]+)\s*[项条个件][)）]")
DUTY = re.compile(r"备案|向社会公[布开示]")
PRINTED = Cell("")
Found = tuple[Table, Columns]


@dataclass
class Section:
    """A part of the table under one heading."""

    name: str = ""
    ordinal: str = ""
    declared: int | None = None
    tasks: list[TaskRead] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)


def read_decomposition(document: Document, head: Head) -> Part:
    """Tasks of every decomposition table of a document; an empty part where there is none."""
    part, taken = Part(), dict[str, int]()
    for tables in _groups(document):
        part.add(Reading(tables, head, taken).read())
    part.doubts = _merged(part.doubts) + _past(part.tasks, head)
    part.figures += _rest_days(part.tasks)
    return part


def _groups(document: Document) -> list[list[Found]]:
    """Tables with their columns. One that follows at once with the same columns, or without a header, goes on with
    the table before: a page break may cut it in two."""
    groups: list[list[Found]] = []
    last: Found | None = None
    for block in document.blocks:
        if isinstance(block, Line):
            last = None if block.text.strip() else last
            continue
        columns = find_columns(block)
        if columns is None and last and (last[0].width, last[0].placed) == (block.width, block.placed):
            columns = replace(last[1], body=0, goes_on=True)
        if columns and last and columns.roles == last[1].roles:
            groups[-1].append((block, columns))
        elif columns:
            groups.append([(block, columns)])
        last = (block, columns) if columns else None
    return groups


class Reading:
    """A table being read, with those that go on with it. `taken` are the numbers already given in the document."""

    def __init__(self, tables: list[Found], head: Head, taken: dict[str, int]) -> None:
        self.tables, self.head, self.taken = tables, head, taken
        self.sections = [Section()]
        self.theme = ""
        self.part = Part()
        self.asked: dict[str, tuple[str, list[str], tuple[str, ...]]] = {}
        self.blank: list[str] = []
        self.themeless: list[str] = []
        self._turn_to(*tables[0])

    def _turn_to(self, table: Table, columns: Columns) -> None:
        self.table, self.columns, self.name = table, columns, f"表{table.number}"
        self.ref = self.head.issued_on or date(self.head.year or 1, 1, 1)
        if columns.year and columns.year != self.ref.year:
            self.ref = date(columns.year, 1, 1)
        self.roots: dict[Role, str] = {}

    def read(self) -> Part:
        """Tables and their rows in order, then the figures of the whole."""
        for table, columns in self.tables:
            self._turn_to(table, columns)
            self._of_columns()
            for row in Rows(table, columns, self.ref):
                self._of_row(row)
        self.part.doubts += [Doubt(key, "、".join(where), what, choices)
                             for key, (what, where, choices) in self.asked.items()]
        self.part.figures += self._figures()
        return self.part

    def _of_row(self, row: Row) -> None:
        if row.kind == "section":
            self._section(row)
        elif row.kind == "theme":
            self.theme = row.text
        elif row.kind == "remark":
            self._ask(f"{row.where}:note", row.where, f"表内说明未读入任务，请核对：{row.text[:80]}")
        else:
            self._row(row)

    def _ask(self, key: str, where: str, what: str, choices: tuple[str, ...] = ()) -> None:
        """One question for all the places that print the same."""
        key = " ".join(key.split())
        _, places, _ = self.asked.setdefault(key, (what, [], choices))
        places.append(where)

    def _follow(self, key: str, no: str) -> None:
        places = self.asked[key][1]
        if f"第{no}项沿用" not in places:
            places.append(f"第{no}项沿用")

    def _of_columns(self) -> None:
        if self.columns.goes_on:
            self._ask(f"{self.name}:header", self.name, "本表没有表头，按上一表的栏目读，请核对。")
        if self.columns.promoted:
            self._ask(f"{self.name}:lead", self.name, "本表没有牵头单位栏，暂以责任单位为牵头，请确定。",
                      ("责任单位牵头", "没有牵头单位"))
        if Role.LIMIT not in self.columns.roles:
            self._ask(f"{self.name}:limit", self.name, "本表没有完成时限栏，请补录时限。")

    def _section(self, row: Row) -> None:
        declared, ordinal = DECLARED.search(row.text), SECTION.match(row.text)
        self.sections.append(Section(
            DECLARED.sub("", row.text).strip(), ordinal.group(1) if ordinal else "",
            number_of(declared.group(1)) if declared else None))
        self.theme = ""

    def _row(self, row: Row) -> None:
        measure = row.cells.get(Role.MEASURE, PRINTED)
        theme = row.cells.get(Role.THEME, PRINTED)
        if Role.THEME in row.cells and not theme.text:
            self.themeless.append(row.where)
        self.theme = "".join(theme.text.split("\n")) or self.theme
        if not measure.text:
            shown = "；".join(dict.fromkeys([cell.text for cell in row.cells.values() if cell.text] + row.odd))
            self._ask(f"{row.where}:measure", row.where, f"该行没有读出主要措施，未列为任务：{shown[:80]}")
            return
        if SUBTHEME.match(measure.text) and NUMBERED.match(theme.text):
            self._ask(f"{self.name}:swapped", row.where, "主题与措施两栏疑似互换，请核对原文。")
        parts = measures_of(measure.text)
        for text in parts:
            self._task(row, text, theme)
        if len(parts) > 1 and len(_dues(row, self.ref)) > 1:
            self._ask(f"{row.where}:parts", row.where, "一格内有几项措施、几个时限，不知如何对应，请逐项确定。")
        if measure.origin == Origin.INHERITED:
            self._ask(f"{row.where}:again", row.where, "同一措施占几行，暂按几项列出，请核对。",
                      ("分别列项", "并为一项"))

    def _task(self, row: Row, text: str, theme: Cell) -> None:
        section, cells = self.sections[-1], row.cells
        no = cells.get(Role.NO, PRINTED)
        printed, words = numbered(text, no.text if no.origin == Origin.PRINTED and not self.columns.of_themes else "")
        section.numbers.append(printed)
        task = TaskRead(self._no(section, printed), section.name, self.theme, words, row.where)
        section.tasks.append(task)
        self.part.tasks.append(task)
        task.origins["theme"] = theme.origin if theme.text else Origin.INHERITED
        task.origins["measure"] = cells[Role.MEASURE].origin
        self._points(task, row)
        self._units(task, row)
        self._limit(task, cells.get(Role.LIMIT))
        self._within(task, cells.get(Role.NOTE, PRINTED).text)
        if row.odd:
            self._ask(f"{task.no}:odd", row.where, f"有归不进任何一栏的文字：{'；'.join(row.odd)[:80]}")

    def _no(self, section: Section, printed: int | None) -> str:
        """一-3: the section's ordinal and the number printed, or the place where none is; never given twice."""
        n = printed if printed is not None else len(section.numbers)
        no = f"{section.ordinal}-{n}" if section.ordinal else f"{n}"
        theme = SUBTHEME.match(self.theme)
        if no in self.taken and theme:
            no = f"{section.ordinal}({theme.group(1)})-{n}"
        self.taken[no] = self.taken.get(no, 0) + 1
        return no if self.taken[no] == 1 else f"{no}#{self.taken[no]}"

    def _points(self, task: TaskRead, row: Row) -> None:
        points, criteria = row.cells.get(Role.POINTS, PRINTED).text, row.cells.get(Role.CRITERIA, PRINTED).text
        figure = re.fullmatch(r"(\d{1,4}(?:\.\d{1,2})?)分?", points)
        task.points, task.criteria = float(figure.group(1)) if figure else None, criteria or None
        if points and not figure:
            self._ask(f"{task.no}:points", row.where, f"分值“{points[:20]}”没有读出。")

    def _units(self, task: TaskRead, row: Row) -> None:
        found = {role: units_of(row.cells[role].text) for role in self.columns.orgs}
        lead = found.get(Role.LEAD, Units())
        rest = [found[role] for role in self.columns.orgs if role != Role.LEAD]
        task.lead_units = lead.lead or lead.names
        task.responsible_units = lead.names if lead.lead else []
        for units in rest:
            if Role.LEAD in found:
                task.responsible_units = _joined(task.responsible_units, units.lead + units.names)
            else:
                task.lead_units = _joined(task.lead_units, units.lead)
                task.responsible_units = _joined(task.responsible_units, units.names)
        self._unit_origins(task, row)
        self._about_units(task, row)

    def _unit_origins(self, task: TaskRead, row: Row) -> None:
        """Where the units came from, and which earlier question they hang on."""
        for role in self.columns.orgs:
            origin = row.cells[role].origin
            name = "lead_units" if role == Role.LEAD else "responsible_units"
            task.origins[name] = max(task.origins.get(name, origin), origin, key=list(Origin).index)
            if origin != Origin.INHERITED:
                self.roots[role] = task.no
            root = f"{self.roots.get(role)}:units"
            if root in self.asked and origin == Origin.INHERITED and not row.swaps:
                self._follow(root, task.no)
        if Role.LEAD not in self.columns.orgs and task.lead_units:
            task.origins["lead_units"] = task.origins["responsible_units"]
        if row.swaps:
            choices = tuple(dict.fromkeys("；".join(f"{role}：{_list(text)}" for role, text in swap.items())
                                          for swap in row.swaps))
            known = "栏目按原表" if self.table.placed else "原表栏位已失，不知属哪一栏"
            self._ask(f"{task.no}:units", row.where, f"第{task.no}项只印了一个单位格，{known}，请确认。", choices)

    def _about_units(self, task: TaskRead, row: Row) -> None:
        for role in self.columns.orgs:
            text = row.cells[role].text
            if not text:
                self._blank_unit(task, row, role)
            elif not looks_like_units(text) or looks_like_limit(text, self.ref):
                self._ask(f"unit:{text}", row.where, f"{role}“{text[:40]}”不像单位名称，请核对。")
            if units_of(text).more:
                self._ask(f"open:{text}", row.where, f"{role}“{text[:60]}”以“等”结尾，没有列全，请补充。")
        leads = task.lead_units
        if len(leads) > 1 and not all(map(is_group, leads)):
            what = f"有{len(leads)}个牵头单位，暂以首列的{leads[0]}为主牵头。"
            self._ask(f"leads:{'、'.join(leads)}", row.where, what, (*leads, "共同牵头，不分主次"))

    def _blank_unit(self, task: TaskRead, row: Row, role: Role) -> None:
        """A blank unit cell is never filled from above; without a lead, or with nobody at all, it is asked."""
        if role == Role.LEAD or not (task.lead_units or task.responsible_units):
            self._ask(f"{task.no}:{role.name.lower()}", row.where, f"第{task.no}项{role}空白，请补录。")
        else:
            self.blank.append(f"{task.no}{role}")

    def _limit(self, task: TaskRead, cell: Cell | None) -> None:
        if cell is None:
            return
        task.origins["deadline"] = cell.origin
        if not cell.text:
            self._ask(f"{task.no}:limit", task.source, f"第{task.no}项完成时限空白，请补录。")
            return
        task.deadline_text = limit_text(cell.text, self.ref)
        task.deadline = deadline = known(read(task.deadline_text, self.ref))
        if deadline.open_question:
            self._ask(f"limit:{task.deadline_text}", task.source,
                      f"“{task.deadline_text[:60]}”：{deadline.open_question}", deadline.choices)

    def _within(self, task: TaskRead, note: str) -> None:
        """Limits within the measure's own words: shown, never taken."""
        for n, (clause, deadline) in enumerate(limits_within(f"{task.measure}\n{note}", self.ref), start=1):
            same = task.deadline is not None and deadline.due is not None and deadline.due == task.deadline.due
            choices = ("与时限栏相同，不另列", "另列一项") if same else ("另列一项", "不另列")
            question = f"（{deadline.open_question}）" if deadline.open_question else ""
            what = f"正文另有时限：“{clause}”，{deadline.because}{question}"
            self._ask(f"{task.no}:within:{n}", task.source, what, choices)
        for n, clause in enumerate(filter(DUTY.search, re.split(r"[。;；\n]", task.measure)), start=1):
            what = f"正文另有公开、备案要求：“{clause.strip()}”"
            self._ask(f"{task.no}:duty:{n}", task.source, what, ("另列一项", "不另列"))

    def _figures(self) -> list[Figure]:
        tasks, name = self.part.tasks, f"表{self.tables[0][0].number}"
        figures = [Figure(f"{part.name}：项数", f"{part.declared}项", f"{len(part.tasks)}项")
                   for part in self.sections if part.declared is not None]
        figures.append(Figure(f"{name}序号连续", "连续", "；".join(_gaps(self.sections)) or "连续"))
        if Role.LIMIT in self.columns.roles:
            limited = sum(bool(task.deadline_text) for task in tasks)
            figures.append(Figure(f"{name}各项均有时限", f"{len(tasks)}项", f"{limited}项"))
        named = sum(bool(task.lead_units or task.responsible_units) for task in tasks)
        figures.append(Figure(f"{name}各项均有单位", f"{len(tasks)}项", f"{named}项"))
        blanks = {"单位栏空白": self.blank, "主题栏空白，沿用上文": self.themeless}
        figures += [Figure(f"{name}{words}", "无", "、".join(places)) for words, places in blanks.items() if places]
        return figures + [figure for found in self.tables for figure in _of_table(*found)]


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


def _list(text: str) -> str:
    found = units_of(text)
    return "、".join(found.lead + found.names) or "（空白）"


def _joined(first: list[str], more: list[str]) -> list[str]:
    return list(dict.fromkeys(first + more))


def _dues(row: Row, ref: date) -> tuple[date, ...]:
    cell = row.cells.get(Role.LIMIT)
    return read(limit_text(cell.text, ref), ref).dues if cell else ()


def _gaps(sections: list[Section]) -> list[str]:
    """Where numbers do not go on by one; each section or sub-theme may begin again at 1."""
    found, last = _headless(sections), 0
    for section in sections:
        for at, (n, task) in enumerate(zip(section.numbers, section.tasks, strict=True)):
            fresh = n == 1 and (at == 0 or task.theme != section.tasks[at - 1].theme)
            if n is not None and n != last + 1 and not fresh:
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


def _merged(doubts: list[Doubt]) -> list[Doubt]:
    """The same question of two tables asked once; where the choices differ, the later one gets a key of its own."""
    found: dict[str, Doubt] = {}
    for doubt in doubts:
        key = next(key for k in range(1, len(doubts) + 2) if (key := doubt.key if k == 1 else f"{doubt.key}#{k}")
                   not in found or found[key].choices == doubt.choices)
        where = f"{found[key].where}、{doubt.where}" if key in found else doubt.where
        found[key] = replace(doubt, key=key, where=where)
    return list(found.values())


def _past(tasks: list[TaskRead], head: Head) -> list[Doubt]:
    """One summary of what was due, or done, before the document was issued."""
    if head.issued_on is None:
        return []
    late = [task.no for task in tasks if task.deadline and task.deadline.due
            and max(task.deadline.dues or (task.deadline.due,)) < head.issued_on]
    if not late:
        return []
    what = f"印发时已到期：{len(late)}项的时限早于印发日{head.issued_on}，暂不按逾期催办，请牵头单位一次确认。"
    return [Doubt("past-due", "、".join(late), what, ("印发时已到期，不计逾期", "按原时限计逾期"))]


def _rest_days(tasks: list[TaskRead]) -> list[Figure]:
    """Due days on which nobody works, once each."""
    calendar = official()
    days = {day for task in tasks if task.deadline and not task.deadline.done
            for day in (task.deadline.dues or (task.deadline.due,)) if day}
    return [Figure(f"时限{day}", "工作日", f"逢{calendar.rest_name(day)}")
            for day in sorted(days) if not calendar.is_workday(day)]
