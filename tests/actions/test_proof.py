"""催办凭证 and 电话联系单: everything sent or tried with the event that seals it; who must still be telephoned."""

from collections.abc import Callable
from datetime import date, time

import pytest
from sqlalchemy import text
from sqlmodel import select

from actions import deliver as delivering
from actions.open_link import sign_on_paper
from actions.paper import look
from actions.phone_list import make_phone_list
from actions.proof import make_proof
from models.base import NotAllowed, Rejected
from models.event import Event
from models.notice import Message
from models.open_work import unsigned
from models.unit import Contact
from models.words import AssignmentKind, Channel, MessageState
from tests.actions.test_deliver import Wire, mailed  # noqa: F401
from tests.conftest import Running
from tests.databases import unsealed
from tests.workbooks import notes_of, opened

K = AssignmentKind
LATER = date(2020, 8, 17)


@pytest.fixture
def running(puyang: Callable[..., Running]) -> Running:
    found = puyang(3)
    found.rounds(date(2020, 7, 24), date(2020, 8, 12))
    return found


def test_every_message_stands_with_its_text_state_key_and_the_seal_of_its_event(running: Running) -> None:
    with running.on(LATER) as session:
        unit = running.unit(session)
        rows = opened(session, make_proof(session, running.actor("jingban"), unit))
        known = session.exec(select(Message).where(Message.unit_id == unit.id)).all()
        assert sorted(row["消息编号"] for row in rows) == sorted(str(one.id) for one in known) and len(known) > 3
        for row in rows:
            message = next(one for one in known if str(one.id) == row["消息编号"])
            event = session.exec(select(Event).where(Event.subject == str(message.id))).one()
            assert (row["办理记录序号"], row["该条记录的印记（SHA-256）"]) == (str(event.seq), event.hash)
            words = [line for line in message.body.splitlines() if line.strip()]
            assert row["通知内容"].splitlines() == words
            assert row["结果"].splitlines() == ["已发", "正文与办理记录相符"] and row["方式"] == "站内发件箱"
            assert f"{row['时间']:%Y-%m-%d}" == str(message.day)
        assert [row["时间"] for row in rows] == sorted(row["时间"] for row in rows)


def test_a_text_changed_behind_the_back_and_a_failed_try_are_said(
    mailed, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    monkeypatch.setattr(delivering, "send", Wire("对方拒收"))
    mailed.round(date(2020, 8, 3), time(9))
    with mailed.on(date(2020, 8, 3), time(12)) as session:
        unit, clerk = mailed.unit(session), mailed.actor("jingban")
        row = next(row for row in opened(session, make_proof(session, clerk, unit)) if row["方式"] == "电子邮件")
        assert "第1次未发出：对方拒收（第" in row["结果"] and "unit@example.org" in row["接收人及地址"]
        assert row["结果"].startswith("失败待重试")
    monkeypatch.setattr(delivering, "send", Wire())
    mailed.round(date(2020, 8, 4), time(9))
    with mailed.on(date(2020, 8, 4), time(12)) as session:
        message = session.exec(select(Message).where(Message.channel == Channel.MAIL)).first()
        assert message.state == MessageState.SENT
        message.body += "（改过）"
        session.flush()
        row = next(row for row in opened(session, make_proof(session, clerk, mailed.unit(session)))
                   if row["消息编号"] == str(message.id))
        assert "正文与办理记录不符" in row["结果"] and "第1次未发出" in row["结果"]
        assert len(row["办理记录序号"].split("、")) == 2  # the try that failed, and the one that did not


def test_an_event_changed_in_the_database_no_longer_vouches(running: Running) -> None:
    with running.on(LATER) as session:
        unit = running.unit(session)
        key = session.exec(select(Message.id).where(Message.unit_id == unit.id)).first()
        unsealed(session.connection())
        session.connection().execute(text("UPDATE event SET actor = '别人' WHERE subject = :key"), {"key": str(key)})
        rows = opened(session, make_proof(session, running.actor("jingban"), unit))
        bad = [row for row in rows if "印记不符" in row["该条记录的印记（SHA-256）"]]
        assert [row["消息编号"] for row in bad] == [str(key)]


def test_a_proof_of_one_matter_holds_its_messages_alone_and_says_who_signed(running: Running) -> None:
    with running.on(LATER) as session:
        unit, clerk = running.unit(session), running.actor("jingban")
        item = running.item(session, K.CONTACT)
        sign_on_paper(session, clerk, item, running.contact(session), {"name": "收件人甲", "how": "电话"})
        paper = make_proof(session, clerk, unit, item)
        rows = opened(session, paper)
        assert rows and all("收件人甲（电话签收）" in row["签收"] and "第" in row["签收"] for row in rows)
        assert len(rows) < len(opened(session, make_proof(session, clerk, unit)))
        assert "事项：签收方案并确认联系人" in notes_of(look(session, paper))
        with pytest.raises(NotAllowed, match="不是此单位承办"):
            make_proof(session, clerk, running.unit(session, 1), item)


def test_whom_nobody_could_be_told_is_in_the_proof_too(puyang: Callable[..., Running]) -> None:
    found = puyang(1)
    with found.on(date(2020, 7, 24)) as session:
        for contact in session.exec(select(Contact)).all():
            contact.active = False
    found.rounds(date(2020, 7, 27), date(2020, 8, 4))
    with found.on(date(2020, 8, 4)) as session:
        rows = opened(session, make_proof(session, found.actor("jingban"), found.unit(session)))
        assert any(row["结果"] == "无人可通知，未发出" and row["接收人及地址"] == "无联系人" for row in rows)


def test_a_unit_that_was_told_nothing_has_no_proof(puyang: Callable[..., Running]) -> None:
    found = puyang(1)
    with found.on(date(2020, 7, 24)) as session, pytest.raises(Rejected, match="尚未发出过这方面的通知"):
        make_proof(session, found.actor("jingban"), found.unit(session))


def test_the_telephone_list_is_the_desks_list_with_room_for_the_call(running: Running) -> None:
    with running.on(LATER) as session:
        clerk, owed = running.actor("jingban"), unsigned(session, running.people.office_id, LATER)
        running.contact(session, 1).phone = "=1390"
        for contact in session.exec(select(Contact).where(Contact.unit_id == running.unit(session, 2).id)).all():
            contact.active = False
        session.flush()
        rows = opened(session, make_phone_list(session, clerk))
        assert len(rows) == len(owed) == 3
        first, second, third = rows
        item = owed[0][0]
        assert (first["单位"], first["待签收的文件"], first["应签收日期"]) == (owed[0][1].name, item.title, item.due_on)
        assert first["已通知次数"] >= 2 and first["首次通知"] == date(2020, 7, 24) and first["逾期工作日"] > 5
        assert second["电话"] == "=1390" and (third["联系人"], third["电话"]) == ("无联系人", "未登记")
        assert {row[name] for row in rows for name in ("通话时间", "接听人", "答复情况", "拨打人签名")} == {""}
        for position in range(3):
            item = running.item(session, K.CONTACT, position)
            contact = session.exec(select(Contact)).first()
            sign_on_paper(session, clerk, item, contact, {"name": "收件人", "how": "电话"})
        with pytest.raises(Rejected, match="没有逾期未签收的单位"):
            make_phone_list(session, clerk)
