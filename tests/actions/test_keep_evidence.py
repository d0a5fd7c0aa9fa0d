"""Files are judged by their bytes, kept under their hash, and never under the sender's name."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from actions import keep_evidence
from actions.keep_evidence import Upload, check_upload, keep, read, shown_name
from commands.office import People
from config.settings import settings
from models.base import Rejected
from models.database import transaction
from models.unit import Unit

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PDF = b"%PDF-1.7\n" + b"x" * 40


def archive(members: int = 1, each: int = 10) -> bytes:
    """A zip with so many members of so many zero bytes each."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for n in range(members):
            made.writestr(f"{n}.txt", b"\0" * each)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [("照片.PNG", PNG), ("报告.pdf", PDF), ("材料.zip", archive()), ("旧.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 20),
     ("说明.txt", "已整改".encode())],
)
def test_what_offices_send_is_taken(home, name: str, data: bytes) -> None:
    assert check_upload(Upload(name, data)) == name.rsplit(".", maxsplit=1)[-1].lower()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.pdf", b"", "空.pdf”是空文件"),
        ("脚本.exe", b"MZ\x90", "格式不在允许范围内"),
        ("网页.svg", b"<svg onload=alert(1)>", "格式不在允许范围内"),
        ("没有扩展名", PDF, "格式不在允许范围内"),
        ("改名.pdf", b"MZ\x90\0" * 20, "内容与扩展名不符"),
        ("改名.jpg", PNG, "内容与扩展名不符"),
        ("改名.txt", b"MZ\x90\0\0", "内容与扩展名不符"),
        ("双名.pdf.exe", PDF, "格式不在允许范围内"),
        ("残.zip", archive()[:-30], "已损坏"),
    ],
)
def test_what_is_empty_forbidden_renamed_or_broken_is_refused_by_name(home, name: str, data: bytes, words: str) -> None:
    with pytest.raises(Rejected, match=words):
        check_upload(Upload(name, data))


def test_a_file_one_byte_over_the_limit_is_refused_and_one_at_the_limit_taken(
    home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_EVIDENCE_MAX_MB", "1")
    settings.cache_clear()
    full = PDF + b"x" * (1024 * 1024 - len(PDF))
    check_upload(Upload("报告.pdf", full))
    with pytest.raises(Rejected, match="”超过1MB"):
        check_upload(Upload("报告.pdf", full + b"x"))


@pytest.mark.parametrize("name", ["材料.zip", "报告.docx", "表.xlsx", "公文.ofd"])
def test_a_zip_bomb_is_refused_before_anything_is_unpacked(home, name: str) -> None:
    bomb = archive(members=21, each=10 * 1024 * 1024)
    assert len(bomb) < 5 * 1024 * 1024
    with pytest.raises(Rejected, match="解开后过大"):
        check_upload(Upload(name, bomb))


def test_an_archive_of_thousands_of_files_is_refused(home) -> None:
    with pytest.raises(Rejected, match="所含文件过多"):
        check_upload(Upload("材料.zip", archive(members=keep_evidence.MOST_MEMBERS + 1, each=0)))


@given(st.text(max_size=300))
def test_a_shown_name_is_one_harmless_line_without_any_folder(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= 120
    assert len(shown.splitlines()) == 1
    assert not set(shown) & set("/\\\0\r\n\u202e\u200b")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("../../etc/passwd", "passwd"), ("C:\\桌面\\报告.pdf", "报告.pdf"), ("报告\u202efdp.exe", "报告fdp.exe"),
     ("..", ".."), ("  ", "未命名"), ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf")],
)
def test_tricks_in_a_name_are_undone(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def unit_of(session, people: People) -> Unit:
    unit = Unit(office_id=people.office_id, name="甲县")
    session.add(unit)
    session.flush()
    return unit


def test_a_file_lies_under_its_hash_and_is_noted_once(bind: Engine, people: People) -> None:
    with transaction(bind) as session:
        unit = unit_of(session, people)
        first = keep(session, people.office_id, unit.id, Upload("../../甲.pdf", PDF))
        assert keep(session, people.office_id, unit.id, Upload("乙.pdf", PDF)) is first
        files = [path for path in settings().evidence_dir.rglob("*") if path.is_file()]
        assert [path.name for path in files] == [first.sha256]
        assert (first.name, first.size, read(first)) == ("甲.pdf", len(PDF), PDF)


def test_a_file_changed_on_the_disk_is_noticed_when_it_is_read(bind: Engine, people: People) -> None:
    with transaction(bind) as session:
        row = keep(session, people.office_id, unit_of(session, people).id, Upload("甲.pdf", PDF))
        next(path for path in settings().evidence_dir.rglob("*") if path.is_file()).write_bytes(PDF + b"!")
        with pytest.raises(Rejected, match="与接收时的校验值不一致"):
            read(row)
