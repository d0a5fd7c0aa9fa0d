"""A person who reads English and follows every link; what they meet in Chinese on the way."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from tests.web.person import Person
from web.app import PARTS
from web.literals import HAN, has_han

SHOWN = ("aria-label", "title", "placeholder", "alt", "data-confirm", "data-name", "data-title", "label")
RUN = re.compile(rf"{HAN.pattern}+")


def routes() -> list[Any]:
    return [one for part in PARTS for one in part.router.routes if "GET" in one.methods]


def route_of(address: str) -> str:
    """The template of the address that answers here; "" when none does."""
    path = urlsplit(address).path
    return next((one.path for one in routes() if one.path_regex.match(path)), "")


def chinese(page: str) -> list[str]:
    """Chinese a reader meets that does not say it is; in titles and attributes it must stand marked on the page too."""
    tree = html.fromstring(page)
    marked = "\n".join(text for text, element in texts(tree) if language_of(element) == "zh-CN")
    marked += "\n".join(element.get("value", "") for element in tree.iter("input"))
    left = [text.strip() for text, element in texts(tree) if has_han(text) and language_of(element) != "zh-CN"]
    shown = [element.get(name, "") for element in tree.iter() for name in SHOWN if language_of(element) != "zh-CN"]
    shown.append(tree.findtext(".//title") or "")
    return left + [f"[{text}]" for text in shown if any(run not in marked for run in RUN.findall(text))]


def texts(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every text of the body but what somebody is writing."""
    body = tree.find(".//body")
    for element in (tree if body is None else body).iter():
        if isinstance(element.tag, str) and element.tag not in ("textarea", "script"):
            yield element.text or "", element
        yield element.tail or "", element.getparent()


def language_of(element: Any) -> str:
    while element is not None:
        if element.get("lang"):
            return str(element.get("lang"))
        element = element.getparent()
    return ""


class Walk:
    """One person following every link in English: what was seen, what was refused, what was left in Chinese."""

    def __init__(self, person: Person, leave: Iterable[str] = (), most: int = 1) -> None:
        """`leave` names addresses not to follow, `most` how many pages of one address that differ in whose they are."""
        self.person, self.leave, self.most = person, tuple(leave), most
        self.left, self.seen, self.refused = dict[str, list[str]](), Counter[str](), set[str]()
        person.client.post("/language", data={"to": "en", "back": "/"})

    def look(self, name: str, answer: Any) -> list[str]:
        """Notes what is Chinese on a page, or on a part of one; gives its links."""
        whole = "<html" in answer.text
        assert not whole or '<html lang="en">' in answer.text, name
        page = answer.text if whole else f"<html><body>{answer.text}</body></html>"
        if found := chinese(page):
            self.left[name] = found
        return [str(link) for link in html.fromstring(page).xpath("//a/@href | //@hx-get")]

    def follow(self, starts: Iterable[str]) -> None:
        """Every page that links lead to, of each address a few."""
        todo, known, kinds = deque(starts), set(starts), Counter[str]()
        while todo:
            address = todo.popleft()
            answer = self.person.client.get(address)
            assert answer.status_code in (200, 403), (address, answer.status_code)
            if answer.status_code == 403:
                self.refused.add(route_of(address))
            self.seen[route_of(address)] += 1
            for link in (one.partition("#")[0] for one in self.look(address, answer)):
                if link not in known and self.is_worth(link, kinds):
                    todo.append(link)
                known.add(link)

    def is_worth(self, link: str, kinds: Counter[str]) -> bool:
        route, asked = route_of(link), re.sub(r"=[^&]*", "", urlsplit(link).query)
        if not link.startswith("/") or not route or left_out(route, self.leave):
            return False
        kinds[f"{route} {asked}"] += 1
        return kinds[f"{route} {asked}"] <= self.most


def left_out(route: str, leave: Iterable[str]) -> bool:
    return any(route == name or (name.endswith("/") and route.startswith(name)) for name in leave)
