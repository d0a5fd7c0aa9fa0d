"""Sign-ins one can see and end: idle and absolute limits, one-time words, a fresh proof, and nothing typed is lost."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select, update

from actions.sign_in import MOST
from commands.office import People
from config import clock
from config.settings import settings
from models.database import transaction
from models.event import Event
from models.office import Login, SignInTry, User
from models.unit import Contact
from notifications.link import hash_token
from tests.beginnings import WORD
from tests.databases import unsealed
from tests.one_app import the_app
from tests.web.person import Person
from web.guard import right_word

PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit Mobile Chrome/120 MicroMessenger/8"}


def enter(bind, login: str = "zhuren", word: str = WORD, **headers: str) -> Person:
    person = Person(TestClient(the_app(), headers=headers), bind)
    answer = person.client.post("/login", data={"login": login, "word": word}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return person


@pytest.fixture
def head(bind, people: People) -> Iterator[Person]:
    yield enter(bind)
    settings.cache_clear()


def age(bind, **columns: timedelta) -> None:
    """Move moments of every sign-in into the past."""
    with transaction(bind) as session:
        for login in session.exec(select(Login)):
            for name, by in columns.items():
                setattr(login, name, clock.wall() - by)


def user_id(person: Person, login: str) -> str:
    return next(str(user.id) for user in person.all(User) if user.login == login)


def leads_to_login(person: Person, why: str, path: str = "/ledger") -> str:
    answer = person.client.get(path, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"].startswith(f"/login?why={why}"), answer.headers
    return person.client.get(answer.headers["location"]).text


def test_a_sign_in_rests_two_hours_and_lives_twelve(head: Person, bind) -> None:
    age(bind, seen_at=timedelta(minutes=119))
    head.get("/ledger")
    assert all(clock.wall() - row.seen_at < timedelta(minutes=1) for row in head.all(Login))
    age(bind, seen_at=timedelta(minutes=121))
    assert "较长时间没有操作" in leads_to_login(head, "idle")
    fresh = enter(bind)
    age(bind, ends_at=timedelta(seconds=1))
    assert "登录已满时限" in leads_to_login(fresh, "over")


def test_what_a_page_asks_for_by_itself_keeps_no_session_awake(head: Person, bind) -> None:
    age(bind, seen_at=timedelta(minutes=100))
    head.client.get("/people", headers={"hx-request": "true"})
    assert all(clock.wall() - row.seen_at > timedelta(minutes=99) for row in head.all(Login))
    age(bind, seen_at=timedelta(minutes=121))
    answer = head.client.get("/people", headers={"hx-request": "true"}, follow_redirects=False)
    assert answer.headers["hx-redirect"] == "/login?why=idle"


def test_after_signing_in_again_one_is_where_one_wanted_to_be_but_never_elsewhere(head: Person, bind) -> None:
    age(bind, seen_at=timedelta(hours=3))
    page = leads_to_login(head, "idle", "/ledger?state=reported")
    assert 'name="to" value="/ledger?state=reported"' in page
    for to, then in (("/ledger?state=reported", "/ledger?state=reported"), ("//evil.example", "/"), ("/\\evil", "/"),
                     ("https://evil.example", "/"), ("/a\r\nSet-Cookie: x=y", "/")):
        answer = head.client.post("/login", data={"login": "zhuren", "word": WORD, "to": to}, follow_redirects=False)
        assert answer.headers["location"] == then


def test_what_was_typed_when_the_sign_in_had_ended_waits_to_be_sent_again(head: Person, bind) -> None:
    age(bind, seen_at=timedelta(hours=3))
    typed = {"name": "各乡镇人民政府<b>", "members": ["a", "b"]}
    answer = head.client.post("/groups", data=typed, follow_redirects=False)
    assert answer.status_code == 401 and "保留在本页" in answer.text
    assert 'name="name" value="各乡镇人民政府&lt;b&gt;"' in answer.text
    assert answer.text.count('name="members"') == 2 and 'action="/groups"' in answer.text
    secret = head.client.post("/word", data={"old": WORD, "word": "another-word"}, follow_redirects=False)
    assert secret.status_code == 303 and "another-word" not in secret.text


def test_every_sign_in_has_a_new_word_and_ends_the_one_before_in_this_browser(head: Person) -> None:
    old = head.client.cookies["duban"]
    answer = head.client.post("/login", data={"login": "zhuren", "word": WORD}, follow_redirects=False)
    assert head.client.cookies["duban"] != old
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie
    ended = {row.token_hash: row.ended_at for row in head.all(Login)}
    assert ended[hash_token(old)] is not None and ended[hash_token(head.client.cookies["duban"])] is None


def test_a_cookie_goes_over_tls_where_the_site_has_it(
    bind, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_BASE_URL", "https://duban.example")
    settings.cache_clear()
    client = TestClient(the_app(), base_url="https://duban.example")
    answer = client.post("/login", data={"login": "zhuren", "word": WORD}, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]
    settings.cache_clear()


def test_one_sees_ones_devices_and_ends_the_others(head: Person, bind) -> None:
    phone = enter(bind, **PHONE)
    page = head.get("/sessions")
    assert "安卓手机 · 微信" in page and page.count("结束此登录") == 2 and page.count("本机") == 1
    assert "上次登录" in phone.get("/sessions")
    assert "登录已结束" in head.post("/sessions/end-others")
    assert "本次登录已被结束" in leads_to_login(phone, "ended")
    assert head.get("/sessions").count("结束此登录") == 1
    assert [event.data["count"] for event in head.all(Event) if event.verb == "结束其他登录"] == [1]
    head.post("/sessions/end-others")  # a second click ends nothing and tells nothing
    assert len([event for event in head.all(Event) if event.verb == "结束其他登录"]) == 1


def test_nobody_but_the_head_ends_somebody_elses_sign_in(head: Person, bind) -> None:
    clerk, other = enter(bind, "jingban"), enter(bind, "jingban2")
    key = next(str(row.id) for row in head.all(Login) if str(row.user_id) == user_id(head, "jingban"))
    assert "须由办公室主任办理" in other.post(f"/sessions/{key}/end", 403)
    clerk.get("/ledger")
    assert "登录已结束" in head.post(f"/sessions/{key}/end")
    leads_to_login(clerk, "ended")
    head.post(f"/sessions/{key}/end")
    assert len([event for event in head.all(Event) if event.verb == "结束登录"]) == 1


def test_ones_own_word_is_changed_with_the_old_one_and_ends_the_others(head: Person, bind) -> None:
    other = enter(bind)
    fields = {"old": WORD, "word": "a-new-word", "again": "a-new-word"}
    for changed, said in (({"old": "wrong-word"}, "原口令不对"), ({"again": "x"}, "不一致"),
                          ({"word": "short"}, "至少8位"), ({"word": "aaaaaaaaaa"}, "过于简单"),
                          ({"word": WORD, "again": WORD}, "须与原口令不同")):
        assert said in head.post("/word", 422, **(fields | changed))
    assert "口令已更改" in head.post("/word", **fields)
    head.get("/ledger")
    leads_to_login(other, "ended")
    enter(bind, word="a-new-word")


def test_a_word_from_the_head_opens_only_its_own_change(head: Person, bind) -> None:
    clerk = enter(bind, "jingban")
    key = user_id(head, "jingban")
    shown = head.post(f"/people/{key}/word", 200)
    word = shown.split('class="one-time">')[1].split("<")[0]
    leads_to_login(clerk, "ended")
    assert word not in head.get(f"/people/{key}") and "待改首次口令" in head.get("/people")
    clerk = enter(bind, "jingban", word)
    for path in ("/", "/ledger", f"/people/{key}"):
        assert clerk.client.get(path, follow_redirects=False).headers["location"] == "/word"
    assert clerk.client.post("/groups", data={"name": "x"}, follow_redirects=False).headers["location"] == "/word"
    clerk.post("/word", old=word, word="my-own-word", again="my-own-word")
    clerk.get("/ledger")
    assert [event.actor for event in head.all(Event) if event.verb in ("重置口令", "更改口令")] == ["主任甲", "经办甲"]


def test_too_many_wrong_words_are_counted_for_every_process_together(bind, people: People) -> None:
    for _ in range(MOST):
        one = TestClient(the_app())  # each asks a process of its own
        assert one.post("/login", data={"login": "zhuren", "word": "wrong"}).status_code == 401
    page = TestClient(the_app()).post("/login", data={"login": "zhuren", "word": WORD})
    assert page.status_code == 403 and "尝试次数过多" in page.text and 'value="zhuren"' in page.text
    with transaction(bind) as session:
        session.exec(update(SignInTry).values(at=clock.wall() - timedelta(minutes=6)))
    enter(bind)


def test_changing_people_asks_for_the_word_again_and_carries_the_form(head: Person, bind) -> None:
    age(bind, confirmed_at=timedelta(minutes=11))
    key, before = user_id(head, "jingban"), head.all(User)
    fields = {"name": "经办丙", "role": "clerk", "post": "科长", "phone": "0393-2"}
    page = head.post(f"/people/{key}", 401, **fields)
    assert 'name="name" value="经办丙"' in page and f'action="/people/{key}"' in page
    assert "口令不对" in head.post(f"/people/{key}", 401, own_word="wrong", **fields)
    assert head.all(User) == before
    assert "科长" in head.post(f"/people/{key}", own_word=WORD, **fields)
    head.post(f"/people/{key}/active", active="no")  # within ten minutes nothing is asked again


def test_a_contacts_address_and_a_directory_ask_for_the_word_too(puyang, bind) -> None:
    running = puyang(1)
    clerk = enter(bind, "jingban")
    age(bind, confirmed_at=timedelta(minutes=11))
    with transaction(bind) as session:
        unit = running.unit(session).id
    given = {"contact": "新联系人", "phone": "0393-3", "channel": "mail", "address": "a@b.example"}
    assert "请再输一次口令" in clerk.post(f"/units/{unit}/contact", 401, **given)
    assert "新联系人" not in {row.name for row in clerk.all(Contact)}
    file = {"directory": ("名录.csv", "单位,联系人\n甲局,某某\n".encode(), "text/csv")}
    asked = clerk.client.post("/units", files=file, headers={"referer": "http://testserver/units"})
    assert asked.status_code == 401 and "重新选择文件" in asked.text and 'name="back" value="/units"' in asked.text
    answer = clerk.client.post("/confirm", data={"own_word": WORD, "back": "/units"}, follow_redirects=False)
    assert answer.headers["location"] == "/units"
    clerk.post(f"/units/{unit}/contact", **given)
    assert "新联系人" in {row.name for row in clerk.all(Contact)}


def test_a_new_person_gets_a_first_word_once_and_a_refusal_keeps_what_was_typed(head: Person, bind) -> None:
    given = {"login": "lisi", "name": "李四", "role": "auditor", "post": "审计科", "phone": "0393-5"}
    refused = head.post("/people", 409, **(given | {"login": "zhuren"}))
    assert "已被使用" in refused and 'value="李四"' in refused and "auditor\" selected" in refused
    assert "请选择身份" in head.post("/people", 422, **(given | {"role": "king"}))
    assert "用户名用字母" in head.post("/people", 422, **(given | {"login": "<b>"}))
    page = head.post("/people", 200, **given)
    word = page.split('class="one-time">')[1].split("<")[0]
    assert enter(bind, "lisi", word).client.get("/", follow_redirects=False).headers["location"] == "/word"
    head.post("/people", 409, **given)  # a second click makes no second person


def test_a_person_of_another_office_is_not_there(head: Person, bind) -> None:
    from commands.office import make_office

    with transaction(bind) as session:
        session.exec(update(User).values(login=col(User.login) + "-old"))
    make_office(bind, "外县办公室", "外办", WORD)
    stranger = next(str(user.id) for user in head.all(User) if user.login == "jingban")
    head.get(f"/people/{stranger}", 404)
    for path, fields in (("", {"name": "x"}), ("/active", {"active": "no"}), ("/word", {}), ("/sessions/end", {})):
        head.post(f"/people/{stranger}{path}", 404, **fields)


def test_who_is_stopped_is_out_at_once(head: Person, bind) -> None:
    clerk = enter(bind, "jingban")
    key = user_id(head, "jingban")
    assert "已停用" in head.post(f"/people/{key}/active", active="no")
    leads_to_login(clerk, "ended")
    assert TestClient(the_app()).post("/login", data={"login": "jingban", "word": WORD}).status_code == 401


def test_the_audit_page_says_whether_every_seal_holds(head: Person, bind) -> None:
    assert "核验通过" in head.get("/events")
    table = head.client.get("/events.csv")
    assert table.headers["content-type"].startswith("text/csv") and "设立办公室" in table.text
    with bind.begin() as connection:
        unsealed(connection)
        connection.exec_driver_sql("UPDATE event SET actor = '别人' WHERE seq = 1")
    page = head.get("/events")
    assert "核验不通过" in page and "第1号起" in page
    assert "没有符合条件的记录" in head.get("/events?actor=无此人")


def test_a_cell_of_the_export_is_never_a_formula(head: Person) -> None:
    key = user_id(head, "jingban")
    head.post(f"/people/{key}", name="=1+1", role="clerk", post="", phone="")
    enter(head.bind, "jingban").post("/sessions/end-others")
    enter(head.bind, "jingban")
    with transaction(head.bind) as session:
        session.add(Login(user_id=next(u.id for u in head.all(User) if u.login == "jingban"), token_hash="x",
                          started_at=clock.wall(), ends_at=clock.wall() + timedelta(hours=1)))
    enter(head.bind, "jingban").post("/sessions/end-others")
    table = head.client.get("/events.csv").text
    assert ",'=1+1," in table and ",=1+1," not in table


def test_a_number_no_database_takes_is_refused_with_a_sentence(head: Person) -> None:
    assert "提交的内容不完整或格式不对" in head.get(f"/events?before={10**30}", 422)


def test_a_form_sent_after_the_longest_session_is_still_known_by_its_cookie(head: Person, bind) -> None:
    answer = head.client.post("/login", data={"login": "zhuren", "word": WORD}, follow_redirects=False)
    lives = int(re.search(r"Max-Age=(\d+)", answer.headers["set-cookie"])[1])
    assert lives > settings().session_hours * 3600 + 3600
    age(bind, ends_at=timedelta(hours=1))
    answer = head.client.post("/groups", data={"name": "各乡镇人民政府"}, follow_redirects=False)
    assert answer.status_code == 401 and "各乡镇人民政府" in answer.text and "登录已满时限" in answer.text


@pytest.mark.parametrize("changes", [{"password_hash": "reset"}, {"active": False}], ids=str)
def test_a_word_that_is_reset_while_it_is_checked_opens_nothing(
    bind, people: People, monkeypatch: pytest.MonkeyPatch, changes: dict
) -> None:
    def slowly(*given: object) -> bool:
        right = right_word(*given)
        with transaction(bind) as session:
            session.exec(update(User).where(col(User.login) == "jingban").values(**changes))
        return right

    monkeypatch.setattr("web.sessions.right_word", slowly)
    person = Person(TestClient(the_app()), bind)
    assert "用户名或口令不对" in person.post("/login", 401, login="jingban", word=WORD)
    assert person.all(Login) == []
