"""Every column that may hold what belongs to a person, and what becomes of it when the person is erased.

A new text or JSON column must be entered here, under what it holds or under `NOTHING`: tests/models/test_personal.py
fails otherwise. docs/personal-data.md is written from this (`duban person columns`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from models.base import Word


class Holds(Word):
    """What of a person a column holds."""

    NAME = "name", "姓名"
    REACH = "reach", "电话、邮箱等联系方式"
    TRACE = "trace", "网络地址、设备"
    WORDS = "words", "文字中可能写到姓名、电话"
    PROOF = "proof", "登录凭据"


class Fate(Word):
    """What erasure does with it."""

    REPLACED = "replaced", "姓名、联系方式换成代号"
    CLEARED = "cleared", "本人的记录清空"
    REMOVED = "removed", "本人的记录删除"
    SEALED = "sealed", "换成代号，办理记录另记校验值"
    KEPT = "kept", "保留"


@dataclass(frozen=True)
class Column:
    """One column of the list; `why` says why it is kept."""

    table: str
    name: str
    holds: Holds
    fate: Fate
    why: str = ""


FILED = "已印发的公文和所依据的编号、抽取、时限变更属应归档文件，数据库不允许改动"
LISTS: tuple[tuple[Holds, Fate, str, dict[str, str]], ...] = (
    (Holds.NAME, Fate.REPLACED, "", {
        "assignment": "note", "cycle": "override_reason", "entry": "made_by person receiver",
        "escalation": "drafted_by decided_by", "extension": "asked_by decided_by", "hold": "released_by",
        "intake": "answered_by made_by", "duty": "made_by", "keyunit": "proposed_by decided_by released_by",
        "letter": "issued_by signed_by", "link": "basis", "lookback": "looked_by", "lookbackround": "made_by",
        "office": "contact", "paperform": "put_by", "plandown": "sent_by settled_by",
        "pointsproposal": "proposed_by decided_by", "reportup": "sent_by received_by",
        "problem": "leader person found_by verified_by closed_by", "score": "scored_by", "stagedfile": "sent_by",
        "statement": "sent_by answered_by", "submission": "sent_by decided_by", "team": "homes_by",
        "user": "name login", "contact": "name", "visit": "signed_by signed_post",
    }),
    (Holds.REACH, Fate.CLEARED, "", {
        "user": "post phone mail identity", "contact": "post phone address second_address refused_why",
    }),
    (Holds.REACH, Fate.REPLACED, "", {"message": "address error", "office": "phone place"}),
    (Holds.TRACE, Fate.CLEARED, "", {"login": "address device"}),
    (Holds.PROOF, Fate.CLEARED, "", {"user": "password_hash"}),
    (Holds.PROOF, Fate.REMOVED, "", {"secondfactor": "secret", "recoverycode": "code_hash"}),
    (Holds.WORDS, Fate.REPLACED, "", {
        "assignment": "title because terms basis", "draft": "fields", "duty": "because terms",
        "entry": "what withdrawn", "escalation": "text reason terms", "evidence": "name label",
        "extension": "reason answer", "intake": "answers", "keyunit": "reason answer release_reason",
        "letter": "demands content", "lookback": "found", "lookbackround": "note", "message": "subject body",
        "notice": "text", "plandown": "answers note reason", "pointsproposal": "reason findings decision",
        "problem": "title detail measure result recurs_why lead_unit", "score": "reason note clauses",
        "stagedfile": "name label", "statement": "text answer", "submission": "body content reason",
        "visit": "feedback override_reason recusal_reason",
    }),
    (Holds.NAME, Fate.SEALED, "", {"event": "actor via"}), (Holds.WORDS, Fate.SEALED, "", {"event": "data"}),
    (Holds.NAME, Fate.KEPT, FILED, {
        "paper": "drafted_by issued_by voided_by", "papernumber": "taken_by voided_by", "deadlineversion": "made_by",
        "draw": "drawn_by",
    }),
    (Holds.WORDS, Fate.KEPT, FILED, {
        "paper": "content void_reason", "papernumber": "void_reason", "deadlineversion": "because",
        "draw": "because pool exclusions result",
    }),
    (Holds.TRACE, Fate.KEPT, "网络地址的散列值，五分钟后删除", {"signintry": "key"}),
)
NOTHING: dict[str, str] = {  # text of the matter, of the plan or of the machine
    "assignment": "occurrence code", "chainhead": "hash", "cycle": "title policy", "dayaccount": "lines",
    "deliverable": "code title owner receiver text terms", "draft": "form",
    "draw": "purpose purpose_key method seed seed_source wanted", "duty": "code title phrase quota_unit receivers "
    "gate remind_before", "entry": "nonce", "escalation": "number", "event": "verb subject prev_hash hash salt",
    "evidence": "sha256 mime", "hold": "why", "intake": "name title digest", "lease": "name holder boot",
    "letter": "number", "link": "token_hash", "linkcode": "code_hash used_for proof_hash",
    "login": "token_hash way", "message": "claimed_by", "notice": "step", "numberseries": "pattern",
    "office": "name short_name seal code", "paper": "subject number title digest template", "paperform": "name digest",
    "papernumber": "number title", "plan": "key title short_title issuer doc_no digest subjects windows parts checks",
    "plandown": "title doc_no digest draft",
    "plansource": "draft", "planstage": "name text", "pointsproposal": "state", "problem": "category",
    "ratewindow": "key", "reportup": "number title digest",
    "score": "item scorer", "share": "sweep worker",
    "shortaddress": "selector verifier_hash", "stage": "name", "stagedfile": "place sha256",
    "statement": "nonce", "submission": "nonce",
    "task": "sheet sheet_title duty title lead_units responsible_units deadline_text source terms clauses flags",
    "team": "name home_units", "unit": "name subject aliases", "unitgroup": "name aliases",
    "user": "language digests", "visit": "finished",
}


def columns() -> Iterator[Column]:
    """Every column of the list, in its order."""
    for holds, fate, why, tables in LISTS:
        for table, names in tables.items():
            yield from (Column(table, name, holds, fate, why) for name in names.split())


def of_table(*fates: Fate) -> dict[str, list[str]]:
    """The columns with one of these fates, by table."""
    found: dict[str, list[str]] = {}
    for one in columns():
        if one.fate in fates:
            found.setdefault(one.table, []).append(one.name)
    return found
