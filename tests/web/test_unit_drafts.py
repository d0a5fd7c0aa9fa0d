"""Two people of one unit at one form: neither writes over the other unseen, and both drafts can be read."""

import re
from datetime import date
from typing import Any

from actions.self_check import mark_tasks
from config import clock
from models.database import transaction
from models.submission import Draft
from models.words import AssignmentKind

K = AssignmentKind
Door = Any


def keep(door: Door, form: str, seen: str | None, **fields: str) -> Any:
    more = {} if seen is None else {"draft_seen": seen}
    return door.client.post(f"/u/{door.token}/draft/{form}", data={**fields, **more})


def seen_on(page: str) -> str:
    return re.findall(r'name="draft_seen" value="([^"]*)"', page)[0]


def test_the_second_is_told_when_and_reads_both(door: Door) -> None:
    form = f"item-{door.item(K.SELF_CHECK_REPORT)}"
    blank = seen_on(door.get(f"/item/{form[5:]}"))
    assert blank == ""
    first = keep(door, form, blank, body="甲写的报告")
    assert first.status_code == 200
    second = keep(door, form, blank, body="乙写的报告")
    told = second.json()
    assert second.status_code == 409 and told["error"].startswith("10:00另有人保存了这份草稿")
    assert told["said"] == [["正文", "甲写的报告"]]
    assert door.all(Draft)[0].fields == {"body": "甲写的报告"}
    assert keep(door, form, told["seen"], body="乙写的报告").status_code == 200
    assert keep(door, form, first.headers["x-draft-seen"], body="甲接着写").status_code == 409


def test_ones_own_next_words_are_no_quarrel(door: Door) -> None:
    form = f"item-{door.item(K.SELF_CHECK_REPORT)}"
    seen = ""
    for words in ("一", "一二", "一二三", "一二三"):
        answer = keep(door, form, seen, body=words)
        assert answer.status_code == 200
        seen = answer.headers["x-draft-seen"]
    assert seen_on(door.get(f"/item/{form[5:]}")) == seen


def test_a_refused_form_does_not_write_over_a_colleague_either(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    keep(door, f"item-{item}", "", body="甲写的报告")
    page = door.post(f"/item/{item}", 422, body="乙写的报告", nonce="n", draft_seen="")
    assert "乙写的报告" in page and "10:00另有人保存了这份草稿" in page and "甲写的报告" in page
    assert door.all(Draft)[0].fields == {"body": "甲写的报告"}
    again = door.post(f"/item/{item}", 422, body="乙写的报告", nonce="n", draft_seen=seen_on(page))
    assert "另有人保存" not in again and door.all(Draft)[0].fields["body"] == "乙写的报告"


def test_scripts_and_rare_characters_in_a_draft_stay_words(door: Door) -> None:
    form, words = f"item-{door.item(K.SELF_CHECK_REPORT)}", "</textarea><script>alert(1)</script>𠮷㐂📷"
    with clock.jumped_to(clock.at_time(date(2020, 8, 4), clock.now().time())):
        assert keep(door, form, "", body=words).status_code == 200
    page = door.get(f"/item/{form[5:]}")
    assert "<script>alert" not in page and "𠮷㐂📷" in page and "&lt;script&gt;" in page


def test_marks_chosen_and_not_saved_are_there_again_and_go_with_the_saving(door: Door) -> None:
    path = f"/tasks/{door.running.cycle_id}"
    blank = seen_on(door.get(path))
    assert keep(door, path[1:].replace("/", "-"), blank, **{"mark-party:2": "未达标"}).status_code == 200
    page = door.get(path)
    assert '<option value="未达标" selected>' in page and "已载入草稿" in page
    assert '<option value="未达标" selected>' not in door.neighbour().get(path)
    saved = door.post(path, **{"mark-party:2": "达标"})
    assert '<option value="达标" selected>' in saved and "已载入草稿" not in saved and not door.all(Draft)
    assert keep(door, "tasks-00000000-0000-4000-8000-000000000000", "").status_code == 404


def test_a_mark_left_alone_in_a_draft_shows_what_was_marked_elsewhere_since(door: Door) -> None:
    cycle_id = door.running.cycle_id
    fields = {"mark-party:2": "", "mark-party:3": "未达标", "seen": "party:2=&party:3="}
    assert door.client.post(f"/u/{door.token}/draft/tasks-{cycle_id}", data=fields).status_code == 200
    with transaction(door.running.bind) as session:  # by the ledger sheet, say
        speaks, unit = door.running.speaks(session), door.unit(session)
        mark_tasks(session, speaks, cycle_id, unit.id, {"party:2": "部分达标"}, {"party:2": ""})
    page = door.get(f"/tasks/{cycle_id}")
    assert '<option value="部分达标" selected>' in page and '<option value="未达标" selected>' in page
