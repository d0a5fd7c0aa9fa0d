"""A unit's click becomes a closed problem: by link and desk over HTTP, stages moved by real flow runs."""

import re
from datetime import date, time

import httpx
import pytest
from sqlmodel import col, select

from actions.open_link import make_link
from actions.record import broken_at
from commands.cast import REPORT
from commands.office import People
from flows.cycle import cycle
from models.cycle import Visit
from models.database import reading, transaction
from models.event import Event
from models.ledger import unit_items
from models.problem import Problem
from models.words import AssignmentKind, ProblemState
from tests.real_parts import Desk, set_clock

K = AssignmentKind
LIFE = ["登记问题", "反馈", "报整改方案", "报整改情况", "退回", "报整改情况", "核实", "回头看通过", "销号"]


class UnitPhone(httpx.Client):
    """A unit's contact with nothing but the link."""

    def __init__(self, link: str) -> None:
        site, token = link.split("/u/")
        super().__init__(base_url=f"{site}/u/{token}", follow_redirects=True, timeout=30)

    def nonce(self, path: str) -> str:
        return re.search(r'name="nonce" value="([^"]+)"', self.get(path).text).group(1)

    def item(self, running, kind: AssignmentKind) -> str:
        with reading() as session:
            unit = running.unit(session)
            return f"/item/{next(item.id for item in unit_items(session, unit.id) if item.kind == kind)}"


@pytest.fixture
def desks(site: str, people: People, puyang) -> dict[str, Desk]:
    set_clock(date(2020, 7, 24))
    return {login: Desk(site, login, people.word) for login in ("zhuren", "jingban", "jingban2", "zuzhang")}


def problem() -> Problem:
    with reading() as session:
        return session.exec(select(Problem).order_by(col(Problem.no).desc())).first()


def move(desk: Desk, name: str, **more: str) -> httpx.Response:
    now = problem()
    return desk.post(f"/problems/{now.id}/move", data={"move": name, "seen": str(now.version), **more})


def test_a_units_click_becomes_a_closed_problem(desks: dict[str, Desk], puyang, run_flow) -> None:
    running = puyang(1)
    with transaction() as session:
        phone = UnitPhone(make_link(session, running.actor("jingban"), running.contact(session)))
    assert "签收" in phone.get("").text
    signed = phone.post("/sign", data={"name": "联络员甲", "post": "科员", "phone": "000"})
    assert signed.status_code == 200
    self_check(desks, phone, running, run_flow)
    on_site(desks, running, run_flow)
    rectify(desks, phone, running, run_flow)
    close(desks)

    with reading() as session:
        events = session.exec(select(Event).where(Event.subject == str(problem().id)).order_by(col(Event.seq))).all()
        assert [event.verb for event in events] == LIFE
        assert all(event.via.startswith("链接") for event in events if event.verb.startswith("报"))
        assert broken_at(session, running.people.office_id) is None
    assert "已销号" in phone.get(f"/problem/{problem().id}").text


def self_check(desks, phone: UnitPhone, running, run_flow) -> None:
    """08-01 to 08-10: the report is refused without its list, sent once by two clicks, accepted."""
    set_clock(date(2020, 8, 5))
    run_flow(cycle, day=date(2020, 8, 5))
    path = phone.item(running, K.SELF_CHECK_REPORT)
    nonce = phone.nonce(path)
    refused = phone.post(path, data={"nonce": nonce, "body": REPORT})
    assert refused.status_code == 422 and "问题清单" in refused.text and "专题会议3次" in refused.text
    form = {"nonce": nonce, "body": REPORT, "problem-1-title": "台账更新不及时", "problem-1-measure": "每月核对"}
    assert {phone.post(path, data=form).status_code for _ in range(2)} == {200}
    queue = desks["jingban"].get("/submissions").text
    keys = set(re.findall(r"/submissions/([0-9a-f-]{36})", queue))
    assert len(keys) == 1, "two clicks made one submission"
    assert "已受理" in desks["jingban"].post(f"/submissions/{keys.pop()}/accept").text


def on_site(desks, running, run_flow) -> None:
    """08-11: the team finds a problem and leaves a signed sheet; 08-25: the letter goes out."""
    set_clock(date(2020, 8, 11), time(15, 0))
    run_flow(cycle, day=date(2020, 8, 11))
    with reading() as session:
        visit = session.exec(select(Visit)).one()
    here = f"/cycles/{running.cycle_id}/visits/{visit.id}"
    desks["zuzhang"].post(f"{here}/problem", data={"title": "行政执法记录不完整", "detail": "抽查20卷，6卷缺页"})
    assert problem().title == "行政执法记录不完整"
    sheet = {"sheet": "已当场反馈", "signed_by": "单位负责人"}
    assert "已现场反馈" in desks["zuzhang"].post(f"{here}/feedback", data=sheet).text
    set_clock(date(2020, 8, 25))
    run_flow(cycle, day=date(2020, 8, 25))
    letter = desks["jingban"].post(f"/cycles/{running.cycle_id}/feedback/{visit.unit_id}", data={"demands": "按期整改"})
    assert "濮治市办督反〔2020〕1号" in letter.text


def rectify(desks, phone: UnitPhone, running, run_flow) -> None:
    """Signed, planned with five fields, reported with proof, sent back once, reported again."""
    phone.post("/sign", data={"name": "联络员甲", "phone": "000"})
    path = phone.item(running, K.RECT_PLAN)
    plan: dict[str, str] = {"nonce": phone.nonce(path)}
    with reading() as session:
        numbers = [p.no for p in session.exec(select(Problem)) if p.state == ProblemState.ISSUED]
    for no in numbers:
        for name, value in (("measure", "补正"), ("leader", "分管领导"), ("lead_unit", "法制科"), ("person", "")):
            plan[f"plan-{no}-{name}"] = value
        plan[f"plan-{no}-due_on"] = "2020-09-03"
    save = path.replace("/item/", "/plan/")
    missing = phone.post(save, data=plan)
    assert missing.status_code == 422 and f"问题{numbers[0]}缺少“责任人”" in missing.text and "法制科" in missing.text
    plan |= {f"plan-{no}-person": "科长" for no in numbers}
    assert phone.post(save, data=plan).status_code == 200
    report(phone, "已补正6卷。")
    assert "佐证不全" in move(desks["jingban"], "return", reason="佐证不全").text
    report(phone, "补齐全部20卷复查记录。")


def report(phone: UnitPhone, words: str) -> None:
    now = problem()
    files = {"files": ("佐证 材料.txt", words.encode())}
    sent = phone.post(f"/problem/{now.id}/report", data={"seen": str(now.version), "result": words}, files=files)
    assert sent.status_code == 200 and problem().state == ProblemState.REPORTED


def close(desks) -> None:
    """Verified, looked back at, and closed out by another than the one who verified."""
    stale = problem().version
    assert move(desks["jingban2"], "verify").status_code == 200
    again = desks["jingban"].post(f"/problems/{problem().id}/move", data={"move": "verify", "seen": str(stale)})
    assert again.status_code in (403, 409), "the second of two people is told"
    early = move(desks["zhuren"], "close_out")
    assert early.status_code == 403 and "不能销号" in early.text
    assert move(desks["zuzhang"], "look_back_pass").status_code == 200
    same = move(desks["jingban2"], "close_out")
    assert same.status_code == 403 and "须由另一人销号" in same.text
    assert move(desks["zhuren"], "close_out").status_code == 200
    assert problem().state == ProblemState.CLOSED
