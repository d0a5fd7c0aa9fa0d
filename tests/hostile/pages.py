"""What a visitor finds by following every link: the pages of the world and the forms that stand on them."""

import re
import warnings
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from fastapi.testclient import TestClient
from lxml import html

from tests.one_app import the_app
from web.doors import plain

MOST_OF_A_KIND = 2  # pages of one template that are opened
FREE = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Field:
    """One field of a form: its kind (hidden, text, date, file, select, checkbox …), value and what may be chosen."""

    name: str
    kind: str
    value: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormFound:
    """A form as it stands on a page: who sees it, where it posts to, its fields."""

    who: str
    page: str
    path: str
    template: str
    fields: tuple[Field, ...]
    multipart: bool

    def valid(self) -> list[tuple[str, str]]:
        """What a browser would send, with something typed into what is empty."""
        found = []
        for one in self.fields:
            if one.kind == "file" or (one.kind in ("checkbox", "radio") and not one.value):
                continue
            found.append((one.name, one.value or (one.choices[-1] if one.choices else TYPED.get(one.kind, "如实填写"))))
        return found


TYPED = {"date": "2020-09-10", "number": "1", "email": "a@example.org", "tel": "0393-1234567", "hidden": ""}


@cache
def schema() -> dict[str, Any]:
    """What FastAPI says of our routes; the application itself serves no such page."""
    with warnings.catch_warnings(action="ignore"):  # a page that answers GET and HEAD has one name for both
        return dict(the_app().openapi())


@cache
def templates(way: str) -> dict[str, re.Pattern[str]]:
    """The template of every address that is asked this way and what fits it, the most literal first."""
    found = [path for path, ways in schema()["paths"].items() if way in ways]
    found.sort(key=lambda path: (path.count("{"), path))
    return {path: re.compile(FREE.sub("[^/]+", path.replace(".", r"\."))) for path in found}


def template_of(path: str, way: str) -> str:
    """The template an address belongs to; "" for none."""
    return next((plain(one) for one, fits in templates(way).items() if fits.fullmatch(path)), "")


def forms_on(who: str, page: str, text: str) -> list[FormFound]:
    """The forms of a page that post, once for each button that names another address."""
    if "<form" not in text:
        return []
    found = []
    for form in html.fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8")).iter("form"):
        if form.get("method", "get").lower() != "post":
            continue
        places = {form.get("action") or page, *(one.get("formaction") for one in form.iter("button", "input"))}
        for place in sorted(filter(None, places)):
            path = urlsplit(urljoin(page, place)).path
            if not (kind := template_of(path, "post")):
                continue  # a button that only asks
            many = form.get("enctype", "") == "multipart/form-data"
            found.append(FormFound(who, page, path, kind, tuple(_fields(form)), many))
    return found


def _fields(form: Any) -> list[Field]:
    found = []
    for one in form.iter("input", "textarea", "select", "button"):
        name, kind = one.get("name"), one.get("type", "text") if one.tag == "input" else one.tag
        if not name or (one.tag == "button" and not one.get("value")):
            continue
        if one.tag == "select":
            choices = tuple(row.get("value", row.text or "") for row in one.iter("option"))
            chosen = next((row.get("value", "") for row in one.iter("option") if "selected" in row.attrib), "")
            found.append(Field(name, kind, chosen, choices))
        elif one.tag == "textarea":
            found.append(Field(name, kind, one.text or ""))
        else:
            found.append(Field(name, kind, one.get("value", "")))
    return found


def links_on(page: str, text: str) -> list[str]:
    """The addresses of ours a page leads to, by its links and its forms that only ask."""
    found = []
    for place in re.findall(r'(?:href|action|hx-get|data-src)="([^"]+)"', text):
        joined = urldefrag(urljoin(page, place.replace("&amp;", "&")))[0]
        if joined.startswith("/") and not joined.startswith(("/static/", "//")):
            found.append(joined)
    return list(dict.fromkeys(found))


def walk(client: TestClient, who: str, start: str) -> tuple[list[str], list[FormFound]]:
    """Every page reached from `start` (some of each template), and every form on them."""
    seen: dict[str, list[str]] = defaultdict(list)
    forms: list[FormFound] = []
    waiting, known = [start], {start}
    while waiting:
        page = waiting.pop(0)
        kind = template_of(urlsplit(page).path, "get")
        if not kind or len(seen[kind]) >= MOST_OF_A_KIND or kind.startswith("/u/") != start.startswith("/u/"):
            continue
        seen[kind].append(page)
        text = opened(client, page)
        forms += forms_on(who, urlsplit(page).path, text)
        for place in links_on(page, text):
            if place not in known:
                known.add(place)
                waiting.append(place)
    return [page for pages in seen.values() for page in pages], forms


def opened(client: TestClient, page: str) -> str:
    """The text of a page, after the ways it sends one on; "" for a file."""
    answer = client.get(page)
    for _ in range(3):
        if answer.status_code in (302, 303, 307) and answer.headers["location"].startswith("/"):
            answer = client.get(answer.headers["location"])
    assert answer.status_code < 500, (page, answer.status_code)
    return answer.text if answer.headers.get("content-type", "").startswith("text/html") else ""


