"""One run of one stage: open, watch, close for all units; a table of how they stand."""

from datetime import date
from uuid import UUID

from prefect import tags
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State

from actions.advance import run_stage
from flows.running import cycle_title, ended, on_day
from models.database import transaction
from models.words import StageKind


async def run(kind: StageKind, cycle_id: UUID, day: date | None) -> State:
    """The body of every stage flow; safe to run twice for a day."""
    with on_day(day) as today, tags(cycle_title(cycle_id)):
        with transaction() as session:
            report = run_stage(session, cycle_id, kind, today)
        await acreate_table_artifact(
            key=f"{kind.value.replace('_', '-')}-{cycle_id.hex[:8]}", table=report.rows, description=report.sentence
        )
    return ended(report)
