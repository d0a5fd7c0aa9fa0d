"""Tests about the project itself: whose folders these are, who reads the clock, what pages may point at."""

import importlib
import re
import subprocess
import sys
from enum import Enum
from pathlib import Path

import pytest

from config.policy import Ladder, Policy
from config.settings import Settings
from models import paper_words, words
from models.base import Word

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("config", "models", "rules", "plans", "notifications", "papers", "actions", "flows", "web", "commands")
SOURCES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")) if "versions" not in path.parts]
PAGES = sorted((ROOT / "web" / "templates").rglob("*.html"))
OWN_STATIC = [path for path in (ROOT / "web" / "static").glob("*.*") if path.suffix != ".svg"]


@pytest.mark.parametrize("name", FOLDERS)
def test_the_package_that_is_imported_is_the_one_in_this_folder(name: str) -> None:
    found = importlib.import_module(name)
    assert Path(found.__file__).parent == ROOT / name


def test_only_the_clock_reads_the_time() -> None:
    reads = re.compile(r"datetime\.now|date\.today|pendulum\.now|pendulum\.today|time\.time\(|utcnow")
    found = [str(path.relative_to(ROOT)) for path in SOURCES if reads.search(path.read_text(encoding="utf-8"))]
    assert found == ["config/clock.py"]


def test_the_web_starts_without_prefect() -> None:
    code = "import sys, web.app; web.app.create_app(); sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_no_page_points_at_another_host() -> None:
    for path in [*PAGES, *OWN_STATIC]:
        assert not re.search(r"https?://(?!www\.w3\.org)", path.read_text(encoding="utf-8")), path


def test_no_page_carries_a_script_of_its_own() -> None:
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", text), path
        assert "|safe" not in text, path


def test_vendored_files_are_the_ones_listed() -> None:
    import hashlib

    folder = ROOT / "web" / "static" / "vendor"
    listed = dict(re.findall(r"`(\S+)` \| .* \| `([0-9a-f]{64})`", (folder / "VENDORED.md").read_text()))
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.suffix != ".md"}
    assert listed == found


def test_every_word_has_its_chinese_and_every_setting_is_explained() -> None:
    known = {**vars(words), **vars(paper_words)}.values()
    enums = [e for e in known if isinstance(e, type) and issubclass(e, Enum) and e is not Word]
    for member in (member for enum in enums for member in enum):
        assert re.search(r"[\u4e00-\u9fff]", member.label), member
    for model in (Settings, Ladder, Policy):
        for name, field in model.model_fields.items():
            assert field.description or name == "duty", f"{model.__name__}.{name}"


def test_every_module_opens_with_one_sentence() -> None:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert not text or text.startswith('"""'), path


def test_tests_mirror_the_folders() -> None:
    others = ("stories", "seeds", "browser", "hostile", "chaos", "newcomer", "upkeep", "__pycache__")
    for path in (ROOT / "tests").iterdir():
        if path.is_dir() and path.name not in others:
            assert path.name in FOLDERS, path


def test_locks_name_no_host_and_the_tree_no_machine() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert not re.search(r"https?://|--index-url|--find-links", (ROOT / name).read_text()), name


def test_what_the_papers_point_at_is_there() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))]
    near = [(page, link) for page, link in links if "://" not in link and not link.startswith("mailto:")]
    assert len(near) > 10
    assert [f"{page.name}: {link}" for page, link in near if not (page.parent / link).exists()] == []


def test_every_test_that_a_paper_names_is_there() -> None:
    text = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", text))
    assert len(named) > 15 and [name for name in sorted(named) if not (ROOT / name).exists()] == []
