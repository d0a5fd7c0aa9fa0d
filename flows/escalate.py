"""督办: duties whose reminders have run out get a draft that a person decides on."""

from datetime import date
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from actions.escalate import draft_slips
from flows.running import HOOKS, RETRY, on_day, plain_run_name
from models.database import transaction


@flow(name="拟督办单", flow_run_name=plain_run_name("拟督办单"), **RETRY, **HOOKS)
async def escalate(assignments: list[UUID], day: date | None = None) -> State:
    """Draft 督办单 for these assignments; nothing is sent by itself."""
    with on_day(day) as today, transaction() as session:
        drafted = draft_slips(session, assignments, today)
    return Completed(name="待审批" if drafted else "无新增", message=f"新拟督办单{drafted}份", data=drafted)
