"""The read-only tour: written by the command, everything in it resolves, nothing in it can be sent or opens a door."""

import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag

import lxml.html
import pytest
from playwright.sync_api import Browser

from tests.window import DESKTOP, PHONE

ROOT = Path(__file__).resolve().parents[2]
SHOWN = ("index.html", "desk/home.html", "desk/work.html", "desk/cycles-1.html", "desk/statistics.html",
         "unit/home.html")
ELSEWHERE = re.compile(r"https?://(?!www\.w3\.org|schemas\.|purl\.org)[^\s\"'<>)]+")
TOKEN = re.compile(r"(?<![\w+/=-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[A-Za-z0-9_-]{43}(?![\w+/=-])")


@dataclass
class Tour:
    """What the command wrote, what it said, and how long it took."""

    folder: Path
    said: str
    seconds: float
    pages: dict[Path, str]


def exported(folder: Path) -> subprocess.CompletedProcess[str]:
    """As a person runs it, on a machine whose own settings it must not touch."""
    env = {**os.environ, "DUBAN_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/office",
           "DUBAN_HOME": str(folder.parent / "an-office"), "DUBAN_BASE_URL": "https://duban.example.org"}
    argv = [sys.executable, "duban.py", "demo", "--export", str(folder)]
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Tour:
    folder = tmp_path_factory.mktemp("tour") / "new" / "tour"
    began = time.process_time(), os.times().children_user
    done = exported(folder)
    assert done.returncode == 0, done.stderr[-2000:]
    spent = os.times().children_user - began[1]
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.html"))}
    return Tour(folder, done.stderr, spent, pages)


def parts(tour: Tour) -> Iterator[tuple[Path, lxml.html.HtmlElement]]:
    for path, text in tour.pages.items():
        yield path, lxml.html.document_fromstring(text)


def test_it_is_small_and_soon_written_and_touches_no_installation(tour: Tour) -> None:
    files = [path for path in tour.folder.rglob("*") if path.is_file()]
    assert 200 < len(tour.pages) < len(files)
    assert sum(path.stat().st_size for path in files) < 25_000_000
    assert tour.seconds < 60, "seconds of processor time: what else the machine does is not counted"
    assert not (tour.folder.parent.parent / "an-office").exists()


def test_every_link_and_asset_is_there(tour: Tour) -> None:
    broken, seen = [], 0
    for path, tree in parts(tour):
        for node, attribute, link, _ in tree.iterlinks():
            target, mark = urldefrag(link)
            if link.startswith("data:") or (not target and not mark):
                continue
            seen += 1
            there = (path.parent / unquote(target)).resolve() if target else path
            inside = there.is_file() and tour.folder in there.parents
            if "://" in link or link.startswith("/") or not inside:
                broken.append(f"{path.name}: {node.tag} {attribute} {link}")
    assert seen > 3000 and broken == []


def test_nothing_can_be_sent(tour: Tour) -> None:
    for path, tree in parts(tour):
        assert not tree.xpath("//form | //*[@action] | //*[@formaction] | //iframe | //*[@method]"), path
        assert not [one for one in tree.xpath("//@*") if one.attrname.startswith(("hx-", "on"))], path
        doors = tree.xpath("//button[not(@disabled)] | //input[not(@disabled) and not(@data-filter)]"
                           " | //textarea[not(@disabled)] | //select[not(@disabled)]")
        assert not doors, path
        assert "只读演示" in tree.text_content() and "read-only tour" in tree.text_content(), path


def test_no_way_in_is_left(tour: Tour) -> None:
    for path, text in tour.pages.items():
        assert not ELSEWHERE.findall(text), path
        assert not re.search(r"127\.0\.0\.1|localhost|/[uk]/[\w-]{10,}", text), path
        assert not TOKEN.findall(text), path
    for path in [*tour.folder.rglob("*.docx"), *tour.folder.rglob("*.xlsx")]:
        with zipfile.ZipFile(path) as archive:
            inside = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        assert not re.search(r"127\.0\.0\.1|localhost|/u/[\w-]{20,}", inside), path


def test_the_stories_show_what_they_tell(tour: Tour) -> None:
    index = lxml.html.document_fromstring((tour.folder / "index.html").read_text(encoding="utf-8"))
    steps = [(link.text_content(), link.get("href")) for link in index.xpath("//ol//a")]
    assert len(steps) >= 2 * 19 and len(index.xpath("//ol")) == 6, "one step is missing on a day without reminders"
    closed = next(href for words, href in steps if "销号的全部经过" in words)
    life = tour.pages[tour.folder / closed]
    assert all(word in life for word in ("发现", "整改", "销号"))
    assert list(tour.folder.glob("desk/papers-*-download.docx")) and list(tour.folder.glob("desk/sheets-*.xlsx"))
    assert list(tour.folder.glob("team/team-visits-*.html")) and list(tour.folder.glob("unit/problem-*.html"))


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("mine")
    done = exported(tmp_path)
    assert done.returncode == 1 and "不是空文件夹" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"] and kept.read_text() == "mine"


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_browser_opens_it_from_disk_without_complaint(tour: Tour, chromium: Browser, size: tuple[int, int]) -> None:
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda one: None if "ABORTED" in (one.failure or "") else wrong.append(one.url))
    for name in SHOWN:
        page.goto((tour.folder / name).as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0 and wrong == [], name
    page.goto((tour.folder / "index.html").as_uri())
    page.get_by_role("link", name="示例周期").click()
    assert page.url.endswith("desk/cycles-1.html") and page.get_by_role("link", name="导览首页").is_visible()
    page.close()
