"""Teams of a cycle, the units their people come from, and the visits that must therefore go to somebody else."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import Session

from actions.record import Actor, allow, record
from actions.remind import alert_office
from models.base import Conflict, Rejected
from models.cycle import Cycle, Team, Visit
from models.database import fetch
from models.ledger import running_cycle, teams_of
from models.lists import visits_of
from models.unit import Contact, Unit
from models.unit_names import names_of
from models.words import VisitState
from rules.naming import find
from rules.recusal import Origin
from rules.roles import Act

NONE = "无"
SEPARATORS = re.compile(r"[、，,；;\s]+")

def origin(team: Team) -> Origin:
    """Where a team's people come from, for the rules."""
    return Origin(team, frozenset(team.home_units), bool(team.homes_by))


def recusal_of(visit: Visit, unit: Unit, team: Team) -> str:
    """Why this team should not make this visit, unless a reason for it is on record."""
    return "" if visit.recusal_reason else origin(team).doubt(unit.id, unit.name)


def homes_named(session: Session, office_id: UUID, text: str) -> list[UUID]:
    """The units of a typed list; “无” means that a team's people come from none of them."""
    words = [word for word in SEPARATORS.split(text.strip()) if word]
    if not words:
        raise Rejected("请写明人员来自哪些单位；都不来自受查单位的，请填“无”。")
    known = names_of(session, office_id).units
    return [_unit_named(word, known) for word in words if word != NONE]


def _unit_named(word: str, known: Mapping[str, UUID]) -> UUID:
    found = find(word, known)
    if found.key is None:
        near = f"，是否为{'、'.join(found.proposals)}" if found.proposals else ""
        raise Rejected(f"单位名录中没有“{word}”{near}？")
    return found.key


def form_team(
    session: Session, actor: Actor, cycle: Cycle, name: str, homes: Sequence[UUID] | None = None
) -> Team:
    """One more team in a running cycle; `homes` None means that nobody has said yet where its people come from."""
    allow(actor, Act.VISITS)
    running_cycle(session, cycle.id)
    known = teams_of(session, cycle.id)
    if not name.strip():
        raise Rejected("请填写督察组名称。")
    if name.strip() in {team.name for team in known}:
        raise Conflict(f"本周期已有“{name.strip()}”。")
    team = Team(office_id=actor.office_id, cycle_id=cycle.id, name=name.strip(), sort=len(known))
    session.add(team)
    session.flush()
    session.add(Contact(office_id=actor.office_id, team_id=team.id, name=f"{team.name}组长", post="组长"))
    record(session, actor, "组建督察组", team.id, cycle.id, name=team.name)
    if homes is not None:
        declare_homes(session, actor, team, homes)
    return team


def declare_homes(session: Session, actor: Actor, team: Team, homes: Sequence[UUID]) -> list[str]:
    """Say which units a team's people come from (none is an answer too); returns what must now be arranged anew."""
    allow(actor, Act.VISITS)
    units = [fetch(session, Unit, key, actor.office_id) for key in dict.fromkeys(homes)]
    old = team.home_units
    team.home_units, team.homes_by = [str(unit.id) for unit in units], actor.name
    record(
        session, actor, "申报督察组人员来源", team.id, team.cycle_id, name=team.name, old=old,
        units=[unit.name for unit in units],
    )
    return warn_of_recusals(session, actor.office_id, team.cycle_id)


def warn_of_recusals(session: Session, office_id: UUID, cycle_id: UUID) -> list[str]:
    """Put the visits that a team should not make before the office; nothing is rearranged silently."""
    session.flush()
    found = [
        f"{unit.name}（{visit.start_on:%m-%d}，{team.name}）{doubt}。"
        for visit, unit, team in visits_of(session, cycle_id)
        if visit.state == VisitState.PLANNED and (doubt := recusal_of(visit, unit, team))
    ]
    for sentence in found:
        alert_office(session, office_id, sentence, cycle_id)
    return found
