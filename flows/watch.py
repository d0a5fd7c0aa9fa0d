"""自检: runs that Prefect left running for ever after a crash are marked crashed by us."""

from datetime import timedelta

from prefect import task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.states import Crashed

from actions import share
from config import clock
from flows.running import note_failure
from models.database import reading

LEFT = "运行中断，未正常结束"
LONGEST = timedelta(minutes=15)
LEFT_OVER = {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}}


@task(name="清理僵死运行", retries=1)
async def reap() -> int:
    """Mark old runs as crashed that have no part in a sweep; our work is repeated by the next sweep anyway."""
    limit = clock.wall() - LONGEST
    async with get_client() as client:
        runs = await client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(LEFT_OVER), limit=200)
        with reading() as session:
            living = share.holders(session)
        old = [run for run in runs if str(run.id) not in living
               and (run.start_time or run.expected_start_time or clock.wall()) < limit]
        for run in old:
            await client.set_flow_run_state(run.id, Crashed(name="僵死", message=LEFT), force=True)
    for run in old:
        note_failure(run.name or "", LEFT)  # no hook runs for what we close ourselves
    return len(old)
