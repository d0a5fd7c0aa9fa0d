"""Workbooks the office hands out: a snapshot of live data kept with its hash; made twice in a day, one draft."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.keep_evidence import Upload, store
from actions.paper import draft_paper, look, newest
from actions.record import Actor, allow, record
from config import clock
from models.base import Rejected
from models.paper import Paper
from models.paper_words import PaperKind, PaperState
from rules.roles import Act

K = PaperKind
NOTHING = {
    K.RECT_LEDGER: "本周期还没有登记问题，没有可生成的整改台账。",
    K.TASK_LEDGER: "本方案没有列出任务，没有可生成的任务台账。",
    K.SCORE_SHEET: "本次督察尚未打分，没有可生成的打分表。",
    K.PHONE_LIST: "目前没有逾期未签收的单位，无须电话联系。",
    K.PROOF: "尚未发出过这方面的通知，没有可出具的催办凭证。",
    K.BURDEN: "所选周期和时段内没有单位，没有可统计的负担情况。",
}
KINDS = list(NOTHING)
# said by the modules whose other words are the workbooks' own and stay Chinese
BOTH_FIRST = "两人独立打分尚未都交分，交分后才能生成打分表。"
NO_SUCH_SHEET = "本次督察没有这张打分表。"
ANOTHERS = "该事项不是此单位承办，不能出具凭证。"


def keep_workbook(
    session: Session, actor: Actor, kind: PaperKind, about: str, content: Mapping[str, Any], title: str, *,
    cycle_id: UUID | None = None, unit_id: UUID | None = None,
) -> Paper:
    """Today's snapshot about this matter, written and kept under its hash.

    The same data twice on one day is the same paper; other data of the same day replaces the draft, and what was
    handed out before stays in the history by its hash. Rejected when there is nothing to print.
    """
    allow(actor, Act.PAPER)
    if not any(content.get(key) for key in ("rows", "sheets")):
        raise Rejected(NOTHING[kind])
    plain = json.loads(json.dumps({**content, "made_on": clock.today().isoformat()}))
    subject = f"{about}:{clock.today()}"
    last = newest(session, actor.office_id, kind, subject)
    if last and last.state == PaperState.DRAFT and last.digest and (last.content, last.title) == (plain, title):
        return last
    paper = draft_paper(session, actor, kind, subject, plain, title=title, cycle_id=cycle_id, unit_id=unit_id)
    paper.digest = ""  # or the bytes of the snapshot before would be looked at
    data = look(session, paper)
    paper.digest, paper.size = store(Upload(f"{kind.label}.xlsx", data)), len(data)
    record(
        session, actor, f"生成{kind.label}", paper.id, cycle_id, unit_id, title=title, sha256=paper.digest,
    )
    return paper
