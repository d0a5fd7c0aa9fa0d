"""Messages carry unit, short title, date and link, in one numbered list per person."""

from datetime import UTC, date, datetime

import pytest

from config.workdays import official
from models.notice import Notice
from models.words import NoticeKind
from notifications.wording import Letterhead, line, render, subject

CALENDAR = official()
HEAD = Letterhead("督察办公室", "甲县", date(2020, 9, 4), "http://duban/u/abc")


def notice(kind: NoticeKind = NoticeKind.REMIND, due: date | None = date(2020, 9, 5), **more) -> Notice:
    return Notice(
        kind=kind, step="T-1", due_on=due, planned_on=date(2020, 9, 4), made_at=datetime(2020, 9, 4, tzinfo=UTC), **more
    )


def test_a_reminder_says_what_and_when_and_urging_asks_to_act() -> None:
    assert line(notice(), "整改报告", date(2020, 9, 4), CALENDAR) == "整改报告：明日（周六）到期"
    late = line(notice(), "整改报告", date(2020, 9, 7), CALENDAR)
    assert late == "整改报告：9月5日（周六）已到期，逾期2天，请立即办理"


def test_a_sentence_of_a_person_is_sent_as_it_is_and_a_duty_without_limit_by_its_title() -> None:
    assert line(notice(text="已退回，理由：缺数据"), "x", date(2020, 9, 4), CALENDAR) == "已退回，理由：缺数据"
    assert line(notice(due=None), "督察报告", date(2020, 9, 4), CALENDAR) == "督察报告"


def test_several_things_for_one_person_are_one_numbered_message() -> None:
    title, body = render(HEAD, [notice(), notice(due=date(2020, 9, 4))], ["整改报告", "签收"], CALENDAR)
    assert title == "【督办提醒】整改报告等2项"
    assert body.index("1. 整改报告：明日（周六）到期") < body.index("2. 签收：今日（周五）到期")
    assert body.splitlines()[0] == "甲县："
    assert "http://duban/u/abc\n" in body
    assert body.endswith("督察办公室\n2020年9月4日\n")


def test_urging_stands_before_reminding_on_the_phone() -> None:
    assert subject([notice(), notice(NoticeKind.URGE)], ["甲", "乙"]) == "【督办催办】甲等2项"
    assert subject([notice(NoticeKind.PROGRAMME, text="定于8月11日到贵单位")], [""]).startswith("【督办督察日程】定于")


def test_a_late_message_says_since_when_and_a_punctual_one_does_not() -> None:
    missed = [notice(late_from=date(2020, 9, 3)), notice(late_from=date(2020, 9, 2))]
    assert "因系统停机，本次通知迟于原定的9月2日" in render(HEAD, missed, ["甲", "乙"], CALENDAR)[1]
    assert "停机" not in render(HEAD, [notice()], ["甲"], CALENDAR)[1]


def test_without_a_link_the_message_does_not_speak_of_one() -> None:
    body = render(Letterhead("督察办公室", "第一督察组", date(2020, 9, 4)), [notice()], ["督察组报告"], CALENDAR)[1]
    assert "链接" not in body


@pytest.mark.parametrize("title", ["报告\r\nBcc: 外人@example.org", "报告\n\n正文", "报告\u2028Bcc: x"])
def test_a_title_cannot_add_a_line_to_the_header(title: str) -> None:
    assert len(subject([notice()], [title]).splitlines()) == 1


def test_a_name_full_of_template_marks_is_shown_as_text() -> None:
    body = render(HEAD, [notice()], ["{{ office }}{% raw %}<b>"], CALENDAR)[1]
    assert "{{ office }}{% raw %}<b>：明日" in body
