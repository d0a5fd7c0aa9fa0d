"""催办凭证: everything ever sent or tried to a unit, each with the event of the sealed history that vouches for it."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.phone_list import minute
from actions.record import Actor
from actions.workbook import ANOTHERS, keep_workbook
from config.settings import settings
from models import proof_ledger
from models.base import NotAllowed
from models.cycle import Assignment
from models.event import Event
from models.notice import Message, Notice
from models.paper import Paper
from models.paper_words import PaperKind
from models.unit import Contact, Link, Unit
from models.words import RECEIPTS, MessageState
from notifications.link import hash_token, token_for
from rules import chain

About = Sequence[tuple[Notice, Assignment | None]]


def make_proof(session: Session, actor: Actor, unit: Unit, item: Assignment | None = None) -> Paper:
    """The proof for a unit, or for one matter of it; every row names the seal of its event."""
    if item and item.unit_id != unit.id:
        raise NotAllowed(ANOTHERS)
    about = proof_ledger.about_item(session, item) if item else None
    found = [*_messages(session, unit, about), *_nobody(session, unit, about)]
    rows = [{"n": n, **row} for n, row in enumerate(sorted(found, key=lambda row: (row["at"], row["key"])), 1)]
    last = max(rows, key=lambda row: row["last"], default={"last": 0, "hash": ""})
    content = {
        "unit": unit.name, "matter": item.title if item else "", "rows": rows,
        "sent": sum(row["sent"] for row in rows), "failed": sum(not row["sent"] for row in rows),
        "last_seq": last["last"], "last_hash": last["hash"],  # not the head: this paper's own events move that
    }
    title = f"{unit.name}催办凭证" + (f"（{item.title[:30]}）" if item else "")
    where, cycle_id = (f"item:{item.id}", item.cycle_id) if item else (f"unit:{unit.id}", None)
    return keep_workbook(
        session, actor, PaperKind.PROOF, where, content, title, cycle_id=cycle_id, unit_id=unit.id
    )


def _messages(session: Session, unit: Unit, about: set[UUID] | None) -> list[dict[str, Any]]:
    found = proof_ledger.messages_to(session, unit.office_id, unit.id, about)
    keys = [message.id for message, _ in found]
    told = proof_ledger.notices_in(session, keys)
    acts = proof_ledger.events_about(session, unit.office_id, keys, proof_ledger.SEALING)
    receipts = [item.id for some in told.values() for _, item in some if item and item.kind in RECEIPTS]
    signed = proof_ledger.events_about(session, unit.office_id, receipts, [proof_ledger.SIGNED])
    hashes = {key: hash_token(token_for(settings().secret, key)) for key in keys}
    links = proof_ledger.links_by_hash(session, list(hashes.values()))
    return [
        _row(message, contact, told.get(message.id, []), acts.get(str(message.id), []), signed,
             links.get(hashes[message.id]))
        for message, contact in found
    ]


def _row(
    message: Message, contact: Contact, told: About, acts: Sequence[Event], signed: Mapping[str, Sequence[Event]],
    link: Link | None,
) -> dict[str, Any]:
    sent = message.state == MessageState.SENT
    return {
        "at": minute(message.sent_at or message.claimed_at) or f"{message.day}T00:00", "sent": sent,
        "kind": told[0][0].kind.label if told else "验证码", "channel": message.channel.label,
        "to": "\n".join(filter(None, (f"{contact.name} {contact.post}".strip(), message.address))),
        "text": _text(message.body or "\n".join(notice.text for notice, _ in told)) or "（尚未发出）",
        "state": "\n".join([message.state.label, *_tries(message, acts)]),
        "opened": minute(link.opened_at) if link else "", "signed": _signed(told, signed), "key": str(message.id),
        **_seal(acts),
    }


def _text(text: str) -> str:
    """The words without empty lines, which a cell has no room for."""
    return "\n".join(line for line in text.splitlines() if line.strip())


def _tries(message: Message, acts: Sequence[Event]) -> list[str]:
    """Each try that failed with its event, then whether the text is still the one that was sealed."""
    lines = [
        f"{_at(act)} 第{act.data.get('attempt', 1)}次未发出：{act.data.get('error', '')}（第{act.seq}号）"
        for act in acts if act.verb == "通知未发出"
    ]
    kept = next((act.data["text_sha256"] for act in reversed(acts) if act.data.get("text_sha256")), None)
    if kept:
        same = kept == hashlib.sha256(message.body.encode()).hexdigest()
        lines.append("正文与办理记录相符" if same else "正文与办理记录不符")
    return lines


def _signed(told: About, signed: Mapping[str, Sequence[Event]]) -> str:
    """Who signed for what the message asked to be signed for, with the event."""
    acts = [act for _, item in told if item for act in signed.get(str(item.id), [])]
    return "\n".join(dict.fromkeys(
        f"{_at(act)} {act.data.get('name', '')}（第{act.seq}号）" for act in acts
    ))


def _at(act: Event) -> str:
    return minute(act.at).replace("T", " ")


def _seal(acts: Sequence[Event]) -> dict[str, Any]:
    """Where the history vouches for it: numbers of all events, the last one's seal, counted again here."""
    if not acts:
        return {"seq": "未入记录", "last": 0, "hash": ""}
    broken = [act.seq for act in acts if not chain.intact(act.model_dump())]
    mark = f"（第{'、'.join(map(str, broken))}号印记不符）" if broken else ""
    return {"seq": "、".join(f"{act.seq}" for act in acts), "last": acts[-1].seq, "hash": f"{acts[-1].hash}{mark}"}


def _nobody(session: Session, unit: Unit, about: set[UUID] | None) -> list[dict[str, Any]]:
    """When a reminder was due and there was nobody to send it to."""
    return [
        {
            "at": minute(act.at), "sent": False, "kind": "提醒", "channel": "", "to": "无联系人",
            "text": str(act.data.get("title", "")), "state": "无人可通知，未发出", "opened": "", "signed": "",
            "key": act.subject, **_seal([act]),
        }
        for act in proof_ledger.told_nobody(session, unit.office_id, unit.id, about)
    ]
