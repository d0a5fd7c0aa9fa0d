"""The runner: every flow as a deployment with its times, two at once. Start with `python -m flows.serve`."""

import asyncio
import logging
from typing import Any

from prefect.client.orchestration import get_client
from prefect.deployments.flow_runs import arun_deployment
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.cycle import SHARE, STAGE_FLOWS, cycle, help_sweep
from flows.remind import remind
from flows.timetable import DEPLOYMENT
from models.migrate import stop_on_other_shapes

ZONE = "Asia/Shanghai"
AT_ONCE = 2
LOOK_EVERY, WAIT = 60.0, 2.0  # seconds
LOG = logging.getLogger("duban.flows")


def deployments() -> list[RunnerDeployment]:
    """巡检 just after midnight and through the day, 提醒 at nine, the stages on call."""
    module: dict[str, Any] = {"entrypoint_type": EntrypointType.MODULE_PATH}
    sweep = [Cron("2 0 * * *", timezone=ZONE), Cron("*/15 8-18 * * *", timezone=ZONE)]
    served: list[Any] = [
        cycle.to_deployment("巡检", schedules=sweep, description="推进各周期阶段、发出通知", **module),
        remind.to_deployment(
            "提醒", schedules=[Cron("0 9 * * *", timezone=ZONE)], description="列出当日应发并发出", **module
        ),
        help_sweep.to_deployment(SHARE, description="与巡检同时办理，每次取一个办公室", **module),
    ]
    for kind, flow in STAGE_FLOWS.items():
        served.append(flow.to_deployment(DEPLOYMENT, description=f"{kind.label}阶段开启、跟进、结束", **module))
    return served


async def answering() -> None:
    """Wait until Prefect's server answers: a runner that gave up at once would only be started again and again."""
    while True:
        async with get_client() as client:
            if await client.api_healthcheck() is None:
                return
        await asyncio.sleep(WAIT)


async def deploy(runner: Runner, served: list[RunnerDeployment]) -> None:
    """Make every deployment known, and make up at once for what was missed."""
    for item in served:
        await runner.aadd_deployment(item)
    await arun_deployment(f"{cycle.name}/巡检", timeout=0, as_subflow=False)


async def lost(served: list[RunnerDeployment]) -> bool:
    """Whether the server no longer knows one of them: its database was deleted or set back (R15)."""
    async with get_client() as client:
        for item in served:
            try:
                await client.read_deployment_by_name(f"{item.flow_name}/{item.name}")
            except ObjectNotFound:
                return True
    return False


async def keep_deployed(runner: Runner, served: list[RunnerDeployment], every: float = LOOK_EVERY) -> None:
    """Bring the deployments back when they are gone, for as long as the runner lives."""
    while True:
        await asyncio.sleep(every)
        try:
            if await lost(served):
                LOG.warning("the deployments are gone from Prefect's database: made anew")
                await deploy(runner, served)
        except Exception as error:  # no answer just now; the next look will tell
            LOG.warning("Prefect was not asked: %s", type(error).__name__)


async def serve(served: list[RunnerDeployment]) -> None:
    """Serve until stopped; a stop must not pause the schedules, a start makes up at once for what was missed."""
    runner = Runner(limit=AT_ONCE, pause_on_shutdown=False)
    await answering()
    await deploy(runner, served)
    keeper = asyncio.create_task(keep_deployed(runner, served, LOOK_EVERY))
    try:
        await runner.start()
    finally:
        keeper.cancel()


def main() -> None:
    stop_on_other_shapes()
    asyncio.run(serve(deployments()))  # built outside the loop: inside, Prefect hands out coroutines


if __name__ == "__main__":
    main()
