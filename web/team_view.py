"""A visit as its page shows it: lines by sheet and group with what was answered, photographed and found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from actions.findings import found_at_visit
from actions.members import may_work, me_of
from actions.record import Actor
from actions.score import counted
from actions.score_lines import lines_of
from actions.sign_off import SIGNATURE, proposed_sheet
from config import clock
from models.cycle import Cycle, Team, Visit
from models.database import fetch
from models.office import User
from models.plan import Plan
from models.problem import Problem
from models.score import Score
from models.score_ledger import photos_of, plan_of_visit, scores_of, unit_of
from models.submission import Evidence
from models.unit import Unit
from models.visit_ledger import members_of
from models.words import VisitState
from rules.on_site import Line, fields_of, in_words
from rules.score import Standing
from rules.score_sheet import TEAM, Answers, Sum, answered, differences, revealed, sums, unanswered, whole

Typed = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Row:
    """A line with this person's answer as form fields; `fault` is why what was typed was not kept."""

    line: Line
    fields: Mapping[str, str]
    version: int
    words: str
    answered: bool
    by: str = ""
    photos: list[Evidence] = field(default_factory=list)
    fault: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet of the visit: groups of rows, and what they add up to."""

    sum: Sum
    groups: dict[str, list[Row]]


@dataclass
class View:
    """All a page about a visit needs."""

    visit: Visit
    unit: Unit
    team: Team
    cycle: Cycle
    plan: Plan
    people: list[tuple[User, bool]]
    works: bool
    leads: bool
    open: bool
    scorer: str
    sheets: list[Sheet]
    standing: Standing
    left: int
    problems: list[Problem]
    signature: Evidence | None
    proposal: str
    locked: bool
    revealed: bool
    others: int = 0  # how many people score in all


def view_of(session: Session, me: Actor, visit: Visit, typed: Typed | None = None, fault: str = "") -> View:
    """The visit as this person may see it: of two who score alone, only the own sheet until both are in."""
    team = fetch(session, Team, visit.team_id)
    people = members_of(session, [team.id])[team.id]
    lines, found, photos = lines_of(session, visit), scores_of(session, visit.id), photos_of(session, visit.id)
    scorer = TEAM if visit.scorers == 1 else str(me_of(session, me).id)
    mine = found.get(scorer, {})
    works = may_work(session, me, visit)
    return View(
        visit=visit, unit=unit_of(session, visit), team=team, cycle=fetch(session, Cycle, visit.cycle_id),
        plan=plan_of_visit(session, visit), people=people, works=works,
        leads=any(user.name == me.name and leads for user, leads in people),
        open=works and visit.state != VisitState.CANCELLED and clock.today() >= visit.start_on,
        scorer=scorer, sheets=_sheets(lines, mine, photos, typed or {}, fault), standing=whole(lines, mine),
        left=len(unanswered(lines, mine)), problems=found_at_visit(session, visit),
        signature=next(iter(photos.get(SIGNATURE, [])), None),
        proposal=visit.feedback or proposed_sheet(session, visit),
        locked=scorer in visit.finished, revealed=revealed(visit.scorers, visit.finished),
        others=len(set(found) - {"settled"}),
    )


def _sheets(
    lines: list[Line], mine: Mapping[str, Score], photos: dict[str, list[Evidence]], typed: Typed, fault: str
) -> list[Sheet]:
    made = []
    for one in sums(lines, mine):
        groups: dict[str, list[Row]] = {}
        for line in lines:
            if line.sheet == one.sheet and line.scored == (one.standing is not None):
                row = _row(line, mine.get(line.key), photos.get(line.key, []), typed.get(line.key), fault)
                groups.setdefault(line.group, []).append(row)
        made.append(Sheet(one, groups))
    return made


def _row(
    line: Line, kept: Score | None, photos: list[Evidence], typed: Mapping[str, str] | None, fault: str
) -> Row:
    fields = fields_of(kept.result, kept.clauses, kept.reason) if kept else {}
    return Row(
        line, fields if typed is None else typed, kept.version if kept else 0,
        in_words(line, kept.result, kept.points, kept.reason) if kept else "", answered(kept),
        kept.scored_by if kept else "", photos, "" if typed is None else fault,
    )


def told_sums(session: Session, visit: Visit, scorer: str) -> dict[str, Any]:
    """The running figures of a sheet for a script: how far, points, points to be had, percentage, counts."""
    lines = lines_of(session, visit)
    mine = scores_of(session, visit.id).get(scorer, {})
    stand = whole(lines, mine)
    return {
        "left": len(unanswered(lines, mine)), "items": len(lines), "raw": stand.raw, "base": stand.base,
        "percent": stand.percent, "scored": stand.items,
        "sheets": {one.sheet: f"{one.done}/{one.items}" for one in sums(lines, mine)},
    }


@dataclass(frozen=True)
class Compared:
    """A line two people answered otherwise, with what was settled."""

    line: Line
    answers: list[tuple[str, str, str]]  # the scorer's key, name, and answer in words
    settled: Score | None
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """What a visit came to, once it may be seen."""

    rows: list[tuple[Line, str]]
    sums: list[Sum]
    standing: Standing
    apart: list[Compared]


def result_of(session: Session, visit: Visit, names: Mapping[str, str]) -> Result:
    """The answers that count with their totals, and the differences of two scorers."""
    lines, found = lines_of(session, visit), scores_of(session, visit.id)
    count: Answers = counted(session, visit, lines)
    rows = [(line, _said(line, count.get(line.key))) for line in lines]
    return Result(rows, sums(lines, count), whole(lines, count), _apart(visit, lines, found, names))


def _said(line: Line, row: Any) -> str:
    return in_words(line, row.result, row.points, row.reason) if row else ""


def _apart(
    visit: Visit, lines: list[Line], found: Mapping[str, Mapping[str, Score]], names: Mapping[str, str]
) -> list[Compared]:
    if visit.scorers != 2 or not revealed(visit.scorers, visit.finished):
        return []
    both = visit.finished[:2]
    apart = differences(lines, *(found.get(key, {}) for key in both))
    settled = found.get("settled", {})
    return [_compared(line, both, found, names, settled.get(line.key)) for line, _, _ in apart]


def _compared(
    line: Line, both: list[str], found: Mapping[str, Mapping[str, Score]], names: Mapping[str, str],
    settled: Score | None,
) -> Compared:
    answers = [(key, names.get(key, "?"), _said(line, found[key][line.key])) for key in both]
    first = found[both[0]][line.key]
    return Compared(line, answers, settled, fields_of(first.result, first.clauses, ""))
