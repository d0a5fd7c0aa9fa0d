"""A second word for a concept is found in names and papers, and only where it is ours."""

from pathlib import Path

import pytest

from upkeep.fault import ROOT
from upkeep.spelling import HEAD, misspelt, ruled_out


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "rules").mkdir()
    table = f"# 术语\n\n| 中文 | code |\n|---|---|\n| 完成时限 | due_on |\n\n{HEAD}| due date, agency | due_on |\n"
    (tmp_path / "docs" / "glossary.md").write_text(table, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("code", [
    "due_date = 1", "DUE_DATE = 1", "def of_due_dates(): ...", "class DueDate: ...", "def f(due_date): ...",
    "x.due_date = 1", "def f():\n    agencies = 1, 2", "async def agency(): ...", "DueDate: int = 1",
])
def test_a_name_of_ours_in_a_second_word_is_found(code: str, project: Path) -> None:
    (project / "rules" / "a.py").write_text(code)
    (fault,) = misspelt(project)
    assert fault.path == "rules/a.py" and "术语表里的词是“due_on”" in fault.what
    assert fault.line == code.count("\n") + 1


@pytest.mark.parametrize("code", [
    "due_on = 1", "x = paper.due_date", "f(due_date=1)", "overdue_dates = 1", "x = 'due date'", "import agency",
])
def test_what_others_named_and_what_only_resembles_it_is_left_alone(code: str, project: Path) -> None:
    (project / "rules" / "a.py").write_text(code)
    assert misspelt(project) == []


def test_the_name_of_a_file_counts(project: Path) -> None:
    (project / "rules" / "due_date.py").touch()
    assert [fault.path for fault in misspelt(project)] == ["rules/due_date.py"]


def test_a_paper_is_read_line_by_line_without_its_blocks_of_code(project: Path) -> None:
    (project / "docs" / "a.md").write_text("One.\nThe Due date moved.\n```\ndue_date\n```\n")
    (fault,) = misspelt(project)
    assert (fault.path, fault.line) == ("docs/a.md", 2)


def test_our_table_is_read_whole_and_nothing_of_ours_is_in_it() -> None:
    table = ruled_out(ROOT)
    rows = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").partition(HEAD)[2].strip().splitlines()
    assert len(rows) >= 25 and len(set(table.values())) == len(rows), "a row that cannot be read rules nothing out"
    assert table["due date"] == "due_on" and "but" not in table.values()
    assert [str(fault) for fault in misspelt(ROOT)] == []
