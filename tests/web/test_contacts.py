"""How contacts are reached is set, tried and restored on one page, and no page shows a robot's key."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlmodel import select

from config import clock
from config.settings import settings
from models.base import Conflict
from models.event import Event
from models.unit import Contact
from models.words import Channel
from notifications.channel import close_wires
from notifications.rate import limiter
from tests.conftest import Running
from tests.notifications.sinks import MailSink, Sink, http_sink, mail_sink
from tests.web.at_desk import signed
from tests.web.person import Person

KEY, SIGN = "BOTKEY-0123456789", "SEC-abcdef0123456789"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as found:
        yield found
    close_wires()


@pytest.fixture
def desk(puyang: Callable[..., Running], today: Callable[[date], None]) -> Iterator[Running]:
    limiter.cache_clear()
    running = puyang(2)
    today(date(2020, 7, 27))
    yield running
    limiter.cache_clear()


@pytest.fixture
def clerk(desk: Running) -> Person:
    return signed(desk.bind, "jingban")


def of_unit(desk: Running) -> Contact:
    with desk.on(date(2020, 7, 27)) as session:
        return desk.contact(session)


def now(desk: Running, contact: Contact) -> Contact:
    with desk.on(date(2020, 7, 27)) as session:
        return session.get_one(Contact, contact.id)


def robot(sink: Sink) -> str:
    return f"{sink.url}/robot/send?access_token={KEY}#{SIGN}"


def test_a_first_and_a_second_way_are_set_and_only_their_hosts_are_shown(
    desk: Running, clerk: Person, sink: Sink
) -> None:
    contact = of_unit(desk)
    page = clerk.post(
        f"/contacts/{contact.id}", channel="dingtalk", address=robot(sink), second_channel="sms",
        second_address="13800000000",
    )
    found = now(desk, contact)
    assert (found.channel, found.second_channel, found.second_address) == (
        Channel.DINGTALK, Channel.SMS, "13800000000",
    )
    head = signed(desk.bind, "zhuren")
    for text in (page, clerk.get(f"/units/{contact.unit_id}"), head.get("/events"), head.get("/events.csv")):
        assert KEY not in text and SIGN not in text
    assert f"{sink.url}/…" in page and "13800000000" in page


def test_an_address_left_empty_stays_as_it_is_while_its_way_does(desk: Running, clerk: Person, sink: Sink) -> None:
    contact = of_unit(desk)
    at = f"/contacts/{contact.id}"
    clerk.post(at, channel="dingtalk", address=robot(sink))
    clerk.post(at, channel="dingtalk", address="", second_channel="mail", second_address="a@example.org")
    assert now(desk, contact).address == robot(sink)
    assert "请填写地址" in clerk.post(at, 422, channel="mail", address="")


@pytest.mark.parametrize(("given", "sentence"), [
    ({"channel": "mail", "address": "不是邮箱"}, "不是邮箱"),
    ({"channel": "wecom", "address": "https://host.example/x"}, "不是网址"),
    ({"channel": "sms", "address": "12345"}, "不是手机号码"),
    ({"channel": "wecom_app", "address": "@all"}, "不是成员账号"),
    ({"channel": "鸽子", "address": ""}, "不认识"),
    ({"channel": "outbox", "second_channel": "mail", "second_address": "x"}, "第二通知方式为电子邮件"),
    ({"channel": "apprise", "address": "wecombot://abc"}, "改选"),
    ({"channel": "mail", "address": "a@example.org", "second_channel": "mail", "second_address": "a@example.org"},
     "相同"),
    ({"channel": "mail", "address": "a" * 600 + "@example.org"}, "字以内"),
])
def test_a_wrong_address_is_refused_and_nothing_typed_is_lost(
    desk: Running, clerk: Person, given: dict[str, str], sentence: str
) -> None:
    contact = of_unit(desk)
    page = clerk.post(f"/contacts/{contact.id}", 422, **given)
    assert sentence in page
    assert all(f'value="{text}"' in page for name, text in given.items() if name.endswith("address") and text)
    assert now(desk, contact).channel == Channel.OUTBOX


def test_the_office_s_and_the_teams_contacts_have_ways_too(desk: Running, clerk: Person) -> None:
    page = clerk.get("/contacts")
    with desk.on(date(2020, 7, 27)) as session:
        rows = session.exec(select(Contact).where(Contact.unit_id.is_(None), Contact.user_id.is_(None))).all()
    assert len(rows) >= 2 and all(f"/contacts/{row.id}" in page for row in rows)
    team = next(row for row in rows if row.team_id)
    clerk.post(f"/contacts/{team.id}", name="新组长", phone="0393-1", channel="mail", address="zu@example.org")
    found = now(desk, team)
    assert (found.name, found.channel, found.address) == ("新组长", Channel.MAIL, "zu@example.org")
    assert "请填写姓名" in clerk.post(f"/contacts/{team.id}", 422, name=" ", channel="outbox")


def test_a_refused_address_says_when_and_why_and_comes_back_by_a_persons_act(desk: Running, clerk: Person) -> None:
    contact = of_unit(desk)
    with desk.on(date(2020, 7, 27)) as session:
        row = session.get_one(Contact, contact.id)
        row.channel, row.address = Channel.MAIL, "a@example.org"
        row.refused_at, row.refused_why = clock.now(), "邮件服务器拒收收件地址（550）"
    at = f"/contacts/{contact.id}"
    page = clerk.get(at)
    assert "地址已停用" in page and "邮件服务器拒收收件地址（550）" in page and "7月27日" in page
    assert "地址已停用" in clerk.get(f"/units/{contact.unit_id}")
    assert "地址已停用" not in clerk.post(f"{at}/resume")
    assert now(desk, contact).refused_at is None
    assert "不需要恢复" in clerk.post(f"{at}/resume", 409)
    with desk.on(date(2020, 7, 27)) as session:
        assert session.exec(select(Event).where(Event.verb == "恢复使用通知地址")).one().actor


def test_another_address_is_not_the_refused_one(desk: Running, clerk: Person) -> None:
    contact = of_unit(desk)
    with desk.on(date(2020, 7, 27)) as session:
        row = session.get_one(Contact, contact.id)
        row.channel, row.address, row.refused_at = Channel.MAIL, "a@example.org", clock.now()
    clerk.post(f"/contacts/{contact.id}", channel="mail", address="a@example.org")
    assert now(desk, contact).refused_at is not None
    clerk.post(f"/contacts/{contact.id}", channel="mail", address="b@example.org")
    assert now(desk, contact).refused_at is None


def test_a_trial_sends_once_and_tells_what_came_of_it(desk: Running, clerk: Person, sink: Sink) -> None:
    contact = of_unit(desk)
    at = f"/contacts/{contact.id}"
    assert "不需要试发" in clerk.post(f"{at}/try", 422)
    clerk.post(at, channel="dingtalk", address=robot(sink))
    assert "对方服务器已接收" in clerk.post(f"{at}/try", 200)
    sink.answers({"errcode": 310000, "errmsg": "sign not match"})
    page = clerk.post(f"{at}/try", 200)
    assert "没有发出" in page and "安全设置未通过" in page and KEY not in page
    assert len(sink.calls) == 2 and "试发" in sink.calls[0].json()["text"]["content"]
    assert "/u/" not in sink.calls[0].body.decode()
    with desk.on(date(2020, 7, 27)) as session:
        tried = [event.data for event in session.exec(select(Event).where(Event.verb == "试发通知"))]
    assert [one["ok"] for one in tried] == [True, False] and KEY not in str(tried)


def test_trials_are_throttled(desk: Running, clerk: Person, sink: Sink) -> None:
    contact = of_unit(desk)
    at = f"/contacts/{contact.id}"
    clerk.post(at, channel="dingtalk", address=robot(sink))
    for _ in range(3):
        clerk.post(f"{at}/try", 200)
    assert "过于频繁" in clerk.post(f"{at}/try", 403) and len(sink.calls) == 3


def test_the_second_way_is_tried_by_itself(desk: Running, clerk: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    contact = of_unit(desk)
    with mail_sink() as mail:
        _use(monkeypatch, mail)
        clerk.post(f"/contacts/{contact.id}", channel="outbox", second_channel="mail", second_address="b@example.org")
        assert "对方服务器已接收" in clerk.post(f"/contacts/{contact.id}/try", 200, way="second")
        assert [to for _, to, _ in mail.mails] == [["b@example.org"]]
        close_wires()


def _use(monkeypatch: pytest.MonkeyPatch, mail: MailSink) -> None:
    monkeypatch.setenv("DUBAN_MAIL_URL", f"mailto://127.0.0.1:{mail.port}/?from=duban@example.org&mode=insecure")
    settings.cache_clear()


@pytest.mark.parametrize("login", ["zuzhang", "lingdao"])
def test_whoever_may_not_enter_contacts_may_not_change_or_try_them(desk: Running, clerk: Person, login: str) -> None:
    other = signed(desk.bind, login)
    for path in ("", "/try", "/resume"):
        other.post(f"/contacts/{of_unit(desk).id}{path}", 403)


def test_a_contact_who_was_replaced_is_not_changed_any_more(desk: Running, clerk: Person) -> None:
    contact = of_unit(desk)
    clerk.post(f"/units/{contact.unit_id}/contact", contact="新联络员", channel="outbox")
    page = clerk.post(f"/contacts/{contact.id}", 409, channel="mail", address="a@example.org")
    assert "已被更换" in page and issubclass(Conflict, Exception)
