"""Scoring on site: one answer per line and scorer, never over somebody else's; two who score alone; what is settled."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, update

from actions.keep_evidence import Upload, keep
from actions.members import lead_only, me_of, on_site
from actions.record import Actor, allow, record
from actions.score_lines import lines_of
from actions.visit import mark_visited
from config import clock
from models.base import Conflict, NotAllowed, NotFound, Rejected
from models.cycle import Team, Visit
from models.database import fetch
from models.score import Score
from models.score_ledger import score_of, scores_of, unit_of
from models.submission import Evidence
from models.visit_ledger import members_of
from models.words import VisitState
from rules.on_site import Judged, Line, judge
from rules.roles import Act
from rules.score_sheet import SETTLED, TEAM, Found, differences, final, revealed, unanswered

MOST_NAMED = 8
OWN = "own"  # the lead's own answer instead of either scorer's


class Overtaken(Conflict):
    """Somebody else, or another device, answered the same line first; `theirs` is what is kept now."""

    def __init__(self, theirs: Score) -> None:
        self.theirs = Score(**theirs.model_dump())  # a copy: the row itself is forgotten with the transaction
        super().__init__(f"{self.theirs.scored_by}刚刚改过此项，没有覆盖；请看清两边的内容后再定。")


def set_scorers(session: Session, actor: Actor, visit: Visit, count: int) -> None:
    """One sheet for the team, or two people who score alone; decided before anybody has begun."""
    allow(actor, Act.VISITS)
    if count not in (1, 2):
        raise Rejected("打分人数只能是一人（全组一表）或两人（各自独立打分）。")
    if count == visit.scorers:
        return
    if scores_of(session, visit.id) or visit.state == VisitState.FED_BACK:
        raise NotAllowed("已开始打分，不能再改打分方式。")
    if count == 2 and len(members_of(session, [visit.team_id])[visit.team_id]) < 2:
        raise Rejected("督察组成员不足两人，请先设定成员。")
    visit.scorers, visit.version = count, visit.version + 1
    record(session, actor, "设定打分方式", visit.id, visit.cycle_id, visit.unit_id, scorers=count)


def scorer_of(session: Session, actor: Actor, visit: Visit) -> str:
    """Whose sheet this person fills in: the team's, or an own one of the two."""
    if visit.scorers == 1:
        return TEAM
    mine = str(me_of(session, actor).id)
    others = set(scores_of(session, visit.id)) - {mine, SETTLED}
    if len(others) >= 2:
        raise NotAllowed("本次由两人各自打分，两人已确定，您不再打分。")
    return mine


def line_named(session: Session, visit: Visit, item: str) -> Line:
    found = next((line for line in lines_of(session, visit) if line.key == item), None)
    if found is None:
        raise NotFound("打分表中没有这一项。")
    return found


def keep_answer(
    session: Session, actor: Actor, visit: Visit, item: str, seen: int, fields: Mapping[str, str]
) -> Score:
    """Keep one answer on the version this person saw (0: none yet); the same answer twice is kept once.

    Overtaken carries what somebody else kept meanwhile; Rejected says what the plan does not allow.
    """
    on_site(session, actor, visit)
    scorer = scorer_of(session, actor, visit)
    if scorer in visit.finished:
        raise NotAllowed("您已交分，不能再改；有差异的由组长核定。")
    line = line_named(session, visit, item)
    row = _write(session, actor, visit, line, scorer, seen, judge(line, fields))
    mark_visited(session, actor, visit)  # who scores has arrived, whether or not the button was pressed
    return row


def _write(
    session: Session, actor: Actor, visit: Visit, line: Line, scorer: str, seen: int, judged: Judged
) -> Score:
    known = score_of(session, visit.id, scorer, line.key)
    if known and _same(known, judged):
        return known
    if known and known.version != seen:
        raise Overtaken(known)
    row = _changed(session, known, seen, _values(actor, judged)) if known else _new(
        session, actor, visit, line, scorer, judged
    )
    record(
        session, actor, "核定打分" if scorer == SETTLED else "打分", visit.id, visit.cycle_id, visit.unit_id,
        item=line.key, points=judged.points, result=judged.result, reason=judged.reason,
        after_feedback=visit.state == VisitState.FED_BACK,
    )
    return row


def _same(row: Score, judged: Judged) -> bool:
    return (row.result, row.points, row.clauses, row.reason) == (
        judged.result, judged.points, judged.clauses, judged.reason
    )


def _values(actor: Actor, judged: Judged) -> dict[str, Any]:
    return {
        "result": judged.result, "points": judged.points, "clauses": judged.clauses, "reason": judged.reason,
        "scored_by": actor.name, "scored_at": clock.now(),
    }


def _new(session: Session, actor: Actor, visit: Visit, line: Line, scorer: str, judged: Judged) -> Score:
    row = Score(
        office_id=visit.office_id, cycle_id=visit.cycle_id, unit_id=visit.unit_id, visit_id=visit.id,
        task_id=line.task_id, user_id=None if scorer == SETTLED else me_of(session, actor).id, item=line.key,
        scorer=scorer, **_values(actor, judged),
    )
    session.add(row)
    session.flush()
    return row


def _changed(session: Session, row: Score, seen: int, values: dict[str, Any]) -> Score:
    """Swap by version: of two writers at one moment the second finds the first's."""
    session.flush()
    same = (col(Score.id) == row.id, col(Score.version) == seen)
    done = session.exec(update(Score).where(*same).values(version=seen + 1, **values))
    session.refresh(row)
    if done.rowcount != 1:
        raise Overtaken(row)
    return row


def hand_in(session: Session, actor: Actor, visit: Visit) -> None:
    """One of two scorers is through; the other's sheet is shown once both are."""
    on_site(session, actor, visit)
    if visit.scorers == 1:
        raise NotAllowed("本次全组一表，无须单独交分。")
    mine = scorer_of(session, actor, visit)
    if mine in visit.finished:
        return
    left = unanswered(lines_of(session, visit), scores_of(session, visit.id).get(mine, {}))
    if left:
        raise Rejected(
            f"还有{len(left)}项没有答完{'，如' if len(left) > MOST_NAMED else '：'}{names(left)}。"
            "逐项打分或列为不适用后再交分。"
        )
    visit.finished, visit.version = [*visit.finished, mine], visit.version + 1
    record(session, actor, "交分", visit.id, visit.cycle_id, visit.unit_id)


def names(lines: list[Line]) -> str:
    """A few lines by sheet and number."""
    return "、".join(f"“{line.sheet}”第{line.no}项" for line in lines[:MOST_NAMED])


def settle(
    session: Session, actor: Actor, visit: Visit, item: str, seen: int, take: str, reason: str,
    fields: Mapping[str, str],
) -> Score:
    """The lead says which of two answers counts (`take`: a scorer's key), or gives an own one, for a reason kept; on
    what was settled when they looked (`seen`: its version, 0 for nothing yet)."""
    on_site(session, actor, visit)
    lead_only(session, actor, fetch(session, Team, visit.team_id), "两人打分的差异")
    if visit.scorers != 2 or not revealed(visit.scorers, visit.finished):
        raise NotAllowed("两人都交分后才能核定。")
    if not reason.strip():
        raise Rejected("核定须写明理由。")
    found, line = scores_of(session, visit.id), line_named(session, visit, item)
    if line.key not in {one.key for one, _, _ in differences([line], *(found.get(key, {}) for key in visit.finished))}:
        raise NotAllowed("两人此项打分一致，无须核定。")
    if take == OWN:
        judged = judge(line, {**fields, "reason": reason})
        if not judged.answered:
            raise Rejected("请填写核定的结果。")
    elif take in visit.finished:
        chosen = found[take][item]
        judged = Judged(chosen.result, chosen.points, chosen.clauses, reason.strip())
    else:
        raise Rejected("请选择以谁的打分为准。")
    return _write(session, actor, visit, line, SETTLED, seen, judged)


def counted(session: Session, visit: Visit, lines: list[Line]) -> Mapping[str, Found]:
    """The answers that count: the team's sheet, or what two agree on and what was settled."""
    return final(lines, scores_of(session, visit.id), visit.scorers, visit.finished)


def keep_photo(session: Session, actor: Actor, visit: Visit, item: str, upload: Upload) -> Evidence:
    """A photo or file that proves one item; sent twice it is kept once."""
    on_site(session, actor, visit)
    line = line_named(session, visit, item)
    before = clock.now()
    row = keep(
        session, visit.office_id, unit_of(session, visit).id, Upload(upload.name, upload.data, line.key),
        visit_id=visit.id,
    )
    if row.sent_at >= before:
        record(session, actor, "拍照取证", visit.id, visit.cycle_id, visit.unit_id, item=line.key, file=row.name)
    return row
