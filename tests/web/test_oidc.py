"""Signing in through a real identity provider on loopback: people already entered, nothing else, and never stuck."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from commands import office
from commands.office import People
from config import clock
from config.settings import settings
from models.database import transaction
from models.event import Event
from models.office import Login, User
from tests.beginnings import WORD
from tests.one_app import the_app
from tests.web.person import Person
from web import oidc
from web.oidc_provider import WrongAnswer

MAIL = "wang@office.example"


@dataclass
class Trip:
    """A browser between our site and the provider's."""

    person: Person
    issuer: str

    def out(self, path: str = "/oidc/start") -> str:
        """To the provider: the address we send the visitor to."""
        answer = self.person.client.get(path, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def signs_in(self, address: str, subject: str) -> str:
        """What the provider sends the visitor back with."""
        answer = httpx.post(address, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["location"])
        return f"{parts.path}?{parts.query}"

    def comes_back(self, address: str):
        return self.person.client.get(address, follow_redirects=False)

    def whole(self, subject: str, path: str = "/oidc/start"):
        return self.comes_back(self.signs_in(self.out(path), subject))


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A provider on this machine that knows a few people."""
    users = [
        oidc_provider_mock.User(sub="wang-1", claims={"email": MAIL.upper(), "email_verified": True}),
        oidc_provider_mock.User(sub="zhao-1", claims={"email": "zhao@office.example", "email_verified": False}),
        oidc_provider_mock.User(sub="nobody", claims={"email": "nobody@office.example"}),
    ]
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
        address = f"http://localhost:{server.server_port}"
        monkeypatch.setenv("DUBAN_OIDC_ISSUER", address)
        monkeypatch.setenv("DUBAN_OIDC_CLIENT_ID", "duban")
        monkeypatch.setenv("DUBAN_OIDC_CLIENT_SECRET", "shared")
        monkeypatch.setenv("DUBAN_OIDC_NAME", "政务统一认证")
        monkeypatch.setenv("DUBAN_BASE_URL", "http://testserver")
        settings.cache_clear()
        yield address
    settings.cache_clear()


def visitor(bind) -> Person:
    return Person(TestClient(the_app()), bind)


@pytest.fixture
def trip(bind, people: People, issuer: str) -> Trip:
    return Trip(visitor(bind), issuer)


def by_word(bind, login: str = "zhuren") -> Person:
    person = visitor(bind)
    person.post("/login", login=login, word=WORD)
    return person


def key_of(person: Person, login: str) -> str:
    return next(str(user.id) for user in person.all(User) if user.login == login)


def identity(person: Person, login: str) -> str:
    return next(user.identity for user in person.all(User) if user.login == login)


def test_a_person_entered_by_mail_signs_in_and_is_tied_to_the_account_once(trip: Trip, bind) -> None:
    head = by_word(bind)
    head.post(f"/people/{key_of(head, 'jingban')}/identity", identity=MAIL)
    assert "用“政务统一认证”登录" in trip.person.get("/login")
    answer = trip.whole("wang-1", "/oidc/start?to=/ledger")
    assert answer.status_code == 303 and answer.headers["location"] == "/ledger", answer.text
    assert "经办甲" in trip.person.get("/ledger")
    assert identity(head, "jingban") == f"{trip.issuer}|wang-1"
    assert {row.way for row in head.all(Login)} == {"口令", "统一身份认证"}
    assert trip.whole("wang-1").status_code == 303  # from now on by the subject, whatever its mail
    assert len([event for event in head.all(Event) if event.verb == "关联统一身份认证"]) == 2
    assert len(head.all(User)) == len({user.login for user in head.all(User)})


def test_the_request_carries_state_nonce_and_a_proof_key(trip: Trip) -> None:
    asked = parse_qs(urlsplit(trip.out()).query)
    assert asked["response_type"] == ["code"] and asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) > 30 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == ["http://testserver/oidc/back"]


def test_who_is_not_entered_gets_no_account(trip: Trip) -> None:
    before = trip.person.all(User)
    answer = trip.whole("nobody")
    assert answer.status_code == 403 and "没有关联到本系统人员" in answer.text and 'name="word"' in answer.text
    assert trip.person.all(User) == before and trip.person.all(Login) == []


def test_a_mail_the_provider_does_not_vouch_for_opens_nothing(trip: Trip, bind) -> None:
    head = by_word(bind)
    head.post(f"/people/{key_of(head, 'jingban')}/identity", identity="zhao@office.example")
    assert trip.whole("zhao-1").status_code == 403
    assert identity(head, "jingban") == "mailto:zhao@office.example"


def test_who_was_stopped_does_not_come_in_through_the_provider(trip: Trip, bind) -> None:
    head = by_word(bind)
    key = key_of(head, "jingban")
    head.post(f"/people/{key}/identity", identity="wang-1")
    head.post(f"/people/{key}/active", active="no")
    assert trip.whole("wang-1").status_code == 403


@pytest.mark.parametrize("spoil", ["state", "cookie", "code", "twice", "deny"])
def test_an_answer_that_does_not_belong_to_this_browser_opens_nothing(trip: Trip, bind, spoil: str) -> None:
    head = by_word(bind)
    head.post(f"/people/{key_of(head, 'jingban')}/identity", identity="wang-1")
    back = trip.signs_in(trip.out(), "wang-1")
    if spoil == "state":
        back = re.sub(r"state=[^&]*", "state=guessed", back)
    if spoil == "cookie":  # the answer is given to another browser: login CSRF
        trip.person.client.cookies.clear()
    if spoil == "code":
        back = re.sub(r"code=[^&]*", "code=guessed", back)
    if spoil == "twice":
        assert trip.comes_back(back).status_code == 303
        trip.person.client.cookies.delete("duban")
    if spoil == "deny":
        back = re.sub(r"code=[^&]*", "error=access_denied", back)
    answer = trip.comes_back(back)
    assert answer.status_code in (403, 503) and "duban" not in trip.person.client.cookies
    assert trip.person.client.get("/ledger", follow_redirects=False).status_code == 303


def test_a_signed_answer_with_another_nonce_is_refused(trip: Trip, bind) -> None:
    """An answer that was caught and is given again: genuine signature, right state, another nonce."""
    head = by_word(bind)
    head.post(f"/people/{key_of(head, 'jingban')}/identity", identity="wang-1")
    back = trip.signs_in(trip.out(), "wang-1")
    trip_of = oidc._unpacked(trip.person.client.cookies[oidc.TRIP].strip('"'))
    other = oidc._packed(trip_of | {"nonce": "another"})
    trip.person.client.cookies.set(oidc.TRIP, other, domain="testserver.local", path="/oidc")
    answer = trip.comes_back(back)
    assert answer.status_code == 403 and "未通过核验" in answer.text


def test_a_cookie_one_wrote_oneself_or_kept_too_long_is_refused(trip: Trip) -> None:
    back = trip.signs_in(trip.out(), "wang-1")
    cookie = trip.person.client.cookies[oidc.TRIP].strip('"')
    for told in (cookie[:-2] + "00", "x", oidc._packed(oidc._unpacked(cookie) | {"at": 1})):
        trip.person.client.cookies.clear()
        trip.person.client.cookies.set(oidc.TRIP, told)
        assert trip.comes_back(back).status_code == 403


def test_a_provider_that_is_down_leaves_the_form_standing(trip: Trip, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("DUBAN_OIDC_ISSUER", f"http://127.0.0.1:{free.getsockname()[1]}")
    settings.cache_clear()
    answer = trip.person.client.get("/oidc/start", follow_redirects=False)
    assert answer.status_code == 503 and "暂时无法使用" in answer.text and 'name="word"' in answer.text
    trip.person.post("/login", login="zhuren", word=WORD)


def test_a_provider_that_goes_down_meanwhile_leaves_the_form_standing(
    trip: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    with oidc_provider_mock.run_server_in_thread() as server:
        monkeypatch.setenv("DUBAN_OIDC_ISSUER", f"http://localhost:{server.server_port}")
        settings.cache_clear()
        back = trip.signs_in(trip.out(), "wang-1")
    answer = trip.comes_back(back)
    assert answer.status_code == 503 and 'name="word"' in answer.text


@pytest.mark.parametrize("address", ["http://id.example", "http://localhost.example"])
def test_secrets_never_travel_in_the_clear(
    trip: Trip, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_OIDC_ISSUER", address)
    settings.cache_clear()
    assert "须为 https" in trip.person.client.get("/oidc/start", follow_redirects=False).text


def test_words_can_be_switched_off_for_all_but_the_head(trip: Trip, bind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_LOCAL_PASSWORDS", "false")
    settings.cache_clear()
    answer = trip.person.client.post("/login", data={"login": "jingban", "word": WORD})
    assert answer.status_code == 403 and "口令登录已停用，请用“政务统一认证”登录" in answer.text
    head = by_word(bind)
    assert "只供办公室主任" in visitor(bind).get("/login")
    head.post(f"/people/{key_of(head, 'jingban')}/identity", identity="wang-1")
    assert trip.whole("wang-1").status_code == 303


def test_a_person_links_an_own_account_after_signing_in_by_word(trip: Trip, bind) -> None:
    trip.person.post("/login", login="jingban2", word=WORD)
    answer = trip.whole("wang-1", "/oidc/link")
    assert answer.headers["location"] == "/sessions?done=linked"
    assert identity(trip.person, "jingban2") == f"{trip.issuer}|wang-1"
    other = Trip(by_word(bind, "jingban"), trip.issuer)
    taken = other.whole("wang-1", "/oidc/link")
    assert taken.status_code == 409 and "已关联到“经办乙”" in taken.text
    stale = Trip(by_word(bind, "zuzhang"), trip.issuer)
    with transaction(bind) as session:
        for login in session.exec(select(Login)):
            login.confirmed_at = clock.wall() - timedelta(minutes=11)
    assert stale.person.client.get("/oidc/link", follow_redirects=False).status_code == 403


def test_who_one_is_can_be_proved_again_at_the_provider(trip: Trip, bind) -> None:
    head = by_word(bind)
    head.post(f"/people/{key_of(head, 'zhuren')}/identity", identity="wang-1")
    trip.whole("wang-1")
    with transaction(bind) as session:
        for login in session.exec(select(Login)):
            login.confirmed_at = clock.wall() - timedelta(minutes=11)
    asked = trip.person.post(f"/people/{key_of(head, 'jingban')}", 401, name="经办丁")
    assert "改用“政务统一认证”确认" in asked
    there = trip.out("/oidc/prove?to=/people")
    assert parse_qs(urlsplit(there).query)["prompt"] == ["login"]
    wrong = trip.comes_back(trip.signs_in(there, "nobody"))
    assert wrong.status_code == 403
    assert trip.whole("wang-1", "/oidc/prove?to=/people").headers["location"] == "/people"
    trip.person.post(f"/people/{key_of(head, 'jingban')}", name="经办丁")


def test_without_a_provider_nothing_is_offered(bind, people: People) -> None:
    settings.cache_clear()
    client = TestClient(the_app())
    assert "/oidc/" not in client.get("/login").text
    assert client.get("/oidc/start", follow_redirects=False).status_code == 404


def test_the_secret_is_read_from_its_file(bind, people: People, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "oidc.secret").write_text("from-the-file\n")
    monkeypatch.setenv("DUBAN_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "oidc.secret"))
    settings.cache_clear()
    assert settings().oidc_secret == "from-the-file"
    settings.cache_clear()


def test_a_seal_of_letters_no_seal_has_is_refused_and_breaks_nothing(trip: Trip) -> None:
    with pytest.raises(WrongAnswer):
        oidc._unpacked("abc.\u00e9")


def test_who_works_for_two_offices_says_for_which_and_a_name_of_one_s_own_opens_at_once(
    trip: Trip, bind, hashed_once, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "PASSWORDS", hashed_once)
    other = office.make_office(bind, "邻县督察办公室", "邻县", WORD, "lin")
    with transaction(bind) as session:
        for user in session.exec(select(User).where(User.login == "jingban")):
            user.identity = f"{trip.issuer}|wang-1"
    answer = trip.whole("wang-1", "/oidc/start?to=/ledger")
    assert answer.status_code == 200 and "请选择这次登录的办公室" in answer.text
    doors = re.findall(r'href="(/oidc/start\?office=[^"]*)"', answer.text)
    assert len(doors) == 2 and "duban" not in trip.person.client.cookies
    (mine,) = (door for door in doors if str(other.office_id) in door)
    assert trip.whole("wang-1", mine.replace("&amp;", "&")).headers["location"] == "/ledger"
    assert "督办 · 邻县" in trip.person.get("/ledger")
    assert trip.whole("wang-1", f"/oidc/start?office={trip.issuer[-5:]}").status_code == 403  # an office not theirs
