"""prefect.yaml is what flows/serve.py deploys, for several machines: the same flows, names and times."""

from pathlib import Path
from typing import Any

import pytest
from prefect.cli.deploy._models import PrefectYamlModel
from prefect.flows import load_flow_from_entrypoint
from ruamel.yaml import YAML

from flows import serve
from tests.real_parts import beside

ROOT = Path(__file__).resolve().parents[2]


def deployments() -> list[Any]:
    """Built where no event loop runs: there Prefect would hand out coroutines."""
    return list(beside(serve.deployments))


@pytest.fixture(scope="module")
def listed() -> list[dict[str, Any]]:
    found = YAML(typ="safe").load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    assert PrefectYamlModel.model_validate(found).deployments, "Prefect's own reader takes it"
    assert found["pull"] == [], "every machine has the release; nothing is fetched"
    return list(found["deployments"])


def test_both_deploy_the_same_flows_by_the_same_names_and_words(listed: list[dict[str, Any]]) -> None:
    served = [(one.flow_name, one.name, one.description or None) for one in deployments()]
    flows = [load_flow_from_entrypoint(one["entrypoint"]) for one in listed]
    assert [(flow.name, one["name"], one.get("description")) for flow, one in zip(flows, listed, strict=True)] == served
    assert [one["entrypoint"] for one in listed] == [one.entrypoint for one in deployments()]


def test_both_keep_the_same_times_in_the_offices_zone(listed: list[dict[str, Any]]) -> None:
    served = [[(s.schedule.cron, s.schedule.timezone) for s in one.schedules] for one in deployments()]
    found = {one["name"]: [(s["cron"], s["timezone"]) for s in one.get("schedules", [])] for one in listed}
    assert found["分担巡检"] == found["巡检"], "a worker more begins at the same moment, so that no start is waited for"
    assert listed[0]["parameters"] == {"helped": 1}
    assert [found[one.name] if one.name != "分担巡检" else [] for one in deployments()] == served
    assert {zone for times in served for _, zone in times} == {"Asia/Shanghai"}


def test_everything_goes_into_the_one_pool_that_the_workers_serve(listed: list[dict[str, Any]]) -> None:
    assert {one["work_pool"]["name"] for one in listed} == {"duban"}
    for name in ("deploy/systemd/duban-worker@.service", "deploy/systemd/duban-deploy.service", "deploy/compose.yaml"):
        assert "duban" in (ROOT / name).read_text(encoding="utf-8").split("pool")[-1], name
