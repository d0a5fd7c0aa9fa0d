"""公文 on the desk: drafted, signed, withdrawn, worded anew; the register; templates and numbers by the head alone."""

import io
import re
from datetime import date

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from sqlmodel import select

from actions.paper import draft_paper
from actions.paper_form import set_details
from models.cycle import Visit
from models.database import transaction
from models.event import Event
from models.office import Office, User
from models.paper import NumberSeries, Paper, PaperForm, PaperNumber
from models.paper_words import PaperKind, PaperState
from models.problem import Letter, Problem
from models.words import ProblemState, Role
from papers.forms import default_form
from plans.planfile import read_plan
from plans.text import read_source
from tests.actions.test_opinion import DETAILS
from tests.papers.test_check_form import MARKS, written
from tests.web.at_desk import signed

K = PaperKind
TODAY = date(2021, 9, 6)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def house(puyang, today):
    """A cycle whose plan prints a letter of opinion, with two findings at the first unit and one at the second."""
    letters = read_plan(read_source("lushan-2021")).letters
    plan = read_plan(read_source("puyang-2020")).model_copy(update={"letters": letters, "key": "letters"})
    running = puyang(2, plan=plan)
    with running.on(date(2020, 8, 12)) as session:
        for position, title in ((0, "执法记录<不>完整&"), (0, "文书送达超期"), (1, "别家问题")):
            running.find(session, position, title)
    with running.on(TODAY) as session:
        set_details(session, running.actor("zhuren"), DETAILS)
        running.first, running.second = running.unit(session, 0).id, running.unit(session, 1).id
    today(TODAY)
    return running


def desk(house, login: str):
    return signed(house.bind, login)


def drafted(house, unit=None, login: str = "jingban") -> Paper:
    clerk = desk(house, login)
    clerk.post(f"/cycles/{house.cycle_id}/opinion/{unit or house.first}", case="", study="")
    return next(row for row in clerk.all(Paper) if row.state == PaperState.DRAFT)


def issued(house, unit=None) -> Paper:
    paper = drafted(house, unit)
    desk(house, "zhuren").post(f"/papers/{paper.id}/issue", seen="1")
    return next(row for row in desk(house, "zhuren").all(Paper) if row.id == paper.id)


def test_l10_l11_l13_from_the_feedback_page_to_the_signed_letter(house) -> None:
    """L10, L13: the page of a plan with a letter form offers the opinion; L11: its number; the register has it."""
    clerk, head = desk(house, "jingban"), desk(house, "zhuren")
    page = clerk.get(f"/cycles/{house.cycle_id}/feedback")
    assert "拟制行政执法监督意见书" in page and f"/cycles/{house.cycle_id}/opinion/{house.first}" in page
    assert f'action="/cycles/{house.cycle_id}/feedback/' not in page
    paper = drafted(house)
    assert paper.state == PaperState.DRAFT
    shown = clerk.get(f"/papers/{paper.id}")
    assert "一是执法记录&lt;不&gt;完整&amp;。" in shown and "（待编号）" in shown
    assert "由办公室主任或分管领导签发" in shown
    assert 'class="centre mark red"' in shown
    clerk.post(f"/papers/{paper.id}/issue", 403, seen="1")
    page = head.post(f"/papers/{paper.id}/issue", seen="1")
    assert "鲁政行监字〔2021〕1号" in page and "已签发" in page
    head.post(f"/papers/{paper.id}/issue", seen="1")  # twice is once
    assert len(head.all(PaperNumber)) == len(head.all(Letter)) == 1
    data = head.client.get(f"/papers/{paper.id}/download")
    assert data.headers["content-type"] == DOCX and "attachment" in data.headers["content-disposition"]
    said = [one.text for one in Document(io.BytesIO(data.content)).paragraphs]
    assert "二是文书送达超期。现场查看案卷时发现。" in said
    for path in ("/papers", "/papers/register", f"/cycles/{house.cycle_id}/feedback", f"/units/{house.first}"):
        assert f"/papers/{paper.id}" in clerk.get(path)


def test_l10_what_the_desk_enters_without_proof_is_never_taken_for_put_right_on_the_spot(house) -> None:
    """L10: the desk's form asks for no proof, so it closes nothing; the letter offered counts every open finding."""
    clerk = desk(house, "jingban")
    visit = next(row for row in clerk.all(Visit) if row.unit_id == house.first)
    page = clerk.get(f"/cycles/{house.cycle_id}/visits/{visit.id}")
    assert 'name="spot"' not in page and "须附照片或写明如何改正" in page
    clerk.post(f"/cycles/{house.cycle_id}/visits/{visit.id}/problem", title="标牌未挂", spot="1")
    (row,) = [row for row in clerk.all(Problem) if row.title == "标牌未挂"]
    assert (row.state, row.fix_on_the_spot) == (ProblemState.FOUND, False)
    assert "须列入行政执法监督意见书的问题 3 个" in clerk.get(f"/cycles/{house.cycle_id}/feedback")


def test_who_drafted_is_told_that_another_signs_and_a_stale_page_signs_nothing(house) -> None:
    head, leader = desk(house, "zhuren"), desk(house, "lingdao")
    paper = drafted(house, login="zhuren")
    assert "须由另一人签发" in head.post(f"/papers/{paper.id}/issue", 403, seen="1")
    drafted(house)  # written anew by the clerk while the leader's page was open
    assert "刚刚已被他人处理" in leader.post(f"/papers/{paper.id}/issue", 409, seen="1")
    assert head.all(PaperNumber) == [] and head.all(Letter) == []
    leader.post(f"/papers/{paper.id}/issue", seen="2")


def test_l11_withdrawn_with_a_reason_the_number_stays_in_the_register_and_no_other_gets_it(house) -> None:
    head = desk(house, "zhuren")
    paper = issued(house)
    assert "作废须写明理由" in head.post(f"/papers/{paper.id}/void", 422, seen="2", reason=" ")
    assert "对象有误" in head.post(f"/papers/{paper.id}/void", 409, seen="1", reason="对象有误")
    head.post(f"/papers/{paper.id}/void", seen="2", reason="对象有误")
    head.post(f"/papers/{paper.id}/void", seen="2", reason="对象有误")
    assert all(row.state == ProblemState.FOUND for row in head.all(Problem))
    second = issued(house, house.second)
    page = head.get("/papers/register?kind=opinion&year=2021")
    assert page.index("〔2021〕1号") < page.index("〔2021〕2号") and "作废" in page and "对象有误" in page
    book = head.client.get("/papers/register.xlsx?kind=opinion&year=2021").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()[3:]
    assert [(row[2], row[3], row[7], row[8]) for row in rows] == [
        (1, "鲁政行监字〔2021〕1号", "作废", "对象有误"), (2, second.number, "在用", ""),
    ]


def test_worded_anew_is_a_new_version_with_the_old_number_and_both_hashes_in_the_history(house) -> None:
    clerk, head, paper = desk(house, "jingban"), desk(house, "zhuren"), issued(house)
    text = "请研究。\n并书面报送<b>。"
    fields = {"text-demand": text, "text-unit": "别家", "text-x": "y"}
    page = clerk.post(f"/papers/{paper.id}/again", seen="2", **fields)
    new = max(clerk.all(Paper), key=lambda row: row.version)
    assert "第2版" in page and new.content["unit"] == paper.content["unit"] and "x" not in new.content
    assert "请研究。<br>并书面报送&lt;b&gt;。" in page
    assert "此件不是最新版本" in clerk.get(f"/papers/{paper.id}")
    page = head.post(f"/papers/{new.id}/issue", seen="1")
    both = {row.id: row for row in head.all(Paper)}
    assert both[new.id].number == paper.number and both[paper.id].state == PaperState.REPLACED
    assert both[new.id].digest in page and paper.digest in page
    kept = clerk.post(f"/papers/{new.id}/again", 409, seen="1", **{"text-demand": "写了一半"})
    assert "写了一半" in kept and "刚刚已被他人处理" in kept


def test_filters_find_by_kind_state_year_and_cycle(house) -> None:
    clerk, paper = desk(house, "jingban"), issued(house)
    for query, there in (
        ("kind=opinion", True), ("kind=feedback", False), ("state=issued&year=2021", True), ("state=draft", False),
        ("year=2020", False), (f"cycle={house.cycle_id}", True), ("kind=nonsense", True),
    ):
        assert (f"/papers/{paper.id}" in clerk.get(f"/papers?{query}")) == there, query
    for query in ("year=x", "cycle=x", "page=x"):
        clerk.get(f"/papers?{query}", 422)
    assert "没有符合条件" in clerk.get("/papers?page=99")


def test_restricted_papers_are_nowhere_for_who_may_not_read_them(house) -> None:
    with house.on(TODAY) as session:
        session.exec(select(User).where(User.login == "jingban2")).one().role = Role.AUDITOR
        row = draft_paper(
            session, house.actor("jingban"), K.REFERRAL, "referral:1", {"unit": "甲"}, title="关于某事的移送单",
        )
        number = PaperNumber(
            office_id=row.office_id, kind=K.REFERRAL, year=2021, serial=1, number="督移〔2021〕1号", title=row.title,
            taken_by="甲", taken_at=row.drafted_at,
        )
        session.add(number)
        row.number, key = number.number, row.id
    for login in ("jingban", "jingban2"):
        person = desk(house, login)
        for path in ("/papers", "/papers?kind=referral", "/papers/register", "/papers/register?kind=referral",
                     "/search?q=移送单", "/search?q=督移", f"/cycles/{house.cycle_id}",
                     "/events" if login == "jingban2" else "/"):
            page = person.get(path)
            assert "某事的" not in page and "督移〔2021〕1号" not in page and str(key) not in page, path
            assert "问题线索移送单" not in page or path.startswith("/people"), path
        for path in (f"/papers/{key}", f"/papers/{key}/download"):
            assert "没有找到这件公文" in person.get(path, 404)
        book = person.client.get("/papers/register.xlsx").content
        assert CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()[3:] == []
    leader = desk(house, "lingdao")
    assert "某事的移送单" in leader.get("/papers") and "督移〔2021〕1号" in leader.get("/papers/register")
    assert "某事的<mark>移送单</mark>" in leader.get("/search?q=移送单")


def test_another_office_sees_none_of_it(house) -> None:
    paper = issued(house)
    with transaction(house.bind) as session:
        other = Office(name="别的办", short_name="别", made_at=paper.drafted_at)
        session.add(other)
        session.flush()
        row = session.get_one(Paper, paper.id)
        stranger = Paper(**row.model_dump(exclude={"id", "office_id", "digest"}), office_id=other.id)
        session.add(stranger)
        session.flush()
        key = stranger.id
    head = desk(house, "zhuren")
    assert str(key) not in head.get("/papers")
    head.get(f"/papers/{key}", 404)
    head.post(f"/papers/{key}/void", 404, seen="2", reason="x")


def test_the_head_alone_sets_numbers_details_and_templates(house) -> None:
    head = desk(house, "zhuren")
    for login in ("jingban", "lingdao", "jingban2"):
        person = desk(house, login)
        person.get("/papers/settings", 403)
        person.post("/papers/settings/details", 403, place="x")
        person.post("/papers/settings/numbers/opinion", 403, pattern="x〔{year}〕{n}号")
        assert "/papers/settings" not in person.get("/papers")
    page = head.post("/papers/settings/details", place="政务楼504", contact="甲科", phone="1", seal="某委员会")
    assert "政务楼504" in page
    stale = head.post("/papers/settings/details", 409, place="别处", seen="旧地 / 甲科 / 1 / 某委员会")
    assert 'value="别处"' in stale and "他人修改" in stale and head.all(Office)[0].place == "政务楼504"
    assert "请控制在100字以内" in head.post("/papers/settings/details", 422, place="长" * 101)
    page = head.post("/papers/settings/numbers/opinion", 422, pattern="鲁字〔2021〕{n}号")
    assert 'value="鲁字〔2021〕{n}号"' in page and "各一次" in page
    head.post("/papers/settings/numbers/opinion", pattern="鲁监〔{year}〕{n}号")
    assert "会出现重号" in head.post("/papers/settings/numbers/slip", 422, pattern="鲁监〔{year}〕{n}号")
    stale = head.post("/papers/settings/numbers/opinion", 409, pattern="新〔{year}〕{n}号", seen="旧〔{year}〕{n}号")
    assert "他人修改" in stale
    assert [row.pattern for row in head.all(NumberSeries) if row.kind == K.OPINION] == ["鲁监〔{year}〕{n}号"]
    paper = issued(house)
    assert paper.number == "鲁监〔2021〕1号" and "某委员会" in head.get(f"/papers/{paper.id}")


def test_a_template_goes_out_is_checked_on_its_way_in_and_may_be_given_back(house) -> None:
    head = desk(house, "zhuren")
    assert head.client.get("/papers/settings/forms/opinion").content == default_form(K.OPINION)

    def put(data: bytes, name: str = "意见书.docx"):
        files = {"form": (name, data, DOCX)}
        return head.client.post("/papers/settings/forms/opinion", files=files, follow_redirects=False)

    for data, name, said in (
        (written("{{ unit }} {{ secret }}"), "a.docx", "不认识的标记“secret”"), (b"MZ", "a.docx", "不是 .docx"),
        (written(*MARKS, "{{ ''.__class__ }}"), "a.docx", "不能使用“__class__”"),
        (written(*MARKS), "a.dotm", "请选择 .docx"),
    ):
        answer = put(data, name)
        assert answer.status_code == 422 and said in answer.text, answer.text[-2000:]
    assert head.all(PaperForm) == []
    mine = written("新样式", *MARKS)
    assert put(mine).status_code == 303
    assert head.client.get("/papers/settings/forms/opinion").content == mine
    assert head.client.get("/papers/settings/forms/opinion?builtin=1").content == default_form(K.OPINION)
    assert "新样式" in head.get(f"/papers/{drafted(house).id}")
    head.post("/papers/settings/forms/opinion/default")
    assert "系统模板" in head.get("/papers/settings") and not head.all(PaperForm)[0].active
    head.get("/papers/settings/forms/nonsense", 404)
    assert {"更换公文模板", "恢复系统模板"} <= {row.verb for row in head.all(Event)}


def test_a_unit_downloads_its_letter_and_no_other(house) -> None:
    """The letter stands on the unit's own pages once it is issued, by its link, and nobody else's."""
    from actions.open_link import make_link

    mine, other, draft = issued(house), issued(house, house.second), None
    with house.on(TODAY) as session:
        token = make_link(session, house.actor("jingban"), house.contact(session, 0)).rsplit("/", 1)[1]
        house.find(session, 0, "再发现")
    draft = drafted(house)
    client = desk(house, "jingban").client
    client.cookies.clear()
    page = client.get(f"/u/{token}").text
    link = re.search(rf'href="(/u/{token}/papers/[0-9a-f-]+)"', page)
    assert link and str(mine.id) in link[1]
    answer = client.get(link[1])
    assert answer.status_code == 200 and mine.number in [
        one.text for one in Document(io.BytesIO(answer.content)).paragraphs
    ]
    for key in (other.id, draft.id):
        assert client.get(f"/u/{token}/papers/{key}").status_code == 404
    problem = next(row for row in desk(house, "zhuren").all(Problem) if row.letter_id and row.unit_id == house.first)
    assert link[1] in client.get(f"/u/{token}/problem/{problem.id}").text
