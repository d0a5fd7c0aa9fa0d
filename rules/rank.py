"""Which offices stand above and below each other, and how an office is called when one signs in."""

import re
from collections.abc import Mapping
from uuid import UUID

from models.base import Rejected
from models.paper_words import PaperKind

CODE = re.compile(r"[a-z][a-z0-9-]{1,30}")
REPORTED = frozenset({  # what is reported to the office above; letters and steps stay between an office and its units
    PaperKind.REPORT, PaperKind.BRIEF, PaperKind.EVALUATION, PaperKind.RESULTS, PaperKind.PROPOSALS,
    PaperKind.DIGEST_WEEK, PaperKind.DIGEST_MONTH,
})
Superiors = Mapping[UUID, UUID | None]


def check_code(code: str) -> None:
    """Refuse a code that is hard to say or to type."""
    if not CODE.fullmatch(code):
        raise Rejected("办公室简码用小写字母开头，2—31位小写字母、数字或连字符，如 qingfeng。")


def below(superiors: Superiors, office: UUID) -> list[UUID]:
    """Every office under this one, at whatever depth; an office is never under itself."""
    found, waiting = list[UUID](), [office]
    while waiting:
        above = waiting.pop()
        direct = [key for key, superior in superiors.items() if superior == above and key not in (office, *found)]
        found += direct
        waiting += direct
    return found


def check_place(superiors: Superiors, office: UUID, superior: UUID) -> None:
    """Refuse a superior that is the office itself or stands below it."""
    if superior == office or superior in below(superiors, office):
        raise Rejected("上级办公室不能是本办公室或其下级。")
