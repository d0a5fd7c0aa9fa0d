"""The openings and closings to come, put on Prefect's schedule so that the office sees them.

Only a calendar: the sweep does the same work when one of these runs is missed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from prefect import task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled

from config import clock
from models.cycle import Cycle
from models.database import reading
from models.ledger import open_cycles, stages_of_cycle
from models.words import StageKind, StageState

MIDNIGHT = time(0, 5)
DEPLOYMENT = "阶段"
TAG = "阶段日程"
FRAME = (StageKind.PREPARATION, StageKind.HIGHER_INSPECTION)


@dataclass(frozen=True)
class Boundary:
    """A stage that opens or closes at a moment; `key` changes with the stage's version."""

    cycle_id: UUID
    title: str
    kind: StageKind
    at: datetime
    key: str
    word: str


def boundaries(cycle: Cycle, today: date) -> Iterator[Boundary]:
    """The openings and closings of a cycle that still lie ahead."""
    with reading() as session:
        stages = stages_of_cycle(session, cycle.id)
    for stage in stages:
        if stage.kind in FRAME:
            continue
        closes = stage.end_on + timedelta(days=1) if stage.end_on else None
        for day, word, state in ((stage.start_on, "开启", StageState.PLANNED), (closes, "结束", None)):
            if day and day > today and stage.state in (state, StageState.PLANNED, StageState.OPEN):
                key = f"cycle-{cycle.id}/{stage.kind}/{stage.version}/{word}"
                at = clock.at_time(day, MIDNIGHT)
                if word == "结束" or stage.state == StageState.PLANNED:
                    yield Boundary(cycle.id, cycle.title, stage.kind, at, key, word)


@task(name="排定阶段日程", retries=1)
async def put_on_schedule() -> int:
    """Schedule what lies ahead once, and take away what a moved date has made wrong."""
    with reading() as session:
        cycles = open_cycles(session)
    ahead = [boundary for cycle in cycles for boundary in boundaries(cycle, clock.today())]
    async with get_client() as client:
        wanted = {boundary.key for boundary in ahead}
        filters = FlowRunFilter.model_validate({"tags": {"all_": [TAG]}, "state": {"type": {"any_": ["SCHEDULED"]}}})
        known = await client.read_flow_runs(flow_run_filter=filters, limit=200)
        for run in known:
            if run.idempotency_key not in wanted and run.expected_start_time and run.expected_start_time > clock.wall():
                await client.delete_flow_run(run.id)
        for boundary in ahead:
            try:
                deployment = await client.read_deployment_by_name(f"{boundary.kind.label}/{DEPLOYMENT}")
            except ObjectNotFound:
                continue  # only the sweep is deployed here
            await client.create_flow_run_from_deployment(
                deployment.id,
                parameters={"cycle_id": str(boundary.cycle_id)},
                state=Scheduled(scheduled_time=boundary.at),
                idempotency_key=boundary.key,
                name=f"{boundary.title} · {boundary.kind.label}{boundary.word}",
                tags=[boundary.title, TAG],
            )
    return len(ahead)
