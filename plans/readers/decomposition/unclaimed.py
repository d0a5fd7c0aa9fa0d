"""Tables that no reader claimed: read by what their cells look like, and told of where even that says nothing."""

import re

from plans.document import Document, Table
from plans.issued import Doubt, Head, Part
from plans.readers.checklist import read_checklist
from plans.readers.decomposition.asked import merged
from plans.readers.decomposition.checks import past_due
from plans.readers.decomposition.chosen import holds_tasks
from plans.readers.decomposition.columns import ORGS, Columns, Role
from plans.readers.decomposition.reader import NOTHING, Given, force_decomposition, propose_decomposition
from plans.readers.decomposition.roles import forced, kind_of, texts_of

CHOICES = ("不含任务，略过", "含任务，按栏目读入")


def read_unclaimed(document: Document, head: Head, part: Part, given: Given = NOTHING) -> Part:
    """Tables proposed from tables without a reader. One question for each table that stays unread is added to those the
    part has already."""
    told = listed_as(document, head, given, tasks=True)
    lists = [table for table in document.tables if table.number in told]
    left = [table for table in _left(document, part) if table not in lists]
    found = propose_decomposition(left, head, part.tasks, given)
    found.doubts += [_doubt(table) for table in _left(document, part, found) if table not in lists]
    listed = {place.partition("第")[0] for place in (item.source for item in part.checklist)}
    found.doubts += [doubt for table in document.tables if table in lists or f"表{table.number}" in listed
                     for doubt in _unlisted(table)]
    _add_doubts(part, found, head)
    return found


def _add_doubts(part: Part, found: Part, head: Head) -> None:
    """The same words asked about before and here are one question; what is past due is counted over all."""
    late = past_due(part.tasks + found.tasks, head) if found.tasks else []
    known = [doubt for doubt in part.doubts if not late or doubt.key != late[0].key]
    part.doubts[:] = merged([*known, *found.doubts, *late]) if found.doubts or late else part.doubts
    found.doubts = []


def listed_as(document: Document, head: Head, given: Given, *, tasks: bool) -> set[int]:
    """Tables that are read as lists of standards and that a clerk says are such, or are tables of tasks."""
    said = {table.number for table in document.tables
            if (text := given.get(f"table:{table.number}")) and holds_tasks(text) == tasks}
    listed = {item.source.partition("第")[0] for item in read_checklist(document, head).checklist} if said else set()
    return {table.number for table in document.tables
            if table.number in said and f"表{table.number}" in listed and _unlisted(table)}


def read_told(document: Document, head: Head, part: Part, given: Given) -> Part:
    """The tables which a clerk says hold tasks, read last of all: nothing read before takes another number by them."""
    asked = {doubt.key for doubt in part.doubts}
    read = {task.source.partition("第")[0] for task in part.tasks}
    told = [table for table in document.tables if (key := f"table:{table.number}") in asked
            and holds_tasks(given.get(key, "")) and f"表{table.number}" not in read]
    found = force_decomposition(told, head, part.tasks, given)
    _add_doubts(part, found, head)
    return found


def likely(table: Table) -> bool:
    """Whether a table that nobody took has a column of bodies or of limits beside its words."""
    columns = forced(table)
    return table.placed and bool({*ORGS, Role.LIMIT} & set(columns.roles))


def _left(document: Document, *parts: Part) -> list[Table]:
    """Tables with text that no result, question or figure names as its place."""
    said = [place for part in parts for place in _places(part)]
    claimed = {int(number) for place in said for number in re.findall(r"表(\d+)", place)}
    return [table for table in document.tables if table.number not in claimed and _rows(table)]


def _places(part: Part) -> list[str]:
    sources = [stage.source for stage in part.stages] + [task.source for task in part.tasks]
    sources += [slot.source for slot in part.slots] + [item.source for item in part.checklist]
    sources += [letter.source for letter in part.letters]
    return [*sources, *(doubt.where for doubt in part.doubts), *(figure.name for figure in part.figures)]


def _rows(table: Table) -> list[str]:
    """The words of each row that has any."""
    rows = ["、".join(" ".join(slot.text.split()) for slot in row if slot.printed and slot.text.strip())
            for row in table.rows]
    return [row for row in rows if row]


def _unlisted(table: Table) -> list[Doubt]:
    """A table read as a checklist with columns that look like limits or bodies may be one of tasks."""
    columns, found = Columns([], 1), list[str]()
    for col in range(1, table.width + 1 if table.placed else 1):
        kind = kind_of(texts_of(table, columns, col))
        found += [f"第{col}栏像{kind}"] if kind in (Role.LIMIT, Role.RESPONSIBLE) else []
    if not found:
        return []
    what = f"表{table.number}按检查标准读入，只读了序号、项目、标准；{'、'.join(found)}，未读入。是不是任务表，请确定。"
    return [Doubt(f"table:{table.number}", f"表{table.number}", what, ("是检查标准，其余略过", "是任务表，按栏目读入"))]


def _doubt(table: Table) -> Doubt:
    rows = _rows(table)
    what = f"表{table.number}共{len(rows)}行，没有认出是什么表，一行都没有读入：{rows[0][:60]}"
    return Doubt(f"table:{table.number}", f"表{table.number}", what, CHOICES)
