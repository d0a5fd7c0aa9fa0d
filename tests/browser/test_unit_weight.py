"""What a first visit costs a slow line: every byte of every response is counted, and nobody else is asked."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Response

MOST, WANTED = 100_000, 30_000


def noted(one: Any) -> list[Response]:
    """Every response from now on."""
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    one.page.on("response", note)
    return answers


def test_a_first_visit_is_light_and_asks_no_other_host(window: Callable, link: str) -> None:
    one = window((360, 740))
    answers = noted(one)
    one.page.goto(link, wait_until="networkidle")
    sizes = {urlsplit(answer.url).path: sum(answer.request.sizes()[part] for part in
             ("responseBodySize", "responseHeadersSize")) for answer in answers}
    assert {urlsplit(answer.url).netloc for answer in answers} == {urlsplit(link).netloc}
    assert {"/static/unit.css", "/static/unit.js", "/static/unit_files.js"} <= set(sizes)
    assert not [path for path in sizes if "vendor" in path], sizes
    assert sum(sizes.values()) <= WANTED < MOST, sizes


def test_a_later_page_brings_only_itself(window: Callable, link: str) -> None:
    one = window((360, 740))
    one.page.goto(link, wait_until="networkidle")
    answers = noted(one)
    one.page.get_by_role("link", name="填写自查报告").click()
    one.page.wait_for_load_state("networkidle")
    sizes = {urlsplit(answer.url).path: answer.request.sizes()["responseBodySize"] for answer in answers}
    assert sum(sizes.values()) <= WANTED // 2, sizes


def test_targets_are_as_big_as_a_thumb(window: Callable, link: str) -> None:
    one = window((360, 740))
    one.page.goto(link)
    one.page.get_by_role("link", name="填写自查报告").click()
    low = one.page.eval_on_selector_all(
        ".btn, .form-control, .form-check, .tap, summary, .unit-nav a",
        "all => all.filter(e => e.offsetParent && e.type !== 'file' && e.getBoundingClientRect().height < 43.5)"
        ".map(e => e.outerHTML.slice(0, 120))",
    )
    assert low == []
