"""加分、扣分建议: proposed on findings of the unit, decided by another person, written up as a paper to be signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, update

from actions.members import belongs
from actions.paper import draft_paper
from actions.record import Actor, allow, record, second_key
from actions.score import counted
from actions.score_lines import lines_of
from actions.team_report import score_words
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Cycle
from models.database import fetch
from models.ledger import running_cycle, units_of_cycle
from models.paper import Paper, PointsProposal
from models.paper_words import PaperKind
from models.points_ledger import is_enrolled, proposals_of, stage_figures, standing_problems, visits_made
from models.unit import Unit
from models.words import ProblemState
from rules.on_site import in_words
from rules.points import PointsState, check_proposal, check_standing, check_verdict, points_words
from rules.roles import Act, of_office

S = PointsState
TITLE = 60  # characters of an item's title that are quoted


@dataclass(frozen=True)
class Basis:
    """One thing a proposal may rest on: `key` names its row ("problem:<key>", "score:<key>"), `said` in words."""

    key: str
    said: str
    scored: bool = False


def bases_of(session: Session, cycle_id: UUID, unit_id: UUID) -> list[Basis]:
    """The problems of a unit that stand, and the score items that count (of two scorers nothing before both are in)."""
    found = [
        Basis(f"problem:{one.id}", f"问题{one.no}　{one.title}（{one.state.label}）")
        for one in standing_problems(session, cycle_id, unit_id)
    ]
    for visit in visits_made(session, cycle_id, unit_id):
        lines = lines_of(session, visit)
        answers: Any = counted(session, visit, lines)
        for line in lines:
            one = answers.get(line.key)
            if one is None or (one.result is None and one.points is None):
                continue
            said = in_words(line, one.result, one.points, one.reason)
            title = f"“{line.sheet}”第{line.no}项　{line.title[:TITLE]}"
            found.append(Basis(f"score:{one.id}", f"{title}：{said}", scored=True))
    return found


def propose(
    session: Session, actor: Actor, cycle_id: UUID, unit: Unit, points: float, reason: str, findings: Sequence[str]
) -> PointsProposal:
    """Propose points for a unit, above zero a bonus; a second click finds the first proposal."""
    allow(actor, Act.PROPOSE_POINTS)
    cycle = running_cycle(session, cycle_id)
    if not is_enrolled(session, cycle.id, unit.id):
        raise Rejected(f"{unit.name}不在本督察周期内。")
    _lead_or_office(session, actor, cycle.id, unit)
    known = {one.key: one for one in bases_of(session, cycle.id, unit.id)}
    chosen = list(dict.fromkeys(findings))
    check_proposal(points, reason, chosen, known)
    kept = [{"key": key, "said": known[key].said} for key in chosen]
    for row, _ in proposals_of(session, cycle.id):
        if _same(row, actor, unit, points, reason, chosen):
            return row
    row = PointsProposal(
        office_id=actor.office_id, cycle_id=cycle.id, unit_id=unit.id, points=points, reason=reason.strip(),
        findings=kept, proposed_by=actor.name, proposed_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(
        session, actor, "提出加分扣分建议", row.id, cycle.id, unit.id, points=points, reason=row.reason,
        findings=[one["said"] for one in kept],
    )
    return row


def _same(
    row: PointsProposal, actor: Actor, unit: Unit, points: float, reason: str, findings: Sequence[str]
) -> bool:
    said = (row.state, row.unit_id, row.proposed_by, row.points, row.reason, {one["key"] for one in row.findings})
    return said == (S.PROPOSED, unit.id, actor.name, points, reason.strip(), set(findings))


def _lead_or_office(session: Session, actor: Actor, cycle_id: UUID, unit: Unit) -> None:
    """The office, or whoever leads a team that goes to this unit."""
    if of_office(actor.role):
        return
    teams = {visit.team_id for visit in visits_made(session, cycle_id, unit.id)}
    if not any(belongs(session, actor, team, leading=True) for team in teams):
        raise NotAllowed(f"加分扣分建议须由办公室或督察{unit.name}的督察组组长提出。")


def decide(session: Session, actor: Actor, row: PointsProposal, seen: int, approve: bool, answer: str = "") -> None:
    """The second key: agree, as long as what it rests on still stands, or not, with a reason."""
    check_verdict(row.state, actor.role, approve, answer)
    second_key(session, actor, [row.proposed_by], "本人提出的加分扣分建议，须由另一人审定。")
    running_cycle(session, row.cycle_id)
    if approve:
        check_standing(gone(session, row))
    session.flush()
    same = (col(PointsProposal.id) == row.id, col(PointsProposal.version) == seen)
    done = session.exec(update(PointsProposal).where(*same).values(
        version=seen + 1, state=S.APPROVED if approve else S.REFUSED, decided_by=actor.name, decided_at=clock.now(),
        decision=answer.strip(),
    ))
    if done.rowcount != 1:
        raise Conflict("此项建议刚刚已被他人处理，请刷新页面后再办。")
    session.refresh(row)
    record(
        session, actor, "同意加分扣分建议" if approve else "不同意加分扣分建议", row.id, row.cycle_id, row.unit_id,
        points=row.points, reason=row.decision or row.reason,
    )


def gone(session: Session, row: PointsProposal) -> list[str]:
    """What a proposal rested on and no longer stands as it was: a problem withdrawn, an item scored otherwise."""
    known = {one.key: one for one in bases_of(session, row.cycle_id, row.unit_id)}
    return [
        one["said"] for one in row.findings
        if one["key"] not in known or (known[one["key"]].scored and known[one["key"]].said != one["said"])
    ]


def draft_points_paper(session: Session, actor: Actor, cycle: Cycle, receiver: str) -> Paper:
    """The paper on a cycle's points: how its stages and units stand, and each proposal agreed to with its findings."""
    allow(actor, Act.PAPER)
    agreed = [(row, unit) for row, unit in proposals_of(session, cycle.id) if row.state == S.APPROVED]
    if not agreed:
        raise Rejected("尚无已同意的加分扣分建议，不能生成。")
    if not receiver.strip():
        raise Rejected("请写明报送对象。")
    for row, _ in agreed:
        check_standing(gone(session, row))
    content = {
        "cycle": cycle.title, "receiver": receiver.strip(), "stages": _stages(session, cycle),
        "results": [_result(session, cycle, unit) for unit in units_of_cycle(session, cycle.id)],
        "proposals": [_proposal(row, unit) for row, unit in agreed],
    }
    return draft_paper(
        session, actor, PaperKind.PROPOSALS, f"points:{cycle.id}", content, title=f"关于{cycle.title}加分扣分的建议",
        cycle_id=cycle.id,
    )


def _stages(session: Session, cycle: Cycle) -> str:
    said = [f"{stage.name}{stage.state.label}，{total}个单位中{done}个完成"
            for stage, done, total in stage_figures(session, cycle.id)]
    return "；".join(said) + "。" if said else ""


def _result(session: Session, cycle: Cycle, unit: Unit) -> dict[str, Any]:
    problems = standing_problems(session, cycle.id, unit.id)
    said = []
    for visit in visits_made(session, cycle.id, unit.id):
        lines = lines_of(session, visit)
        said.append(score_words(lines, counted(session, visit, lines)))
    return {
        "unit": unit.name, "score": "；".join(filter(None, said)) or "—", "problems": len(problems),
        "closed": sum(one.state == ProblemState.CLOSED for one in problems),
    }


def _proposal(row: PointsProposal, unit: Unit) -> dict[str, Any]:
    return {
        "unit": unit.name, "points": points_words(row.points), "reason": row.reason.rstrip("。"),
        "findings": [one["said"] for one in row.findings], "by": row.proposed_by, "decided": row.decided_by,
    }


def proposal_of(session: Session, actor: Actor, key: UUID, cycle_id: UUID) -> PointsProposal:
    """A proposal of this cycle of this office."""
    row = fetch(session, PointsProposal, key, actor.office_id)
    if row.cycle_id != cycle_id:
        raise NotAllowed("此项建议不属于本督察周期。")
    return row
