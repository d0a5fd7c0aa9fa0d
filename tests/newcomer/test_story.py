"""The README followed word by word in a fresh copy: a running cycle, a unit, a real mail, a plan, one test."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.newcomer.fresh_copy import Copy, copied
from tests.newcomer.own_plan import TITLE, fill_in, write
from tests.newcomer.readme import STORY, blocks, line_with, text_of
from tests.real_parts import Desk

UNIT, ADDRESS = "某镇人民政府", "town@example.org"
KEY = r"[0-9a-f-]{36}"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """Started once, with the mailbox, as the README says; ended whatever happens."""
    here = copied(tmp_path_factory.mktemp("newcomer"))
    try:
        here.leave_open(line_with("aiosmtpd"), "mailbox")
        here.leave_open(line_with("DUBAN_MAIL_URL", "make run"), "duban", until="Ctrl-C")
        yield here
    finally:
        left = here.close()
    assert left == [], "Ctrl-C leaves nothing running"


@pytest.fixture(scope="module")
def desk(copy: Copy) -> Iterator[Desk]:
    word = re.search(r"口令 (\S+)", copy.said("duban")).group(1)
    one = Desk(copy.site, "zhuren", word)
    yield one
    one.close()


def test_the_sample_cycle_runs_out_of_the_copy(copy: Copy, desk: Desk) -> None:
    link = re.search(r"http://\S+/u/\S+", copy.said("duban")).group()
    assert httpx.get(f"{copy.site}/healthz").status_code == 200
    assert httpx.get(f"{copy.prefect}/api/health").status_code == 200
    assert "签收" in httpx.get(link).text
    assert "濮阳示例" in desk.get("/cycles").text and "流程监控" in desk.get("/runs").text
    folders = {Path(f"/proc/{number}/cwd").resolve() for number in copy.family()}
    assert len(copy.family()) >= 4 and folders == {copy.root}


def test_a_unit_is_added_and_a_real_message_reaches_the_mailbox(copy: Copy, desk: Desk) -> None:
    (lines,) = blocks(text_of("README.md"), "csv")
    page = desk.get("/units").text
    assert "录入名录" in page and 'name="directory"' in page
    assert UNIT in desk.post("/units", files={"directory": ("units.csv", lines.encode())}).text
    unit = re.search(rf'href="(/units/{KEY})">{UNIT}', desk.get("/units").text).group(1)
    contact = re.search(rf'href="(/contacts/{KEY})"', desk.get(unit).text).group(1)
    assert "试发" in desk.get(contact).text
    told = desk.post(f"{contact}/try", data={"way": "first"})
    assert told.status_code == 200 and "试发结果" in told.text and "notice good" in told.text
    assert ADDRESS in copy.said("mailbox") and "duban@example.org" in copy.said("mailbox")


def test_an_own_document_is_read_answered_and_adopted(copy: Copy, desk: Desk) -> None:
    write(copy.root / "plan.docx")
    assert "3项任务 · 1处待确认" in copy.type(line_with("plan read"))
    copy.type(line_with("plan questions"))
    assert "2027年初完成" in (copy.root / "answers.yaml").read_text(encoding="utf-8")
    fill_in(copy.root / "answers.yaml", f"{{某镇政府: {UNIT}}}")
    assert "已采用" in copy.type(line_with("plan adopt"))
    page = desk.get("/plans").text
    assert TITLE in page
    launch = [href for href in re.findall(r'href="(/cycles/new\?[^"]+)"', page) if TITLE in desk.get(href).text]
    assert len(launch) == 1 and UNIT in desk.get(launch[0]).text


def test_one_test_runs_in_the_copy(copy: Copy) -> None:
    assert re.search(r"\d+ passed", copy.type(line_with("pytest")))


def test_no_line_of_the_trial_was_left_out(copy: Copy) -> None:
    chapter = text_of("README.md").split("\n## With a unit")[1].split("\n## ")[0]
    lines = [line for body in blocks(chapter) for line in body.splitlines()]
    assert len(lines) == 7 and set(lines) - set(copy.ran) == {"make install-dev"}, "test_readme.py looks at that one"
    assert set(copy.ran) >= STORY, "test_readme.py takes these for typed here"
