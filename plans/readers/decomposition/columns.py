"""The columns of a decomposition table, found by the words of its header."""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from plans.document import Slot, Table
from plans.readers.decomposition.unitcell import NUMBERED


class Role(StrEnum):
    """What a column holds."""

    NO = "序号"
    THEME = "重点任务"
    MEASURE = "主要措施"
    LEAD = "牵头单位"
    RESPONSIBLE = "责任单位"
    SUPPORT = "配合单位"
    LIMIT = "完成时限"
    POINTS = "分值"
    CRITERIA = "标准"
    NOTE = "备注"


ORGS = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)
BODY = r"(?:单位|部门|主体|机构|科室|股室|处室)"
# Words of a header, the surest first: 任务完成时限 is a limit and no task, any other column of bodies is responsible.
WORDS: list[tuple[Role, str]] = [
    (Role.NO, r"序号|编号|编码|项次|^号$"),
    (Role.NOTE, r"备注|说明$"),
    (Role.MEASURE, rf"(?:任务|措施|举措|内容|工作|事项).*[及和与、/].*{BODY}$"),
    (Role.LIMIT, r"时限|期限|完成(?:时间|日期|节点|进度)|时间(?:节点|要求|安排|进度)|^时间$"
                 r"|(?:办结|整改|结束|截止)(?:时间|日期)|进度(?:要求|安排)"),
    (Role.POINTS, r"分值|^分数$|^满分$"),
    (Role.LEAD, r"牵头|主办|主责|主管(?:单位|部门)|总责"),
    (Role.SUPPORT, r"配合|协办|协同|协助|参与|参加(?:单位|部门)"),
    (Role.RESPONSIBLE, rf"^(?!(?:[各省市县区]|有关|相关|所有|其他)).*{BODY}$|(?:责任|落实|承办|实施|执行|承担){BODY}"
                       r"|责任分工$"),
    (Role.MEASURE, r"措施|举措|内容$|(?:工作|任务|具体|主要|目标|整改)内容|任务分解|具体(?:任务|工作)"
                   r"|分解任务|(?:工作|任务|具体|办理|整改|落实)要求"),
    (Role.CRITERIA, r"标准|成果|完成标志|目标要求|^(?!.*(?:季度?|月度?|半年|阶段|分解)目标).*目标$|成效"),
    (Role.THEME, r"主题|事项|重点(?:任务|工作)|^任务|任务$|项目|问题|类别|^要点|工作要点|领域|工作$"),
]
# Columns that are understood and are no part of a task: persons never lead as units do, who watches is not who acts.
ASIDE: list[tuple[str, str]] = [
    ("人员", r"领导|负责人|责任人|联系人|经办人|承办人|人员$|姓名|电话|联系方式"),
    ("督导考核单位", rf"(?:督导|督办|督查|督促|监督|监管|考核|考评|评价|评审|评估|验收|审核|联系|包联|来源){BODY}"),
    ("开始时间", r"(?:启动|开始|开工|起始)(?:时间|日期|时限|期限)?$"),
]
FINAL = re.compile(r"完成|办结|结束|截止|整改|时限|期限")
SPARE = {Role.MEASURE: Role.CRITERIA, Role.THEME: Role.MEASURE, Role.RESPONSIBLE: Role.SUPPORT}
OFFICE = re.compile("科室|股室|处室")  # beside a body its own office is no body of its own
SCORED = re.compile(r"得分|评分|打分|扣分|自评")  # a score sheet has a reader of its own
UP = {Role.RESPONSIBLE: Role.LEAD, Role.SUPPORT: Role.RESPONSIBLE}
BARE = re.compile(r"[\s\u3000]+|[（(][^（）()]*[)）]")
SECTION = re.compile(r"^第?([一二三四五六七八九十百]+)(?:[、.．]|部分[、:：\s]*|$)")
SUBTHEME = re.compile(r"^[（(]([一二三四五六七八九十百]+)[)）]")
REMARK = re.compile(r"^(?:注|备注|说明|填表|附)[:：\d人时\s]|^(?:注|备注|说明)$")


@dataclass
class Columns:
    """The roles of the columns from the left (None: not understood, or no part of a task), and where the body begins.
    `heads` are their headings; `guessed` are the columns (from 1) whose role another clue than the heading gave. A
    table that `goes_on` has no header; one that is `torn` follows the table before it over a page. Where rows are
    `whole`, one in which nothing looks like a measure is one."""

    roles: list[Role | None]
    body: int
    year: int | None = None
    unknown: list[str] = field(default_factory=list)
    promoted: bool = False
    goes_on: bool = False
    torn: bool = False
    whole: bool = False
    of_themes: bool = False
    heads: list[str] = field(default_factory=list)
    guessed: set[int] = field(default_factory=set)

    @property
    def orgs(self) -> list[Role]:
        return list(dict.fromkeys(role for role in self.roles if role in ORGS))


def find_columns(table: Table) -> Columns | None:
    """The columns by their header words; None where the table is no decomposition of tasks among units."""
    found = named_columns(table)
    return found if found and holds_tasks(table, found) else None


def named_columns(table: Table) -> Columns | None:
    """The columns by their header words, where some say what is to be done."""
    for at, row in enumerate(table.rows[:6]):
        if named_headings(row) >= 2:
            return columns_of(table, at, body_after(table, at))
    return None


def holds_tasks(table: Table, columns: Columns) -> bool:
    """Whether the columns give work to somebody. A unit column known by its cells alone needs limits beside it."""
    known = [col for col, role in enumerate(columns.roles, start=1) if role in ORGS and col not in columns.guessed]
    return bool(known or (columns.orgs and Role.LIMIT in columns.roles)) or _names_units(table, columns)


def body_after(table: Table, at: int) -> int:
    """The first row below the header that begins at a row: headings go on where they repeat, or stand in groups."""
    body = at + 1
    while body < min(len(table.rows), at + 4) and (is_header(table.rows[body]) or _grouped(table, at, body)):
        body += 1
    return body


def _grouped(table: Table, at: int, body: int) -> bool:
    """A row of short names beside a heading that reaches down into it."""
    row, above = table.rows[body], table.rows[at]
    below = min((slot.row for slot in row), default=0)
    reached = {slot.col for slot in above if slot.printed and slot.text.strip() and slot.row + slot.down > below}
    own = [slot.text for slot in row if slot.printed and slot.text.strip()]
    return table.placed and bool(reached) and all(0 < len(BARE.sub("", text)) <= 10 for text in own) and not any(
        re.search(r"\d", text) or NUMBERED.match(text) for text in own)


def _names_units(table: Table, columns: Columns) -> bool:
    """Whether a table without a column of units, with limits, is one of tasks: it counts them, or says who acts."""
    if Role.LIMIT not in columns.roles or not table.placed:
        return False
    col = columns.roles.index(Role.MEASURE) + 1
    texts = [slot.text for row in table.rows[columns.body:] for slot in row if slot.col == col and slot.printed]
    return Role.NO in columns.roles or any(re.search(r"牵头|责任单位|负责[)）]", text) for text in texts)


def of_themes(table: Table, columns: Columns) -> bool:
    """Numbers merged over several rows count the themes, where the measures have numbers of their own."""
    if not table.placed or Role.NO not in columns.roles:
        return False
    col, measure = columns.roles.index(Role.NO) + 1, columns.roles.index(Role.MEASURE) + 1
    rows = [row for row in table.rows[columns.body:] if any(
        slot.col == col and not slot.printed and slot.text.strip() and covered(slot, row) is None for slot in row)]
    return any(slot.col == measure and NUMBERED.match(slot.text.strip()) for row in rows for slot in row)


def columns_of(table: Table, at: int, body: int) -> Columns | None:
    """The columns under the header between two rows; None where none of them says what is to be done."""
    heads = heads_of(table, at, body)
    roles, guessed = named_roles(heads)
    if Role.THEME in roles and Role.MEASURE not in roles:
        roles = [Role.MEASURE if role == Role.THEME else role for role in roles]
    scored = Role.LIMIT not in roles and SCORED.search(" ".join(heads))
    if Role.MEASURE not in roles or scored:
        return None
    limits = " ".join(head for head, role in zip(heads, roles, strict=True) if role == Role.LIMIT)
    year = re.search(r"(20\d\d)年", limits)
    unknown = [head for head, role in zip(heads, roles, strict=True) if role is None and not aside(head)]
    roles, promoted = promoted_of(roles)
    found = Columns(roles, body, int(year.group(1)) if year else None, unknown, promoted, heads=heads, guessed=guessed)
    return replace(found, of_themes=of_themes(table, found))


def promoted_of(roles: list[Role | None]) -> tuple[list[Role | None], bool]:
    """Where nobody is said to lead but some only help, the responsible lead."""
    promoted = Role.LEAD not in roles and {Role.RESPONSIBLE, Role.SUPPORT} <= set(roles)
    return [UP.get(role, role) if role and promoted else role for role in roles], promoted


def heads_of(table: Table, at: int, body: int) -> list[str]:
    """The words over each column, the lowest line first: it is the one that tells columns of a group apart."""
    if not table.placed:
        return [slot.text for slot in table.rows[body - 1] if slot.text.strip()]
    heads = [""] * table.width
    for row in reversed(table.rows[at:body]):
        for slot in row:
            if 1 <= slot.col <= table.width and slot.text.strip() not in heads[slot.col - 1]:
                heads[slot.col - 1] += f"\n{slot.text.strip()}"
    return [head.strip() for head in heads]


def named_roles(heads: list[str]) -> tuple[list[Role | None], set[int]]:
    """One column for each role; a second of the same kind takes the role beside it, or none. The columns that took
    theirs from a heading over several, or took a spare one, are told apart."""
    found: list[Role | None] = [role_of(head) for head in heads]
    guessed = {at for at, head in enumerate(heads, start=1) if found[at - 1] and not role_of(head.split("\n", 1)[0])}
    limits = [at for at, role in enumerate(found) if role == Role.LIMIT]
    ends = [at for at in limits if FINAL.search(heads[at].split("\n", 1)[0])] or limits
    final = ends[-1] if ends else None  # what comes before the end stands left of it
    for at, role in enumerate(found):
        if role is not None and (role in found[:at] or (final is not None and at in limits and at != final)):
            spare = None if OFFICE.search(heads[at]) else SPARE.get(role)
            found[at] = spare if spare and spare not in found else None
            problem = found[at] == Role.MEASURE and "问题" in heads[at]  # what is wrong says not yet what to do
            guessed |= {at + 1} if found[at] in (Role.CRITERIA, Role.SUPPORT) or problem else set()
            first = found.index(role)
            if heads[first] == heads[at] or (found[at] is None and not OFFICE.search(heads[at])):
                guessed |= {first + 1, at + 1}
    return found, guessed


@lru_cache(4096)
def role_of(head: str) -> Role | None:
    """What the words over a column, or beside a value, name."""
    for line in head.splitlines():
        word = BARE.sub("", line)
        if aside(word):
            return None
        for role, pattern in WORDS:
            if re.search(pattern, word):
                return role
    return None


@lru_cache(4096)
def aside(head: str) -> str:
    """What a column holds that is understood and no part of a task; empty for any other."""
    word = BARE.sub("", head.split("\n", 1)[0])
    found = next((name for name, pattern in ASIDE if re.search(pattern, word)), "")
    return "" if found == "人员" and "单位" in word else found


def named_headings(row: list[Slot]) -> int:
    """How many different columns the words of a row name, each short enough for a heading."""
    texts = {BARE.sub("", slot.text) for slot in row if slot.text.strip()}
    return len({role_of(text) for text in texts if 0 < len(text) <= 10 and not NUMBERED.match(text)} - {None})


def is_header(row: list[Slot]) -> bool:
    """A row that prints the header, at the top or again on a later page."""
    return named_headings(row) >= 2 and _all_heading(row)


def _all_heading(row: list[Slot]) -> bool:
    texts = [slot.text for slot in row if slot.text.strip()]
    return all((role_of(text) or aside(text)) and len(BARE.sub("", text)) <= 10 for text in texts)


def covered(slot: Slot, slots: list[Slot]) -> Slot | None:
    """The cell printed further left in the same row that also covers this place."""
    if slot.printed:
        return None
    return next((left for left in slots if left.printed and left.col < slot.col < left.col + left.across), None)
