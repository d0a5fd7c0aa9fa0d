"""回头看: verified problems are looked at again until all are closed out."""

from datetime import date
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State

from flows import stage
from flows.running import HOOKS, RETRY, stage_run_name
from models.words import StageKind

KIND = StageKind.LOOK_BACK


@flow(name="回头看", flow_run_name=stage_run_name(KIND), **RETRY, **HOOKS)
async def look_back(cycle_id: UUID, day: date | None = None) -> State:
    """Open, watch and close the stage of one cycle as of `day` (today when not given)."""
    return await stage.run(KIND, cycle_id, day)
