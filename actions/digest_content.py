"""What a week or month came to, as plain data for a paper and as sentences for a mail."""

from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.cycle_figures import Row, day_words, standing_row
from config import clock
from models import digest_ledger as ledger
from models import leader_ledger, statistics
from models.cycle import Cycle
from models.desk_ledger import coming_limits
from models.digest_ledger import Due
from models.key_unit_ledger import waiting_key_units
from models.leader_ledger import Days
from models.paper_words import PaperKind
from models.statistics import Scope
from rules.digest import ONE, Span
from rules.escalation import RESTRICTED
from rules.paper import OWN_HAND
from rules.paper import RESTRICTED as RESTRICTED_KINDS

NAMED = 10  # how many of a list are named; the rest is counted
CHANGES = {
    "found": "新发现问题{}个", "closed": "销号{}个", "finished": "办结事项{}项", "letters": "印发反馈意见{}份",
    "extended": "批准延期{}件", "steps": "批准督办措施{}件",
}


def digest_content(session: Session, office_id: UUID, span: Span) -> dict[str, Any]:
    """The figures of a period, as of now; `lines` say them in sentences, one alone when there was nothing."""
    scope = ledger.scope_between(session, office_id, span.first, span.last, clock.today())
    due = ledger.due_between(session, scope, span.first, span.last)
    told = leader_ledger.changes(session, office_id, Days(span.first, span.last))
    found: dict[str, Any] = {
        "period": span.words, "word": span.word, "next_word": span.next_word, "due": vars(due), "changes": told,
        "cycles": _cycles(session, scope), "late": _late(session, scope, span),
        "decisions": _decisions(session, office_id), "ahead": _ahead(session, office_id, span),
        "burden": _burden(session, scope, span), "as_of": day_words(clock.today()),
    }
    found["lines"] = _lines(found, due, span)
    return found


def _cycles(session: Session, scope: Scope) -> list[Row]:
    found = statistics.by_cycle(session, scope)
    return [standing_row(session.get_one(Cycle, key).title, found[key]) for key in scope.cycles if key in found]


def _late(session: Session, scope: Scope, span: Span) -> list[Row]:
    rows = ledger.still_owed(session, scope, span.first, span.last)
    return [{"unit": unit.name, "title": item.title, "due": day_words(item.due_on)} for item, unit in rows]


def _decisions(session: Session, office_id: UUID) -> list[Row]:
    """What waits for a head or leader now; referrals are not spoken of in a mail."""
    drafts = leader_ledger.drafts_of(session, office_id, clock.today())
    asked = leader_ledger.asked_extensions(session, office_id)
    papers = ledger.papers_to_sign(session, office_id, frozenset(PaperKind) - OWN_HAND - RESTRICTED_KINDS)
    return [
        *({"what": row.step.label, "about": unit.name} for row, unit, _ in drafts if row.step not in RESTRICTED),
        *({"what": "延期", "about": f"{unit.name}：{item.title}"} for _, unit, item in asked),
        *({"what": "重点督导对象", "about": unit.name} for _, unit in waiting_key_units(session, office_id)),
        *({"what": "签发", "about": paper.title} for paper in papers),
    ]


def _ahead(session: Session, office_id: UUID, span: Span) -> list[Row]:
    rows = coming_limits(session, office_id, span.last + ONE, span.ahead)
    return [
        {"day": day_words(row.day), "title": row.title if row.count == 1 else f"{row.kind.label}等{row.count}项",
         "units": row.units, "count": row.count, "cycle": row.cycle.title}
        for row in rows
    ]


def _burden(session: Session, scope: Scope, span: Span) -> list[Row]:
    rows = ledger.burden_between(session, scope, span.first, span.last)
    return [{"unit": unit.name, "messages": messages, "asks": asks} for unit, messages, asks in rows]


def _lines(found: dict[str, Any], due: Due, span: Span) -> list[str]:
    """The digest in sentences; what is nought is not spoken of."""
    said = [
        _due_words(due, span.word),
        _joined(span.word, [CHANGES[key].format(n) for key, n in found["changes"].items() if n]),
        _named("逾期未办：", [f"{row['unit']}“{row['title']}”" for row in found["late"]]),
        _named("等待决定：", [f"{row['what']}（{row['about']}）" for row in found["decisions"]]),
        _named(f"{span.next_word}到期：", [
            f"{row['day']}{row['title']}（{row['units']}个单位）" if row["units"] else f"{row['day']}{row['title']}"
            for row in found["ahead"]
        ]),
        _burden_words(found["burden"], span.word),
    ]
    return [line for line in said if line] or [
        f"{span.word}没有到期、办结和新发现的事项，没有待决定的事项，{span.next_word}没有到期的事项。"
    ]


def _due_words(due: Due, word: str) -> str:
    if not due.total:
        return ""
    parts = {"按时": due.on_time, "逾期报送": due.late, "逾期未办": due.owed}
    return f"{word}到期{due.total}项，其中" + "、".join(f"{name}{n}项" for name, n in parts.items()) + "。"


def _joined(head: str, parts: list[str]) -> str:
    return f"{head}{'，'.join(parts)}。" if parts else ""


def _named(head: str, parts: list[str]) -> str:
    more = f"等{len(parts)}件" if len(parts) > NAMED else ""
    return f"{head}{'；'.join(parts[:NAMED])}{more}。" if parts else ""


def _burden_words(rows: list[Row], word: str) -> str:
    if not rows:
        return ""
    messages, asks = sum(row["messages"] for row in rows), sum(row["asks"] for row in rows)
    most = f"，最多的是{rows[0]['unit']}（{rows[0]['messages']}条）" if len(rows) > 1 else ""
    return f"{word}向{len(rows)}个单位发出通知{messages}条、提出要求{asks}项{most}。"
