"""Tables that no reader claimed: read by what their cells look like, and told of where even that says nothing."""

import re

from plans.document import Document, Table
from plans.issued import Doubt, Head, Part
from plans.readers.decomposition.asked import merged
from plans.readers.decomposition.checks import past_due
from plans.readers.decomposition.columns import Columns, Role
from plans.readers.decomposition.reader import propose_decomposition
from plans.readers.decomposition.roles import kind_of, texts_of

CHOICES = ("不含任务，略过", "含任务，请另行录入")


def read_unclaimed(document: Document, head: Head, part: Part) -> Part:
    """Tasks proposed from tables without a reader. One question for each table that stays unread is added to those the
    part has already."""
    found = propose_decomposition(_left(document, part), head, part.tasks)
    left = _left(document, part, found)
    found.doubts += [_doubt(table) for table in left]
    listed = {place.partition("第")[0] for place in (item.source for item in part.checklist)}
    found.doubts += [doubt for table in document.tables if f"表{table.number}" in listed for doubt in _unlisted(table)]
    late = past_due(part.tasks + found.tasks, head) if found.tasks else []
    known = [doubt for doubt in part.doubts if not late or doubt.key != late[0].key]
    # The same words asked about before and here are one question.
    part.doubts[:] = merged([*known, *found.doubts, *late]) if found.doubts or late else part.doubts
    found.doubts = []
    return found


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
    return [Doubt(f"table:{table.number}", f"表{table.number}", what, ("是检查标准，其余略过", "是任务表，请另行录入"))]


def _doubt(table: Table) -> Doubt:
    rows = _rows(table)
    what = f"表{table.number}共{len(rows)}行，没有认出是什么表，一行都没有读入：{rows[0][:60]}"
    return Doubt(f"table:{table.number}", f"表{table.number}", what, CHOICES)
