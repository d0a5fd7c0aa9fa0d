"""Two counties and a city in one installation: each works for itself; figures and reports go up, plans come down."""

import io
import re
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest
from docx import Document
from fastapi.testclient import TestClient
from sqlmodel import col, select

from actions.open_cycle import Opening
from actions.paper import issue_paper
from actions.rank import name_code, place_under
from actions.record import Actor, broken_at, system
from actions.report import draft_report
from actions.report_content import About
from commands import office
from commands.office import make_office
from commands.rehearse import launch
from commands.sample_units import demo_rows
from config import clock
from models.base import NotAllowed, NotFound, Rejected
from models.database import transaction
from models.event import Event
from models.intake import Intake
from models.office import Office
from models.paper import Paper
from models.paper_words import PaperKind
from models.plan import Plan
from models.problem import Problem
from models.rank import PlanDown, ReportUp
from models.rank_ledger import figures_of
from models.unit import Unit
from tests.beginnings import WORD
from tests.conftest import HashedOnce, Running
from tests.one_app import the_app
from tests.plans.opening.makers import as_xlsx
from tests.web.person import Person

DAY = date(2020, 9, 8)
PAPER = [["序号", "重点任务", "主要措施", "牵头单位", "完成时限"],
         ["1", "学习宣传", "组织集体学法不少于2次", "县司法局", "2020年12月底前"],
         ["2", "依法行政", "完善公示制度", "县公安局", "年底前"]]
HOLIDAY = {
    "year": 2020, "notice": "试验〔2020〕1号", "makeup": [], "rest": {"试验假": [date(2020, 9, 9), date(2020, 9, 11)]},
}
WRITTEN = {"to": "市委全面依法治市委员会", "advice": "限期整改。"}


@dataclass
class Land:
    """A city (`shi`) over two counties (`jia`, `yi`), everybody with the same sign-in names and unit names."""

    bind: Any
    people: dict[str, Any]
    running: dict[str, Running]

    def at(self, code: str, login: str = "zhuren") -> Person:
        person = Person(TestClient(the_app()), self.bind)
        answer = person.client.post(
            "/login", data={"login": login, "word": WORD, "office": code}, follow_redirects=False
        )
        assert answer.status_code == 303, answer.text[-500:]
        return person

    def office(self, code: str) -> UUID:
        return self.people[code].office_id

    def events(self, code: str) -> list[Event]:
        with transaction(self.bind) as session:
            mine = select(Event).where(Event.office_id == self.office(code)).order_by(col(Event.seq))
            return list(session.exec(mine))

    def said(self, code: str, verb: str) -> list[dict[str, Any]]:
        return [event.data for event in self.events(code) if event.verb == verb]


@pytest.fixture
def land(bind: Any, draft: Any, hashed_once: HashedOnce, monkeypatch: pytest.MonkeyPatch) -> Land:
    monkeypatch.setattr(office, "PASSWORDS", hashed_once)
    names = {"shi": "某市督察办公室", "jia": "甲县督察办公室", "yi": "乙县督察办公室"}
    people = {code: make_office(bind, name, name[:2], WORD, code) for code, name in names.items()}
    with transaction(bind) as session:
        for code in ("jia", "yi"):
            row, above = (session.get_one(Office, people[one].office_id) for one in (code, "shi"))
            place_under(session, Actor(row.id, "命令行", "head", "命令行"), row, above)
    running = {}
    for code, count in (("jia", 3), ("yi", 2)):
        with clock.jumped_to(clock.at_time(date(2020, 7, 24), time(8, 30))):
            key = launch(bind, people[code], draft, demo_rows(count), Opening())
        running[code] = Running(bind, people[code], key)
        running[code].round(date(2020, 8, 3))
    clock.freeze(clock.at_time(DAY, time(10)))
    yield Land(bind, people, running)
    clock.freeze(None)


def test_the_same_names_open_each_their_own_office_and_unit_names_need_not_be_unique(land: Land) -> None:
    for code, name in (("jia", "甲县"), ("yi", "乙县"), ("shi", "某市")):
        page = land.at(code).get("/?desk=1")
        assert f"督办 · {name}" in page
    with transaction(land.bind) as session:
        names = [unit.name for unit in session.exec(select(Unit))]
    assert len(names) == 5 and len(set(names)) == 3


def test_at_the_door_no_office_is_named_and_none_is_guessed(land: Land) -> None:
    browser = TestClient(the_app())
    page = browser.get("/login?office=jia").text
    assert 'name="office"' in page and 'value="jia"' in page
    assert not [name for name in ("某市", "甲县", "乙县") if name in page]
    answers = [
        browser.post("/login", data={"login": login, "word": word, "office": code}, follow_redirects=False)
        for login, word, code in (
            ("zhuren", WORD, ""), ("nobody", WORD, ""), ("zhuren", WORD, "bing"), ("zhuren", "wrong", "jia"),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}) == 1  # they tell nothing apart
    for login, code in (("zhuren@jia", ""), ("zhuren", "甲县督察办公室"), ("zhuren", "JIA")):
        answer = browser.post("/login", data={"login": login, "word": WORD, "office": code}, follow_redirects=False)
        assert answer.status_code == 303, (login, code)
    assert 'value="JIA"' in browser.get("/login").text  # this browser need not be told again


def test_wrong_words_for_a_name_in_one_office_lock_nobody_of_another_out(land: Land) -> None:
    browser = TestClient(the_app())
    for _ in range(8):
        browser.post("/login", data={"login": "zhuren", "word": "wrong", "office": "jia"})
    answer = browser.post("/login", data={"login": "zhuren", "word": WORD, "office": "jia"}, follow_redirects=False)
    assert "尝试次数过多" in answer.text
    land.at("yi")


def test_the_city_sees_figures_of_each_county_and_not_one_problem(land: Land) -> None:
    county = land.running["jia"]
    with county.on(date(2020, 8, 12)) as session:
        county.find(session, 0, "案卷遗失甲")
        county.find(session, 1, "越权处罚甲")
    with county.on(date(2020, 8, 13)) as session:
        county.hand_in(session, 2)
    county.round(DAY)
    page = land.at("shi").get("/below")
    rows = re.findall(r'<tr><td data-name="办公室"><span>([^<]*)</span></td><td data-name="单位">(\d+)</td>', page)
    assert sorted(rows) == [("乙县督察办公室", "2"), ("甲县督察办公室", "3")]
    with transaction(land.bind) as session:
        keys = [land.office(code) for code in ("jia", "yi")]
        found = figures_of(session, keys, DAY)
        one, other = (found[key] for key in keys)
        units = [unit.name for unit in session.exec(select(Unit))]
        titles = [problem.title for problem in session.exec(select(Problem))]
    assert (one.units, one.cycles, one.found, one.open, one.closed) == (3, 1, 2, 2, 0)
    assert (other.units, other.cycles, other.found) == (2, 1, 0)
    assert (one.total, one.overdue, one.judged, one.share) == (6, 5, 6, 0.0)  # one report came, three days late
    assert not [words for words in (*units, *titles) if words in page]
    for path in ("/work", "/ledger", "/units", "/search?q=案卷", "/statistics", "/papers"):
        assert not [words for words in titles if words in land.at("shi").get(path)], path


def test_figures_of_a_county_are_those_it_sees_itself(land: Land) -> None:
    from models.statistics import by_cycle, running_scope

    with transaction(land.bind) as session:
        keys = [land.office(code) for code in ("jia", "yi", "shi")]
        for key, found in figures_of(session, keys, DAY).items():
            own = list(by_cycle(session, running_scope(session, key, DAY)).values())
            for name in ("total", "done", "waiting", "overdue", "judged", "on_time"):
                assert getattr(found, name) == sum(getattr(one, name) for one in own), name


def adopted_above(land: Land) -> tuple[Person, str]:
    city = land.at("shi", "jingban")
    city.post("/plans", name="puyang-2020")
    with transaction(land.bind) as session:
        return city, str(session.exec(select(Plan).where(Plan.office_id == land.office("shi"))).one().id)


def test_a_plan_goes_down_and_each_county_adopts_it_for_itself(land: Land) -> None:
    """A fresh plan becomes the county's own, and both sides are told; the other county lays it aside with a reason."""
    city, plan = adopted_above(land)
    with transaction(land.bind) as session:
        source = session.exec(select(Plan).where(Plan.office_id == land.office("shi"))).one()
        source.digest = "0" * 64  # as if the city had issued its own
    page = city.post("/below/plans", plan=plan, to=[str(land.office("jia")), str(land.office("yi"))], note="请抓紧")
    assert page.count("待采用") == 2
    assert land.said("jia", "收到下发方案")[0]["note"] == "请抓紧"
    county = land.at("jia", "jingban")
    desk = county.get("/plans")
    assert "上级下发的方案" in desk and "请抓紧" in desk
    (row,) = (row for row in county.all(PlanDown) if row.receiver_id == land.office("jia"))
    county.post(f"/plans/sent/{row.id}/adopt")
    assert county.post(f"/plans/sent/{row.id}/adopt", 409)
    with transaction(land.bind) as session:
        mine = session.exec(select(Plan).where(Plan.office_id == land.office("jia"), Plan.digest == "0" * 64)).one()
        theirs = session.get_one(Plan, UUID(plan))
        assert (mine.title, mine.doc_no, len(mine.parts)) == (theirs.title, theirs.doc_no, len(theirs.parts))
    assert land.said("shi", "下级已采用方案")[0]["office"] == "甲县督察办公室"
    other = land.at("yi", "jingban")
    (down,) = (row for row in other.all(PlanDown) if row.receiver_id == land.office("yi"))
    other.post(f"/plans/sent/{row.id}/adopt", 404)  # the other county's copy is not there for this one
    other.post(f"/plans/sent/{down.id}/aside", reason="本县已有方案")
    assert "本县已有方案" in city.get("/below")
    with transaction(land.bind) as session:
        assert [broken_at(session, land.office(code)) for code in ("shi", "jia", "yi")] == [None] * 3


def test_an_issued_document_goes_down_with_what_was_answered(land: Land) -> None:
    city = land.at("shi", "jingban")
    city.client.post("/intake", files={"file": ("分解.xlsx", as_xlsx(PAPER))})
    with transaction(land.bind) as session:
        paper = session.exec(select(Intake)).one()
        paper.answers = {"choices": {"limit:年底前": "2020-12-31"}, "units": {"县公安局": "市公安局"}}
        plan = Plan(
            office_id=paper.office_id, key="x", title="分解清单", short_title="分解", issuer="某市", doc_no="",
            year=2020, digest=paper.digest, adopted_at=clock.now(),
        )
        session.add(plan)
        session.flush()
        paper.plan_id, key = plan.id, str(plan.id)
    city.post("/below/plans", plan=key, to=str(land.office("jia")))
    with transaction(land.bind) as session:
        below = session.exec(select(Intake).where(Intake.office_id == land.office("jia"))).one()
        assert below.answers == {"choices": {"limit:年底前": "2020-12-31"}, "units": {}}  # its units are its own
        assert below.made_by == "某市下发" and below.state == "open"
    assert "确认歧义" in land.at("jia", "jingban").get("/plans")
    county = land.at("jia", "jingban")
    county.get(f"/intake/{below.id}")
    county.post(f"/intake/{below.id}/drop", reason="与本县无关")
    assert "与本县无关" in city.get("/below")


def issued(land: Land, code: str) -> str:
    county = land.running[code]
    with county.on(DAY) as session:
        paper = draft_report(
            session, county.actor("jingban"), county.cycle(session), About(PaperKind.REPORT), WRITTEN, "",
        )
        return str(issue_paper(session, county.actor("zhuren"), paper, paper.row_version).id)


def test_an_issued_report_goes_up_with_number_and_hash_and_its_receipt_stands_on_both_sides(land: Land) -> None:
    paper = issued(land, "jia")
    county, city = land.at("jia", "jingban"), land.at("shi", "jingban")
    assert "上报某市督察办公室" in county.get(f"/papers/{paper}")
    city.get(f"/papers/{paper}", 404)  # before it is reported it is the county's alone
    assert "上级尚未签收" in county.post(f"/papers/{paper}/report")
    county.post(f"/papers/{paper}/report")  # a second click
    (row,) = county.all(ReportUp)
    kept = next(one for one in county.all(Paper) if str(one.id) == paper)
    assert (row.digest, row.number, row.title) == (kept.digest, kept.number, kept.title)
    data = city.client.get(f"/below/reports/{row.id}").content
    assert any("督察" in line.text for line in Document(io.BytesIO(data)).paragraphs)
    city.post(f"/below/reports/{row.id}")
    assert land.said("shi", "签收上报公文")[0]["sha256"] == kept.digest == land.said("jia", "上级已签收")[0]["sha256"]
    assert {"office", "title", "number", "sha256"} == set(land.said("jia", "上级已签收")[0])  # no person of the city
    assert len(land.said("jia", "上报公文")) == 1 and "签收" in county.get(f"/papers/{paper}")
    other = land.at("yi", "jingban")
    for path in (f"/below/reports/{row.id}", f"/papers/{paper}"):
        other.get(path, 404)
    city.get(f"/papers/{paper}", 404)  # the report is what was sent, not the county's desk
    assert "案卷" not in city.get("/ledger")


def test_only_signed_papers_of_the_kinds_that_are_reported_go_up(land: Land) -> None:
    county = land.running["jia"]
    with county.on(DAY) as session:
        draft_report(session, county.actor("jingban"), county.cycle(session), About(PaperKind.REPORT), WRITTEN, "")
    clerk = land.at("jia", "jingban")
    (paper,) = clerk.all(Paper)
    assert "上报某市" not in clerk.get(f"/papers/{paper.id}")
    clerk.post(f"/papers/{paper.id}/report", 403)
    assert clerk.all(ReportUp) == []
    city = issued_alone(land)
    assert "没有设定上级办公室" in city


def issued_alone(land: Land) -> str:
    from actions.report_up import report_up

    with transaction(land.bind) as session, pytest.raises(NotAllowed) as error:
        report_up(session, Actor(land.office("shi"), "经办甲", "clerk"), Paper(office_id=land.office("shi")))
    return str(error.value)


def test_no_office_stands_under_itself_and_a_parting_is_told_to_both(land: Land) -> None:
    with transaction(land.bind) as session:
        city, county = (session.get_one(Office, land.office(code)) for code in ("shi", "jia"))
        with pytest.raises(Rejected, match="不能是本办公室或其下级"):
            place_under(session, system(city.id), city, county)
        place_under(session, system(county.id), county, None)
        with pytest.raises(Rejected, match="小写字母"):
            name_code(session, system(county.id), county, "甲县")
    assert land.said("shi", "解除下级办公室")[0]["name"] == "甲县督察办公室"
    assert "甲县" not in land.at("shi").get("/below")


def test_a_plan_goes_only_to_offices_directly_below(land: Land) -> None:
    from actions.send_down import send_down

    _, plan = adopted_above(land)
    with transaction(land.bind) as session:
        clerk = Actor(land.office("jia"), "经办甲", "clerk")
        with pytest.raises(NotFound):
            send_down(session, clerk, session.get_one(Plan, UUID(plan)), [land.office("yi")])
        mine = session.exec(select(Plan).where(Plan.office_id == land.office("jia"))).one()
        with pytest.raises(NotFound):
            send_down(session, clerk, mine, [land.office("yi")])


def test_holds_calendars_and_failures_are_each_office_s_own(land: Land, home: Any, monkeypatch: Any) -> None:
    from actions import sending
    from actions.recount import apply, moves
    from config.workdays import would_be
    from flows.running import note_failure
    from models.open_work import alerts

    with transaction(land.bind) as session:
        sending.hold(session, "换机器")
        sending.release(session, land.people["jia"].actors["zhuren"], None, {})
        assert sending.held(session, land.office("jia")) is None
        assert sending.held(session, land.office("yi")) is not None
        assert sending.stands(session) == {land.office("yi"), land.office("shi")}
    with transaction(land.bind) as session, pytest.raises(NotAllowed, match="由上级“某市督察办公室”写入"):
        apply(session, land.people["jia"].actors["jingban"], would_be(HOLIDAY))
    with transaction(land.bind) as session:
        assert callable(moves) and {row.item.office_id for row in moves(
            session, land.office("jia"), would_be(HOLIDAY)
        )} <= {land.office("jia")}
    monkeypatch.setattr("flows.running.transaction", lambda: transaction(land.bind))
    note_failure("整改", "甲县的秘密", land.running["jia"].cycle_id)
    note_failure("提醒", "甲县的秘密")
    with transaction(land.bind) as session:
        told = {code: "".join(alert.text for alert in alerts(session, land.office(code))) for code in ("jia", "yi")}
    assert "甲县的秘密" in told["jia"] and "甲县的秘密" not in told["yi"] and "提醒" in told["yi"]


def test_what_holds_the_machine_is_released_once_and_every_office_reads_by_whom(land: Land) -> None:
    from actions import sending
    from models.notice import Hold
    from models.open_work import alerts

    with transaction(land.bind) as session:
        session.add(Hold(since=clock.wall(), why="系统时钟被往前拨动，核对服务器时间后放行"))
    with transaction(land.bind) as session:
        assert sending.stands(session) == {land.office(code) for code in ("shi", "jia", "yi")}
        sending.release(session, land.people["jia"].actors["zhuren"], None, {})
        assert not sending.stands(session)
        told = "".join(alert.text for alert in alerts(session, land.office("yi")))
    assert "“甲县督察办公室”已核对" in told
    assert land.said("yi", "恢复发送")[0]["office"] == "甲县督察办公室"
    assert "office" not in land.said("jia", "恢复发送")[0]


def test_of_offices_under_nobody_only_the_first_writes_everybody_s_calendar(land: Land) -> None:
    from actions.recount import check_keeper

    with transaction(land.bind) as session:
        county = session.get_one(Office, land.office("yi"))
        place_under(session, system(county.id), county, None)
        with pytest.raises(NotAllowed, match="由最早设立的办公室写入"):
            check_keeper(session, land.people["yi"].actors["jingban"])
        check_keeper(session, land.people["shi"].actors["jingban"])
