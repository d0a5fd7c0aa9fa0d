"""The ledger sheet's words, and the number of each of its rows: short, and wrong by no single slip of the hand."""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

KEY, UNIT, TITLE, WHO = "编号", "单位", "事项", "牵头/责任"
LIMIT, DUE, LAMP, STATE, HOW = "时限（原文）", "期限", "提醒状态", "目前状态", "填报说明"
PRINTED = (KEY, UNIT, TITLE, WHO, LIMIT, DUE, LAMP, STATE, HOW)
STATUS, DAY, WORK, PROOF = "办理状态", "完成日期", "办理情况", "佐证材料说明"
AMOUNT, PERSON, RECEIVER = "数量", "姓名", "报送对象"
FILLED = (STATUS, DAY, WORK, PROOF)
ASKED = (AMOUNT, PERSON, RECEIVER)  # only where a row of the sheet needs them
ERROR = "错误"
FINISHED, UNDER_WAY, NOT_BEGUN = "已完成", "办理中", "未开始"
STATUSES = (FINISHED, UNDER_WAY, NOT_BEGUN)
ALSO = {"已办结": FINISHED, "完成": FINISHED, "办结": FINISHED, "待办": NOT_BEGUN, "正在办理": UNDER_WAY}
ON_SITE = "现场查看"
# A cell holds 32767 characters and cuts what is longer without a word; the others are one-line fields of the pages.
LONGEST = {WORK: 30_000, PROOF: 2_000, AMOUNT: 30, PERSON: 200, RECEIVER: 200}
PRINTED_AT = "导出时间"

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U: they are read as others
PRIME = 1021
SHAPE = re.compile(rf"([{DIGITS}]{{10}})-([0-9]{{1,4}})-([{DIGITS}]{{2}})")
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", **dict.fromkeys("‐‑‒–—−－_ー", "-")})


@dataclass(frozen=True)
class Key:
    """Whose row it is: the short form of the assignment's id, and the version of its limit when it was printed."""

    code: str
    version: int


def code_of(item_id: UUID) -> str:
    """The first fifty bits of an id, which is random, in ten characters."""
    bits = item_id.int >> 78
    return "".join(DIGITS[bits >> shift & 31] for shift in range(45, -1, -5))


def key_text(item_id: UUID, version: int) -> str:
    """The number as printed: 7KM29QXFA3-1-H4."""
    body = f"{code_of(item_id)}-{version}"
    return f"{body}-{_check(body)}"


def _check(body: str) -> str:
    """Two characters that no single wrong character and no two exchanged neighbours leave right."""
    rest = 0
    for char in body:
        rest = (rest * 37 + (DIGITS + "-").index(char) + 1) % PRIME
    return DIGITS[rest >> 5] + DIGITS[rest & 31]


def read_key(text: str) -> Key | None:
    """The key in a cell, forgiving what hands and input methods do to it; None when it is damaged."""
    plain = unicodedata.normalize("NFKC", text).upper().translate(READ_AS)
    found = SHAPE.fullmatch(re.sub(r"\s", "", plain))
    if not found or _check(f"{found[1]}-{found[2]}") != found[3]:
        return None
    return Key(found[1], int(found[2]))
