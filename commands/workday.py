"""duban workday: working-day sums, the rest days of a year, and loading the State Council's yearly notice."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.help_page import Commands, Json
from commands.spoken import out, tell, words
from models.base import Refused, Rejected

if TYPE_CHECKING:  # `duban --help` must not wait for the database and the parser
    from config.workdays import Calendar
    from plans.holiday_notice import NoticeYear

app = Commands("工作日：推算、查看、放假通知入库。")
FARTHEST = 100_000  # workdays, four centuries: more is a slip, and would be counted one by one
SHOWN = 3


def a_day(text: str) -> date:
    """A day given on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是日期，请按 2020-08-10 的写法。") from None


def not_on_file(years: Sequence[int]) -> str:
    """That the notices of these years are missing, in words."""
    more = f"等{len(years)}个年份的" if len(years) > SHOWN else ""
    return "、".join(f"{year}年" for year in years[:SHOWN]) + f"{more}放假通知尚未入库"


@app.command("add", context_settings={"ignore_unknown_options": True})
def add(
    day: Annotated[str, typer.Argument(help="起算日，如 2020-08-10")],
    count: Annotated[int, typer.Argument(min=-FARTHEST, max=FARTHEST, help="第几个工作日")], as_json: Json = False
) -> None:
    """从某日起第 N 个工作日（不含当日；负数向前）。"""
    from config.workdays import official
    from rules import workday

    start, calendar = a_day(day), official()
    try:
        found = workday.add(start, count, calendar)
    except OverflowError:
        raise Refused("推算的日期超出了公历年份的范围。") from None
    unknown = calendar.unknown_years(start, found)
    if as_json:
        answer = {"found": None, "provisional": found, "known": False} if unknown else {"found": found, "known": True}
        out({"day": day, "count": count, **answer})
    elif unknown:
        tell(f"未知：{not_on_file(unknown)}；暂按周一至周五推算为 {found}（暂定，通知入库后重算）")
    else:
        tell(f"{found}")


@app.command("list")
def list_year(year: Annotated[int, typer.Argument(help="年份")], as_json: Json = False) -> None:
    """某年的放假日和调休上班日。"""
    from config.workdays import official

    calendar = official()
    notice = calendar.notices.get(year)
    rest = {str(day): name for day, name in sorted(calendar.names.items()) if day.year == year and notice}
    makeup = [str(day) for day in sorted(calendar.makeup) if day.year == year and notice]
    if as_json:
        out({"year": year, "known": notice is not None, "notice": notice, "rest": rest, "makeup": makeup})
    if notice is None:
        raise Refused(f"未知：{not_on_file([year])}；通知公布后请用 duban workday load 入库。")
    if not as_json:
        tell(f"{year}年放假通知（{notice}）")
        tell("放假：" + "、".join(f"{day[5:]} {words(name)}" for day, name in rest.items()))
        tell("调休上班：" + "、".join(day[5:] for day in makeup))


@app.command("load")
def load(
    file: Annotated[str, typer.Argument(help="通知全文的文本文件，或年度放假 YAML 文件；- 为标准输入")],
    yes: Annotated[bool, typer.Option("--yes", help="核对无误，写入并重算在办时限")] = False,
    number: Annotated[str, typer.Option("--notice", help="原文没有发文字号时补上")] = "",
    as_json: Json = False,
) -> None:
    """读取国务院办公厅年度放假通知：自行核对、列出变动；加 --yes 才写入并重算在办时限。"""
    from config.workdays import official, would_be
    from plans.holiday_notice import as_yaml_data, differences

    notice = _read(file, number)
    told = _told(notice)
    if not as_json:
        _show_checks(told)
    if not notice.faults:
        data = as_yaml_data(notice)
        calendar = would_be(data)
        told |= {"changes": differences(official(), calendar, notice.year), "moves": _moves(calendar)}
        if not as_json:
            _show_changes(told)
        if yes or (not as_json and file != "-" and sys.stdin.isatty() and typer.confirm(words("写入并重算在办时限？"))):
            told["written"] = _keep(data, calendar)
    _close(told, notice, as_json)


def _read(file: str, number: str) -> "NoticeYear":
    """The notice in a file or on standard input."""
    from actions.holidays import read_any
    from plans.text import LARGEST, source_of

    try:
        if file == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(LARGEST + 1)
    except OSError:
        raise Rejected(f"读不出文件“{file}”。") from None
    return read_any(source_of("标准输入" if file == "-" else Path(file).name, data).text, number)


def _told(notice: "NoticeYear") -> dict[str, Any]:
    """What is said of a notice before anything is compared or written."""
    from actions.holidays import checks_of

    return {
        "year": notice.year, "notice": notice.notice_no, "checks": checks_of(notice), "changes": [], "moves": [],
        "written": False,
    }


def _has_office() -> bool:
    """Whether deadlines may be running here; looking must not create a database."""
    from config.settings import settings
    from models.migrate import is_current
    from models.office_ledger import any_office

    url = settings().database
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return False
    if not is_current():
        raise Refused("数据库结构不是最新，请先运行 duban serve 或 make run，再载入放假通知。")
    return any_office()


def _moves(calendar: "Calendar") -> list[dict[str, Any]]:
    """The running deadlines that this calendar would change."""
    if not _has_office():
        return []
    from actions.recount import moves
    from models.database import reading
    from models.office_ledger import every_office

    with reading() as session:
        keys = ("title", "unit", "old", "new", "because")
        found = [row for key in every_office(session) for row in moves(session, key, calendar)]
        return [{key: getattr(row, key) for key in keys} for row in found]


def _keep(data: dict[str, Any], calendar: "Calendar") -> bool:
    """Write the year and recount, both or neither: actions ask `official()`, so the file must lie there first."""
    from config.workdays import write_year, written
    from models.database import transaction
    from models.office_ledger import topmost

    if not _has_office():
        write_year(data)
        return True
    from actions.record import Actor
    from actions.recount import apply

    with written(data), transaction() as session:
        apply(session, Actor(topmost(session), "命令行", "clerk", "命令行"), calendar)
    return True


def _show_checks(told: dict[str, Any]) -> None:
    tell(f"{told['year']}年放假通知（{told['notice'] or '没有文号'}）")
    for check in told["checks"]:
        tell(f"{check['result']}  {check['words']}")


def _show_changes(told: dict[str, Any]) -> None:
    tell(f"与现有日历相比有{len(told['changes'])}天不同。")
    for sentence in told["changes"]:
        tell(f"  {sentence}")
    tell(f"在办时限有{len(told['moves'])}项改变。")
    for row in told["moves"]:
        tell(f"  {row['unit']}·{row['title']}：{row['old']}改为{row['new']}（{row['because']}）")


def _close(told: dict[str, Any], notice: "NoticeYear", as_json: bool) -> None:
    """The last word: JSON, or whether it was written; a notice that contradicts itself is refused."""
    from actions.holidays import refuse_faulty

    if as_json:
        out(told)
    refuse_faulty(notice)
    if not as_json:
        tell("已写入，在办时限已重算。" if told["written"] else "未写入；核对无误后加 --yes 写入。")
