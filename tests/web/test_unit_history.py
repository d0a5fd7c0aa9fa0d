"""A unit's own acts, what it was sent, and its receipts: page by page, its own only."""

import hashlib
import re
from typing import Any

from actions.record import record
from models.database import transaction
from models.words import AssignmentKind

K = AssignmentKind
Door = Any
PROOF = b"proof of work"


def test_acts_are_shown_thirty_at_a_time(door: Door) -> None:
    with transaction(door.running.bind) as session:
        for n in range(65):
            unit = door.unit(session)
            record(session, door.running.speaks(session), "报送", n, door.running.cycle_id, unit.id, title=f"第{n}件")
    first, last = door.get("/history"), door.get("/history?page=3")
    assert "“第64件”" in first and "“第10件”" not in first and "更早的" in first
    assert "“第0件”" in last and "更早的" not in last and "较新的" in last
    pages = "".join(door.get(f"/history?page={n}") for n in (1, 2, 3))
    assert sorted(map(int, re.findall(r"“第(\d+)件”", pages))) == list(range(65))


def test_messages_show_day_channel_and_result(fixing: Door) -> None:
    page = fixing.get("/history")
    assert re.search(r"月\d+日.*站内发件箱 · 已发", page) or "站内发件箱 · 待发" in page
    assert "收到的通知" in page


def test_a_strange_cycle_or_page_shows_all_or_is_told(door: Door) -> None:
    assert "办理过程" in door.get("/history?cycle=nonsense")
    assert "办理过程" in door.get("/history?cycle=00000000-0000-4000-8000-000000000000&page=2")
    door.get("/history?page=0", 422)
    door.get("/history?page=x", 422)


def test_receipts_carry_the_whole_hash_of_what_was_sent(planned: Door) -> None:
    problem = planned.problem()
    files = {"files": ("会议纪要.txt", PROOF, "text/plain")}
    planned.post(f"/problem/{problem.id}/report", seen=str(problem.version), result="已改", files=files)
    digest = hashlib.sha256(PROOF).hexdigest()
    page = planned.get("/receipts")
    assert digest in page and f"回执号 {digest[:12]}" in page and f"问题{problem.no}" in page
    assert digest not in planned.neighbour().get("/receipts")


def test_what_was_sent_is_one_step_from_its_line_and_a_receipt_names_the_year(planned: Door) -> None:
    problem = planned.problem()
    files = {"files": ("会议纪要.txt", PROOF, "text/plain")}
    planned.post(f"/problem/{problem.id}/report", seen=str(problem.version), result="已改", files=files)
    page = planned.get("/history")
    for path in (f"/problem/{problem.id}", f"/item/{planned.item(K.RECT_PLAN)}"):
        assert f'href="/u/{planned.token}{path}"' in page
        planned.get(path)
    assert f"/problem/{planned.problem('别的单位的问题').id}" not in page
    receipt = planned.get("/receipts")
    assert "打印时间2020年8月27日" in receipt and "收到于2020年8月27日" in receipt
