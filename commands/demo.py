"""The sample cycle: Puyang moved so that today lies in rectification, with a problem at every step of its life."""

import os
import secrets
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy import Engine
from sqlmodel import Session, select

from actions import problem, rectify, review, self_check
from actions.keep_evidence import Upload
from actions.members import set_members
from actions.open_cycle import Opening
from actions.record import Actor
from actions.rectify import Acting, ProblemReport
from actions.round import run_round
from actions.submit import Report
from commands.cast import Cast
from commands.demo_duties import set_duties
from commands.office import People, make_office
from commands.rehearse import DAY, launch, play_day, team_names
from commands.sample_units import demo_rows
from commands.script import Script, Wish
from config import clock
from config.settings import settings
from config.workdays import official
from models.database import reading, transaction
from models.ledger import contacts_of_unit, problems_of, teams_of, unit_item
from models.office import Office, User
from models.problem import Problem
from models.unit import Link, Unit
from models.words import AssignmentKind, Move, ProblemSource, ProblemState
from notifications.link import hash_token, token_for
from plans.planfile import read_plan
from plans.text import read_source
from rules import workday

PLAN, UNITS = "puyang-2020", 12
MIDDLE = date(2020, 9, 1)  # a day in the printed rectification stage; weekdays are kept
FIRST_DAY = date(2020, 7, 27)
S, M = ProblemState, Move
LIVES = (S.CLOSED, S.LOOKED_BACK, S.VERIFIED, S.REPORTED, S.RETURNED, S.OBJECTED, S.PLANNED, S.WITHDRAWN)
ROUTES: dict[ProblemState, tuple[Move, ...]] = {
    S.OBJECTED: (M.OBJECT,),
    S.WITHDRAWN: (M.OBJECT, M.WITHDRAW),
    S.PLANNED: (),
    S.REPORTED: (M.REPORT,),
    S.RETURNED: (M.REPORT, M.RETURN),
    S.VERIFIED: (M.REPORT, M.VERIFY),
    S.LOOKED_BACK: (M.REPORT, M.VERIFY, M.LOOK_BACK_PASS),
    S.CLOSED: (M.REPORT, M.VERIFY, M.LOOK_BACK_PASS, M.CLOSE_OUT),
}
THIN = (
    "一、工作开展情况\n认真学习，提高认识，加强领导，健全机制，各项工作有序推进，成效明显。\n"
    "二、存在的问题\n学习不够深入。"
)


@dataclass(frozen=True)
class Demo:
    """What a visitor needs: the office's first word, a unit's name and link."""

    word: str
    unit: str
    link: str


def shift_for(today: date) -> int:
    """Whole weeks from the printed dates, so that today falls into rectification and weekdays stay."""
    return round((today - MIDDLE).days / 7) * 7


def prepare(bind: Engine | None, today: date) -> Demo:
    """Build the sample once; later starts find everything as it was."""
    path = settings().home / "first-login.txt"
    with reading(bind) as session:
        office = session.exec(select(Office)).first()
    if office is None:
        people = _build(bind, today)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(people.word)
    return _visit(bind, path)


def _build(bind: Engine | None, today: date) -> People:
    shift = timedelta(days=shift_for(today))
    draft, start = read_plan(read_source(PLAN)), FIRST_DAY + shift
    with clock.jumped_to(clock.at_time(start, time(8, 30))):
        people = make_office(bind, "濮阳市委依法治市办（示例）", "市委依法治市办", secrets.token_hex(4))
        opening = Opening(shift_days=shift.days, team_names=team_names(36), title="濮阳示例")
        cycle_id = launch(bind, people, draft, demo_rows(UNITS), opening)
    _crew(bind, cycle_id, people)
    cast = Cast(bind, cycle_id, people, _script(shift))
    day = start
    while day < today:
        play_day(bind, cycle_id, cast, day)
        if day == date(2020, 8, 10) + shift:
            _thin_report(bind, cycle_id, people, day)
        day += DAY
    _spread(bind, cycle_id, people, today)
    if clock.now().time() >= time(9, 0):
        run_round(bind, cycle_id, today)
    return people


def _crew(bind: Engine | None, cycle_id: UUID, people: People) -> None:
    """The sample's lead goes out with every team."""
    with transaction(bind) as session:
        lead = session.exec(select(User.id).where(User.name == people.actors["zuzhang"].name)).one()
        for team in teams_of(session, cycle_id):
            set_members(session, people.actors["jingban"], team, [lead], lead)


def _script(shift: timedelta) -> Script:
    def wish(unit: str, ask: date, to: date, approve: date) -> Wish:
        return Wish(unit=unit, ask_on=ask + shift, to=to + shift, approve_on=approve + shift)

    modes = {"范县": "late", "示范区": "late", "台前县": "never", "市自然资源局": "never"}
    wishes = [
        wish("南乐县", date(2020, 8, 27), date(2020, 9, 12), date(2020, 8, 28)),
        wish("市公安局", date(2020, 8, 28), date(2020, 9, 15), date(2021, 1, 1)),
    ]
    return Script.model_validate({"default": "obey", "units": modes, "reports": False, "extensions": wishes})


def _thin_report(bind: Engine | None, cycle_id: UUID, people: People, day: date) -> None:
    """A report that says little about problems: measured, returned with the rule, never mended."""
    with clock.jumped_to(clock.at_time(day, time(16, 0))), transaction(bind) as session:
        unit = session.exec(select(Unit).where(Unit.name == "市自然资源局")).one()
        item = unit_item(session, cycle_id, unit.id, AssignmentKind.SELF_CHECK_REPORT)
        who = Actor(unit.office_id, "市自然资源局联络员", "unit", "演练", unit.id)
        report = Report("demo-thin", THIN, [{"title": "学习不够深入"}])
        row = self_check.submit_self_check(session, who, item, report)
        findings = "".join(row.content["findings"])
        review.send_back(session, people.actors["jingban"], row, f"{findings}请补充后重报。")


def _spread(bind: Engine | None, cycle_id: UUID, people: People, today: date) -> None:
    """Lead the problems of obedient units to every state of their life, on the last workday."""
    day = workday.add(today, -1, official())
    with clock.jumped_to(clock.at_time(day, time(16, 30))):
        with transaction(bind) as session:
            rows = problems_of(session, cycle_id)
            kept = {"范县", "示范区", "台前县", "市自然资源局"}
            ours = [(p, u) for p, u, _ in rows if u.name not in kept and p.state not in (S.CLOSED, S.WITHDRAWN)]
            for number, (problem, unit) in enumerate(ours):
                _lead(session, people, problem, unit, LIVES[number % len(LIVES)], today)
        with transaction(bind) as session:
            _found_today(session, cycle_id, people)
            set_duties(session, cycle_id, people.actors["jingban"], day)


def _lead(
    session: Session, people: People, problem: Problem, unit: Unit, target: ProblemState, today: date
) -> None:
    """Walk one problem along the allowed moves until it stands where the sample wants it."""
    contact = contacts_of_unit(session, unit.id)[0]
    ours = Actor(unit.office_id, contact.name, "unit", "演练", unit.id)
    clerk, lead, head = (people.actors[login] for login in ("jingban2", "zuzhang", "zhuren"))
    plan = {"category": "制度执行", "measure": "补齐材料、完善制度", "leader": "分管负责人", "lead_unit": unit.name,
            "person": "科室负责人"}
    soon = workday.add(today, 5, official())
    proof = Upload(f"问题{problem.no}整改佐证.txt", f"问题{problem.no}整改佐证材料".encode())
    reason = {M.OBJECT: "所述会议有记录，请复核。", M.WITHDRAW: "经复核属实。", M.RETURN: "佐证不全，缺会议纪要。"}
    people_of: dict[Move, Actor] = {M.WITHDRAW: clerk, M.RETURN: clerk, M.VERIFY: clerk, M.LOOK_BACK_PASS: lead,
                                    M.CLOSE_OUT: head}
    start = [M.PLAN] if problem.state == S.ISSUED and target not in (S.OBJECTED, S.WITHDRAWN) else []
    for move in [*start, *ROUTES[target]]:
        if move == M.REPORT:
            report = ProblemReport("材料已补齐，制度已修订并印发。", [proof])
            rectify.report_problem(session, ours, problem, problem.version, report)
            continue
        acting = Acting(
            move, problem.version, reason.get(move, ""), soon if move == M.RETURN else None,
            plan if move == M.PLAN else {},
        )
        rectify.move_problem(session, people_of.get(move, ours), problem, acting)


def _found_today(session: Session, cycle_id: UUID, people: People) -> None:
    """One problem that a higher inspection pointed out and nobody has fed back yet."""
    unit = session.exec(select(Unit).where(Unit.name == "清丰县")).one()
    problem.add_problem(
        session, people.actors["jingban"], cycle_id, unit.id, ProblemSource.HIGHER, "行政执法公示信息更新不及时",
        "省督察组随机抽查时指出。",
    )


def _visit(bind: Engine | None, path: Path) -> Demo:
    """A link for the visitor that is the same at every start."""
    with transaction(bind) as session:
        office = session.exec(select(Office)).one()
        unit = session.exec(select(Unit).where(Unit.name == "范县")).one()
        contact = contacts_of_unit(session, unit.id)[0]
        token = token_for(settings().secret, uuid5(contact.id, "sample"))
        if session.exec(select(Link).where(Link.token_hash == hash_token(token))).first() is None:
            session.add(
                Link(
                    office_id=office.id, unit_id=unit.id, contact_id=contact.id, token_hash=hash_token(token),
                    made_at=clock.now(), expires_at=clock.now() + timedelta(days=400),
                )
            )
    word = path.read_text().strip() if path.exists() else "（已更改）"
    return Demo(word, unit.name, f"{settings().site}/u/{token}")

