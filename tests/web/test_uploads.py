"""Files sent piece by piece: they go on where they broke off, nobody else can take them, and no form loses them."""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from httpx import Response

from actions import stage_file
from config.settings import settings
from models.database import transaction
from models.submission import Evidence, StagedFile, Submission
from models.words import AssignmentKind

K = AssignmentKind
Door = Any
PDF = b"%PDF-1.4\n" + b"x" * 600_000
PIECE = {"Content-Type": "application/offset+octet-stream"}


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def begin(door: Door, place: str, name: str, size: int) -> Response:
    said = {"Upload-Length": str(size), "Upload-Metadata": f"filename {b64(name)},place {b64(place)}"}
    return door.client.post(f"/u/{door.token}/files", headers={**said, "Tus-Resumable": "1.0.0"})


def piece(door: Door, path: str, offset: int, data: bytes) -> Response:
    return door.client.patch(path, content=data, headers={**PIECE, "Upload-Offset": str(offset)})


def sent(door: Door, place: str, name: str = "照片.pdf", data: bytes = PDF) -> str:
    """A whole file sent in two pieces; its key."""
    path = begin(door, place, name, len(data)).headers["location"]
    half = len(data) // 2
    assert piece(door, path, 0, data[:half]).status_code == 204
    answer = piece(door, path, half, data[half:])
    assert answer.status_code == 204, answer.text
    assert answer.headers["upload-receipt"] == hashlib.sha256(data).hexdigest()[:12]
    return path.rsplit("/", 1)[1]


@pytest.fixture
def place(door: Door) -> str:
    return f"item-{door.item(K.SELF_CHECK_REPORT)}"


def report(door: Door, status: int = 303, **more: Any) -> str:
    item = door.item(K.SELF_CHECK_REPORT)
    return door.post(f"/item/{item}", status, **{"body": "报告", "nonce": "n1", "problem-1-title": "一", **more})


def partial() -> list[str]:
    return sorted(path.name for path in (settings().evidence_dir / "partial").glob("*"))


def test_a_file_goes_on_where_it_broke_off(door: Door, place: str) -> None:
    made = begin(door, place, "材料.pdf", len(PDF))
    path = made.headers["location"]
    assert made.status_code == 201 and made.headers["tus-resumable"] == "1.0.0"
    assert piece(door, path, 0, PDF[:100_000]).headers["upload-offset"] == "100000"
    far = door.client.head(path)
    assert (far.headers["upload-offset"], far.headers["upload-length"]) == ("100000", str(len(PDF)))
    for wrong in (0, 99_999, 100_001):
        assert piece(door, path, wrong, b"y" * 10).status_code == 409
    assert piece(door, path, 100_000, PDF[100_000:]).status_code == 204
    page = report(door, staged=path.rsplit("/", 1)[1])
    assert "材料.pdf" in page and hashlib.sha256(PDF).hexdigest()[:12] in page
    assert not door.all(StagedFile) and not partial()
    row = door.all(Evidence)[0]
    assert (row.size, row.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())


def test_pieces_for_one_place_at_the_same_moment_are_taken_once(door: Door, place: str) -> None:
    path = begin(door, place, "材料.pdf", len(PDF)).headers["location"]
    with ThreadPoolExecutor(4) as at_once:
        answers = list(at_once.map(lambda _n: piece(door, path, 0, PDF[:200_000]).status_code, range(4)))
    assert sorted(answers) == [204, 409, 409, 409]
    assert piece(door, path, 200_000, PDF[200_000:]).headers["upload-receipt"] == hashlib.sha256(PDF).hexdigest()[:12]


def test_what_the_protocol_asks_for(door: Door, place: str) -> None:
    able = door.client.options(f"/u/{door.token}/files").headers
    assert able["tus-version"] == "1.0.0" and able["tus-extension"] == "creation,termination"
    path = begin(door, place, "材料.pdf", 10).headers["location"]
    assert door.client.patch(path, content=b"x", headers={"Upload-Offset": "0"}).status_code == 415
    assert door.client.patch(path, content=b"x", headers={**PIECE, "Upload-Offset": "-1"}).status_code == 400
    assert piece(door, path, 0, b"x" * 11).status_code == 422
    assert begin(door, place, "材料.pdf", 1).status_code == 201
    bad = {"Upload-Length": "10", "Upload-Metadata": "filename ???,place x"}
    assert door.client.post(f"/u/{door.token}/files", headers=bad).status_code == 422
    assert door.client.delete(path).status_code == 204
    assert door.client.head(path).status_code == 404 and door.client.delete(path).status_code == 404


def test_a_post_from_another_site_begins_nothing(door: Door, place: str) -> None:
    said = {"Upload-Length": "9", "Upload-Metadata": f"filename {b64('a.txt')},place {b64(place)}"}
    answer = door.client.post(f"/u/{door.token}/files", headers={**said, "Origin": "http://elsewhere.invalid"})
    assert answer.status_code == 403 and not door.all(StagedFile)


@pytest.mark.parametrize(("name", "data", "words"), [
    ("程序.exe", b"MZ\x90\0", "格式不在允许范围内"), ("无扩展名", b"text", "格式不在允许范围内"),
    ("改名的程序.pdf", b"MZ\x90\0" * 100, "内容与扩展名不符"), ("坏的.zip", b"PK\x03\x04" + b"0" * 90, "已损坏"),
])
def test_a_file_of_the_wrong_kind_is_told_and_does_not_stay(
    door: Door, place: str, name: str, data: bytes, words: str
) -> None:
    answer = begin(door, place, name, len(data))
    if answer.status_code == 201:
        answer = piece(door, answer.headers["location"], 0, data)
    assert answer.status_code == 422 and words in answer.text and name in answer.text
    assert not door.all(StagedFile) and not partial()


def test_an_empty_and_a_too_large_file_are_told_before_a_byte_is_sent(door: Door, place: str) -> None:
    assert "“空.pdf”是空文件" in begin(door, place, "空.pdf", 0).text
    assert "超过20MB" in begin(door, place, "大.pdf", 20 * 1024 * 1024 + 1).text
    assert begin(door, place, "刚好.jpg", 20 * 1024 * 1024).status_code == 201


def test_names_of_every_script_are_kept(door: Door, place: str) -> None:
    for name in ("𠮷村㐂事📷.pdf", "龘靐齉 现场 照片（1）.pdf", f"{'很长的名称' * 40}.pdf"):
        sent(door, place, name, PDF + name.encode())
    page = door.get(f"/item/{place.removeprefix('item-')}")
    assert "𠮷村㐂事📷.pdf" in page and "龘靐齉 现场 照片（1）.pdf" in page
    assert [row.name[-4:] for row in door.all(StagedFile)] == [".pdf"] * 3
    assert all(len(row.name) <= 120 for row in door.all(StagedFile))


def test_zips_with_old_names_are_taken_and_with_broken_ones_told(door: Door, place: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("xxxx.txt", "text")
    old = made.getvalue().replace(b"xxxx", "纪要".encode("gb18030"))
    sent(door, place, "老压缩包.zip", old)
    flagged = bytearray(old)
    for mark, place_of_flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        flagged[flagged.index(mark) + place_of_flags + 1] |= 0x08
    path = begin(door, place, "乱码.zip", len(flagged)).headers["location"]
    assert "文件名编码不规范" in piece(door, path, 0, bytes(flagged)).text


def test_a_refused_form_keeps_its_files(door: Door, place: str) -> None:
    key = sent(door, place)
    page = report(door, 422, staged=key, **{"problem-1-title": ""})
    assert f'value="{key}" checked' in page and "不用重新上传" in page
    report(door, staged=key)
    assert len(door.all(Evidence)) == 1 and not door.all(StagedFile)


def test_without_a_script_a_refused_form_keeps_its_files_too(door: Door, place: str) -> None:
    item = place.removeprefix("item-")
    files = [("files", ("甲.pdf", PDF)), ("files", ("坏.exe", b"MZ"))]
    page = door.post(f"/item/{item}", 422, files=files, body="报告", nonce="n1", **{"problem-1-title": "一"})
    assert "坏.exe" in page and not door.all(Evidence)
    key = str(door.all(StagedFile)[0].id)
    assert f'value="{key}" checked' in page
    assert "甲.pdf" in report(door, staged=key)


def test_an_unticked_file_is_not_sent_and_stays_unticked(door: Door, place: str) -> None:
    first, second = sent(door, place), sent(door, place, "另一份.pdf", PDF + b"2")
    page = report(door, 422, staged=first, **{"problem-1-title": ""})
    assert f'value="{first}" checked' in page and f'value="{second}" checked' not in page
    report(door, staged=first)
    assert [row.name for row in door.all(Evidence)] == ["照片.pdf"]


def test_a_second_click_finds_the_first_and_its_files(door: Door, place: str) -> None:
    key = sent(door, place)
    for _ in range(2):
        assert "已报送" in report(door, staged=key)
    assert len(door.all(Submission)) == len(door.all(Evidence)) == 1


def test_a_file_not_yet_whole_is_not_handed_in(door: Door, place: str) -> None:
    path = begin(door, place, "半份.pdf", len(PDF)).headers["location"]
    piece(door, path, 0, PDF[:1000])
    page = report(door, 422, staged=path.rsplit("/", 1)[1])
    assert "还没有传完" in page and "请再选一次同一文件" in page and not door.all(Submission)


def test_no_other_unit_and_no_other_form_can_take_a_file(planned: Door) -> None:
    other, place = planned.neighbour(), f"problem-{planned.problem().id}"
    assert begin(other, place, "a.pdf", 9).status_code == 404
    key = sent(planned, place)
    path = f"/u/{other.token}/files/{key}"
    assert other.client.head(path).status_code == 404 and other.client.delete(path).status_code == 404
    assert piece(other, path, 0, b"x").status_code == 404
    theirs = other.item(K.SELF_CHECK_REPORT)
    stolen = {"body": "报告", "nonce": "n", "problem-1-title": "一", "staged": key}
    assert "已移除或已过期" in other.post(f"/item/{theirs}", 422, **stolen)
    mine = planned.item(K.SELF_CHECK_REPORT)
    assert "不是在本页上传的" in planned.post(f"/item/{mine}", 422, **stolen)
    assert "照片.pdf" in planned.get(f"/problem/{planned.problem().id}")
    assert "照片.pdf" not in planned.get(f"/item/{mine}")
    assert not planned.all(Evidence) and len(planned.all(StagedFile)) == 1


def test_a_unit_cannot_fill_the_disk(door: Door, place: str) -> None:
    for n in range(20):
        assert begin(door, place, f"{n}.jpg", 20 * 1024 * 1024).status_code == 201
    assert "请先提交或移除" in begin(door, place, "再来.jpg", 1024).text
    for row in door.all(StagedFile):
        assert door.client.delete(f"/u/{door.token}/files/{row.id}").status_code == 204
    for n in range(stage_file.MOST_FILES):
        assert begin(door, place, f"{n}.jpg", 1).status_code == 201
    assert begin(door, place, "再来.jpg", 1).status_code == 422


def test_what_was_never_handed_in_goes_after_a_week(
    door: Door, place: str, today: Callable[[date], None]
) -> None:
    sent(door, place)
    for day, left in ((date(2020, 8, 9), 1), (date(2020, 8, 11), 0)):
        today(day)
        with transaction(door.running.bind) as session:
            stage_file.clear_stale(session)
        assert len(door.all(StagedFile)) == left
    path = settings().evidence_dir / "partial"
    assert len(list(path.glob("*"))) == 1  # younger than a week by the disk's own clock


def test_bytes_that_were_lost_are_not_taken_for_zeros(door: Door, place: str) -> None:
    path = begin(door, place, "材料.pdf", len(PDF)).headers["location"]
    piece(door, path, 0, PDF[:100_000])
    (settings().evidence_dir / "partial" / partial()[0]).unlink()
    answer = piece(door, path, 100_000, PDF[100_000:])
    assert answer.status_code == 422 and "已丢失" in answer.text


def test_earlier_material_answers_again_without_new_bytes(planned: Door) -> None:
    first, second = planned.problem("档案缺失"), planned.problem("学法次数不足")
    files = {"files": ("台账.pdf", PDF)}
    planned.post(f"/problem/{first.id}/report", seen=str(first.version), result="已补齐", files=files)
    page = planned.get(f"/problem/{second.id}")
    key = re.search(r'name="reuse" value="([^"]+)"', page)
    assert "从以前报送的材料中选择（1个）" in page and key
    refused = planned.post(f"/problem/{second.id}/report", 422, seen=str(second.version), result="", reuse=key[1])
    assert f'value="{key[1]}" checked' in refused
    page = planned.post(f"/problem/{second.id}/report", seen=str(second.version), result="已学", reuse=key[1])
    assert "沿用以前报送的材料" in page
    old, new = sorted(planned.all(Evidence), key=lambda row: row.sent_at)
    assert (new.reused_from, new.sha256, new.problem_id) == (old.id, old.sha256, second.id)
    other = replace(planned.neighbour())
    assert "从以前报送" not in other.get(f"/item/{other.item(K.SELF_CHECK_REPORT)}")
    theirs = {"body": "报", "nonce": "n", "problem-1-title": "一", "reuse": key[1]}
    assert "已找不到" in other.post(f"/item/{other.item(K.SELF_CHECK_REPORT)}", 422, **theirs)


def test_the_same_proof_alone_is_not_enough_after_a_return(planned: Door) -> None:
    from actions import rectify
    from models.problem import Problem
    from models.words import Move

    problem = planned.problem()
    path = f"/problem/{problem.id}/report"
    planned.post(path, seen=str(problem.version), result="已改", files={"files": ("证.pdf", PDF)})
    with transaction(planned.running.bind) as session:
        row = session.get_one(Problem, problem.id)
        acting = rectify.Acting(Move.RETURN, row.version, "看不清")
        rectify.move_problem(session, planned.running.actor("jingban"), row, acting)
    key, seen = str(planned.all(Evidence)[0].id), str(planned.problem().version)
    assert "须补充佐证材料" in planned.post(path, 422, seen=seen, result="再报", reuse=key)
