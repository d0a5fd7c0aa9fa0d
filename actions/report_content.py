"""What each report upward says: figures gathered on a day, and the parts a person wrote."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from actions.cycle_figures import (
    NO_THEME,
    Row,
    category_rows,
    day_words,
    problem_row,
    rect_rows,
    scope_of,
    stage_rows,
    standing_row,
    summed,
    unit_rows,
)
from config import clock
from models import report_ledger as ledger
from models import statistics
from models.base import Rejected
from models.cycle import Cycle
from models.database import fetch
from models.leader_ledger import Days, moved
from models.paper_words import PaperKind
from models.plan import Plan
from models.report_ledger import Found
from models.unit import Unit
from models.words import AssignmentKind
from rules.standing_words import Half, best, half_named, worst

TO_ALL = "各被督察单位"
ABOUT_UNIT, ABOUT_THEME = "unit", "theme"


@dataclass(frozen=True)
class About:
    """Which report: its kind, and what a brief is about or which half-year an evaluation covers."""

    kind: PaperKind
    what: str = ""  # a unit's key, a theme, or a half-year's key
    by: str = ""  # ABOUT_UNIT or ABOUT_THEME for a brief

    def subject(self, cycle: Cycle) -> str:
        """The key under which its versions follow one another."""
        tail = f":{self.by}:{self.what}" if self.by else f":{self.what}" if self.what else ""
        return f"cycle:{cycle.id}{tail}"


def content_of(session: Session, cycle: Cycle, about: About) -> dict[str, Any]:
    """Everything the paper prints that figures can say, and nothing else."""
    plan = fetch(session, Plan, cycle.plan_id)
    frame = {
        "cycle": cycle.title, "plan": f"《{plan.title}》" + (f"（{plan.doc_no}）" if plan.doc_no else ""),
        "as_of": day_words(clock.today()), "to": _to(session, cycle, about.kind),
    }
    return frame | CONTENTS[about.kind](session, cycle, about)


def _to(session: Session, cycle: Cycle, kind: PaperKind) -> str:
    """Whom the plan names; a person may write another."""
    if kind == PaperKind.RESULTS:
        return TO_ALL
    return ledger.receiver_of(session, cycle, AssignmentKind.INSPECTION_REPORT)


def _whole(session: Session, cycle: Cycle) -> dict[str, Any]:
    """The parts that a report, an evaluation and a circular share."""
    units, found = unit_rows(session, cycle), ledger.found_problems(session, cycle.id)
    every = standing_row("合计", summed([one for _, one in statistics.by_unit(session, scope_of(cycle))]))
    total, by_unit = rect_rows(session, cycle, found)
    return {
        "units": units, "every": every, "overall": _overall(every, units), "categories": category_rows(found),
        "found": _found_words(found), "rect": _rect_words(total), "rect_units": by_unit, "rect_total": total,
        "scored": any(row["points"] is not None for row in units),
    }


def _report(session: Session, cycle: Cycle, _about: About) -> dict[str, Any]:
    return _whole(session, cycle) | {"work": _work(session, cycle), "stages": stage_rows(session, cycle)}


def _work(session: Session, cycle: Cycle) -> list[str]:
    """What was done, sentence by sentence; what was not done is not spoken of."""
    done, steps = ledger.work_done(session, cycle.id), ledger.steps_taken(session, cycle.id)
    teams = f"，组建{done.teams}个督察组，安排实地督察{done.visits}次，已完成{done.visited}次" if done.visits else ""
    said = [f"本次督察于{day_words(cycle.opened_on)}启动，督察{done.units}个单位{teams}。"]
    parts = [f"收到自查报告{done.reports}份"] if done.reports else []
    parts += [f"印发督察反馈意见{done.letters}份，已签收{done.signed}份"] if done.letters else []
    if parts:
        said.append(f"{'；'.join(parts)}。")
    if steps:
        taken = "、".join(f"{step.label}{count}件" for step, count in steps.items())
        said.append(f"经审批采取督办措施：{taken}。")
    return said


def _overall(every: Row, units: Sequence[Row], whose: str = "各单位") -> list[str]:
    said = [
        f"{whose}应办事项共{every['total']}项，已办结{every['done']}项，待审核{every['waiting']}项，"
        f"逾期未办{every['overdue']}项。"
    ]
    if every["judged"]:
        said.append(f"已到期或已报送的{every['judged']}项中，按时{every['on_time']}项，按时率{every['share']}。")
    points = [row["points"] for row in units if row["points"] is not None]
    if points:
        said.append(f"已完成打分的{len(points)}个单位，平均得分率{sum(points) / len(points):.1f}%。")
    return said


def _found_words(found: Sequence[Found]) -> str:
    if not found:
        return "本次督察尚未登记问题。"
    return f"共发现问题{len(found)}个，涉及{len({one.unit.id for one in found})}个单位。"


def _rect_words(total: Row) -> list[str]:
    said = [
        f"{total['found']}个问题中，已销号{total['closed']}个，尚未销号{total['open']}个，"
        f"其中超过整改时限{total['overdue']}个。"
    ]
    if total["looked"]:
        said.append(f"已回头看{total['looked']}个，其中未通过{total['failed']}个。")
    if total["reopened"]:
        said.append(f"销号后重新打开{total['reopened']}个。")
    return said if total["found"] else ["尚无须整改的问题。"]


def _brief(session: Session, cycle: Cycle, about: About) -> dict[str, Any]:
    """One unit or one theme: how it stands, and every problem with its letter."""
    if about.by == ABOUT_UNIT:
        return _about_unit(session, cycle, about.what)
    found = [one for one in ledger.found_problems(session, cycle.id) if (one.theme or NO_THEME) == about.what]
    if not found:
        raise Rejected(f"本周期没有“{about.what[:30]}”类问题，请另选。")
    total, by_unit = rect_rows(session, cycle, found)
    return {
        "name": "未归类问题" if about.what == NO_THEME else about.what,
        "facts": [_found_words(found), *_rect_words(total)], "rect_units": by_unit,
        "problems": [problem_row(one) for one in found],
    }


def _about_unit(session: Session, cycle: Cycle, key: str) -> dict[str, Any]:
    row = next((row for row in unit_rows(session, cycle) if row["unit"] == key), None)
    if row is None:
        raise Rejected("请选择本周期的一个单位。")
    found = [one for one in ledger.found_problems(session, cycle.id) if str(one.unit.id) == key]
    total, by_unit = rect_rows(session, cycle, found)
    steps = ledger.steps_taken(session, cycle.id, _unit(session, cycle, key).id)
    taken = "、".join(f"{step.label}{count}件" for step, count in steps.items())
    facts = [*_overall(row, [row], row["name"]), *_rect_words(total)]
    facts += [f"经审批采取督办措施：{taken}。"] if taken else []
    return {
        "name": row["name"], "facts": facts, "rect_units": by_unit, "problems": [problem_row(one) for one in found],
    }


def _unit(session: Session, cycle: Cycle, key: str) -> Unit:
    return next(unit for unit in statistics.units_in(session, scope_of(cycle)) if str(unit.id) == key)


def _evaluation(session: Session, cycle: Cycle, about: About) -> dict[str, Any]:
    """A half-year out of the ledger: how the cycle stands, and what changed within these months (N12)."""
    half = half_named(about.what)
    if half.first > clock.today():
        raise Rejected(f"{half.words}尚未开始，不能评估。")
    if half.last < cycle.opened_on:
        raise Rejected(f"本周期{day_words(cycle.opened_on)}启动，{half.words}没有可评估的内容。")
    themes = [standing_row(name, one) for name, one in statistics.by_theme(session, scope_of(cycle))]
    return _whole(session, cycle) | {
        "period": half.words, "within": _within(session, cycle, half), "themes": themes,
        "stages": stage_rows(session, cycle), "late": _late(session, cycle),
    }


def _within(session: Session, cycle: Cycle, half: Half) -> list[str]:
    last = min(half.last, clock.today())
    told = moved(session, cycle.office_id, Days(half.first, last), cycle.id)
    return [
        f"{day_words(half.first)}至{day_words(last)}，新发现问题{told['found']}个，销号{told['closed']}个，"
        f"办结事项{told['finished']}项，印发反馈意见{told['letters']}份。"
    ]


def _late(session: Session, cycle: Cycle) -> list[Row]:
    rows = statistics.oldest_overdue(session, scope_of(cycle), 50).get(cycle.id, [])
    return [{"unit": unit.name, "title": item.title, "due": day_words(item.due_on)} for item, unit in rows]


def _results(session: Session, cycle: Cycle, _about: About) -> dict[str, Any]:
    """For all units: the whole and the kinds of problems; no unit is named that nobody confirmed."""
    whole = _whole(session, cycle)
    themes = [{key: row[key] for key in ("mark", "name", "count", "units")} for row in whole["categories"]]
    lists = {"best_proposed": best(whole["units"]), "worst_proposed": worst(whole["units"])}
    return {key: whole[key] for key in ("every", "overall", "found", "rect", "rect_total")} | lists | {"themes": themes}


Contents = Callable[[Session, Cycle, About], dict[str, Any]]
CONTENTS: dict[PaperKind, Contents] = {
    PaperKind.REPORT: _report, PaperKind.BRIEF: _brief, PaperKind.EVALUATION: _evaluation,
    PaperKind.RESULTS: _results,
}
