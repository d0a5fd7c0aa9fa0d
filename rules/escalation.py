"""The ladder beyond reminders (方案“强化责任落实”条): proposed by the system, taken only by a person."""

from models.base import NotAllowed, Rejected
from models.words import EscalationState, EscalationStep
from rules.roles import Act, check, other_hand

ORDER = list(EscalationStep)
RESTRICTED = frozenset({EscalationStep.REFERRAL})


def next_step(taken: set[EscalationStep]) -> EscalationStep | None:
    """The first step not yet taken."""
    return next((step for step in ORDER if step not in taken), None)


def check_step(step: EscalationStep, taken: set[EscalationStep], reason: str) -> None:
    """Steps are taken in order; leaving one out needs a reason."""
    expected = next_step(taken)
    if expected and ORDER.index(step) > ORDER.index(expected) and not reason.strip():
        raise Rejected(f"跳过“{expected.label}”直接{step.label}，须写明理由。")


def check_decision(role: str, drafted_by: str, actor: str, state: EscalationState) -> None:
    """Only a head or leader decides on a draft, once, and not on an own draft."""
    if state != EscalationState.DRAFT:
        raise NotAllowed(f"此件已处理：{state.label}。")
    check(role, Act.DECIDE_STEP)
    other_hand(actor, [drafted_by], "本人拟稿的，须由另一人审批。")
