"""How decomposition tables stand in a document: cut by pages, two side by side, or one card for each task."""

import re
from collections.abc import Iterator
from dataclasses import replace

from plans.document import Document, Line, Slot, Table
from plans.readers.decomposition.checks import Found
from plans.readers.decomposition.columns import (
    BARE,
    ORGS,
    Columns,
    Role,
    aside,
    body_after,
    columns_of,
    find_columns,
    holds_tasks,
    named_columns,
    role_of,
)
from plans.readers.decomposition.roles import completed, proposed
from plans.readers.scoretable.rows import scored_tables

PAGE = re.compile(r"[-—–－·\s]*第?\s*\d{1,4}\s*页?(?:\s*[,，/共]+\s*\d{1,4}\s*页?)?[-—–－·\s]*")


def groups_of(document: Document) -> list[list[Found]]:
    """Tables with their columns. One that follows at once with the same columns, or without a header, goes on with
    the table before: a page break may cut it in two, with a page's number between."""
    groups: list[list[Found]] = []
    last: Found | None = None
    for block in document.blocks:
        if isinstance(block, Line):
            last = None if block.text.strip() and not PAGE.fullmatch(block.text) else last
            continue
        found = _unscored(_found(block, last), document)
        for at, (table, columns) in enumerate(found):
            if last and columns.roles == last[1].roles:
                groups[-1].append((table, replace(columns, torn=at == 0)))
            else:
                groups.append([(table, columns)])
            last = (table, columns)
        last = last if found else None
    return groups


def _found(table: Table, last: Found | None) -> list[Found]:
    """A table with its columns; as many as stand side by side; none where it holds no tasks."""
    beside = side_by_side(table)
    found = [(part, columns) for part in beside if (columns := _columns(part) or proposed(part))]
    if not found or len(found) < len(beside):
        shape = card_of(table) or table
        found = [(shape, columns)] if (columns := _columns(shape)) else []
    if not found and last and (last[0].width, last[0].placed) == (table.width, table.placed):
        return [(table, replace(last[1], body=0, goes_on=True))]
    return found


def _unscored(found: list[Found], document: Document) -> list[Found]:
    """Without tables that name no column of limits and are score tables."""
    free = [one for one in found if not any(role_of(head) == Role.LIMIT for head in one[1].heads)]
    scored = scored_tables(document) if free else set()
    return [one for one in found if one not in free or one[0].number not in scored]


def _columns(table: Table) -> Columns | None:
    named = named_columns(table)
    columns = completed(table, named) if named else None
    return columns if columns and holds_tasks(table, columns) else None


def side_by_side(table: Table) -> list[Table]:
    """The tables that stand beside each other under headings that repeat; none where they do not."""
    for at, row in enumerate(table.rows[:6] if table.placed else []):
        heads = [BARE.sub("", slot.text) for slot in row]
        for width in range(3, len(heads) // 2 + 1):
            parts = [heads[start:start + width] for start in range(0, len(heads), width)]
            if all(len(part) == width and _alike(part, parts[0]) for part in parts):
                return [_cut(table, at, start, width) for start in range(0, len(heads), width)]
    return []


def _alike(part: list[str], first: list[str]) -> bool:
    """The same names but for one that was left out, at least two of them known."""
    same = [one for one, other in zip(part, first, strict=True) if one == other and one]
    return len(set(same)) >= max(2, len(part) - 1) and sum(role_of(name) is not None for name in same) >= 2


def _cut(table: Table, at: int, start: int, width: int) -> Table:
    """Some columns of a table from its header on, counted from 1."""
    rows = [[replace(slot, col=slot.col - start, across=min(slot.across, width)) for slot in row[start:start + width]]
            for row in table.rows[at:]]
    return Table(table.number, rows, width, True, table.line)


def card_of(table: Table) -> Table | None:
    """A card, on which each value stands right of its name, as a table of a single row."""
    if not table.placed or not 2 <= len(table.rows) <= 15 or table.width > 6:
        return None
    pairs = list(_pairs(table))
    named = [role_of(name.text) for name, _ in pairs]
    known = sum(role is not None or bool(aside(name.text)) for role, (name, _) in zip(named, pairs, strict=True))
    acted = any(role in (*ORGS, Role.LIMIT) for role in named)
    if known < 3 or known * 3 < len(pairs) * 2 or not acted or find_columns(table):
        return None
    heads = [Slot(name.text, 1, col) for col, (name, _) in enumerate(pairs, start=1)]
    values = [Slot(value.text, value.row, col) for col, (_, value) in enumerate(pairs, start=1)]
    card = Table(table.number, [heads, values], len(pairs), True, table.line)
    return card if columns_of(card, 0, body_after(card, 0)) else None


def _pairs(table: Table) -> Iterator[tuple[Slot, Slot]]:
    """The cells of each row by twos; a name without a value pairs with a blank."""
    for row in table.rows:
        printed = [slot for slot in row if slot.printed]
        for at in range(0, len(printed), 2):
            value = printed[at + 1] if at + 1 < len(printed) else Slot("", printed[at].row, printed[at].col)
            yield printed[at], value
