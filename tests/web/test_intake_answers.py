"""歧义确认: what is answered to a question must fit it; what is refused stays typed, and nothing is saved."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from bench.readings.files import as_docx
from commands.office import People
from config import clock
from models.database import transaction
from models.intake import Intake
from tests.beginnings import WORD
from tests.one_app import the_app

LINES = ("某县人民政府办公室关于印发执法监督方案的通知", "某政办〔2024〕38号", "2024年1月5日", "一、实施步骤",
         "（一）组织筹备阶段（2024年X月X日前）。成立专班。", "（二）自查阶段（4月30日前）。自查。",
         "行政执法监督打分表", "责任人：县政府主要负责人")
ITEMS = [
    ("主要职责", "序号", "工作任务", "落实单位", "检查标准", "得分"),
    ("1.抓好统筹", "1", "研究监督。", "县政府办", "视情况打分", ""),
    ("1.抓好统筹", "2", "配齐人员。（5分）", "县司法局", "人员配齐得4分，未配齐不得分。", ""),
]
WEEKS = [("时间", "周次", "受监督单位"), ("2月", "第一周", "某县司法局"), ("2月", "第五周", "某县水利局")]


def paper() -> bytes:
    tables = [[list(row) for row in rows] for rows in (ITEMS, WEEKS)]
    return as_docx([*LINES, *(block for table in tables for block in (table, "附件"))])


@pytest.fixture
def desk(bind: Any, people: People) -> Iterator[tuple[TestClient, str, Any]]:
    clock.freeze(clock.at_time(date(2024, 7, 12), time(10)))
    client = TestClient(the_app())
    client.post("/login", data={"login": "jingban", "word": WORD})
    sent = client.post("/intake", files={"file": ("方案.docx", paper())}, follow_redirects=False)
    yield client, sent.headers["location"], bind
    clock.freeze(None)


def kept(bind: Any) -> dict[str, str]:
    with transaction(bind) as session:
        return session.exec(select(Intake)).one().answers["choices"]


SHEET = "县政府主要负责人"
ASKED = {
    "points": f"{SHEET}:1:points_missing", "mismatch": f"{SHEET}:2:points_mismatch", "day": "stage-1-date",
    "week": "weektable-表2第3行第1格-2-5",
}


@pytest.mark.parametrize(("key", "text", "said"), [
    ("points", "很多", "“很多”不是分值，请按“5分”的写法填写"),
    ("mismatch", "随便", "请在所列答复中选择：按分值5分；按分项合计4分"),
    ("day", "月底", "“月底”不是日期"), ("week", "月底", "“月底”不是周次，请按“3月第2周”的写法填写"),
])
def test_an_answer_that_does_not_fit_is_refused_and_stays_typed(
    desk: tuple[TestClient, str, Any], key: str, text: str, said: str
) -> None:
    client, at, bind = desk
    page = client.get(at).text
    assert f"c:{ASKED[key]}" in page or f"o:{ASKED[key]}" in page, quote(ASKED[key])
    answer = client.post(f"{at}/answers", data={f"o:{ASKED[key]}": text, "version": "1"}, follow_redirects=False)
    assert answer.status_code == 422 and said in answer.text
    assert kept(bind) == {}


@pytest.mark.parametrize(("key", "text", "seen"), [
    ("points", "6分", "1 张打分表"), ("day", "2024-03-10", "03-10"), ("week", "2月第4周", "2 个督察周次"),
])
def test_an_answer_that_fits_is_kept_and_changes_the_draft(
    desk: tuple[TestClient, str, Any], key: str, text: str, seen: str
) -> None:
    client, at, bind = desk
    answer = client.post(f"{at}/answers", data={f"o:{ASKED[key]}": text, "version": "1"}, follow_redirects=False)
    assert answer.status_code == 303 and kept(bind) == {ASKED[key]: text}
    assert seen.replace("03-10", "3月10日") in client.get(at).text
