"""The official calendar: which days the State Council's yearly notice made rest days or make-up workdays."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from config.day_words import weekday_word

if TYPE_CHECKING:  # whoever only counts days pays neither for the settings nor for the YAML parser
    from config.settings import Settings

FOLDER = Path(__file__).parent / "workdays"
DAY = timedelta(days=1)
LONGEST = 31  # a longer "holiday" is a slip of the pen, and would be unrolled day by day
LOOK_EVERY = 0.1  # seconds between two looks at the office's folder: a look costs some microseconds, an answer none
Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class Calendar:
    """Rest days and make-up days of the years on file; other years count Monday to Friday, provisionally."""

    names: dict[date, str] = field(default_factory=dict)
    makeup: frozenset[date] = frozenset()
    notices: dict[int, str] = field(default_factory=dict)

    def knows(self, day: date) -> bool:
        """Whether an official notice for that year is on file; if not, answers about it are provisional."""
        return day.year in self.notices

    def unknown_years(self, start: date, end: date) -> list[int]:
        """The years between two days, both included, without a notice on file."""
        first, last = sorted((start.year, end.year))
        return [year for year in range(first, last + 1) if year not in self.notices]

    def is_workday(self, day: date) -> bool:
        return day in self.makeup or (day not in self.names and day.weekday() < 5)

    def rest_name(self, day: date) -> str:
        """Why nobody works: the holiday's name, or 周六/周日; empty on a workday."""
        if self.is_workday(day):
            return ""
        return self.names.get(day) or weekday_word(day)


def spans_of(value: Any) -> list[tuple[date, date]]:
    """A holiday's days in a yearly file: one [first, last], or a list of such pairs."""
    pairs = value if isinstance(value[0], list | tuple) else [value]
    return [(start, end) for start, end in pairs]


def year_of(data: Any) -> Calendar:
    """What a yearly file holds, as a calendar of that year; ValueError says what is wrong with it."""
    try:
        year, notice, makeup = data["year"], data["notice"], frozenset(data["makeup"] or ())
        rests = {str(name): spans_of(value) for name, value in data["rest"].items()}
    except (TypeError, KeyError, IndexError, ValueError, AttributeError):
        raise ValueError("须有 year、notice、rest、makeup 四项，rest 为“节日: [首日, 末日]”") from None
    days = [*makeup, *(day for spans in rests.values() for span in spans for day in span)]
    if type(year) is not int or not isinstance(notice, str) or any(type(day) is not date for day in days):
        raise ValueError("year 须为年份，notice 须为文字，各日期须按 2027-01-01 的写法")
    if any(not 0 <= (end - start).days < LONGEST for spans in rests.values() for start, end in spans):
        raise ValueError("有节日的末日早于首日，或放假超过一个月")
    return Calendar(
        {start + DAY * n: name for name, spans in rests.items() for start, end in spans
         for n in range((end - start).days + 1)},
        makeup, {year: notice},
    )


def parse(text: str) -> Any:
    """YAML as plain data; ValueError for text that is not YAML."""
    from ruamel.yaml import YAML

    try:
        return YAML(typ="safe").load(text)
    except Exception as error:  # the parser has several families of its own errors
        raise ValueError(f"不是可读的 YAML（{type(error).__name__}）") from None


def read_year(path: Path) -> Calendar:
    """One yearly file: notice number, rest days by holiday name, make-up days; ValueError names the fault."""
    try:
        calendar = year_of(parse(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"读不出（{type(error).__name__}）") from None
    if path.stem not in map(str, calendar.notices):
        raise ValueError("文件名与其中的年份不一致")
    return calendar


def merged(years: Iterable[Calendar]) -> Calendar:
    """Years in order as one calendar; a notice may reach into the December before, and the later one decides."""
    names: dict[date, str] = {}
    makeup: set[date] = set()
    notices: dict[int, str] = {}
    for year in years:
        makeup = (makeup - year.names.keys()) | year.makeup
        names = {day: name for day, name in names.items() if day not in year.makeup} | year.names
        notices |= year.notices
    return Calendar(names, frozenset(makeup), notices)


@lru_cache
def _shipped() -> dict[int, Calendar]:
    return {int(path.stem): read_year(path) for path in sorted(FOLDER.glob("2*.yaml"))}


class _Shelf(NamedTuple):
    """What was read last: for whose data folder, when it was looked at, and what lay there."""

    ours: "Settings"
    looked: float
    stamp: Stamp
    years: dict[int, Calendar]
    calendar: Calendar
    faults: tuple[str, ...]


_kept: list[_Shelf | None] = [None]  # replaced as a whole, so that threads never see half of it


def official() -> Calendar:
    """All years on file as one calendar: the shipped ones and those this office has loaded, which win."""
    return _current().calendar


def faulty_files() -> tuple[str, ...]:
    """A sentence for every file in the office's folder that cannot be read and is therefore left out."""
    return _current().faults


@lru_cache
def _settings() -> "Callable[[], Settings]":
    from config.settings import settings

    return settings


def _current() -> _Shelf:
    # Settings are made anew with another data folder, so being the same object means being the same folder.
    ours, now, shelf = _settings()(), monotonic(), _kept[0]
    if shelf and shelf.ours is ours and 0 <= now - shelf.looked < LOOK_EVERY:
        return shelf
    stamp = _stamp(home_folder())
    if shelf and shelf.ours is ours and shelf.stamp == stamp:
        shelf = shelf._replace(looked=now)
    else:
        loaded, faults = _loaded(home_folder())
        years = dict(sorted({**_shipped(), **loaded}.items()))
        shelf = _Shelf(ours, now, stamp, years, merged(years.values()), faults)
    _kept[0] = shelf
    return shelf


def home_folder() -> Path:
    """Where the notices that this office has loaded lie."""
    return _settings()().home / "workdays"


def _stamp(folder: Path) -> Stamp:
    """What tells a file added, replaced or edited by any process: a replaced one has another inode."""
    try:
        with os.scandir(folder) as entries:
            stats = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".yaml")]
    except OSError:
        return ()
    return tuple(sorted((name, stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in stats))


def _loaded(folder: Path) -> tuple[dict[int, Calendar], tuple[str, ...]]:
    found: dict[int, Calendar] = {}
    faults = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            year = read_year(path)
            found[next(iter(year.notices))] = year
        except ValueError as error:
            faults.append(f"{path.name}：{error}")
    return found, tuple(faults)


def would_be(data: Mapping[str, Any]) -> Calendar:
    """The official calendar as it would be with this year's data on file; nothing is written."""
    years = {**_current().years, data["year"]: year_of(data)}
    return merged(year for _, year in sorted(years.items()))


def write_year(data: Mapping[str, Any]) -> Path:
    """Put a year's data into the office's folder, whole or not at all; ValueError for data no one could read back."""
    from ruamel.yaml import YAML

    year_of(data)
    yaml = YAML()
    yaml.default_flow_style, yaml.width = None, 4096
    yaml.representer.ignore_aliases = lambda *_: True  # a one-day holiday names its day twice; no anchors
    folder = home_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".tmp", encoding="utf-8", delete=False) as file:
        yaml.dump(dict(data), file)
    return _put(Path(file.name), folder / f"{data['year']}.yaml")


def _put(new: Path, path: Path) -> Path:
    new.chmod(0o644)  # a temporary file is its owner's alone; the web and the flow runner may be another user
    new.replace(path)
    _kept[0] = None
    return path


@contextmanager
def written(data: Mapping[str, Any]) -> Iterator[Path]:
    """The year is on file while the block runs and stays if it succeeds; otherwise what lay there comes back."""
    path = home_folder() / f"{data['year']}.yaml"
    before = path.read_bytes() if path.exists() else None
    write_year(data)
    try:
        yield path
    except BaseException:
        if before is None:
            path.unlink()
        else:
            (new := path.with_suffix(".tmp")).write_bytes(before)
            _put(new, path)
        _kept[0] = None
        raise
