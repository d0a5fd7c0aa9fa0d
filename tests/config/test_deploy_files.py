"""The files for real machines: units that systemd takes, a compose file that stands, every setting explained."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from config.settings import Settings

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
ENV = (DEPLOY / "duban.env").read_text(encoding="utf-8")
PARTS = {"web", "worker@", "prefect-api", "prefect-services", "deploy", "sweep"}


def parsed(unit: Path) -> configparser.RawConfigParser:
    reader = configparser.RawConfigParser(strict=False)
    reader.optionxform = str  # type: ignore[assignment,method-assign]
    reader.read_string(unit.read_text(encoding="utf-8"))
    return reader


def names() -> dict[str, str]:
    """Every variable of the environment file, also those commented out, with the lines above it."""
    found, above = {}, ""
    for line in ENV.splitlines():
        if hit := re.match(r"#?([A-Z][A-Z_]+)=(.*)$", line):
            found[hit[1]] = above
        above = line
    return found


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_has_its_sections_its_environment_and_no_rights_it_does_not_need(unit: Path) -> None:
    read = parsed(unit)
    assert read["Unit"]["Description"].startswith("duban: ")
    if unit.suffix == ".timer":
        assert read["Timer"]["OnCalendar"].endswith("Asia/Shanghai")
        return
    service = read["Service"]
    assert service["EnvironmentFile"] == "/etc/duban/duban.env" and service["User"] == "duban"
    assert service["NoNewPrivileges"] == "yes" and service["ProtectSystem"] == "strict"
    assert service["ExecStart"].startswith("/opt/duban/.venv/bin/")
    assert service["Type"] == "oneshot" or service["Restart"] == "always"


def test_there_is_a_unit_for_every_part() -> None:
    assert {path.stem.removeprefix("duban-") for path in UNITS if path.suffix == ".service"} == PARTS


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")
def test_systemd_itself_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    """The programs lie elsewhere here; everything else is checked as it stands."""
    for unit in UNITS:
        text = re.sub(r"/opt/duban/\.venv/bin/\w+", "/bin/true", unit.read_text(encoding="utf-8"))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    argv = ["systemd-analyze", "verify", *(str(path) for path in sorted(tmp_path.iterdir()))]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "duban" in line]) == (0, [])


def compose() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_the_compose_file_has_every_part_and_what_it_waits_for_exists() -> None:
    services = compose()["services"]
    assert {"db", "redis", "migrate", "prefect-api", "prefect-services", "deploy", "worker", "web"} == set(services)
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            healthy = how["condition"] != "service_healthy" or "healthcheck" in services[other]
            assert other in services and healthy, (name, other)
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), "a proxy stands in front"
    assert services["prefect-api"]["command"] == ["prefect", "server", "start", "--no-services"]


@pytest.mark.skipif(not shutil.which("docker"), reason="no docker on this machine")
def test_docker_itself_reads_the_compose_file(tmp_path: Path) -> None:
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker here has no compose")
    shutil.copy(DEPLOY / "compose.yaml", tmp_path)
    shutil.copy(DEPLOY / "duban.env", tmp_path / "local.env")
    argv = ["docker", "compose", "-f", str(tmp_path / "compose.yaml"), "config", "--quiet"]
    done = subprocess.run(
        argv, env={**os.environ, "POSTGRES_PASSWORD": "x"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_environment_file_explains_every_setting_in_the_words_of_the_settings() -> None:
    listed = names()
    for name, field in Settings.model_fields.items():
        if name != "sms":  # a section of duban.toml
            assert field.description and field.description in listed.get(f"DUBAN_{name.upper()}", ""), name
    assert {name.removeprefix("DUBAN_").lower() for name in listed if name.startswith("DUBAN_")} <= set(
        Settings.model_fields
    )


def test_the_environment_file_is_read_and_keeps_prefect_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    given = dict(line.split("=", 1) for line in ENV.splitlines() if re.match(r"[A-Z]", line))
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert Settings().sweep_workers == 2 and Settings().database.startswith("postgresql+psycopg://")
    assert given["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false" and given["DO_NOT_TRACK"] == "1"
    assert given["PREFECT_SERVER_DATABASE_MIGRATE_ON_START"] == "false", "API and services would race for it"
    assert given["PREFECT_SERVER_API_AUTH_STRING"] == given["PREFECT_API_AUTH_STRING"]


def test_every_variable_of_prefect_is_one_that_prefect_or_its_redis_part_knows() -> None:
    from prefect import settings

    for name in names():
        if name.startswith("PREFECT_") and "REDIS" not in name:
            assert getattr(settings, name, None) is not None, name
