"""Pictures of every page of the sample cycle at phone and desktop width, into a folder (docs/screens by default)."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.sample_paper import issued_paper

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-quic", "--lang=zh-CN"]
WIDTHS = {"phone": (390, 844), "desktop": (1366, 900)}
DESK = {"today": "/", "work": "/work", "search": "/search?q=执法", "cycles": "/cycles",
        "ledger": "/ledger", "duties": "/duties", "duty-new": "/duties/new",
        "calendar": "/calendar", "submissions": "/submissions", "extensions": "/extensions",
        "escalations": "/escalations", "units": "/units", "outbox": "/outbox",
        "plans": "/plans", "groups": "/groups", "draws": "/draws", "runs": "/runs", "events": "/events",
        "people": "/people", "sessions": "/sessions", "word": "/word", "codes": "/codes", "statistics": "/statistics",
        "leader": "/leader", "today-sent": "/today/sent?what=sent", "statements": "/statements", "burden": "/burden",
        "sheets": "/sheets", "digests": "/digests",
        "papers": "/papers", "paper-register": "/papers/register", "paper-settings": "/papers/settings"}
FOLLOWED = {"cycle": ("/cycles", "a[href^='/cycles/']"), "report": ("/cycles", "a[href^='/cycles/']"),
            "visits": ("/cycles", "a[href^='/cycles/']"),
            "points": ("/cycles", "a[href^='/cycles/']"), "paper": ("/papers", "a[href^='/papers/'][data-open]"),
            "problem": ("/ledger?state=verified", "a[href^='/problems/']"),
            "submission": ("/submissions", "a[href^='/submissions/']"), "unit-page": ("/units", "a[href^='/units/']"),
            "person": ("/people", "a[href^='/people/']"),
            "item": ("/", "a[href^='/items/']"), "message": ("/outbox", "a[href^='/outbox/']"),
            "plan": ("/plans", "a[href^='/plans/']"), "behalf": ("/units", "a[href^='/units/']"),
            "launch": ("/plans", "a[href^='/cycles/new']"),
            **dict.fromkeys(("look-back", "look-back-new", "carry-over"), ("/cycles", "a[href^='/cycles/']"))}
BELOW = {"visits": "/visits", "report": "/report", "behalf": "/behalf", "points": "/points", "look-back": "/look-back",
         "look-back-new": "/look-back/new", "carry-over": "/carry-over"}


def main(folder: Path) -> None:
    """Start the sample on free ports, look at every page, stop it."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "DUBAN_HOME": home, "DUBAN_PORT": "8790", "DUBAN_PREFECT_PORT": "8791"}
        process = subprocess.Popen(
            [sys.executable, "duban.py", "demo"], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True
        )
        said = ""
        for line in process.stderr or []:
            said += line
            if "Ctrl-C" in line:
                break
        try:
            shoot(folder, said)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def shoot(folder: Path, said: str) -> None:
    word = re.findall(r"口令 (\S+)", said)[0]
    link = re.findall(r"http://\S+/u/\S+", said)[0]
    site = link.split("/u/")[0]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for name, (width, height) in WIDTHS.items():
            page = opened(browser, width, height)
            office(page, site, word, folder, name)
            unit(page, link, folder, name)
            english(page, site, link, folder, name)
            page.context.close()
            team(browser, site, word, folder, name)
        browser.close()


def opened(browser: Browser, width: int, height: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    return context.new_page()


def picture(page: Page, folder: Path, name: str) -> None:
    """One picture, and a complaint when the page is wider than the screen."""
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        print(f"{name}: {wide} px wider than the screen")


def office(page: Page, site: str, word: str, folder: Path, size: str) -> None:
    page.goto(f"{site}/login")
    picture(page, folder, f"login-{size}")
    page.fill("#login", "zhuren")
    page.fill("#word", word)
    page.click("button")
    for name, path in DESK.items():
        page.goto(site + path)
        picture(page, folder, f"{name}-{size}")
    for name, (path, found) in FOLLOWED.items():
        page.goto(site + path)
        target = page.locator(f"main {found}").first.get_attribute("href")
        page.goto(site + (target or "/") + BELOW.get(name, ""))
        picture(page, folder, f"{name}-{size}")
    letter(page, site, folder, size)
    intake(page, site, folder, size)
    rehearsal(page, site, folder, size)


def rehearsal(page: Page, site: str, folder: Path, size: str) -> None:
    """The launch form rehearsed: while it plays, and the calendar that comes of it."""
    page.goto(f"{site}/plans")
    page.locator("main a[href^='/cycles/new']").first.click()
    page.get_by_role("button", name="先演练").click()
    picture(page, folder, f"rehearsing-{size}")
    page.get_by_role("heading", name="演练结果").wait_for(timeout=180_000)
    picture(page, folder, f"rehearsal-{size}")


def letter(page: Page, site: str, folder: Path, size: str) -> None:
    """The letter with a unit's QR code, and where its short address is typed."""
    page.goto(f"{site}/units")
    page.locator("main a[href^='/units/']").first.click()
    page.get_by_role("button", name="纸质信函入口").first.click()
    picture(page, folder, f"letter-{size}")
    page.goto(f"{site}/k")
    picture(page, folder, f"short-address-{size}")


def intake(page: Page, site: str, folder: Path, size: str) -> None:
    """An issued document with its questions; a second upload of the same one leads to the same page."""
    page.goto(f"{site}/plans")
    chosen = page.locator("[name=file][accept*=docx]")
    chosen.set_input_files({"name": "清单.docx", "mimeType": "application/x", "buffer": issued_paper()})
    page.get_by_role("button", name="上传并读取").click()
    page.wait_for_url("**/intake/*")
    picture(page, folder, f"intake-{size}")


def team(browser: Browser, site: str, word: str, folder: Path, size: str) -> None:
    """What the lead of a team sees: the day, a visit, its sheets to print, the report."""
    page = opened(browser, *WIDTHS[size])
    page.goto(f"{site}/login")
    page.fill("#login", "zuzhang")
    page.fill("#word", word)
    page.click("button")
    page.goto(f"{site}/team?all=1")
    picture(page, folder, f"team-{size}")
    for name, found in (("team-report", "a[href^='/team/reports/']"), ("team-visit", "a[href^='/team/visits/']")):
        page.goto(f"{site}/team?all=1")
        target = page.locator(found).first
        if target.count():
            page.goto(site + (target.get_attribute("href") or "/team"))
            picture(page, folder, f"{name}-{size}")
    visit = page.url
    for name in ("programme", "scores", "sheet"):
        page.goto(f"{visit}/{name}")
        picture(page, folder, f"team-{name}-{size}")
    page.context.close()


def unit(page: Page, link: str, folder: Path, size: str) -> None:
    page.goto(link)
    picture(page, folder, f"unit-home-{size}")
    for name in ("history", "receipts"):
        page.goto(f"{link}/{name}")
        picture(page, folder, f"unit-{name}-{size}")
    page.goto(link)
    token = link.rsplit("/u/", 1)[1]
    found = page.locator(f"main a[href*='/u/{token}/']")
    hrefs = dict.fromkeys(found.nth(n).get_attribute("href") or "" for n in range(found.count()))
    for number, href in enumerate(hrefs):
        page.goto(link.split("/u/", maxsplit=1)[0] + href)
        picture(page, folder, f"unit-{number}-{size}")


def english(page: Page, site: str, link: str, folder: Path, size: str) -> None:
    """A few pages after the switch to English, and back."""
    page.goto(f"{site}/calendar")
    page.get_by_role("button", name="English").click()
    for name, path in {"today": "/", "calendar": "/calendar", "duties": "/duties", "duty-new": "/duties/new",
                       "draws": "/draws/new", "groups": "/groups", "units": "/units", "runs": "/runs"}.items():
        page.goto(site + path)
        picture(page, folder, f"{name}-en-{size}")
    for name, (path, found) in {"item": ("/", "a[href^='/items/']"), "plan": ("/plans", "a[href^='/plans/']"),
                                "duty": ("/duties", "a[href^='/duties/']:not([href$=new])")}.items():
        page.goto(site + path)
        page.goto(site + (page.locator(f"main {found}").first.get_attribute("href") or "/"))
        picture(page, folder, f"{name}-en-{size}")
    page.goto(link)
    picture(page, folder, f"unit-home-en-{size}")
    page.get_by_role("button", name="中文").click()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screens")
