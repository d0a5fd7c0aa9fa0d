"""The life of a problem: a table of moves nobody can leave, two keys to close it, five fields to plan it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import NotAllowed, Refused, Rejected
from models.words import Move, ProblemState, Role
from rules.problem import LIVE, MOVES, PLAN_FIELDS, Case, check_plan, moves_from, next_state
from rules.roles import ROLES as WHO_MAY
from rules.roles import UNIT

M, S = Move, ProblemState
ROLES = [*Role, UNIT]
FULL = {"measure": "补齐材料", "leader": "分管负责人", "lead_unit": "办公室", "person": "科室负责人"}
LIMIT = date(2020, 9, 5)

states, moves, roles, flags = (st.sampled_from(kind) for kind in (list(S), list(M), ROLES, [True, False]))


@given(states, moves, roles, flags)
def test_a_move_outside_the_table_is_refused_for_everybody(state: S, move: M, role: str, look_back: bool) -> None:
    allowed = move in moves_from(state, role, look_back)
    case = Case(1, state, verified_by="别人", evidence=1)
    try:
        assert next_state(case, move, role, "本人", "有理由", look_back) == MOVES[move].target
        assert allowed
    except NotAllowed:
        assert not allowed


@given(st.data(), flags, st.integers(0, 1))
def test_however_people_act_a_closed_problem_had_evidence_and_two_keys(
    data: st.DataObject, look_back: bool, evidence: int
) -> None:
    state, verified_by, looked = S.FOUND, "", False
    for _ in range(12):
        role, actor = data.draw(roles), data.draw(st.sampled_from(["甲", "乙"]))
        open_moves = moves_from(state, role, look_back) or list(M)
        move = data.draw(st.sampled_from(open_moves))
        try:
            state = next_state(Case(1, state, verified_by, evidence), move, role, actor, "有理由", look_back)
        except Refused:
            continue
        verified_by, looked = (actor, False) if move == M.VERIFY else (verified_by, looked or move == M.LOOK_BACK_PASS)
        if state == S.CLOSED:
            assert evidence
            assert verified_by not in ("", actor)
            assert looked or not look_back


def test_every_state_can_be_reached_from_a_found_problem() -> None:
    reached, fresh = set(), {S.FOUND}
    while fresh:
        reached |= fresh
        fresh = {rule.target for rule in MOVES.values() if rule.sources & reached} - reached
    assert reached == set(S) - {S.CARRIED}  # a carry-over is no move: actions/carry_over.py makes a successor


def test_a_closed_problem_leaves_its_state_only_by_reopening_and_a_withdrawn_one_never() -> None:
    assert [move for move, rule in MOVES.items() if S.CLOSED in rule.sources] == [M.REOPEN]
    assert not any(S.WITHDRAWN in rule.sources for rule in MOVES.values())
    assert not any(S.CARRIED in rule.sources for rule in MOVES.values())
    assert set(S) - LIVE == {S.CLOSED, S.WITHDRAWN, S.CARRIED}


def test_from_every_live_state_somebody_can_go_on() -> None:
    for state in LIVE:
        assert any(moves_from(state, role) for role in ROLES), state


def test_who_verified_does_not_close_out() -> None:
    with pytest.raises(NotAllowed, match="须由另一人销号"):
        next_state(Case(3, S.LOOKED_BACK, verified_by="主任甲"), M.CLOSE_OUT, Role.HEAD, "主任甲")
    assert next_state(Case(3, S.LOOKED_BACK, verified_by="经办甲"), M.CLOSE_OUT, Role.HEAD, "主任甲") == S.CLOSED


def test_look_back_can_be_left_out_only_where_the_policy_says_so() -> None:
    case = Case(3, S.VERIFIED, verified_by="经办甲")
    with pytest.raises(NotAllowed, match="当前为“已核实”，不能销号"):
        next_state(case, M.CLOSE_OUT, Role.HEAD, "主任甲")
    assert next_state(case, M.CLOSE_OUT, Role.HEAD, "主任甲", look_back=False) == S.CLOSED


def test_nothing_is_verified_without_evidence() -> None:
    with pytest.raises(NotAllowed, match="没有佐证材料"):
        next_state(Case(3, S.REPORTED), M.VERIFY, Role.CLERK, "经办甲")
    assert next_state(Case(3, S.REPORTED, evidence=1), M.VERIFY, Role.CLERK, "经办甲") == S.VERIFIED


@pytest.mark.parametrize("move", [M.RETURN, M.LOOK_BACK_FAIL, M.OBJECT, M.UPHOLD, M.WITHDRAW, M.REOPEN])
def test_what_goes_against_somebody_needs_a_reason(move: Move) -> None:
    rule = MOVES[move]
    case = Case(1, min(rule.sources), evidence=1)
    role = min(WHO_MAY[rule.act])
    with pytest.raises(Rejected, match=f"{move.label}须写明理由"):
        next_state(case, move, role, "某人", "  ")
    assert next_state(case, move, role, "某人", "材料不全") == rule.target


@pytest.mark.parametrize("role", [Role.AUDITOR, UNIT])
def test_neither_an_auditor_nor_a_unit_turns_a_key(role: str) -> None:
    keys = {M.VERIFY, M.LOOK_BACK_PASS, M.CLOSE_OUT, M.REOPEN, M.WITHDRAW}
    assert not keys & {move for state in S for move in moves_from(state, role)}


@pytest.mark.parametrize("field", [key for key in PLAN_FIELDS if key != "due_on"])
def test_a_missing_field_of_the_five_is_named_with_its_problem(field: str) -> None:
    for gap in ({**FULL, field: " "}, {key: value for key, value in FULL.items() if key != field}):
        with pytest.raises(Rejected, match=f"问题7缺少“{PLAN_FIELDS[field]}”"):
            check_plan(7, gap, LIMIT, LIMIT)


def test_a_missing_or_late_day_is_named_with_its_problem() -> None:
    with pytest.raises(Rejected, match="问题7缺少“完成时限”"):
        check_plan(7, FULL, None, LIMIT)
    with pytest.raises(Rejected, match="问题7的完成时限2020-09-06晚于整改报告时限2020-09-05"):
        check_plan(7, FULL, date(2020, 9, 6), LIMIT)


def test_a_complete_plan_within_the_limit_or_without_one_is_taken() -> None:
    check_plan(7, FULL, LIMIT, LIMIT)
    check_plan(7, FULL, date(2030, 1, 1), None)
