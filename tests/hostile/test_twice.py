"""One click more changes nothing (R13): eight clicks at once, an old form sent again an hour later, two browsers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time

from config import clock
from tests.hostile.pages import FormFound
from tests.hostile.test_forms import post
from tests.hostile.world import TODAY, World, forms, is_long, renewed

THREADS = 8
# what may be done again on purpose, and is written down each time it is done
AGAIN = {
    "/units/{}/link": "a link for the telephone", "/units/{}/letter": "a letter to print",
    "/units/{}/behalf": "a way in", "/people/{}/word": "a fresh word", "/u/{}/fresh": "a link asked for",
    "/runs/sweep": "a sweep asked for", "/escalations/{}/export": "every export is written down",
    "/logout": "", "/login": "",
}
SHORT = {  # what `make test` tries; the long form tries every form of the world
    "/u/{}/sign", "/u/{}/state/{}", "/u/{}/problem/{}/object", "/u/{}/event/{}", "/u/{}/item/{}/entry", "/u/{}/feed",
    "/problems/{}/move", "/extensions/{}", "/items/{}/limit", "/statements/{}/answer", "/escalations/{}", "/duties",
    "/u/{}/extend/{}", "/cycles/{}/close", "/cycles/{}/visits/plan", "/duties/{}/end", "/cycles/{}/stages/{}",
    "/papers/{}/issue", "/units/{}/key", "/groups",
    "/units/{}/merge", "/cycles/{}/teams/{}/members", "/papers/settings/details",
}


def each() -> list[FormFound]:
    """One form of every address."""
    found = {one.template: one for one in reversed(forms()) if one.template not in AGAIN}
    return [one for name, one in sorted(found.items()) if is_long() or name in SHORT]


def events(here: World) -> int:
    return here.count("SELECT count(*) FROM event")


def click(here: World, one: FormFound) -> int:
    return int(post(here, one.who, one.path, one.valid(), many=one.multipart).status_code)


def once(here: World, one: FormFound) -> int:
    """How many events one click leaves."""
    renewed(here)
    before = events(here)
    click(here, one)
    return events(here) - before


def test_eight_clicks_at_once_leave_what_one_leaves(here: World) -> None:
    wrong, counted = [], 0
    for one in each():
        single = once(here, one)
        renewed(here)
        before = events(here)
        with ThreadPoolExecutor(THREADS) as pool:
            answers = list(pool.map(lambda _n, it=one: click(here, it), range(THREADS)))
        counted += single > 0
        if events(here) - before != single or max(answers) >= 500:
            wrong.append((one.template, single, events(here) - before, sorted(answers)))
    assert wrong == []
    assert counted >= 8  # or nothing was proved


def test_an_old_form_sent_again_changes_nothing(here: World) -> None:
    wrong = []
    for one in each():
        single = once(here, one)
        now = events(here)
        clock.freeze(clock.at_time(TODAY, time(11, 5)))
        status = click(here, one)
        if events(here) != now or status >= 500:
            wrong.append((one.template, single, events(here) - now, status))
        clock.freeze(clock.at_time(TODAY, time(10, 5)))
    assert wrong == []
