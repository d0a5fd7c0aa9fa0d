"""Links that are guessed, scanned, replayed (R14, R21): nothing opens, nothing changes, nothing is told or written."""

import hashlib
import logging
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from config import clock
from models.database import transaction
from models.unit import Contact, Link, LinkCode
from models.words import Channel
from notifications.log_line import LogLine
from tests.hostile.test_forms import post
from tests.hostile.world import World, cases, pages
from tests.one_app import calm
from web.unit_door import DONE

QUIET = ("event", "link", "linkcode", "assignment", "problem", "submission", "chainhead", "notice", "message", "draft")
UNIT_PAGES = ("", "/receipts", "/history", "/ledger", "/feed", "/contact")


def dead(here: World, **what: Any) -> str:
    """A link of the unit that no longer opens."""
    from actions.open_link import grant

    with transaction() as session:
        row = session.exec(select(Link).where(Link.token_hash == hashed(here.token))).one()
        token, link = grant(session, session.get_one(Contact, row.contact_id))
        session.flush()
        session.exec(update(Link).where(col(Link.id) == link.id).values(**what))
    return token


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def bare(text: str) -> str:
    """A page without the address it was asked under."""
    return re.sub(r"/u/[\w-]+", "/u/…", text)


def test_no_guess_of_very_many_meets_a_link(here: World) -> None:
    known = {row[0] for row in _column(here, "SELECT token_hash FROM link")}
    assert len(known) > 50
    guesses = cases(20_000, 1_000_000)
    assert not any(hashed(secrets.token_urlsafe(32)) in known for _ in range(guesses))


def _column(here: World, statement: str) -> list[Any]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(here.home / "duban.db")) as base:
        return base.execute(statement).fetchall()


def test_guesses_are_answered_alike_then_slowed_down_and_a_true_link_opens_all_the_while(here: World) -> None:
    client, seen = here.client("nobody"), []
    for n in range(30):
        guess = here.token[:-1] + chr(65 + n % 26) if n % 2 else secrets.token_urlsafe(32)
        if guess == here.token:
            continue
        answer = client.get(f"/u/{guess}{UNIT_PAGES[n % len(UNIT_PAGES)]}")
        seen.append((answer.status_code, re.search(r'role="alert">([^<]+)', answer.text)[1]))
    assert len(set(seen[:20])) == 1 and seen[0][0] == 404
    assert {status for status, _ in seen[20:]} == {403} and "尝试次数过多" in seen[-1][1]
    assert client.get(f"/u/{here.token}").status_code == 200
    calm()


def test_a_dead_link_offers_a_fresh_one_and_a_feed_or_a_tampered_link_is_an_unknown_one(here: World) -> None:
    now, client = clock.now(), here.client("nobody")
    ended = [dead(here, expires_at=now - timedelta(days=1)), dead(here, revoked_at=now)]
    pages_of = [client.get(f"/u/{token}") for token in ended]
    assert [one.status_code for one in pages_of] == [410, 410]
    assert all("给联系人发送新链接" in one.text and here.token not in one.text for one in pages_of)
    feed = dead(here, purpose="feed")
    words = (secrets.token_urlsafe(32), feed, here.token[::-1], here.token + "A")
    unknown = [client.get(f"/u/{word}") for word in words]
    assert {one.status_code for one in unknown} == {404}
    assert len({bare(one.text) for one in unknown}) == 1
    calm()


def test_no_link_reads_or_writes_what_is_another_units(here: World) -> None:
    """Every page of this unit, asked for by the foreign unit's link; and the other way round."""
    client, mine = here.client("nobody"), [path for path in pages()["unit"] if path.count("/") > 3]
    theirs = here.keys["foreign"]
    for path in mine[:cases(12, 500)]:
        answer = client.get(path.replace(here.token, here.foreign_token))
        assert answer.status_code in (200, 303, 404), path
        assert "范县" not in answer.text, path
    before = here.rows("submission", "draft", "problem", "assignment", "event")
    said = [("body", "甲"), ("text", "甲"), ("reason", "甲"), ("day", "2020-09-09"), ("nonce", "n"), ("seen", "1")]
    posts = ("item/{}", "plan/{}", "problem/{}/report", "problem/{}/object", "state/{}", "extend/{}", "tasks/{}")
    for key in (*theirs["assignment"][:2], *theirs["problem"]):
        for form in posts:
            assert post(here, "unit", f"/u/{here.token}/{form.format(key)}", said).status_code in (403, 404)
    assert here.rows("submission", "draft", "problem", "assignment", "event") == before


def test_a_scanner_that_opens_everything_a_hundred_times_changes_nothing(here: World) -> None:
    before, scanner = here.rows(*QUIET), here.client("nobody")
    addresses = [f"/u/{here.token}", *pages()["unit"]]
    for n in range(cases(100, 1000)):
        way, path = ("GET", "HEAD")[n % 2], addresses[n % len(addresses)]
        assert scanner.request(way, path).status_code < 500
    assert here.rows(*QUIET) == before


def test_no_page_of_the_office_changes_anything_by_being_read(here: World) -> None:
    before = here.rows(*QUIET, "unit", "paper", "papernumber", "visit", "escalation", "extension")
    for who in ("head", "team_lead"):
        client = here.client(who)
        for n, path in enumerate(pages()[who]):
            if n % cases(6, 1) == 0:
                assert client.get(path).status_code < 500, path
                assert client.head(path).status_code in (200, 303, 404, 405), path
    assert here.rows(*QUIET, "unit", "paper", "papernumber", "visit", "escalation", "extension") == before


def test_the_word_of_a_link_is_in_no_log_and_goes_to_no_other_site(
    here: World, caplog: pytest.LogCaptureFixture
) -> None:
    client, odd = here.client("nobody"), "甲\nINFO duban.web GET /forged 200"
    with caplog.at_level(logging.DEBUG):
        for path in (*UNIT_PAGES, "/nothing", "/item/not-a-key", f"/evidence/{here.keys['foreign']['submission'][0]}"):
            answer = client.get(f"/u/{here.token}{path}")
            assert answer.headers["referrer-policy"] == "same-origin"
        client.get(f"/u/{here.token}/feed", headers={"User-Agent": "x", "Referer": f"http://a/u/{here.token}"})
        client.post(f"/u/{here.token}/sign", data={"name": odd, "phone": "1\r\n2"})
        client.get("/u/x%0aforged")
    ours = [LogLine().format(one) for one in caplog.records if one.name.startswith(("duban", "uvicorn", "sqlalchemy"))]
    assert ours and not [line for line in ours if here.token in line or here.token[:20] in line]
    assert not [line for line in ours if "\n" in line]
    assert [line for line in ours if '"path": "/u/' in line], "the lines that could tell it were looked at"


def test_a_page_behind_a_link_sends_its_address_to_nobody(here: World) -> None:
    for path in pages()["unit"][:cases(8, 100)]:
        text = here.client("nobody").get(path).text
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]', text)


def test_codes_guessed_by_many_at_once_are_counted_and_end(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six digits: five tries for all threads together, three codes in ten minutes; a hit in a million twice a day."""
    from actions import link_code
    from actions.open_link import visitor

    with transaction() as session:
        who = visitor(session, here.token)
        who.contact.channel, who.contact.address = Channel.MAIL, "a@example.org"
        link_code.make_code(session, who)

    def guess(n: int) -> bool:
        with transaction() as session:
            return link_code.try_code(session, visitor(session, here.token), f"{n:06d}", "r").right

    with ThreadPoolExecutor(8) as pool:
        hits = list(pool.map(guess, range(cases(60, 2000))))
    assert sum(hits) <= 1
    with transaction() as session:
        row = session.exec(select(LinkCode)).one()
        assert row.tries == link_code.MOST_TRIES or row.used_at is not None


def test_names_that_do_not_exist_are_refused_like_wrong_words_and_both_are_slowed_down(here: World) -> None:
    client = here.client("nobody")
    first = [client.post("/login", data={"login": name, "word": "wrong-word"}) for name in ("zhuren", "nobody-at-all")]
    assert {one.status_code for one in first} == {401}
    assert len({re.sub(r"zhuren|nobody-at-all", "…", one.text) for one in first}) == 1
    tries = [client.post("/login", data={"login": "zhuren", "word": f"wrong-{n}"}).status_code for n in range(9)]
    assert tries[:7] == [401] * 7 and tries[-1] == 403


def test_words_of_the_address_never_become_words_of_the_page(here: World) -> None:
    evil = "<script>alert(1)</script>"
    for path in (f"/u/{here.token}?done={evil}", f"/login?why={evil}&to={evil}", f"/u/{evil}", f"/k?code={evil}"):
        assert evil not in here.client("nobody").get(path).text
    assert evil not in DONE
