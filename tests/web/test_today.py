"""今日: each role finds its own work first, every figure has its list, long lists are folded with their count."""

import re
from collections.abc import Callable
from datetime import date, time

import pytest
from sqlmodel import select

from actions.extend import ask_extension
from actions.remind import alert_office, tell
from commands.rehearse import stage
from commands.script import Script
from config import clock
from models.cycle import Assignment
from models.notice import Message, Notice
from models.paper_words import EscalationStep
from models.problem import Escalation
from models.words import AssignmentKind, AssignmentState, MessageState, NoticeKind
from plans.planfile import read_plan
from plans.text import read_source
from tests.conftest import Running
from tests.web.at_desk import behind, signed
from web.today import since_when, today_of, waiting_of

DAY = date(2020, 8, 17)


@pytest.fixture
def running(puyang: Callable, today: Callable) -> Running:
    return behind(puyang, today)


def mine(page: str) -> dict[str, str]:
    part = page.split('id="mine"')[1].split("</section>", maxsplit=1)[0]
    found = re.findall(r'class="figure hot" href="[^"]*"><b>(\d+)</b>([^<]+)', part)
    return {word: count for count, word in found}


def test_a_clerk_sees_what_to_accept_and_a_head_what_to_approve(running: Running) -> None:
    with running.on(date(2020, 8, 14)) as session:
        item = running.item(session, AssignmentKind.RECT_REPORT)
        ask_extension(session, running.speaks(session), item, date(2020, 9, 12), "需开会研究")
    clerk, head = (signed(running.bind, login) for login in ("jingban", "zhuren"))
    assert mine(clerk.get("/"))["材料待审核"] == "2"
    assert "延期待审批" not in mine(clerk.get("/"))
    assert list(mine(head.get("/")))[:2] == ["延期待审批", "督办单待审批"]
    assert "延期待审批 1" in clerk.get("/").split("等其他同志办理")[1].split("</p>")[0]


def test_everybody_is_sent_to_where_they_work_and_may_ask_for_the_desk(running: Running) -> None:
    leader = signed(running.bind, "lingdao")
    answer = leader.client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/leader")
    page = leader.get("/?desk=1")
    assert list(mine(page)) == ["督办单待审批"]
    assert "<form method=\"post\" action=\"/receipts/" not in page
    team = signed(running.bind, "zuzhang")
    assert team.client.get("/", follow_redirects=False).status_code in (200, 303)


def test_every_figure_of_what_was_sent_leads_to_its_list(running: Running) -> None:
    clerk = signed(running.bind, "jingban")
    page = clerk.get("/")
    since = since_when(DAY)
    assert since == date(2020, 8, 14)
    links = re.findall(r'href="/today/sent\?what=(\w+)&amp;since=([\d-]+)"><b>(\d+)</b>|'
                       r'href="/today/sent\?what=(\w+)&since=([\d-]+)"><b>(\d+)</b>', page)
    figures = {(a or d): int(c or f) for a, _, c, d, _, f in links}
    assert figures["sent"] == sum(
        one.day >= since and one.state == MessageState.SENT for one in clerk.all(Message)
    ) > 0
    for what, count in figures.items():
        shown = clerk.get(f"/today/sent?what={what}&since={since}")
        assert len(re.findall(r"<tr><td", shown)) == count, what
    assert figures["urged"] > 0


def test_a_list_that_does_not_exist_or_a_bad_day_is_told_in_chinese(running: Running) -> None:
    clerk = signed(running.bind, "jingban")
    assert "没有这张清单" in clerk.get("/today/sent?what=x", 404)
    assert "不是日期" in clerk.get("/today/sent?since=nie", 422)


def test_what_comes_is_told_by_day(running: Running, today: Callable) -> None:
    page = signed(running.bind, "jingban").get("/")
    coming = page.split('id="coming"')[1].split("</section>")[0]
    days = re.findall(r"<dt>([^< ]+)", coming)
    assert days == sorted(days, key=lambda words: int(re.search(r"月(\d+)日", words).group(1)))
    assert "实地督察结束" in coming and "反馈开始" in coming


def test_long_lists_are_folded_and_say_how_many_there_are(puyang: Callable, today: Callable) -> None:
    running = puyang(12)
    running.rounds(date(2020, 7, 24), date(2020, 7, 31))
    today(date(2020, 8, 3))
    page = signed(running.bind, "jingban").get("/")
    part = page.split('id="phone"')[1].split("</section>")[0]
    assert "共12项" in part and "其余7项" in part
    assert len(re.findall(r'action="/receipts/', part.split("<details")[0])) == 5
    assert len(re.findall(r'action="/receipts/', part)) == 12


def test_an_alert_is_read_with_one_act_and_gone(running: Running) -> None:
    with running.on(DAY, time(12, 0)) as session:
        for n in range(5):
            alert_office(session, running.people.office_id, f"告警{n}")
    clerk = signed(running.bind, "jingban")
    page = clerk.get("/")
    assert "其余2条告警" in page
    action = re.search(r'action="(/alerts/[^"]+)"', page).group(1)
    assert "其余1条告警" in clerk.post(action)
    assert "<button" not in signed(running.bind, "lingdao").get("/?desk=1").split("系统告警")[1].split("</section>")[0]


def test_a_plain_list_of_tasks_is_shown_by_theme_and_no_stage_is_invented(bind) -> None:
    with stage(read_plan(read_source("xinshao-2024")), 5, date(2024, 5, 6), Script()) as theatre:
        from models.database import reading

        with clock.jumped_to(clock.at_time(date(2024, 12, 31))), reading(theatre.bind) as session:
            values = today_of(session, theatre.people.actors["jingban"])
        one = values["cycles"][0]
        assert one.stages == [] and len(one.themes) > 3
        assert sum(figures.total for _, figures in one.themes) <= one.standing.total


def test_nothing_is_mine_for_an_auditor() -> None:
    assert [one.mine for one in waiting_of(dict.fromkeys(COUNTS, 1), "auditor")] == [False] * len(COUNTS)


COUNTS = ("extensions", "escalations", "key_units", "to_close", "submissions", "statements", "objections", "reported",
          "found", "unsigned", "duties", "no_limit", "verified", "unknown")


def test_the_head_of_the_page_names_this_office_and_no_other(running: Running) -> None:
    page = signed(running.bind, "jingban").get("/cycles")
    assert "督办 · 督察办公室" in page.split("</header>")[0]
    assert "依法治市" not in page.split("</header>")[0]


def test_a_long_list_says_how_many_there_are_and_the_figure_is_no_shorter(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.today.LISTED", 2)
    with running.on(DAY, time(18, 0)) as session:
        person = running.contact(session)
        tell(session, [person.id], "通知", office_id=person.office_id, step="甲")
        for n in range(501):
            session.add(Notice(
                office_id=person.office_id, contact_id=person.id, kind=NoticeKind.LETTER, step=f"步{n}", planned_on=DAY,
                made_at=clock.now(),
            ))
    clerk = signed(running.bind, "jingban")
    planned = int(re.search(r'what=planned[^>]*><b>(\d+)</b>', clerk.get("/"))[1])
    assert planned > 501
    page = clerk.get("/today/sent?what=planned")
    assert f"{planned}条，" in page and "只列出前2条" in page and len(re.findall(r"<tr><td", page)) == 2
    page = clerk.get("/today/sent?what=sent&since=2020-07-01")
    sent = sum(one.state == MessageState.SENT for one in clerk.all(Message))
    assert sent > 2 and f"{sent}条" in page and "只列出前2条" in page


def own_task(running: Running) -> Assignment:
    with running.on(DAY, time(12, 0)) as session:
        return session.exec(select(Assignment).where(Assignment.kind == AssignmentKind.OFFICE_TASK)).first()


def test_a_limit_a_colleague_has_set_meanwhile_is_not_overwritten(running: Running) -> None:
    item = own_task(running)
    with running.on(DAY, time(12, 0)) as session:
        session.get(Assignment, item.id).due_on = None
    clerk = signed(running.bind, "jingban")
    page = clerk.get("/")
    form = page.split(f'action="/items/{item.id}/limit"')[1].split("</form>")[0]
    seen = re.search(r'name="seen" value="(\d+)"', form)[1]
    clerk.post(f"/items/{item.id}/limit", day="2020-08-20", reason="会议定", seen=seen)
    assert "刚刚已由他人设定" in clerk.post(f"/items/{item.id}/limit", 409, day="2020-08-25", reason="另定", seen=seen)
    assert own_task(running).due_on == date(2020, 8, 20)


def test_what_a_colleague_called_off_meanwhile_is_neither_finished_nor_dated(running: Running) -> None:
    item = own_task(running)
    with running.on(DAY, time(12, 0)) as session:
        session.get(Assignment, item.id).state = AssignmentState.CANCELLED
    clerk = signed(running.bind, "jingban")
    assert "已取消" in clerk.post(f"/items/{item.id}/finish", 409, note="已报送")
    assert "已取消" in clerk.post(f"/items/{item.id}/limit", 409, day="2020-08-20", reason="会议定")
    assert own_task(running).state == AssignmentState.CANCELLED


def test_so_many_overdue_are_counted_and_only_as_many_read_as_are_shown(
    puyang: Callable, today: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = puyang(12)
    for day in (date(2020, 7, 24), date(2020, 8, 3), date(2020, 8, 11)):
        running.round(day)
    today(date(2020, 8, 12))
    monkeypatch.setattr("web.today.SHOWN", 9)
    page = signed(running.bind, "jingban").get("/")
    part = page.split('id="overdue"')[1].split("</section>")[0]
    assert "共12项" in part and "其余7项" in part and "全部见台账" in part
    assert part.count('<td data-name="事项">') == 9 and "逾期12项" in page


def test_a_figure_counts_no_referral_for_those_who_are_told_of_none(running: Running) -> None:
    with running.on(DAY, time(12, 0)) as session:
        drafts = session.exec(select(Escalation)).all()
        drafts[0].step, count = EscalationStep.REFERRAL, len(drafts)
    told = [re.search(r"督办单待审批 ?(\d+)|<b>(\d+)</b>督办单待审批", signed(running.bind, login).get("/?desk=1"))
            for login in ("jingban", "lingdao")]
    assert [int(one[1] or one[2]) for one in told if one] == [count - 1, count]
