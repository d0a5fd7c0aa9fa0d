"""The columns of tables as a clerk settled them: an answer goes before a heading, a guess gives way to an answer."""

from collections.abc import Mapping
from dataclasses import replace

from plans.document import Table
from plans.readers.decomposition.checks import Found
from plans.readers.decomposition.chosen import APART, EXCHANGED, column_key, role_said
from plans.readers.decomposition.columns import ORGS, Columns, Role, aside, of_themes
from plans.readers.decomposition.roles import forced, length, texts_of

DOWN = {Role.LEAD: Role.RESPONSIBLE, Role.RESPONSIBLE: Role.SUPPORT}
Roles = list[Role | None]


def settled(tables: list[Found], given: Mapping[str, str]) -> list[tuple[Table, Columns, Columns]]:
    """Tables that go on with each other, each with the columns its questions are put from and those it is read by."""
    found: list[tuple[Table, Columns, Columns]] = []
    for table, own in tables:
        columns = own
        if own.goes_on and given.get(f"表{table.number}:header") == APART:
            columns = replace(forced(table), goes_on=True, torn=own.torn)
        elif own.goes_on and found and found[-1][1] != found[-1][2]:
            columns = replace(found[-1][2], body=0, goes_on=True, torn=own.torn)
        found.append((table, columns, _settled(table, columns, given)))
    return found


def _settled(table: Table, columns: Columns, given: Mapping[str, str]) -> Columns:
    if given.get(f"表{table.number}:swapped") == EXCHANGED:
        other: dict[Role | None, Role] = {Role.THEME: Role.MEASURE, Role.MEASURE: Role.THEME}
        columns = replace(columns, roles=[other.get(role, role) for role in columns.roles])
    said = _said(table, columns, given)
    if not said:
        return columns
    led = columns.promoted and Role.LEAD in said.values()
    before = [DOWN.get(role, role) if role and led else role for role in columns.roles]
    roles = _with_measure(table, columns, _given_way(before, columns, said), said)
    guessed = columns.guessed | {at for at, role in enumerate(roles, 1) if role != before[at - 1] and role}
    unknown = [head for at, (head, role) in enumerate(zip(columns.heads, roles, strict=False), 1)
               if role is None and at not in said and not aside(head)]
    fresh = replace(columns, roles=roles, guessed=guessed, unknown=unknown, promoted=columns.promoted and not led)
    return replace(fresh, of_themes=of_themes(table, fresh))


def _said(table: Table, columns: Columns, given: Mapping[str, str]) -> dict[int, Role | None]:
    """What was answered about columns that are asked about: guessed ones, and those in no task."""
    found: dict[int, Role | None] = {}
    for col, role in enumerate(columns.roles, start=1):
        answer = role_said(given.get(column_key(table.number, col), ""))
        note = role == Role.NOTE and answer == (None,)  # what a note sets a limit by is still asked about
        if answer and not note and (col in columns.guessed or role in (None, Role.NOTE)):
            found[col] = answer[0]
    return found


def _given_way(before: Roles, columns: Columns, said: dict[int, Role | None]) -> Roles:
    """The roles with the answered ones. A guess that nobody confirmed leaves its role to the column that was said to
    have it, and takes the one that column had where both hold bodies."""
    roles = [said.get(col, role) for col, role in enumerate(before, start=1)]
    for col in sorted(columns.guessed - said.keys()):
        if roles[col - 1] is None or roles[col - 1] not in said.values():
            continue
        free = [before[at - 1] for at in said if before[at - 1] in ORGS and before[at - 1] not in roles]
        roles[col - 1] = free[0] if free and roles[col - 1] in ORGS else None
    return roles


def _with_measure(table: Table, columns: Columns, roles: Roles, said: dict[int, Role | None]) -> Roles:
    """Where no column says any more what is to be done, the longest words among those nobody settled, or the theme."""
    if Role.MEASURE in roles:
        return roles
    free = [at for at, role in enumerate(roles) if role is None and at + 1 not in said and table.placed
            and not aside(columns.heads[at] if at < len(columns.heads) else "")
            and texts_of(table, columns, at + 1)]
    themes = [at for at, role in enumerate(roles) if role == Role.THEME and at + 1 not in said]
    best = max(free, key=lambda at: length(texts_of(table, columns, at + 1)), default=next(iter(themes), None))
    return [Role.MEASURE if at == best else role for at, role in enumerate(roles)]
