"""Files are opened in one place: by path or from the library, UTF-8, not too large."""

import hashlib
from pathlib import Path

import pytest

from models.base import Rejected
from plans import text
from plans.text import library, read_source, source_of


def test_a_shipped_plan_is_found_by_its_name_with_or_without_its_ending() -> None:
    assert "puyang-2020" in library()
    assert read_source("puyang-2020") == read_source("puyang-2020.yaml")


def test_the_digest_is_the_hash_of_the_file_as_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffformat: 1\n".encode())
    source = read_source(path)
    assert source.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.text == "format: 1\n"


def test_a_missing_file_is_refused_with_what_the_library_has() -> None:
    with pytest.raises(Rejected, match=r"没有找到方案文件“没有的”。库中有：.*puyang-2020"):
        read_source("没有的")


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("format: 1\ntitle: 方案\n".encode("gb18030"))
    with pytest.raises(Rejected, match="第2行：不是 UTF-8"):
        read_source(path)


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(text.LARGEST + 1)
    with pytest.raises(Rejected, match="超过2MB"):
        read_source(path)


@pytest.mark.parametrize("name", ["方案.docx", "清单.PDF", "表.xlsx"])
def test_an_issued_paper_is_no_plan_file(name: str) -> None:
    with pytest.raises(Rejected, match="印发的原件请先用 duban plan adopt 采用"):
        source_of(name, b"PK\x03\x04\xff\xfe")
