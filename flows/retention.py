"""清理旧运行记录: what Prefect keeps of runs that ended long ago is deleted by its client, some at each sweep."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from prefect import task
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import ArtifactFilter, FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

from config import clock
from config.settings import settings

BATCH, BATCHES = 100, 4  # a sweep each quarter of an hour clears far more than a day makes
LOG = logging.getLogger("duban.flows")


@task(name="清理旧运行记录", retries=1)
async def forget_runs() -> int:
    """Delete ended runs older than `run_days`, with their logs and tables, oldest first; how many. Nothing of ours
    lives there: what was done and sent stands in the office's own history."""
    before, gone = clock.wall() - timedelta(days=settings().run_days), 0
    async with get_client() as client:
        for _ in range(BATCHES):
            old = await ended_before(client, before)
            await _delete(client, old)
            gone += len(old)
            if len(old) < BATCH:
                break
    if gone:
        LOG.info("old runs deleted", extra={"runs": gone, "days": settings().run_days})
    return gone


async def ended_before(client: PrefectClient, moment: datetime) -> Sequence[FlowRun]:
    """At most BATCH runs that ended before, the oldest first."""
    ended = {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]}}
    wanted = FlowRunFilter.model_validate({"end_time": {"before_": moment}, "state": ended})
    return await client.read_flow_runs(flow_run_filter=wanted, sort=FlowRunSort.START_TIME_ASC, limit=BATCH)


async def _delete(client: PrefectClient, runs: Sequence[FlowRun]) -> None:
    if not runs:
        return
    made = FlowRunFilter.model_validate({"id": {"any_": [run.id for run in runs]}})
    for table in await client.read_artifacts(artifact_filter=ArtifactFilter(), flow_run_filter=made):
        try:
            await client.delete_artifact(table.id)
        except ObjectNotFound:
            continue
    for run in runs:
        try:
            await client.delete_flow_run(run.id)
        except ObjectNotFound:
            continue  # a parent took it along, or another sweep was first
