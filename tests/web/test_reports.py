"""Reports and circulars at the desk: what a person writes is kept, figures are shown, nothing is sent unasked."""

import re
from collections.abc import Callable
from datetime import date, time

import pytest
from fastapi.testclient import TestClient

from actions import open_link
from actions.paper import issue_paper
from models.cycle import Assignment
from models.notice import Notice
from models.office import User
from models.paper import Paper
from models.paper_words import PaperKind
from tests.conftest import Running
from tests.one_app import the_app
from tests.web.at_desk import behind, signed
from tests.web.person import Person


@pytest.fixture
def running(puyang: Callable, today: Callable) -> Running:
    return behind(puyang, today)


@pytest.fixture
def clerk(running: Running) -> Person:
    return signed(running.bind, "jingban")


def path(running: Running, tail: str = "") -> str:
    return f"/cycles/{running.cycle_id}/report{tail}"


def seen_in(page: str) -> str:
    return re.search(r'name="seen" value="([^"]*)"', page).group(1)


def write(clerk: Person, running: Running, status: int = 303, kind: str = "report", **fields: object) -> str:
    given = {"kind": kind, "what": "", "to": "县委", "advice": "一是限期整改。", "go": "stay", **fields}
    if "seen" not in given:
        given["seen"] = seen_in(clerk.get(f"{path(running)}?kind={kind}&what={given['what']}"))
    return clerk.post(path(running), status, **given)


def reports_of(clerk: Person) -> list[Paper]:
    """The papers somebody asked for here; the ladder drafts its own."""
    return [paper for paper in clerk.all(Paper) if not paper.subject.startswith("escalation:")]



def test_p8_the_page_shows_the_figures_and_asks_for_the_rest(clerk: Person, running: Running) -> None:
    """P8, X9: addressee and advice are a person's; the figures stand beside them."""
    page = clerk.get(path(running))
    assert "系统不代拟" in page and "各单位应办事项共" in page and "逾期未办" in page
    assert 'value="市委全面依法治市委员会"' in page
    assert clerk.get(f"/cycles/{running.cycle_id}").count(path(running)) == 1
    page = write(clerk, running, to="县主管领导", advice="一是限期整改。\n二是回头看。")
    assert "第1版，草稿" in page and "一是限期整改。" in page and "县主管领导" in page
    (paper,) = reports_of(clerk)
    assert (paper.kind, paper.content["to"], len(paper.content["advice"])) == (PaperKind.REPORT, "县主管领导", 2)


def test_looking_drafts_nothing(clerk: Person, running: Running) -> None:
    for kind in ("report", "brief", "evaluation", "results", "nonsense"):
        clerk.get(f"{path(running)}?kind={kind}")
    assert reports_of(clerk) == []


def test_without_advice_it_is_kept_and_says_what_is_missing(clerk: Person, running: Running) -> None:
    page = write(clerk, running, advice="  ", go="paper")
    assert "“下一步建议”须由人填写" in page and len(reports_of(clerk)) == 1


def test_with_advice_the_way_leads_to_the_paper(clerk: Person, running: Running) -> None:
    given = {"kind": "report", "to": "县委", "advice": "回头看。", "go": "paper", "seen": ""}
    answer = clerk.client.post(path(running), data=given, follow_redirects=False)
    assert answer.headers["location"] == f"/papers/{reports_of(clerk)[0].id}"
    again = clerk.client.post(path(running), data=given, follow_redirects=False)  # a second click, the back button
    assert again.headers["location"] == answer.headers["location"] and reports_of(clerk)[0].row_version == 1


def test_a_stale_page_is_told_and_what_was_typed_stays(clerk: Person, running: Running) -> None:
    write(clerk, running, advice="先写的")
    page = write(clerk, running, 409, advice="后写的很长的一段", seen="")
    assert "刚刚已被他人修改或签发" in page and "后写的很长的一段" in page
    assert reports_of(clerk)[0].content["advice"] == ["先写的"]
    assert "第1版" in write(clerk, running, advice="后写的很长的一段", seen=seen_in(page))


@pytest.mark.parametrize("fields", [
    {"kind": "brief", "what": ""}, {"kind": "brief", "what": "unit:没有"},
    {"kind": "brief", "what": "theme:没有的类别"}, {"kind": "evaluation", "what": "不是时段"},
    {"kind": "evaluation", "what": "2099-H1"}, {"kind": "evaluation", "what": "2019-H1"},
    {"kind": "evaluation", "what": "0000-H1"}, {"kind": "results", "best": ["没有这个单位"]}, {"advice": "长" * 20_001},
    {"to": "县" * 101},
])
def test_bad_input_gets_a_sentence_and_loses_nothing(clerk: Person, running: Running, fields: dict) -> None:
    page = write(clerk, running, 422, **{"advice": "我写的建议", "seen": "", **fields})
    assert 'role="alert"' in page and reports_of(clerk) == []
    if fields.get("what") is None:
        assert fields.get("advice", "我写的建议")[:50] in page


def test_a_brief_is_chosen_by_unit_or_theme(clerk: Person, running: Running) -> None:
    page = clerk.get(f"{path(running)}?kind=brief")
    key = re.search(r'value="(unit:[^"]+)"', page).group(1)
    page = write(clerk, running, kind="brief", what=key)
    assert "第1版" in page and reports_of(clerk)[0].unit_id is not None
    page = write(clerk, running, kind="brief", what="theme:未归类")
    assert len(reports_of(clerk)) == 2 and "第1版" in page


def issued(clerk: Person, running: Running) -> Paper:
    write(clerk, running, kind="results", advice="请各单位抓紧整改。")
    (paper,) = reports_of(clerk)
    with running.on(date(2020, 8, 17), time(18, 30)) as session:
        return issue_paper(session, running.actor("zhuren"), session.get_one(Paper, paper.id), paper.row_version)


def test_l15_the_circular_is_looked_at_sent_by_one_act_and_read_by_the_unit(clerk: Person, running: Running) -> None:
    """L15: preview, one act, read on the unit's own page; another unit's page and a draft show nothing."""
    paper = issued(clerk, running)
    with running.on(date(2020, 8, 17), time(18, 30)) as session:
        link = open_link.make_link(session, running.actor("jingban"), running.contact(session)).rsplit("/", 1)[1]
    unit = Person(TestClient(the_app()), running.bind)
    assert "/circulars/" not in unit.get(f"/u/{link}")
    unit.get(f"/u/{link}/circulars/{paper.id}", 404)
    page = clerk.get(path(running, f"/send?paper={paper.id}"))
    assert "发送给3个单位" in page and not [one for one in clerk.all(Notice) if one.step == "通报"]
    page = clerk.post(path(running, "/send"), paper=str(paper.id))
    clerk.post(path(running, "/send"), paper=str(paper.id))
    assert len([one for one in clerk.all(Notice) if one.step == "通报"]) == 3 and "均已发送" in page
    assert f"/u/{link}/circulars/{paper.id}" in unit.get(f"/u/{link}")
    page = unit.get(f"/u/{link}/circulars/{paper.id}")
    assert "请各单位抓紧整改。" in page and paper.number in page and "推进较慢" not in page
    data = unit.client.get(f"/u/{link}/circulars/{paper.id}/file").content
    assert data[:2] == b"PK"


def test_l15_minutes_are_attached_to_the_signed_circular(clerk: Person, running: Running) -> None:
    paper = issued(clerk, running)
    note = {"paper": str(paper.id), "day": "2020-08-14", "text": "会议要求：逐项销号。"}
    for _ in range(2):
        page = clerk.post(path(running, "/minutes"), **note)
    assert page.count("会议要求：逐项销号。") == 1 and "推进会纪要（2020-08-14）" in page
    page = clerk.post(path(running, "/minutes"), 422, **(note | {"day": "不是日期", "text": "不能丢的纪要"}))
    assert "不能丢的纪要" in page
    assert "请填写推进会纪要" in clerk.post(path(running, "/minutes"), 422, **(note | {"text": " "}))


def test_who_may_not_draft_reads_without_buttons_and_is_refused(running: Running) -> None:
    leader = signed(running.bind, "lingdao")
    page = leader.get(path(running))
    assert 'name="go"' not in page and "各单位应办事项共" in page
    write(leader, running, 403, seen="")
    inspector = signed(running.bind, "zuzhang")
    inspector.get(path(running), 403)
    inspector.get("/digests", 403)


def test_another_offices_cycle_and_paper_are_not_found(clerk: Person, running: Running) -> None:
    other = "00000000-0000-4000-8000-000000000000"
    clerk.get(f"/cycles/{other}/report", 404)
    clerk.post(f"/cycles/{other}/report", 404, kind="report", advice="x")
    paper = issued(clerk, running)
    clerk.post(f"/cycles/{other}/report/send", 404, paper=str(paper.id))
    clerk.get(path(running, f"/send?paper={other}"), 404)
    clerk.get(path(running, "/send?paper=x"), 422)


def test_a_draft_is_not_sent(clerk: Person, running: Running) -> None:
    write(clerk, running, kind="results")
    clerk.post(path(running, "/send"), 403, paper=str(reports_of(clerk)[0].id))
    assert not [one for one in clerk.all(Notice) if one.step == "通报"]


def test_digests_are_wished_for_on_ones_own_page_and_for_a_leader_by_the_head(running: Running) -> None:
    leader, head = signed(running.bind, "lingdao"), signed(running.bind, "zhuren")
    page = leader.get("/sessions")
    assert "督察简报" in page and "未配置发信服务器" in page
    assert "邮箱地址不对" in leader.post("/sessions/digests", 422, mail="不是邮箱", digests="week", seen=seen_in(page))
    page = leader.post("/sessions/digests", mail="a@example.org", digests=["week", "month"], seen=seen_in(page))
    assert 'value="a@example.org"' in page and page.count(" checked") == 2
    user = next(one for one in leader.all(User) if one.login == "lingdao")
    assert user.digests == ["month", "week"]
    page = head.get(f"/people/{user.id}")
    mine = re.search(r'id="digests".*?name="seen" value="([^"]*)"', page, re.S).group(1)
    page = head.post(f"/people/{user.id}/digests", 409, mail="b@example.org", seen="", digests="week")
    assert "刚刚已被更改" in page and 'value="b@example.org"' in page
    head.post(f"/people/{user.id}/digests", mail="b@example.org", seen=mine, digests="week")
    assert next(one for one in leader.all(User) if one.login == "lingdao").mail == "b@example.org"
    leader.post(f"/people/{user.id}/digests", 403, mail="c@example.org", seen="")
    assert "接收邮箱" not in signed(running.bind, "jingban").get("/sessions")


def test_the_list_of_digests_and_the_leaders_page_show_the_last_week(running: Running) -> None:
    from actions.digest import make_digests

    leader = signed(running.bind, "lingdao")
    assert "empty-state" in leader.get("/digests")
    with running.on(date(2020, 8, 17)) as session:
        make_digests(session, running.people.office_id, date(2020, 8, 17))
    for page in (leader.get("/digests"), leader.get("/leader")):
        assert "督察周报（2020年8月10日至16日）" in page and "本周到期3项" in page


def test_n12_evaluations_are_proposed_half_yearly_and_set_by_a_person(clerk: Person, running: Running) -> None:
    """N12: proposed with a soft day, nothing set by looking; confirmed once, the office hears of it on T-14."""
    page = clerk.get(f"{path(running)}?kind=evaluation")
    assert 'name="due-2020-H2" value="2020-12-31"' in page and 'name="due-2021-H1" value="2021-06-30"' in page
    assert not [one for one in clerk.all(Assignment) if "阶段评估" in one.title]
    days = {"due-2020-H2": "2020-12-31", "due-2021-H1": ""}
    for _ in range(2):
        page = clerk.post(path(running, "/evaluations"), **days)
    (item,) = [one for one in clerk.all(Assignment) if "阶段评估" in one.title]
    assert (item.unit_id, item.due_on, item.next_notice_on) == (None, date(2020, 12, 31), date(2020, 12, 17))
    assert f"/items/{item.id}" in page and 'name="due-2021-H1"' in page and 'name="due-2020-H2"' not in page
    assert "已过" in clerk.post(path(running, "/evaluations"), 422, **{"due-2021-H1": "2020-01-01"})
    clerk.post(path(running, "/evaluations"), 422, **{"due-2021-H1": "不是日期"})
