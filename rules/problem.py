"""The life of a problem: which move leads from which state to which, and who may make it."""

from dataclasses import dataclass
from datetime import date

from config.day_words import month_day
from models.base import NotAllowed, Rejected
from models.problem import SETTLED
from models.words import Move, ProblemState
from models.words import Move as M
from models.words import ProblemState as S
from rules.roles import Act, check, may, other_hand
from rules.roles import Act as A


@dataclass(frozen=True)
class Way:
    """Where a move starts, where it leads, and what act it is: rules/roles.py says who may do it."""

    sources: frozenset[ProblemState]
    target: ProblemState
    act: Act


def way(sources: set[ProblemState], target: ProblemState, act: Act) -> Way:
    return Way(frozenset(sources), target, act)


MOVES: dict[Move, Way] = {
    M.ISSUE: way({S.FOUND}, S.ISSUED, A.LETTER),
    M.OBJECT: way({S.ISSUED, S.PLANNED}, S.OBJECTED, A.ANSWER_FINDING),
    M.UPHOLD: way({S.OBJECTED}, S.ISSUED, A.JUDGE_OBJECTION),
    M.WITHDRAW: way({S.OBJECTED, S.FOUND}, S.WITHDRAWN, A.JUDGE_OBJECTION),
    M.PLAN: way({S.ISSUED, S.PLANNED}, S.PLANNED, A.ANSWER_FINDING),
    M.REPORT: way({S.PLANNED, S.RETURNED}, S.REPORTED, A.ANSWER_FINDING),
    M.RETURN: way({S.REPORTED}, S.RETURNED, A.RETURN_PROBLEM),
    M.VERIFY: way({S.REPORTED}, S.VERIFIED, A.VERIFY),
    M.LOOK_BACK_PASS: way({S.VERIFIED}, S.LOOKED_BACK, A.LOOK_BACK),
    M.LOOK_BACK_FAIL: way({S.VERIFIED, S.LOOKED_BACK}, S.RETURNED, A.LOOK_BACK),
    M.CLOSE_OUT: way({S.LOOKED_BACK}, S.CLOSED, A.CLOSE_OUT),
    M.REOPEN: way({S.CLOSED}, S.RETURNED, A.REOPEN),
}
LIVE = frozenset(S) - set(SETTLED)
BY_ROUND = frozenset({M.LOOK_BACK_PASS, M.LOOK_BACK_FAIL, M.CLOSE_OUT})  # what a look that is planned decides first


@dataclass(frozen=True)
class Case:
    """What a decision about a problem must know of it; `in_round` names the look-back whose result is awaited."""

    no: int
    state: ProblemState
    verified_by: str = ""
    evidence: int = 0
    closed_by: str = ""
    looked_by: str = ""
    in_round: str = ""


def next_state(case: Case, move: Move, role: str, actor: str, reason: str = "", look_back: bool = True) -> ProblemState:
    """The state after `move`, or a refusal that says what stands in the way."""
    rule = MOVES[move]
    if case.in_round and move in BY_ROUND:
        raise NotAllowed(f"问题{case.no}已列入{case.in_round}，请先登记核查情况。")
    sources = rule.sources | ({S.VERIFIED} if move == M.CLOSE_OUT and not look_back else frozenset())
    if case.state not in sources:
        raise NotAllowed(f"问题{case.no}当前为“{case.state.label}”，不能{move.label}。")
    check(role, rule.act)
    if move == M.CLOSE_OUT:
        other_hand(actor, [case.verified_by], f"问题{case.no}由您核实，须由另一人销号。")
        other_hand(actor, [case.looked_by], f"问题{case.no}由您回头看核查，须由另一人销号。")
    if move == M.REOPEN:
        other_hand(actor, [case.closed_by], f"问题{case.no}由您销号，须由另一人重新打开。")
    if move in (M.RETURN, M.LOOK_BACK_FAIL, M.OBJECT, M.UPHOLD, M.WITHDRAW, M.REOPEN) and not reason.strip():
        raise Rejected(f"{move.label}须写明理由。")
    if move == M.VERIFY and case.evidence == 0:
        raise NotAllowed(f"问题{case.no}没有佐证材料，也未注明“现场查看”，不能核实。")
    return rule.target


def moves_from(state: ProblemState, role: str, look_back: bool = True) -> list[Move]:
    """The moves this person may try from this state, for the buttons of a page."""
    def open_from(move: Move, rule: Way) -> bool:
        return state in rule.sources or (move == M.CLOSE_OUT and not look_back and state == S.VERIFIED)

    return [move for move, rule in MOVES.items() if may(role, rule.act) and open_from(move, rule)]


PLAN_FIELDS = {
    "measure": "整改措施", "leader": "责任领导", "lead_unit": "责任单位", "person": "责任人", "due_on": "完成时限",
}


def check_plan(no: int, fields: dict[str, str], due: date | None, limit: date | None) -> None:
    """Every one of the five fields is there and the limit is not later than the report's (方案五项要素)."""
    for key, name in PLAN_FIELDS.items():
        if key != "due_on" and not fields.get(key, "").strip():
            raise Rejected(f"问题{no}缺少“{name}”，整改方案不能提交。")
    if due is None:
        raise Rejected(f"问题{no}缺少“完成时限”，整改方案不能提交。")
    if limit and due > limit:
        raise Rejected(f"问题{no}的完成时限{due:%Y-%m-%d}晚于整改报告时限{limit:%Y-%m-%d}，请调整或先申请延期。")


def fixed_on_the_spot(case: Case, found_on: date, today: date, note: str, files: int) -> ProblemState:
    """立行立改: a problem put right before the team leaves, the same day and with proof, is closed at once; the unit's
    signature on the sheet that names it stands for the second key."""
    if case.state != S.FOUND:
        raise NotAllowed(f"问题{case.no}当前为“{case.state.label}”，不能当场销号。")
    if found_on != today:
        raise NotAllowed(f"问题{case.no}登记于{month_day(found_on)}，立行立改须当日完成；请按台账整改。")
    if not note.strip() and not files:
        raise Rejected("立行立改须当场有佐证：请拍照，或写明如何改正。没有佐证的，请列入问题台账。")
    return S.CLOSED
