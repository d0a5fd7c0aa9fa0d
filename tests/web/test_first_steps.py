"""The first five steps follow what is there, are over with the first cycle, and every list says what will be in it."""

import re

import pytest
from sqlmodel import select

from actions import people as staff
from actions.adopt import adopt_plan
from actions.enrol import enrol_units
from actions.open_cycle import Opening, open_cycle
from commands.sample_units import demo_rows
from models.database import transaction
from models.office import User
from models.plan import Plan
from models.unit import Unit
from plans.draft import PlanDraft
from tests.web.at_desk import signed
from web import rehearsal_job
from web.first_steps import steps_of


def done(people, bind) -> list[bool]:
    with transaction(bind) as session:
        return [step.done for step in steps_of(session, people.office_id)]


def test_each_step_is_done_by_what_is_there_and_not_by_a_click(people, bind, draft: PlanDraft) -> None:
    assert done(people, bind) == [False] * 5
    head = people.actors["zhuren"]
    with transaction(bind) as session:
        for user in session.exec(select(User).where(User.login.in_(("zhuren", "jingban")))):
            staff.rename(session, head, user, f"某{user.login}")
    assert done(people, bind)[0]
    with transaction(bind) as session:
        enrol_units(session, head, [*demo_rows(2), {"name": "无人县", "subject": "county"}])
        said = steps_of(session, people.office_id)[1].said
        assert said == "已录入3个单位，其中1个没有联系人。"
        adopt_plan(session, head, draft, "d")
    folder = rehearsal_job.folder_of(people.office_id)
    folder.mkdir(parents=True)
    (folder / "result.json").write_text("{}")
    assert done(people, bind) == [True, True, True, True, False]
    with transaction(bind) as session:
        units = [unit for unit in session.exec(select(Unit)) if unit.name != "无人县"]
        open_cycle(session, head, session.exec(select(Plan)).one(), units, Opening(override_reason="试"))
    assert done(people, bind) == []


def test_only_those_who_act_get_buttons(people, bind) -> None:
    clerk, auditor = signed(bind, "jingban"), signed(bind, "lingdao")
    assert len(re.findall(r'<a class="btn [^"]*" href', clerk.get("/first-steps"))) == 5
    page = auditor.get("/first-steps")
    assert "办公室正在准备" in page and '<a class="btn ' not in page.split("<main")[1]


@pytest.mark.parametrize(
    "path", ["/cycles", "/ledger", "/plans", "/units", "/outbox", "/submissions", "/extensions", "/escalations",
             "/statistics", "/rehearsal"],
)
def test_an_empty_list_says_what_will_be_here_and_offers_one_act(people, bind, path: str) -> None:
    page = signed(bind, "jingban").get(path)
    part = page.split('class="empty-state"')[1].split("</div>")[0]
    assert len(part) > 30 and part.count("<a class=") == 1
