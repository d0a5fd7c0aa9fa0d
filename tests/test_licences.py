"""What is locked is pinned by hash, and its licences are written down and known. No list of yanked or vulnerable
versions can be had without the internet: that part of an audit is done where there is one (docs/security.md)."""

import re

import pytest

from commands.licences import ABSENT, LOCKS, PAGE, ROOT, licence_of, lines, locked

KNOWN = re.compile(
    r"(MIT|BSD|Apache|ISC|PSF|CNRI|Mozilla Public License 2|MPL-2|Artistic|LGPL-(2\.1|3\.0)-only|dependency licenses)"
)
# weak copyleft: used unchanged, as libraries of their own, and may be exchanged; text-unidecode by its Artistic licence
WEAK = {"docxtpl", "psycopg", "psycopg-binary", "text-unidecode"}
UNSTATED = {"atheris": "Apache-2.0 by its LICENSE file", "axe-playwright-python": "MIT by its LICENSE file"}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_pinned_and_has_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert len(locked(name)) > 50
    assert {block.split("==")[0].lower().replace("_", "-") for block in blocks} == set(locked(name))
    for block in blocks:
        assert re.match(r"[A-Za-z0-9._-]+==\S+", block), block[:80]
        assert re.findall(r"--hash=sha256:[0-9a-f]{64}", block), block[:80]


def test_nothing_is_locked_from_a_path_an_address_or_a_branch() -> None:
    for name in LOCKS:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"^-e|@ |git\+|file:|https?:", text, re.MULTILINE), name


def test_the_page_of_licences_is_what_is_locked_today() -> None:
    page = PAGE.read_text(encoding="utf-8").splitlines()
    there = {line.rsplit("|", 2)[0] for line in page if line.startswith("| ")}
    assert {line.rsplit("|", 2)[0] for line in lines()} - there == set(), "run `make licences`"


def test_every_licence_is_one_somebody_has_looked_at() -> None:
    packages = {package for name in LOCKS for package in locked(name)}
    told = {package: licence_of(package) for package in packages}
    unknown = {package: said for package, said in told.items() if not KNOWN.search(said) and said != ABSENT}
    assert set(unknown) <= set(UNSTATED)
    assert {package for package, said in told.items() if "GPL" in said} <= WEAK


def test_what_runs_the_product_has_no_strong_copyleft() -> None:
    running = {package: licence_of(package) for package in locked("requirements.lock")}
    strong = {package for package, said in running.items() if re.search(r"AGPL|(?<!L)GPL", said)}
    assert strong <= {"text-unidecode"}, "its Artistic licence is the one we take"
