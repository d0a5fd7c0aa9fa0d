"""Erasing one person takes nothing from another: no name, number or word that somebody else bears or bore."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlmodel import Session, col, select

from actions.enrol import enrol_units
from actions.erase_person import erase_person, people_due
from actions.find_person import find_person
from actions.people import add_person, rename, set_active
from actions.record import Actor, broken_at, record
from commands.office import People, make_office
from config import clock
from models.base import NotAllowed, Rejected
from models.database import transaction
from models.event import Event
from models.office import Office, User
from models.unit import Contact
from models.words import Role

THEN, LATER, LANDLINE, MOBILE, SHARED = (
    date(2020, 8, 3), date(2031, 1, 4), "0393-1234567", "13900000088", "13700000001"
)
UNIT = "某县司法局"


class Land:
    """One office whose people are named and renamed."""

    def __init__(self, people: People) -> None:
        self.people, self.head = people, people.actors["zhuren"]

    @contextmanager
    def on(self, day: date) -> Iterator[Session]:
        with clock.jumped_to(clock.at_time(day)), transaction() as session:
            yield session

    def user(self, session: Session, login: str) -> User:
        return session.exec(select(User).where(User.login == login, User.office_id == self.people.office_id)).one()

    def renamed(self, *steps: tuple[str, str], day: date = THEN) -> None:
        with self.on(day) as session:
            for login, name in steps:
                rename(session, self.head, self.user(session, login), name)

    def add(self, login: str, name: str) -> None:
        with self.on(THEN) as session:
            add_person(session, self.head, login, name, Role.CLERK, "x")

    def did(self, name: str, verb: str = "核实", **data: object) -> None:
        with self.on(THEN) as session:
            record(session, Actor(self.people.office_id, name), verb, **data)

    def leave(self, login: str) -> None:
        with self.on(THEN) as session:
            set_active(session, self.head, self.user(session, login), False)

    def erase(self, login: str, unit: str = "") -> str:
        """Who has left is erased when the time is over; the chain holds all along."""
        with self.on(LATER) as session:
            sign, _, _ = erase_person(session, self.head, find_person(session, login, unit))
            session.flush()
            assert broken_at(session, self.people.office_id) is None
        return sign

    def acts(self, *names: str) -> list[tuple[int, str]]:
        with self.on(LATER) as session:
            found = session.exec(select(Event).where(col(Event.actor).in_(names)).order_by(col(Event.seq)))
            return [(one.seq, f"{one.actor}{one.data}") for one in found if one.verb != "清除个人信息"]

    def data(self, verb: str) -> dict[str, object]:
        with self.on(LATER) as session:
            return session.exec(select(Event).where(Event.verb == verb)).one().data


@pytest.fixture
def land(people: People) -> Land:
    return Land(people)


def test_who_lent_a_name_for_a_day_keeps_every_act_and_the_own_row(land: Land) -> None:
    land.did("主任甲", reason="主任甲不同意")
    land.renamed(("zhuren", "临时"), ("jingban", "主任甲"), ("jingban", "经办甲"), ("zhuren", "主任甲"))
    land.did("主任甲", "审批", reason="主任甲同意")
    land.leave("jingban")
    before = land.acts("主任甲", "临时")
    land.erase("jingban")
    assert [seq for seq, _ in land.acts("主任甲", "临时")] == [seq for seq, _ in before]
    assert land.data("核实") == {"reason": "主任甲不同意"}
    with land.on(LATER) as session:
        assert land.user(session, "zhuren").name == "主任甲"
    assert land.acts("经办甲") == []


def test_a_newcomer_keeps_the_name_that_somebody_who_left_had_before(land: Land) -> None:
    land.renamed(("jingban", "张三"))
    land.add("xin", "经办甲")
    land.did("经办甲", reason="经办甲来电")
    land.did("张三", "退回")
    land.leave("jingban")
    before = land.acts("经办甲")
    sign = land.erase("张三")
    assert land.acts("经办甲") == before
    assert land.acts("张三") == []
    with land.on(LATER) as session:
        assert land.user(session, "xin").name == "经办甲"
        assert land.user(session, sign).name == sign


def test_nobody_is_erased_under_a_name_that_a_colleague_bore_and_the_sentence_says_whose(land: Land) -> None:
    land.renamed(("jingban2", "张三"), ("jingban2", "李四"))
    land.add("zhang", "张三")
    land.leave("zhang")
    with pytest.raises(NotAllowed, match=r"“张三”也是用户名jingban2的曾用名（第\d+号办理记录），"):
        land.erase("zhang")
    land.leave("jingban2")
    land.erase("jingban2")
    land.erase("zhang")
    assert land.acts("张三") == []


def test_a_former_name_counts_only_while_it_was_borne(land: Land) -> None:
    """Or a head could name somebody after any word and have it wiped out of the whole history."""
    land.did("经办乙", reason="不合格")
    land.renamed(("jingban", "不合格"))
    land.did("不合格", "退回", reason="不合格先生退回")
    land.renamed(("jingban", "经办甲"))
    land.did("经办乙", "审核", reason="不合格")
    land.leave("jingban")
    sign = land.erase("jingban")
    assert land.data("核实") == land.data("审核") == {"reason": "不合格"}
    assert land.data("退回") == {"reason": f"{sign}先生退回"}
    assert land.data("停用人员")["name"] == sign


def test_a_last_name_counts_only_since_it_was_given(land: Land) -> None:
    land.did("经办乙", reason="不合格")
    land.renamed(("jingban", "不合格"))
    land.leave("jingban")
    land.erase("jingban")
    assert land.data("核实") == {"reason": "不合格"}


def test_a_former_name_that_a_units_contact_bears_stays_the_contacts(land: Land) -> None:
    with land.on(THEN) as session:
        enrol_units(session, land.head, [{"name": UNIT, "subject": "department", "contact": "钱一鸣"}])
    land.did("系统", to="钱一鸣")
    land.renamed(("jingban", "钱一鸣"))
    land.did("系统", "再通知", to="钱一鸣")
    land.renamed(("jingban", "经办甲"))
    land.leave("jingban")
    land.erase("jingban")
    assert land.data("核实") == land.data("再通知") == {"to": "钱一鸣"}


def test_a_colleague_of_a_longer_former_name_keeps_it(land: Land) -> None:
    land.renamed(("jingban2", "张三丰"))
    land.did("张三丰", reason="张三丰查看，张三不在")
    land.renamed(("jingban2", "李四"))
    land.add("zhang", "张三")
    land.leave("zhang")
    sign = land.erase("zhang")
    assert land.data("核实") == {"reason": f"张三丰查看，{sign}不在"}


@pytest.mark.parametrize("name", ["主任甲", "临时", "系统", UNIT, "督察办公室"])
def test_a_units_person_takes_no_name_from_the_office(land: Land, name: str) -> None:
    with land.on(THEN) as session:
        enrol_units(session, land.head, [{"name": UNIT, "subject": "department"}])
    land.renamed(("zhuren", "临时"), ("zhuren", "主任甲"))
    with pytest.raises(NotAllowed, match=f"“{name}”也是"):
        land.erase(name, UNIT)


def test_the_row_by_which_a_person_got_digests_goes_with_the_person_under_a_former_name_too(land: Land) -> None:
    with land.on(THEN) as session:
        user = land.user(session, "jingban")
        session.add(Contact(office_id=user.office_id, user_id=user.id, name=user.name, address=MOBILE, active=False))
    land.renamed(("jingban", "张三"))
    land.leave("jingban")
    sign = land.erase("jingban")
    with land.on(LATER) as session:
        left = session.exec(select(Contact).where(col(Contact.user_id).is_not(None))).one()
        assert (left.name, left.address) == (sign, "")


@pytest.mark.parametrize("numbers", [[LANDLINE, MOBILE], [SHARED, MOBILE], [LANDLINE, SHARED]])
def test_a_number_that_the_office_or_a_colleague_has_too_stays(land: Land, numbers: list[str]) -> None:
    with land.on(THEN) as session:
        office = session.get_one(Office, land.people.office_id)
        office.phone, office.contact = f"{LANDLINE}、0393-7654321", f"经办甲（{MOBILE}）"
        left = land.user(session, "jingban")
        left.phone, left.mail = numbers
        land.user(session, "jingban2").phone = SHARED
    land.did("经办乙", to=numbers)
    land.leave("jingban")
    sign = land.erase("jingban")
    stay = [one if one in (LANDLINE, SHARED) else sign for one in numbers]
    with land.on(LATER) as session:
        office = session.get_one(Office, land.people.office_id)
        assert office.phone == f"{LANDLINE}、0393-7654321"
        assert office.contact == f"{sign}（{sign if MOBILE in numbers else MOBILE}）"
        assert land.user(session, sign).phone == ""
        assert land.user(session, "jingban2").phone == SHARED
    assert land.data("核实") == {"to": stay}


@pytest.mark.parametrize("still", [False, True])
def test_a_contact_of_two_teams_is_one_person_and_out_only_when_out_of_both(land: Land, still: bool) -> None:
    with land.on(THEN) as session:
        session.add_all([Contact(office_id=land.people.office_id, name="钱一鸣", phone=MOBILE, active=active)
                         for active in (False, still)])
    if still:
        with pytest.raises(NotAllowed, match="仍在任"):
            land.erase("钱一鸣")
        return
    with land.on(LATER) as session:
        assert [who.name for who, _ in people_due(session)] == ["钱一鸣"]
    sign = land.erase("钱一鸣")
    with land.on(LATER) as session:
        left = session.exec(select(Contact.phone).where(Contact.name == sign)).all()
        assert left == ["", ""]


def test_a_units_telephone_stays_where_the_next_contact_has_it_too(land: Land) -> None:
    row = {"name": UNIT, "subject": "department", "contact": "钱一鸣", "phone": LANDLINE}
    with land.on(THEN) as session:
        enrol_units(session, land.head, [row])
        enrol_units(session, land.head, [{**row, "contact": "孙二"}])
        unit_id = session.exec(select(Contact.unit_id).where(Contact.name == "孙二")).one()
        record(session, land.head, "致电", unit_id=unit_id, name="钱一鸣", phone=LANDLINE)
    sign = land.erase("钱一鸣", UNIT)
    assert land.data("致电") == {"name": sign, "phone": LANDLINE}
    with land.on(LATER) as session:
        assert set(session.exec(select(Contact.name, Contact.phone).where(Contact.unit_id == unit_id))) == {
            (sign, ""), ("孙二", LANDLINE)}


def test_a_sign_in_name_is_erased_where_it_is_one_and_in_no_other_word(land: Land) -> None:
    land.add("reason", "张三")
    land.did("经办甲", reason="reason: see clerk", login="reason", other={"reason": "reason"})
    land.leave("reason")
    sign = land.erase("reason")
    assert land.data("核实") == {"reason": "reason: see clerk", "login": sign, "other": {"reason": "reason"}}
    assert land.data("添加人员")["login"] == sign


def test_a_sign_in_name_that_several_offices_have_is_asked_about(land: Land) -> None:
    make_office(None, "另一办公室", "另一办", "first-word")
    with land.on(LATER) as session:
        with pytest.raises(Rejected, match=r"另一办公室.*--office"):
            find_person(session, "zhuren")
        assert find_person(session, "zhuren", office="另一办公室").office_id != land.people.office_id

