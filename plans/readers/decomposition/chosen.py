"""What a clerk may answer about columns and tables, and which answers change what is read."""

import re
from collections.abc import Mapping

from plans.readers.decomposition.columns import Role

IGNORED = "无关，略过"
AS_ABOVE, APART, NO_TASKS = "按上一表的栏目读", "栏目不同，逐栏确定", "不含任务，略过"
ALONE, CARRIED = "确无单位", "沿用上一行"
AS_PRINTED, EXCHANGED = "按原栏目读", "两栏互换"
BESIDE, NOT_BELOW = "另列一项", "不用"
OFFERED = (Role.LEAD, Role.RESPONSIBLE, Role.LIMIT, Role.MEASURE, Role.THEME)
READ_AS = re.compile(r"按(.+)读")
BEARING = re.compile(
    r"表\d+:(?:column:\d+|header|blank|swapped)|table:\d+|表\d+第\d+行.*:over:units|[^:]+:(?:torn|bracket)|head-\w+")
HOLDS = re.compile(r"含任务|是任务表")


def bearing(given: Mapping[str, str]) -> dict[str, str]:
    """Those answers by which the document is read again; the others only change the draft."""
    return {key: text.strip() for key, text in given.items() if text.strip() and BEARING.fullmatch(key)}


def choices_for(role: Role | None) -> tuple[str, ...]:
    """What a column may be read as, the proposal first. Criteria stand in no draft: to ignore them changes nothing."""
    offered = [Role.SUPPORT if one == Role.RESPONSIBLE and role == Role.SUPPORT else one for one in OFFERED]
    if role in (None, Role.NOTE):
        return (IGNORED, *(f"按{one}读" for one in offered))
    others = [f"按{one}读" for one in offered if one != role]
    return (f"按{role}读", *others, *([] if role == Role.CRITERIA else [IGNORED]))


def column_key(number: int, col: int) -> str:
    return f"表{number}:column:{col}"


def role_said(text: str) -> tuple[Role | None] | None:
    """The role an answer gives a column, within a tuple: to be ignored is an answer too. None where it gives none."""
    if text.strip() == IGNORED:
        return (None,)
    hit = READ_AS.fullmatch(text.strip())
    return (Role(hit[1]),) if hit and hit[1] in set(Role) else None


def holds_tasks(text: str) -> bool:
    """Whether a clerk says that a table which nobody read as one holds tasks."""
    return HOLDS.match(text.strip()) is not None
