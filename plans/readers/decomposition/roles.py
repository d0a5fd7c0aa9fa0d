"""Columns whose heading says too little: what their cells propose, and one question for each of them."""

import re
from dataclasses import replace
from datetime import date

from plans.document import Slot, Table
from plans.readers.decomposition.asked import Asked
from plans.readers.decomposition.chosen import choices_for, column_key, role_said
from plans.readers.decomposition.columns import (
    BARE,
    ORGS,
    Columns,
    Role,
    aside,
    body_after,
    heads_of,
    named_headings,
    named_roles,
    promoted_of,
    role_of,
)
from plans.readers.decomposition.limits import looks_like_limit, said
from plans.readers.decomposition.unitcell import NOBODY, looks_like_units

MOST = 0.7
SAMPLE = 200  # rows looked at: what they do not show, the others will not
ANY_YEAR = date(2001, 1, 1)
COUNT = re.compile(r"[A-Za-z\d①-⑳.．\-（()）、一二三四五六七八九十]{1,8}")


def texts_of(table: Table, columns: Columns, col: int) -> list[str]:
    """What is printed in a column below the header, heads printed again left out."""
    head = columns.heads[col - 1] if col <= len(columns.heads) else ""
    rows = (row for row in table.rows[columns.body:])
    found = [slot.text.strip() for row in rows for slot in row
             if slot.col == col and slot.printed and slot.across * 2 <= max(table.width, 2)]
    return [text for text in found if text and not (BARE.sub("", text) and BARE.sub("", text) in BARE.sub("", head))]


def kind_of(texts: list[str], least: int = 2) -> Role | None:
    """What most cells of a column look like: limits, bodies, numbers, or what is to be done; None for too few."""
    texts = [text for text in texts[:SAMPLE] if text not in NOBODY]
    if len(texts) < least:
        return None
    for role, test in ((Role.NO, COUNT.fullmatch), (Role.LIMIT, _limit), (Role.RESPONSIBLE, looks_like_units)):
        if sum(bool(test(text)) for text in texts) >= MOST * len(texts):
            return role
    return Role.MEASURE


def _limit(text: str) -> bool:
    return looks_like_limit(text, ANY_YEAR)


def completed(table: Table, columns: Columns) -> Columns:
    """A column of bodies, of limits or of numbers by its cells, where no heading names one; and where the heading of
    the tasks names only their subjects, a column of longer words."""
    if not table.placed:
        return columns
    roles, guessed = list(columns.roles), set(columns.guessed)
    words = _longer(table, columns)
    if words:
        at = roles.index(Role.MEASURE)
        # 项目业主 is a body: words over a column of bodies name no theme
        bodies = kind_of(texts_of(table, columns, at + 1)) == Role.RESPONSIBLE
        roles[at], roles[words - 1] = None if bodies or Role.THEME in roles else Role.THEME, Role.MEASURE
        guessed.add(words)
    elif _swapped(table, columns):
        at, other = roles.index(Role.MEASURE), roles.index(Role.THEME)
        roles[at], roles[other] = Role.THEME, Role.MEASURE
        guessed |= {at + 1, other + 1}
    kinds = {at: kind_of(texts_of(table, columns, at + 1)) for at, role in enumerate(roles)
             if role is None and not aside(columns.heads[at])}
    last = max((at for at, kind in kinds.items() if kind == Role.LIMIT), default=-1)
    for at, kind in kinds.items():
        helped = kind == Role.RESPONSIBLE and not {Role.RESPONSIBLE, Role.SUPPORT} & set(roles)
        if helped or (kind not in roles and (kind == Role.NO or at == last)):
            roles[at] = kind
            guessed.add(at + 1)
    guessed |= _themed(table, columns, roles)
    unknown = [head for head, role in zip(columns.heads, roles, strict=True) if role is None and not aside(head)]
    return replace(columns, roles=roles, guessed=guessed, unknown=unknown)


def _longer(table: Table, columns: Columns) -> int:
    """The column nobody understood whose words are longer than those read as measures under a subject's heading."""
    at = columns.roles.index(Role.MEASURE)
    if role_of(columns.heads[at]) != Role.THEME:
        return 0
    found, most = 0, length(texts_of(table, columns, at + 1))
    for col, role in enumerate(columns.roles, start=1):
        texts = texts_of(table, columns, col) if role is None and not aside(columns.heads[col - 1]) else []
        if kind_of(texts, least=1) == Role.MEASURE and length(texts) > most:
            found, most = col, length(texts)
    return found


def _swapped(table: Table, columns: Columns) -> bool:
    """Whether of two columns whose headings both name subjects the first has the longer words: it is what to do."""
    if Role.THEME not in columns.roles:
        return False
    at, other = columns.roles.index(Role.MEASURE), columns.roles.index(Role.THEME)
    if role_of(columns.heads[at]) != Role.THEME:
        return False
    return length(texts_of(table, columns, other + 1)) > length(texts_of(table, columns, at + 1))


def _themed(table: Table, columns: Columns, roles: list[Role | None]) -> set[int]:
    """A column of words just left of what is to be done says of what that is a part, where no heading does."""
    at = roles.index(Role.MEASURE) - 1
    if at < 0 or Role.THEME in roles or roles[at] is not None or not columns.heads[at] or aside(columns.heads[at]):
        return set()
    texts = texts_of(table, columns, at + 1)
    if kind_of(texts) != Role.MEASURE or length(texts) > length(texts_of(table, columns, at + 2)):
        return set()
    roles[at] = Role.THEME
    return {at + 1}


def proposed(table: Table) -> Columns | None:
    """Columns by their headings where these are understood, by their cells where not; None unless they come to bodies,
    limits and what is to be done."""
    if not table.placed or len(table.rows) < 2 or table.width < 3:
        return None
    found = _by_cells(table)
    known = {Role.MEASURE, Role.LIMIT} <= set(found.roles) and found.orgs
    return found if known else None


def forced(table: Table) -> Columns:
    """Columns of a table that a clerk says is one of tasks: some column, at least the longest, is what is to be done.
    Where a format has lost the columns, each row tells by its cells."""
    if not table.placed:
        body = int(bool(table.rows) and (_heading_row(row := table.rows[0], len(row)) or _named_row(row)))
        return Columns([Role.NO, Role.MEASURE, Role.RESPONSIBLE, Role.LIMIT], body, whole=True)
    found = _by_cells(table, sure=True)
    roles = list(found.roles)
    if Role.MEASURE not in roles:
        texts = [texts_of(table, found, at) for at in range(1, table.width + 1)]
        roles[max(range(table.width), key=lambda at: (roles[at] is None, length(texts[at])))] = Role.MEASURE
    guessed = {at for at, role in enumerate(roles, start=1) if role not in (None, Role.NO, Role.NOTE)}
    return replace(found, roles=roles, guessed=found.guessed | guessed)


def _named_row(row: list[Slot]) -> bool:
    """A row in which at least half of what is printed, and two at that, names columns."""
    texts = [BARE.sub("", slot.text) for slot in row if slot.printed and slot.text.strip()]
    known = [text for text in texts if len(text) <= 10 and (role_of(text) or aside(text))]
    return len(known) >= 2 and 2 * len(known) >= len(texts) and all(len(text) <= 12 for text in texts)


def _by_cells(table: Table, *, sure: bool = False) -> Columns:
    """What the headings and cells of a placed table come to; `sure` where it is known to be one of tasks."""
    at = next((at for at, row in enumerate(table.rows[:6]) if named_headings(row) >= 2
               or _heading_row(row, table.width) or (sure and _named_row(row))), None)
    body = 0 if at is None else body_after(table, at)
    heads = [""] * table.width if at is None else heads_of(table, at, body)
    plain = Columns([None] * table.width, body, heads=heads)
    kinds = [None if aside(heads[col - 1]) else kind_of(texts_of(table, plain, col))
             for col in range(1, table.width + 1)]
    named, unsure = named_roles(heads)
    # 项目业主 is a body: words over a column of bodies name no theme
    named = [None if role == Role.THEME and kind == Role.RESPONSIBLE else role
             for role, kind in zip(named, kinds, strict=True)]
    roles = _agreed(named, kinds, table, plain)
    guessed = {col for col, role in enumerate(roles, start=1) if role and (role_of(heads[col - 1]) != role
                                                                           or col in unsure)}
    if Role.MEASURE in roles:
        guessed |= _themed(table, plain, roles)
    unknown = [head for head, role in zip(heads, roles, strict=True) if role is None and head and not aside(head)]
    raised, promoted = promoted_of(roles)
    return replace(plain, roles=raised, guessed=guessed, unknown=unknown, promoted=promoted)


def _heading_row(row: list[Slot], width: int) -> bool:
    """Short names, no two alike and none a figure, a day or a body."""
    texts = [slot.text.strip() for slot in row if slot.printed and slot.text.strip()]
    named = all(len(BARE.sub("", text)) <= 12 and not re.search(r"\d", text) and (
        role_of(text) or aside(text) or not (looks_like_units(text) or _limit(text))) for text in texts)
    return named and len(set(texts)) == len(texts) >= max(2, width - 1)


def _agreed(named: list[Role | None], kinds: list[Role | None], table: Table, plain: Columns) -> list[Role | None]:
    """Each heading's role once, then the cells' in the columns left: the longest words are what is to be done."""
    roles = [role if role not in named[:at] else None for at, role in enumerate(named)]
    if Role.MEASURE not in roles and Role.THEME in roles:
        roles = [Role.MEASURE if role == Role.THEME else role for role in roles]
    for wanted in (Role.NO, Role.LIMIT, Role.RESPONSIBLE):
        taken = set(roles) & set(ORGS) if wanted == Role.RESPONSIBLE else wanted in roles
        like = [at for at, kind in enumerate(kinds) if kind == wanted and roles[at] is None]
        if not taken and like:
            roles[_latest(like, table, plain) if wanted == Role.LIMIT else like[0]] = wanted
    free = [at for at, kind in enumerate(kinds) if kind == Role.MEASURE and roles[at] in (None, Role.CRITERIA)]
    if Role.MEASURE not in roles and free:
        longest = max(free, key=lambda at: length(texts_of(table, plain, at + 1)))
        roles[longest] = Role.MEASURE
    return roles


def length(texts: list[str]) -> float:
    return sum(map(len, texts)) / max(1, len(texts))


def ask_of_columns(table: Table, printed: Columns, now: Columns, asked: Asked) -> None:
    """One question for each column that was guessed, that nobody understood, or that holds what no task takes. What was
    answered is asked as before it was answered (`printed`), anything else as the table is read `now`."""
    name = f"表{table.number}"
    for col, head in enumerate(printed.heads, start=1):
        answer = asked.said(column_key(table.number, col))
        columns = printed if role_said(answer) else now
        role = columns.roles[col - 1] if col <= len(columns.roles) else None
        title = "".join(head.split("\n")[0].split()) or "（无栏名）"
        said = f"第{col}栏“{title[:20]}”"
        if col in columns.guessed and role:
            why = "" if role_of(head) == role and asked.said(f"table:{table.number}") else "的栏名不足以判断，看内容"
            what = f"{said}{why}暂按“{role}”读，请核对。"
            asked.ask(column_key(table.number, col), name, what, choices_for(role))
        elif col <= len(columns.roles) and role in (None, Role.NOTE):
            _ask_left(table, columns, col, said, asked)


def _latest(columns: list[int], table: Table, plain: Columns) -> int:
    """Of several columns of days the one with the latest, which is the end; the last where they say nothing else."""
    def days(at: int) -> list[date]:
        return [due for text in texts_of(table, plain, at + 1) if (due := said(text, ANY_YEAR).due)]

    return max(reversed(columns), key=lambda at: max(days(at), default=date.min))


def _ask_left(table: Table, columns: Columns, col: int, said: str, asked: Asked) -> None:
    """What stands in a column and came into no task."""
    name, why = f"表{table.number}", aside(columns.heads[col - 1])
    if columns.roles[col - 1] == Role.NOTE:
        why = "备注"
    texts = texts_of(table, columns, col) if table.placed else []
    if not texts and (table.placed or why == "备注"):
        return
    kind = kind_of(texts) if not why else None
    like = f"，看内容像{kind}" if kind in (Role.NO, Role.LIMIT, Role.RESPONSIBLE) else ""
    told = f"是{why}，不作任务的单位" if why in ("人员", "督导考核单位") else f"是{why}" if why else f"没有读懂{like}"
    count = f"{len(texts)}格内容（如“{' '.join(texts[0].split())[:20]}”）" if texts else "内容"
    what = f"{said}{told}，{count}未读入任务。"
    asked.ask(column_key(table.number, col), name, what, choices_for(columns.roles[col - 1]))
