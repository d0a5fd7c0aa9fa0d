"""The page of a contact's ways in a real browser: fits, is accessible, works without script."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from models.database import reading
from models.unit import Contact
from tests.beginnings import WORD

pytestmark = pytest.mark.browser
NARROW, WIDE = (360, 740), (1366, 900)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_ways_are_set_without_script_and_fit_the_window(
    window: Callable, link: str, site: str, size: tuple[int, int]
) -> None:
    assert link
    with reading() as session:
        contact = session.exec(select(Contact).where(Contact.unit_id != None)).first()  # noqa: E711
    one = window(size, script=False)
    one.page.goto(f"{site}/login")
    one.page.fill("#login", "jingban")
    one.page.fill("#word", WORD)
    one.page.get_by_role("button", name="登录", exact=True).click()
    for path in (f"/units/{contact.unit_id}", "/contacts", f"/contacts/{contact.id}"):
        one.page.goto(f"{site}{path}")
        assert one.overflow() == 0, path
    one.page.select_option("#w-channel", "dingtalk")
    one.page.fill("#w-address", "https://oapi.dingtalk.com/robot/send?access_token=" + "k" * 64 + "#SEC" + "s" * 64)
    one.page.get_by_role("button", name="保存", exact=True).click()
    assert one.overflow() == 0
    assert "https://oapi.dingtalk.com/…" in one.page.content() and "k" * 64 not in one.page.content()


def test_the_page_has_no_barriers(window: Callable, link: str, site: str) -> None:
    assert link
    with reading() as session:
        contact = session.exec(select(Contact).where(Contact.unit_id != None)).first()  # noqa: E711
    one = window(WIDE)
    one.page.goto(f"{site}/login")
    one.page.fill("#login", "jingban")
    one.page.fill("#word", WORD)
    one.page.get_by_role("button", name="登录", exact=True).click()
    for path in ("/contacts", f"/contacts/{contact.id}"):
        one.page.goto(f"{site}{path}")
        assert one.barriers() == [], path
