"""Files sent in (R19): refused with a sentence or kept inert under their hash; no name reaches the disk.

Readers of plans: tests/plans/opening/test_hostile.py; sending piece by piece: tests/web/test_uploads.py.
"""

import hashlib
import io
import re
import struct
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from actions.keep_evidence import KINDS, LONGEST_NAME, MOST_MEMBERS, Upload, check_upload, keep, shown_name
from bench.readings.hostile_files import ALL
from models.base import Rejected
from models.database import transaction
from models.unit import Unit
from tests.hostile.test_bodies import peak
from tests.hostile.world import World, cases, forms
from tests.plans.opening.makers import as_docx, as_xlsx
from web.literals import HAN

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF, PNG = b"%PDF-1.4\n%%EOF", b"\x89PNG\r\n\x1a\n" + b"\0" * 20
TABLE = [["甲", "乙"]]
MB = 1024 * 1024
NAMES = ("../../etc/passwd.txt", "..\\..\\windows\\win.txt", "/etc/cron.d/x.txt", "C:\\a\\b.txt", "a\0b.txt",
         "a\r\nb.txt", "\u202etxt.exe.txt", "甲" * 85 + ".txt", "甲" * 4000 + ".txt", "con.txt", ".txt",
         "…\u200b.txt", "a/../b.txt", "<img src=x onerror=alert(1)>.txt", "=1+1.txt", "𠮷村㐂.txt", "%2e%2e%2fa.txt",
         "\udcff.txt", "a;b\"c'd.txt", "..txt",
         "~root.txt", "$(id).txt", "`id`.txt", "|sh.txt", "a\u2028b.txt", "A" * 255 + ".txt", "📷" * 60 + ".txt")


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def crowd() -> bytes:
    """A directory that tells of a hundred thousand members."""
    return zipped({f"{n}": b"" for n in range(cases(3000, 100_000))}, zipfile.ZIP_STORED)


def lying() -> bytes:
    """Every header says a member is small; the directory's comment hides what comes after."""
    data = bytearray(zipped({"a.txt": b"\0" * (50 * MB)}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24:at + 28] = struct.pack("<I", 5)
    return bytes(data)


# name -> bytes and the words of the refusal; "" for what may be kept: nothing here ever opens or runs it
FILES: dict[str, tuple[Any, str]] = {
    "bomb.zip": (lambda: zipped({"a": b"\0" * (210 * MB)}), "解开后过大"),
    "crowd.zip": (crowd, "过多"), "lying.zip": (lying, ""),
    "nested.zip": (lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c": b"\0" * MB})})}), ""),
    "slip.zip": (lambda: zipped({"../../../tmp/x": b"1", "/etc/x": b"2", "C:\\x": b"3"}), ""),
    "polyglot.pdf": (lambda: PDF + zipped({"a": b"1"}), ""), "polyglot.png": (lambda: PNG + b"<script>", ""),
    "page.png": (lambda: b"<html><script>alert(1)</script>", "内容与扩展名不符"),
    "page.txt": (lambda: b"<html><script>alert(1)</script>", ""), "eicar.txt": (lambda: EICAR, ""),
    "eicar.com": (lambda: EICAR, "格式不在允许范围内"), "run.pdf": (lambda: b"MZ" + b"\0" * 99, "内容与扩展名不符"),
    "cut.docx": (lambda: as_docx(TABLE)[:-400], "已损坏"), "cut.xlsx": (lambda: as_xlsx(TABLE)[:-300], "已损坏"),
    "cut.pdf": (lambda: PDF[:9], ""), "empty.docx": (lambda: b"", "空文件"),
    "wide.pdf": (lambda: PDF + b"x" * (20 * MB), "超过20MB"),
    "nul.txt": (lambda: b"a\0b", "内容与扩展名不符"), "x.svg": (lambda: b"<svg onload=alert(1)/>", "格式不在"),
    "x.html": (lambda: b"<script>", "格式不在"), "x.pdf.exe": (lambda: b"MZ", "格式不在"),
    "x": (lambda: b"1", "格式不在"),
    "x.pdf ": (lambda: PDF, ""), "x.PDF": (lambda: PDF, ""), "x.pdf.": (lambda: PDF, "格式不在"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_with_a_sentence_or_lies_inert(here: World, name: str) -> None:
    make, words = FILES[name]
    data, before = make(), peak()
    answer = send(here, name, data)
    if words:
        assert answer.status_code == 422 and words in answer.text, answer.text[:200]
    else:
        assert answer.status_code in (303, 422) and HAN.search(answer.text + "甲")
    assert peak() - before < 3 * 20 + 40  # megabytes: three times the limit of a file, and what the machine adds
    on_disk(here)


def send(here: World, name: str, data: bytes) -> Any:
    """Send a file with a report on a problem, as a browser would."""
    return here.client("unit").post(
        _unit_forms()[0], files={"files": (name, data)},
        data={"text": "说明", "body": "报告", "nonce": "n", "problem-1-title": "一", "result": "已改", "seen": "1"},
    )


def _unit_forms() -> list[str]:
    return [one.path for one in forms() if one.who == "unit" and any(field.kind == "file" for field in one.fields)]


def on_disk(here: World) -> None:
    """Every file under the data folder is called by a hash, a key or a name of ours."""
    ours = r"[0-9a-f]{2}|[0-9a-f]{64}|partial|[0-9a-f-]{36}|[0-9a-f]{32}-[0-9a-f]{64}"
    for path in (here.home / "evidence").rglob("*"):
        assert re.fullmatch(ours, path.name), path
        if path.is_file():
            assert path.stat().st_mode & 0o111 == 0


@pytest.mark.parametrize("name", NAMES)
def test_no_name_reaches_the_disk_or_leaves_a_page(here: World, name: str) -> None:
    shown = shown_name(name)
    assert len(shown) <= LONGEST_NAME and "/" not in shown and "\\" not in shown
    assert not [ch for ch in shown if ord(ch) < 32 or ch in "\u202e\u2028\u200b" or 0xD800 <= ord(ch) < 0xE000]
    with transaction() as session:
        unit = session.get_one(Unit, UUID(here.keys["ours"]["unit"][0]))
        row = keep(session, unit.office_id, unit.id, Upload(name if name.endswith(".txt") else name + ".txt", b"text"))
        assert row.sha256 == hashlib.sha256(b"text").hexdigest()
        key = row.id
    on_disk(here)
    client = here.client("head")
    got = client.get(f"/evidence/{key}")
    assert got.status_code == 200 and got.headers["content-type"].startswith("application/octet-stream")
    told = got.headers["content-disposition"]
    assert told.startswith("attachment") and told.isascii() and not re.search(r"[\r\n\0]", told)
    assert not list(Path(here.home).rglob("*passwd*")) and not list(Path(here.home).rglob("*.txt.txt"))


@pytest.mark.parametrize("name", sorted(ALL)[:cases(20, 999)])
def test_files_that_harm_readers_harm_nobody_as_material(name: str) -> None:
    try:
        assert check_upload(Upload(name, ALL[name]())) in KINDS
    except Rejected as refusal:
        assert HAN.search(str(refusal))

def test_a_million_names_in_a_directory_are_counted_not_read() -> None:
    data = b"PK\x03\x04" + b"PK\x01\x02" * (MOST_MEMBERS + 1)
    with pytest.raises(Rejected, match="过多"):
        check_upload(Upload("a.zip", data))
