"""The next page of docs/decisions: numbered, named and with its headings."""

from pathlib import Path

import pytest

from upkeep.decision import NoTitle, new_decision


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs" / "decisions").mkdir(parents=True)
    (tmp_path / "docs" / "decisions" / "0007-seven.md").touch()
    return tmp_path


def test_it_follows_the_last_one_and_overwrites_none(project: Path) -> None:
    page = new_decision(project, "Wires tell the  truth（如实）")
    assert page.name == "0008-wires-tell-the-truth.md"
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# 8. Wires tell the truth（如实）\n") and "**Choice.**" in text and "**Why.**" in text
    with pytest.raises(NoTitle, match="已有同名"):
        new_decision(project, "Wires tell the truth")
    assert new_decision(project, "Another").name == "0009-another.md"


@pytest.mark.parametrize("title", ["", "  ", "如实", "——"])
def test_without_an_english_word_there_is_no_page(title: str, project: Path) -> None:
    with pytest.raises(NoTitle, match="英文题目"):
        new_decision(project, title)
    assert len(list((project / "docs" / "decisions").iterdir())) == 1
