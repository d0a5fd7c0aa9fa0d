"""One unit at the desk: its figures are those of the lists and of 统计."""

import re
from collections.abc import Callable
from datetime import date, time

import pytest
from sqlmodel import select

from actions.deadline import settle
from actions.name_units import merge_units
from models import statistics
from models.cycle import Assignment
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState
from tests.conftest import Running
from tests.web.at_desk import behind, signed
from tests.web.test_work import shown

K, A = AssignmentKind, AssignmentState
DAY = date(2020, 8, 17)


@pytest.fixture
def running(puyang: Callable, today: Callable) -> Running:
    return behind(puyang, today)


def figures(page: str) -> dict[str, str]:
    return {word: said for said, word in re.findall(r'class="figure[^>]*><b>([^<]+)</b>([^<]+)<', page)}


def test_a_late_unit_is_as_late_as_the_list_behind_the_figure(running: Running) -> None:
    clerk = signed(running.bind, "jingban")
    with running.on(DAY, time(12, 0)) as session:
        settle(session, running.item(session, K.SELF_CHECK_REPORT, 1), A.RETURNED)
        keys = [running.unit(session, n).id for n in range(3)]
    seen = set()
    for key in keys:
        told = figures(clerk.get(f"/units/{key}"))
        seen.add(told["逾期未办"])
        assert told["逾期未办"] == str(len(shown(clerk.get(f"/work?unit={key}&light=overdue"))))
        assert told["退回待改"] == str(len(shown(clerk.get(f"/work?unit={key}&state=returned"))))
    assert len(seen) > 1


def test_what_is_done_without_a_report_or_called_off_is_not_told_as_late(running: Running) -> None:
    clerk = signed(running.bind, "jingban")
    with running.on(date(2020, 8, 10)) as session:
        report = running.item(session, K.SELF_CHECK_REPORT, 2)
        settle(session, report, A.DONE)
        assert report.sent_in_at is None
        settle(session, running.item(session, K.SELF_CHECK_REPORT, 1), A.CANCELLED)
        key, other = running.unit(session, 2).id, running.unit(session, 1).id
    with running.on(DAY) as session:
        scope = statistics.running_scope(session, running.people.office_id, DAY)
        standing = {unit.id: figures for unit, figures in statistics.by_unit(session, scope)}
    told = figures(clerk.get(f"/units/{key}"))
    assert told["按原定时限报送"] == told["按现时限报送"] == "1/1"
    assert (standing[key].on_time, standing[key].judged) == (1, 1)
    assert figures(clerk.get(f"/units/{other}"))["按原定时限报送"] == "0/0"


def test_what_a_team_finished_is_none_of_the_units_finished_work(running: Running) -> None:
    leader = signed(running.bind, "lingdao")
    before = finished(leader.get("/leader"))
    with running.on(DAY) as session:
        item = session.exec(select(Assignment).where(Assignment.kind == K.ON_SITE_FEEDBACK)).first()
        assert item.unit_id and item.team_id
        settle(session, item, A.DONE)
    assert finished(leader.get("/leader")) == before
    with running.on(DAY) as session:
        settle(session, running.item(session, K.SELF_CHECK_REPORT, 2), A.DONE)
    assert finished(leader.get("/leader")) == before + 1


def finished(page: str) -> int:
    return int(re.search(r">办结事项</th><td><b>(\d+)", page)[1])


def test_the_units_of_a_cycle_add_up_to_it_after_a_unit_went_up_in_one_outside(running: Running) -> None:
    with running.on(DAY) as session:
        old, new = running.unit(session, 2), Unit(office_id=running.people.office_id, name="新设局", sort=99)
        session.add(new)
        session.flush()
        merge_units(session, running.actor("zhuren"), old, new, "机构改革")
        session.flush()
        scope = statistics.running_scope(session, running.people.office_id, DAY)
        whole, units = statistics.by_cycle(session, scope)[running.cycle_id], statistics.by_unit(session, scope)
        assert new in [unit for unit, _ in units] and whole.overdue > 0
        assert [sum(getattr(one, name) for _, one in units) for name in ("total", "overdue", "judged")] == [
            whole.total, whole.overdue, whole.judged
        ]
