"""Sinks for every wire, and wires that start without kept connections."""

from collections.abc import Iterator

import pytest

from config.settings import settings
from notifications.channel import close_wires
from notifications.rate import limiter
from tests.notifications.sinks import MailSink, Sink, http_sink, mail_sink


@pytest.fixture(autouse=True)
def fresh_wires(home, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DUBAN_RATE_STORE", "memory")
    settings.cache_clear()
    limiter.cache_clear()
    yield
    close_wires()
    limiter.cache_clear()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as found:
        yield found


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailSink]:
    with mail_sink() as found:
        monkeypatch.setenv("DUBAN_MAIL_URL", f"mailto://127.0.0.1:{found.port}/?from=duban@example.org&mode=insecure")
        settings.cache_clear()
        yield found
