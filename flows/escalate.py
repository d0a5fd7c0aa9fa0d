"""督办: how many drafts wait for a leader, and what was not proposed because of a cap; written with the reminders."""

from datetime import date

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.running import HOOKS, RETRY, on_day, plain_run_name
from models.database import reading
from models.lists import drafts_waiting


@flow(name="拟督办单", flow_run_name=plain_run_name("拟督办单"), **RETRY, **HOOKS)
async def escalate(day: date | None = None, held: list[str] | None = None) -> State:
    """Say what waits for approval and what a cap held back; nothing is sent by itself."""
    with on_day(day), reading() as session:
        waiting = drafts_waiting(session)
    words = "".join((f"督办草稿{waiting}份待审批。", *(held or [])))
    return Completed(name="待审批" if waiting else "无草稿", message=words, data=waiting)
