"""English on every page of the office, the leader and the team: a walk along all links of a cycle with life in it."""

from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from actions.digest import make_digests
from actions.paper import issue_paper
from actions.record import Actor
from actions.remind import alert_office
from actions.report import draft_report, note_minutes
from actions.report_content import About
from actions.state import Saying, state
from bench.sample_paper import issued_paper
from commands.demo import prepare
from config import clock
from models import database
from models.cycle import Assignment, Cycle
from models.database import transaction
from models.paper_words import PaperKind
from models.problem import LookBack, Problem
from models.submission import Submission
from models.unit import Contact, Unit
from models.words import AssignmentKind, AssignmentState, VisitKind
from tests.actions.test_take_ledger import book, lines_of
from tests.on_site import LEAD, SECOND
from tests.one_app import the_app
from tests.web.english_walk import Walk, left_out, routes
from tests.web.person import Person
from tests.web.test_team import Yard, send, yard
from tests.web.test_team import _answer_all as answer_all

__all__ = ["yard"]
DAY = date(2020, 9, 1)  # in rectification; the sample's problems stand at every step of their life
ELSEWHERE = {  # pages not walked here, and why
    "/u/": "behind a unit's link, walked with the unit's pages", "/k": "a unit's short address, the same",
    "/oidc/": "leads to a provider of identities", "/language": "leads back, shows nothing",
    "/evidence/{key}": "a file", "/team/reports/{key:uuid}/files/{submission}/{number}": "a file",
    "/team/worker.js": "a script", "/events.csv": "a file", "/statistics/{key}.csv": "a file",
    "/statistics.xlsx": "a file", "/sheets/{key:uuid}": "a file", "/work.xlsx": "a file", "/work.csv": "a file",
    "/cycles/{cycle_id}/points/paper/{key:uuid}": "a file",
    "/papers/{key:uuid}/download": "a file", "/below/reports/{key:uuid}": "a file",
    "/papers/register.xlsx": "a file", "/papers/settings/forms/{kind}": "a file",
    "/healthz": "for machines", "/livez": "for machines", "/metrics": "for machines",
    "/cycles/{cycle_id}/ledger.xlsx": "a file", "/cycles/{cycle_id}/ledger/{ref:int}/wrong.xlsx": "a file",
}
STARTS = (
    "/", "/?desk=1", "/login", "/word", "/sessions", "/codes", "/first-steps", "/leader", "/team", "/team?all=1",
    "/statistics", "/rehearsal", "/search?q=档案", "/search?q=没有的词", "/search?q=范县", "/work", "/work?kind=task",
    "/work?light=overdue", "/work?state=all&cycle=all", "/work?light=x&unit=没有", "/work?theme=x&from=y",
    "/ledger", "/statements", "/runs", "/calendar", "/units?done=imported&added=1&known=2", "/groups", "/people",
    "/events", "/draws", "/draws/new", "/duties/new?phrase=定期报告", "/plans", "/outbox", "/submissions",
    "/extensions", "/escalations", "/duties", "/cycles", "/digests", "/duties/reading?phrase=每月",
    "/papers", "/papers?kind=referral", "/papers/register", "/papers/settings",
    "/burden", "/sheets",
    *(f"/?desk=1&done={word}" for word in ("ok", "accepted", "returned", "issued", "linked")),
    *(f"/today/sent?what={what}" for what in ("owed", "urged", "queued", "planned")),
)
ALERTS = ("有单位没有联系人，通知无法送达。",)
MANY = 2  # pages of one address, where they differ only in whose they are
OWN = {"lingdao": ("/", "/leader", "/?desk=1"), "jingban": ("/", "/escalations"), LEAD: ("/", "/team?all=1")}


@pytest.fixture
def office(home: Any) -> Iterator[Callable[[str], Person]]:
    """The sample's office on a working morning; signs people in."""
    clock.freeze(clock.at_time(DAY, time(10, 0)))
    database.create_all(database.engine())
    word = prepare(None, DAY).word

    def enter(login: str) -> Person:
        person = Person(TestClient(the_app()), database.engine())
        person.client.post("/login", data={"login": login, "word": word})
        return person

    yield enter
    clock.freeze(None)


def liven(clerk: Person) -> None:
    """What the sample leaves out: a draw, a paper with questions, a key unit, a visit today, a statement, an alert."""
    cycle, units = str(clerk.all(Cycle)[0].id), [str(one.id) for one in clerk.all(Unit)][:3]
    chance = {"seed_by": "typed", "seed": "6-2", "seed_source": "掷骰子", "n": "1"}
    clerk.post("/draws", units=units, purpose="年中抽查", cycle=cycle, **chance)
    clerk.client.post("/intake", files={"file": ("清单.docx", issued_paper())})
    clerk.client.post(f"/cycles/{cycle}/rect-ledger")
    clerk.post(f"/units/{units[0]}/key", cycle=cycle, reason="连续两期自查报告退回")
    clerk.post(f"/cycles/{cycle}/look-back", seen="1", way="paper", due_on=str(DAY), owner="office")
    spot = {"kind": VisitKind.SPOT.value, "reason": "群众反映"}
    clerk.post(f"/cycles/{cycle}/visits/plan", units=units[:1], start=str(DAY), end=str(DAY), **spot)
    print_reports(clerk)
    with transaction(clerk.bind) as session:
        problem = session.get_one(Problem, clerk.all(Problem)[0].id)
        ours = Actor(problem.office_id, "某单位联络员", "unit", "链接", problem.unit_id)
        state(session, ours, problem, Saying("s1", "正在换届，材料由新任同志整理。"))
        for sentence in ALERTS:
            alert_office(session, problem.office_id, sentence, problem.cycle_id)

def print_reports(clerk: Person) -> None:
    """A signed circular ready to be sent, a draft brief, the digests of the week and month before."""
    with transaction(clerk.bind) as session:
        cycle = session.get_one(Cycle, clerk.all(Cycle)[0].id)
        drafter, head = (Actor(cycle.office_id, name, role) for name, role in (("甲", "clerk"), ("乙", "head")))
        typed = {"to": "各单位", "advice": "请抓紧整改。"}
        paper = draft_report(session, drafter, cycle, About(PaperKind.RESULTS), typed, "")
        note_minutes(session, drafter, issue_paper(session, head, paper, 1), str(DAY), "会议要求抓紧。")
        draft_report(session, drafter, cycle, About(PaperKind.EVALUATION, "2020-H2"), typed, "")
        make_digests(session, cycle.office_id, DAY)


def open_items(clerk: Person, kind: AssignmentKind) -> list[str]:
    found = [one for one in clerk.all(Assignment) if one.kind == kind and one.state == AssignmentState.OPEN]
    return [f"{one.id}.{one.version}.{one.deadline_version}" for one in found]


def press(walk: Walk, path: str, status: int = 200, **fields: Any) -> str:
    """A form sent by the one who walks; the page it leads to, looked at too."""
    answer = walk.person.client.post(path, data=fields)
    assert answer.status_code == status, (path, fields, answer.text)
    walk.look(f"POST {path} {sorted(fields)}", answer)
    return str(answer.url.path)


def acts(walk: Walk) -> None:
    """Pages that only a form leads to: previews, outcomes, refusals with what was typed, one-time words."""
    clerk = walk.person
    rows = open_items(clerk, AssignmentKind.PROBLEM) + open_items(clerk, AssignmentKind.RECT_REPORT)
    press(walk, "/work/bulk", act="urge", row=rows, reason="请抓紧")
    press(walk, "/work/bulk", act="extend", row=rows, workdays="3", reason="集中整改")
    press(walk, "/work/bulk", 422, act="extend", row=rows, workdays="x")
    press(walk, "/work/bulk", act="cancel", row=rows, reason="重复下达")
    done = press(walk, "/work/bulk/do", act="extend", row=rows, nonce="nonce-extend", reason="集中整改", workdays="3")
    walk.follow([done])
    cycle, unit = clerk.all(Cycle)[0].id, clerk.all(Unit)[0].id
    contact = str(next(one.id for one in clerk.all(Contact) if one.unit_id == unit))
    press(walk, f"/units/{unit}/letter", contact_id=contact)
    press(walk, f"/units/{unit}/link", contact_id=contact)
    press(walk, f"/units/{unit}/behalf", 422, how="纸质", giver="", day="", contact=contact)
    press(walk, f"/units/{unit}/rename", 422, name="", reason="批复")
    press(walk, "/people", 422, name="", login="甲", role="clerk")
    press(walk, f"/cycles/{cycle}/visits/plan", 422, start="x", kind="programme")
    press(walk, f"/cycles/{cycle}/look-back", 422, seen="2", way="on_site", due_on=str(DAY), sampled="yes", n="9")
    press(walk, f"/cycles/{cycle}/carry-over", 422, into=str(cycle), reason="跨年")
    walk.follow([f"/cycles/{cycle}/look-back/new?look=1&sampled=no&owner=visited"])
    press(walk, f"/team/look-backs/{clerk.all(LookBack)[-1].id}", 422, result="failed", found="仍缺材料", noted="1")
    press(walk, f"/cycles/{cycle}/stages/rectification", 422, start="2020-09-05", end="2020-08-01", because="x")
    press(walk, "/burden", 422, **{"from": "2020-08-10", "to": "2020-08-01"})
    walk.follow([f"/cycles/{cycle}/{page}" for page in ("ledger", "report?kind=results", "report?kind=evaluation")])
    lines = lines_of(clerk.client.get(f"/cycles/{cycle}/ledger.xlsx").content)[:6]
    lines[0] |= {"办理状态": "做完了", "完成日期": "6-30"}
    lines[1] |= {"办理状态": "办理中", "办理情况": "正在补齐档案"}
    sheet = clerk.client.post(f"/cycles/{cycle}/ledger", files={"files": ("台账.xlsx", book(lines).data)})
    walk.follow([sheet.url.path])


def test_no_chinese_word_is_left_on_any_page_of_the_desk(office: Callable[[str], Person]) -> None:
    """Every page links lead to, for the head, the clerk, the leader and the team; a page never walked is named."""
    liven(office("jingban"))
    head = Walk(office("zhuren"), ELSEWHERE, most=MANY)
    head.follow(STARTS)
    acts(head)
    head.follow([f"/submissions/{row.id}" for row in head.person.all(Submission)[:9]])
    walks = {"zhuren": head, **{login: Walk(office(login), ELSEWHERE) for login in OWN}}
    for login, starts in OWN.items():
        walks[login].follow(starts)
    assert {f"{who} {path}": found for who, walk in walks.items() for path, found in walk.left.items()} == {}
    assert [one.path for one in routes() if not left_out(one.path, ELSEWHERE) and one.path not in head.seen] == []
    assert {who: walk.refused for who, walk in walks.items() if walk.refused} == {}  # no link leads to a closed door


def test_no_chinese_word_is_left_where_two_score_and_a_report_is_returned(yard: Yard) -> None:
    """A visit on its day: scored by two, settled, problems with photos, its printed sheets, the team's report."""
    yard.person("jingban").post(f"/cycles/{yard.running.cycle_id}/visits/{yard.visit_id}/scorers", scorers="2")
    lead, second = Walk(yard.person(LEAD), ELSEWHERE), Walk(yard.person(SECOND), ELSEWHERE)
    for one in (lead, second):
        answer_all(yard, one.person)
    send(second.person, f"{yard.path}/scores", item="party-20", version=1, **{"level-0": "2", "reason": "没有列入述职"})
    press(second, f"{yard.path}/scores", 409, item="party-20", version=0)
    send(lead.person, f"{yard.path}/problems", item="party-13", title="审查记录不全")
    for one in (lead, second):
        one.follow([yard.path])
        press(one, f"{yard.path}/hand-in")
    report = next(row for row in lead.person.all(Assignment) if row.kind == AssignmentKind.TEAM_REPORT)
    press(lead, f"{yard.path}/settle", 422, item="party-20", take="own", why=" ")
    press(lead, f"/team/reports/{report.id}", body="督察情况如下。", nonce="n1")
    sent = str(lead.person.all(Submission)[0].id)
    yard.person("jingban").post(f"/team/reports/{report.id}/return", submission=sent, reason="缺原因分析")
    lead.follow(["/", "/team", f"{yard.path}/scores", f"/team/reports/{report.id}"])
    assert lead.left | second.left == {}
