"""反馈: the formal letters go out and are signed for."""

from datetime import date
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State

from flows import stage
from flows.running import HOOKS, RETRY, stage_run_name
from models.words import StageKind

KIND = StageKind.FEEDBACK


@flow(name="反馈", flow_run_name=stage_run_name(KIND), **RETRY, **HOOKS)
async def feedback(cycle_id: UUID, day: date | None = None) -> State:
    """Open, watch and close the stage of one cycle as of `day` (today when not given)."""
    return await stage.run(KIND, cycle_id, day)
