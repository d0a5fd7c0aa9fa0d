"""What a unit posts: read, tried, confirmed by a code where it is final; a refusal loses nothing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from actions import keep_draft, keep_evidence, stage_file
from actions.keep_draft import DraftMoved
from actions.open_link import LinkExpired, named
from config import clock
from models.base import Conflict, NotFound, Refused, Rejected
from models.database import reading, transaction
from web import unit_code
from web.forms import fresh_nonce, uploads, whole_form
from web.unit_door import Here, Posted, enter, most_mb

FINAL = frozenset({"item", "report", "object", "extend", "entry", "event"})  # forms whose sending is confirmed by code
Act = Callable[[Here, Posted], str]
Page = Callable[[Here, dict[str, str], Refused | None], Response]
ActOn = Callable[[Here, Posted, UUID], str]
PageOf = Callable[[Here, UUID, dict[str, str], Refused | None], Response]


async def posted(request: Request, token: str) -> Posted:
    """Read a form, after the link was found good and the announced size bearable."""
    with reading() as session:
        unit_id = enter(request, session, token).who.unit.id
    most = most_mb()
    announced = request.headers.get("content-length", "")
    if not announced.isdigit() or int(announced) > most * 1024 * 1024:
        raise Rejected(f"一次提交的内容合计不得超过{most}MB，请压缩文件或分次上传。")
    async with whole_form(request) as form:
        fields, pairs, own = unit_code.split(
            [(key, value.replace("\0", "")) for key, value in form.multi_items() if isinstance(value, str)]
        )
        staged = tuple(value for key, value in pairs if key == "staged")
        fields.pop("staged", None)
        if "reuse" in fields:  # of several ticked boxes all count
            fields["reuse"] = " ".join(value for key, value in pairs if key == "reuse")
        try:
            files = unit_code.once([*await uploads(form), *unit_code.held_files(unit_id, form)])
            return Posted(fields, files, None, pairs, own, staged)
        except Rejected as fault:
            return Posted(fields, [], fault, pairs, own, staged)


async def take(
    request: Request, token: str, key: UUID, act: ActOn, page: PageOf, form: str, final: bool = False
) -> Response:
    """Read the form of one row, then act on a worker thread: the database is synchronous."""
    what = await posted(request, token)
    return await run_in_threadpool(
        attempt, request, token, what, lambda here, what: act(here, what, key),
        lambda here, fields, error: page(here, key, fields, error), f"{form}-{key}" if form else "", final,
    )


def bound_nonce(key: UUID, what: Posted) -> str:
    """The form's own word, bound to its row: nobody's form can meet what another row's form sent."""
    return f"{key.hex}-{what.fields.get('nonce', '')[:40] or fresh_nonce()}"


def attempt(
    request: Request, token: str, what: Posted, act: Act, page: Page, form: str = "", final: bool = False
) -> Response:
    """Do one act and go to the page it names; refused, show the form again as it was filled, kept as a draft.

    Of two clicks at the same moment the later one is tried again: by then it finds what the first one did. A `final`
    act (or one of a FINAL form) is confirmed by a code first, where this link's contact can be sent one.
    """
    proof = ""
    try:
        if final or form.partition("-")[0] in FINAL:
            asked = unit_code.gate(
                request, lambda session: enter(request, session, token), what,
                lambda: _rehearse(request, token, what, act),
            )
            if isinstance(asked, Response):
                _save(request, token, what.fields, form)
                return asked
            proof = asked
        try:
            path = _once(request, token, what, act, form)
        except (Conflict, IntegrityError):
            path = _once(request, token, what, act, form)
        return unit_code.remember(RedirectResponse(f"/u/{token}{path}", 303), token, proof)
    except Refused as error:
        if isinstance(error, LinkExpired | NotFound):
            raise
        return unit_code.remember(again(request, token, what, page, form, error), token, proof)


def _acting(request: Request, session: Session, token: str, what: Posted) -> Here:
    here = enter(request, session, token)
    return replace(here, who=named(session, here.who, what.own.get("acting", "")))


def _once(request: Request, token: str, what: Posted, act: Act, form: str) -> str:
    with transaction() as session:
        here = _acting(request, session, token, what)
        path = act(here, what)
        here.who.link.opened_at = here.who.link.opened_at or clock.now()
        if form:
            keep_draft.drop(session, here.who.actor, form)
        return path


class _TakenBack(Exception):
    """What was only tried out is taken back with its transaction."""


def _rehearse(request: Request, token: str, what: Posted, act: Act) -> None:
    """Whether the act would be taken: nobody is asked for a code and told afterwards what was missing."""
    with suppress(_TakenBack, IntegrityError), keep_evidence.only_tried(), transaction() as session:
        act(_acting(request, session, token, what), what)
        raise _TakenBack


def again(request: Request, token: str, what: Posted, page: Page, form: str, error: Refused | None) -> Response:
    """The form as it was filled: its words kept as a draft, its files waiting where they can be seen."""
    fields = what.fields
    _save(request, token, fields, form)
    if form:
        fields["staged"] = " ".join((*what.staged, *_stage(request, token, what, place_of(form))))
    with reading() as session:
        return page(enter(request, session, token), fields, error)


def _save(request: Request, token: str, fields: dict[str, str], form: str) -> None:
    if form:
        seen = fields.pop("draft_seen", None)
        with suppress(Rejected, DraftMoved), transaction() as session:
            keep_draft.save(session, enter(request, session, token).who.actor, form, fields, seen)


def _stage(request: Request, token: str, what: Posted, place: str) -> list[str]:
    """Files that came with a refused form wait like those sent before it; what cannot be taken is left out."""
    kept = []
    for upload in what.uploads:
        with suppress(Rejected), transaction() as session:
            kept.append(str(stage_file.whole(session, enter(request, session, token).who.actor, place, upload).id))
    return kept


def place_of(form: str) -> str:
    """Where the files of a form wait: by what they will be attached to."""
    return f"problem{form[6:]}" if form.startswith("report-") else form
