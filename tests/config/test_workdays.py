"""The official calendar, against figures counted by hand from the State Council's notices."""

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from config import workdays
from config.settings import temporary_home
from config.workdays import (
    FOLDER,
    Calendar,
    faulty_files,
    home_folder,
    merged,
    official,
    parse,
    read_year,
    spans_of,
    would_be,
    write_year,
    written,
)

ROOT = Path(__file__).resolve().parents[2]
CALENDAR = merged(read_year(path) for path in sorted(FOLDER.glob("2*.yaml")))
WORKDAYS = {2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize(("year", "count"), WORKDAYS.items())
def test_a_year_has_as_many_workdays_as_its_notice_leaves(year: int, count: int) -> None:
    assert sum(CALENDAR.is_workday(day) for day in days_of(year)) == count


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2020, 10, 8), "国庆节、中秋节"), (date(2020, 2, 2), "春节"), (date(2020, 9, 5), "周六"),
        (date(2020, 9, 6), "周日"), (date(2020, 9, 27), ""), (date(2020, 9, 7), ""),
    ],
)
def test_a_rest_day_says_why_nobody_works_and_a_workday_says_nothing(day: date, name: str) -> None:
    assert CALENDAR.rest_name(day) == name


def test_the_makeup_saturday_that_the_longer_spring_festival_of_2020_withdrew_is_a_rest_day() -> None:
    assert not CALENDAR.is_workday(date(2020, 2, 1))


def test_a_year_without_a_notice_on_file_is_not_known() -> None:
    assert CALENDAR.knows(date(2026, 12, 31))
    assert not CALENDAR.knows(date(2027, 1, 1))
    assert not CALENDAR.knows(date(2019, 12, 31))
    assert CALENDAR.unknown_years(date(2020, 1, 1), date(2026, 12, 31)) == []
    assert CALENDAR.unknown_years(date(2028, 1, 1), date(2026, 12, 31)) == [2027, 2028]
    assert CALENDAR.unknown_years(date(2019, 12, 31), date(2027, 1, 1)) == [2019, 2027]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("2*.yaml")), ids=lambda path: path.stem)
def test_a_calendar_file_cites_its_notice_and_makes_up_only_on_weekends(path: Path) -> None:
    year = read_year(path)
    assert re.match(r"国办发明电〔20\d\d〕\d+号（20\d\d-\d\d-\d\d）", year.notices[int(path.stem)])
    assert all(day.weekday() >= 5 for day in year.makeup)
    assert not year.makeup & set(year.names)


def test_each_holiday_is_as_long_as_its_notice_says_and_few_are_silent() -> None:
    silent = set()
    for path in FOLDER.glob("2*.yaml"):
        data = parse(path.read_text(encoding="utf-8"))
        for name, value in data["rest"].items():
            [(start, end)] = spans_of(value)
            if name in data["days"]:
                assert (end - start).days + 1 == data["days"][name], (path, name)
            else:
                silent.add((data["year"], name))
    assert silent == {(2020, "春节"), (2024, "元旦"), (2024, "端午节")}


def a_year(year: int = 2027, **more) -> dict:
    first = date(year, 1, 1)
    return {"year": year, "notice": "国办: 甲 #1", "rest": {"元旦": [first, first]}, "makeup": [], **more}


def test_what_the_office_loads_is_seen_at_once_and_stays_in_its_own_folder(tmp_path: Path) -> None:
    new_year = date(2027, 1, 1)
    with temporary_home(tmp_path):
        assert official().is_workday(new_year)
        write_year(a_year())
        assert (official().rest_name(new_year), official().notices[2027]) == ("元旦", "国办: 甲 #1")
        with temporary_home(tmp_path / "another"):
            assert not official().knows(new_year)
        assert official().knows(new_year)
        assert [path.name for path in home_folder().iterdir()] == ["2027.yaml"]


def test_the_office_s_file_wins_over_the_shipped_one(tmp_path: Path) -> None:
    with temporary_home(tmp_path):
        write_year(a_year(2026))
        assert official().is_workday(date(2026, 10, 1))
        assert not official().is_workday(date(2025, 10, 1))


def test_a_file_put_there_edited_or_taken_by_another_process_is_noticed(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(workdays, "LOOK_EVERY", 0)
    with temporary_home(tmp_path):
        assert not official().knows(date(2027, 1, 1))
        code = (
            "from datetime import date; from config.workdays import write_year; day = date(2027, 1, 4); "
            "write_year({'year': 2027, 'notice': 'x', 'rest': {'元旦': [day, day]}, 'makeup': []})"
        )
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
        assert official().rest_name(date(2027, 1, 4)) == "元旦"
        path = home_folder() / "2027.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("01-04", "01-05"), encoding="utf-8")
        assert official().rest_name(date(2027, 1, 5)) == "元旦"
        path.unlink()
        assert not official().knows(date(2027, 1, 1))


def test_an_unchanged_folder_is_not_read_again(tmp_path: Path, monkeypatch) -> None:
    with temporary_home(tmp_path):
        write_year(a_year())
        first = official()
        monkeypatch.setattr(workdays, "LOOK_EVERY", 0)
        assert official() is first


def test_a_broken_file_of_the_office_is_left_out_and_told(tmp_path: Path) -> None:
    with temporary_home(tmp_path):
        home_folder().mkdir()
        (home_folder() / "2026.yaml").write_text("year: [", encoding="utf-8")
        (home_folder() / "2028.yaml").write_text("year: 2027\nnotice: x\nrest: {}\nmakeup: []", encoding="utf-8")
        (home_folder() / "甲.yaml").write_bytes(b"\xff")
        assert official().notices == CALENDAR.notices
        assert [fault.split("：")[0] for fault in faulty_files()] == ["2026.yaml", "2028.yaml", "甲.yaml"]


def test_data_nobody_could_read_back_is_not_written(tmp_path: Path) -> None:
    with temporary_home(tmp_path):
        with pytest.raises(ValueError, match="首日"):
            write_year(a_year(rest={"元旦": [date(2027, 1, 2), date(2027, 1, 1)]}))
        assert not home_folder().exists()


@pytest.mark.parametrize("before", [False, True])
def test_a_year_is_taken_back_when_what_follows_fails(tmp_path: Path, before: bool) -> None:
    with temporary_home(tmp_path):
        if before:
            write_year(a_year(notice="先前的"))
        with pytest.raises(RuntimeError), written(a_year()):
            assert official().notices[2027] == "国办: 甲 #1"
            raise RuntimeError
        assert official().notices.get(2027) == ("先前的" if before else None)
        assert len(list(home_folder().iterdir())) == before


def test_what_would_be_is_not_written_and_a_holiday_may_lie_in_two_pieces(tmp_path: Path) -> None:
    with temporary_home(tmp_path):
        pieces = [[date(2027, 4, 4), date(2027, 4, 4)], [date(2027, 4, 6), date(2027, 4, 6)]]
        calendar = would_be(a_year(rest={"清明节": pieces}))
        assert calendar.rest_name(date(2027, 4, 6)) == "清明节"
        assert calendar.is_workday(date(2027, 4, 5))
        assert not official().knows(date(2027, 1, 1))
        write_year(a_year(rest={"清明节": pieces}))
        assert official() == calendar


def test_a_later_notice_decides_about_the_december_before() -> None:
    day, other = date(2026, 12, 31), date(2026, 12, 26)
    this = Calendar({other: "甲"}, frozenset({day}), {2026: "x"})
    later = Calendar({day: "元旦"}, frozenset({other}), {2027: "y"})
    assert merged([this, later]).rest_name(day) == "元旦"
    assert merged([this, later]).is_workday(other)
