"""Stages printed as a table: a column of steps beside a column of times."""

import re
from collections.abc import Iterator

from plans.document import Document, Line, Slot, Table
from plans.readers.stage.kinds import kinds_in
from plans.readers.stage.words import Found

STEP = re.compile(r"(?:工作|督[察查导]|实施|方法)?(?:阶段|步骤|环节)(?:名称|划分)?")
WHEN = re.compile(r"(?:起止|完成|工作|时间|实施)?(?:时间|日期|时限|期限)(?:安排|节点|要求)?|时间")
DATED = re.compile(r"\d|[一二三四五六七八九十]+月|[XＸ×]月|待定|另行|每年|年底|即日")


def found_in_tables(document: Document) -> Iterator[Found]:
    """The steps of every table whose heading names such two columns and whose steps are mostly known ones."""
    for table in document.tables:
        found = list(_rows(table))
        if len(found) > 1 and 2 * len([one for one in found if kinds_in(one.name)]) >= len(found):
            yield from found


def _rows(table: Table) -> Iterator[Found]:
    columns: tuple[int, int] | None = None
    for row in table.rows:
        texts = ["".join(slot.text.split()) for slot in row]
        if columns is None:
            columns = _columns(texts)
        elif (step := _at(row, columns[0])) and step.printed:
            name, when = step.text, _at(row, columns[1])
            text = "".join(when.text.split()) if when else ""
            kept = re.sub(r"^[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|\s", "", name)
            at = f"表{table.number}第{step.row}行"
            yield Found(kept, text if DATED.search(text) else "", Line(name, 0), at=at)


def _columns(texts: list[str]) -> tuple[int, int] | None:
    steps = [at for at, text in enumerate(texts) if STEP.fullmatch(text)]
    times = [at for at, text in enumerate(texts) if WHEN.fullmatch(text)]
    return (steps[0], times[0]) if steps and times else None


def _at(row: list[Slot], column: int) -> Slot | None:
    """The slot of a column, whatever it is where the format has lost the columns."""
    return row[column] if column < len(row) and row[column].text.strip() else None
