"""The end of a visit: arrival noted, the feedback sheet composed from what was found, and signed by the unit."""

from dataclasses import dataclass

from sqlmodel import Session

from actions.findings import found_at_visit
from actions.keep_evidence import Upload, keep
from actions.members import on_site
from actions.record import Actor
from actions.score_lines import lines_of
from actions.visit import feed_back_on_site, mark_visited
from models.base import Conflict, Rejected
from models.cycle import Team, Visit
from models.database import fetch
from models.score_ledger import unit_of
from models.words import VisitState
from papers.on_site import Noted, sheet_text

SIGNATURE = "单位签字"


@dataclass(frozen=True)
class Signed:
    """The sheet as it was read out, and who signed it: drawn (a PNG), or by the typed name alone."""

    sheet: str
    name: str
    post: str
    drawn: bytes = b""


def arrive(session: Session, actor: Actor, visit: Visit) -> None:
    """The team is there; noted once."""
    on_site(session, actor, visit)
    mark_visited(session, actor, visit)


def proposed_sheet(session: Session, visit: Visit) -> str:
    """A starting text for the sheet: every problem of this visit once, what was put right on the spot said so."""
    team, unit = fetch(session, Team, visit.team_id), unit_of(session, visit)
    found = [
        Noted(problem.title, problem.detail, problem.result if problem.closed_at else "")
        for problem in found_at_visit(session, visit)
    ]
    return sheet_text(team.name, unit.name, visit.start_on, visit.end_on, len(lines_of(session, visit)), found)


def sign_off(session: Session, actor: Actor, visit: Visit, seen: int, signed: Signed) -> None:
    """End a visit by the signed sheet, on the version this person saw; the same sheet twice ends it once."""
    on_site(session, actor, visit)
    if visit.state == VisitState.FED_BACK:
        if (visit.feedback, visit.signed_by) == (signed.sheet.strip(), signed.name.strip()):
            return
        raise Conflict("此次督察已提交现场反馈单，没有覆盖。请刷新页面查看。")
    if visit.version != seen:
        raise Conflict("此次督察刚刚被他人改过，请刷新页面核对后再提交。")
    if not signed.post.strip():
        raise Rejected("请填写签字人职务。")
    feed_back_on_site(session, actor, visit, signed.sheet, signed.name, signed.post)
    if signed.drawn:
        upload = Upload(f"{SIGNATURE}.png", signed.drawn, SIGNATURE)
        keep(session, visit.office_id, visit.unit_id, upload, visit_id=visit.id)

