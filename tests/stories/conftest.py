"""Stories run their flows on a real Prefect server, and the web reads its runs."""

import pytest


@pytest.fixture(autouse=True)
def engine_known(prefect_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", prefect_url)
