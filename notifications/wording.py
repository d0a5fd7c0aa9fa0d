"""Rows become words: unit, short title, date and link, nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.day_words import month_day, printed_day
from config.workdays import Calendar
from models.notice import Notice
from models.words import NoticeKind
from rules.reminder import due_words

PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), undefined=StrictUndefined, autoescape=False,
    keep_trailing_newline=False,
)


@dataclass(frozen=True)
class Letterhead:
    """Who writes to whom, on which day, with which link."""

    office: str
    greeting: str
    day: date
    link: str = ""


def line(notice: Notice, title: str, day: date, calendar: Calendar) -> str:
    """One numbered line of a message."""
    if notice.text:
        return notice.text
    if notice.due_on is None:
        return title
    urge = "，请立即办理" if notice.due_on < day else ""
    return f"{title}：{due_words(notice.due_on, day, calendar)}{urge}"


def progress_line(title: str, terms: Mapping[str, Any], done: float, due: date) -> str:
    """How far a figure has come, and what is missing by when."""
    needed, measure = terms.get("needed", 1), terms.get("measure", "次")
    missing = max(0, needed - done)
    figures = f"应{needed:g}{measure}，已登记{done:g}{measure}，尚缺{missing:g}{measure}"
    return f"{title}：{figures}，{month_day(due)}截止"


def subject(notices: Sequence[Notice], titles: Sequence[str]) -> str:
    """What a phone shows: the kind of message and the first thing it is about."""
    kinds = {notice.kind for notice in notices}
    if NoticeKind.URGE in kinds:
        mark = "催办"
    elif NoticeKind.REMIND in kinds:
        mark = "提醒"
    else:
        mark = next(iter(kinds)).label if len(kinds) == 1 else "通知"
    first = titles[0] if titles and titles[0] else (notices[0].text.partition("\n")[0][:24] if notices else "")
    more = f"等{len(notices)}项" if len(notices) > 1 else ""
    return clean(f"【督办{mark}】{first}{more}")


def render(head: Letterhead, notices: Sequence[Notice], titles: Sequence[str], calendar: Calendar) -> tuple[str, str]:
    """Subject and body of the message that carries these notices."""
    late = sorted(notice.late_from for notice in notices if notice.late_from)
    body = PAGES.get_template("notice.txt.j2").render(
        greeting=head.greeting,
        office=head.office,
        link=head.link,
        day=printed_day(head.day),
        late=month_day(late[0]) if late else "",
        lines=[line(n, t, head.day, calendar) for n, t in zip(notices, titles, strict=True)],
    )
    return subject(notices, titles), body.strip() + "\n"


def trial(name: str, office: str, moment: datetime) -> tuple[str, str]:
    """Subject and body of a message that only tries an address: no link, nothing about any unit's affairs."""
    body = (
        f"{name}：\n这是{office}督办系统的试发消息，用来核对通知地址，收到即可，不必回复。\n"
        f"{office}\n{printed_day(moment)} {moment:%H:%M}\n"
    )
    return "【督办试发】核对通知地址", body


def clean(text: str) -> str:
    """One line: a subject must not be able to add a header."""
    return " ".join(text.split())
