"""打分表 of a visit: every item with its standards, what each scorer found, where they differ, what counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from actions.record import Actor
from actions.score_lines import lines_of
from actions.workbook import BOTH_FIRST, NO_SUCH_SHEET, keep_workbook
from models.base import NotAllowed, NotFound
from models.cycle import Team, Visit
from models.database import fetch
from models.paper import Paper
from models.paper_words import PaperKind
from models.score import Score
from models.score_ledger import names_by_key, scores_of, unit_of
from models.words import ScoreResult
from rules.on_site import Clause, Line, asked
from rules.score_sheet import TEAM, Answers, Sum, answered, differences, final, revealed, sums

Found = Mapping[str, Mapping[str, Score]]


def make_score_sheet(session: Session, actor: Actor, visit: Visit, sheet: str = "") -> Paper:
    """The sheets of a visit, or the one of this name; of two scorers nothing is shown before both are in."""
    if not revealed(visit.scorers, visit.finished):
        raise NotAllowed(BOTH_FIRST)
    lines, found, unit = lines_of(session, visit), scores_of(session, visit.id), unit_of(session, visit)
    if sheet and sheet not in (line.sheet for line in lines):
        raise NotFound(NO_SUCH_SHEET)
    chosen = [line for line in lines if sheet in ("", line.sheet)]
    two = visit.scorers == 2
    sheets = _sheets(visit, chosen, found) if any(map(answered, _all(found))) else []
    content = {
        "unit": unit.name, "team": fetch(session, Team, visit.team_id).name, "two": two, "sheets": sheets,
        "days": _days(visit), "people": _people(session, visit, found), "signed": _signed(visit),
    }
    about = f"visit:{visit.id}" + (f":{sheet}" if sheet else "")
    title = f"{unit.name}打分表" + (f"（{sheet}）" if sheet else "")
    return keep_workbook(
        session, actor, PaperKind.SCORE_SHEET, about, content, title, cycle_id=visit.cycle_id, unit_id=unit.id
    )


def _all(found: Found) -> list[Score]:
    return [row for answers in found.values() for row in answers.values()]


def _days(visit: Visit) -> str:
    return f"{visit.start_on}" if visit.start_on == visit.end_on else f"{visit.start_on}至{visit.end_on}"


def _people(session: Session, visit: Visit, found: Found) -> list[str]:
    if visit.scorers == 2:
        names = names_by_key(session, visit.office_id)
        return [names.get(key, "已停用人员") for key in visit.finished[:2]]
    return list(dict.fromkeys(row.scored_by for row in found.get(TEAM, {}).values()))


def _signed(visit: Visit) -> str:
    if not visit.signed_by or not visit.fed_back_at:
        return ""
    return f"现场反馈单已由{visit.signed_post}{visit.signed_by}签字。"


def _sheets(visit: Visit, lines: Sequence[Line], found: Found) -> list[dict[str, Any]]:
    count = final(lines, found, visit.scorers, visit.finished)
    pair = [found.get(key, {}) for key in visit.finished[:2]] if visit.scorers == 2 else []
    apart = {line.key for line, _, _ in differences(lines, *pair)} if pair else set()
    return [_sheet(one, lines, count, pair, apart) for one in sums(lines, count)]


def _sheet(
    one: Sum, lines: Sequence[Line], count: Answers, pair: Sequence[Answers], apart: set[str]
) -> dict[str, Any]:
    scored, stand = one.standing is not None, one.standing
    mine = [line for line in lines if line.sheet == one.sheet and line.scored == scored]
    rows = [row for line in mine for row in _rows(line, count.get(line.key), pair, line.key in apart)]
    return {
        "name": one.sheet, "scored": scored, "rows": rows, "items": one.items, "done": one.done,
        "left_out": list(one.left_out), "torn": list(one.torn),
        "counts": {result.label: n for result, n in one.counts.items()},
        "total": {"raw": stand.raw, "base": stand.base, "percent": stand.percent} if stand else None,
    }


def _rows(line: Line, kept: Any, pair: Sequence[Answers], apart: bool) -> list[dict[str, Any]]:
    """A row for each standard of an item, or the one row of a checklist's line."""
    whole = {
        "no": line.no, "group": line.group, "title": line.title, "apart": _apart(apart, kept) if pair else "",
        **_answer(kept, ""),
    }
    for place, answers in enumerate(pair):
        whole |= _answer(answers.get(line.key), str(place))
    if not line.scored:
        wanted = "；".join(_asked(one) for one in line.thresholds)
        return [{**whole, "asked": wanted, "measured": _measured(line, kept)}]
    whole["worth"] = line.worth
    return [{**whole, **_clause(n, one, kept)} for n, one in enumerate(line.clauses)] or [{**whole, **_bare(kept)}]


def _apart(apart: bool, kept: Any) -> str:
    return ("不同，已核定" if answered(kept) else "不同，待核定") if apart else "一致"


def _answer(row: Any, place: str) -> dict[str, Any]:
    """What somebody found: points, or the result in words; nothing where nothing was said."""
    if not answered(row):
        return {f"points{place}": "未评定", f"reason{place}": ""}
    return {f"points{place}": row.result.label if row.result else row.points, f"reason{place}": row.reason}


def _asked(threshold: Mapping[str, Any]) -> str:
    return f"{threshold['field']}{asked(threshold)}"


def _measured(line: Line, kept: Any) -> str:
    units = {one["field"]: one.get("unit", "") for one in line.thresholds}
    found = [one for one in (kept.clauses if kept else ()) if "figure" in one]
    return "；".join(f"{one['field']}{one['value']:g}{units.get(one['field'], '')}" for one in found)


def _clause(no: int, clause: Clause, kept: Any) -> dict[str, Any]:
    """A standard with its points, and what was chosen for it and taken off."""
    found = next((one for one in (kept.clauses if kept else ()) if one.get("no") == no), None)
    torn = "" if clause.readable else "（原文残缺，不计分）"
    return {
        "clause": f"{clause.title}{torn}", "clause_points": clause.points,
        "chosen": _chosen(clause, found) if found else "", "lost": found.get("lost") if found else None,
    }


def _chosen(clause: Clause, found: Mapping[str, Any]) -> str:
    level = int(found.get("level") or 0)
    told = [clause.levels[level - 1].when] if 0 < level <= len(clause.levels) else []
    told += [f"数量{found['count']:g}"] if "count" in found else []
    told += [f"比例{found['rate']:g}%"] if "rate" in found else []
    return "，".join(told)


def _bare(kept: Any) -> dict[str, Any]:
    """An item for which the plan prints points and no standard."""
    found: Mapping[str, Any] = next((one for one in (kept.clauses if kept else ()) if one.get("bare")), {})
    none = kept is not None and kept.result == ScoreResult.NOT_APPLICABLE
    return {"clause": "", "clause_points": None, "chosen": "", "lost": None if none else found.get("lost")}
