"""今日督察 over HTTP: who sees and does what, scores kept or refused in words, a visit from arrival to signature."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from config import clock
from models.cycle import Assignment, Visit
from models.database import transaction
from models.plan import Task
from models.problem import Problem
from models.score import Score
from models.submission import Evidence, Submission
from models.words import AssignmentKind, ProblemState, ScoreResult, VisitState
from tests.on_site import LEAD, OUTSIDER, SECOND, VISITED, crew, sign_in, trip
from tests.one_app import the_app
from tests.web.person import Person
from web.literals import HAN

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
SCRIPT = {"x-requested-with": "duban"}


@dataclass
class Yard:
    """The first unit's visit, and the people who come to it."""

    app: Any
    bind: Engine
    running: Any
    visit_id: str

    def person(self, login: str) -> Person:
        return sign_in(self.app, self.bind, login)

    @property
    def path(self) -> str:
        return f"/team/visits/{self.visit_id}"

    def visit(self) -> Visit:
        with transaction(self.bind) as session:
            return session.get_one(Visit, trip(self.running, session).id)


@pytest.fixture
def yard(bind: Engine, puyang: Callable[..., Any]) -> Iterator[Yard]:
    running = puyang(2)
    with running.on(date(2020, 8, 7)) as session:
        crew(running, session)
        key = trip(running, session).id
    clock.freeze(clock.at_time(VISITED, time(10, 0)))
    yield Yard(the_app(), bind, running, str(key))
    clock.freeze(None)


def send(person: Person, path: str, files: Any = None, status: int = 200, **fields: Any) -> dict[str, Any]:
    """What a phone is answered about one item."""
    answer = person.client.post(path, data=fields, files=files, headers=SCRIPT, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.json()["items"][0]


def test_a_member_sees_the_own_visits_and_others_only_on_request_and_read_only(yard: Yard) -> None:
    member, outsider = yard.person(SECOND), yard.person(OUTSIDER)
    assert yard.path in member.get("/team")
    assert yard.path not in outsider.get("/team")
    assert yard.path in outsider.get("/team?all=1")
    assert "您不是该组成员，只能查看" in outsider.get(yard.path)
    assert "<form method=\"post\" action=\"/team/visits" not in outsider.get(yard.path)
    for path in ("scores", "photos", "problems", "sheet", "arrive", "hand-in"):
        assert "只能查看" in outsider.post(f"{yard.path}/{path}", 403, item="party-1")
    assert yard.path in yard.person("jingban").get("/team")
    assert "/team/visits" in yard.person("lingdao").get("/team?all=1")
    assert yard.person("lingdao").post(f"{yard.path}/scores", 403, item="party-1")


def test_a_visit_of_another_office_is_not_there(yard: Yard) -> None:
    assert yard.person(SECOND).client.get("/team/visits/00000000-0000-0000-0000-000000000000").status_code == 404


def test_the_office_sets_members_and_one_of_them_leads(yard: Yard) -> None:
    clerk, page = yard.person("jingban"), f"/cycles/{yard.running.cycle_id}/visits"
    assert "督察员乙" in clerk.get(page)
    team = yard.visit().team_id
    assert "请从第一督察组成员中指定组长" in clerk.client.post(
        f"/cycles/{yard.running.cycle_id}/teams/{team}/members", data={"people": [str(_user(yard, OUTSIDER))]}
    ).text
    clerk.post(
        f"/cycles/{yard.running.cycle_id}/teams/{team}/members", people=[str(_user(yard, OUTSIDER))],
        lead=str(_user(yard, OUTSIDER)),
    )
    assert yard.path in yard.person(OUTSIDER).get("/team")
    assert yard.path not in yard.person(SECOND).get("/team")


def _user(yard: Yard, login: str) -> Any:
    from models.office import User

    with transaction(yard.bind) as session:
        return session.exec(select(User.id).where(User.login == login)).one()


def _name(yard: Yard, login: str) -> str:
    from models.office import User

    with transaction(yard.bind) as session:
        return session.get_one(User, _user(yard, login)).name


def test_an_answer_is_kept_once_and_a_second_device_is_told_of_both_values(yard: Yard) -> None:
    one, other = yard.person(SECOND), yard.person(LEAD)
    path = f"{yard.path}/scores"
    full = {"item": "party-3", "level-0": "1", "level-1": "1"}
    first = send(one, path, version=0, **full)
    assert (first["state"], first["version"], first["words"]) == ("ok", 1, "得4分（满分4分）")
    assert send(one, path, version=0, **full)["version"] == 1  # the same again: nothing new
    told = send(other, path, version=0, **{**full, "level-1": "2", "reason": "年度要点没有列入"})
    assert told["state"] == "conflict"
    assert (told["theirs"]["words"], told["theirs"]["by"]) == ("得4分（满分4分）", "督察员乙")
    assert told["mine"] == "得2分（满分4分）：年度要点没有列入"
    assert [row.points for row in one.all(Score)] == [4]
    again = send(other, path, version=1, **{**full, "level-1": "2", "reason": "年度要点没有列入"})
    assert (again["state"], again["version"]) == ("ok", 2)


def test_what_one_person_kept_on_a_phone_is_not_sent_as_somebody_elses(yard: Yard) -> None:
    now = yard.person(LEAD)
    fields = {"item": "party-20", "version": "0", "level-0": "1"}
    for login, status in ((SECOND, 401), (LEAD, 200)):
        headers = {**SCRIPT, "x-duban-who": str(_user(yard, login))}
        answer = now.client.post(f"{yard.path}/scores", data=fields, headers=headers)
        assert answer.status_code == status
    assert [row.scored_by for row in now.all(Score)] == [_name(yard, LEAD)]


def test_a_phone_is_answered_in_its_readers_language(yard: Yard) -> None:
    reader, other = yard.person(SECOND), yard.person(LEAD)
    reader.client.post("/language", data={"to": "en", "back": "/"})
    path = f"{yard.path}/scores"
    full = {"item": "party-3", "level-0": "1", "level-1": "1"}
    assert send(reader, path, version=0, **full)["words"] == "4 points (of 4)"
    refused = send(reader, path, version=1, **{**full, "level-1": "2"})
    assert "扣" not in refused["sentence"]
    send(other, path, version=1, **{**full, "level-1": "2", "reason": "no"})
    told = send(reader, path, version=1, **{**full, "level-0": "2", "reason": "none"})
    assert not any(HAN.search(words) for words in (told["mine"], told["theirs"]["words"], told["theirs"]["at"]))
    assert HAN.findall(told["sentence"]) == list(_name(yard, LEAD))


def test_a_field_beyond_all_measure_is_refused_in_words(yard: Yard) -> None:
    fields = {"item": "party-20", "level-0": "2", "reason": "长" * 400_000}
    files = {"files": ("a.png", PNG, "image/png")}
    told = yard.person(SECOND).client.post(f"{yard.path}/scores", data=fields, files=files, headers=SCRIPT)
    assert told.status_code == 422 and "填写的内容过长" in told.json()["error"]


def test_a_refused_form_comes_back_as_it_was_typed(yard: Yard) -> None:
    person = yard.person(SECOND)
    page = person.post(f"{yard.path}/scores", 422, item="government-9", version="0", **{
        "level-0": "1", "level-1": "2", "deduct-1": "3", "reason": "作用发挥不全面"})
    assert "扣分应在1至2分之间，不能扣3分" in page
    assert "作用发挥不全面" in page and 'name="deduct-1" inputmode="decimal" value="3"' in page
    assert person.all(Score) == []


def test_two_ranges_of_one_standard_share_the_box_for_how_much(yard: Yard) -> None:
    person = yard.person(SECOND)
    with transaction(yard.bind) as session:
        task = next(one for one in session.exec(select(Task)) if (one.sheet, one.no) == ("government", 9))
        levels = [*task.clauses[1]["levels"], {"when": "很不全面", "deduct": [1, 2]}]
        task.clauses = [task.clauses[0], {**task.clauses[1], "levels": levels}]
    card = person.get(yard.path).partition('id="item-government-9"')[2].partition('id="item-')[0]
    assert card.count('name="level-1"') == 3 and card.count('name="deduct-1"') == 1


def test_without_a_script_a_person_who_was_overtaken_sees_what_was_kept(yard: Yard) -> None:
    one, other = yard.person(SECOND), yard.person(LEAD)
    one.post(f"{yard.path}/scores", item="party-20", version="0", **{"level-0": "1"})
    page = other.post(f"{yard.path}/scores", 409, item="party-20", version="0", **{
        "level-0": "2", "reason": "没有列入述职"})
    assert "督察员乙刚刚改过此项" in page and "得2分" in page and "没有列入述职" in page
    assert one.all(Score)[0].points == 2


def test_a_photo_belongs_to_its_item_and_is_kept_once(yard: Yard) -> None:
    person = yard.person(SECOND)
    for _ in range(2):
        files = {"files": ("会议记录.png", PNG, "image/png")}
        assert send(person, f"{yard.path}/photos", files, item="party-1")["state"] == "ok"
    told = send(person, f"{yard.path}/photos", {"files": ("坏.png", b"no picture", "image/png")}, item="party-1")
    assert told["state"] == "refused" and "内容与扩展名不符" in told["sentence"]
    kept = person.all(Evidence)
    assert [(row.label, str(row.visit_id), row.name) for row in kept] == [("party-1", yard.visit_id, "会议记录.png")]
    assert "会议记录.png" in person.get(yard.path)


def test_a_problem_is_entered_once_from_its_item_and_closed_on_the_spot_only_with_proof(yard: Yard) -> None:
    person, path = yard.person(SECOND), f"{yard.path}/problems"
    for _ in range(2):
        assert send(person, path, item="party-13", title="审查记录不全", detail="缺2份")["state"] == "ok"
    bare = send(person, path, title="标牌未挂", spot="1")
    assert bare["state"] == "refused" and "立行立改须当场有佐证" in bare["sentence"]
    fixed = send(person, path, {"files": ("标牌.png", PNG, "image/png")}, title="标牌未挂", spot="1")
    assert (fixed["state"], fixed["words"]) == ("ok", "已销号")
    first, second = sorted(person.all(Problem), key=lambda row: row.no)
    assert {task.id: (task.sheet, task.no) for task in person.all(Task)}[first.task_id] == ("party", 13)
    assert (first.state, second.state, second.closed_by) == (ProblemState.FOUND, ProblemState.CLOSED, "督察员乙")
    assert [row.problem_id for row in person.all(Evidence)] == [second.id]
    page = person.post(f"{path}/{first.id}/fix", 422, version=str(first.version), note="  ")
    assert "立行立改须当场有佐证" in page
    person.post(f"{path}/{first.id}/fix", version=str(first.version), note="当场补签")
    assert next(row for row in person.all(Problem) if row.id == first.id).result == "当场补签"


def test_the_sheet_is_composed_signed_and_ends_the_visit_once(yard: Yard) -> None:
    person = yard.person(LEAD)
    person.post(f"{yard.path}/arrive")
    assert yard.visit().state == VisitState.DONE
    send(person, f"{yard.path}/problems", title="审查记录不全", detail="缺2份")
    send(person, f"{yard.path}/problems", title="标牌未挂", spot="1", note="当场挂牌")
    told = person.client.post(f"{yard.path}/problems", data={"title": "台账不全"}, headers=SCRIPT).json()
    assert "3. 台账不全。" in told["sheet"]  # what the page proposes to read out goes on with what is entered
    page = person.get(f"{yard.path}/sheet")
    assert page.count("审查记录不全") == 1 and "立行立改，已当场改正：当场挂牌" in page
    drawn = "data:image/png;base64," + __import__("base64").b64encode(PNG).decode()
    given = {"version": str(yard.visit().version), "sheet": "反馈问题2个", "name": "单位负责人", "signature": drawn}
    assert "请填写签字人职务" in person.post(f"{yard.path}/sheet", 422, **given)
    assert send(person, f"{yard.path}/sheet", post="局长", **given)["state"] == "ok"
    assert send(person, f"{yard.path}/sheet", post="局长", **given)["state"] == "ok"  # sent twice, ended once
    visit = yard.visit()
    assert (visit.state, visit.signed_by, visit.signed_post) == (VisitState.FED_BACK, "单位负责人", "局长")
    assert [row.label for row in person.all(Evidence)] == ["单位签字"]
    told = send(person, f"{yard.path}/sheet", **{**given, "sheet": "另一份", "post": "局长"})
    assert told["state"] == "conflict" and "没有覆盖" in told["sentence"]
    assert 'class="signature"' in person.get(f"{yard.path}/sheet")
    bad = send(yard.person(SECOND), f"{yard.path}/sheet", **{**given, "signature": "data:text/html;base64,xx"})
    assert bad["state"] == "refused"


def test_two_score_alone_and_the_lead_settles_what_differs(yard: Yard) -> None:
    yard.person("jingban").post(f"/cycles/{yard.running.cycle_id}/visits/{yard.visit_id}/scorers", scorers="2")
    lead, second = yard.person(LEAD), yard.person(SECOND)
    path = f"{yard.path}/scores"
    send(lead, path, item="party-20", version=0, **{"level-0": "1"})
    assert "得2分（满分2分）" not in second.get(yard.path)
    assert "得2分（满分2分）" not in yard.person("jingban").get(path)
    assert "还有" in lead.post(f"{yard.path}/hand-in", 422)
    for person in (lead, second):
        _answer_all(yard, person)
    send(second, path, item="party-20", version=1, **{"level-0": "2", "reason": "没有列入述职"})
    assert "已交分1人" in lead.post(f"{yard.path}/hand-in")
    page = second.post(f"{yard.path}/hand-in")
    assert "两人打分不同1项" in page and "待组长核定" in page and "没有列入述职" in page
    late = send(second, path, status=403, item="party-20", version=2, **{"level-0": "1"})
    assert "您已交分" in late["sentence"]
    settle = f"{yard.path}/settle"
    assert "须由第一督察组组长办理" in second.post(settle, 403, item="party-20", take="own", why="复核")
    key = str(_user(yard, SECOND))
    assert "核定须写明理由" in lead.post(settle, 422, item="party-20", take=key, why=" ")
    assert "已核定" in lead.post(settle, item="party-20", take=key, why="查述职报告，确未列入")
    stale = lead.post(settle, 409, item="party-20", version="0", take=str(_user(yard, LEAD)), why="另一部手机")
    assert "没有覆盖" in stale and 'value="另一部手机"' in stale and "</span> 0 " in stale
    assert "一致，无须核定" in lead.post(settle, 403, item="party-1", take=key, why="无")
    kept = [row for row in lead.all(Score) if row.scorer == "settled"]
    assert [(row.item, row.points, row.reason) for row in kept] == [("party-20", 0, "查述职报告，确未列入")]


def _answer_all(yard: Yard, person: Person) -> None:
    for task in person.all(Task):
        item = f"{task.sheet}-{task.no}"
        told = send(person, f"{yard.path}/scores", item=item, version=0, result="not_applicable", reason="本次不查")
        if told["state"] == "conflict":
            send(person, f"{yard.path}/scores", item=item, version=1, **{"level-0": "1"})


def test_the_report_begins_with_figures_is_handed_in_by_the_lead_and_returned_by_the_office(yard: Yard) -> None:
    lead, clerk = yard.person(LEAD), yard.person("jingban")
    send(lead, f"{yard.path}/scores", item="party-20", version=0, **{"level-0": "1"})
    send(lead, f"{yard.path}/problems", item="party-13", title="审查记录不全")
    item = next(row for row in lead.all(Assignment) if row.kind == AssignmentKind.TEAM_REPORT)
    path = f"/team/reports/{item.id}"
    assert "发现问题1个" in lead.get(path) and "得2分（应计2分" in lead.get(path)
    assert "须由第一督察组组长办理" in yard.person(SECOND).post(path, 403, body="报告", nonce="n")
    assert "请填写报告正文或上传报告文件" in lead.post(path, 422, body=" ", nonce="n")
    for _ in range(2):
        lead.post(path, body="督察情况如下。", nonce="n1")
    sent = lead.all(Submission)
    assert len(sent) == 1
    assert "退回须写明理由" in clerk.post(f"{path}/return", 422, submission=str(sent[0].id), reason=" ")
    late = clerk.post(f"{path}/return", 422, submission=str(sent[0].id), reason="缺原因分析", new_due="1999-01-01")
    assert "缺原因分析</textarea>" in late and 'value="1999-01-01"' in late
    clerk.post(f"{path}/return", submission=str(sent[0].id), reason="缺原因分析")
    assert "缺原因分析" in lead.get(path)
    files = {"files": ("报告.txt", "督察情况及原因".encode(), "text/plain")}
    answer = lead.client.post(path, data={"body": "补充原因。", "nonce": "n2"}, files=files)
    assert answer.status_code == 200
    second = next(row for row in lead.all(Submission) if row.id != sent[0].id)
    assert clerk.client.get(f"{path}/files/{second.id}/0").content.decode() == "督察情况及原因"
    assert "已受理" in clerk.post(f"{path}/accept", submission=str(second.id))


def test_the_worker_may_look_after_the_teams_pages(yard: Yard) -> None:
    answer = yard.person(SECOND).client.get("/team/worker.js")
    assert answer.status_code == 200 and answer.headers["service-worker-allowed"] == "/team"


def test_the_programme_names_when_who_and_what_is_looked_at(yard: Yard) -> None:
    page = yard.person(SECOND).get(f"{yard.path}/programme")
    assert all(word in page for word in ("8月12日（周三）", "督察员乙", "查看会议记录", "查会议记录、文件"))


def test_nothing_is_scored_before_the_day(yard: Yard) -> None:
    clock.freeze(clock.at_time(date(2020, 8, 11)))
    told = yard.person(SECOND).client.post(
        f"{yard.path}/scores", data={"item": "party-20", "level-0": "1"}, headers=SCRIPT
    )
    assert told.status_code == 403 and "尚未开始" in told.text
    assert ScoreResult.MET.label == "达标"
