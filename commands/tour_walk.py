"""The walk through the running application for the tour: who looks, which pages they open, how many of a kind."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import lxml.html
from starlette.types import ASGIApp

SITE = "https://duban.example.org"  # the name the application is called by; nothing listens there
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")
SUFFIX = {"text/html": ".html", "text/csv": ".csv"}
ONE, FEW, MANY = 1, 8, 40
DESK: dict[str, int] = {  # not what needs a running engine (/runs, /watch), nor what only changes something
    **dict.fromkeys((
        "/", "/work", "/work.xlsx", "/work.csv", "/cycles", "/cycles/{}", "/cycles/{}/visits", "/cycles/{}/points",
        "/cycles/{}/report", "/cycles/{}/feedback", "/cycles/{}/look-back", "/cycles/{}/ledger",
        "/cycles/{}/ledger.xlsx", "/ledger", "/units", "/submissions", "/extensions", "/escalations", "/duties",
        "/draws", "/papers", "/papers/register", "/papers/register.xlsx", "/leader", "/statistics", "/statistics.xlsx",
        "/burden", "/sheets", "/digests", "/outbox", "/calendar", "/groups", "/people", "/events", "/plans",
        "/plans/{}", "/contacts", "/statements", "/below",
    ), ONE),
    **dict.fromkeys((
        "/cycles/{}?", "/cycles/{}/report?", "/duties/{}", "/today/sent?", "/escalations?", "/statistics/{}.csv",
        "/watch/{}?", "/people/{}", "/outbox?", "/submissions?", "/units?",
    ), FEW),
    **dict.fromkeys((
        "/work?", "/ledger?", "/problems/{}", "/items/{}", "/units/{}", "/contacts/{}", "/submissions/{}",
        "/papers/{}", "/papers/{}/download", "/sheets/{}", "/outbox/{}", "/cycles/{}/visits/{}", "/evidence/{}",
    ), MANY),
}
TEAM = {"/team?": ONE, "/team/reports/{}": FEW, **dict.fromkeys(
    ("/team/visits/{}", "/team/visits/{}/programme", "/team/visits/{}/scores", "/team/visits/{}/sheet"), FEW,
)}
UNIT = {**dict.fromkeys(("", "/history", "/receipts", "/contact", "/ledger", "/ledger.xlsx"), ONE), **dict.fromkeys(
    ("/item/{}", "/problem/{}", "/check/{}", "/extend/{}", "/plan/{}", "/event/{}", "/papers/{}", "/state/{}",
     "/evidence/{}", "/step/{}", "/circular/{}", "/item/{}/entry"), MANY,
)}
SHEETS = ("/cycles/{cycle}/rect-ledger", "/cycles/{cycle}/task-ledger", "/units/{unit}/proof", "/phone-list", "/burden")
VARIES = (KEY, re.compile(r"(?<=/watch/)\d{4}-\d\d-\d\d"), re.compile(r"(?<=/statistics/)[\w-]+(?=\.csv)"))


@dataclass(frozen=True)
class Visitor:
    """Somebody who looks: the folder of their pages, how they sign in, where they begin, how many of which page."""

    folder: str
    login: str
    begin: tuple[str, ...]
    most: dict[str, int]
    root: str = ""  # what stands before every address, for a unit's link


@dataclass
class Page:
    """An answer as it was taken: by whom, from which address, under which name it will lie."""

    visitor: Visitor
    path: str
    name: str
    html: str = ""
    content: bytes = b""


@dataclass
class Taken:
    """All pages of the tour by folder and address; `moved` are addresses that only lead to another one."""

    secrets: tuple[str, ...]
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    moved: dict[tuple[str, str], str] = field(default_factory=dict)
    statics: dict[str, bytes] = field(default_factory=dict)

    def find(self, folder: str, path: str) -> Page | None:
        """The page an address leads to, in the visitor's own folder or on the desk."""
        for place in dict.fromkeys((folder, "desk")):
            here = path
            for _ in range(3):
                here = self.moved.get((place, here), here)
            if page := self.pages.get((place, here)):
                return page
        return None

    def first(self, folder: str, pattern: str) -> Page | None:
        """The first page whose address matches; a day without reminders has no account of them."""
        found = (p for (place, path), p in self.pages.items() if place == folder and re.fullmatch(pattern, path))
        return next(found, None)


async def walked(app: ASGIApp, word: str, link: str) -> Taken:
    """Open every page of the tour in the real application, in this process, without a network."""
    token = link.rsplit("/u/", 1)[1]
    taken = Taken((word, token))
    for one in visitors(token):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=SITE, timeout=60) as browser:
            if one.login:
                await browser.post("/login", data={"login": one.login, "word": word})
            if one.folder == "desk":
                await _make_sheets(browser)
            await _walk(browser, one, taken)
            taken.statics |= {path: (await browser.get(path)).content for path in _static_paths(taken)}
    return taken


def visitors(token: str) -> tuple[Visitor, ...]:
    """The head at the desk, a leader, the lead of a team, and a unit by its link."""
    return (
        Visitor("desk", "zhuren", ("/", "/work", "/cycles", "/ledger", "/ledger?state=closed", "/outbox"), DESK),
        Visitor("leader", "lingdao", ("/leader",), {"/leader": ONE}),
        Visitor("team", "zuzhang", ("/team?all=1",), TEAM),
        Visitor("unit", "", (f"/u/{token}",), UNIT, f"/u/{token}"),
    )


async def _make_sheets(browser: httpx.AsyncClient) -> None:
    """Let the workbooks be made, as a clerk does by pressing the buttons."""
    ids = {"cycle": r"/cycles/", "unit": r"/units/"}
    found = {}
    for name, before in ids.items():
        text = (await browser.get(f"/{name}s")).text
        match = re.search(f'href="{before}({KEY.pattern})"', text)
        found[name] = match.group(1) if match else ""
    for path in SHEETS:
        await browser.post(path.format(**found))


async def _walk(browser: httpx.AsyncClient, one: Visitor, taken: Taken) -> None:
    """Breadth first from where the visitor begins, as far as the table of pages goes."""
    todo, seen, count = deque(one.begin), set(one.begin), Counter[str]()
    numbers: dict[str, int] = {}
    while todo:
        path = todo.popleft()
        kind = kind_of(path, one.root)
        if count[kind] >= one.most.get(kind, 0):
            continue
        reply = await browser.get(path)
        if reply.is_redirect:
            target = inner(reply.headers["location"], path)
            taken.moved[one.folder, path] = target
            new = [target]
        elif reply.status_code == httpx.codes.OK:
            count[kind] += 1
            page = Page(one, path, name_of(path, one, numbers, reply))
            _fill(page, reply)
            taken.pages[one.folder, path] = page
            new = list(_links(page))
        else:
            continue
        todo.extend(link for link in dict.fromkeys(new) if link not in seen)
        seen.update(new)


def _fill(page: Page, reply: httpx.Response) -> None:
    if page.name.endswith(".html"):
        page.html = reply.text
    else:
        page.content = reply.content


def _links(page: Page) -> Iterator[str]:
    """The addresses of this site that a page links to."""
    if not page.html:
        return
    for link in lxml.html.document_fromstring(page.html).iterfind(".//a[@href]"):
        if target := inner(link.get("href"), page.path):
            yield target


def inner(href: str, page: str) -> str:
    """A link as an address within this site, without its fragment; empty where it leads out."""
    whole = urlsplit(urldefrag(urljoin(SITE + page, href)).url)
    if f"{whole.scheme}://{whole.netloc}" != SITE:
        return ""
    return whole.path + (f"?{whole.query}" if whole.query else "")


def kind_of(path: str, root: str = "") -> str:
    """An address without what varies: /work?cycle=… is `/work?`, below a unit's link the link is left out."""
    plain, _, query = path.removeprefix(root).partition("?")
    for varies in VARIES:
        plain = varies.sub("{}", plain)
    return f"{plain}?" if query and not plain.endswith(".xlsx") else plain


def name_of(path: str, one: Visitor, numbers: dict[str, int], reply: httpx.Response) -> str:
    """A file name that tells what it is: desk/problems-3.html. Keys become numbers in the order they are met,
    and so do questions (after two hyphens): desk/ledger--2.html."""
    plain, _, query = path.removeprefix(one.root).partition("?")
    stem, dot, ending = plain.partition(".")
    steps = stem.strip("/").split("/")
    for place, step in enumerate(steps):
        if KEY.fullmatch(step):
            steps[place] = _number(numbers, steps[place - 1], step)
    words = "-".join(filter(None, steps)) or "home"
    if query:
        words += f"--{_number(numbers, f'{words}?', path)}"
    kind = reply.headers.get("content-type", "").partition(";")[0]
    told = re.search(r"\.(\w{1,5})\"?$", reply.headers.get("content-disposition", ""))
    suffix = SUFFIX.get(kind) or (f".{ending}" if dot else f".{told.group(1)}" if told else ".bin")
    return f"{one.folder}/{words}{suffix}"


def _number(numbers: dict[str, int], kind: str, key: str) -> str:
    """The number of a key among those of its kind; the count of a kind stands under the kind's own name."""
    if key not in numbers:
        numbers[kind] = numbers[key] = numbers.get(kind, 0) + 1
    return str(numbers[key])


def _static_paths(taken: Taken) -> set[str]:
    """The style sheets, scripts and pictures that pages name."""
    found = {path for page in taken.pages.values() for path in re.findall(r'"(/static/[^"?]+)', page.html)}
    return found - set(taken.statics)
