"""What docs/extend tells a newcomer to do is done once, in a copy of the project, with the very code of the guides."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.newcomer.fresh_copy import LEFT_OUT
from tests.newcomer.guide import DoesNotFit, Step, steps_of
from upkeep.fault import PRODUCT

ROOT = Path(__file__).resolve().parents[2]
GUIDES = {path.stem: path for path in sorted((ROOT / "docs" / "extend").glob("*.md")) if path.stem != "README"}
# tests of the project itself that ask whether everything was touched that must be
GUARDS = {
    "the copy": "tests/test_layout.py::test_the_package_that_is_imported_is_the_one_in_this_folder",
    "channel": "tests/notifications/test_channel.py",
    "stage": "tests/flows/test_prefect_yaml.py::test_both_deploy_the_same_flows_by_the_same_names_and_words",
    "words": "tests/test_words.py::test_the_catalogue_holds_exactly_the_words_there_are",
}
Outcome = dict[str, list[str]]


def steps(name: str) -> list[Step]:
    return steps_of(GUIDES[name].read_text(encoding="utf-8"))


def copy(to: Path) -> Path:
    shutil.copytree(ROOT, to, ignore=shutil.ignore_patterns(*LEFT_OUT, "screens"))
    return to


def outside() -> dict[str, str]:
    """The environment without what belongs to this run and this project."""
    mine = ("PYTEST", "DUBAN", "PREFECT", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which every guide was followed, one after the other."""
    root = copy(tmp_path_factory.mktemp("newcomer") / "duban")
    for name in GUIDES:
        for step in steps(name):
            step.apply(root)
    return root


@pytest.fixture(scope="module")
def outcome(followed: Path) -> Outcome:
    """Each file of tests that was run in the copy, with what went wrong in it: one process for all, to be quick."""
    own = [step.path for name in GUIDES for step in steps(name) if step.how == "new" and step.path.startswith("tests/")]
    report = followed / "report.xml"
    argv = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    ran = subprocess.run([*argv, *own, *GUARDS.values()], cwd=followed, env=outside(), capture_output=True, text=True,
                         check=False)
    assert report.exists(), ran.stdout[-3000:] + ran.stderr[-3000:]
    found: Outcome = {}
    for case in ElementTree.parse(report).iter("testcase"):
        path = case.get("classname", "").replace(".", "/") + ".py"
        found.setdefault(path, []).extend(
            f"{case.get('name')}: {bad.get('message')}" for bad in case if bad.tag in ("failure", "error", "skipped")
        )
    return found


def test_the_copy_is_what_was_tested_and_not_the_project_around_it(outcome: Outcome) -> None:
    """The guard compares `__file__` of every package with the folder of the copy."""
    assert outcome["tests/test_layout.py"] == []


@pytest.mark.parametrize("name", GUIDES)
def test_following_the_guide_makes_it_work(name: str, outcome: Outcome) -> None:
    written = [step.path for step in steps(name) if step.how == "new" and step.path.startswith("tests/")]
    assert written, "a guide ends with a test"
    guards = [GUARDS[name].partition("::")[0]] if name in GUARDS else []
    assert {path: outcome.get(path, ["was not run"]) for path in [*written, *guards]} == {
        path: [] for path in [*written, *guards]
    }


def test_every_word_the_guides_bring_has_its_english(outcome: Outcome) -> None:
    assert outcome["tests/test_words.py"] == []


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_needs_no_other_guide(name: str, tmp_path: Path) -> None:
    """Each fits the project as it is, and names a file by a path that a person can find."""
    for path in {step.path for step in steps(name) if step.how != "new"}:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, tmp_path / path)
    for step in steps(name):
        (tmp_path / step.path).parent.mkdir(parents=True, exist_ok=True)
        step.apply(tmp_path)


def test_what_the_guides_write_is_in_the_style_of_the_project(followed: Path) -> None:
    touched = sorted({step.path for name in GUIDES for step in steps(name) if step.path.endswith(".py")})
    argv = [sys.executable, "-m", "ruff", "check", *touched]
    ran = subprocess.run(argv, cwd=followed, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_the_index_names_every_guide_and_no_other() -> None:
    index = (ROOT / "docs" / "extend" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\((\w[\w-]*)\.md\)", index)) == set(GUIDES)
    assert len(GUIDES) == 5


@pytest.mark.parametrize("name", GUIDES)
def test_what_a_guide_names_is_there(name: str, followed: Path) -> None:
    """Files and folders it speaks of, and every name in its sentences, once it was followed."""
    text = GUIDES[name].read_text(encoding="utf-8")
    files = set(re.findall(r"\b(?:tests|plans|papers|flows|actions|rules|models)/[\w/.]*\w\b", text))
    assert files and [one for one in sorted(files) if not (followed / one).exists()] == []
    said = re.sub(r"^```.*?^```$|^[^\n]*[：:]$", "", text, flags=re.MULTILINE | re.DOTALL)
    code = "".join(path.read_text(encoding="utf-8") for folder in (*PRODUCT, "tests")
                   for path in (followed / folder).rglob("*.py") if "newcomer" not in path.parts)
    named = set(re.findall(r"`([A-Za-z_][\w]*)`", said))
    assert [one for one in sorted(named) if not re.search(rf"\b{one}\b", code)] == []


@pytest.mark.parametrize(("text", "says"), [
    ("In `a.py`, below the line `no = 1`:\n\n```python\nx = 1\n```\n", "0 lines"),
    ("In `a.py`, below the line `b = 2`:\n\n```python\nx = 1\n```\n", "2 lines"),
    ("In `c.py`, below the line `b = 2`:\n\n```python\nx = 1\n```\n", "no such file"),
    ("New file `a.py`:\n\n```python\nx = 1\n```\n", "there already"),
    ("Somewhere:\n\n```python\nx = 1\n```\n", "1 blocks of code, 0 with a place"),
])
def test_a_guide_that_does_not_fit_is_refused(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("a = 1\nb = 2\nb = 2\n")
    with pytest.raises(DoesNotFit, match=says):
        for step in steps_of(text):
            step.apply(tmp_path)


def test_a_line_is_put_below_or_instead_of_the_one_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("if a:\n    b = 2\n")
    below, instead = (Step("a.py", how, "b = 2", "    c = 3\n") for how in ("below", "instead of"))
    below.apply(tmp_path)
    assert (tmp_path / "a.py").read_text() == "if a:\n    b = 2\n    c = 3\n"
    instead.apply(tmp_path)
    assert (tmp_path / "a.py").read_text() == "if a:\n    c = 3\n    c = 3\n"
