"""Every form spoiled in every way (R20, R17): never our own fault, nothing foreign seen or changed, nothing lost."""

from typing import Any
from urllib.parse import quote_plus

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.attack import attacks, foreign_rows, judge
from tests.hostile.world import World, cases, renewed

CALM = list(HealthCheck)  # an example is a whole request; how long it takes is no property of ours


def post(here: World, who: str, path: str, pairs: list[tuple[str, str]], raw: bytes = b"", many: bool = False) -> Any:
    """Post pairs as they are, in parts or in one line, raw bytes at the end of the last."""
    client = here.client(who)
    if many:
        mark = b"ZzZ"
        parts = [b"--%b\r\nContent-Disposition: form-data; name=\"%b\"\r\n\r\n%b%b\r\n" % (
            mark, name.encode(errors="surrogatepass").replace(b'"', b"%22").replace(b"\r", b"").replace(b"\n", b""),
            value.encode(errors="surrogatepass"), raw if n == len(pairs) - 1 else b"",
        ) for n, (name, value) in enumerate(pairs)]
        body, kind = b"".join(parts) + b"--" + mark + b"--\r\n", "multipart/form-data; boundary=ZzZ"
    else:
        said = "&".join(f"{quote_plus(a, errors='replace')}={quote_plus(b, errors='replace')}" for a, b in pairs)
        body, kind = said.encode() + raw, "application/x-www-form-urlencoded"
    return client.post(path, content=body, headers={"Content-Type": kind})


def test_no_form_can_be_spoiled_into_a_fault_or_into_a_foreign_office(here: World) -> None:
    before = foreign_rows(here)

    @settings(max_examples=cases(250, 4000), suppress_health_check=CALM, deadline=None, database=None)
    @given(st.data())
    def spoil(data: st.DataObject) -> None:
        renewed(here)
        who, path, pairs, raw, many = data.draw(attacks(here))
        judge(post(here, who, path, pairs, raw, many), who)
        assert foreign_rows(here) == before

    spoil()
