"""The people of a rehearsal: units that obey, are late or never answer, and an office that does its work.

Everything they do goes through the same actions as a click.
"""

from datetime import date, time
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from actions import extend, feed_back, finish, measure, open_link, rectify, review, self_check, visit
from actions.keep_evidence import Upload
from actions.record import Actor
from actions.rectify import Acting, ProblemReport
from actions.submit import Report
from commands.office import People
from commands.script import Mode, Script
from config import clock
from config.workdays import official
from models.cycle import Assignment, Cycle, Visit
from models.database import fetch, reading, transaction
from models.ledger import contacts_of_unit, problem_item, problems_of, stages_of_cycle, unit_items, units_of_cycle
from models.plan import Plan
from models.problem import Problem
from models.submission import Extension, Submission
from models.unit import Link, Unit
from models.words import (
    MEASURES,
    RECEIPTS,
    AssignmentKind,
    AssignmentState,
    ExtensionState,
    Move,
    ProblemState,
    StageKind,
    StageState,
    SubmissionState,
)
from rules import workday

K, S, A = AssignmentKind, ProblemState, AssignmentState
FOUND = (
    "重大行政决策合法性审查材料不全", "规范性文件备案超过规定时限", "行政执法全过程记录不完整",
    "法律顾问参与决策无记录", "年度述法报告未按时报送", "常务会议学法次数不足", "行政负责人出庭应诉率偏低",
    "执法人员培训档案缺失",
)
REPORT = (
    "一、工作开展情况\n年内召开专题会议3次，审查规范性文件12件。\n"
    "二、存在的主要问题\n合法性审查有4件材料不全；行政执法记录抽查20卷，6卷不完整；学法计划只完成一半，台账更新不及时，个别科室责任不清。\n"
    "三、整改措施\n逐件补齐材料，8月底前完成；对6卷逐卷补正并开展一次全员培训；每月核对台账，明确科室负责人，月底通报进度，年底前复查一次。"
)


class Cast:
    """Plays one cycle, a day at a time."""

    def __init__(self, bind: Engine | None, cycle_id: UUID, people: People, script: Script) -> None:
        self.bind, self.cycle_id, self.people, self.script = bind, cycle_id, people, script
        self.calendar = official()
        with reading(bind) as session:
            self.units = units_of_cycle(session, cycle_id)
            self.plan = fetch(session, Plan, fetch(session, Cycle, cycle_id).plan_id)
        self.places = {unit.id: n for n, unit in enumerate(self.units)}
        script.check_names({unit.name for unit in self.units})
        self.modes = {unit.id: script.mode(unit.name, n) for n, unit in enumerate(self.units)}

    def act(self, day: date) -> None:
        """What everybody does on `day`: units before noon, teams and the office after."""
        if self.script.is_down(day):
            return  # everybody reaches us through our pages
        self._wishes(day)
        if not self.calendar.is_workday(day):
            return
        with clock.jumped_to(clock.at_time(day, time(10, 30))), transaction(self.bind) as session:
            todo = self._todo(session)
            for unit in self.units:
                if self.modes[unit.id] != "never":
                    self._unit(session, unit, todo.get(unit.id, []), day)
        with clock.jumped_to(clock.at_time(day, time(15, 0))):
            for work in (self._visits, self._own_duties, self._decide, self._letters, self._problems):
                work(day)

    def _todo(self, session: Session) -> dict[UUID, list[Assignment]]:
        """What every unit has before it this morning, in one query."""
        kinds = (*RECEIPTS, *MEASURES, K.SELF_CHECK_REPORT, K.RECT_REPORT)
        statement = select(Assignment).where(
            Assignment.cycle_id == self.cycle_id, col(Assignment.kind).in_(kinds),
            col(Assignment.state).in_((A.OPEN, A.RETURNED)),
        )
        found: dict[UUID, list[Assignment]] = {}
        for item in session.exec(statement):
            if item.unit_id:
                found.setdefault(item.unit_id, []).append(item)
        return found

    def _actor(self, unit: Unit) -> Actor:
        return Actor(unit.office_id, f"{unit.name}联络员", "unit", "演练", unit.id)

    def _ready(self, due: date | None, mode: Mode, day: date, early: int) -> bool:
        """Obedient units act `early` workdays before the limit, late ones two workdays after it."""
        if due is None:
            return mode == "obey"
        return day >= workday.add(due, -early if mode == "obey" else 2, self.calendar)

    def _unit(self, session: Session, unit: Unit, items: list[Assignment], day: date) -> None:
        mode = self.modes[unit.id]
        for item in items:
            if item.kind in RECEIPTS and self._ready(item.due_on, mode, day, 1):
                self._sign(session, unit)
            if item.kind == K.SELF_CHECK_REPORT and self._ready(item.due_on, mode, day, 2):
                self._self_check(session, unit, item)
            if item.kind in MEASURES and self._ready(item.due_on, mode, day, 2):
                report = Report(f"{item.id}-{item.version}", "已按要求落实，附有关材料。")
                waiting = item.kind == K.MEASURE and bool(measure.rollup_of(session, item).waiting)
                measure.submit_measure(session, self._actor(unit), item, report, for_all=waiting)
            if item.kind == K.RECT_REPORT and self._ready(item.due_on, mode, day, 7):
                self._rectify(session, unit, item, mode, day)

    def _sign(self, session: Session, unit: Unit) -> None:
        contact = contacts_of_unit(session, unit.id)[0]
        link = Link(
            office_id=unit.office_id, unit_id=unit.id, contact_id=contact.id, token_hash="演练",
            made_at=clock.now(), expires_at=clock.now(),
        )
        fields = {"name": contact.name, "post": contact.post, "phone": "00000000"}
        open_link.sign(session, open_link.Visitor(link, unit, contact), fields)

    def _self_check(self, session: Session, unit: Unit, item: Assignment) -> None:
        problems = [{"title": "自查发现执法记录不完整", "detail": "抽查20卷，6卷缺页", "measure": "逐卷补正"}]
        report = Report(f"{item.id}-{item.version}", REPORT, problems)
        self_check.submit_self_check(session, self._actor(unit), item, report)

    def _rectify(self, session: Session, unit: Unit, item: Assignment, mode: Mode, day: date) -> None:
        """Plan first, then problem by problem, then the report."""
        actor = self._actor(unit)
        problems = [problem for problem, _, _ in problems_of(session, self.cycle_id, unit.id)]
        issued = [p for p in problems if p.state == S.ISSUED]
        if issued and self._ready(item.due_on, mode, day, 7):
            fields = {
                "category": "制度执行", "measure": "补齐材料、完善制度", "leader": "分管负责人", "lead_unit": unit.name,
                "person": "科室负责人", "due_on": str(item.due_on),
            }
            plans = {p.no: fields for p in issued}
            rectify.submit_plan(session, actor, self.cycle_id, unit.id, plans, f"plan-{item.id}-{day}")
        if not self.script.reports:
            return
        for problem in problems:
            early = 6 - problem.no % 4
            if problem.state in (S.PLANNED, S.RETURNED) and self._ready(item.due_on, mode, day, early):
                proof = Upload(f"佐证{problem.no}.txt", f"问题{problem.no}整改佐证".encode())
                done = ProblemReport("已按方案整改，附佐证材料。", [proof])
                rectify.report_problem(session, actor, problem, problem.version, done)
        waiting = any(p.state in (S.ISSUED, S.PLANNED, S.RETURNED) for p in problems)
        if not waiting and self._ready(item.due_on, mode, day, 2):
            report = Report(f"{item.id}-{item.version}", "整改情况见各问题，均已落实。")
            rectify.submit_rect_report(session, actor, item, report)

    def _visits(self, day: date) -> None:
        lead = self.people.actors["zuzhang"]
        with transaction(self.bind) as session:
            for trip in session.exec(select(Visit).where(Visit.cycle_id == self.cycle_id, Visit.start_on == day)):
                visit.mark_visited(session, lead, trip)
                for n in range(self.script.problems_per_visit):
                    title = FOUND[(self.places[trip.unit_id] * 2 + n) % len(FOUND)]
                    visit.record_problem(session, lead, trip, title, "现场查看会议记录和案卷时发现。")
                visit.feed_back_on_site(session, lead, trip, "已当场反馈问题，要求先行整改。", "单位负责人")

    def _own_duties(self, day: date) -> None:
        clerk = self.people.actors["jingban"]
        with transaction(self.bind) as session:
            own = select(Assignment).where(
                Assignment.cycle_id == self.cycle_id, col(Assignment.kind).in_(finish.OWN),
                Assignment.state == A.OPEN, col(Assignment.due_on) <= workday.add(day, 1, self.calendar),
            )
            for item in session.exec(own):
                finish.finish(session, clerk, item, "已报送")

    def _decide(self, day: date) -> None:
        clerk, head = self.people.actors["jingban"], self.people.actors["zhuren"]
        with transaction(self.bind) as session:
            for row in session.exec(
                select(Submission).where(
                    Submission.cycle_id == self.cycle_id, Submission.state == SubmissionState.SUBMITTED,
                    Submission.kind != K.RECT_PLAN,
                )
            ):
                review.accept(session, clerk, row)
            for wish in self.script.extensions:
                if wish.approve_on == day:
                    self._approve(session, head, wish.unit)

    def _approve(self, session: Session, head: Actor, name: str) -> None:
        unit = next(unit for unit in self.units if unit.name == name)
        asked = select(Extension).where(Extension.unit_id == unit.id, Extension.state == ExtensionState.ASKED)
        for row in session.exec(asked):
            extend.decide_extension(session, head, row, True)

    def _wishes(self, day: date) -> None:
        for wish in self.script.extensions:
            if wish.ask_on == day:
                unit = next(unit for unit in self.units if unit.name == wish.unit)
                with clock.jumped_to(clock.at_time(day, time(10, 0))), transaction(self.bind) as session:
                    item = next(i for i in unit_items(session, unit.id) if i.kind == K.RECT_REPORT)
                    extend.ask_extension(session, self._actor(unit), item, wish.to, "需召开常委会研究后方可完成")

    def _letters(self, day: date) -> None:
        clerk = self.people.actors["jingban"]
        with transaction(self.bind) as session:
            stages = {stage.kind: stage.state for stage in stages_of_cycle(session, self.cycle_id)}
            if stages.get(StageKind.FEEDBACK) != StageState.OPEN:
                return
            found = set(
                session.exec(select(Problem.unit_id).where(Problem.cycle_id == self.cycle_id, Problem.state == S.FOUND))
            )
            for unit in (unit for unit in self.units if unit.id in found):
                feed_back.issue_letter(session, clerk, self.plan, self.cycle_id, unit, "逐项制定方案，按期报告。")

    def _problems(self, day: date) -> None:
        """Verify what was reported before today, look back a day later, close out with another's key."""
        clerk, lead, head = (self.people.actors[k] for k in ("jingban2", "zuzhang", "zhuren"))
        step = {S.REPORTED: (Move.VERIFY, clerk), S.VERIFIED: (Move.LOOK_BACK_PASS, lead),
                S.LOOKED_BACK: (Move.CLOSE_OUT, head)}
        with transaction(self.bind) as session:
            waiting = [row[0] for state in step for row in problems_of(session, self.cycle_id, state=state)]
            for problem in waiting:
                if self._touched_today(session, problem, day):
                    continue
                move, actor = step[problem.state]
                rectify.move_problem(session, actor, problem, Acting(move, problem.version))

    def _touched_today(self, session: Session, problem: Problem, day: date) -> bool:
        item = problem_item(session, problem.id)
        moment = item.sent_in_at
        return problem.state == S.REPORTED and moment is not None and clock.date_of(moment) == day
