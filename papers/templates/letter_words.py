"""What the letters to a unit say, gathered as plain values on the day they are drafted."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from config.day_words import printed_day
from models.plan import Plan
from models.problem import Problem
from models.unit import Unit
from rules.letterform import LetterForm

DEMANDS = "逐项制定整改方案，明确措施、责任领导、责任单位、责任人和完成时限，按期报送整改报告。"
STUDY = "请你单位接到本意见书后认真研究，制定具体措施，进一步完善制度"
DIGITS = "零一二三四五六七八九"
STOPS = "。！？；，、：,.;:!?"


def ordinal(n: int) -> str:
    """一是, 二是 … 十一是: how findings are counted in a letter (1 to 99)."""
    tens, ones = divmod(n, 10)
    return f"{DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{DIGITS[ones] if ones else ''}是"


def sentence(text: str) -> str:
    """A text that ends with a stop of its own, or gets one."""
    text = text.strip()
    return text if text.endswith(("。", "！", "？", "”", "…")) else f"{text.rstrip(STOPS)}。"


def finding(title: str, detail: str) -> str:
    """A problem as one or two sentences; a detail that only repeats the title is not said twice."""
    rest = "" if detail.strip().rstrip(STOPS) == title.strip().rstrip(STOPS) else detail.strip()
    return sentence(title) + (sentence(rest) if rest else "")


def feedback_content(
    plan: Plan, unit: Unit, lines: Sequence[dict[str, Any]], demands: str, due: date | None
) -> dict[str, Any]:
    """督察反馈意见: every problem under its number in the ledger, what is asked, by when."""
    by = f"（{plan.doc_no}）" if plan.doc_no else ""
    listed = [
        {"no": one["no"], "text": finding(one["title"], one["detail"]), "source": one["source"].label} for one in lines
    ]
    limit = f"请于{printed_day(due)}前报送整改报告。" if due else "完成时限按本意见签收后确定的时限执行。"
    return {
        "unit": unit.name, "opening": f"按照《{plan.title.strip('《》')}》{by}要求，经督察，你单位存在以下问题：",
        "problems": listed, "count": len(listed), "demands": sentence(demands or DEMANDS), "limit": limit,
    }


def opinion_content(
    unit: Unit, form: LetterForm, found: Sequence[Problem], case: str, study: str, place: str
) -> dict[str, Any]:
    """行政执法监督意见书: each finding once, counted 一是, 二是 …, and the days to answer from receipt."""
    about = f"你单位{case.strip()}，审查中" if case.strip() else "经审查，你单位行政执法工作中"
    listed = [
        {"mark": ordinal(n), "text": finding(p.title, p.detail), "no": p.no, "problem": str(p.id), "version": p.version}
        for n, p in enumerate(found, 1)
    ]
    asked = (study.strip() or STUDY).rstrip(STOPS)
    demand = f"{asked}，并自接到本意见书之日起{form.span}之内，将办理情况以书面形式报送{place}。"
    return {
        "unit": unit.name, "opening": f"{about}发现以下问题：", "findings": listed, "demand": demand, "days": form.days,
        "workdays": form.workdays,
    }
