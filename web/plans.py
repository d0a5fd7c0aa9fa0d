"""Plans: the shipped library, a file of one's own, what it says of itself, adoption."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from actions.adopt import adopt_plan
from actions.adopt_tasks import MEASURES
from actions.record import Actor
from models import lists
from models.base import Rejected
from models.database import fetch, reading, transaction
from models.plan import Plan, Task
from models.plan_ledger import plan_parts
from models.rank_ledger import plans_received
from plans.answered.said import OPEN
from plans.draft import PlanDraft
from plans.planfile import read_plan
from plans.planfile_out import refuse_open
from plans.text import Source, library, read_source, source_of
from web.forms import texts, uploads
from web.guard import Me
from web.page import render

router = APIRouter(prefix="/plans")


@lru_cache
def _shipped(name: str) -> PlanDraft:
    """A plan of the library, read once: some hold a hundred tasks."""
    return read_plan(read_source(name))


@router.get("")
def plans(request: Request, me: Me) -> Response:
    with reading() as session:
        adopted = lists.plans_of(session, me.office_id)
        shipped = [(name, _shipped(name)) for name in library()]
        return render(
            request, "office/plans.html", adopted=adopted, shipped=shipped, keys={p.key for p in adopted},
            waiting=lists.open_intakes(session, me.office_id),
            sent=[row for row in plans_received(session, me.office_id) if row[0].intake_id is None],
        )


@router.post("")
async def adopt(request: Request, me: Me) -> Response:
    """Adopt a plan of the library or a plan file; its errors are named line by line."""
    form = await request.form()
    files, name = await uploads(form, "file"), texts(form).get("name", "")
    source: Source
    if files:
        source = source_of(files[0].name, files[0].data)
    elif name in library():
        source = read_source(name)
    else:
        raise Rejected("请选择方案文件，或从方案库中选用。")
    return await run_in_threadpool(_adopt, me, source)


def _adopt(me: Actor, source: Source) -> Response:
    refuse_open(source)
    with transaction() as session:
        plan = adopt_plan(session, me, read_plan(source), source.digest)
    return RedirectResponse(f"/plans/{plan.id}?done=adopted", 303)


@router.get("/{plan_id}")
def plan_page(request: Request, me: Me, plan_id: UUID) -> Response:
    """Stages, deliverables, score sheets and the checks of a plan."""
    with reading() as session:
        plan = fetch(session, Plan, plan_id, me.office_id)
        stages, deliverables, tasks = plan_parts(session, plan.id)
        items = [task for task in tasks if task.sheet != MEASURES]
        return render(
            request, "office/plan.html", plan=plan, stages=stages, deliverables=deliverables, tasks=items,
            flags=list(_flags(plan)),
            sheets=list(dict.fromkeys((task.sheet, task.sheet_title) for task in items)),
            sections=_sections(task for task in tasks if task.sheet == MEASURES),
        )


@dataclass(frozen=True)
class Flag:
    """What was noted on a plan or one of its stages as it came in: a question with its answer, or a hint."""

    word: str
    colour: str
    what: str
    answer: str
    choices: list[str]


def _flags(plan: Plan) -> Iterator[Flag]:
    """The notes kept beside the plan, open questions first."""
    noted = {(flag["kind"], flag["note"]): flag for flag in plan.parts.get("flags") or []}
    for flag in sorted(noted.values(), key=lambda flag: flag["kind"] != OPEN):
        what, mark, answer = flag["note"].rpartition("答复：")
        if flag["kind"] == OPEN:
            yield Flag("未答复", "yellow", flag["note"], "", flag.get("alternatives", []))
        elif mark:
            yield Flag("已答复", "green", what, answer, [])
        else:
            yield Flag("提示", "blue", flag["note"], "", [])


def _sections(measures: Iterable[Task]) -> dict[str, list[Task]]:
    """Measures by the section that prints them, in the order of the document."""
    found: dict[str, list[Task]] = {}
    for task in sorted(measures, key=lambda task: order_of(task.source)):
        found.setdefault(task.sheet_title, []).append(task)
    return found


def order_of(place: str) -> list[int]:
    """The figures of a place (表1第7行), by which places stand in the order of the document."""
    return [int(figure) for figure in re.findall(r"\d+", place)]
