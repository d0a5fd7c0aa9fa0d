"""Random lives of problems by random people, on a real database through the real actions: what must hold, holds.

Whatever is tried, in whatever order, by whomever: nothing closes without evidence and two keys, a refused act changes
nothing, the chain of events verifies, numbers have no gap, the history of every limit is whole (L14, L11, P13).
"""

import hashlib
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from actions.carry_over import Carrying, asks_limit, carry_over, stamp_of, unfinished
from actions.extend import ask_extension, decide_extension
from actions.keep_evidence import Upload
from actions.look_back import OURS, VISITED, Round, Seen, look, start_round
from actions.numbering import take_number
from actions.open_cycle import Opening
from actions.problem import add_problem
from actions.record import Actor, broken_at
from actions.rectify import Acting, ProblemReport, move_problem, report_problem
from commands.rehearse import launch
from commands.sample_units import demo_rows
from config import clock
from models.base import Refused
from models.cycle import Assignment, Cycle, DeadlineVersion
from models.database import make_engine, transaction
from models.event import Event
from models.ledger import LIVE
from models.look_back_ledger import ancestors
from models.paper import PaperNumber
from models.paper_words import LookBackState, LookBackWay, PaperKind
from models.problem import Letter, LookBack, Problem
from models.submission import Evidence
from models.words import AssignmentKind, AssignmentState, Move, ProblemSource
from models.words import ProblemState as S
from plans.draft import PlanDraft
from rules.behalf import entered_by, entered_name
from rules.problem import MOVES
from rules.roles import Act
from tests.conftest import Running

START = date(2020, 8, 26)
FULL = {"measure": "补齐", "leader": "分管负责人", "lead_unit": "办公室", "person": "科长", "category": "档案管理"}
STAFF = ("zhuren", "jingban", "jingban2", "zuzhang", "lingdao")
NEXT = {S.ISSUED: Move.PLAN, S.OBJECTED: Move.UPHOLD, S.PLANNED: Move.REPORT, S.RETURNED: Move.REPORT,
        S.REPORTED: Move.VERIFY, S.VERIFIED: Move.LOOK_BACK_PASS, S.LOOKED_BACK: Move.CLOSE_OUT, S.CLOSED: Move.REOPEN}
LAWFUL = {  # written down apart from rules/problem.py: the states that an event of a life may lead from and to
    "反馈": ({"found"}, "issued"), "提出异议": ({"issued", "planned"}, "objected"),
    "维持原意见": ({"objected"}, "issued"),
    "撤销问题": ({"objected", "found"}, "withdrawn"), "报整改方案": ({"issued", "planned"}, "planned"),
    "报整改情况": ({"planned", "returned"}, "reported"), "退回": ({"reported"}, "returned"),
    "核实": ({"reported"}, "verified"), "回头看通过": ({"verified"}, "looked_back"),
    "回头看未通过": ({"verified", "looked_back"}, "returned"), "销号": ({"looked_back", "verified"}, "closed"),
    "重新打开": ({"closed"}, "returned"),
}
seen_in_all: Counter[str] = Counter()


class Lives(RuleBasedStateMachine):
    """An office with two units and two cycles; every rule is one thing that somebody tries."""

    base: Path
    running: Running
    other: UUID

    @initialize()
    def begin(self) -> None:
        self.path = self.base.with_name(f"life-{id(self)}.db")
        shutil.copy(self.base, self.path)
        self.bind: Engine = make_engine(f"sqlite:///{self.path}")
        self.here = replace(self.running, bind=self.bind)
        self.day, self.firsts, self.steps = START, dict[UUID, date | None](), 0
        self.now, self.changed = self.dump(), True

    def teardown(self) -> None:
        if hasattr(self, "bind"):
            self.bind.dispose()
            for one in self.path.parent.glob(f"{self.path.name}*"):
                one.unlink()

    def dump(self) -> str:
        """Every row of every table as one word."""
        with self.bind.connect() as connection:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
            rows = [tuple(row) for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    @contextmanager
    def tried(self, what: str) -> Iterator[Session]:
        """Something that may be refused; then it must have left no trace."""
        self.steps, self.what = self.steps + 1, what
        try:
            with self.here.on(self.day) as session:
                yield session
        except Refused:
            seen_in_all[f"{self.what} refused"] += 1
            assert self.dump() == self.now, f"{what} was refused and left something behind"
            return
        before, self.now = self.now, self.dump()
        self.changed = self.now != before
        seen_in_all[self.what] += self.changed

    def person(self, session: Session, who: str, problem: Problem | None = None) -> Actor:
        """A person of the office, or (“unit”) the problem's unit, or a clerk in its name."""
        if who in STAFF:
            return self.here.actor(who)
        unit_id = problem.unit_id if problem else self.here.unit(session).id
        name = entered_name("联络员", "经办甲") if who == "behalf" else "联络员"
        return Actor(self.here.people.office_id, name, "unit", "链接", unit_id)

    def pick(self, session: Session, n: int) -> Problem | None:
        found = session.exec(select(Problem).order_by(col(Problem.cycle_id), col(Problem.no))).all()
        return found[n % len(found)] if found else None

    def due(self, ahead: int) -> date | None:
        return self.day + timedelta(days=ahead) if ahead else None

    people = st.sampled_from((*STAFF, *STAFF, "unit", "behalf"))
    numbers = st.integers(0, 30)
    limits = st.sampled_from((20, 40, 30, 50, 0, -3))

    @rule(where=st.integers(0, 1), who=people, title=st.sampled_from(("档案缺失", "学法不足", "")))
    def find(self, where: int, who: str, title: str) -> None:
        with self.tried("find") as session:
            unit, actor = self.here.unit(session, where), self.person(session, who)
            add_problem(session, actor, self.here.cycle_id, unit.id, ProblemSource.ON_SITE, title)

    @rule(where=st.integers(0, 1))
    def feed_back(self, where: int) -> None:
        with self.tried("letter") as session:
            unit = self.here.unit(session, where)
            waits = session.exec(select(Problem.id).where(Problem.unit_id == unit.id, Problem.state == S.FOUND)).first()
            if waits or self.steps % 5 == 0:
                self.here.letter(session, where)

    @rule(n=numbers, who=people, move=st.sampled_from([one for one in Move if one != Move.ISSUE]), stale=st.booleans(),
          reason=st.sampled_from(("", "反弹")), ahead=limits)
    def anything(self, n: int, who: str, move: Move, stale: bool, reason: str, ahead: int) -> None:
        with self.tried(move.value) as session:
            if problem := self.pick(session, n):
                seen = problem.version - int(stale)
                acting = Acting(move, seen, reason, self.due(ahead))
                move_problem(session, self.person(session, who, problem), problem, acting)

    @rule(n=numbers, who=people, ahead=limits, proof=st.booleans(), on=st.sampled_from((True, False)))
    def forward(self, n: int, who: str, ahead: int, proof: bool, on: bool) -> None:
        """The next thing a problem waits for, so that lives get long."""
        with self.tried("forward") as session:
            problem = self.pick(session, n)
            if problem is None or (move := NEXT.get(problem.state)) is None:
                return
            by_unit = MOVES[move].act == Act.ANSWER_FINDING
            self.what = move.value
            actor = self.person(session, ("behalf" if who == "behalf" else "unit") if by_unit else who, problem)
            if move == Move.REPORT:
                files = [Upload("证.txt", f"{self.steps}".encode())] if proof else []
                report_problem(session, actor, problem, problem.version, ProblemReport("已改", files, on and not proof))
                return
            changes = FULL if move == Move.PLAN else {}
            move_problem(session, actor, problem, Acting(move, problem.version, "续办", self.due(ahead), changes))

    @rule(who=people, wanted=st.sampled_from((None, 1, 2, 3)), owner=st.sampled_from((OURS, VISITED)), ahead=limits)
    def open_round(self, who: str, wanted: int | None, owner: str, ahead: int) -> None:
        with self.tried("round") as session:
            cycle = self.here.cycle(session)
            made = session.exec(select(LookBack.round_id).where(LookBack.cycle_id == cycle.id)).all()
            plan = Round(len(set(made) - {None}) + 1, LookBackWay.PAPER, self.due(ahead), wanted, owner, because="再查")
            start_round(session, self.person(session, who), cycle, plan)

    @rule(n=numbers, who=people, verified=st.booleans(), noted=st.sampled_from((True, True, False)), ahead=limits)
    def look_again(self, n: int, who: str, verified: bool, noted: bool, ahead: int) -> None:
        with self.tried("look") as session:
            rows = session.exec(select(LookBack).order_by(col(LookBack.state), col(LookBack.problem_id))).all()
            planned = [row for row in rows if row.state == LookBackState.PLANNED] or rows[:1]
            if planned:
                row = planned[n % len(planned)]
                seen = Seen(row.version, verified, "核查情况", noted, new_due=self.due(ahead))
                look(session, self.person(session, who), row, seen)

    @rule(n=numbers, who=people, other=people, ahead=limits, approve=st.booleans())
    def more_time(self, n: int, who: str, other: str, ahead: int, approve: bool) -> None:
        with self.tried("extension") as session:
            live = (Assignment.kind == AssignmentKind.PROBLEM, col(Assignment.state).in_(LIVE))
            items = session.exec(select(Assignment).where(*live)).all()
            if items:
                item = sorted(items, key=lambda one: str(one.id))[n % len(items)]
                later = (item.due_on or self.day) + timedelta(days=ahead)
                row = ask_extension(session, self.person(session, "unit"), item, later, "材料未齐")
                decide_extension(session, self.person(session, other), row, approve, "")

    @rule(fails=st.booleans())
    def number(self, fails: bool) -> None:
        with self.tried("number") as session:
            take_number(session, self.here.actor("jingban"), PaperKind.OPINION)
            if fails:
                raise Refused("半途而废")

    @rule(who=people, ahead=limits, reason=st.sampled_from(("", "来年继续")), stale=st.booleans(), sure=numbers)
    def next_year(self, who: str, ahead: int, reason: str, stale: bool, sure: int) -> None:
        if sure % 5:
            return  # once in a while: it ends what goes on in this cycle
        with self.tried("carry") as session:
            rows = unfinished(session, self.here.cycle_id)
            limits = {p.id: self.due(ahead) for p, _, item in rows if asks_limit(item)}
            wish = Carrying(reason, limits, "" if stale else stamp_of(rows))
            cycle, target = self.here.cycle(session), session.get_one(Cycle, self.other)
            carry_over(session, self.person(session, who), cycle, target, wish)

    @rule(days=st.integers(1, 25))
    def wait(self, days: int) -> None:
        self.day += timedelta(days=days)

    @invariant()
    def everything_holds(self) -> None:
        if not getattr(self, "changed", False):
            return
        self.changed = False
        with transaction(self.bind) as session:
            self.numbers_have_no_gap(session)
            self.limits_are_whole(session)
            for problem in session.exec(select(Problem)):
                self.life_is_lawful(session, problem)
            self.goals_follow(session)
            assert broken_at(session, self.here.people.office_id) is None

    def numbers_have_no_gap(self, session: Session) -> None:
        for cycle_id in (self.here.cycle_id, self.other):
            numbers = sorted(session.exec(select(Problem.no).where(Problem.cycle_id == cycle_id)))
            assert numbers == list(range(1, len(numbers) + 1))
        for column in (Letter.serial, PaperNumber.serial):
            where = () if column is Letter.serial else (PaperNumber.kind == PaperKind.OPINION,)
            taken = sorted(session.exec(select(column).where(*where)))
            assert taken == list(range(1, len(taken) + 1))

    def limits_are_whole(self, session: Session) -> None:
        """From the first limit to the one in force without a missing version, each starting where the last ended."""
        versions: dict[UUID, list[DeadlineVersion]] = {}
        for row in session.exec(select(DeadlineVersion).order_by(col(DeadlineVersion.version))):
            versions.setdefault(row.assignment_id, []).append(row)
        for item in session.exec(select(Assignment)):
            mine = versions.get(item.id, [])
            assert [row.version for row in mine] == list(range(2, item.deadline_version + 1))
            assert all(row.because.strip() and row.made_by for row in mine)
            assert all(old.due_on == new.old_due_on for old, new in pairwise(mine))
            assert not mine or mine[-1].due_on == item.due_on
            if item.first_due_on:
                assert self.firsts.setdefault(item.id, item.first_due_on) == item.first_due_on

    def life_is_lawful(self, session: Session, problem: Problem) -> None:
        """Walk the events of a problem, those before a carry-over first, and end where it stands."""
        keys = [str(key) for key in ancestors(session, problem)]
        events = session.exec(
            select(Event).where(col(Event.subject).in_(keys)).order_by(col(Event.seq))
        ).all()
        state, hands = "", dict[str, str]()
        for event in events:
            if event.verb == "登记问题":
                assert state == ""
                state = "found"
            elif event.verb in LAWFUL:
                sources, target = LAWFUL[event.verb]
                assert state in sources, (event.verb, state)
                self.hands_differ(event, state, hands)
                state = target
                hands[event.verb] = event.actor
        carried = events[-1].verb == "结转下年度" or problem.state == S.CARRIED
        assert carried or problem.state == state
        if problem.state in (S.VERIFIED, S.LOOKED_BACK, S.CLOSED):
            assert session.exec(select(Evidence).where(Evidence.problem_id == problem.id)).first(), "closed on no proof"
        if problem.state == S.CLOSED:
            assert {"反馈", "报整改方案", "报整改情况", "核实", "销号"} <= {event.verb for event in events}

    def hands_differ(self, event: Event, state: str, hands: dict[str, str]) -> None:
        """Who handled does not verify, who verified or looked does not close, who closed does not open again."""
        if event.verb == "核实":
            assert not entered_by(hands["报整改情况"], event.actor)
        if event.verb == "销号":
            assert event.actor != hands["核实"]
            if state == "looked_back":
                assert event.actor != hands["回头看通过"]
            else:
                assert "未经回头看销号" in event.data["reason"], "closed in silence without a look"
        if event.verb == "重新打开":
            assert event.actor != hands["销号"]

    def goals_follow(self, session: Session) -> None:
        """P13: a unit's goal is reached exactly while its problems, once fed back, are all closed out."""
        goals = session.exec(select(Assignment).where(Assignment.kind == AssignmentKind.GOAL)).all()
        for goal in goals:
            mine = session.exec(
                select(Problem.state).where(Problem.cycle_id == goal.cycle_id, Problem.unit_id == goal.unit_id)
            ).all()
            if any(state not in (S.CLOSED, S.WITHDRAWN, S.FOUND) for state in mine):
                assert goal.state != AssignmentState.DONE


@pytest.fixture
def office(puyang: Callable[..., Running], draft: PlanDraft, tmp_path: Path) -> tuple[Running, Path, UUID]:
    """Two units; problems fed back, reported, verified and closed; a second cycle to carry over into."""
    running = puyang(units=2)
    running.round(date(2020, 8, 25))
    with running.on(date(2020, 8, 25)) as session:
        for where, title in ((0, "档案缺失"), (0, "学法不足"), (1, "案卷超期"), (1, "公示不全")):
            running.find(session, where, title)
        running.letter(session, 0)
        running.letter(session, 1)
    with running.on(START) as session:
        clerk, head = running.actor("jingban"), running.actor("zhuren")
        for n, problem in enumerate(session.exec(select(Problem).order_by(col(Problem.no))).all()):
            ours = Actor(clerk.office_id, "联络员", "unit", "链接", problem.unit_id)
            move_problem(session, ours, problem, Acting(Move.PLAN, problem.version, changes=FULL))
            if n:
                report_problem(session, ours, problem, problem.version, ProblemReport("已改", on_site=True))
            for move, by in ((Move.VERIFY, clerk), (Move.LOOK_BACK_PASS, head))[: max(n - 1, 0)]:
                move_problem(session, by, problem, Acting(move, problem.version, "属实"))
    with clock.jumped_to(clock.at_time(START)):
        other = launch(running.bind, running.people, draft, demo_rows(2), Opening(title="下年度督察"))
    path = tmp_path / "base.db"
    whole = sqlite3.connect(str(running.bind.url.database))
    whole.execute(f"VACUUM INTO '{path}'")
    whole.close()
    return running, path, other


def test_l14_whatever_is_tried_by_whomever_a_problem_lives_by_the_rules(office: tuple[Running, Path, UUID]) -> None:
    seen_in_all.clear()
    running, path, other = office
    machine = type("Here", (Lives,), {"running": running, "base": path, "other": other})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=14, stateful_step_count=40, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tried = (
        "find", "letter", "report", "verify", "close_out", "reopen", "round", "look", "extension", "number", "carry",
    )
    assert not [what for what in tried if not (seen_in_all[what] and seen_in_all[f"{what} refused"])], seen_in_all

