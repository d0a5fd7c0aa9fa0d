"""放假安排: what is on file, what is not, a notice looked at before it is written, and the limits it moves."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

from config import clock, workdays
from config.workdays import home_folder, official
from models.cycle import Assignment, DeadlineVersion
from models.database import transaction
from models.words import AssignmentKind, AssignmentState, LimitChange, StageKind
from rules.deadline import Offset, Unit, as_basis
from tests.commands.test_workday import NEXT
from tests.web.test_duties import Desk, desk, sign_in

__all__ = ["desk", "sign_in"]
AUTUMN = date(2026, 11, 10)


def running_limit(desk: Desk) -> Assignment:
    """A report counted in workdays over the turn of the year, before the notice is out."""
    clock.freeze(clock.at_time(AUTUMN, time(10, 0)))
    with transaction(desk.running.bind) as session:
        item = Assignment(
            office_id=desk.running.people.office_id, cycle_id=desk.running.cycle_id, stage=StageKind.SELF_CHECK,
            unit_id=desk.running.unit(session).id, kind=AssignmentKind.RECT_REPORT, title="专项报告",
            state=AssignmentState.OPEN, basis=as_basis(Offset(5, Unit.WORKDAY), date(2027, 1, 28), "签收"),
            due_on=date(2027, 2, 4), first_due_on=date(2027, 2, 4),
        )
        session.add(item)
        return item


def test_years_on_file_and_years_that_are_not(desk: Desk) -> None:
    running_limit(desk)
    page = desk.get("/calendar")
    assert "国办发明电" in page and "调休上班" in page and "2026年" in page and "2020年" in page
    assert "2027年放假通知尚未入库，该年的工作日暂按周一至周五推算；在办时限有 1 项在该年" in page
    assert page.index("<h3 class=\"card-title\">2026年") < page.index("<h3 class=\"card-title\">2020年")


def test_a_preview_shows_checks_and_moves_and_changes_nothing(desk: Desk) -> None:
    item = running_limit(desk)
    page = desk.post("/calendar", 200, text=NEXT)
    turned = "2027-01-31（周日）由休息改为上班"
    for words in ("相符", "七个节日齐全", turned, "将改变的在办时限 1 项", "确认写入并重算", "尚未写入"):
        assert words in page, words
    assert "2027年2月4日（周四）" in page and "2027年2月3日（周三）" in page and f"/items/{item.id}" in page
    assert not home_folder().exists() and desk.all(DeadlineVersion) == []


def test_confirmed_it_is_written_and_the_limits_are_counted_again(desk: Desk) -> None:
    item = running_limit(desk)
    assert "放假通知已写入" in desk.post("/calendar/write", text=NEXT)
    assert official().notices[2027].startswith("国办发明电〔2026〕9号")
    version = desk.all(DeadlineVersion)[0]
    assert (version.change, version.old_due_on, version.due_on) == (
        LimitChange.RECOUNTED, date(2027, 2, 4), date(2027, 2, 3)
    )
    page = desk.get(f"/items/{item.id}")
    assert "按放假通知重算" in page and "放假安排有变，重算" in page
    page = desk.get("/calendar")
    assert "2027年放假通知尚未入库" not in page and "2月5日（周五）至2月13日（周六），共9天" in page


def test_only_head_and_clerk_write_and_the_file_is_not_touched(desk: Desk, sign_in: Callable[..., Desk]) -> None:
    running_limit(desk)
    other = sign_in("lingdao")
    clock.freeze(clock.at_time(AUTUMN, time(10, 0)))
    assert "由办公室主任或经办人写入" in other.post("/calendar", 200, text=NEXT)
    assert "须由办公室主任或经办人办理" in other.post("/calendar/write", 403, text=NEXT)
    assert not home_folder().exists()


def test_a_notice_that_contradicts_itself_is_shown_and_never_written(desk: Desk) -> None:
    wrong = NEXT.replace("共9天", "共8天")
    page = desk.post("/calendar", 200, text=wrong)
    assert "不符" in page and "通知写作“共8天”" in page and "确认写入" not in page
    assert "未写入" in desk.post("/calendar/write", 422, text=wrong)
    assert not home_folder().exists()


def test_anything_else_comes_back_with_what_was_pasted(desk: Desk) -> None:
    page = desk.post("/calendar", 422, text="别的文件<b>", notice_no="国办发明电〔2026〕8号")
    for words in ("这不是国务院办公厅的年度放假通知", "别的文件&lt;b&gt;", "国办发明电〔2026〕8号"):
        assert words in page


def test_a_missing_number_can_be_given(desk: Desk) -> None:
    bare = NEXT.replace("国办发明电〔2026〕9号\n", "")
    assert "没有发文字号" in desk.post("/calendar", 200, text=bare)
    desk.post("/calendar/write", text=bare, notice_no="国办发明电〔2026〕9号")
    assert official().notices[2027] == "国办发明电〔2026〕9号"


def test_a_faulty_file_is_named(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workdays, "LOOK_EVERY", 0)
    (home / "workdays").mkdir()
    (home / "workdays" / "2027.yaml").write_text("[", encoding="utf-8")
    assert "2027.yaml" in desk.get("/calendar")
