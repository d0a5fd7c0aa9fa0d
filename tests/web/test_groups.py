"""统称 at the office's desk: what a collective name stands for, units that join, are renamed, go up in another."""

from datetime import date

import pytest
from sqlmodel import select

from actions.adopt import adopt_plan
from actions.open_cycle import Opening, open_cycle
from config import clock
from models.cycle import Assignment
from models.database import transaction
from models.unit import Contact, Unit, UnitGroup
from plans.draft import PlanDraft
from tests.web.test_intake import UNITS, Clerk, clerk, members, other_office, sign_in

__all__ = ["clerk"]
TOWNS = "各乡镇人民政府"


def unit_of(clerk: Clerk, name: str) -> Unit:
    return next(unit for unit in clerk.all(Unit) if unit.name == name)


def make(clerk: Clerk, status: int = 303, **changed: object) -> str:
    return clerk.post("/groups", status, **({"name": TOWNS, "members": members(clerk)} | changed))


def run_cycle(clerk: Clerk) -> None:
    """A cycle of one measure that the group answers for."""
    task = {"no": "1", "section": "一", "title": "建立机制", "lead": ["某县司法局"], "responsible": [TOWNS],
            "limit": "2024年底前完成"}
    draft = PlanDraft.model_validate({
        "format": 1, "key": "t", "title": "分解清单", "short_title": "分解", "issuer": "某县", "doc_no": "1号",
        "year": 2024, "issued_on": date(2024, 7, 11), "tasks": [task],
    })
    head = clerk.people.actors["zhuren"]
    with transaction(clerk.bind) as session:
        plan = adopt_plan(session, head, draft, "d")
        named = [unit for unit in session.exec(select(Unit)) if unit.name != "某县数据局"]
        open_cycle(session, head, plan, named, Opening())


def test_a_group_is_made_shown_and_changed(clerk: Clerk) -> None:
    page = make(clerk)
    assert "统称已设定" in page and "2 个单位" in page and "甲镇人民政府" in page
    assert "1 个单位" in make(clerk, members=members(clerk)[:1])
    assert len(clerk.all(UnitGroup)) == 1
    assert 'href="/groups"' in clerk.get("/units")


def test_a_refused_group_keeps_its_name_and_what_was_ticked(clerk: Clerk) -> None:
    assert f'value="{TOWNS}"' in make(clerk, 422, members=[])
    page = make(clerk, 422, name=" ")
    assert "请填写统称" in page and page.count("checked") == 2
    assert "请选择单位" in make(clerk, 422, members=["x"])


def test_a_unit_that_joins_receives_what_the_group_owes_and_the_page_says_how_much(clerk: Clerk) -> None:
    make(clerk)
    run_cycle(clerk)
    group, bureau = clerk.all(UnitGroup)[0], unit_of(clerk, "某县数据局")
    assert [item for item in clerk.all(Assignment) if item.unit_id == bureau.id] == []
    page = clerk.post(f"/groups/{group.id}/join", unit=str(bureau.id))
    assert "某县数据局已加入统称，在办周期中新增 1 项任务" in page and "3 个单位" in page
    assert "建立机制" in clerk.get(f"/units/{bureau.id}")
    assert "请选择单位" in clerk.post(f"/groups/{group.id}/join", 422, unit="")


def test_a_unit_is_renamed_with_a_reason_and_known_by_both_names(clerk: Clerk) -> None:
    unit = unit_of(clerk, "某县数据局")
    page = clerk.post(f"/units/{unit.id}/rename", name="某县数据和政务服务局", reason="机构改革")
    assert "<h2>某县数据和政务服务局</h2>" in page and "又称或曾用名：某县数据局" in page and "机构改革" in page
    assert "已有单位叫" in clerk.post(f"/units/{unit.id}/rename", 409, name="某县司法局", reason="误")
    assert "更名须填写新名称和依据" in clerk.post(f"/units/{unit.id}/rename", 422, name="新局")


def test_a_merged_unit_hands_over_and_its_page_leads_to_its_successor(clerk: Clerk) -> None:
    make(clerk)
    run_cycle(clerk)
    old, new = (unit_of(clerk, name) for name in UNITS[2:])
    assert "合并单位须填写依据" in clerk.post(f"/units/{old.id}/merge", 422, into=str(new.id))
    assert "请选择另一个仍在的单位" in clerk.post(f"/units/{old.id}/merge", 422, into=str(old.id), reason="误")
    page = clerk.post(f"/units/{old.id}/merge", into=str(new.id), reason="区划调整")
    assert "<h2>乙镇人民政府</h2>" in page
    gone = clerk.get(f"/units/{old.id}")
    assert "本单位已并入" in gone and "更名" not in gone
    assert "已合并" in clerk.get("/units")


def test_a_foreign_group_or_unit_does_not_exist_here(clerk: Clerk) -> None:
    make(clerk)
    with transaction(clerk.bind) as session:
        office = other_office(session)
        session.exec(select(UnitGroup)).one().office_id = office
        unit = Unit(office_id=office, name="外县司法局")
        session.add(unit)
        session.flush()
        key, foreign = session.exec(select(UnitGroup)).one().id, str(unit.id)
    assert TOWNS not in clerk.get("/groups").replace(f"如：{TOWNS}", "").replace(f"“{TOWNS}”", "")
    clerk.post(f"/groups/{key}/join", 404, unit=members(clerk)[0])
    make(clerk, 404, members=[foreign])
    clerk.post(f"/units/{foreign}/rename", 404, name="x", reason="x")
    clerk.post(f"/units/{members(clerk)[0]}/merge", 404, into=foreign, reason="x")


@pytest.mark.parametrize("login", ["zuzhang", "lingdao"])
def test_others_read_groups_and_may_not_change_them(clerk: Clerk, login: str) -> None:
    make(clerk)
    reader = sign_in(clerk.bind, clerk.people, login)
    page = reader.get("/groups")
    assert "甲镇人民政府" in page and "新设统称" not in page
    make(reader, 403)
    assert clock.today() == date(2024, 7, 12)


def test_a_refused_rename_or_merge_keeps_what_was_typed(clerk: Clerk) -> None:
    unit = clerk.all(Unit)[0]
    page = clerk.post(f"/units/{unit.id}/rename", 422, name=" ", reason="机构改革方案第三条")
    assert 'value="机构改革方案第三条"' in page
    page = clerk.post(f"/units/{unit.id}/merge", 422, into=str(clerk.all(Unit)[1].id), reason=" ")
    assert f'value="{clerk.all(Unit)[1].id}" selected' in page


def test_a_contact_is_entered_on_the_units_page_and_replaces_the_one_before(clerk: Clerk) -> None:
    unit = clerk.all(Unit)[0]
    at = f"/units/{unit.id}/contact"
    given = {"contact": "新联络员", "post": "副科长", "phone": "0375-0000001", "channel": "mail"}
    page = clerk.post(at, 422, **given, address="不是邮箱")
    assert "不是邮箱" in page and 'value="新联络员"' in page
    assert "请填写联系人姓名" in clerk.post(at, 422, contact=" ")
    page = clerk.post(at, **given, address="xin@example.org")
    assert "新联络员" in page and "xin@example.org" in page
    people = {one.name: one.active for one in clerk.all(Contact) if one.unit_id == unit.id}
    assert people == {f"{unit.name}联络员": False, "新联络员": True}
    clerk.post(at, **given | {"phone": "0375-0000002"}, address="xin@example.org")
    assert [one.phone for one in clerk.all(Contact) if one.name == "新联络员"] == ["0375-0000002"]
