"""Templates become pages: the words, dates and lights every page shares."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from config import clock
from config.day_words import day_and_weekday, month_day
from config.workdays import official
from models.cycle import Assignment
from models.words import AssignmentKind, AssignmentState
from rules import roles
from rules.address import shown
from rules.device import device_words
from rules.reminder import due_words
from rules.stage import Light, light
from web import english_dates as dates
from web.doors import may_open
from web.language import CHINESE, COOKIE, LANGUAGES, english, here, language, speaking, wanted
from web.said import known, own, said, said_plain
from web.spoken_pages import Spoken, WesternStops, gettext

HERE = Path(__file__).parent


def day_words(day: date | None, whole: bool = False) -> str:
    """A day as officials write it: 8月10日（周一）; with its year when that is another one, or on paper (`whole`).
    In English: Mon 10 Aug."""
    if day is None:
        return said_plain("未定")
    if english():
        return dates.day_in_english(day, whole or day.year != clock.today().year)
    year = f"{day.year}年" if whole or day.year != clock.today().year else ""
    return f"{year}{day_and_weekday(day)}"


def plain_day(day: date) -> str:
    """A day on a page that names the year elsewhere: 2月5日（周五）."""
    if english():
        return dates.day_in_english(day, year=False)
    return day_and_weekday(day)


def short_day(day: date | None) -> str:
    """A day where room is short: 8.10, or 10 Aug."""
    if day is None:
        return said_plain("待定")
    if english():
        return dates.short_in_english(day, day.year != clock.today().year)
    year = "" if day.year == clock.today().year else f"{day.year}."
    return f"{year}{day.month}.{day.day:02d}"


def moment_words(moment: datetime | None, whole: bool = False) -> str:
    """A moment in the office's zone: 8月10日 09:00, or 10 Aug 09:00; `whole` as in day_words."""
    if moment is None:
        return ""
    local = moment.astimezone(clock.ZONE)
    if english():
        return dates.moment_in_english(local, whole or local.year != clock.today().year)
    year = f"{local.year}年" if whole or local.year != clock.today().year else ""
    return f"{year}{month_day(local)} {local:%H:%M}"


def distance(due: date | None) -> str:
    """距截止N个工作日, or how long it is overdue."""
    return said_plain(due_words(due, clock.today(), official()) if due else "未定时限")


def light_of(due: date | None, done: bool = False, waiting: bool = False) -> Light:
    return light(due, done, clock.today(), official(), waiting)


def item_light(item: Assignment) -> Light:
    """The light of an assignment: a clock that stands still has no colour, a yearly confirmation is never red."""
    done, waiting = item.state == AssignmentState.DONE, item.state == AssignmentState.SUBMITTED
    if item.paused_on and not done:
        return Light("grey", "暂停计时")
    if item.kind == AssignmentKind.CONFIRMATION and not done and item.due_on and item.due_on < clock.today():
        return Light("yellow", "待确认")
    return light_of(item.due_on, done, waiting)


def device_said(agent: str) -> str:
    """A device in the reader's language: Linux computer · Chrome."""
    return " · ".join(said_plain(part) for part in device_words(agent).split(" · "))


def paragraphs(text: str) -> Markup:
    """Typed text with its line breaks kept and everything else escaped."""
    return Markup("<br>").join(text.splitlines())


PAGES = Spoken(
    loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(default=True), undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
)
PAGES.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
PAGES.filters.update(
    day=day_words, plain_day=plain_day, short_day=short_day, moment=moment_words, said=said, said_plain=said_plain,
    own=own, known=known, distance=distance, paragraphs=paragraphs, device=device_said, reached=shown,
    percent=lambda share: f"{share:.1%}",
)
PAGES.globals.update(
    light_of=light_of, item_light=item_light, today=clock.today, gettext=gettext, language=language, english=english,
    here=here, acts_of=roles.acts_of, gets_digests=roles.gets_digests,
    may=lambda user, act: roles.may(user.role, roles.Act(act)), may_open=lambda user, path: may_open(user.role, path),
)
# the same templates compiled a second time, with Western stops between the words
ENGLISH_PAGES = PAGES.overlay(extensions=[WesternStops])


def spoken_to(request: Request) -> str:
    """The reader's language: what the cookie says, else what the signed-in person chose, else Chinese."""
    if request.cookies.get(COOKIE) in LANGUAGES:
        return wanted(request)
    chosen = getattr(getattr(request.state, "user", None), "language", "")
    return chosen if chosen in LANGUAGES else CHINESE


def render(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in its reader's language; `request` gives it the path and who is signed in."""
    user = getattr(request.state, "user", None)
    with speaking(spoken_to(request)):
        pages = ENGLISH_PAGES if english() else PAGES
        html = pages.get_template(name).render(request=request, user=user, **values)
        return HTMLResponse(html, status_code=status, headers={"Content-Language": language()})
