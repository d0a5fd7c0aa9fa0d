"""What the office answered to the same printed words in an earlier document: proposed first, never decided."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from models.plan import Plan
from plans.issued_draft import LEAVE
from rules.deadline import date_of_choice

SAME_EVERYWHERE = ("leads:", "limit:")  # keys made of printed words alone; all others name a place in one document
LATEST = 50
YEAR = re.compile("20[0-9]{2}")


@dataclass(frozen=True)
class Earlier:
    """An answer of the office and the plan it was given for."""

    answer: str
    year: int
    title: str

    def for_year(self, key: str, year: int) -> str:
        """The answer in another year's document: a day moves with the year where the printed words name none."""
        if not date_of_choice(self.answer) or YEAR.search(key):
            return self.answer
        return YEAR.sub(lambda hit: str(int(hit[0]) + year - self.year), self.answer)


def earlier_answers(session: Session, office_id: UUID) -> dict[str, Earlier]:
    """By question, the newest answer among the latest adopted plans."""
    statement = select(Plan).where(Plan.office_id == office_id).order_by(col(Plan.adopted_at).desc()).limit(LATEST)
    found: dict[str, Earlier] = {}
    for plan in session.exec(statement):
        for key, answer in plan.parts.get("answers", {}).items():
            found.setdefault(key, Earlier(answer, plan.year, plan.short_title))
    return found


def lasting(choices: Mapping[str, str]) -> dict[str, str]:
    """The answers worth keeping for the next document; a limit put off is no answer."""
    return {key: text for key, text in choices.items() if key.startswith(SAME_EVERYWHERE) and text != LEAVE}


def recalled(key: str, choices: tuple[str, ...], earlier: Mapping[str, Earlier], year: int) -> tuple[str, str]:
    """The choice taken last time and the plan it was taken for; both empty unless it is among today's choices, or was
    words of the office's own (每季度) where a day of its own would belong to that year alone."""
    if (before := earlier.get(key)) is None:
        return "", ""
    answer = before.for_year(key, year)
    words = key.startswith("limit:") and not date_of_choice(before.answer)
    return (answer, before.title) if answer in choices or words else ("", "")
