"""Starting texts of what a team writes: the sheet read out before leaving, and its report to the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.day_words import printed_day


@dataclass(frozen=True)
class Noted:
    """A problem as it stands in the text; `fixed` says how it was put right on the spot."""

    title: str
    detail: str = ""
    fixed: str = ""


@dataclass(frozen=True)
class Visited:
    """One visit of a team with its figures; `score` is in words, empty where the plan has no points."""

    unit: str
    day: date
    state: str
    score: str = ""
    found: int = 0
    fixed: int = 0


def sheet_text(team: str, unit: str, start: date, end: date, items: int, found: Sequence[Noted]) -> str:
    """The feedback sheet's text with each problem once."""
    when = _days(start, end)
    looked = f"，对照方案查看{items}项内容" if items else ""
    lines = [f"一、督察情况：{when}，{team}对{unit}进行实地督察{looked}。"]
    lines += ["二、发现问题：未发现问题。"] if not found else [f"二、发现问题{len(found)}个："]
    lines += [_problem(number, one) for number, one in enumerate(found, 1)]
    left = sum(not one.fixed for one in found)
    rest = f"其余{left}个" if left < len(found) else "上述"
    asked = f"{rest}问题请抓紧整改，具体要求和时限以督察反馈意见为准。" if left else "请继续保持，巩固成效。"
    lines.append(f"三、要求：{asked}")
    return "\n".join(lines)


def _problem(number: int, one: Noted) -> str:
    detail = f"：{one.detail.rstrip('。')}" if one.detail and one.detail != one.title else ""
    fixed = f"（立行立改，已当场改正：{one.fixed.rstrip('。')}）" if one.fixed else ""
    return f"{number}. {one.title.rstrip('。')}{detail}{fixed}。"


def _days(start: date, end: date) -> str:
    first = printed_day(start)
    return first if start == end else f"{first}至{end.month}月{end.day}日"


def report_text(team: str, visits: Sequence[Visited], problems: Sequence[tuple[str, int]]) -> str:
    """A starting text for the team's report: what was visited, each unit's figures, problems by kind."""
    done = [one for one in visits if one.state]
    found, fixed = sum(one.found for one in done), sum(one.fixed for one in done)
    lines = [
        f"一、督察情况：{team}应督察{len(visits)}个单位，已督察{len(done)}个，发现问题{found}个，其中立行立改{fixed}个。",
        "二、各单位情况：",
    ]
    lines += [_visited(number, one) for number, one in enumerate(done, 1)] or ["（尚无）"]
    lines.append("三、问题分类：" + ("；".join(f"{kind}{count}个" for kind, count in problems) or "无") + "。")
    lines += ["四、主要问题及原因：", "五、意见建议："]
    return "\n".join(lines)


def _visited(number: int, one: Visited) -> str:
    score = f"，{one.score}" if one.score else ""
    fixed = f"（立行立改{one.fixed}个）" if one.fixed else ""
    when = f"（{one.day.month}月{one.day.day}日）"
    return f"{number}. {one.unit}{when}{score}，发现问题{one.found}个{fixed}，{one.state}。"
