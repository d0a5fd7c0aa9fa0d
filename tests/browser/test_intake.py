"""A clerk takes an issued document from the upload through its questions to an adopted plan; phone and desk fit."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from actions.enrol import enrol_units
from commands.office import People
from models.database import transaction
from tests.browser.test_duties import enter, fits
from tests.web.test_intake import UNITS, XINSHAO, paper
from tests.window import DESKTOP, PHONE

SHOTS = os.environ.get("INTAKE_SHOTS", "")


@pytest.fixture
def office(people: People, site: str) -> str:
    """The site of an office that has its directory and no plan."""
    with transaction() as session:
        rows = [{"name": name, "subject": "department", "contact": f"{name}联络员"} for name in UNITS]
        enrol_units(session, people.actors["zhuren"], rows)
    return site


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{page.viewport_size['width']}.png", full_page=True)


def upload(page: Page, office: str, name: str, data: bytes) -> None:
    page.goto(f"{office}/plans")
    shoot(page, "plans")
    page.set_input_files("[name=file][accept*=docx]", {"name": name, "mimeType": "application/x", "buffer": data})
    page.get_by_role("button", name="上传并读取").click()
    page.wait_for_url("**/intake/*")


def settle(page: Page) -> None:
    """Everything as proposed, what has no proposal left open, saved and adopted."""
    page.wait_for_load_state()  # the button does its work by script
    page.get_by_role("button", name="全部按建议").click()
    expect(page.get_by_role("status")).to_contain_text("尚未保存")
    expect(page.get_by_role("button", name="采用", exact=True)).to_be_disabled()
    shoot(page, "filled")
    page.get_by_role("button", name="保存答复").first.click()
    expect(page.get_by_role("status")).to_contain_text("可以采用")
    shoot(page, "settled")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="采用", exact=True).click()
    page.wait_for_url("**/plans/*")
    shoot(page, "plan")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_small_list_is_answered_with_a_group_made_in_place(office: str, window: Callable, size: tuple) -> None:
    one = enter(window, office, size)
    page = one.page
    upload(page, office, "清单.docx", paper())
    fits(one, "/intake/…")
    page.locator("[name='o:limit:2024年初完成']").fill("2024-09-30")
    asked = page.locator("fieldset.asked", has_text="各乡镇人民政府").first
    asked.get_by_role("button", name="设为统称…").click()
    for name in UNITS[2:]:
        page.get_by_role("checkbox", name=name, exact=True).check()
    fits(one, "/intake/… with a group")
    shoot(page, "group")
    page.get_by_role("button", name="设为统称", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已设定统称")
    assert page.locator("[name='o:limit:2024年初完成']").input_value() == "2024-09-30"
    page.locator("fieldset.asked legend a").first.click()
    expect(page.locator("tr:target")).to_be_in_viewport()
    settle(page)
    expect(page.locator("main")).to_contain_text("9月30日")
    fits(one, "/plans/…")
    page.goto(f"{office}/groups")
    fits(one, "/groups")
    shoot(page, "groups")
    page.goto(f"{office}/units")
    page.locator(".units td a").first.click()
    fits(one, "/units/…")
    shoot(page, "unit")


@pytest.mark.skipif(not XINSHAO.exists(), reason="the Xinshao source does not lie beside this checkout")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_xinshao_list_becomes_a_plan(office: str, window: Callable, size: tuple) -> None:
    one = enter(window, office, size)
    page = one.page
    upload(page, office, "新邵重点任务分解清单.docx", XINSHAO.read_bytes())
    fits(one, "/intake/… Xinshao")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"xinshao-top-{size[0]}.png")
    page.locator("fieldset.asked legend a[href='#t1-17']").first.click()
    expect(page.locator("tr:target")).to_be_in_viewport()
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"xinshao-jump-{size[0]}.png")
    for box in page.locator("[name=new]").all():
        box.check()
    page.get_by_role("button", name="录入勾选的新单位").click()
    expect(page.get_by_role("status")).to_contain_text("已录入")
    while (button := page.get_by_role("button", name="设为统称…")).count():
        button.first.click()
        for name in UNITS[2:]:
            page.get_by_role("checkbox", name=name, exact=True).check()
        page.get_by_role("button", name="设为统称", exact=True).click()
    settle(page)
    expect(page.locator("main")).to_contain_text("建立行政执法人员统筹培训机制")
    fits(one, "/plans/… Xinshao")
    shoot(page, "xinshao-plan")


def test_the_questions_can_be_answered_without_scripts(office: str, window: Callable) -> None:
    one = enter(window, office, PHONE, script=False)
    upload(one.page, office, "清单.docx", paper())
    assert one.page.locator("[name=new]").count() == 1
    one.press(one.page.get_by_role("button", name="全部按建议"))
    one.press(one.page.get_by_role("button", name="保存答复").first)
    assert "答复已保存" in one.page.content()
