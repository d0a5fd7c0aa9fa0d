"""Digests: what a week came to, told once to each reader, within the office's hours, made up for once."""

import io
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from docx import Document
from sqlalchemy import text
from sqlmodel import col, select

from actions.deliver import deliver
from actions.digest import make_digests, set_digests, wish_seen
from actions.digest_content import digest_content
from actions.keep_evidence import Upload, store
from actions.paper import issue_paper, look, void_paper
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.database import transaction
from models.ledger import contacts_by_owner
from models.notice import Message, Notice
from models.office import User
from models.paper import Paper, PaperForm
from models.paper_words import PaperKind, PaperState
from models.words import MessageState
from rules.digest import month_before, told_on, week_before
from tests.conftest import Running
from tests.real_parts import Mailbox

MONDAY = date(2020, 8, 17)
TEN = time(10, 0)
LEADER = "lingdao"


def wish(running: Running, day: date, login: str = LEADER, kinds: tuple[str, ...] = ("week",), **more: Any) -> None:
    with running.on(day) as session:
        user = session.exec(select(User).where(User.login == login)).one()
        given = {"mail": f"{login}@example.org", "seen": wish_seen(user)} | more
        set_digests(session, running.actor(more.get("by", login)), user, given["mail"], kinds, given["seen"])


def sweep(running: Running, day: date, hour: time = TEN) -> int:
    with running.on(day, hour) as session:
        made = make_digests(session, running.people.office_id, day)
    with clock.jumped_to(clock.at_time(day, hour)):
        deliver(running.bind)
    return made


def mails(box: Mailbox, to: str = LEADER) -> list[str]:
    return [mail.get_body(("plain",)).get_content() for mail in box.mails if to in str(mail["To"])]


def test_the_week_is_told_once_however_often_the_sweep_runs(puyang: Callable, mailbox: Mailbox) -> None:
    running = puyang(3)
    running.rounds(date(2020, 8, 3), date(2020, 8, 11))
    wish(running, date(2020, 8, 12))
    for _ in range(3):
        sweep(running, MONDAY)
    (body,) = mails(mailbox)
    assert "督察周报（2020年8月10日至16日）" in body and "本周到期3项，其中按时0项、逾期报送0项、逾期未办3项。" in body
    assert "因系统停机" not in body
    with running.on(MONDAY) as session:
        (paper,) = session.exec(select(Paper).where(Paper.kind == PaperKind.DIGEST_WEEK)).all()
        assert (paper.state, paper.subject, paper.number) == (PaperState.ISSUED, "week:2020-W33", "")
        said = [one.text for one in Document(io.BytesIO(look(session, paper))).paragraphs]
        assert all(line in said for line in paper.content["lines"])
        assert not any("{" in line for line in said)


def test_nothing_goes_out_at_night_and_the_morning_sends_it(puyang: Callable, mailbox: Mailbox) -> None:
    running = puyang(1)
    wish(running, date(2020, 8, 12))
    sweep(running, MONDAY, time(0, 5))
    assert mails(mailbox) == []
    sweep(running, MONDAY, time(9, 15))
    assert len(mails(mailbox)) == 1


def test_a_week_missed_while_the_machine_was_down_is_made_up_for_once_and_says_so(
    puyang: Callable, mailbox: Mailbox
) -> None:
    """Three weeks down: the last week is told, not three of them; the sentence says it is late."""
    running = puyang(1)
    wish(running, date(2020, 7, 29))
    for day in (date(2020, 8, 19), date(2020, 8, 20)):
        sweep(running, day)
    (body,) = [body for body in mails(mailbox) if "周报" in body]
    assert "8月10日至16日" in body and "迟于原定的8月17日" in body


def test_on_a_rest_day_nothing_is_made(puyang: Callable, mailbox: Mailbox) -> None:
    running = puyang(1)
    wish(running, date(2020, 9, 29))
    assert sweep(running, date(2020, 10, 5)) == 0  # the Monday of the national holiday
    assert sweep(running, date(2020, 10, 9)) >= 1
    (body,) = [body for body in mails(mailbox) if "周报" in body]
    assert "9月28日至10月4日" in body and "停机" not in body


def test_the_month_is_told_on_its_first_workday(puyang: Callable, mailbox: Mailbox) -> None:
    running = puyang(1)
    wish(running, date(2020, 8, 12), kinds=("month",))
    sweep(running, date(2020, 8, 31))
    assert mails(mailbox) == []
    sweep(running, date(2020, 9, 1))
    sweep(running, date(2020, 9, 2))
    (body,) = mails(mailbox)
    assert "督察月报（2020年8月1日至31日）" in body


def test_who_asks_on_wednesday_is_not_sent_what_is_past(puyang: Callable, mailbox: Mailbox) -> None:
    running = puyang(1)
    wish(running, date(2020, 8, 19), kinds=("week", "month"))
    sweep(running, date(2020, 8, 20))
    assert mails(mailbox) == []
    sweep(running, date(2020, 8, 24))
    assert len(mails(mailbox)) == 1


def test_who_is_stopped_or_wants_none_is_not_written_to(puyang: Callable, mailbox: Mailbox) -> None:
    running = puyang(1)
    wish(running, date(2020, 8, 12))
    sweep(running, MONDAY, time(0, 5))
    wish(running, MONDAY, kinds=())
    sweep(running, MONDAY)
    assert mails(mailbox) == []
    wish(running, date(2020, 8, 18))
    with running.on(date(2020, 8, 18)) as session:
        session.exec(select(User).where(User.login == LEADER)).one().active = False
    sweep(running, date(2020, 8, 24))
    assert mails(mailbox) == []


def test_without_a_mail_server_the_paper_is_made_and_nothing_fails(puyang: Callable) -> None:
    running = puyang(1)
    wish(running, date(2020, 8, 12))
    assert sweep(running, MONDAY) >= 1
    with running.on(MONDAY) as session:
        assert not session.exec(select(Message).where(col(Message.state) != MessageState.SENT)).all()
        assert session.exec(select(Paper).where(Paper.kind == PaperKind.DIGEST_WEEK)).one()


def test_a_mail_refused_is_tried_again_and_the_office_learns_whom_to_tell(puyang: Callable, mailbox: Mailbox) -> None:
    running = puyang(1)
    wish(running, date(2020, 8, 12))
    mailbox.refuse = True
    for day in (17, 18, 19, 20, 21):
        for hour in (9, 11, 15, 17):
            sweep(running, date(2020, 8, day), time(hour, 30))
    with running.on(date(2020, 8, 21)) as session:
        texts = session.exec(select(Notice.text).where(Notice.step == "告警")).all()
        assert any("发往领导甲的通知6次未成功" in one for one in texts)


def test_an_empty_week_says_so_in_one_sentence(puyang: Callable) -> None:
    running = puyang(1)
    with running.on(date(2020, 7, 27)) as session:
        session.execute(text("UPDATE assignment SET due_on=NULL"))
        found = digest_content(session, running.people.office_id, week_before(date(2020, 7, 20)))
        assert found["lines"] == ["本周没有到期、办结和新发现的事项，没有待决定的事项，下周没有到期的事项。"]


def test_a_faulty_template_of_the_office_stops_neither_sweep_nor_mail(puyang: Callable, mailbox: Mailbox) -> None:
    """The figures are kept as a draft, the desk is told, readers get their mail; mended, it can be issued by hand."""
    running = puyang(1)
    wish(running, date(2020, 8, 12))
    broken = Document()
    broken.add_paragraph("{{ nothing_of_that_name }}")
    held = io.BytesIO()
    broken.save(held)
    with running.on(MONDAY) as session:
        digest, size = store(Upload("周报.docx", held.getvalue())), len(held.getvalue())
        form = {"name": "周报.docx", "digest": digest, "size": size, "put_by": "主任甲", "put_at": clock.now()}
        session.add(PaperForm(office_id=running.people.office_id, kind=PaperKind.DIGEST_WEEK, **form))
    sweep(running, MONDAY)
    sweep(running, MONDAY)
    assert len(mails(mailbox)) == 1
    with running.on(MONDAY) as session:
        (paper,) = session.exec(select(Paper).where(Paper.kind == PaperKind.DIGEST_WEEK)).all()
        assert (paper.state, paper.digest, paper.issued_by) == (PaperState.DRAFT, "", "")
        (alert,) = session.exec(select(Notice.text).where(Notice.step == "告警", Notice.text.contains("周报"))).all()
        assert "未能生成" in alert
        session.exec(select(PaperForm)).one().active = False
        assert issue_paper(session, running.actor("jingban"), paper, paper.row_version).state == PaperState.ISSUED


def test_a_digest_that_was_withdrawn_is_told_to_nobody_else(puyang: Callable, mailbox: Mailbox) -> None:
    running = puyang(1)
    wish(running, date(2020, 8, 12))
    with running.on(MONDAY, time(0, 5)) as session:
        user = session.exec(select(User).where(User.login == LEADER)).one()
        user.digests = []
        make_digests(session, running.people.office_id, MONDAY)
        paper = session.exec(select(Paper).where(Paper.kind == PaperKind.DIGEST_WEEK)).one()
        void_paper(session, running.actor("zhuren"), paper, paper.row_version, "数据有误")
        user.digests = ["week"]
    assert sweep(running, MONDAY) == 0
    assert mails(mailbox) == []


def test_an_office_without_a_cycle_gets_no_digest(people, bind) -> None:
    with clock.jumped_to(clock.at_time(MONDAY)), transaction(bind) as session:
        assert make_digests(session, people.office_id, MONDAY) == 0


def test_the_digests_figures_are_the_ledgers_own(puyang: Callable) -> None:
    """Due, on time, late, owed of the week, counted again by plain SQL; the sum of the parts is the whole."""
    running = puyang(3)
    with running.on(date(2020, 8, 10)) as session:
        running.hand_in(session, 0)
    with running.on(date(2020, 8, 13)) as session:
        running.hand_in(session, 1)
    with running.on(MONDAY) as session:
        due = digest_content(session, running.people.office_id, week_before(MONDAY))["due"]
        where = ("SELECT count(*) FROM assignment WHERE unit_id IS NOT NULL AND team_id IS NULL AND part_of IS NULL "
                 "AND due_on BETWEEN '2020-08-10' AND '2020-08-16' AND kind='self_check_report'")

        def count(more: str = "") -> int:
            return session.connection().execute(text(where + more)).scalar_one()

        day = {"sqlite": "date(sent_in_at, '+8 hours')", "postgresql": "CAST(sent_in_at AT TIME ZONE 'PRC' AS date)"}
        handed = f" AND state IN ('submitted','done') AND {day[session.get_bind().dialect.name]}"
        assert due == {"total": count(), "on_time": count(handed + "<=due_on"), "late": count(handed + ">due_on"),
                       "owed": count(" AND state IN ('planned','open','returned')")}
        assert (due["total"], due["on_time"] + due["late"] + due["owed"]) == (3, 3)


def test_referrals_are_not_spoken_of_and_what_waits_is_named(puyang: Callable) -> None:
    running = puyang(1)
    running.rounds(date(2020, 8, 10), date(2020, 8, 17))
    with running.on(date(2020, 8, 24)) as session:
        decisions = digest_content(session, running.people.office_id, week_before(date(2020, 8, 24)))["decisions"]
        assert {"what": "督办单", "about": running.unit(session).name} in decisions
        session.execute(text("UPDATE escalation SET step='referral'"))
        session.expire_all()
        decisions = digest_content(session, running.people.office_id, week_before(date(2020, 8, 24)))["decisions"]
        assert decisions == []


def test_readers_of_digests_are_no_contacts_of_the_office(puyang: Callable) -> None:
    """Or a leader would be reminded of every duty of the office itself."""
    running = puyang(1)
    wish(running, date(2020, 8, 12))
    with running.on(date(2020, 8, 12)) as session:
        assert all(one.user_id is None for some in contacts_by_owner(session, running.people.office_id).values()
                   for one in some)


@pytest.mark.parametrize(("login", "mail", "kinds", "seen", "error", "words"), [
    ("jingban", "a@example.org", ("week",), None, NotAllowed, "办公室主任和分管领导"),
    (LEADER, "不是邮箱", ("week",), None, Rejected, "邮箱地址不对"),
    (LEADER, "a@example.org?to=b@example.org", ("week",), None, Rejected, "邮箱地址不对"),
    (LEADER, "a@example.org\nBcc: b@example.org", ("week",), None, Rejected, "邮箱地址不对"),
    (LEADER, "", ("week",), None, Rejected, "请填写接收督察简报的邮箱"),
    (LEADER, "a@example.org", ("week",), "x@example.org", Conflict, "刚刚已被更改"),
])
def test_a_wish_that_cannot_be_kept_is_refused(
    puyang: Callable, login: str, mail: str, kinds: tuple, seen: str | None, error: type, words: str
) -> None:
    running = puyang(1)
    more = {} if seen is None else {"seen": seen}
    with pytest.raises(error, match=words):
        wish(running, date(2020, 8, 12), login, kinds, mail=mail, **more)


def test_a_leader_sets_no_other_persons_digest_but_the_head_does(puyang: Callable) -> None:
    running = puyang(1)
    with pytest.raises(NotAllowed):
        wish(running, date(2020, 8, 12), "zhuren", by=LEADER)
    wish(running, date(2020, 8, 12), LEADER, by="zhuren")


@pytest.mark.parametrize(("day", "key", "first", "last", "told"), [
    (date(2020, 8, 17), "2020-W33", date(2020, 8, 10), date(2020, 8, 16), date(2020, 8, 17)),
    (date(2021, 1, 4), "2020-W53", date(2020, 12, 28), date(2021, 1, 3), date(2021, 1, 4)),
    (date(2020, 10, 9), "2020-W40", date(2020, 9, 28), date(2020, 10, 4), date(2020, 10, 9)),
])
def test_a_week_is_the_iso_week_before(day: date, key: str, first: date, last: date, told: date) -> None:
    from config.workdays import official

    span = week_before(day)
    assert (span.key, span.first, span.last, told_on(span, official())) == (key, first, last, told)


def test_a_month_ends_where_it_ends() -> None:
    span = month_before(date(2024, 3, 31))
    assert (span.key, span.first, span.last, span.ahead) == (
        "2024-02", date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 31)
    )
    assert month_before(date(2021, 1, 4)).key == "2020-12"
