"""A launch is rehearsed on a copy: the real database keeps every byte, nobody is told, and what is missing is named."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from sqlmodel import select

from actions.adopt import adopt_plan
from actions.enrol import enrol_units
from commands.rehearse_office import LONGEST, Order, last_day, of_file, perform
from commands.sample_units import demo_rows
from config import clock
from models.base import NotFound, Rejected
from models.database import transaction
from models.notice import Message, Notice
from models.plan import Plan
from models.unit import Contact, Unit
from models.words import Channel

MORNING = clock.at_time(date(2020, 7, 20), time(15, 0))


@pytest.fixture
def order(people, bind, draft, tmp_path_factory) -> Callable[..., Path]:
    """The order of a launch with three units of whom one has no contact and one reads mail."""
    clerk = people.actors["jingban"]
    with transaction(bind) as session:
        enrol_units(session, clerk, [*demo_rows(2), {"name": "无人县", "subject": "county"}])
        plan = adopt_plan(session, clerk, draft, "d")
        mail = session.exec(select(Contact).where(Contact.unit_id.is_not(None))).first()
        mail.channel, mail.address = Channel.MAIL, "a@example.org"
        units = [unit.id for unit in session.exec(select(Unit).order_by(Unit.sort))]
        data = {"office_id": people.office_id, "plan_id": plan.id, "units": units, "teams": {"第一督察组": None}}

    def write(**changed: object) -> Path:
        path = tmp_path_factory.mktemp("order") / "order.json"
        path.write_text(Order.model_validate(data | changed).model_dump_json(), encoding="utf-8")
        return path

    return write


def prints(home: Path) -> dict[str, str]:
    """Every file of the installation and its hash; the index of the write-ahead log holds no data."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*") if path.is_file() and not path.name.endswith("-shm")
    }


def test_the_real_database_keeps_every_byte_and_no_message_is_left(order: Callable, home: Path, bind) -> None:
    path, before = order(), prints(home)
    with clock.jumped_to(MORNING):
        result = perform(path)
    assert prints(home) == before
    assert len(result["messages"]) > 20
    with transaction(bind) as session:
        assert session.exec(select(Message)).all() == [] and session.exec(select(Notice)).all() == []


def test_it_works_beside_nobody_else_who_has_the_database_open(order: Callable, home: Path, bind) -> None:
    path = order(behaviour="obey")
    bind.dispose()
    before = prints(home)
    with clock.jumped_to(MORNING):
        perform(path)
    left = {name: value for name, value in prints(home).items() if not name.endswith("-wal")}
    assert left == {name: value for name, value in before.items() if not name.endswith("-wal")}


def test_what_is_missing_is_named_and_who_cannot_be_told_is_not_told(order: Callable, home: Path) -> None:
    with clock.jumped_to(MORNING):
        result = perform(order())
    assert "1个单位没有可用联系人，收不到通知：无人县。" in result["doubts"]
    assert not any(one["to"] == "无人县" for one in result["messages"])
    assert [unit["told"] for unit in result["units"]] == [True, True, False]
    assert result["rest"]["2020-08-01"] == "周六"
    assert not any(one["day"] in result["rest"] for one in result["messages"])


def test_progress_and_result_lie_beside_the_order(order: Callable, home: Path) -> None:
    path = order(units=[], teams={})
    with clock.jumped_to(MORNING), pytest.raises(Rejected, match="没有选择被督察单位"):
        perform(path)
    assert not path.with_name("result.json").exists()
    path = order()
    with clock.jumped_to(MORNING):
        perform(path)
    come = json.loads(path.with_name("progress.json").read_text())
    assert come["done"] == come["total"]
    assert json.loads(path.with_name("result.json").read_text())["plan"] == "濮阳2020"


def test_units_that_never_act_are_told_more(order: Callable, home: Path) -> None:
    with clock.jumped_to(MORNING):
        counts = [len(perform(order(behaviour=how))["messages"]) for how in ("never", "obey")]
    assert counts[0] > counts[1]


def test_another_offices_plan_is_not_found(order: Callable, home: Path, bind, people) -> None:
    with transaction(bind) as session:
        wrong = session.exec(select(Unit)).first().id
        assert session.exec(select(Plan)).one()
    with clock.jumped_to(MORNING), pytest.raises(NotFound):
        perform(order(plan_id=wrong))


def test_a_missing_file_is_refused(home: Path) -> None:
    with pytest.raises(Rejected, match="没有找到演练的内容"):
        of_file(home / "nothing.json")


def test_it_ends_a_month_after_the_last_date_and_never_plays_for_years() -> None:
    with clock.jumped_to(MORNING):
        assert last_day(["2020-08-01", "2020-09-05"]) == date(2020, 10, 5)
        assert last_day([]) == date(2020, 12, 31)
        assert (last_day(["2029-01-01"]) - clock.today()).days == LONGEST
        assert (last_day(["2019-01-01"]) - clock.today()).days == 30
