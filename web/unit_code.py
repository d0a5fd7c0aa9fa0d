"""The page that asks who acts: a code sent at once and typed in, with everything else simply sent once more."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from actions import link_code, stage_file
from actions.deliver_now import send_now
from actions.keep_evidence import Upload, shown_name
from actions.open_link import named
from config.settings import settings
from models.base import NotAllowed
from models.database import reading, transaction
from models.door_ledger import desk_telephones
from models.office import Office
from notifications.code import masked_address
from web.unit_door import Here, Posted

COOKIE = "duban-proof"
OWN = ("code", "send_code", "acting", "held")  # what this page adds to the fields of a form
Opened = Callable[[Session], Here]
Pairs = list[tuple[str, str]]


def split(pairs: Pairs) -> tuple[dict[str, str], Pairs, dict[str, str]]:
    """A posted form into its own fields, the same in order and with repeats, and what this page has added."""
    mine = [pair for pair in pairs if pair[0] not in OWN]
    return dict(mine), mine, {key: value for key, value in pairs if key in OWN}


def gate(request: Request, opened: Opened, what: Posted, rehearse: Callable[[], None]) -> str | Response:
    """The page that asks for a code; or, where the act may go on, the word of the proof just given ("" for none).

    `rehearse` tries the act out: a form that would be refused is refused before anybody is asked for a code.
    """
    with reading() as session:
        who = opened(session).who
        if not link_code.asks(session, who) or link_code.proven(session, who, request.cookies.get(COOKIE, "")):
            return ""
    if "send_code" in what.own:
        return _send(opened, what, who.contact.id)
    if not what.own.get("code", "").strip():
        rehearse()
        return _show(opened, what)
    with transaction() as session:
        tried = link_code.try_code(session, opened(session).who, what.own["code"], _digest(request, what))
    return tried.proof if tried.right else _show(opened, what, wrong=tried.said, sent=True)


def _digest(request: Request, what: Posted) -> str:
    """What this very request is about: the same one sent twice is one use of a code."""
    return hashlib.sha256(repr((request.url.path, what.pairs)).encode()).hexdigest()


def _send(opened: Opened, what: Posted, contact_id: UUID) -> Response:
    def write(session: Session) -> tuple[str, str, str]:
        letter = link_code.make_code(session, opened(session).who)
        return letter.subject, letter.body, letter.kept

    try:
        receipt = send_now(contact_id, write)
    except NotAllowed as refused:
        return _show(opened, what, wrong=str(refused), sent=True)
    return _show(opened, what, failed=not receipt.ok, sent=receipt.ok, fresh=receipt.ok)  # why, the office is told


def _show(opened: Opened, what: Posted, **said: Any) -> Response:
    """Everything that was typed stands hidden in the form; files wait under their hash and are named again."""
    with reading() as session:
        here = opened(session)
        response = here.show(
            "code", pairs=what.pairs, held=[_held_word(here.who.unit.id, file) for file in what.uploads],
            names=[shown_name(file.name) for file in what.uploads], where=masked_address(here.who.contact.address),
            acting=what.own.get("acting") or named(session, here.who, "").typed or here.who.contact.name,
            path=here.request.url.path,
            office=session.get_one(Office, here.who.unit.office_id),
            telephones=desk_telephones(session, here.who.unit.office_id),
            **{"wrong": "", "failed": False, "sent": False, "fresh": False, **said},
        )
    if said.get("wrong"):
        response.status_code = 422
    return response


def remember(response: Response, token: str, proof: str) -> Response:
    """Let this browser act by this link for a while; without cookies each act asks for a code of its own."""
    if proof:
        response.set_cookie(
            COOKIE, proof, max_age=int(link_code.PROOF.total_seconds()), path=f"/u/{token}", httponly=True,
            samesite="strict", secure=settings().site.startswith("https://"),
        )
    return response


def _held_word(unit_id: UUID, file: Upload) -> str:
    """Names a file that came with the form, so that it need not be chosen again; nobody else's can be named by it."""
    name = shown_name(file.name)
    digest = stage_file.hold(unit_id, file)
    return f"{digest}.{_seal(unit_id, digest, name)}.{name}"


def held_files(unit_id: UUID, form: FormData) -> list[Upload]:
    """The files named by the fields of this page; a word that we did not write names nothing."""
    found = []
    for word in form.getlist("held"):
        digest, seal, name = (*str(word).split(".", 2), "", "", "")[:3]
        if hmac.compare_digest(seal.encode(), _seal(unit_id, digest, name).encode()):
            found.append(stage_file.held(unit_id, digest, name))
    return found


def once(files: list[Upload]) -> list[Upload]:
    """The files without those that came by two ways; the first counts."""
    return list({(file.name, hashlib.sha256(file.data).digest()): file for file in reversed(files)}.values())[::-1]


def _seal(unit_id: UUID, digest: str, name: str) -> str:
    said = b"held:" + unit_id.bytes + digest.encode() + name.encode()
    return hmac.new(settings().secret, said, hashlib.sha256).hexdigest()
