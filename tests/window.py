"""A real Chromium with nothing but the pages: every request elsewhere and every script complaint is noted."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from actions.open_link import make_link
from config import clock
from models.database import transaction

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-quic", "--lang=zh-CN"]
PRINTED = date(2020, 8, 1)
PHONE, DESKTOP = (390, 844), (1366, 900)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: .ci/run installs it with apt")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Window:
    """A page and what went wrong behind it."""

    page: Page
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        return self.reading("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def press(self, button: Locator) -> None:
        """Press what leads to another page, and wait for that page: a click by itself returns before its answer."""
        with self.page.expect_navigation():
            button.click()

    def reading(self, expression: str, seconds: float = 20) -> Any:
        """What a JavaScript expression (or its promise) is on the page that stands; one that is just leaving has no
        answer, so the next one is asked."""
        end = time.monotonic() + seconds
        while True:
            self.page.wait_for_load_state()
            try:
                return self.page.evaluate(expression)
            except PlaywrightError:
                if time.monotonic() > end:
                    raise
                self.page.wait_for_timeout(100)

    def until(self, true: str, seconds: float = 20) -> None:
        """Wait till a JavaScript expression (or its promise) is true. Chromium's own waiting needs `unsafe-eval`."""
        end = time.monotonic() + seconds
        while not self.reading(true):
            assert time.monotonic() < end, f"not true after {seconds} s: {true}"
            self.page.wait_for_timeout(100)

    def barriers(self) -> list[str]:
        """What axe-core calls serious or critical on the page as it stands: rule, and the first place it was seen."""
        self.page.wait_for_load_state()
        found = Axe().run(self.page).response["violations"]
        heavy = [one for one in found if one["impact"] in ("serious", "critical")]
        return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in heavy]


@pytest.fixture
def window(chromium: Browser, site: str) -> Iterator[Callable[..., Window]]:
    """Opens windows of a size; at the end none may have complained or asked another host."""
    made: list[Window] = []

    def open_one(size: tuple[int, int] = PHONE, script: bool = True, **device: Any) -> Window:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", java_script_enabled=script,
            **device,
        )
        one = Window(context.new_page(), context)
        one.page.on("console", lambda m: one.complaints.append(m.text) if m.type == "error" else None)
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        one.page.on("request", lambda r: None if r.url.startswith((site, "data:")) else one.elsewhere.append(r.url))
        made.append(one)
        return one

    yield open_one
    for one in made:
        one.context.close()
    assert [text for one in made for text in one.complaints if "ERR_INTERNET_DISCONNECTED" not in text] == []
    assert [url for one in made for url in one.elsewhere] == []


@pytest.fixture
def link(puyang: Callable, site: str) -> str:
    """A unit's link in a cycle that opened today, its dates moved so that the self-check lies ahead."""
    today = clock.date_of(clock.wall())
    running = puyang(2, on=today, shift_days=(today - PRINTED).days)
    with transaction() as session:
        return make_link(session, running.actor("jingban"), running.contact(session))
