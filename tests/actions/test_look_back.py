"""Rounds of look-back: nobody is passed by in silence, what is drawn must be looked at, two people close (L14)."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import col, select

from actions.draw import redo
from actions.keep_evidence import Upload
from actions.look_back import OURS, VISITED, Round, Seen, look, parts_of, start_round
from actions.members import set_members
from actions.people import rename
from actions.record import broken_at
from actions.rectify import Acting, ProblemReport, move_problem, report_problem
from actions.team import declare_homes
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment
from models.draw import Draw
from models.event import Event
from models.ledger import problem_item, teams_of
from models.look_back_ledger import looks_of_problem, looks_to_make
from models.office import User
from models.paper_words import LookBackState, LookBackWay
from models.problem import LookBack, LookBackRound, Problem
from models.words import AssignmentKind, AssignmentState, Move, ProblemState
from tests.conftest import Running

M, S, L, W = Move, ProblemState, LookBackState, LookBackWay
DAY, DUE = date(2020, 8, 26), date(2020, 9, 10)
FULL = {"measure": "补齐", "leader": "分管负责人", "lead_unit": "办公室", "person": "科长"}
ALL = Round(1, W.ON_SITE, DUE)
SAMPLE = Round(1, W.PAPER, DUE, wanted=3, seed="6-2-5", seed_source="当众掷骰子")


@pytest.fixture
def verified(puyang: Callable[..., Running]) -> Running:
    """Four problems of one unit and one of another, all verified by a clerk."""
    running = puyang(units=2)
    running.round(date(2020, 8, 25))
    with running.on(date(2020, 8, 25)) as session:
        for n in range(4):
            running.find(session, 0, f"第{n + 1}类档案缺失")
        running.find(session, 1, "学法次数不足")
        running.letter(session, 0)
        running.letter(session, 1)
    with running.on(DAY) as session:
        for problem in every(session):
            put_right(running, session, problem)
    return running


def every(session) -> list[Problem]:
    return list(session.exec(select(Problem).order_by(col(Problem.no))))


def put_right(running: Running, session, problem: Problem, proof: str = "证") -> None:
    unit = next(n for n, one in enumerate(running.units(session)) if one.id == problem.unit_id)
    who = running.speaks(session, unit)
    if problem.state == S.ISSUED:
        move_problem(session, who, problem, Acting(M.PLAN, problem.version, changes=FULL))
    report = ProblemReport(f"已整改：{proof}", [Upload(f"{proof}.txt", f"{problem.no}{proof}".encode())])
    report_problem(session, who, problem, problem.version, report)
    move_problem(session, running.actor("jingban"), problem, Acting(M.VERIFY, problem.version))


def start(running: Running, session, plan: Round = ALL) -> LookBackRound:
    return start_round(session, running.actor("jingban"), running.cycle(session), plan)


def rows(session, state: LookBackState = L.PLANNED) -> list[LookBack]:
    return list(session.exec(select(LookBack).where(LookBack.state == state)))


def close(running: Running, session, problem: Problem, login: str = "zhuren") -> Problem:
    return move_problem(session, running.actor(login), problem, Acting(M.CLOSE_OUT, problem.version))


def passed(row: LookBack, **more) -> Seen:
    return Seen(row.version, **({"verified": True, "found": "档案齐全", "noted": True} | more))


def test_l14_a_full_round_gives_every_verified_problem_its_look_and_its_lookers_one_duty(verified: Running) -> None:
    with verified.on(DAY) as session:
        round_ = start(verified, session, Round(1, W.ON_SITE, DUE, owner=VISITED))
        assert (round_.no, round_.sampled, len(rows(session))) == (1, False, 5)
        duties = session.exec(select(Assignment).where(Assignment.kind == AssignmentKind.LOOK_BACK)).all()
        teams = {row.team_id for row in rows(session)}
        assert {item.team_id for item in duties} == teams and None not in teams
        days = {(item.due_on, item.first_due_on, item.next_notice_on) for item in duties}
        assert days == {(DUE, DUE, date(2020, 9, 3))}
        with pytest.raises(Conflict, match="已有人开始了一次回头看"):
            start(verified, session)
        with pytest.raises(Rejected, match="没有待回头看的问题"):
            start(verified, session, Round(2, W.PAPER, DUE))


def test_l14_a_team_is_reminded_by_its_ladder_until_the_last_look_is_in(verified: Running) -> None:
    with verified.on(DAY) as session:
        start(verified, session, Round(1, W.ON_SITE, DUE, owner=VISITED))
    verified.rounds(date(2020, 9, 3), date(2020, 9, 3))
    with verified.on(date(2020, 9, 3)) as session:
        assert "第1次回头看（实地核查" in verified.said(session, date(2020, 9, 3))
        for row in rows(session):
            look(session, verified.actor("zhuren"), row, passed(row))
        duties = session.exec(select(Assignment).where(Assignment.kind == AssignmentKind.LOOK_BACK)).all()
        assert {(item.state, item.next_notice_on) for item in duties} == {(AssignmentState.DONE, None)}


def test_a_sample_takes_of_every_unit_one_and_the_draw_can_be_done_again(verified: Running) -> None:
    with verified.on(DAY) as session:
        shares = parts_of(session, verified.cycle(session), 3, OURS)
        assert [(part.wanted, len(part.problems)) for part in shares] == [(2, 4), (1, 1)]
        start(verified, session, SAMPLE)
        draw = session.exec(select(Draw)).one()
        assert redo(draw) and draw.wanted == {part.unit.name: part.wanted for part in shares}
        chosen = {str(row.problem_id) for row in rows(session)}
        assert chosen == {line["id"] for line in draw.result} and len(chosen) == 3
        assert len(rows(session, L.SKIPPED)) == 2
        units = {problem.unit_id for problem in every(session) if str(problem.id) in chosen}
        assert len(units) == 2


@pytest.mark.parametrize(("wanted", "words"), [(1, "不能少于2"), (6, "不能多于5")])
def test_a_sample_that_passes_a_unit_by_or_is_larger_than_the_pool_is_refused(
    verified: Running, wanted: int, words: str
) -> None:
    with verified.on(DAY) as session, pytest.raises(Rejected, match=words):
        start(verified, session, Round(1, W.PAPER, DUE, wanted=wanted, seed="1", seed_source="掷骰子"))


def test_who_was_not_drawn_closes_with_the_round_named_and_who_was_drawn_does_not(verified: Running) -> None:
    with verified.on(DAY) as session:
        problem = every(session)[0]
        with pytest.raises(NotAllowed, match="当前为“已核实”，不能销号"):
            close(verified, session, problem)
        start(verified, session, SAMPLE)
        drawn, aside = rows(session)[0], rows(session, L.SKIPPED)[0]
        with pytest.raises(NotAllowed, match="已列入第1次回头看，请先登记核查情况"):
            close(verified, session, session.get_one(Problem, drawn.problem_id))
        with pytest.raises(NotAllowed, match="已列入第1次回头看"):
            one = session.get_one(Problem, drawn.problem_id)
            move_problem(session, verified.actor("zuzhang"), one, Acting(M.LOOK_BACK_PASS, one.version))
        free = session.get_one(Problem, aside.problem_id)
        with pytest.raises(NotAllowed, match="由您核实，须由另一人销号"):
            close(verified, session, free, "jingban")
        close(verified, session, free)
        said = session.exec(select(Event).where(Event.subject == str(free.id), Event.verb == "销号")).one()
        assert said.data["reason"] == "第1次回头看抽查未抽中，未经回头看销号"


def test_having_stood_aside_in_a_draw_holds_only_for_that_life(verified: Running) -> None:
    with verified.on(DAY) as session:
        start(verified, session, SAMPLE)
        problem = session.get_one(Problem, rows(session, L.SKIPPED)[0].problem_id)
        close(verified, session, problem)
        again = Acting(M.REOPEN, problem.version, "群众反映反弹", date(2020, 9, 4))
        move_problem(session, verified.actor("lingdao"), problem, again)
        put_right(verified, session, problem, "新证")
        with pytest.raises(NotAllowed, match="当前为“已核实”，不能销号"):
            close(verified, session, problem)


def test_l14_not_verified_goes_back_with_reason_and_new_limit(verified: Running) -> None:
    with verified.on(DAY) as session:
        start(verified, session)
        row, actor = rows(session)[0], verified.actor("zhuren")
        problem = session.get_one(Problem, row.problem_id)
        for seen, words in (
            (passed(row, found=" "), "请写明问题1的核查情况"),
            (passed(row, noted=False), "须有佐证：请拍照或上传材料，或注明“现场查看”"),
            (passed(row, verified=False), "请给出新的整改时限"),
            (passed(row, verified=False, new_due=date(2020, 8, 20)), "新的整改时限2020-08-20已过"),
        ):
            with pytest.raises(Rejected, match=words):
                look(session, actor, row, seen)
        assert (problem.state, row.state) == (S.VERIFIED, L.PLANNED)
        look(session, actor, row, passed(row, verified=False, found="现场仍缺3件", new_due=date(2020, 9, 20)))
        item = problem_item(session, problem.id)
        assert (problem.state, item.state, item.due_on) == (S.RETURNED, AssignmentState.RETURNED, date(2020, 9, 20))
        assert (row.state, row.looked_by, row.found) == (L.FAILED, "主任甲", "现场仍缺3件")
        assert "现场仍缺3件" in item.because


def test_l14_verified_is_closed_by_another_person_than_looked_or_verified_under_any_name(verified: Running) -> None:
    with verified.on(DAY) as session:
        start(verified, session)
        row, head = rows(session)[0], verified.actor("zhuren")
        photo = Upload("现场.txt", "照片".encode())
        look(session, head, row, passed(row, noted=False, uploads=[photo]))
        problem = session.get_one(Problem, row.problem_id)
        assert [file.name for _, _, files in looks_of_problem(session, problem) for file in files] == ["现场.txt"]
        with pytest.raises(NotAllowed, match="由您回头看核查，须由另一人销号"):
            close(verified, session, problem, "zhuren")
        with pytest.raises(NotAllowed, match="由您核实"):
            close(verified, session, problem, "jingban")
        user = session.exec(select(User).where(User.login == "zhuren")).one()
        rename(session, head, user, "主任乙")
        renamed = type(head)(head.office_id, "主任乙", head.role)
        with pytest.raises(NotAllowed, match="由您回头看核查"):
            move_problem(session, renamed, problem, Acting(M.CLOSE_OUT, problem.version))
        close(verified, session, problem, "lingdao")
        assert problem.state == S.CLOSED and broken_at(session, problem.office_id) is None


def test_a_result_is_given_once_by_those_it_was_given_to(verified: Running) -> None:
    with verified.on(DAY) as session:
        team = teams_of(session, verified.cycle_id)[0]
        start(verified, session, Round(1, W.PAPER, DUE, owner=str(team.id)))
        row, lead = rows(session)[0], verified.actor("zuzhang")
        with pytest.raises(NotAllowed, match="未交由您办理"):
            look(session, lead, row, passed(row))
        user = session.exec(select(User).where(User.login == "zuzhang")).one()
        set_members(session, verified.actor("jingban"), team, [user.id], user.id)
        assert len(looks_to_make(session, row.office_id, user.id)) == 5
        seen = passed(row)
        look(session, lead, row, seen)
        with pytest.raises(Conflict, match="核查属实，无须再登记"):
            look(session, lead, row, seen)
        assert len(looks_to_make(session, row.office_id, user.id)) == 4


def test_a_team_does_not_look_at_the_unit_it_comes_from(verified: Running) -> None:
    with verified.on(DAY) as session:
        team, unit = teams_of(session, verified.cycle_id)[0], verified.unit(session)
        declare_homes(session, verified.actor("jingban"), team, [unit.id])
        with pytest.raises(Rejected, match=f"人员来自{unit.name}，须回避"):
            start(verified, session, Round(1, W.PAPER, DUE, owner=str(team.id)))


def test_a_round_needs_a_day_that_lies_ahead_and_an_office(verified: Running) -> None:
    with verified.on(DAY) as session:
        for due, words in ((None, "请填写回头看的完成时限"), (date(2020, 8, 1), "已过")):
            with pytest.raises(Rejected, match=words):
                start(verified, session, Round(1, W.PAPER, due))
        with pytest.raises(NotAllowed, match="组织回头看须由办公室主任或经办人办理"):
            start_round(session, verified.actor("zuzhang"), verified.cycle(session), ALL)


def test_a_look_outside_any_round_is_kept_too_and_its_looker_does_not_close(verified: Running) -> None:
    with verified.on(DAY) as session:
        problem = every(session)[0]
        by = verified.actor("zhuren")
        move_problem(session, by, problem, Acting(M.LOOK_BACK_PASS, problem.version, "查阅台账属实"))
        row = rows(session, L.PASSED)[0]
        assert (row.round_id, row.found, row.looked_by) == (None, "查阅台账属实", "主任甲")
        with pytest.raises(NotAllowed, match="由您回头看核查"):
            close(verified, session, problem, "zhuren")


def test_a_second_draw_of_the_same_problems_says_why_and_stands_beside_the_first(verified: Running) -> None:
    with verified.on(DAY) as session:
        start(verified, session, SAMPLE)
        for row in rows(session):
            look(session, verified.actor("zhuren"), row, passed(row, verified=False, new_due=DUE))
        for problem in every(session):
            if problem.state == S.RETURNED:
                put_right(verified, session, problem, "再证")
        again = {"seen": 2, "way": W.PAPER, "due_on": DUE, "wanted": 3, "seed": "9", "seed_source": "掷骰子"}
        with pytest.raises(Rejected, match="再次抽取须写明理由"):
            start(verified, session, Round(**again))
        start(verified, session, Round(**again, because="退回重改后再查"))
        assert [draw.no for draw in session.exec(select(Draw).order_by(col(Draw.drawn_at)))] == [1, 2]
