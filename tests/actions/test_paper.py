"""A paper is drafted out of data, signed by another hand with a number without gaps, frozen, and never lost."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from sqlmodel import col, select

from actions.numbering import set_pattern, take_number
from actions.paper import draft_paper, issue_paper, look, void_paper
from actions.people import rename
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.database import transaction
from models.office import User
from models.paper import Paper, PaperNumber
from models.paper_words import PaperKind, PaperState

pytestmark = pytest.mark.both_databases

K = PaperKind
CONTENT = {
    "unit": "南乐县", "opening": "你单位行政执法案卷经审查后发现：", "demand": "请于30日内书面报送整改情况。",
    "findings": [{"mark": "一是", "text": "执法记录不完整。"}, {"mark": "二是", "text": "文书送达超期。"}],
}


def drafted(session, people, **more) -> Paper:
    return draft_paper(session, people.actors["jingban"], K.OPINION, "letter:1", CONTENT | more)


def lines(data: bytes) -> list[str]:
    return [one.text for one in Document(io.BytesIO(data)).paragraphs if one.text]


def test_a_signed_paper_says_each_finding_once_and_carries_its_number(bind, people) -> None:
    with clock.jumped_to(clock.at_time(date(2021, 9, 7))), transaction(bind) as session:
        set_pattern(session, people.actors["zhuren"], K.OPINION, "鲁政行监字〔{year}〕{n}号")
        paper = issue_paper(session, people.actors["zhuren"], drafted(session, people), 1)
        assert (paper.number, paper.state) == ("鲁政行监字〔2021〕1号", PaperState.ISSUED)
        said = lines(look(session, paper))
        once = ("一是执法记录不完整。", "二是文书送达超期。", "鲁政行监字〔2021〕1号")
        assert [said.count(line) for line in once] == [1, 1, 1]
        assert not any("{" in line for line in said)


def test_who_drafted_does_not_sign(bind, people) -> None:
    with transaction(bind) as session:
        head = people.actors["zhuren"]
        paper = draft_paper(session, head, K.OPINION, "letter:1", CONTENT)
        with pytest.raises(NotAllowed, match="须由另一人签发"):
            issue_paper(session, head, paper, 1)
        with pytest.raises(NotAllowed):
            issue_paper(session, people.actors["jingban"], paper, 1)


def test_nobody_who_wrote_at_a_draft_signs_it_under_any_name(bind, people) -> None:
    with transaction(bind) as session:
        head = people.actors["zhuren"]
        draft_paper(session, head, K.OPINION, "letter:1", CONTENT)
        paper = drafted(session, people)
        with pytest.raises(NotAllowed, match="须由另一人签发"):
            issue_paper(session, head, paper, paper.row_version)
        user = session.exec(select(User).where(User.login == "zhuren")).one()
        rename(session, head, user, "主任新名")
        with pytest.raises(NotAllowed, match="须由另一人签发"):
            issue_paper(session, replace(head, name="主任新名"), paper, paper.row_version)
        issue_paper(session, people.actors["lingdao"], paper, paper.row_version)


def test_nothing_half_filled_comes_out(bind, people) -> None:
    with transaction(bind) as session:
        paper = drafted(session, people, findings=[])
        with pytest.raises(Rejected, match="缺少发现的问题"):
            issue_paper(session, people.actors["zhuren"], paper, 1)


def test_a_new_version_keeps_the_number_and_the_old_one_stays(bind, people) -> None:
    with transaction(bind) as session:
        head = people.actors["zhuren"]
        first = issue_paper(session, head, drafted(session, people), 1)
        before = look(session, first)
        second = issue_paper(session, head, drafted(session, people, demand="请于20日内报送。"), 1)
        assert (second.version, second.number, first.state) == (2, first.number, PaperState.REPLACED)
        assert look(session, first) == before != look(session, second)


def test_a_withdrawn_number_stays_in_the_register_and_is_not_given_again(bind, people) -> None:
    with transaction(bind) as session:
        head = people.actors["zhuren"]
        paper = issue_paper(session, head, drafted(session, people), 1)
        with pytest.raises(Rejected, match="写明理由"):
            void_paper(session, head, paper, 2, " ")
        void_paper(session, head, paper, 2, "对象有误")
        again = take_number(session, head, K.OPINION)
        assert again.serial == 2
        rows = session.exec(select(PaperNumber).order_by(col(PaperNumber.serial))).all()
        assert [(row.serial, bool(row.voided_at)) for row in rows] == [(1, True), (2, False)]


def test_of_two_people_at_one_paper_the_second_is_told(bind, people) -> None:
    with transaction(bind) as session:
        paper = issue_paper(session, people.actors["zhuren"], drafted(session, people), 1)
        with pytest.raises(Conflict, match="他人处理"):
            void_paper(session, people.actors["lingdao"], paper, 1, "对象有误")


def test_twenty_at_once_get_twenty_numbers_without_a_gap(bind, people) -> None:
    def take(n: int) -> int:
        with transaction(bind) as session:
            return take_number(session, people.actors["jingban"], K.OPINION, str(n)).serial

    with ThreadPoolExecutor(20) as pool:
        assert sorted(pool.map(take, range(20))) == list(range(1, 21))


def test_what_is_rolled_back_leaves_no_gap_and_a_new_year_begins_at_one(bind, people) -> None:
    actor = people.actors["jingban"]
    with clock.jumped_to(clock.at_time(date(2021, 12, 31))):
        with pytest.raises(ZeroDivisionError), transaction(bind) as session:
            take_number(session, actor, K.OPINION)
            raise ZeroDivisionError
        with transaction(bind) as session:
            assert take_number(session, actor, K.OPINION).serial == 1
    with clock.jumped_to(clock.at_time(date(2022, 1, 1))), transaction(bind) as session:
        number = take_number(session, actor, K.OPINION).number
        assert number.endswith("〔2022〕1号")


@pytest.mark.parametrize(
    "pattern", ["法督字〔2021〕{n}号", "法督字〔{year}〕号", "法 督〔{year}〕{n}号", "{x}〔{year}〕{n}号"]
)
def test_a_pattern_without_year_or_number_is_refused(people: Callable, bind, pattern: str) -> None:
    with transaction(bind) as session, pytest.raises(Rejected):
        set_pattern(session, people.actors["zhuren"], K.OPINION, pattern)
