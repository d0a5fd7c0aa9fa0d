"""One office looks into another: every address with every kind of our keys, as every role; nothing is seen or moved."""

from collections import Counter
from typing import Any

import pytest

from models.database import reading
from tests.hostile import offices as eyes
from tests.hostile.attack import fields_of
from tests.hostile.pages import schema, walk
from tests.hostile.world import World, forms
from web.doors import plain

MOST = 3  # keys of a table that are tried in one address
SHARED = {"/login", "/logout", "/language", "/k", "/healthz", "/livez", "/metrics", "/oidc/start", "/oidc/back"}
THIN = 0.9  # share of addresses with holes that must be walked with a real key of ours


@pytest.fixture
def ground(here: World) -> tuple[World, eyes.Prey, dict[str, Any]]:
    clients = eyes.signed_in(here)
    with reading() as session:
        ours, theirs = eyes.offices_of(session)
        return here, eyes.prey(session, ours, theirs), clients


def ours_now(here: World) -> dict[str, list[str]]:
    """Every row of ours, to see whether one moved; what is being used meanwhile says only that."""
    with reading() as session:
        ours, _ = eyes.offices_of(session)
        found: dict[str, list[str]] = {}
        for name, row in eyes.rows_of(session, ours):
            found.setdefault(name, []).append(repr(sorted((key, str(value)) for key, value in row.items())))
    return {name: sorted(rows) for name, rows in found.items() if name != "login"}


def told(path: str, answer: Any, prey: eyes.Prey) -> list[str]:
    kind = answer.headers.get("content-type", "")
    text = answer.text if kind.startswith(("text/", "application/json")) else ""
    return [f"{path}: {one[:60]}" for one in prey.seen_in(text, path)]


def test_every_hole_of_every_address_is_named() -> None:
    """A new address says which row stands in it, or the walk below would pass it by."""
    assert eyes.unnamed() == []


def test_no_page_shows_another_office_anything_whatever_key_it_is_asked_with(ground: Any) -> None:
    here, prey, clients = ground
    assert len(prey.texts) > 100 and sum(map(len, prey.keys.values())) > 500
    leaks, walked, bare = list[str](), Counter[str](), set[str]()
    for template, ways in schema()["paths"].items():
        if "get" not in ways or template in SHARED:
            continue
        for at in range(MOST if eyes.holes(template) else 1):
            path = eyes.filled(template, prey.keys, here.foreign_token, at)
            if path is None:
                bare.add(template)
                continue
            walked[template] += 1
            asked = {name: (prey.keys.get(eyes.QUERIES.get(name, "")) or [""])[0] for name in eyes.asked_of(template)}
            for role, client in clients.items():
                for query in ({}, {key: value for key, value in asked.items() if value}):
                    answer = client.get(path, params=query)
                    assert answer.status_code < 500, (path, role, query)
                    leaks += told(f"{path} {query}", answer, prey)
    assert sorted(set(leaks)) == []
    every = [path for path, ways in schema()["paths"].items() if "get" in ways and path not in SHARED]
    assert set(every) == set(walked) | bare
    with_holes = [path for path in every if set(eyes.holes(path)) - {"token"}]
    assert len(bare) <= (1 - THIN) * len(with_holes), sorted(bare)


def test_no_post_moves_another_office_whatever_key_it_is_sent_to(ground: Any) -> None:
    """Every address that posts, with our keys in it and our own forms' fields, as every role of the other office."""
    here, prey, clients = ground
    before, leaks, walked = ours_now(here), list[str](), set[str]()
    fields = {one.template: one for one in forms()}
    for template, ways in schema()["paths"].items():
        if "post" not in ways or template in SHARED or not eyes.holes(template):
            continue
        for at in range(MOST):
            path = eyes.filled(template, prey.keys, here.foreign_token, at)
            if path is None:
                continue
            walked.add(template)
            found = fields.get(plain(template))
            data = dict(found.valid()) if found else dict.fromkeys(fields_of(template), "1")
            for client in clients.values():
                answer = client.post(path, data=data)
                assert answer.status_code < 500, path
                leaks += told(path, answer, prey) if not found else []
    assert sorted(set(leaks)) == []
    after = ours_now(here)
    assert {name for name in before if before[name] != after.get(name)} == set()
    posts = [path for path, ways in schema()["paths"].items() if "post" in ways and set(eyes.holes(path)) - {"token"}]
    assert len(walked & set(posts)) >= THIN * len(posts), sorted(set(posts) - walked)


def test_no_form_can_be_filled_with_rows_of_another_office(ground: Any) -> None:
    """Their own forms with our keys in place of theirs, field by field: nothing of theirs points at a row of ours."""
    here, prey, clients = ground
    table_by_key = {key: name for name, keys in here.keys["foreign"].items() for key in keys}
    before, sent = ours_now(here), 0
    for role in ("head", "clerk"):
        _, found = walk(clients[role], role, "/")
        for one in found:
            if one.template in SHARED or "/sessions" in one.template or "/word" in one.template:
                continue
            for name, value in one.valid():
                table = table_by_key.get(value, "")
                if not prey.keys.get(table):
                    continue
                data = dict(one.valid()) | {name: prey.keys[table][0]}
                answer = clients[role].post(one.path, data=data)
                assert answer.status_code < 500, (one.path, name)
                assert prey.seen_in(answer.text, prey.keys[table][0]) == [], (one.path, name)
                sent += 1
    assert sent > 10
    assert {name for name, rows in ours_now(here).items() if rows != before.get(name)} == set()
    with reading() as session:
        assert eyes.crossing(session) == []


def test_the_world_itself_has_no_row_that_points_into_another_office(here: World) -> None:
    with reading() as session:
        assert eyes.crossing(session) == []
