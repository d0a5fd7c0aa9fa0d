"""When more time may be asked for, and given."""

from datetime import date

from models.base import NotAllowed, Rejected
from models.cycle import OVER
from models.words import AssignmentState


def check_asked(state: AssignmentState, due: date | None, asked: date, reason: str, today: date) -> None:
    """A request names a later day and a reason, and comes before the limit has passed."""
    if state in OVER:
        raise NotAllowed("此项已办结，无须延期。")
    if due is None:
        raise NotAllowed("此项未定时限，无须延期。")
    if today > due:
        raise NotAllowed(f"此项已于{due:%Y-%m-%d}到期，延期须在到期前申请。请尽快办理，并可附情况说明。")
    if asked <= due:
        raise Rejected(f"申请的日期{asked:%Y-%m-%d}不晚于现时限{due:%Y-%m-%d}。")
    if not reason.strip():
        raise Rejected("申请延期须写明理由。")
