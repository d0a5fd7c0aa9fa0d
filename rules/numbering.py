"""How the number of a paper is written: 机关代字〔年份〕序号号 (党政机关公文格式：年份用六角括号，序号不编虚位)."""

import re

from models.base import Rejected
from models.paper_words import PaperKind
from rules.number_words import WORDS

LONGEST = 40


def default_pattern(office: str, kind: PaperKind) -> str:
    """The pattern of an office that has set none: 濮法办督反〔{year}〕{n}号."""
    return f"{office}{WORDS.get(kind, '督')}〔{{year}}〕{{n}}号"


def written(pattern: str, year: int, serial: int) -> str:
    """A number as it stands on the paper."""
    return pattern.replace("{year}", str(year)).replace("{n}", str(serial))


def fits(pattern: str, number: str) -> bool:
    """Whether a number could have been written by this pattern."""
    shown = re.escape(pattern).replace(re.escape("{year}"), "[0-9]{4}").replace(re.escape("{n}"), "[0-9]+")
    return re.fullmatch(shown, number) is not None


def check_pattern(pattern: str) -> None:
    """Year and number once each, nothing that a number must not hold."""
    text = pattern.strip()
    if text.count("{year}") != 1 or text.count("{n}") != 1:
        raise Rejected("文号须写明年份和序号各一次。")
    if len(text) > LONGEST or re.search(r"[\s<>\"'{}]", text.replace("{year}", "").replace("{n}", "")):
        raise Rejected(f"文号请控制在{LONGEST}字以内，不含空格和引号。")
