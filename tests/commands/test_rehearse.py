"""A rehearsal plays the whole cycle through the real actions, leaves nothing behind and says what would be sent."""

import tempfile
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from commands.rehearse import Script, notices, play, play_day, span, stage, team_names
from commands.sample_units import demo_rows
from commands.script import Wish, read_script
from config import clock
from config.settings import settings
from models.base import Rejected
from models.database import reading
from models.submission import Submission
from plans.draft import PlanDraft

START = date(2020, 7, 27)


def played(draft: PlanDraft, units: int, end: date, script: Script) -> list[dict]:
    with stage(draft, units, START, script) as theatre:
        for _ in play(theatre, START, end):
            pass
        return notices(theatre)


def test_the_same_script_gives_the_same_notices(draft: PlanDraft) -> None:
    first, second = (played(draft, 2, date(2020, 9, 7), Script()) for _ in range(2))
    keys = ("day", "unit", "stage", "kind", "about", "due_on", "days_left", "merged", "channel", "text")

    def plain(found: list[dict]) -> list[str]:
        return sorted(str([one[key] for key in keys]) for one in found)

    assert plain(first) == plain(second)
    assert len(first) > 10


def test_ten_units_of_the_usual_mix_are_seven_on_time_two_late_and_one_that_never_answers(draft: PlanDraft) -> None:
    told = played(draft, 10, date(2020, 8, 28), Script())
    last = [one for one in told if one["about"].startswith("自查报告") and one["step"] == "T0"]
    urged = [one for one in told if one["about"].startswith("自查报告") and one["step"] == "+3"]
    assert (len(last), len(urged)) == (3, 1)


def test_every_line_is_what_the_unit_would_read(draft: PlanDraft) -> None:
    told = [one for one in played(draft, 1, date(2020, 8, 3), Script(default="never")) if one["due_on"] == "2020-08-10"]
    assert [(one["day"], one["days_left"], one["channel"], one["text"]) for one in told] == [
        ("2020-08-03", 7, "站内发件箱", "自查报告（附问题清单）：8月10日（周一）截止，距截止5个工作日"),
    ]


def test_the_theatre_vanishes_and_the_installation_is_untouched(draft: PlanDraft, home: Path) -> None:
    with stage(draft, 2, START, Script()) as theatre:
        folder = settings().home
        play_day(theatre.bind, theatre.cycle_id, theatre.cast, START)
        assert folder != home
    assert not folder.exists()
    assert settings().home == home
    assert list(home.iterdir()) == []
    assert tempfile.gettempdir() in str(folder.parent)


def test_the_clock_is_back_after_a_rehearsal(draft: PlanDraft) -> None:
    played(draft, 1, START, Script())
    assert abs((clock.now() - clock.wall()).total_seconds()) < 5


def test_nobody_reaches_a_machine_that_is_down(draft: PlanDraft) -> None:
    """A unit reports through our pages; while they are down nothing can come in."""
    script = Script(default="obey", down=(date(2020, 8, 5), date(2020, 8, 8)))
    with stage(draft, 2, START, script) as theatre:
        for _ in play(theatre, START, date(2020, 8, 14)):
            pass
        with reading(theatre.bind) as session:
            days = {clock.date_of(row.sent_at) for row in session.exec(select(Submission))}
    assert days == {date(2020, 8, 10)}


def test_the_span_begins_a_month_before_and_ends_a_month_after_the_printed_days(draft: PlanDraft) -> None:
    assert span(draft) == (date(2020, 7, 1), date(2020, 10, 5))
    bare = draft.model_copy(deep=True)
    for one in bare.stages:
        one.start = one.end = None
    with pytest.raises(Rejected, match="方案没有任何日期"):
        span(bare)


def test_the_sample_list_is_cut_or_filled_to_the_number_asked_for() -> None:
    assert [len(demo_rows(count)) for count in (1, 12, 30)] == [1, 12, 30]
    assert len({row["name"] for row in demo_rows(30)}) == 30
    assert [len(team_names(count)) for count in (1, 12, 24, 200)] == [1, 1, 2, 17]
    assert len(set(team_names(200))) == 17


def test_a_script_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("default: late\nunits: {甲县: never}\ndown: [2020-08-05, 2020-08-08]\n", encoding="utf-8")
    script = read_script(path)
    assert [script.mode(name, 0) for name in ("甲县", "乙县")] == ["never", "late"]
    assert [script.is_down(date(2020, 8, day)) for day in (4, 5, 8, 9)] == [False, True, True, False]
    assert read_script(None) == Script()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("default: [", "格式有误"), ("defualt: obey", "这些键的内容不对：defualt"),
        ("units: {甲县: 有时}", r"这些键的内容不对：units\.甲县"), ("- 1", "内容不对"),
        ("down: [2020-08-05]", "内容不对"), ("mix: {}", "内容不对"),
        ("mix: {obey: 0}", "内容不对"), ("down: [2020-08-08, 2020-08-05]", "内容不对"),
    ],
)
def test_a_bad_script_is_refused_with_the_key(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Rejected, match=words):
        read_script(path)


@pytest.mark.parametrize(
    "script",
    [
        Script(extensions=[Wish(unit="没有的县", ask_on=START, to=date(2020, 9, 12), approve_on=START)]),
        Script(units={"没有的县": "never"}),
    ],
)
def test_a_script_about_an_unknown_unit_is_refused_by_name(draft: PlanDraft, script: Script) -> None:
    with pytest.raises(Rejected, match="没有的县"):
        played(draft, 1, START, script)


def test_the_evening_round_sends_what_the_day_brought(draft: PlanDraft) -> None:
    with stage(draft, 1, START, Script(default="obey")) as theatre:
        for _ in play(theatre, START, date(2020, 8, 25)):
            pass
        letters = [one for one in notices(theatre) if one["step"] == "印发"]
    assert [one["day"] for one in letters] == ["2020-08-25"]
