"""A second factor for signing in by word: enrolled, asked for, used once, slow to guess, and ended when lost."""

import base64
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import col, select, update
from typer.testing import CliRunner

from actions.second_factor import MOST, take_code
from commands.office import People
from commands.person import app
from config import clock
from config.settings import settings
from models.database import transaction
from models.event import Event
from models.office import Login, SignInTry, User
from models.second_factor import RecoveryCode, SecondFactor
from notifications.link import hash_token
from rules.totp import hotp, step_at
from tests.beginnings import WORD
from tests.one_app import the_app
from tests.web.person import Person
from web import second_factor


def come(bind, login: str = "zhuren") -> Person:
    """The right word; whether that is enough is for the test to see."""
    person = Person(TestClient(the_app()), bind)
    person.client.post("/login", data={"login": login, "word": WORD}, follow_redirects=False)
    return person


@pytest.fixture
def head(bind, people: People) -> Iterator[Person]:
    yield come(bind)
    settings.cache_clear()


class Telephone:
    """What shows the six digits."""

    def __init__(self, secret: str) -> None:
        self.secret, self.ahead = base64.b32decode(secret), 0

    def code(self) -> str:
        """The next one: each is taken once, and half a minute ahead is as far as a telephone may go."""
        return hotp(self.secret, step_at(clock.wall().timestamp()) + self.ahead)


def enrol(person: Person) -> tuple[Telephone, list[str]]:
    page = person.post("/second-factor")
    telephone = Telephone(re.search(r'<code class="text">([A-Z2-7]+)</code>', page).group(1))
    assert "data:image/svg+xml" in page
    done = person.post("/second-factor/confirm", 200, code=telephone.code())
    again(person.bind)
    return telephone, re.findall(r"<li>([a-z2-9-]{27})</li>", done)


def again(bind) -> None:
    """As if half an hour had passed: the last code counts no more as the last."""
    with transaction(bind) as session:
        session.exec(update(SecondFactor).values(last_step=0))


def second(person: Person, code: str) -> int:
    return person.client.post("/login/code", data={"code": code}, follow_redirects=False).status_code


def test_the_word_alone_opens_nothing_once_a_telephone_is_enrolled(head: Person, bind) -> None:
    telephone, _ = enrol(head)
    person = come(bind)
    assert person.client.get("/", follow_redirects=False).headers["location"].startswith("/login")
    assert second(person, telephone.code()) == 303
    assert "今日" in person.get("/")


def test_a_code_is_taken_once_even_by_two_at_the_same_moment(head: Person, bind) -> None:
    telephone, _ = enrol(head)
    code, people, found = telephone.code(), [come(bind) for _ in range(4)], []
    threads = [threading.Thread(target=lambda p=p: found.append(second(p, code))) for p in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, 401, 401, 401]


def test_a_code_without_the_word_just_before_opens_nothing(head: Person, bind) -> None:
    telephone, _ = enrol(head)
    stranger = Person(TestClient(the_app()), bind)
    assert second(stranger, telephone.code()) == 403
    stranger.client.cookies.set("duban_second", "eyJ1c2VyIjoiIn0=.00")
    assert second(stranger, telephone.code()) == 403


def test_five_minutes_after_the_word_or_after_its_change_the_code_comes_too_late(
    head: Person, bind, monkeypatch: pytest.MonkeyPatch
) -> None:
    telephone, _ = enrol(head)
    late, changed = come(bind), come(bind)
    with transaction(bind) as session:
        session.exec(select(User).where(User.login == "zhuren")).one().password_hash += "x"
    assert second(changed, telephone.code()) == 403
    monkeypatch.setattr(second_factor, "LONGEST", -1)
    assert second(late, telephone.code()) == 403


def test_wrong_codes_are_counted_for_the_person_from_wherever_and_end_in_a_pause(head: Person, bind) -> None:
    telephone, _ = enrol(head)
    for _ in range(MOST):
        assert second(come(bind), "000000") == 401
    assert second(come(bind), telephone.code()) == 403
    with transaction(bind) as session:
        session.exec(update(SignInTry).values(at=clock.wall() - timedelta(minutes=6)))
    assert second(come(bind), telephone.code()) == 303


@pytest.mark.both_databases
def test_wrong_codes_sent_at_once_count_each_and_no_more_are_compared_than_one_after_another(
    head: Person, bind: Engine
) -> None:
    enrol(head)
    people = [come(bind) for _ in range(2 * MOST)]
    with ThreadPoolExecutor(len(people)) as pool:
        found = sorted(pool.map(lambda person: second(person, "000000"), people))
    assert found == [401] * MOST + [403] * MOST
    assert [factor.wrong for factor in head.all(SecondFactor)] == [MOST]


def test_after_a_hundred_wrong_codes_only_paper_opens(head: Person, bind) -> None:
    telephone, codes = enrol(head)
    with transaction(bind) as session:
        session.exec(update(SecondFactor).values(wrong=100))
    assert second(come(bind), telephone.code()) == 401
    assert second(come(bind), codes[0]) == 303
    assert second(come(bind), telephone.code()) == 303


def test_a_recovery_code_opens_once_however_it_is_typed_and_leaves_an_event(head: Person, bind) -> None:
    _, codes = enrol(head)
    assert len(set(codes)) == 8
    assert second(come(bind), codes[0].upper().replace("-", " ")) == 303
    assert second(come(bind), codes[0]) == 401
    assert [event.data["left"] for event in head.all(Event) if event.verb == "使用备用码"] == [7]


def test_neither_secret_nor_code_lies_in_the_database_as_it_is(head: Person, bind) -> None:
    telephone, codes = enrol(head)
    (factor,) = head.all(SecondFactor)
    raw = base64.b64decode(factor.secret)
    assert telephone.secret not in raw
    assert not {code.replace("-", "") for code in codes} & {row.code_hash for row in head.all(RecoveryCode)}


def test_a_secret_moved_to_another_person_or_installation_opens_nothing(head: Person, bind, home) -> None:
    telephone, codes = enrol(head)
    (home / "secret.key").write_text("00" * 32)
    with transaction(bind) as session:
        user = session.exec(select(User).where(User.login == "zhuren")).one()
        assert not take_code(session, user, telephone.code())
        assert take_code(session, user, codes[1])


def test_the_secret_is_shown_no_more_once_it_counts_and_cannot_be_made_again_over_it(head: Person, bind) -> None:
    telephone, _ = enrol(head)
    page = head.get("/second-factor")
    assert "已启用" in page
    assert base64.b32encode(telephone.secret).decode() not in page
    assert "已启用" in head.post("/second-factor", 409)


def test_a_wrong_first_code_enrols_nothing(head: Person, bind) -> None:
    head.post("/second-factor")
    assert "动态口令不对" in head.post("/second-factor/confirm", 422, code="000000")
    assert come(bind).client.get("/", follow_redirects=False).status_code == 200


def test_enrolling_ends_the_sign_ins_made_without_it(head: Person, bind) -> None:
    other = come(bind)
    enrol(head)
    assert other.client.get("/ledger", follow_redirects=False).status_code == 303
    assert head.client.get("/ledger", follow_redirects=False).status_code == 200


def test_changing_it_asks_for_the_word_again_after_ten_minutes(head: Person, bind) -> None:
    enrol(head)
    with transaction(bind) as session:
        session.exec(update(Login).values(confirmed_at=clock.wall() - timedelta(minutes=11)))
    assert "请再输一次口令" in head.post("/second-factor/end", 401)
    assert head.all(SecondFactor)


@pytest.mark.parametrize("way", ["codes", "end"])
def test_a_machine_left_open_changes_nothing_without_a_code(head: Person, bind: Engine, way: str) -> None:
    telephone, codes = enrol(head)
    for wrong in ("", "000000", WORD):
        assert "动态口令不对" in head.post(f"/second-factor/{way}", 403, code=wrong)
    assert [factor.wrong for factor in head.all(SecondFactor)] == [3], "guessing here is guessing"
    assert second(come(bind), codes[0]) == 303, "the codes on paper are the same"
    head.post(f"/second-factor/{way}", 200 if way == "codes" else 303, code=telephone.code())
    assert bool(head.all(SecondFactor)) is (way == "codes")
    assert codes[1] not in head.get("/second-factor") and not opens(bind, codes[1])


def opens(bind: Engine, code: str) -> bool:
    with transaction(bind) as session:
        return take_code(session, session.exec(select(User).where(User.login == "zhuren")).one(), code)


def test_who_lost_the_telephone_ends_it_with_a_code_from_paper(head: Person) -> None:
    _, codes = enrol(head)
    assert len(re.findall(r"<li>([a-z2-9-]{27})</li>", head.post("/second-factor/codes", 200, code=codes[0]))) == 8
    assert "动态口令不对" in head.post("/second-factor/end", 403, code=codes[1]), "the old ones are void"


def test_guessing_on_the_page_ends_in_the_same_pause_as_at_the_sign_in(head: Person, bind: Engine) -> None:
    telephone, _ = enrol(head)
    for _ in range(MOST):
        head.post("/second-factor/end", 403, code="000000")
    assert "尝试次数过多" in head.post("/second-factor/end", 403, code=telephone.code())
    assert second(come(bind), telephone.code()) == 403


def test_a_head_cannot_end_the_own_one_without_a_code_by_way_of_the_person_s_page(head: Person, bind: Engine) -> None:
    enrol(head)
    key = next(str(user.id) for user in head.all(User) if user.login == "zhuren")
    assert "备用码" in head.post(f"/people/{key}/second-factor/end", 403)
    assert head.all(SecondFactor)


def test_nothing_is_ended_or_renewed_where_there_is_none(head: Person) -> None:
    for way in ("codes", "end"):
        assert "尚未启用" in head.post(f"/second-factor/{way}", 409, code="000000")


def test_another_head_ends_it_and_nobody_else_does(head: Person, bind) -> None:
    enrol(head)
    key = next(str(user.id) for user in head.all(User) if user.login == "zhuren")
    for login in ("jingban", "lingdao"):
        come(bind, login).client.post(f"/people/{key}/second-factor/end")
        assert head.all(SecondFactor), login
    with transaction(bind) as session:
        session.exec(select(User).where(User.login == "lingdao")).one().role = "head"
    come(bind, "lingdao").client.post(f"/people/{key}/second-factor/end")
    assert (head.all(SecondFactor), head.all(RecoveryCode)) == ([], [])


def test_the_command_ends_it_where_there_is_no_other_head(head: Person, bind) -> None:
    enrol(head)
    assert CliRunner().invoke(app, ["no-second-factor", "zhuren"]).exit_code == 0
    assert come(bind).client.get("/", follow_redirects=False).status_code == 200
    assert [event.verb for event in head.all(Event)][-1] == "解除动态口令"


def test_where_it_is_required_a_head_opens_nothing_before_and_others_are_not_asked(
    head: Person, bind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_SECOND_FACTOR_REQUIRED", "true")
    settings.cache_clear()
    assert head.client.get("/ledger", follow_redirects=False).headers["location"] == "/second-factor"
    assert head.client.post("/people", data={}, follow_redirects=False).headers["location"] == "/second-factor"
    assert come(bind, "jingban").client.get("/ledger", follow_redirects=False).status_code == 200
    enrol(head)
    assert head.client.get("/ledger", follow_redirects=False).status_code == 200


def test_the_identity_provider_is_left_to_ask_for_its_own_second_factor(
    head: Person, bind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_SECOND_FACTOR_REQUIRED", "true")
    settings.cache_clear()
    with transaction(bind) as session:
        token = head.client.cookies["duban"]
        session.exec(update(Login).where(col(Login.token_hash) == hash_token(token)).values(way="统一身份认证"))
    assert head.client.get("/ledger", follow_redirects=False).status_code == 200
