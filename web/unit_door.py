"""The way in for units: whose link it is, what was posted, and a refusal that loses nothing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from actions import keep_draft, keep_evidence, stage_file
from actions.keep_draft import DraftMoved
from actions.keep_evidence import Upload
from actions.open_link import LinkExpired, Visitor, named, visitor
from config import clock
from config.settings import settings
from models.base import Conflict, NotAllowed, NotFound, Refused, Rejected
from models.database import reading, transaction
from models.office import Office
from models.words import LinkPurpose
from notifications.log_line import note
from rules import roles
from web import unit_code
from web.forms import fresh_nonce, uploads, whole_form
from web.guard import BAD_LINKS, user_here
from web.literals import has_han
from web.page import PAGES, render
from web.status import status_of
from web.unit_words import days_said

PAGES.filters.update(days_said=days_said, has_han=has_han)

DONE = {
    "signed": "已签收，感谢配合。",
    "sent": "已报送，收到的时间和内容见下方“报送记录”。请等待办公室审核。",
    "plan": "整改方案已报送，五项要素齐全，已受理。请按方案整改，并逐个问题报整改情况。",
    "tasks": "自查项已保存。",
    "reported": "整改情况已报送，请等待核实。",
    "objected": "异议已提出，复核期间请继续准备整改。",
    "asked": "延期申请已提交。批准之前，原时限照常计算。",
    "stated": "情况说明已提交，办公室答复后会通知联系人。时限不变，请照常办理。",
    "entered": "已登记，见下方“登记情况”。",
    "entered_there": "已登记。办理日期属于本期，已记入本页这一期，请核对。",
    "withdrawn": "已撤回，该条不再计数。",
    "event": "事由已登记，办理时限见下方。",
}
FINAL = frozenset({"item", "report", "object", "extend", "entry", "event"})  # forms whose sending is confirmed by code
FILES_AT_ONCE = 5  # times the limit of one file

READ = ["GET", "HEAD"]  # mail gateways open links by HEAD; neither may change anything


@dataclass(frozen=True)
class Posted:
    """What came with a form; `fault` is what was wrong with the files, told once the form is known. `pairs` are all
    its text fields in order, to be sent once more; `own` what the page that asks for a code has added to them."""

    fields: dict[str, str]
    uploads: list[Upload] = field(default_factory=list)
    fault: Refused | None = None
    pairs: list[tuple[str, str]] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    staged: tuple[str, ...] = ()  # files that were sent before the form, by key

    def files(self) -> list[Upload]:
        if self.fault:
            raise self.fault
        return self.uploads


@dataclass(frozen=True)
class Here:
    """A visitor on a page."""

    request: Request
    session: Session
    token: str
    who: Visitor

    def show(self, name: str, error: Refused | None = None, **values: Any) -> Response:
        """A page of the unit; the sentence on top comes from a short code or from a refusal, never from the URL."""
        done = "" if error else DONE.get(self.request.query_params.get("done", ""), "")
        return render(
            self.request, f"unit/{name}.html", status_of(error) if error else 200, token=self.token,
            unit=self.who.unit, contact=self.who.contact, done=done, error=str(error or ""),
            file_mb=settings().evidence_max_mb, form_mb=most_mb(), behalf=self.who.behalf,
            **{"office": self.session.get_one(Office, self.who.unit.office_id), **values},
        )


Act = Callable[[Here, Posted], str]
Page = Callable[[Here, dict[str, str], Refused | None], Response]
ActOn = Callable[[Here, Posted, UUID], str]
PageOf = Callable[[Here, UUID, dict[str, str], Refused | None], Response]


def address(request: Request) -> str:
    return request.client.host if request.client else ""


def enter(request: Request, session: Session, token: str) -> Here:
    """Who is behind this link. Guessing is slowed down by address; a known link always opens."""
    try:
        who = visitor(session, token)
    except NotFound:
        BAD_LINKS.check(address(request))
        raise
    note(office=str(who.unit.office_id))
    if who.link.purpose == LinkPurpose.BEHALF:
        _only_for_its_clerk(request, session, who)
    return Here(request, session, token, who)


def _only_for_its_clerk(request: Request, session: Session, who: Visitor) -> None:
    user = user_here(request, session)
    if user is None or user.id != who.link.user_id or not roles.may(user.role, roles.Act.BEHALF):
        raise NotAllowed("此页只供办公室经办人本人代为录入。请先在本机登录办公室账号，再从单位页面重新进入。")


def most_mb() -> int:
    """How much one form may carry."""
    return settings().evidence_max_mb * FILES_AT_ONCE


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
