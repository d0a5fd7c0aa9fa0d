"""How forms are spoiled, where they are sent, and what every answer must keep to."""

import re
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st

from models.words import StageKind
from tests.hostile.pages import FormFound, schema
from tests.hostile.world import FOREIGN, NOBODY, WHO, World, forms
from web.doors import plain
from web.literals import HAN

ZERO_WIDTH, RTL = "\u200b\ufeff", "\u202e"
RARE = "𠮷㐂龘𪚥"
WORDS = ("标记" + RARE, "👨‍👩‍👧‍👦📷", f"{RTL}gpj.exe", f"甲{ZERO_WIDTH}乙", "甲\0乙",
         "\x01\x08\x0b\x0c\x1b[31m", "\ufffe\uffff", "'; DROP TABLE unit; --",
         "<script>alert(1)</script>", "{{ 7*7 }}{% raw %}", "../../../etc/passwd", "C:\\x\\NUL",
         "=1+1", "甲\r\nBcc: a@example.org", "%s%n%x", "${jndi:x}", " \t\n ", "null", "[]", '{"a": {"$ne": 1}}',
         "true", "甲" * 3000)
DAYS = ("0000-01-01", "0001-01-01", "9999-12-31", "99999-01-01", "2020-02-30", "2020-9-1", "２０２０-09-05",
        "+2020-01-01", "2020-W01-1", "20200905", "2020-09-05T00:00:00Z", "-1", "1986-05-04", "2100-12-31", "2000-01-01")
FIGURES = ("-1", "0", "9" * 9, "9" * 40, str(2**31), str(2**63), "1e400", "NaN", "inf", "-0", "1_000", "٣", "２",
           "0x10", "1.5", "", " 1 ", "9" * 5000)
HUGE = "长" * 350_000  # a megabyte in UTF-8
# what urllib would not send: lone surrogates, bytes that are no UTF-8, halves of an escape
RAW = (b"%ED%A0%80", b"%FF%FE", b"%C0%AF", b"%", b"%u4e2d", b"%00", b"\xff\xff", b"&&==&", b"%F4%90%80%80")
PARAMS = {"cycle_id": "cycle", "unit_id": "unit", "visit_id": "visit", "team_id": "team", "problem_id": "problem",
          "plan_id": "plan", "user_id": "user", "paper_id": "paper", "evidence_id": "evidence", "alert_id": "notice",
          "submission": "submission"}
SUBJECTS = {"units": "unit", "items": "assignment", "problems": "problem", "duties": "duty", "papers": "paper",
            "escalations": "escalation", "submissions": "submission", "statements": "statement", "plans": "plan",
            "extensions": "extension", "intake": "intake", "groups": "unitgroup", "draws": "draw", "people": "user",
            "key-units": "keyunit", "outbox": "message", "receipts": "assignment", "visits": "visit",
            "look-backs": "lookback", "reports": "assignment", "entries": "entry", "item": "assignment",
            "problem": "problem", "step": "escalation", "extend": "assignment", "plan": "assignment", "tasks": "cycle",
            "evidence": "evidence", "event": "duty", "entry": "entry", "state": "problem", "check": "assignment",
            "links": "link", "points": "pointsproposal", "paper": "paper", "files": "stagedfile", "feed": "link",
            "sessions": "login", "short": "shortaddress"}
Pairs = list[tuple[str, str]]


def table_of(template: str, name: str) -> str:
    """Which table's key stands in a hole of a template."""
    if name in PARAMS:
        return PARAMS[name]
    before = template.split("{" + name, maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    return SUBJECTS.get(before, "")


def keys_for(here: World, template: str, name: str) -> list[str]:
    """What may stand in a hole: our keys, foreign ones, one nobody has, and what is no key at all."""
    if name == "token":
        return [here.token]
    if name == "kind":
        return [*StageKind, "self_check", "letter"]
    if name in ("ref", "number"):
        return ["1", "0", "2", "99", str(2**63)]
    if name == "form":
        return [f"item-{here.keys['ours']['assignment'][0]}", "x"]
    table = table_of(template, name)
    ours, foreign = here.keys["ours"].get(table, []), here.keys["foreign"].get(table, [])
    return [*ours[:6], *ours[-2:], *foreign[:2], str(uuid4())]


@st.composite
def addresses(draw: st.DrawFn, here: World, template: str) -> str:
    """The address of a template with something in every hole."""
    def filled(found: re.Match[str]) -> str:
        return str(draw(st.sampled_from(keys_for(here, template, found[0].strip("{}").split(":")[0]))))

    return re.sub(r"\{[^}]*\}", filled, template)


def shown_nowhere() -> list[str]:
    """The posts that no page of the world has a form for; their fields are told by FastAPI or guessed."""
    seen = {one.template for one in forms()}
    return [path for path, ways in schema()["paths"].items() if "post" in ways and plain(path) not in seen]


def fields_of(template: str) -> list[str]:
    """The fields FastAPI knows of a post."""
    body = schema()["paths"][template]["post"].get("requestBody", {}).get("content", {})
    found: list[str] = []
    for one in body.values():
        name = one["schema"].get("$ref", "").rsplit("/", 1)[-1]
        found += schema()["components"]["schemas"].get(name, {}).get("properties", {})
    return found


def every_name() -> list[str]:
    """Every field name of every form."""
    return sorted({field.name for one in forms() for field in one.fields})


@st.composite
def spoiled(draw: st.DrawFn, here: World, pairs: Pairs, names: list[str]) -> tuple[Pairs, bytes]:
    """A form's fields with some of them missing, doubled, moved to foreign rows or filled with harm; and raw bytes."""
    found = list(pairs)
    every = [key for keys in here.keys["foreign"].values() for key in keys]
    harm = st.one_of(st.sampled_from(WORDS), st.sampled_from(DAYS), st.sampled_from(FIGURES), st.sampled_from(every),
                     st.text(max_size=30), st.just(""))
    for _ in range(draw(st.integers(0, 3))):
        how = draw(st.sampled_from(("value", "value", "value", "missing", "doubled", "named", "huge")))
        at = draw(st.integers(0, max(len(found) - 1, 0)))
        if how == "named" or not found:
            found.append((draw(st.sampled_from(names) | st.text(max_size=12)), draw(harm)))
        elif how == "missing":
            del found[at]
        elif how == "doubled":
            found.insert(0, (found[at][0], draw(harm)))
        elif how == "huge":
            found[at] = (found[at][0], HUGE)
        else:
            found[at] = (found[at][0], draw(harm))
    raw = draw(st.sampled_from(RAW)) if found and draw(st.integers(0, 4)) == 0 else b""
    return found, raw


@st.composite
def attacks(draw: st.DrawFn, here: World) -> tuple[str, str, Pairs, bytes, bool]:
    """Who posts what where: a role, an address, fields, raw bytes added to the last field, and whether in parts."""
    hidden = shown_nowhere()
    if hidden and draw(st.integers(0, 3)) == 0:
        template = draw(st.sampled_from(hidden))
        names = fields_of(template) or every_name()
        pairs = [(draw(st.sampled_from(names)), "1") for _ in range(draw(st.integers(0, 4)))]
        path, who, many = draw(addresses(here, template)), draw(st.sampled_from(WHO)), draw(st.booleans())
    else:
        one: FormFound = draw(st.sampled_from(forms()))
        pairs, many, path = one.valid(), one.multipart, one.path
        who = one.who if draw(st.integers(0, 3)) else draw(st.sampled_from(WHO))
        if draw(st.integers(0, 5)) == 0 and (real := real_template(one.template)):
            path = draw(addresses(here, real))
    found, raw = draw(spoiled(here, pairs, every_name()))
    return who, path, found, raw, many


def real_template(spelled: str) -> str:
    return next((path for path, ways in schema()["paths"].items() if "post" in ways and plain(path) == spelled), "")


def judge(answer: Any, who: str, head: bool = False) -> None:
    """What holds for every answer: none is our own fault, a refusal is a Chinese sentence, nothing foreign is seen."""
    told = answer.request.url.path == "/healthz" and answer.status_code == 503  # that is what it is for
    assert answer.status_code < 500 or told, (answer.request.method, str(answer.url), answer.text[-500:])
    text = answer.text if "zip" not in answer.headers.get("content-type", "") else ""
    if answer.status_code >= 400 and not head:
        assert HAN.search(text), (answer.status_code, text[:200])
    assert "Traceback" not in text
    assert FOREIGN not in text, text[max(0, text.find(FOREIGN) - 300): text.find(FOREIGN) + 100]
    if who == NOBODY and not head:
        assert answer.status_code != 200 or "登录" in text or "督办" in text


def foreign_rows(here: World) -> dict[str, Any]:
    """Every row that belongs to the foreign office."""
    keys = {key.replace("-", "") for found in here.keys["foreign"].values() for key in found}
    return {name: [row for row in rows if keys & {one for one in row if isinstance(one, str)}]
            for name, rows in here.rows().items() if name not in ("event", "chainhead")}


