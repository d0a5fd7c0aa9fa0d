"""Words that are commands elsewhere (R20) stay words: on pages, in files, in mail, robots, calendars and logs."""

import csv
import io
import re
import zipfile
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlmodel import col, select

from actions import feed
from actions.open_link import visitor
from models.cycle import Assignment, Cycle, Team, Visit
from models.database import transaction
from models.office import Office, User
from models.problem import Problem
from models.submission import Evidence, Extension, Statement, Submission
from models.unit import Contact, Unit
from models.words import Channel
from notifications.channel import Parcel, send
from notifications.wording import clean
from tests.hostile.world import World, cases, forms, pages

EVIL = "=cmd|'/C x'!A1\"><script>alert(1)</script><img src=x onerror=alert(2)>'; DROP TABLE unit;--[点此](http://a.invalid)"
LINES = "甲\r\nBcc: victim@example.org\r\n\r\nbody"
BARE = ("<script>alert", "<img src=x", "onerror=alert(2)>'")
STARTS = ("=", "+", "-", "@", "\t", "\r")
FIELDS: dict[Any, tuple[str, ...]] = {
    Unit: ("name",), Contact: ("name", "post", "phone"), Problem: ("title", "detail", "result"), Cycle: ("title",),
    Submission: ("body", "note"), Assignment: ("title", "note", "because"), Evidence: ("name", "label"),
    Extension: ("reason",), Statement: ("text",), Team: ("name",), Office: ("name", "short_name"), User: ("name",),
    Visit: ("override_reason",),
}


@pytest.fixture
def evil(here: World) -> World:
    """The world with harm in every word that a person can have typed."""
    with transaction() as session:
        for table, names in FIELDS.items():
            for row in session.exec(select(table)):
                for name in names:
                    if isinstance(getattr(row, name, None), str):
                        setattr(row, name, f"{EVIL}{str(row.id)[:6]}")
    return here


def read(here: World, who: str) -> Any:
    """Every page and file of somebody, each with its answer."""
    client = here.client(who)
    for n, path in enumerate(pages()[who]):
        if n % cases(3, 1) == 0:
            answer = client.get(path)
            assert answer.status_code < 500, path
            yield path, answer


@pytest.mark.parametrize("who", ["head", "team_lead", "unit"])
def test_what_people_typed_is_text_on_every_page_and_in_every_file(evil: World, who: str) -> None:
    shown = 0
    for path, answer in read(evil, who):
        kind = answer.headers.get("content-type", "")
        if kind.startswith("text/html"):
            assert not [bare for bare in BARE if bare in answer.text], path
            assert 'href="http://a.invalid' not in answer.text
            shown += "alert(1)" in answer.text
        elif answer.content[:2] == b"PK":
            in_workbook(answer.content)
        elif kind.startswith("text/csv"):
            in_table(answer.text)
    assert shown > 3 or who == "team_lead"


def in_table(text: str) -> None:
    """No cell of a table can be taken for a formula."""
    for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))):
        assert not [cell for cell in row if cell.startswith(STARTS) and not re.fullmatch(r"-?[\d.]+", cell)], row


def in_workbook(data: bytes) -> None:
    """No cell of a workbook and no field of a paper computes or fetches what somebody typed."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for name in book.namelist():
            if name.endswith((".xml", ".rels")):
                part = book.read(name).decode()
                assert not re.search(r"<f>[^<]*(cmd|HYPERLINK|DDE)", part), name
                assert "<script>" not in part and "http://a.invalid" not in re.findall(r'Target="([^"]*)"', part)
                assert not re.search(r"w:instrText[^>]*>[^<]*cmd", part)


def test_every_table_that_can_be_saved_is_free_of_formulas(evil: World) -> None:
    client, seen = evil.client("head"), 0
    cycle = evil.keys["ours"]["cycle"][0]
    for path in ("/work.csv", "/work.xlsx", "/events.csv", "/statistics.xlsx", "/papers/register.xlsx",
                 f"/cycles/{cycle}/ledger.xlsx", *(f"/statistics/{n}.csv" for n in ("units", "stages", "problems"))):
        answer = client.get(path)
        assert answer.status_code < 500, path
        if answer.status_code == 200:
            seen += 1
            if answer.content[:2] == b"PK":
                in_workbook(answer.content)
            else:
                in_table(answer.content.decode("utf-8-sig"))
    for one in forms():
        if one.who == "head" and re.search("phone-list|burden|ledger$|proof|letter|report$", one.template):
            answer = client.post(one.path, data=dict(one.valid()))
            assert answer.status_code < 500, one.path
            if answer.content[:2] == b"PK":
                in_workbook(answer.content)
    assert seen >= 4


def test_a_calendar_takes_no_line_that_was_typed(here: World) -> None:
    with transaction() as session:
        who = visitor(session, here.token)
        for row in session.exec(select(Assignment).where(col(Assignment.unit_id) == who.unit.id)):
            row.title = "甲\r\nATTACH:http://a.invalid\r\nBEGIN:VALARM\nX:\\n;,"
    with transaction() as session:
        lines = feed.feed_of(session, visitor(session, here.token).unit).decode().splitlines()
    assert not [line for line in lines if line.startswith(("ATTACH", "X:"))]
    assert [line for line in lines if "ATTACH" in line]


def test_a_mail_takes_no_header_that_was_typed(mailbox: Any) -> None:
    for address in ("a@example.org", "a@example.org\r\nBcc: victim@example.org", "a@example.org,victim@example.org"):
        send(Parcel(Channel.MAIL, address, clean(LINES), LINES, "k"))
        send(Parcel(Channel.MAIL, address, LINES, LINES, "k"))
    mails: list[Message] = mailbox.mails
    assert mails
    for mail in mails:
        assert not mail["Bcc"] and "\n" not in str(mail["Subject"])
        assert len(mail.get_all("Subject")) == len(mail.get_all("To")) == 1


def test_a_robot_is_sent_the_words_and_nothing_that_it_would_obey(webhook: Any) -> None:
    send(Parcel(Channel.WEBHOOK, webhook.url, clean(EVIL), EVIL + LINES, "k\r\nX-Evil: 1"))
    for headers, body in webhook.calls:
        assert not [name for name in headers if name.lower() == "x-evil"]
        assert EVIL in body["message"] and set(body) <= {"title", "message", "type", "key"}
    for bad in ("http://127.0.0.1:1/\r\nX: 1", "file:///etc/passwd", "gopher://127.0.0.1:1/x", "//a", "javascript:x"):
        assert not send(Parcel(Channel.WEBHOOK, bad, "t", "b", "k")).ok


def test_nobody_is_led_elsewhere_by_a_field(here: World) -> None:
    elsewhere = ("//a.invalid", "/\\a.invalid", "http://a.invalid", "/%0d%0aX: 1", "javascript:x", "/\t/a.invalid")
    for where in elsewhere:
        for path, data in (
            ("/language", {"to": "en", "back": where}), ("/language", {"language": "en", "back": where, "to": where}),
            ("/login", {"login": "zhuren", "word": "wrong-word", "to": where}),
        ):
            answer = here.client("nobody").post(path, data=data)
            place = answer.headers.get("location", "/")
            assert not urlsplit(place).netloc, (path, where)
            assert not place.startswith(("//", "/\\", "javascript")), (path, where)
            assert "\n" not in place and "x" not in answer.headers
