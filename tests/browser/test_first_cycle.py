"""A new office from `duban init` to its first cycle, led through the five steps in the browser."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from commands.office import People
from config.settings import FOLDER_UNITS
from models.cycle import Cycle
from models.database import reading
from models.notice import Message
from tests.browser.test_front import signed_in, whole
from tests.window import DESKTOP, PHONE
from web import rehearsal_job

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240_000


@pytest.fixture
def people(home: Path) -> People:
    """The office that `duban init` sets up, with the words it prints once."""
    argv = [sys.executable, "-m", "duban", "init", "--name", "某县督查室"]
    done = subprocess.run(argv, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)
    words = dict(re.findall(r"^\s+(\w+)\s+(\w+)$", done.stderr, re.M))
    return People(office_id=None, word=words["zhuren"], words=words, actors={})  # type: ignore[arg-type]


def steps(one: Any, site: str) -> list[str]:
    one.page.goto(f"{site}/")
    return [text.split()[1] for text in one.page.locator(".first-steps h3").all_inner_texts()]


def own_word(one: Any, first: str) -> None:
    """The word that `duban init` printed opens nothing but its own change."""
    one.page.wait_for_url("**/word")
    for field, word in (("old", first), ("word", "my-own-word"), ("again", "my-own-word")):
        one.page.fill(f"#{field}", word)
    one.page.get_by_role("button", name="更改", exact=True).click()
    one.page.wait_for_url("**/?done=word")


def enter(one: Any, name: str) -> None:
    one.page.locator(".first-steps").get_by_role("link", name=name, exact=True).click()
    one.page.wait_for_load_state()


def name_people(one: Any, site: str) -> None:
    """The head and a clerk get their own names."""
    for login, name in (("zhuren", "赵某"), ("jingban", "钱某")):
        one.page.goto(f"{site}/people")
        one.page.locator("tr", has=one.page.get_by_text(login, exact=True)).get_by_role("link").first.click()
        one.page.fill("#p-name", name)
        one.page.get_by_role("button", name="保存", exact=True).first.click()
        one.page.wait_for_load_state()


def test_a_new_office_is_led_to_its_first_cycle(site: str, people: People, window: Callable) -> None:
    one = window(DESKTOP)
    signed_in(one, site, "zhuren", people.word)
    own_word(one, people.word)
    assert steps(one, site) == ["下一步", "未完成", "未完成", "未完成", "未完成"]
    assert "督办 · 某县督查室" in one.page.locator("header").inner_text()
    for size in (PHONE, DESKTOP):
        whole(one, size)
    enter(one, "核对人员")
    name_people(one, site)
    assert steps(one, site)[:2] == ["已完成", "下一步"]
    enter(one, "录入单位名录")
    one.page.set_input_files("[name=directory]", FOLDER_UNITS / "puyang.csv")
    one.page.get_by_role("button", name="录入", exact=True).click()
    assert steps(one, site)[:3] == ["已完成", "已完成", "下一步"]
    enter(one, "选用方案")
    one.page.locator("#library tr", has_text="濮阳").get_by_role("button", name="采用").click()
    one.page.wait_for_url("**/plans/*?done=adopted")
    assert steps(one, site)[3] == "下一步"
    rehearse(one, site)
    assert steps(one, site)[3:] == ["已完成", "下一步"]
    launch(one, site)
    one.page.goto(f"{site}/")
    assert one.page.locator(".first-steps").count() == 0
    assert "待我办理" in one.page.content()


def rehearse(one: Any, site: str) -> None:
    enter(one, "去演练")
    boxes = one.page.locator("[name=units]")
    for n in range(2, boxes.count()):
        boxes.nth(n).uncheck()
    one.page.get_by_role("button", name="先演练").click()
    expect(one.page.get_by_role("status").first).to_be_visible()
    expect(one.page.get_by_role("heading", name="演练结果")).to_be_visible(timeout=PATIENCE)
    for size in (PHONE, DESKTOP):
        whole(one, size)
    one.page.locator(".month a").first.click()
    expect(one.page.locator(".told-body").first).to_contain_text("某县督查室")
    for size in (PHONE, DESKTOP):
        whole(one, size)
    with reading() as session:
        assert session.exec(select(Cycle)).all() == [] and session.exec(select(Message)).all() == []


def launch(one: Any, site: str) -> None:
    one.page.goto(f"{site}/rehearsal")
    one.page.once("dialog", lambda dialog: dialog.accept())
    one.page.get_by_role("button", name="按此正式启动").click()
    one.page.wait_for_url("**/cycles/*?done=opened")
    with reading() as session:
        assert len(session.exec(select(Cycle)).all()) == 1
    assert all(job.process.poll() is not None for job in rehearsal_job.RUNNING.values())
