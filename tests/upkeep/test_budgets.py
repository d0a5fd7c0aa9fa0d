"""Sizes are told and never fail."""

from pathlib import Path

import pytest

from upkeep import __main__ as command
from upkeep.budgets import beyond


def big(root: Path) -> Path:
    (root / "rules").mkdir()
    (root / "rules" / "long.py").write_text("x = 1\n" * 251)
    (root / "rules" / "deep.py").write_text("def work():\n" + "    x = 1\n" * 50 + "\n\ndef small():\n    x = 1\n")
    return root


def test_what_is_beyond_a_budget_is_listed_with_its_size(tmp_path: Path) -> None:
    assert beyond(big(tmp_path)) == [
        "超过250行的文件：1个", "  251 rules/long.py", "超过50行的函数：1个", "  51 rules/deep.py:work",
    ]


def test_it_warns_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    root = big(tmp_path)
    (root / "docs").mkdir()
    (root / "docs" / "glossary.md").write_text("| not | but |\n|---|---|\n| agency | unit |\n")
    monkeypatch.setattr(command, "ROOT", root)
    assert command.main() == 0
    assert "251 rules/long.py" in capsys.readouterr().out
    (root / "docs" / "a.md").write_text("[gone](b.md)\nan agency\n")
    assert command.main() == 1
    said = capsys.readouterr().out
    assert "docs/a.md:1: “b.md”指向的文件不存在" in said and "docs/a.md:2: “agency”" in said and "2处须改" in said
