"""More time is asked for before the limit, for a later day, with a reason."""

from datetime import date

import pytest

from models.base import NotAllowed, Rejected
from models.words import AssignmentState
from rules.extension import check_asked

OPEN, DUE, LATER = AssignmentState.OPEN, date(2020, 9, 5), date(2020, 9, 12)
REASON = "须经常委会研究"


@pytest.mark.parametrize("today", [date(2020, 9, 1), DUE])
def test_it_may_be_asked_for_up_to_the_day_of_the_limit(today: date) -> None:
    check_asked(OPEN, DUE, LATER, REASON, today)


@pytest.mark.parametrize(
    ("state", "due", "asked", "reason", "today", "refusal", "words"),
    [
        (OPEN, DUE, LATER, REASON, date(2020, 9, 6), NotAllowed, "已于2020-09-05到期，延期须在到期前申请"),
        (OPEN, DUE, DUE, REASON, DUE, Rejected, "不晚于现时限2020-09-05"),
        (OPEN, DUE, date(2020, 9, 4), REASON, date(2020, 9, 1), Rejected, "申请的日期2020-09-04不晚于"),
        (OPEN, DUE, LATER, " \n", date(2020, 9, 1), Rejected, "须写明理由"),
        (OPEN, None, LATER, REASON, date(2020, 9, 1), NotAllowed, "未定时限"),
        (AssignmentState.DONE, DUE, LATER, REASON, date(2020, 9, 1), NotAllowed, "已办结"),
        (AssignmentState.CANCELLED, DUE, LATER, REASON, date(2020, 9, 1), NotAllowed, "无须延期"),
    ],
)
def test_a_request_that_comes_too_late_or_says_too_little_is_refused_with_its_reason(
    state: AssignmentState, due: date | None, asked: date, reason: str, today: date, refusal: type, words: str
) -> None:
    with pytest.raises(refusal, match=words):
        check_asked(state, due, asked, reason, today)
