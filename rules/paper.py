"""Which papers carry a number, who signs them, and which need another hand than the one that drafted them."""

from models.base import NotAllowed
from models.paper_words import PaperKind as K
from models.paper_words import PaperState
from rules.number_words import WORDS
from rules.roles import Act, check, other_hand

NUMBERED = frozenset(WORDS)
RESTRICTED = frozenset({K.REFERRAL})  # seen only by who may read referrals
OWN_HAND = frozenset({K.FEEDBACK, K.RECT_LEDGER, K.TASK_LEDGER, K.SCORE_SHEET, K.PHONE_LIST, K.PROOF, K.BURDEN,
                      K.DIGEST_WEEK, K.DIGEST_MONTH})  # working papers: who made them may hand them out

AND = "、"  # between the names of those who wrote at one draft


def wrote(drafted_by: str, name: str) -> bool:
    """Whether somebody is among those who wrote at a draft; a name may have the mark in it."""
    return f"{AND}{name}{AND}" in f"{AND}{drafted_by}{AND}"


def check_issue(kind: K, state: PaperState, drafted_by: str, role: str, actor: str) -> None:
    """A draft is signed once, by a head or leader who did not draft it; working papers by the office itself."""
    if state != PaperState.DRAFT:
        raise NotAllowed(f"此件{state.label}，不能再签发。")
    check(role, Act.PAPER if kind in OWN_HAND else Act.SIGN_PAPER)
    if kind not in OWN_HAND:
        first = [drafted_by, actor] if wrote(drafted_by, actor) else drafted_by.split(AND)
        other_hand(actor, first, "本人拟稿的，须由另一人签发。")
