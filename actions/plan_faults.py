"""What is wrong with a rectification plan before it is taken: each problem by its number, the plan's rule quoted."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session

from actions import gate
from config import clock
from models.base import Rejected
from models.cycle import Assignment
from rules.problem import check_plan
from rules.requirement import Topic

LACKING = re.compile("缺少")


def plan_faults(
    session: Session, item: Assignment, numbers: Sequence[int], plans: Mapping[int, dict[str, str]], limit: date | None
) -> list[str]:
    """The first thing wrong with each problem's plan, naming the problem and quoting the plan's rule; empty when all
    five fields stand for every one of them (方案五项要素)."""
    faults = []
    for no in numbers:
        fields = plans.get(no, {})
        try:
            due = parse_day(fields.get("due_on", ""), no)
            check_plan(no, fields, due, limit)
            if due and limit and due < clock.today() <= limit:
                raise Rejected(f"问题{no}的完成时限{due}已过，请填写今天或以后的日期。")
        except Rejected as fault:
            faults.append(str(fault))
    rule = gate.requirements(session, item).quote(Topic.FIELDS) if faults else ""
    return [fault + (rule if LACKING.search(fault) else "") for fault in faults]


def parse_day(text: str, no: int) -> date | None:
    """A day from a form, or None when empty."""
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
        if 2000 <= found.year <= 2100:
            return found
        raise ValueError
    except ValueError:
        raise Rejected(f"问题{no}的完成时限“{text}”不是日期，请按 2020-09-05 的写法填写。") from None
