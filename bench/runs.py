"""B8: what Prefect keeps of a day does not grow with the reminders: runs for a thousand, and for a hundred times it."""

import asyncio
import sys
from datetime import time as hour

from bench.day import prefect_server
from bench.many import TODAY
from bench.measure import Figure, show
from bench.planning import filled

FEW, SHORT, FULL = 1_000, 5_000, 100_000


def figures(reminders: int = FULL) -> list[Figure]:
    from config import clock

    clock.freeze(clock.at_time(TODAY, hour(10)))
    counted = []
    for due in (FEW, reminders):
        with prefect_server():
            counted.append(asyncio.run(_runs(due)))
    clock.freeze(None)
    flows, more = counted
    print(f"{FEW:,} reminders: {flows} flow runs; {reminders:,}: {more}", file=sys.stderr)
    name = f"B8 Prefect flow runs for {reminders:,} reminders beyond those for {FEW:,}"
    return [Figure(name, more - flows, 0, "")]


async def _runs(due: int) -> int:
    """Flow runs of one day's reminders as the server recorded them; there are no task runs in them."""
    from prefect.client.orchestration import get_client
    from sqlalchemy import text

    from flows.remind import remind
    from models.database import create_all, engine

    create_all(engine())
    filled(engine(), due, due)
    state = await remind(return_state=True)
    with engine().connect() as connection:
        told = connection.execute(text("SELECT count(*) FROM notice WHERE kind IN ('remind', 'urge')")).scalar()
    if not state.is_completed() or told != due:
        raise AssertionError(f"{told} of {due} planned: {state}")
    async with get_client() as client:
        flows = len(await client.read_flow_runs())
    engine().dispose()
    return flows


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if len(sys.argv) > 1 else SHORT), keep=False)
