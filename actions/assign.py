"""What a new cycle's plan asks of whom by when, gathered as rows and written with one statement."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlmodel import Session, select

from actions.assign_measures import assign_measures
from actions.deadline import first_notice
from actions.follow_visit import ANCHOR, because_of
from actions.team import origin
from config.policy import Policy
from config.workdays import official
from models.cycle import Assignment, Cycle, Stage, Team, Visit
from models.plan import Deliverable, Plan, Task
from models.unit import Unit
from models.unit_names import names_of
from models.words import AssignmentKind, AssignmentState, StageKind
from rules import stage as stage_rules
from rules import workday
from rules.deadline import Offset, as_basis, from_basis
from rules.deadline import Unit as Span
from rules.naming import find
from rules.recusal import choose
from rules.slot import slot_window

K = AssignmentKind


class Duties:
    """The assignments of a new cycle, gathered as dicts and written with one statement."""

    def __init__(
        self, session: Session, cycle: Cycle, plan: Plan, units: Sequence[Unit], teams: list[Team], policy: Policy
    ) -> None:
        self.session, self.cycle, self.plan, self.policy = session, cycle, plan, policy
        self.units, self.teams = units, teams
        self.move = timedelta(days=cycle.shift_days)
        self.rows: list[dict[str, Any]] = []
        self.visits: list[Visit] = []

    def write(self, stages: list[Stage]) -> None:
        self._receipts()
        for item in self.session.exec(select(Deliverable).where(Deliverable.plan_id == self.plan.id)):
            self._deliverable(item, {stage.kind: stage for stage in stages})
        self._slots()
        self._at_the_visit()
        self._tasks()
        assign_measures(self.session, self.cycle, self.plan, self.units, self._add)
        self.session.flush()
        self.session.connection().execute(insert(Assignment.__table__), self.rows)  # type: ignore[attr-defined]
        self.session.add_all(self.visits)
        self.session.flush()

    def _add(self, kind: K, stage: StageKind, title: str, due: date | None, **more: Any) -> UUID:
        blank = Assignment(office_id=self.cycle.office_id, cycle_id=self.cycle.id, kind=kind, stage=stage, title=title)
        row = blank.model_dump() | {"id": uuid4(), "due_on": due, "first_due_on": due, **more}
        if row["part_of"] is None:
            row["next_notice_on"] = first_notice(self.policy, kind, due, self.cycle.opened_on, row["terms"])
        self.rows.append(row)
        return UUID(str(row["id"]))

    def _receipts(self) -> None:
        received = workday.on_or_after(self.cycle.opened_on, official())  # no notice goes out on a rest day
        basis = as_basis(Offset(self.policy.receipt_workdays, Span.WORKDAY), received, "收到通知")
        counted = from_basis(basis, official())
        for unit in self.units:
            self._add(
                K.CONTACT, StageKind.PREPARATION, "签收方案并确认联系人", counted.rolled, unit_id=unit.id,
                because=counted.because, basis=basis, state=AssignmentState.OPEN,
            )

    def _deliverable(self, item: Deliverable, stages: dict[StageKind, Stage]) -> None:
        due = item.due_on + self.move if item.due_on else None
        terms = self._moved_terms(item.terms)
        reading = terms.pop("reading", {})
        common = {
            "code": item.code, "terms": terms, "because": f"原文：{item.text}" if item.text else "",
            "standing": bool(reading.get("ongoing") and due),
        }
        if item.kind == K.RECT_PLAN:
            return  # owed from the letter on, by the units that have problems
        if item.kind == K.ON_SITE_FEEDBACK:
            self._visits(item, stages.get(StageKind.ON_SITE_CHECK), common)
        elif item.owner == "units":
            for unit in self.units:
                self._add(item.kind, item.stage, item.title, due, unit_id=unit.id, **common)
        elif item.owner == "teams":
            for team in self.teams:
                self._add(item.kind, item.stage, f"{item.title}（{team.name}）", due, team_id=team.id, **common)
        elif item.owner == "office":
            self._add(item.kind, item.stage, item.title, due, **common)
        else:  # a named unit; one that is left out of this cycle owes nothing in it
            for unit in self.units:
                if unit.name == item.owner:
                    self._add(item.kind, item.stage, item.title, due, unit_id=unit.id, **common)

    def _moved_terms(self, terms: dict[str, Any]) -> dict[str, Any]:
        def move(text: str) -> str:
            return str(date.fromisoformat(text) + self.move)

        moved = dict(terms)
        if "propose_before" in moved:
            moved["propose_before"] = move(moved["propose_before"])
        if "window" in moved:
            moved["window"] = [move(day) for day in moved["window"]]
        return moved

    def _visits(self, item: Deliverable, stage: Stage | None, common: dict[str, Any]) -> None:
        """One visit per unit, spread over the stage's workdays; its feedback sheet is due the day it ends."""
        if stage is None or stage.start_on is None or stage.end_on is None:
            return
        days = workday.window(stage.start_on, stage.end_on, official())
        plan = stage_rules.spread(len(self.units), days, len(self.teams))
        for unit, (day, number) in zip(self.units, plan, strict=True):
            team = self._team(number, unit)
            key = self._add(
                item.kind, item.stage, f"{item.title}（{unit.name}）", day, unit_id=unit.id, team_id=team.id, **common
            )
            self.visits.append(
                Visit(
                    office_id=self.cycle.office_id, cycle_id=self.cycle.id, unit_id=unit.id, team_id=team.id,
                    assignment_id=key, start_on=day, end_on=day,
                )
            )

    def _slots(self) -> None:
        """A plan with a yearly schedule: every unit is visited on the first workday of its week."""
        parts, named = self.plan.parts, names_of(self.session, self.cycle.office_id).all
        enrolled = {unit.id: unit for unit in self.units}
        number = 0
        for slot in parts.get("slots", []):
            start, end = slot_window(self.plan.year, slot["month"], slot["week"], parts["slot_rule"])
            days = workday.window(start + self.move, end + self.move, official()) or [start + self.move]
            for word in slot["units"]:
                found = find(word, named).key
                if found and found[1] in enrolled:
                    unit = enrolled[found[1]]
                    self._visit(unit, self._team(number, unit), days[0], days[-1])
                    number += 1

    def _at_the_visit(self) -> None:
        """What is handed in when the team comes is due that day."""
        visits = {visit.unit_id: visit for visit in self.visits}
        for row in self.rows:
            visit = visits.get(row["unit_id"]) if row["terms"].get("anchor") == ANCHOR else None
            if visit and row["due_on"] is None:
                day = visit.start_on
                row |= {"due_on": day, "first_due_on": day, "because": because_of(visit)}
                row["next_notice_on"] = first_notice(self.policy, row["kind"], day, self.cycle.opened_on, row["terms"])

    def _team(self, turn: int, unit: Unit) -> Team:
        """The team whose turn it is, or the next one that does not come from the unit itself."""
        chosen: Team = choose([origin(team) for team in self.teams], turn, unit.id, unit.name).team
        return chosen

    def _visit(self, unit: Unit, team: Team, start: date, end: date) -> None:
        """One visit with the feedback sheet that ends it."""
        key = self._add(
            K.ON_SITE_FEEDBACK, StageKind.ON_SITE_CHECK, f"现场反馈（{unit.name}）", end, unit_id=unit.id,
            team_id=team.id, because=f"督察安排：{start}至{end}",
        )
        self.visits.append(
            Visit(
                office_id=self.cycle.office_id, cycle_id=self.cycle.id, unit_id=unit.id, team_id=team.id,
                assignment_id=key, start_on=start, end_on=end,
            )
        )

    def _tasks(self) -> None:
        """Every item of the sheets a unit answers to, as a part of its self-check report."""
        reports = {row["unit_id"]: row for row in self.rows if row["kind"] == K.SELF_CHECK_REPORT}
        sheets = {subject["code"]: subject["sheets"] for subject in self.plan.subjects}
        tasks = list(self.session.exec(select(Task).where(Task.plan_id == self.plan.id)))
        for unit in self.units:
            report = reports.get(unit.id)
            if report is None:
                continue
            for task in tasks:
                if task.sheet in sheets.get(unit.subject, []):
                    self._add(
                        K.TASK, StageKind.SELF_CHECK, task.title, report["due_on"], unit_id=unit.id, task_id=task.id,
                        part_of=report["id"],
                    )
