"""回头看: the office opens a round over the verified problems, teams and the office look, each look has its result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, update

from actions.advance import begin_look_back
from actions.deadline import first_notice, settle
from actions.draw import Wanted, draw_lots
from actions.keep_evidence import Upload, check_upload, keep, note_seen
from actions.members import belongs
from actions.record import Actor, allow, record
from actions.rectify import Acting, move_problem
from actions.remind import tell
from actions.team import origin
from config import clock
from config.day_words import month_day
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment, Cycle, Team
from models.database import fetch, insert_new
from models.ledger import contacts_by_owner, policy_of, running_cycle, teams_of
from models.look_back_ledger import last_round, left_of, visited_by, waiting_pool
from models.paper_words import LookBackState, LookBackWay
from models.problem import LookBack, LookBackRound, Problem
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, Move, StageKind
from rules.look_back import Outcome, allot, check_look, check_round, noted_words, round_words
from rules.roles import Act, of_office, of_team

OURS, VISITED = "office", "visited"  # who looks: the office itself, or the team that has been at the unit


@dataclass(frozen=True)
class Round:
    """What the office decides: `wanted` None looks at all; `owner` is OURS, VISITED or a team's key; `seen` is the
    number the page showed, so that a second click opens no second round."""

    seen: int
    way: LookBackWay
    due_on: date | None
    wanted: int | None = None
    owner: str = OURS
    seed: str = ""
    seed_source: str = ""
    because: str = ""
    note: str = ""


@dataclass(frozen=True)
class Part:
    """One unit's share of a round: its problems, how many of them are looked at, and by which team (None: office)."""

    unit: Unit
    problems: list[Problem]
    wanted: int
    team: Team | None


@dataclass(frozen=True)
class Lot:
    """A problem as it lies in the drum."""

    id: UUID
    name: str


def parts_of(session: Session, cycle: Cycle, wanted: int | None, owner: str) -> list[Part]:
    """The pool by unit with what a round would take of each: shown before anything is drawn."""
    found: dict[UUID, tuple[Unit, list[Problem]]] = {}
    for problem, unit in waiting_pool(session, cycle.id):
        found.setdefault(unit.id, (unit, []))[1].append(problem)
    sizes = {str(key): len(problems) for key, (_, problems) in found.items()}
    numbers = sizes if wanted is None else allot(sizes, wanted)
    teams = _teams(session, cycle, owner, [unit for unit, _ in found.values()])
    return [Part(unit, problems, numbers[str(key)], teams.get(key)) for key, (unit, problems) in found.items()]


def _teams(session: Session, cycle: Cycle, owner: str, units: Sequence[Unit]) -> dict[UUID, Team | None]:
    """Who looks at which unit; nobody looks at the unit they come from."""
    known = {team.id: team for team in teams_of(session, cycle.id)}
    if owner == OURS:
        return {}
    if owner == VISITED:
        been = visited_by(session, cycle.id)
        chosen = {unit.id: known.get(been[unit.id]) if unit.id in been else None for unit in units}
    else:
        team = next((team for key, team in known.items() if str(key) == owner), None)
        if team is None:
            raise Rejected("请选择由谁核查。")
        chosen = {unit.id: team for unit in units}
    for unit in units:
        one = chosen[unit.id]
        if one and origin(one).recused(unit.id):
            raise Rejected(f"{one.name}人员来自{unit.name}，须回避，请另选督察组或由办公室核查。")
    return chosen


def start_round(session: Session, actor: Actor, cycle: Cycle, plan: Round) -> LookBackRound:
    """Open a round: draw where only some are looked at, give every chosen problem its look and its lookers a duty."""
    allow(actor, Act.PLAN_LOOK_BACK)
    running_cycle(session, cycle.id)
    no = last_round(session, cycle.id) + 1
    parts = parts_of(session, cycle, plan.wanted, plan.owner) if plan.seen == no else []
    due = check_round(plan.seen, no, len(parts), plan.due_on, clock.today())
    draw = None if plan.wanted is None else draw_lots(session, actor, _lots(cycle, no, parts, plan))
    row = LookBackRound(
        office_id=cycle.office_id, cycle_id=cycle.id, no=no, way=plan.way, sampled=draw is not None,
        draw_id=draw.id if draw else None, due_on=due, note=plan.note.strip(), made_by=actor.name,
        made_at=clock.now(),
    )
    insert_new(session, LookBackRound, [row.model_dump()])  # of two at once, the index lets only one in
    if session.get(LookBackRound, row.id) is None:
        raise Conflict("刚刚已有人开始了一次回头看，请刷新页面看过后再办。")
    chosen = {line["id"] for line in draw.result} if draw else None
    looks = [look for part in parts for look in _looks(row, part, chosen)]
    _duties(session, row, looks)
    session.add_all(looks)
    begin_look_back(session, actor, cycle, clock.today())
    record(
        session, actor, "开始回头看", row.id, cycle.id, no=no, way=row.way, due=due, note=row.note,
        draw=draw.id if draw else "", problems=_numbers(parts, looks, LookBackState.PLANNED),
        aside=_numbers(parts, looks, LookBackState.SKIPPED),
    )
    return row


def _lots(cycle: Cycle, no: int, parts: Sequence[Part], plan: Round) -> Wanted:
    strata = {part.unit.name: ([Lot(p.id, f"问题{p.no}") for p in part.problems], part.wanted) for part in parts}
    return Wanted(
        f"{cycle.title}{round_words(no)}抽查", strata, plan.seed, plan.seed_source, cycle_id=cycle.id,
        because=plan.because,
    )


def _looks(row: LookBackRound, part: Part, chosen: set[str] | None) -> list[LookBack]:
    """A look for every problem of the pool: to be made, or passed by in the draw."""
    return [
        LookBack(
            office_id=row.office_id, round_id=row.id, cycle_id=row.cycle_id, problem_id=problem.id, way=row.way,
            problem_version=problem.version, team_id=part.team.id if part.team else None,
            state=LookBackState.PLANNED if chosen is None or str(problem.id) in chosen else LookBackState.SKIPPED,
        )
        for problem in part.problems
    ]


def _numbers(parts: Sequence[Part], looks: Sequence[LookBack], state: LookBackState) -> list[int]:
    keys = {look.problem_id for look in looks if look.state == state}
    return sorted(problem.no for part in parts for problem in part.problems if problem.id in keys)


def _duties(session: Session, row: LookBackRound, looks: Sequence[LookBack]) -> None:
    """One duty for each who looks, with the round's limit and its ladder; a team hears of it."""
    mine: dict[UUID | None, list[LookBack]] = {}
    for look in looks:
        if look.state == LookBackState.PLANNED:
            mine.setdefault(look.team_id, []).append(look)
    policy, people = policy_of(session, row.cycle_id), contacts_by_owner(session, row.office_id)
    for team_id, some in mine.items():
        title = f"{round_words(row.no)}（{row.way.label}，问题{len(some)}个）"
        item = Assignment(
            office_id=row.office_id, cycle_id=row.cycle_id, team_id=team_id, kind=AssignmentKind.LOOK_BACK,
            stage=StageKind.LOOK_BACK, title=title, state=AssignmentState.OPEN, due_on=row.due_on,
            first_due_on=row.due_on, because=f"{round_words(row.no)}安排",
            next_notice_on=first_notice(policy, AssignmentKind.LOOK_BACK, row.due_on, clock.today()),
        )
        session.add(item)
        session.flush()
        for look in some:
            look.assignment_id = item.id
        if team_id and row.due_on:
            text = f"请办理{title}，于{month_day(row.due_on)}前登记核查情况。"
            told = [contact.id for contact in people.get(team_id, [])]
            tell(session, told, text, office_id=row.office_id, step="回头看", cycle_id=row.cycle_id,
                 assignment_id=item.id)


@dataclass(frozen=True)
class Seen:
    """The result of one look as somebody gives it; `version` is the look they had before them."""

    version: int
    verified: bool
    found: str
    noted: bool = False
    uploads: list[Upload] = field(default_factory=list)
    new_due: date | None = None


def may_look(session: Session, actor: Actor, row: LookBack) -> bool:
    """The office, and the team that the look was given to."""
    return of_office(actor.role) or (
        of_team(actor.role) and row.team_id is not None and belongs(session, actor, row.team_id)
    )


def look(session: Session, actor: Actor, row: LookBack, seen: Seen) -> LookBack:
    """Give the result of a look: put right, and another person may close it out; or back to the unit with a limit."""
    allow(actor, Act.LOOK_BACK)
    if not may_look(session, actor, row):
        raise NotAllowed("此项核查未交由您办理，只能查看。")
    problem = fetch(session, Problem, row.problem_id, actor.office_id)
    outcome = Outcome(seen.verified, seen.found, seen.noted, len(seen.uploads), seen.new_due)
    check_look(problem.no, row.state, row.way, outcome, clock.today())
    for upload in seen.uploads:
        check_upload(upload)
    _swap(session, row, problem.no, seen, actor)
    move = Move.LOOK_BACK_PASS if seen.verified else Move.LOOK_BACK_FAIL
    due = None if seen.verified else seen.new_due
    move_problem(session, actor, problem, Acting(move, problem.version, seen.found.strip(), due, look=row.id))
    for upload in seen.uploads:  # kept only once the move was allowed
        keep(session, row.office_id, problem.unit_id, upload, look_back_id=row.id)
    if seen.noted:
        note_seen(session, row.office_id, problem.unit_id, noted_words(row.way), look_back_id=row.id)
    _end_duty(session, actor, row)
    return row


def _swap(session: Session, row: LookBack, no: int, seen: Seen, actor: Actor) -> None:
    state = LookBackState.PASSED if seen.verified else LookBackState.FAILED
    values: Mapping[str, object] = {
        "state": state, "found": seen.found.strip(), "looked_by": actor.name, "looked_at": clock.now(),
        "version": seen.version + 1,
    }
    session.flush()
    planned = (col(LookBack.version) == seen.version, col(LookBack.state) == LookBackState.PLANNED)
    mine = (col(LookBack.id) == row.id, *planned)
    if session.exec(update(LookBack).where(*mine).values(**values)).rowcount != 1:
        raise Conflict(f"问题{no}的回头看刚刚已由他人登记，请刷新页面查看。")
    session.refresh(row)


def _end_duty(session: Session, actor: Actor, row: LookBack) -> None:
    """Whoever looks has done their duty with the last look."""
    session.flush()
    item = fetch(session, Assignment, row.assignment_id)
    if left_of(session, item.id) or item.state == AssignmentState.DONE:
        return
    settle(session, item, AssignmentState.DONE)
    record(session, actor, "办结", item.id, item.cycle_id, title=item.title)
