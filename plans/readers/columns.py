"""The columns of a decomposition table, found by the words of its header."""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from plans.document import Slot, Table
from plans.readers.unitcell import NUMBERED


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
# Words of a header, the surest first: 任务完成时限 is a limit and not a task, 责任领导 leads only where no unit does.
WORDS: list[tuple[Role, str]] = [
    (Role.NO, r"序号|编号|项次|^号$"),
    (Role.NOTE, r"备注|说明$"),
    (Role.LIMIT, r"时限|期限|完成(?:时间|日期|节点|进度)|时间(?:节点|要求|安排|进度)|(?:办结|整改)时间|^时间$"
                 r"|进度(?:要求|安排)"),
    (Role.POINTS, r"分值|^分数$|^满分$"),
    (Role.LEAD, r"牵头|主办|主责|主管(?:单位|部门)|总责"),
    (Role.SUPPORT, r"配合|协办|协同|协助|参与|参加(?:单位|部门)"),
    (Role.RESPONSIBLE, r"(?:责任|落实|承办|实施|执行|承担)(?:单位|部门|主体|科室|股室)|^(?:单位|部门)$|责任分工$"),
    (Role.MEASURE, r"措施|举措|(?:工作|任务|具体|主要|目标|整改)内容|任务分解|具体(?:任务|要求|工作)|工作要求|^内容$"
                   r"|分解任务"),
    (Role.CRITERIA, r"标准|成果|完成标志|目标要求|预期目标|^目标$|^工作目标$|成效"),
    (Role.THEME, r"主题|事项|重点(?:任务|工作)|^任务|任务$|项目|问题|类别|^要点|工作要点|领域"),
]
PERSONS = [(Role.LEAD, r"(?:责任|分管|牵头|包抓|包保)领导"), (Role.RESPONSIBLE, r"责任人|联系人|负责人")]
SPARE = {Role.MEASURE: Role.CRITERIA, Role.THEME: Role.MEASURE, Role.RESPONSIBLE: Role.SUPPORT}
SCORED = re.compile(r"得分|评分|打分|扣分|自评")  # a score sheet has a reader of its own
UP = {Role.RESPONSIBLE: Role.LEAD, Role.SUPPORT: Role.RESPONSIBLE}
BARE = re.compile(r"[\s\u3000]+|[（(][^（）()]*[)）]")
SECTION = re.compile(r"^第?([一二三四五六七八九十百]+)(?:[、.．]|部分[、:：\s]*|$)")
SUBTHEME = re.compile(r"^[（(]([一二三四五六七八九十百]+)[)）]")
REMARK = re.compile(r"^(?:注|备注|说明|填表|合计|总计|附)[:：\d人时\s]")


@dataclass
class Columns:
    """The roles of the columns from the left (None: not understood), and where the body begins."""

    roles: list[Role | None]
    body: int
    year: int | None = None
    unknown: list[str] = field(default_factory=list)
    promoted: bool = False
    goes_on: bool = False
    of_themes: bool = False

    @property
    def orgs(self) -> list[Role]:
        return [role for role in self.roles if role in ORGS]


def find_columns(table: Table) -> Columns | None:
    """The columns by their header words; None where the table is no decomposition of tasks among units."""
    for at, row in enumerate(table.rows[:6]):
        if _headings(row) >= 2:
            body = at + 1
            while body < len(table.rows) and _headings(table.rows[body]) and _all_heading(table.rows[body]):
                body += 1
            found = _columns(_heads(table, at, body), body)
            return replace(found, of_themes=_of_themes(table, found)) if found else None
    return None


def _of_themes(table: Table, columns: Columns) -> bool:
    """Numbers merged over several rows count the themes, not the measures."""
    if not table.placed or Role.NO not in columns.roles:
        return False
    col = columns.roles.index(Role.NO) + 1
    return any(slot.col == col and not slot.printed and slot.text.strip() and covered(slot, row) is None
               for row in table.rows[columns.body:] for slot in row)


def _columns(heads: list[str], body: int) -> Columns | None:
    roles = _roles(heads)
    if Role.THEME in roles and Role.MEASURE not in roles:
        roles = [Role.MEASURE if role == Role.THEME else role for role in roles]
    scored = Role.LIMIT not in roles and SCORED.search(" ".join(heads))
    if Role.MEASURE not in roles or not any(role in ORGS for role in roles) or scored:
        return None
    limits = " ".join(head for head, role in zip(heads, roles, strict=True) if role == Role.LIMIT)
    year = re.search(r"(20\d\d)年", limits)
    unknown = [head for head, role in zip(heads, roles, strict=True) if role is None]
    promoted = Role.LEAD not in roles and {Role.RESPONSIBLE, Role.SUPPORT} <= set(roles)
    if promoted:
        roles = [UP.get(role, role) if role else None for role in roles]
    return Columns(roles, body, int(year.group(1)) if year else None, unknown, promoted)


def _heads(table: Table, at: int, body: int) -> list[str]:
    """The words over each column, the lowest line first: it is the one that tells columns of a group apart."""
    if not table.placed:
        return [slot.text for slot in table.rows[body - 1] if slot.text.strip()]
    heads = [""] * table.width
    for row in reversed(table.rows[at:body]):
        for slot in row:
            if 1 <= slot.col <= table.width and slot.text.strip() not in heads[slot.col - 1]:
                heads[slot.col - 1] += f"\n{slot.text.strip()}"
    return [head.strip() for head in heads]


def _roles(heads: list[str]) -> list[Role | None]:
    """One column for each role; a second of the same kind takes the role beside it, or none."""
    found: list[Role | None] = [_role(head) for head in heads]
    for persons in PERSONS:
        if persons[0] not in found:
            found = [persons[0] if role is None and re.search(persons[1], BARE.sub("", head)) else role
                     for head, role in zip(heads, found, strict=True)]
    for at, role in enumerate(found):
        if role is not None and role in found[:at]:
            spare = SPARE.get(role)
            found[at] = spare if spare and spare not in found else None
    return found


def _role(head: str) -> Role | None:
    for line in head.splitlines():
        word = BARE.sub("", line)
        if re.search(PERSONS[0][1], word) or (re.search(PERSONS[1][1], word) and "单位" not in word):
            return None
        for role, pattern in WORDS:
            if re.search(pattern, word):
                return role
    return None


def _headings(row: list[Slot]) -> int:
    """How many different columns the words of a row name, each short enough for a heading."""
    texts = {BARE.sub("", slot.text) for slot in row if slot.text.strip()}
    return len({_role(text) for text in texts if 0 < len(text) <= 10 and not NUMBERED.match(text)} - {None})


def is_header(row: list[Slot]) -> bool:
    """A row that prints the header, at the top or again on a later page."""
    return _headings(row) >= 2 and _all_heading(row)


def _all_heading(row: list[Slot]) -> bool:
    return all(_role(slot.text) and len(BARE.sub("", slot.text)) <= 10 for slot in row if slot.text.strip())


def covered(slot: Slot, slots: list[Slot]) -> Slot | None:
    """The cell printed further left in the same row that also covers this place."""
    if slot.printed:
        return None
    return next((left for left in slots if left.printed and left.col < slot.col < left.col + left.across), None)
