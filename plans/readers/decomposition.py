"""Task decomposition tables (重点任务、主要措施、牵头单位、责任单位、完成时限) read into tasks and questions."""

import re
from dataclasses import replace
from datetime import date

from plans.document import Document, Line, Table
from plans.issued import Head, Origin, Part, TaskRead
from plans.phrase import read
from plans.readers.columns import SECTION, SUBTHEME, Columns, Role, find_columns
from plans.readers.decomposition_asked import Asked, merged
from plans.readers.decomposition_checks import Found, Section, figures_of, past_due, rest_days
from plans.readers.decomposition_units import UnitCells
from plans.readers.rows import Cell, Row, Rows
from plans.readers.unitcell import NUMBERED, known, limit_text, limits_within, measures_of, number_of, numbered

DECLARED = re.compile(r"[（(]共\s*([\d一二三四五六七八九十百]+)\s*[项条个件][)）]")
DUTY = re.compile(r"备案|向社会公[布开示]")
PRINTED = Cell("")


def read_decomposition(document: Document, head: Head) -> Part:
    """Tasks of every decomposition table of a document; an empty part where there is none."""
    part, taken = Part(), dict[str, int]()
    for tables in _groups(document):
        part.add(Reading(tables, head, taken).read())
    part.doubts = merged(part.doubts) + past_due(part.tasks, head)
    part.figures += rest_days(part.tasks)
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
        self.asked = Asked()
        self.blank: list[str] = []
        self.themeless: list[str] = []
        self._turn_to(*tables[0])

    def _turn_to(self, table: Table, columns: Columns) -> None:
        self.table, self.columns, self.name = table, columns, f"表{table.number}"
        self.ref = self.head.issued_on or date(self.head.year or 1, 1, 1)
        if columns.year and columns.year != self.ref.year:
            self.ref = date(columns.year, 1, 1)
        self.unit_cells = UnitCells(table, columns, self.ref, self.asked, self.blank)

    def read(self) -> Part:
        """Tables and their rows in order, then the figures of the whole."""
        for table, columns in self.tables:
            self._turn_to(table, columns)
            self._of_columns()
            for row in Rows(table, columns, self.ref):
                self._of_row(row)
        self.part.doubts += self.asked.doubts()
        blanks = {"单位栏空白": self.blank, "主题栏空白，沿用上文": self.themeless}
        self.part.figures += figures_of(self.tables, self.sections, blanks)
        return self.part

    def _of_row(self, row: Row) -> None:
        if row.kind == "section":
            self._section(row)
        elif row.kind == "theme":
            self.theme = row.text
        elif row.kind == "remark":
            self.asked.ask(f"{row.where}:note", row.where, f"表内说明未读入任务，请核对：{row.text[:80]}")
        else:
            self._row(row)

    def _of_columns(self) -> None:
        if self.columns.goes_on:
            self.asked.ask(f"{self.name}:header", self.name, "本表没有表头，按上一表的栏目读，请核对。")
        if self.columns.promoted:
            self.asked.ask(f"{self.name}:lead", self.name, "本表没有牵头单位栏，暂以责任单位为牵头，请确定。",
                      ("责任单位牵头", "没有牵头单位"))
        if Role.LIMIT not in self.columns.roles:
            self.asked.ask(f"{self.name}:limit", self.name, "本表没有完成时限栏，请补录时限。")

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
            self.asked.ask(f"{row.where}:measure", row.where, f"该行没有读出主要措施，未列为任务：{shown[:80]}")
            return
        if SUBTHEME.match(measure.text) and NUMBERED.match(theme.text):
            self.asked.ask(f"{self.name}:swapped", row.where, "主题与措施两栏疑似互换，请核对原文。")
        parts = measures_of(measure.text)
        for text in parts:
            self._task(row, text, theme)
        if len(parts) > 1 and len(_dues(row, self.ref)) > 1:
            self.asked.ask(f"{row.where}:parts", row.where, "一格内有几项措施、几个时限，不知如何对应，请逐项确定。")
        if measure.origin == Origin.INHERITED:
            self.asked.ask(f"{row.where}:again", row.where, "同一措施占几行，暂按几项列出，请核对。",
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
        self.unit_cells.read(task, row)
        self._limit(task, cells.get(Role.LIMIT))
        self._within(task, cells.get(Role.NOTE, PRINTED).text)
        if row.odd:
            self.asked.ask(f"{task.no}:odd", row.where, f"有归不进任何一栏的文字：{'；'.join(row.odd)[:80]}")

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
            self.asked.ask(f"{task.no}:points", row.where, f"分值“{points[:20]}”没有读出。")

    def _limit(self, task: TaskRead, cell: Cell | None) -> None:
        if cell is None:
            return
        task.origins["deadline"] = cell.origin
        if not cell.text:
            self.asked.ask(f"{task.no}:limit", task.source, f"第{task.no}项完成时限空白，请补录。")
            return
        task.deadline_text = limit_text(cell.text, self.ref)
        task.deadline = deadline = known(read(task.deadline_text, self.ref))
        if deadline.open_question:
            self.asked.ask(f"limit:{task.deadline_text}", task.source,
                      f"“{task.deadline_text[:60]}”：{deadline.open_question}", deadline.choices)

    def _within(self, task: TaskRead, note: str) -> None:
        """Limits within the measure's own words: shown, never taken."""
        for n, (clause, deadline) in enumerate(limits_within(f"{task.measure}\n{note}", self.ref), start=1):
            same = task.deadline is not None and deadline.due is not None and deadline.due == task.deadline.due
            choices = ("与时限栏相同，不另列", "另列一项") if same else ("另列一项", "不另列")
            question = f"（{deadline.open_question}）" if deadline.open_question else ""
            what = f"正文另有时限：“{clause}”，{deadline.because}{question}"
            self.asked.ask(f"{task.no}:within:{n}", task.source, what, choices)
        for n, clause in enumerate(filter(DUTY.search, re.split(r"[。;；\n]", task.measure)), start=1):
            what = f"正文另有公开、备案要求：“{clause.strip()}”"
            self.asked.ask(f"{task.no}:duty:{n}", task.source, what, ("另列一项", "不另列"))


def _dues(row: Row, ref: date) -> tuple[date, ...]:
    cell = row.cells.get(Role.LIMIT)
    return read(limit_text(cell.text, ref), ref).dues if cell else ()
