"""The today page put together: what needs this person, what the system did, what comes in seven workdays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from actions.feed_back import proposed_day
from actions.record import Actor
from config import clock
from config.workdays import official
from models import desk_ledger, lists, open_work, statistics
from models.base import NotFound
from models.cycle import Cycle, Stage
from models.database import reading
from models.key_unit_ledger import waiting_key_units
from models.ledger import stages_of_cycle
from models.limit_ledger import waiting_for_signature
from models.office import Office
from models.statement_ledger import open_statements
from models.statistics import Standing
from models.words import Role, StageKind
from rules import workday
from rules.roles import Act, may
from web import watch
from web.forms import needed_day
from web.guard import Me
from web.page import PAGES, render

router = APIRouter(prefix="/today")
R = Role
AHEAD, LISTED, SHOWN = 7, 500, 300  # SHOWN: as many as a folded list of the page takes
LASTING = (StageKind.LOOK_BACK, StageKind.DAILY)
DOORS = {R.LEADER: "/leader", R.TEAM_LEAD: "/team", R.INSPECTOR: "/team"}
BOTH = frozenset({R.HEAD, R.CLERK})
HEADS = frozenset({R.HEAD, R.LEADER})
WORK: tuple[tuple[str, str, str, frozenset[Role]], ...] = (
    ("extensions", "延期待审批", "/extensions", HEADS), ("escalations", "督办单待审批", "/escalations", HEADS),
    ("key_units", "待批准的重点督导对象", "#key-units", HEADS),
    ("to_close", "待销号", "/ledger?state=looked_back", BOTH),
    ("submissions", "材料待审核", "/submissions", BOTH), ("statements", "情况说明待答复", "#statements", BOTH),
    ("objections", "异议待复核", "/ledger?state=objected", BOTH),
    ("reported", "整改待核实", "/ledger?state=reported", BOTH), ("found", "问题待反馈", "/ledger?state=found", BOTH),
    ("unsigned", "逾期未签收", "#phone", BOTH), ("duties", "长期任务待确认", "/duties", BOTH),
    ("unknown", "通知结果不明", "/outbox#asked", BOTH),
    ("no_limit", "未定时限", "#limits", BOTH), ("verified", "待回头看", "/ledger?state=verified", BOTH),
)
FIGURES = {
    "owed": "应发", "sent": "已发", "urged": "其中催办", "failed": "失败", "queued": "正在发送", "unknown": "结果不明",
    "planned": "待发",
}


@dataclass(frozen=True)
class Waiting:
    """So many things of a kind wait; `mine` when the reader's role decides on them."""

    count: int
    word: str
    href: str
    mine: bool


@dataclass(frozen=True)
class Running:
    """A cycle with its stages, how it stands, and its themes where a plain list of tasks has no stages of its own."""

    cycle: Cycle
    stages: list[Stage]
    standing: Standing
    themes: list[tuple[str, Standing]]


def door_of(role: str) -> str:
    """Where a role works, if not at the desk."""
    return DOORS.get(Role(role), "")


def since_when(today: date) -> date:
    """The workday before: on a Monday what happened over the weekend is told too."""
    return workday.add(today, -1, official())


def today_of(session: Session, me: Actor) -> dict[str, Any]:
    """Everything the page shows."""
    day, office = clock.today(), me.office_id
    since, referrals = since_when(day), may(me.role, Act.READ_REFERRALS)
    statements = open_statements(session, office)
    counts = open_work.waiting_work(session, office, day, referrals) | {"statements": len(statements)}
    cycles = running_of(session, me)
    return {
        "waiting": waiting_of(counts, me.role), "statements": statements, "since": since,
        "alerts": open_work.alerts(session, office), "figures": desk_ledger.sent_figures(session, office, since),
        "words": FIGURES, "ways": ("电话", "纸质"),
        "acts": acts_since(session, me, since), "coming": coming_of(session, me, day),
        "cycles": cycles, "overdue": open_work.overdue(session, office, day, SHOWN),
        "overdue_count": sum(one.standing.overdue for one in cycles),
        "own": open_work.own_duties(session, office),
        "no_limit": [(item, proposed_day(item)) for item in open_work.without_limit(session, office)],
        "unstarted": waiting_for_signature(session, office), "unsigned": open_work.unsigned(session, office, day),
        "key_units": waiting_key_units(session, office),
        "day_account": watch.today_figures(session, office), "account_words": watch.WORDS,
    }


def waiting_of(counts: dict[str, int], role: str) -> list[Waiting]:
    """Everything that waits, the reader's own first."""
    found = [Waiting(counts[key], word, href, role in roles) for key, word, href, roles in WORK]
    return sorted((one for one in found if one.count), key=lambda one: not one.mine)


def acts_since(session: Session, me: Actor, since: date) -> list[tuple[str, Cycle | None, int]]:
    """What the system did, in words: 自查开始, 濮阳示例."""
    labels = {kind.value: kind.label for kind in StageKind}
    words = {"阶段开启": "开始", "阶段结束": "结束", "停机补办": "停机后补办"}
    found = desk_ledger.system_acts(session, me.office_id, clock.at_time(since, time(0, 0)))
    return [(labels.get(about, "") + words.get(verb, verb), cycle, count) for verb, cycle, about, count in found]


def coming_of(session: Session, me: Actor, day: date) -> dict[date, list[tuple[str, Any]]]:
    """Stages, visits and limits of the next workdays under their days."""
    last = workday.add(day, AHEAD, official())
    visits: dict[tuple[date, str], list[Any]] = {}
    for visit, unit, team in desk_ledger.coming_visits(session, me.office_id, day, last):
        visits.setdefault((visit.start_on, team.name), []).append((visit, unit))
    lines: Sequence[tuple[date, str, Any]] = [
        *((row[0], "stage", (row[1], row[2].kind.label + row[3]))
          for row in desk_ledger.coming_stages(session, me.office_id, day, last)),
        *((key[0], "visit", (key[1], told)) for key, told in visits.items()),
        *((row.day, "limit", row) for row in desk_ledger.coming_limits(session, me.office_id, day, last)),
    ]
    found: dict[date, list[tuple[str, Any]]] = {}
    for when, kind, row in sorted(lines, key=lambda line: line[0]):
        found.setdefault(when, []).append((kind, row))
    return found


def running_of(session: Session, me: Actor) -> list[Running]:
    """The running cycles, newest first."""
    cycles = [cycle for cycle in lists.cycles_of(session, me.office_id) if cycle.closed_on is None]
    figures = statistics.by_cycle(session, statistics.running_scope(session, me.office_id, clock.today()))
    found = []
    for cycle in cycles:
        stages = stages_of_cycle(session, cycle.id)
        plain = all(stage.kind in LASTING for stage in stages)
        scope = statistics.running_scope(session, me.office_id, clock.today(), cycle.id)
        themes = statistics.by_theme(session, scope) if plain else []
        found.append(Running(cycle, [] if plain else stages, figures.get(cycle.id, Standing()), themes))
    return found


@router.get("/sent")
def sent(request: Request, me: Me, what: str = "owed", since: Annotated[str, Query()] = "") -> Response:
    """The list behind one of the figures of the today page."""
    if what not in FIGURES:
        raise NotFound("没有这张清单。")
    day = needed_day(since, "起始日期") if since else since_when(clock.today())
    with reading() as session:
        planned = desk_ledger.planned_notices(session, me.office_id, LISTED) if what == "planned" else []
        rows = [] if what == "planned" else desk_ledger.messages_since(session, me.office_id, day, what, LISTED)
        count = desk_ledger.sent_figures(session, me.office_id, day)[what]
    return render(
        request, "office/today_sent.html", word=FIGURES[what], what=what, since=day, rows=rows, planned=planned,
        count=count,
    )


def office_name(user: Any) -> str:
    """The office of whoever is signed in, in its own words, for the head of every page."""
    if user is None:
        return ""
    with reading() as session:
        office = session.get(Office, user.office_id)
    return (office.short_name or office.name) if office else ""


PAGES.globals["office_name"] = office_name
