"""启动督察周期: the units a plan names are ticked, others are not."""

import re

from actions.enrol import enrol_units
from models.database import transaction
from models.plan import Plan
from tests.web.test_intake import Clerk, clerk, members, paper  # noqa: F401 (the fixture)


def test_units_the_plan_does_not_name_are_not_ticked(clerk: Clerk) -> None:  # noqa: F811
    with transaction(clerk.bind) as session:
        enrol_units(session, clerk.people.actors["zhuren"], [{"name": "某县无关局", "subject": "department"}])
    at = clerk.send(paper())
    clerk.post("/groups", name="各乡镇人民政府", members=members(clerk))
    clerk.save(at, **clerk.answers())
    clerk.post(f"{at}/adopt")
    page = clerk.get(f"/cycles/new?plan={clerk.all(Plan)[0].id}")
    boxes = re.findall(r'name="units" value="[^"]+" (checked)?> <span class="form-check-label">([^<\s]+)', page)
    assert {name for ticked, name in boxes if not ticked} == {"某县无关局"}
    assert "已勾选方案写明的4个单位" in page
