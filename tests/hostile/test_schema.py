"""Schemathesis over every route (R17): what FastAPI says of them, with the fields their forms tell, by everybody."""

import copy
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from tests.hostile.attack import judge, keys_for
from tests.hostile.pages import schema
from tests.hostile.test_forms import CALM
from tests.hostile.world import WHO, World, cases, forms, renewed
from web.doors import plain

FORM = "application/x-www-form-urlencoded"


def described(here: World) -> dict[str, Any]:
    """FastAPI's schema; our keys beside free ones in the addresses, and for raw forms what their pages send."""
    raw = copy.deepcopy(schema())
    told = {one.template: one for one in reversed(forms())}
    for path, ways in raw["paths"].items():
        for way, operation in ways.items():
            for one in operation.get("parameters", []):
                if one["in"] == "path":
                    real = [str(key) for key in keys_for(here, path, one["name"])]
                    one["schema"] = {"anyOf": [{"type": "string", "enum": real}, {"type": "string"}]}
            if way == "post" and "requestBody" not in operation:
                names = [field.name for field in told[plain(path)].fields] if plain(path) in told else []
                operation["requestBody"] = {"content": {kind: {"schema": {
                    "type": "object", "properties": {name: {"type": "string"} for name in names},
                }} for kind in (FORM, "multipart/form-data")}}
    return raw


def ask(here: World, case: Any, who: str) -> Any:
    """Send a case as this person; what no client can even write is left out."""
    told = case.as_transport_kwargs(base_url="http://testserver")
    known = {name: told[name] for name in ("method", "url", "params", "data", "json", "files") if name in told}
    headers = {name: value for name, value in told.get("headers", {}).items() if name.lower() != "cookie"}
    try:
        ready = requests.Request(**known, headers=headers).prepare()
    except (requests.RequestException, UnicodeError):
        reject()
    sent = {name: value for name, value in ready.headers.items() if name.lower() != "content-length"}
    return here.client(who).request(ready.method, ready.url, content=ready.body, headers=sent)


def test_no_case_of_any_route_is_our_own_fault_for_anybody(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.health.is_current", lambda: True)  # the database is made whole, not migrated
    found = schemathesis.openapi.from_dict(described(here))
    operations = [one.ok() for one in found.get_all_operations()]
    both = [one.as_strategy(mode) for one in operations for mode in GenerationMode]

    @settings(max_examples=cases(300, 3000), suppress_health_check=CALM, deadline=None, database=None)
    @given(st.one_of(both), st.sampled_from(WHO))
    def try_out(case: Any, who: str) -> None:
        renewed(here)
        answer = ask(here, case, who)
        judge(answer, who, head=case.method.upper() in ("HEAD", "OPTIONS"))

    try_out()
