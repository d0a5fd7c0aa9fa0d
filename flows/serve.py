"""The runner: every flow as a deployment with its times, two at once. Start with `python -m flows.serve`."""

import asyncio
from typing import Any

from prefect.deployments.flow_runs import arun_deployment
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.cycle import STAGE_FLOWS, cycle
from flows.remind import remind
from flows.timetable import DEPLOYMENT

ZONE = "Asia/Shanghai"
AT_ONCE = 2


def deployments() -> list[RunnerDeployment]:
    """巡检 just after midnight and through the day, 提醒 at nine, the stages on call."""
    module: dict[str, Any] = {"entrypoint_type": EntrypointType.MODULE_PATH}
    sweep = [Cron("2 0 * * *", timezone=ZONE), Cron("*/15 8-18 * * *", timezone=ZONE)]
    served: list[Any] = [
        cycle.to_deployment("巡检", schedules=sweep, description="推进各周期阶段、发出通知", **module),
        remind.to_deployment("提醒", schedules=[Cron("0 9 * * *", timezone=ZONE)], **module),
    ]
    for kind, flow in STAGE_FLOWS.items():
        served.append(flow.to_deployment(DEPLOYMENT, description=f"{kind.label}阶段开启、跟进、结束", **module))
    return served


async def serve(served: list[RunnerDeployment]) -> None:
    """Serve until stopped; a stop must not pause the schedules, a start makes up at once for what was missed."""
    runner = Runner(limit=AT_ONCE, pause_on_shutdown=False)
    for item in served:
        await runner.aadd_deployment(item)
    await arun_deployment(f"{cycle.name}/巡检", timeout=0, as_subflow=False)
    await runner.start()


def main() -> None:
    asyncio.run(serve(deployments()))  # built outside the loop: inside, Prefect hands out coroutines


if __name__ == "__main__":
    main()
