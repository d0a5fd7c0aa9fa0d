"""加分、扣分建议: how many points may be proposed on what, and who decides."""

from collections.abc import Collection, Sequence

from models.base import Conflict, NotAllowed, Rejected, Word
from rules.roles import Act, check

MOST = 100.0
LONGEST_REASON = 1000


class PointsState(Word):
    """How a proposal stands."""

    PROPOSED = "proposed", "待审定"
    APPROVED = "approved", "已同意"
    REFUSED = "refused", "未同意"


def check_proposal(points: float, reason: str, findings: Sequence[str], known: Collection[str]) -> None:
    """Points other than nothing, in tenths, a reason, and at least one finding of this unit to rest on."""
    if not 0 < abs(points) <= MOST or round(points, 1) != points:
        raise Rejected(f"分值应大于0、不超过{MOST:g}分，最多一位小数。")
    if not reason.strip():
        raise Rejected("请写明加分、扣分的理由。")
    if len(reason) > LONGEST_REASON:
        raise Rejected(f"理由请控制在{LONGEST_REASON}字以内。")
    if not findings:
        raise Rejected("请至少选择一项作为依据的问题或打分项。")
    if any(one not in known for one in findings):
        raise Rejected("所选依据已变动或不属于该单位，请刷新页面后重新选择。")


def check_verdict(state: str, role: str, approve: bool, answer: str) -> None:
    """A head or leader decides once; a refusal says why."""
    check(role, Act.DECIDE_POINTS)
    if state != PointsState.PROPOSED:
        raise Conflict(f"此项建议{PointsState(state).label}，无须再审。")
    if not approve and not answer.strip():
        raise Rejected("不同意的，须写明理由。")


def check_standing(gone: Sequence[str]) -> None:
    """What a proposal rests on must still stand on the day it is approved."""
    if gone:
        raise NotAllowed(f"作为依据的“{gone[0]}”已撤销或改动，不能同意；请另行提出。")


def points_words(points: float) -> str:
    """加2分, 扣1.5分."""
    size = f"{abs(points):g}"
    return f"加{size}分" if points > 0 else f"扣{size}分"
