"""The page of the second factor on a telephone: enrolled, changed only by a code, each button with its question."""

from collections.abc import Callable

from commands.office import People
from tests.beginnings import WORD
from tests.browser.test_front import signed_in, whole
from tests.web.test_second_factor import Telephone, again
from tests.window import DESKTOP, PHONE


def test_codes_are_renewed_and_the_factor_ended_by_a_code_on_a_page_that_fits(
    site: str, people: People, bind: object, window: Callable, tmp_path
) -> None:
    one, asked = window(PHONE), []
    one.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    signed_in(one, site, "zhuren", WORD)
    one.page.goto(f"{site}/second-factor")
    one.press(one.page.get_by_role("button", name="启用动态口令"))
    telephone = Telephone(one.page.locator("code.text").inner_text())
    one.page.fill("#code", telephone.code())
    one.press(one.page.get_by_role("button", name="启用"))
    again(bind)
    one.page.goto(f"{site}/second-factor")
    for size in (DESKTOP, PHONE):
        whole(one, size)
    one.page.screenshot(path=str(tmp_path / "on.png"), full_page=True)
    one.page.fill("#codes", telephone.code())
    one.press(one.page.get_by_role("button", name="更换备用码"))
    code = one.page.locator(".one-time li").first.inner_text()
    one.page.fill("#end", code)
    one.page.screenshot(path=str(tmp_path / "codes.png"), full_page=True)
    one.press(one.page.get_by_role("button", name="解除动态口令"))
    assert one.page.get_by_role("button", name="启用动态口令").is_visible()
    assert ["备用码" in words for words in asked] == [True, False] and "解除" in asked[1]
