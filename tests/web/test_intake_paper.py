"""The paper on the desk shows what of it was read, so that what was not is seen."""

import re

from plans.document import Document, Line
from plans.reader import read_one
from tests.web.test_intake import Clerk, clerk, paper  # noqa: F401 (the fixture)
from web.intake_paper import of_head, taken_in

TEXT = ("某县法治督察工作方案", "为做好督察，制定本方案。", "一、工作步骤", "（一）自查阶段（2026年4月1日至4月10日）。",
        "（二）实地督察阶段（2026年5月6日至5月12日）。", "三、工作要求", "高度重视，密切配合。")


def test_lines_of_which_something_was_made_are_told_from_the_others() -> None:
    issued = read_one(Document("a.txt", "0", [Line(text, n) for n, text in enumerate(TEXT, 1)]))
    taken = taken_in(issued)
    assert {"l4", "l5"} <= taken and not {"l2", "l6", "l7"} & taken
    assert of_head(TEXT[0], issued.head) and not of_head(TEXT[1], issued.head) and not of_head("", issued.head)


def test_the_page_marks_rows_that_became_tasks(clerk: Clerk) -> None:  # noqa: F811
    page = clerk.get(clerk.send(paper()))
    rows = dict(re.findall(r'<tr id="(t1-\d)"([^>]*)>', page))
    assert {key for key, rest in rows.items() if "unread" in rest} == {"t1-1"}
    assert "灰色的没有读作任务" in page
