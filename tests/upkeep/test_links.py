"""Dead links are found, and only those."""

from pathlib import Path

import pytest

from upkeep.fault import ROOT
from upkeep.links import anchors, dead_links


def tree(root: Path, text: str) -> Path:
    """A small project with one paper, a picture and a second paper."""
    (root / "docs").mkdir()
    (root / "docs" / "a.md").write_text("# First part\n\n## 二、要求（试行）\n\n## First part\n", encoding="utf-8")
    (root / "docs" / "p.png").write_bytes(b"")
    (root / "README.md").write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(("text", "what"), [
    ("[a](docs/b.md)", "“docs/b.md”指向的文件不存在"),
    ("![p](docs/q.png)", "“docs/q.png”指向的文件不存在"),
    ("[![p](docs/q.png)](docs/a.md)", "“docs/q.png”指向的文件不存在"),
    ("[a](docs/a.md#second-part)", "“docs/a.md#second-part”指向的标题不存在"),
    ("# Here\n[a](#there)", "“#there”指向的标题不存在"),
    ('<img src="docs/q.png">', "“docs/q.png”指向的文件不存在"),
    ("[a]: docs/b.md", "“docs/b.md”指向的文件不存在"),
    ("[a](../outside.md)", "指到了项目之外"),
])
def test_a_link_that_leads_nowhere_is_named_with_its_line(text: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "outside.md").touch()
    (tmp_path / "project").mkdir()
    (fault,) = dead_links(tree(tmp_path / "project", f"# 题\n\n{text}\n"))
    assert fault.path == "README.md" and what in fault.what
    assert fault.line == 3 + text.count("\n")


@pytest.mark.parametrize("text", [
    "[a](docs/a.md) ![p](docs/p.png) [a](docs/a.md#first-part) [a](docs/a.md#first-part-1)",
    "[a](docs/a.md#二要求试行)", "[a](docs/a.md#%E4%BA%8C%E8%A6%81%E6%B1%82%E8%AF%95%E8%A1%8C)", "[docs](docs/)",
    "[a](https://example.org/b.md) [m](mailto:a@example.org)", "`[a](docs/b.md)`", "```\n[a](docs/b.md)\n```",
    "[a](docs/a.md \"a title\")",
])
def test_what_is_there_lies_elsewhere_or_is_code_is_left_alone(text: str, tmp_path: Path) -> None:
    assert dead_links(tree(tmp_path, f"{text}\n")) == []


def test_a_paper_below_docs_counts_from_its_own_folder(tmp_path: Path) -> None:
    root = tree(tmp_path, "")
    (root / "docs" / "deep").mkdir()
    (root / "docs" / "deep" / "c.md").write_text("[a](../a.md) [b](a.md)\n")
    assert [(fault.path, fault.line) for fault in dead_links(root)] == [("docs/deep/c.md", 1)]


def test_headings_in_code_are_none() -> None:
    text = '# One `two`\n```sh\n# three\n```\n## [Four](x.md)\n<a id="five"></a>'
    assert anchors(text) == {"one-two", "four", "five"}


def test_no_link_of_ours_is_dead() -> None:
    assert [str(fault) for fault in dead_links(ROOT)] == []
