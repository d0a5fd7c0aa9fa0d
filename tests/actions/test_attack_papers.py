"""Ways round the closed loop that somebody tried: two keys in one hand, numbers twice, referrals told by the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import col, select

from actions.escalate import decide, draft_step
from actions.numbering import set_pattern, take_number
from actions.paper import draft_paper, issue_paper, void_paper
from actions.people import add_person, rename
from actions.sign_paper import redraft
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import DeadlineVersion
from models.database import transaction
from models.lists import events_of
from models.office import User
from models.office_ledger import history
from models.paper import Paper, PaperNumber
from models.paper_ledger import register_years, years_of
from models.paper_words import EscalationState, EscalationStep, PaperKind
from models.problem import Escalation
from models.words import AssignmentKind, Role
from tests.actions.test_paper import CONTENT

K, E, KIND = PaperKind, EscalationStep, AssignmentKind
LATE = date(2020, 8, 14)
REFERRED = {"use": "discipline", "receiver": "市纪委监委"}


@pytest.fixture
def late(puyang: Callable):
    running = puyang(units=1)
    for n in (3, 7, 10, 11, 13, 14):
        running.round(date(2020, 8, n))
    with running.on(LATE) as session:
        waiting = session.exec(select(Escalation)).one()
        decide(session, running.actor("lingdao"), waiting, False, reason="另行处理")
    return running


def referred(session, running, new_due: date | None = None) -> Escalation:
    item = running.item(session, KIND.SELF_CHECK_REPORT)
    row = draft_step(session, running.actor("zhuren"), item, E.REFERRAL, LATE, "情节严重")
    decide(session, running.actor("lingdao"), row, True, terms=REFERRED, new_due=new_due)
    return row


@pytest.mark.parametrize("name", ["王、五", "王五\u200b", "王\u00a0五", "王五(科)", "王代录"])
def test_no_name_is_given_that_reads_as_two_or_as_another(bind, people, name: str) -> None:
    with transaction(bind) as session:
        head = people.actors["zhuren"]
        add_person(session, head, "wangwu", "王五", Role.CLERK, "x")
        user = session.exec(select(User).where(User.login == "zhuren")).one()
        with pytest.raises((Rejected, Conflict)):
            rename(session, head, user, name)


def test_who_has_such_a_name_already_does_not_sign_the_own_draft(bind, people) -> None:
    with transaction(bind) as session:
        head = replace(people.actors["zhuren"], name="王、五")
        paper = draft_paper(session, head, K.OPINION, "letter:1", CONTENT)
        with pytest.raises(NotAllowed, match="须由另一人签发"):
            issue_paper(session, head, paper, 1)


def test_a_number_typed_by_hand_is_not_given_again_by_the_counter(late) -> None:
    with late.on(LATE) as session:
        head, leader = late.actor("zhuren"), late.actor("lingdao")
        set_pattern(session, head, K.SLIP, "督〔{year}〕{n}号")
        item = late.item(session, KIND.SELF_CHECK_REPORT)
        row = draft_step(session, head, item, E.SLIP, LATE)
        decide(session, leader, row, True, number="督〔2020〕1号")
        again = take_number(session, leader, K.SLIP)
        assert again.number == "督〔2020〕2号"
        kept = session.exec(select(PaperNumber).order_by(col(PaperNumber.serial))).all()
        assert [one.serial for one in kept] == [1, 2], "the register says who has the first"


def test_a_pattern_that_another_kind_once_had_is_not_taken_again(bind, people) -> None:
    with transaction(bind) as session:
        head = people.actors["zhuren"]
        set_pattern(session, head, K.OPINION, "甲〔{year}〕{n}号")
        take_number(session, head, K.OPINION)
        set_pattern(session, head, K.OPINION, "乙〔{year}〕{n}号")
        with pytest.raises(Rejected, match="会出现重号"):
            set_pattern(session, head, K.SLIP, "甲〔{year}〕{n}号")


def test_a_referral_leaves_no_word_on_limits_of_the_unit(late) -> None:
    with late.on(LATE) as session:
        referred(session, late, new_due=date(2020, 8, 28))
        item = late.item(session, KIND.SELF_CHECK_REPORT)
        said = [item.because, *(str(one.model_dump()) for one in session.exec(select(DeadlineVersion)))]
        assert not any("移送" in one for one in said), said
        told = [f"{one.verb}{one.data}" for one in events_of(session, late.people.office_id, limit=500)]
        assert not any("移送" in one for one in told)


def test_a_later_slip_does_not_speak_of_a_referral(late) -> None:
    with late.on(LATE) as session:
        number = referred(session, late).number
        item = late.item(session, KIND.SELF_CHECK_REPORT)
        row = draft_step(session, late.actor("jingban"), item, E.CRITICISM, LATE, "再次")
        paper = session.get_one(Paper, row.paper_id)
        assert "移送" not in str(paper.content) and number not in str(paper.content)
        said = [f"{one.verb}{one.data}" for one in events_of(session, late.people.office_id, limit=500)]
        assert not any("移送" in one or number in one for one in said)


def test_a_withdrawn_referral_leaves_no_number_for_the_auditor(late) -> None:
    with late.on(LATE) as session:
        row = referred(session, late)
        paper = session.get_one(Paper, row.paper_id)
        void_paper(session, late.actor("zhuren"), paper, paper.row_version, "机密理由")
        told = session.exec(history(late.people.office_id, False)).all()
        assert not any("机密理由" in str(one.data) or row.number in str(one.data) for one in told)
        full = session.exec(history(late.people.office_id, True)).all()
        assert any("机密理由" in str(one.data) for one in full)


def test_that_a_referral_waits_is_not_told_to_a_clerk_who_drafts(late) -> None:
    with late.on(LATE) as session:
        item = late.item(session, KIND.SELF_CHECK_REPORT)
        draft_step(session, late.actor("zhuren"), item, E.REFERRAL, LATE, "情节严重")
        row = draft_step(session, late.actor("jingban"), item, E.SLIP, LATE)
        assert row.state == EscalationState.DRAFT


def test_the_years_of_hidden_papers_are_not_told(late) -> None:
    with late.on(LATE) as session:
        referred(session, late)
        hidden = {K.REFERRAL}
        seen = [row for row in session.exec(select(Paper)) if row.kind not in hidden]
        assert seen  # others of 2020
        office = late.people.office_id
        assert register_years(session, office, hidden) == []
        assert years_of(session, office, set(K)) == []


def test_what_was_made_out_of_the_ledger_is_not_worded_anew(bind, people) -> None:
    with transaction(bind) as session:
        clerk = people.actors["jingban"]
        content = {"rows": [{"n": 1}], "office": "某办", "made_on": "2021-09-07", "last_hash": "0" * 64}
        paper = draft_paper(session, clerk, K.PROOF, "proof:1", content)
        with pytest.raises(NotAllowed, match="由系统数据生成"):
            redraft(session, clerk, paper, 1, {"last_hash": "f" * 64, "made_on": "2020-01-01"})

