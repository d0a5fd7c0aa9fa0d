"""A limit as a document prints it: a phrase, counted at once where it runs from the document's own day of issue."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from config.workdays import Calendar, official
from plans.phrase import read
from rules.deadline import Deadline, Kind, as_basis, resolve

PAPER = r"(?:通知|方案|意见|清单|文件|计划|规划|办法|制度|要点|函|细则|规定|安排|分工)"
OWN_ISSUE = re.compile(
    rf"[自从]?(?:[本此该]{PAPER}|文件|通知|方案)?(?:正式)?(?:印发|下发|发布|公布|发文)(?:之日|之时)?"
)


def read_limit(text: str, issued_on: date | None, year: int, calendar: Calendar | None = None) -> Deadline:
    """What a limit says in a document issued on that day, or some time in that year where the day is not known."""
    return from_issue(read(text, issued_on or date(year, 1, 1), calendar), issued_on, calendar)


def from_issue(found: Deadline, issued_on: date | None, calendar: Calendar | None = None) -> Deadline:
    """自本通知印发之日起30日 has its day as soon as the paper has one; 自收到通知之日 differs from unit to unit.

    The day is the one after rest days; whoever reads it finds the count in `because`.
    """
    runs = found.kind == Kind.RELATIVE and found.offset is not None and found.offset.n > 0 and not found.before
    if not runs or issued_on is None or found.due or not OWN_ISSUE.fullmatch(found.anchor or ""):
        return found
    counted, settled = resolve(found, issued_on, calendar or official())
    return replace(counted, due=settled.rolled) if settled else counted


def basis_of(found: Deadline, issued_on: date | None) -> dict[str, Any]:
    """How such a day was counted, so that a new holiday notice can count it again; empty where none was."""
    if found.kind != Kind.RELATIVE or found.due is None or found.offset is None or issued_on is None:
        return {}
    return as_basis(found.offset, issued_on, found.anchor or "印发")
