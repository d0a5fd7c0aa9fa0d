"""What helps people who change the project: files that editors and hosts read, licences, and the list of commands."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
ISSUES = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").iterdir())
HAN = re.compile(r"[\u4e00-\u9fff]")


def made(*argv: str, **env: str) -> str:
    given = {"PATH": "/usr/bin:/bin", **env}
    return subprocess.run(["make", "-s", *argv], cwd=ROOT, env=given, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "name", [".devcontainer/devcontainer.json", ".vscode/settings.json", ".vscode/extensions.json"]
)
def test_editors_can_read_their_files(name: str) -> None:
    found = json.loads((ROOT / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict) and found


def test_hooks_fetch_nothing_and_run_what_make_check_runs() -> None:
    found = YAML(typ="safe").load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repo["repo"] for repo in found["repos"]] == ["local"]
    hooks = found["repos"][0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    check = re.search(r"^check:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert check is not None
    ran = [line.strip().replace("$(BIN)", ".venv/bin").removesuffix(" .") for line in check[1].splitlines()]
    assert [hook["entry"].removesuffix(" --force-exclude") for hook in hooks] == ran


def test_every_line_of_editorconfig_is_a_section_or_a_value() -> None:
    lines = (ROOT / ".editorconfig").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "root = true"
    assert [line for line in lines if line and not re.fullmatch(r"#.*|\[[^]]+\]|[a-z_]+ = \S+", line)] == []


@pytest.mark.parametrize("path", ISSUES, ids=lambda path: path.stem)
def test_an_issue_begins_in_chinese_and_asks_for_no_secrets(path: Path) -> None:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    found = YAML(typ="safe").load(front)
    assert HAN.match(found["name"]) and HAN.match(found["about"]) and "title" in found
    assert HAN.search(body) and len(body.splitlines()) < 30


def test_the_pull_request_names_commands_that_are_there() -> None:
    text = (ROOT / ".github" / "PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)", text))
    assert named == {"check", "test", "words", "new-decision"} and HAN.search(text.splitlines()[0])


def test_nobody_owns_code_here() -> None:
    lines = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    assert lines and [line for line in lines if line and not line.startswith("#")] == []


def test_the_licence_is_whole_and_the_one_that_is_declared() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License\n" in text and "Version 2.0, January 2004" in text and "END OF TERMS AND CONDITIONS" in text
    assert len(text.splitlines()) > 200 and all(f"\n   {n}. " in text for n in range(1, 10))
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_notice_names_every_vendored_file_with_the_version_and_licence_that_are_listed() -> None:
    notice, folder = (ROOT / "NOTICE").read_text(encoding="utf-8"), ROOT / "web" / "static" / "vendor"
    listed = (folder / "VENDORED.md").read_text(encoding="utf-8")
    rows = re.findall(r"`(\S+)` \| .*?(\d+\.\d+\.\d+) \(.*?\), (MIT|0BSD|Apache-2\.0)", listed)
    assert {name for name, _, _ in rows} == {path.name for path in folder.iterdir()} - {"VENDORED.md"}
    words = {"MIT": "MIT License", "0BSD": "Zero-Clause BSD", "Apache-2.0": "Apache License 2.0"}
    for name, version, licence in rows:
        line = rf"^web/static/vendor/{re.escape(name)} — .* {re.escape(version)}, {words[licence]}"
        assert re.search(line, notice, re.MULTILINE), name


def test_make_help_lists_every_command() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)$", text, re.MULTILINE)
    assert phony is not None
    listed = [line.split()[0] for line in made("help").splitlines()]
    assert sorted(listed) == sorted(phony[1].replace("\\\n", " ").split())
    assert {"new-decision", "seed"} <= set(listed)


@pytest.mark.parametrize(("given", "there"), [({}, str(ROOT / "var-dev")), ({"DUBAN_HOME": "/srv/dev"}, "/srv/dev")])
def test_a_seeded_database_lies_apart_from_the_offices_own(given: dict[str, str], there: str) -> None:
    assert made("--eval", "where: ; @echo $(SEED_HOME)", "where", **given).strip() == there
