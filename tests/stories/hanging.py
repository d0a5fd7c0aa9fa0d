"""A flow of ours that hangs, served by a runner in a process of its own."""

import asyncio

from prefect import flow
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from flows.running import HOOKS


@flow(name="挂起", flow_run_name="挂起的运行", **HOOKS)
async def hang() -> None:
    """Never ends by itself."""
    await asyncio.sleep(600)


def made() -> RunnerDeployment:
    return hang.to_deployment("挂起", entrypoint_type=EntrypointType.MODULE_PATH)


async def serve(deployment: RunnerDeployment) -> None:
    """Until it is ended from outside."""
    runner = Runner(limit=1, pause_on_shutdown=False)
    await runner.aadd_deployment(deployment)
    await runner.start()

