"""结转下年度: what may move from a cycle that ends into one that goes on."""

from datetime import date

from models.base import Conflict, Rejected
from models.words import CycleState


def check_carry(same: bool, target: CycleState, live: int, seen: str, now: str, reason: str) -> None:
    """The new cycle is another one and runs, there is something to carry, and the page showed what is there now."""
    if same:
        raise Rejected("结转须选择另一个督察周期。")
    if target != CycleState.OPEN:
        raise Rejected("所选督察周期已结束，不能结转到其中。")
    if not live:
        raise Rejected("本周期没有未销号的问题，无须结转。")
    if seen != now:
        raise Conflict("预览之后问题有了新的办理情况，请重新预览后再结转。")
    if not reason.strip():
        raise Rejected("结转须写明理由。")


def check_limit(no: int, due: date | None, today: date) -> date:
    """A problem with a limit needs a new one that can still be kept."""
    if due is None:
        raise Rejected(f"请填写问题{no}的新时限。")
    if due < today:
        raise Rejected(f"问题{no}的新时限{due}已过，请填写今天或以后的日期。")
    return due
