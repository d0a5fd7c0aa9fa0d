"""Task decomposition tables (重点任务、主要措施、牵头单位、责任单位、完成时限) read into tasks and questions."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from plans.document import Document, Table
from plans.issued import Head, Origin, Part, TaskRead
from plans.readers.decomposition.asked import Asked, merged
from plans.readers.decomposition.cell import Cell
from plans.readers.decomposition.checks import Found, Section, figures_of, past_due, rest_days
from plans.readers.decomposition.chosen import APART, AS_ABOVE, CARRIED, NO_TASKS
from plans.readers.decomposition.columns import SECTION, SUBTHEME, Columns, Role
from plans.readers.decomposition.headings import Headings
from plans.readers.decomposition.layout import groups_of
from plans.readers.decomposition.limits import limit_of, limit_text, undated
from plans.readers.decomposition.numbers import Number, Numbers
from plans.readers.decomposition.roles import ask_of_columns, forced, proposed
from plans.readers.decomposition.rows import Row, Rows
from plans.readers.decomposition.settled import settled
from plans.readers.decomposition.told import Told
from plans.readers.decomposition.unitcell import measures_of, number_of, shares_of
from plans.readers.decomposition.units import UnitCells, units_in_words
from plans.readers.decomposition.within import ask_within

DECLARED = re.compile(r"[（(]共\s*([\d一二三四五六七八九十百]+)\s*[项条个件][)）]")
PRINTED = Cell("")
Given = Mapping[str, str]
NOTHING: Given = {}


def read_decomposition(document: Document, head: Head, given: Given = NOTHING) -> Part:
    """Tasks of every decomposition table of a document, read by what was answered about its columns; an empty part
    where there is none."""
    part = _whole(groups_of(document), head, [], given)
    part.doubts += past_due(part.tasks, head)
    return part


def propose_decomposition(tables: Iterable[Table], head: Head, before: list[TaskRead], given: Given = NOTHING) -> Part:
    """Tasks of tables that no reader knew by their headings, by what their cells look like; each column is asked about.
    `before` are the tasks whose numbers are given already."""
    return _whole([[(table, columns)] for table in tables if (columns := proposed(table))], head, before, given)


def force_decomposition(tables: Iterable[Table], head: Head, before: list[TaskRead], given: Given) -> Part:
    """Tasks of tables that nobody would take for such, because a clerk says that they hold tasks."""
    return _whole([[(table, forced(table))] for table in tables], head, before, given)


def _whole(groups: list[list[Found]], head: Head, before: list[TaskRead], given: Given) -> Part:
    part, taken = Part(), {task.no: 1 for task in before}
    for tables in groups:
        part.add(Reading(tables, head, taken, given).read())
    part.doubts = merged(part.doubts)
    part.figures += rest_days(part.tasks)
    return part


class Reading:
    """A table being read, with those that go on with it, by what was answered about them (`given`). `taken` are the
    numbers already given in the document."""

    def __init__(self, tables: list[Found], head: Head, taken: dict[str, int], given: Given = NOTHING) -> None:
        self.settled = settled(tables, given)
        self.tables = [(table, now) for table, _, now in self.settled]
        self.head, self.taken = head, taken
        self.sections = [Section()]
        self.theme = self.sub = ""
        self.part, self.numbers = Part(), Numbers()
        self.asked = Asked(given=given)
        self.blank: list[str] = []
        self.themeless: list[str] = []
        self.told, self.headings = Told(self.asked), Headings(self.asked)
        self._turn_to(*self.tables[0])

    def _turn_to(self, table: Table, columns: Columns) -> None:
        self.table, self.columns, self.name, self.fresh = table, columns, f"表{table.number}", columns.torn
        self.ref = self.head.issued_on or date(self.head.year or 1, 1, 1)
        if columns.year and columns.year != self.ref.year:
            self.ref = date(columns.year, 1, 1)
        self.unit_cells = UnitCells(table, columns, self.ref, self.asked, self.blank)

    def read(self) -> Part:
        """Tables and their rows in order, then the figures of the whole."""
        for table, printed, columns in self.settled:
            self._turn_to(table, columns)
            if self._of_columns(printed):
                carried = self.asked.said(f"表{self.tables[0][0].number}:blank") == CARRIED
                for row in Rows(table, columns, self.ref, carried=carried):
                    self._of_row(row)
        self.told.close(self.tables[0][0], self.blank)
        self.part.doubts += self.asked.doubts()
        blanks = {"单位栏空白": self.blank, "主题栏空白，沿用上文": self.themeless}
        self.part.figures += [*self.told.totals(), *figures_of(self.tables, self.sections, blanks)]
        return self.part

    def _of_row(self, row: Row) -> None:
        if row.kind == "section":
            self._section(row)
        elif row.kind == "theme":
            self._subtheme(row)
        elif row.kind == "total":
            self.told.sums.append(row.where)
        elif row.kind == "remark":
            self.asked.ask(f"{row.where}:note", row.where, f"表内说明未读入任务，请核对：{row.text[:80]}")
        else:
            self.told.heading = None
            self._row(row)
            self.fresh = False

    def _of_columns(self, printed: Columns) -> bool:
        """What is asked about the columns; whether there are tasks to be read by them."""
        if self.columns.goes_on:
            choices = (AS_ABOVE, APART, NO_TASKS) if self.table.placed else (AS_ABOVE, NO_TASKS)
            self.asked.ask(f"{self.name}:header", self.name, "本表没有表头，按上一表的栏目读，请核对。", choices)
        if self.asked.said(f"{self.name}:header") == NO_TASKS:
            return False
        if self.columns.promoted:
            self.asked.ask(f"{self.name}:lead", self.name, "本表没有牵头单位栏，暂以责任单位为牵头，请确定。",
                      ("责任单位牵头", "没有牵头单位"))
        if Role.LIMIT not in self.columns.roles:
            self.asked.ask(f"{self.name}:limit", self.name, "本表没有完成时限栏，请补录时限。")
        self.told.points(self.table, self.columns)
        ask_of_columns(self.table, printed, self.columns, self.asked)
        if Role.MEASURE not in self.columns.roles:
            what = "按各栏的答复，本表没有一栏是要办的事项，整表未读入任务，请核对。"
            self.asked.ask(f"{self.name}:measure", self.name, what, ("本表不含任务",))
        return Role.MEASURE in self.columns.roles

    def _section(self, row: Row) -> None:
        declared, ordinal = DECLARED.search(row.text), SECTION.match(row.text)
        self.sections.append(Section(
            DECLARED.sub("", row.text).strip(), ordinal.group(1) if ordinal else "",
            number_of(declared.group(1)) if declared else None))
        self.theme, self.sub, self.numbers = "", "", Numbers()
        self.headings.turn_to(row.text, row.where, self.ref)
        self.told.section(row, known=declared is not None)

    def _subtheme(self, row: Row) -> None:
        """（一）… over the whole width: the theme of what follows, or a heading where a column has the themes."""
        if Role.THEME in self.columns.roles:
            self.sub, self.theme = row.text, ""
            self.told.subtheme(row)
        else:
            self.theme = row.text
        self.headings.turn_to(row.text, row.where, self.ref)

    def _row(self, row: Row) -> None:
        measure, theme = self._measure(row), row.cells.get(Role.THEME, PRINTED)
        if Role.THEME in row.cells and not theme.text:
            self.themeless.append(row.where)
        self._theme("".join(theme.text.split("\n")), theme)
        if not measure.text:
            shown = "；".join(dict.fromkeys([cell.text for cell in row.cells.values() if cell.text] + row.odd))
            self.asked.ask(f"{row.where}:measure", row.where, f"该行没有读出主要措施，未列为任务：{shown[:80]}")
            return
        self.told.parted = ""
        if self.fresh and self.part.tasks and self.told.tail(row, self.part.tasks[-1], self.columns):
            return
        self.told.exchanged(self.name, row.where, measure, theme)
        parts = measures_of(measure.text)
        shares = {role: found for role in (Role.LIMIT, *self.columns.orgs)
                  if role in row.cells and (found := shares_of(row.cells[role].text, len(parts)))}
        for at, text in enumerate(parts):
            own = {role: replace(row.cells[role], text=found[at]) for role, found in shares.items()}
            self._task(replace(row, cells=row.cells | own), text, theme, at if len(parts) > 1 else None)
        if len(parts) > 1 and self._unpaired(row, shares):
            what = "一格内有几项措施，单位或时限也有几项，不知如何对应，请逐项确定。"
            self.asked.ask(f"{row.where}:parts", row.where, what)
        if measure.origin == Origin.INHERITED:
            self.asked.ask(f"{row.where}:again", row.where, "同一措施占几行，暂按几项列出，请核对。",
                      ("分别列项", "并为一项"))

    def _measure(self, row: Row) -> Cell:
        """The cell that says what is to be done; where rows are whole, all that stands in one without such a cell."""
        cell = row.cells.get(Role.MEASURE, PRINTED)
        if not cell.text and self.columns.whole:
            printed = [one.text for one in row.cells.values() if one.text and one.origin != Origin.INHERITED]
            cell = row.cells[Role.MEASURE] = Cell("、".join(dict.fromkeys([*printed, *row.odd])), where=row.where)
            row.odd.clear()
        return cell

    def _unpaired(self, row: Row, shares: dict[Role, list[str]]) -> bool:
        """Whether several limits, or numbered bodies, stand beside several measures and match none."""
        several = any(len(measures_of(row.cells[role].text)) > 1 for role in self.columns.orgs if role not in shares)
        return several or (Role.LIMIT not in shares and len(_dues(row, self.ref)) > 1)

    def _theme(self, text: str, cell: Cell) -> None:
        """A theme printed anew; one whose cell goes on, or is blank, stays."""
        if text and text != self.theme:
            self.theme = text
            self.headings.turn_to(text, cell.where, self.ref)

    def _task(self, row: Row, text: str, theme: Cell, line: int | None) -> None:
        section, cells = self.sections[-1], row.cells
        number = self.numbers.of(None if self.columns.of_themes else cells.get(Role.NO), text, line)
        section.add(number)
        section.parted += bool(self.told.parted)
        name = " ".join(filter(None, (section.name, self.sub)))
        task = TaskRead(self._no(section, number), name, self.theme, number.words, row.where)
        section.tasks.append(task)
        self.part.tasks.append(task)
        task.origins["theme"] = theme.origin if theme.text else Origin.INHERITED
        task.origins["measure"] = cells[Role.MEASURE].origin
        self._points(task, row)
        if self.columns.orgs:
            self.unit_cells.read(task, row)
        else:
            units_in_words(task, self.asked, self.name)
        self.headings.give(task, self.columns.orgs)
        self._limit(task, cells.get(Role.LIMIT))
        ask_within(task, cells.get(Role.NOTE, PRINTED).text, self.ref, self.asked)
        if row.odd:
            self.asked.ask(f"{task.no}:odd", row.where, f"有归不进任何一栏的文字：{'；'.join(row.odd)[:80]}")

    def _no(self, section: Section, number: Number) -> str:
        """As printed where that is more than a figure; else 一-3: the section's ordinal and the number printed, or the
        place where none is; never given twice."""
        n = number.count if number.count is not None else len(section.numbers) - section.parted
        own = f"{self.told.parted}.0" if self.told.parted else number.printed
        no = own or (f"{section.ordinal}-{n}" if section.ordinal else f"{n}")
        no += "" if self.told.parted else number.part
        theme = SUBTHEME.match(self.sub or self.theme)
        if no in self.taken and theme and not own:
            no = f"{section.ordinal}({theme.group(1)})-{n}{number.part}"
        self.taken[no] = self.taken.get(no, 0) + 1
        return no if self.taken[no] == 1 else f"{no}#{self.taken[no]}"

    def _points(self, task: TaskRead, row: Row) -> None:
        points, criteria = row.cells.get(Role.POINTS, PRINTED).text, row.cells.get(Role.CRITERIA, PRINTED).text
        figure = re.fullmatch(r"(\d{1,4}(?:\.\d{1,2})?)分?", points)
        task.points, task.criteria = float(figure.group(1)) if figure else None, criteria or None
        if points and not figure:
            self.asked.ask(f"{task.no}:points", row.where, f"分值“{points[:20]}”没有读出。")

    def _limit(self, task: TaskRead, cell: Cell | None) -> None:
        if cell is None:
            return
        task.origins["deadline"] = cell.origin
        if not cell.text:
            self.asked.ask(f"{task.no}:limit", task.source, f"第{task.no}项完成时限空白，请补录。")
            return
        task.deadline_text = limit_text(cell.text, self.ref)
        task.deadline = deadline = limit_of(task.deadline_text, self.ref)
        question = deadline.open_question or undated(deadline)
        if question:
            self.asked.ask(f"limit:{task.deadline_text}", task.source,
                      f"“{task.deadline_text[:60]}”：{question}", deadline.choices)


def _dues(row: Row, ref: date) -> tuple[date, ...]:
    cell = row.cells.get(Role.LIMIT)
    return limit_of(limit_text(cell.text, ref), ref).dues if cell else ()
