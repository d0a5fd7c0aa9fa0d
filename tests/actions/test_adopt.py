"""A draft becomes a plan of the office once, with its hash, and only with units the office knows."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from actions.adopt import adopt_plan
from actions.enrol import enrol_units
from actions.record import Actor
from commands.office import People
from models.base import Conflict, Rejected
from models.database import transaction
from models.plan import Deliverable, Plan, PlanStage, Task
from plans.draft import PlanDraft
from plans.text import read_source

DIGEST = read_source("puyang-2020").digest


def clerk(people: People) -> Actor:
    return people.actors["jingban"]


def test_a_plan_is_kept_whole_with_the_hash_of_its_file(bind: Engine, people: People, draft: PlanDraft) -> None:
    with transaction(bind) as session:
        plan = adopt_plan(session, clerk(people), draft, DIGEST)
        assert (plan.doc_no, plan.digest) == ("濮治市办〔2020〕8号", DIGEST)
        assert len(session.exec(select(Task)).all()) == 57
        assert len(session.exec(select(PlanStage)).all()) == 6  # the fourth printed stage is feedback and rectification
        due = {row.code: row.due_on for row in session.exec(select(Deliverable))}
        assert (due["D1"], due["D6"], due["D4"]) == (date(2020, 8, 10), date(2020, 9, 5), None)
        assert any(not check["ok"] for check in plan.checks)


def test_the_same_file_is_not_adopted_twice(bind: Engine, people: People, draft: PlanDraft) -> None:
    with transaction(bind) as session:
        adopt_plan(session, clerk(people), draft, DIGEST)
        with pytest.raises(Conflict, match="已采用过"):
            adopt_plan(session, clerk(people), draft, DIGEST)
        assert len(session.exec(select(Plan)).all()) == 1


def test_a_duty_of_an_unknown_unit_is_refused_with_its_line_until_the_unit_is_enrolled(
    bind: Engine, people: People, draft: PlanDraft
) -> None:
    named = draft.model_copy(deep=True)
    named.deliverables[0].owner = "市审计局"
    with transaction(bind) as session:
        with pytest.raises(Rejected, match=rf"第{named.deliverables[0].line}行：.*承办单位“市审计局”不在单位名录中"):
            adopt_plan(session, clerk(people), named, DIGEST)
        assert session.exec(select(Plan)).first() is None
        enrol_units(session, clerk(people), [{"name": "市审计局", "subject": "department"}])
        adopt_plan(session, clerk(people), named, DIGEST)


def test_points_that_do_not_add_up_are_kept_as_a_warning_and_stop_nothing(
    bind: Engine, people: People, draft: PlanDraft
) -> None:
    odd = draft.model_copy(deep=True)
    odd.sheets[0].items[0].points = 60
    with transaction(bind) as session:
        plan = adopt_plan(session, clerk(people), odd, DIGEST)
        assert {"name": "县（区）党委主要负责人：总分", "expected": "100", "found": "154", "ok": False} in plan.checks
