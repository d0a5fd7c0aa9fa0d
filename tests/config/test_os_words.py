"""A file that cannot be opened is explained in Chinese."""

from pathlib import Path

import pytest

from config.os_words import why_not
from models.base import Rejected
from plans.text import bytes_of


def test_a_missing_file_is_told_without_english(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as told:
        bytes_of(tmp_path / "方案.docx", 10)
    assert str(told.value).endswith("方案.docx”：没有这个文件或文件夹。")


def test_what_has_no_words_stays_as_the_system_put_it() -> None:
    assert why_not(OSError(5, "Input/output error")) == "Input/output error"
    assert why_not(OSError("broken")) == "broken"
