"""Measures of a decomposition: names made certain, leads above the rest, reports that roll up, late arrivals."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

import pytest
from sqlmodel import Session, select

from actions.adopt import adopt_plan
from actions.adopt_tasks import open_questions
from actions.enrol import enrol_units
from actions.join_group import join_group
from actions.measure import hands_of, rollup_of, submit_measure
from actions.name_units import learn_alias, merge_units, rename_unit, set_group
from actions.open_cycle import Opening, open_cycle
from actions.record import Actor
from actions.review import accept
from actions.round import run_round
from actions.submit import Report
from commands.office import People
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment
from models.database import transaction
from models.notice import Notice
from models.open_work import without_limit
from models.unit import Unit, UnitGroup
from models.unit_names import names_of
from models.words import AssignmentKind, AssignmentState, NoticeKind
from plans.answers import Answers
from plans.draft import PlanDraft

K, A = AssignmentKind, AssignmentState
ISSUED = date(2024, 7, 11)
UNITS = ["某县司法局", "某县数据局", "某县市场监督管理局", "甲镇人民政府", "乙镇人民政府"]
TOWNS = UNITS[3:]


def task(no: str, lead: list[str], responsible: list[str], limit: str, **more) -> dict:
    return {
        "no": no, "section": "一", "title": f"任务{no}", "lead": lead, "responsible": responsible, "limit": limit,
        **more,
    }


TASKS = [
    task("1", ["某县司法局"], ["各乡镇人民政府"], "2024年底前完成"),
    task("2", ["某县司法局", "某县数据局"], ["各乡镇人民政府"], "2024年底前完成并长期坚持"),
    task("3", ["各乡镇人民政府"], ["各乡镇人民政府"], "2025年底前完成"),
    task("4", ["某县司法局"], [], "2024年6月底前完成"),
    task("5", ["某县司法局"], [], "2023年已完成并长期坚持"),
]


def plan_of(*tasks: dict) -> PlanDraft:
    return PlanDraft.model_validate({
        "format": 1, "key": "t", "title": "任务分解清单", "short_title": "分解", "issuer": "某县",
        "doc_no": "某〔2024〕1号",
        "year": 2024, "issued_on": ISSUED, "tasks": list(tasks),
    })


@dataclass
class Desk:
    """An office with five units and a group of townships; opens a cycle from tasks."""

    bind: object
    people: People

    def head(self) -> Actor:
        return self.people.actors["zhuren"]

    @contextmanager
    def on(self, day: date = ISSUED) -> Iterator[Session]:
        with clock.jumped_to(clock.at_time(day, time(10))), transaction(self.bind) as session:
            yield session

    def open(self, *tasks: dict, answers: Answers | None = None, **opening) -> UUID:
        with self.on() as session:
            draft = plan_of(*tasks)
            plan = adopt_plan(session, self.head(), draft, f"{len(tasks)}{opening}", answers)
            units = list(session.exec(select(Unit).order_by(Unit.sort)))
            return open_cycle(session, self.head(), plan, units, Opening(**opening)).id

    def item(self, session: Session, no: str, unit: str, kind: K | None = None) -> Assignment:
        found = select(Assignment).join(Unit, Unit.id == Assignment.unit_id)
        found = found.where(Assignment.code == no, Unit.name == unit)
        return next(row for row in session.exec(found) if kind is None or row.kind == kind)

    def says(self, session: Session, unit: str) -> Actor:
        row = session.exec(select(Unit).where(Unit.name == unit)).one()
        return Actor(row.office_id, f"{unit}联络员", "unit", "链接", row.id)

    def report(self, session: Session, no: str, unit: str, **more):
        item = self.item(session, no, unit)
        return submit_measure(session, self.says(session, unit), item, Report(f"{no}{unit}", "已落实"), **more)


def row_of(name: str) -> dict[str, str]:
    return {"name": name, "subject": "department", "contact": f"{name}联络员", "channel": "outbox"}


@pytest.fixture
def desk(bind, people: People) -> Iterator[Desk]:
    desk = Desk(bind, people)
    with desk.on() as session:
        enrol_units(session, desk.head(), [row_of(name) for name in UNITS])
        session.flush()
        towns = list(session.exec(select(Unit).where(Unit.name.in_(TOWNS))))
        set_group(session, desk.head(), "各乡镇人民政府", towns)
    yield desk


def kinds(session: Session, no: str) -> list[tuple[K, str]]:
    found = select(Assignment, Unit).join(Unit, Unit.id == Assignment.unit_id).where(Assignment.code == no)
    return sorted((item.kind, unit.name) for item, unit in session.exec(found))


def test_n5_a_group_becomes_every_units_own_part_under_the_lead(desk: Desk) -> None:
    desk.open(*TASKS)
    with desk.on() as session:
        assert kinds(session, "1") == [(K.MEASURE, "某县司法局"), (K.SHARE, "乙镇人民政府"), (K.SHARE, "甲镇人民政府")]
        parent = desk.item(session, "1", "某县司法局")
        assert {part.rolls_up_to for part, _ in hands_of(session, parent)} == {parent.id}
        assert {part.due_on for part, _ in hands_of(session, parent)} == {date(2024, 12, 31)}


def test_n7_a_group_that_leads_itself_has_a_measure_each_and_no_parts(desk: Desk) -> None:
    desk.open(*TASKS)
    with desk.on() as session:
        assert kinds(session, "3") == [(K.MEASURE, "乙镇人民政府"), (K.MEASURE, "甲镇人民政府")]


def test_n6_several_leads_close_when_each_has_reported_or_the_main_one_answers_for_all(desk: Desk) -> None:
    desk.open(*TASKS)
    with desk.on(date(2024, 9, 2)) as session:
        assert (K.CO_LEAD, "某县数据局") in kinds(session, "2")
        with pytest.raises(Rejected, match="某县数据局尚未报送"):
            desk.report(session, "2", "某县司法局")
        row = desk.report(session, "2", "某县司法局", for_all=True)
        accept(session, desk.head(), row)
        parent = desk.item(session, "2", "某县司法局")
        assert parent.state == A.DONE
        assert {part.state for part, _ in hands_of(session, parent)} == {A.DONE}
    with desk.on(date(2024, 9, 3)) as session:
        row = desk.report(session, "1", "某县司法局")  # no co-lead: the lead may report before its townships
        accept(session, desk.head(), row)
        parent = desk.item(session, "1", "某县司法局")
        assert rollup_of(session, parent).words == "0/2个单位已办结"
        assert {part.state for part, _ in hands_of(session, parent)} == {A.OPEN}


def test_n4_what_was_due_before_the_paper_came_raises_one_letter_and_no_ladder(desk: Desk) -> None:
    cycle = desk.open(*TASKS)
    with desk.on() as session:
        late = [desk.item(session, no, "某县司法局") for no in ("4", "5")]
        assert [(item.due_on, item.next_notice_on) for item in late] == [
            (date(2024, 6, 30), None), (date(2023, 12, 31), None)
        ]
        told = session.exec(select(Notice).where(Notice.step == "到文已到期")).all()
        assert len(told) == 1
        assert "牵头的2项任务已到时限（最早2023-12-31）" in told[0].text
    for day in (date(2024, 7, 12), date(2024, 7, 15), date(2024, 8, 1)):
        with clock.jumped_to(clock.at_time(day, time(9))):
            run_round(desk.bind, cycle, day)
    with desk.on(date(2024, 8, 1)) as session:
        assert session.exec(select(Notice).where(Notice.kind == NoticeKind.URGE)).all() == []


def test_a_standing_measure_turns_into_a_yearly_confirmation_once_it_is_done(desk: Desk) -> None:
    cycle = desk.open(*TASKS)
    with desk.on(date(2024, 12, 2)) as session:
        accept(session, desk.head(), desk.report(session, "2", "某县司法局", for_all=True))
    with clock.jumped_to(clock.at_time(date(2025, 1, 2), time(9))):
        run_round(desk.bind, cycle, date(2025, 1, 2))
    with desk.on(date(2025, 1, 2)) as session:
        kept = session.exec(select(Assignment).where(Assignment.kind == K.CONFIRMATION)).one()
        assert (kept.title, kept.due_on) == ("2 任务2：长期坚持情况（2025年）", date(2025, 12, 31))


def test_an_unknown_name_is_asked_about_with_the_likest_proposed_and_an_answer_is_remembered(desk: Desk) -> None:
    row = task("9", ["县市场监管局"], ["各行政执法机关"], "2024年底前完成")
    with desk.on() as session:
        found = open_questions(session, desk.head(), plan_of(row), Answers())
        assert [(one.key, one.choices[:1]) for one in found] == [
            ("县市场监管局", ("某县市场监督管理局",)), ("各行政执法机关", ()),
        ]
        with pytest.raises(Rejected, match="有2处须先确认"):
            adopt_plan(session, desk.head(), plan_of(row), "d")
        bureaus = list(session.exec(select(Unit).where(Unit.name.in_(UNITS[:3]))))
        set_group(session, desk.head(), "县直执法机关", bureaus)
    answers = Answers(units={"县市场监管局": "某县市场监督管理局", "各行政执法机关": "县直执法机关"})
    desk.open(row, answers=answers)
    with desk.on() as session:
        assert kinds(session, "9") == [
            (K.MEASURE, "某县市场监督管理局"), (K.SHARE, "某县司法局"), (K.SHARE, "某县数据局"),
        ]
        assert open_questions(session, desk.head(), plan_of(row), Answers()) == []


def test_a_limit_without_a_day_needs_a_decision_before_anything_is_written(desk: Desk) -> None:
    row = task("8", ["某县司法局"], [], "2024年初完成")
    with desk.on() as session, pytest.raises(Rejected, match="任务8时限“2024年初完成”"):
        adopt_plan(session, desk.head(), plan_of(row), "d")
    desk.open(row, answers=Answers(dates={"8": date(2024, 9, 30)}))
    with desk.on() as session:
        assert desk.item(session, "8", "某县司法局").due_on == date(2024, 9, 30)


def test_a_row_that_can_be_read_two_ways_waits_for_a_choice(desk: Desk) -> None:
    flag = {"kind": "merged", "note": "只印一个单位格", "alternatives": ["牵头", "责任"]}
    row = task("7", ["某县司法局"], [], "2024年底前完成", flags=[flag])
    with desk.on() as session, pytest.raises(Rejected, match="任务7：只印一个单位格"):
        adopt_plan(session, desk.head(), plan_of(row), "d")
    desk.open(row, answers=Answers(choices={"7:merged": "牵头"}))


def test_a_named_unit_left_out_of_the_cycle_is_named(desk: Desk) -> None:
    with desk.on() as session:
        plan = adopt_plan(session, desk.head(), plan_of(*TASKS), "d")
        some = list(session.exec(select(Unit).where(Unit.name != "某县数据局")))
        with pytest.raises(NotAllowed, match="点名的1个单位没有选入：某县数据局"):
            open_cycle(session, desk.head(), plan, some, Opening())


def test_a_renamed_unit_is_known_by_both_names_and_keeps_what_it_did(desk: Desk) -> None:
    desk.open(*TASKS)
    with desk.on(date(2024, 9, 2)) as session:
        unit = session.exec(select(Unit).where(Unit.name == "某县数据局")).one()
        rename_unit(session, desk.head(), unit, "某县数据和政务服务局", "机构改革")
        names = names_of(session, unit.office_id).units
        assert names["某县数据局"] == names["某县数据和政务服务局"] == unit.id
        with pytest.raises(Conflict, match="已有单位叫"):
            rename_unit(session, desk.head(), unit, "某县司法局", "误")


def test_a_merged_unit_hands_over_what_it_owes_and_keeps_its_past(desk: Desk) -> None:
    desk.open(*TASKS)
    with desk.on(date(2024, 9, 2)) as session:
        row = desk.report(session, "3", "甲镇人民政府")
        accept(session, desk.head(), row)
        old, new = (session.exec(select(Unit).where(Unit.name == name)).one() for name in TOWNS)
        merge_units(session, desk.head(), old, new, "区划调整")
        assert names_of(session, old.office_id).units["甲镇人民政府"] == new.id
        owed = session.exec(select(Assignment).where(Assignment.unit_id == old.id)).all()
        assert {item.state for item in owed} == {A.DONE}
        assert row.unit_id == old.id


def test_an_alias_can_mean_only_one_unit(desk: Desk) -> None:
    with desk.on() as session:
        first, second = (session.exec(select(Unit).where(Unit.name == name)).one() for name in UNITS[:2])
        learn_alias(session, desk.head(), first, "司法")
        learn_alias(session, desk.head(), first, "司法")
        assert first.aliases == ["司法"]
        with pytest.raises(Conflict, match="已指另一单位"):
            learn_alias(session, desk.head(), second, "司法")


def test_a_group_may_change_its_members(desk: Desk) -> None:
    with desk.on() as session:
        group = session.exec(select(UnitGroup)).one()
        one = session.exec(select(Unit).where(Unit.name == TOWNS[0])).one()
        assert set_group(session, desk.head(), "各乡镇人民政府", [one]).id == group.id
        with pytest.raises(Rejected, match="没有选择任何单位"):
            set_group(session, desk.head(), "各乡镇人民政府", [])


def test_n5_a_new_township_receives_what_its_group_owes_with_no_limit_in_the_past(desk: Desk) -> None:
    towns = ["各乡镇人民政府"]
    desk.open(*TASKS, task("6", ["某县司法局"], towns, "2024年8月底前完成"))
    with desk.on(date(2024, 10, 8)) as session:
        enrol_units(session, desk.head(), [row_of("丙镇人民政府")])
        unit = session.exec(select(Unit).where(Unit.name == "丙镇人民政府")).one()
        group = session.exec(select(UnitGroup)).one()
        assert join_group(session, desk.head(), group, unit) == 4
        assert join_group(session, desk.head(), group, unit) == 0
        owed = {item.code: item for item in session.exec(select(Assignment).where(Assignment.unit_id == unit.id))}
        assert {code: (item.kind, item.due_on) for code, item in owed.items() if code} == {
            "1": (K.SHARE, date(2024, 12, 31)), "2": (K.SHARE, date(2024, 12, 31)),
            "3": (K.MEASURE, date(2025, 12, 31)), "6": (K.SHARE, None),
        }
        assert owed["6"].because.endswith("原时限2024-08-31在加入前已过，由办公室另定")
        assert owed["1"].rolls_up_to == desk.item(session, "1", "某县司法局").id
        assert owed["6"].id in {item.id for item in without_limit(session, unit.office_id)}
        assert owed[""].kind == K.CONTACT


def test_another_units_measure_cannot_be_reported(desk: Desk) -> None:
    desk.open(*TASKS)
    with desk.on(date(2024, 9, 2)) as session:
        item = desk.item(session, "1", "某县司法局")
        with pytest.raises(NotAllowed, match="不是本单位"):
            submit_measure(session, desk.says(session, "某县数据局"), item, Report("n", "x"))
        with pytest.raises(Rejected, match="请填写落实情况"):
            submit_measure(session, desk.says(session, "某县司法局"), item, Report("n", " "))


