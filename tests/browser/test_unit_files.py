"""Files from a phone: sent as soon as chosen, going on after the network or the page was lost, safe from others."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models.database import reading
from models.submission import Evidence, StagedFile, Submission
from tests.browser.test_phone import TEXT

PHONE_5 = {"device_scale_factor": 2, "has_touch": True, "is_mobile": True}
MB = 1024 * 1024


def rows(table: Any) -> list[Any]:
    with reading() as session:
        return list(session.exec(select(table)))


def to_report(one: Any, link: str) -> None:
    one.page.goto(link)
    one.page.get_by_role("link", name="填写自查报告").click()
    one.page.wait_for_load_state()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "现场照片𠮷📷.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + os.urandom(20 * MB - 20))
    return path


def cut(one: Any) -> None:
    """Wait until some of the file has gone, then take the network away."""
    expect(one.page.locator(".staged [role=status]")).to_contain_text(re.compile(r"正在上传 \d\d%"))
    one.context.set_offline(True)


def overlapped(one: Any, cuts: int) -> None:
    """A piece whose answer was cut off may still be on its way into the database when the page asks again: one 409 a
    cut, after which the page goes on from where the server is."""
    told = [text for text in one.complaints if "409" in text]
    assert len(told) <= cuts
    for text in told:
        one.complaints.remove(text)


def test_a_network_that_comes_and_goes_starts_no_second_upload_beside_the_first(
    window: Callable, link: str, photo: Path
) -> None:
    one = window((360, 740), **PHONE_5)
    to_report(one, link)
    one.page.set_input_files("#photos", photo)
    for _ in range(6):
        one.page.evaluate("window.dispatchEvent(new Event('online'))")
        one.page.wait_for_timeout(80)
    expect(one.page.locator(".staged [role=status]")).to_contain_text("回执号", timeout=60_000)
    assert len(rows(StagedFile)) == 1 and one.complaints == []


def test_a_large_photo_goes_on_after_the_network_and_after_a_reload(
    window: Callable, link: str, photo: Path
) -> None:
    one = window((360, 740), **PHONE_5)
    to_report(one, link)
    one.page.set_input_files("#photos", photo)
    cut(one)
    expect(one.page.locator(".staged [role=status]")).to_contain_text("网络中断")
    before = rows(StagedFile)[0].received
    assert 0 < before < photo.stat().st_size
    one.context.set_offline(False)
    expect(one.page.locator(".staged [role=status]")).to_contain_text("正在上传", timeout=40_000)
    one.page.reload()  # the window was closed by the messenger in the middle
    assert "尚未传完" in one.page.locator(".staged").inner_text()
    begun = rows(StagedFile)[0]
    assert before <= begun.received < begun.size
    one.page.set_input_files("#photos", photo)
    digest = hashlib.sha256(photo.read_bytes()).hexdigest()
    expect(one.page.locator(".staged [role=status]")).to_contain_text(f"回执号 {digest[:12]}", timeout=60_000)
    assert [row.id for row in rows(StagedFile)] == [begun.id]
    assert one.page.locator(".staged").count() == 1 and one.barriers() == [] and one.overflow() <= 0
    one.page.fill("[name=body]", TEXT)
    one.page.fill("[name=problem-1-title]", "台账更新不及时")
    one.page.get_by_role("button", name="报送自查报告").click()
    one.page.wait_for_url("**done=**")
    assert [(row.name, row.sha256) for row in rows(Evidence)] == [(photo.name, digest)]
    assert digest[:12] in one.page.content()
    overlapped(one, 1)


def test_a_form_waits_for_its_files_and_a_removed_one_is_gone(window: Callable, link: str, photo: Path) -> None:
    one = window((360, 740), **PHONE_5)
    to_report(one, link)
    one.page.fill("[name=problem-1-title]", "台账更新不及时")
    one.page.set_input_files("#photos", photo)
    cut(one)
    one.page.get_by_role("button", name="报送自查报告").click()
    expect(one.page.locator("[data-saved]").first).to_contain_text("传完后自动提交")
    assert rows(Submission) == []
    one.page.get_by_role("button", name="移除").click()
    one.context.set_offline(False)
    one.page.wait_for_timeout(800)
    assert one.page.locator(".staged").count() == 0 and rows(Submission) == []
    one.complaints.clear()  # a piece on its way meets the file already gone: Chromium notes the 404


def test_a_form_sent_before_its_file_has_come_goes_when_it_has(
    window: Callable, link: str, photo: Path
) -> None:
    one = window((360, 740), **PHONE_5)
    to_report(one, link)
    one.page.fill("[name=body]", TEXT)
    one.page.fill("[name=problem-1-title]", "台账更新不及时")
    one.page.set_input_files("#photos", photo)
    cut(one)
    one.page.get_by_role("button", name="报送自查报告").click()
    one.context.set_offline(False)
    one.page.wait_for_url("**done=**", timeout=60_000)
    assert len(rows(Submission)) == 1 and [row.name for row in rows(Evidence)] == [photo.name]
    overlapped(one, 1)


def test_wrong_and_empty_files_are_told_at_once(window: Callable, link: str, tmp_path: Path) -> None:
    one = window((360, 740), **PHONE_5)
    to_report(one, link)
    wrong, empty = tmp_path / "改名.pdf", tmp_path / "空.pdf"
    wrong.write_bytes(b"MZ" * 500)
    empty.write_bytes(b"")
    one.page.set_input_files("#files", [wrong, empty])
    expect(one.page.locator(".staged").nth(0)).to_contain_text("内容与扩展名不符")
    expect(one.page.locator(".staged").nth(1)).to_contain_text("是空文件")
    assert one.page.locator("[name=staged]").count() == 0
    one.complaints.clear()  # Chromium notes the refusal's own 422


def test_a_refused_form_shows_its_files_again(window: Callable, link: str, tmp_path: Path) -> None:
    one = window((360, 740), **PHONE_5)
    to_report(one, link)
    paper = tmp_path / "会议纪要.txt"
    paper.write_text("纪要")
    one.page.set_input_files("#files", paper)
    expect(one.page.locator("[name=staged]")).to_be_checked()
    one.page.get_by_role("button", name="报送自查报告").click()
    assert "不用重新上传" in one.page.locator("[data-answer]").inner_text()
    expect(one.page.locator("[name=staged]")).to_be_checked()
    one.complaints.clear()
    one.page.fill("[name=problem-1-title]", "台账更新不及时")
    one.page.get_by_role("button", name="报送自查报告").click()
    one.page.wait_for_url("**done=**")
    assert [row.name for row in rows(Evidence)] == ["会议纪要.txt"]


def test_without_a_script_files_go_with_the_form(window: Callable, link: str, tmp_path: Path) -> None:
    one = window((360, 740), script=False)
    to_report(one, link)
    paper = tmp_path / "会议纪要.txt"
    paper.write_text("纪要")
    one.page.set_input_files("#files", paper)
    one.page.fill("[name=body]", TEXT)
    one.page.get_by_role("button", name="报送自查报告").click()
    assert "不用重新上传" in one.page.locator("[data-answer]").inner_text()
    one.complaints.clear()
    one.page.fill("[name=problem-1-title]", "台账更新不及时")
    one.page.get_by_role("button", name="报送自查报告").click()
    assert "已报送" in one.page.locator("[data-answer]").inner_text()
    assert [row.name for row in rows(Evidence)] == ["会议纪要.txt"] and one.overflow() <= 0


def test_two_people_see_both_drafts_and_choose(window: Callable, link: str) -> None:
    first, second = window((360, 740)), window((360, 740))
    for one in (first, second):
        to_report(one, link)
    first.page.fill("[name=body]", "甲写的报告")
    expect(first.page.locator("[data-saved]").first).to_contain_text("已保存")
    second.page.fill("[name=body]", "乙写的报告")
    told = second.page.locator("[data-other]").first
    expect(told).to_contain_text("另有人保存了这份草稿")
    assert re.search(r"\d\d:\d\d另有人", told.inner_text()) and "甲写的报告" in told.inner_text()
    assert second.page.input_value("[name=body]") == "乙写的报告" and second.barriers() == []
    second.complaints.clear()  # Chromium notes the 409
    second.page.reload()  # a closed window does not lose one's own words
    expect(second.page.locator("[data-other]").first).to_contain_text("甲写的报告")
    assert second.page.input_value("[name=body]") == "乙写的报告"
    second.page.get_by_role("button", name="保留我写的").click()
    expect(second.page.locator("[data-saved]").first).to_contain_text("已保存")
    second.complaints.clear()
    third = window((360, 740))
    to_report(third, link)
    assert third.page.input_value("[name=body]") == "乙写的报告"
