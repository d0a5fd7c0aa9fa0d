"""How a team's posts come in: from a plain form or from a phone's queue, answered with a page or with JSON per item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from actions.keep_evidence import Upload
from actions.members import may_work, on_site
from actions.record import Actor, allow
from models.base import Conflict, NotAllowed, NotFound, Refused, Rejected
from models.cycle import Visit
from models.database import fetch, reading, transaction
from rules.roles import Act
from web.forms import texts, uploads, whole_form
from web.language import speaking
from web.page import spoken_to
from web.said import said_plain
from web.status import status_of

OK, CONFLICT, REFUSED = "ok", "conflict", "refused"
SAID = ("sentence", "words", "mine")  # what of an answer is a sentence of ours


@dataclass(frozen=True)
class Came:
    """What came with a form; `fault` is what was wrong with its files."""

    fields: dict[str, str]
    files: list[Upload] = field(default_factory=list)
    fault: Refused | None = None

    @property
    def item(self) -> str:
        return self.fields.get("item", "")

    @property
    def seen(self) -> int:
        """The version the change was based on; 0 when there was none."""
        text = self.fields.get("version", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


Do = Callable[[Session, Visit], dict[str, Any]]
Again = Callable[[Refused], Response]
Say = Callable[[Session, Visit, Refused], dict[str, Any]]


async def came(request: Request) -> Came:
    """Read a posted form; NUL characters, which no database keeps, are dropped."""
    async with whole_form(request) as form:
        fields = {key: value.replace("\0", "") for key, value in texts(form).items()}
        try:
            return Came(fields, await uploads(form))
        except Rejected as fault:
            return Came(fields, fault=fault)


def by_script(request: Request) -> bool:
    return request.headers.get("x-requested-with") == "duban"


def done(request: Request, me: Actor, key: UUID, what: Came, do: Do, back: str, again: Again, say: Say) -> Response:
    """Do one thing at a visit. A phone hears per item ok, conflict or refused; a form leads on or comes back filled."""
    allow(me, Act.ON_SITE)
    if by_script(request) and _somebody_else(request):
        return JSONResponse({}, status_code=401)
    with speaking(spoken_to(request)):
        return _done(request, me, key, what, do, back, again, say)


def _somebody_else(request: Request) -> bool:
    """Whether the page of one person posts while another is signed in: two share a phone, each answers alone."""
    whose = request.headers.get("x-duban-who", "")
    return bool(whose) and whose != str(request.state.user.id)


def _done(request: Request, me: Actor, key: UUID, what: Came, do: Do, back: str, again: Again, say: Say) -> Response:
    try:
        answer = _twice(me, key, what, do)
    except Refused as error:
        if not by_script(request):
            if isinstance(error, NotFound) or (isinstance(error, NotAllowed) and not _works(me, key)):
                raise
            return again(error)
        return _refusal(me, key, what, error, say)
    if by_script(request):
        told = _spoken({"item": what.item, "state": OK, **answer.pop("of_item", {})})
        return JSONResponse({"items": [told], **answer})
    return RedirectResponse(back, 303)


def _twice(me: Actor, key: UUID, what: Came, do: Do) -> dict[str, Any]:
    """Of two clicks at one moment the later one is tried again: by then it finds what the first one did."""
    try:
        return _once(me, key, what, do)
    except IntegrityError:
        return _once(me, key, what, do)


def _once(me: Actor, key: UUID, what: Came, do: Do) -> dict[str, Any]:
    with transaction() as session:
        visit = visit_held(session, me, key)
        on_site(session, me, visit)  # who may not act is told so before anything typed is judged
        if what.fault:
            raise what.fault
        return do(session, visit)


def visit_held(session: Session, me: Actor, key: UUID) -> Visit:
    """The visit, held until the transaction ends: who hands in or signs at one moment does so one after the other."""
    visit = fetch(session, Visit, key, me.office_id)
    session.refresh(visit, with_for_update=True)
    return visit


def _works(me: Actor, key: UUID) -> bool:
    with reading() as session:
        return may_work(session, me, fetch(session, Visit, key, me.office_id))


def _refusal(me: Actor, key: UUID, what: Came, error: Refused, say: Say) -> Response:
    """A refusal for a script: told as an answer, so that the rest of its queue goes on."""
    state = CONFLICT if isinstance(error, Conflict) else REFUSED
    told: dict[str, Any] = {"item": what.item, "state": state, "sentence": str(error)}
    with reading() as session:
        told |= say(session, fetch(session, Visit, key, me.office_id), error)
    told_as_answer = isinstance(error, Rejected | Conflict)
    return JSONResponse({"items": [_spoken(told)]}, status_code=200 if told_as_answer else status_of(error))


def _spoken(told: dict[str, Any]) -> dict[str, Any]:
    """An answer to a script with its sentences in the reader's language; a script shows them as they come."""
    said = {key: said_plain(told[key]) for key in SAID if key in told}
    return told | said | ({"theirs": _spoken(told["theirs"])} if "theirs" in told else {})


def nothing(_session: Session, _visit: Visit, _error: Refused) -> dict[str, Any]:
    """Nothing to add to a refusal."""
    return {}


def fresh(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of an answer without what only addresses it."""
    return {key: value for key, value in fields.items() if key not in ("item", "version")}
