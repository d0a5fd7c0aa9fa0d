"""The way in for units: whose link it is, what was posted, and a refusal that loses nothing."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from actions import keep_draft, stage_file
from actions.keep_draft import DraftMoved
from actions.keep_evidence import Upload
from actions.open_link import LinkExpired, Visitor, visitor
from config.settings import settings
from models.base import Conflict, NotFound, Refused, Rejected
from models.database import reading, transaction
from models.office import Office
from web.forms import fresh_nonce, texts, uploads
from web.guard import BAD_LINKS
from web.page import PAGES, render
from web.status import status_of
from web.unit_words import days_said

PAGES.filters["days_said"] = days_said

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
SEVERAL = ("staged", "reuse")  # boxes of which several may be ticked
FILES_AT_ONCE = 5  # times the limit of one file

READ = ["GET", "HEAD"]  # mail gateways open links by HEAD; neither may change anything


@dataclass(frozen=True)
class Posted:
    """What came with a form; `fault` is what was wrong with the files, told once the form is known."""

    fields: dict[str, str]
    uploads: list[Upload] = field(default_factory=list)
    fault: Refused | None = None
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
            office=self.session.get_one(Office, self.who.unit.office_id),
            file_mb=settings().evidence_max_mb, form_mb=most_mb(), **values,
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
        return Here(request, session, token, visitor(session, token))
    except NotFound:
        BAD_LINKS.check(address(request))
        raise


def most_mb() -> int:
    """How much one form may carry."""
    return settings().evidence_max_mb * FILES_AT_ONCE


async def posted(request: Request, token: str) -> Posted:
    """Read a form, after the link was found good and the announced size bearable."""
    with reading() as session:
        enter(request, session, token)
    most = most_mb()
    announced = request.headers.get("content-length", "")
    if not announced.isdigit() or int(announced) > most * 1024 * 1024:
        raise Rejected(f"一次提交的内容合计不得超过{most}MB，请压缩文件或分次上传。")
    async with _form(request) as form:
        fields = {key: value.replace("\0", "") for key, value in texts(form).items() if key not in SEVERAL}
        several = {name: tuple(one for one in form.getlist(name) if isinstance(one, str)) for name in SEVERAL}
        if several["reuse"]:
            fields["reuse"] = " ".join(several["reuse"])
        try:
            return Posted(fields, await uploads(form), staged=several["staged"])
        except Rejected as fault:
            return Posted(fields, fault=fault, staged=several["staged"])


@asynccontextmanager
async def _form(request: Request) -> AsyncIterator[FormData]:
    """The form, or a sentence where a field is too long or the sending broke off; the page before still has it all."""
    try:
        form = await request.form()
    except HTTPException:
        raise Rejected(
            "填写的内容过长（一栏最多约30万字）或没有传完整，没有收下。请返回上一页，把长材料作为附件上传。"
        ) from None
    try:
        yield form
    finally:
        await form.close()


async def take(request: Request, token: str, key: UUID, act: ActOn, page: PageOf, form: str) -> Response:
    """Read the form of one row, then act on a worker thread: the database is synchronous."""
    what = await posted(request, token)
    return await run_in_threadpool(
        attempt, request, token, what, lambda here, what: act(here, what, key),
        lambda here, fields, error: page(here, key, fields, error), f"{form}-{key}" if form else "",
    )


def bound_nonce(key: UUID, what: Posted) -> str:
    """The form's own word, bound to its row: nobody's form can meet what another row's form sent."""
    return f"{key.hex}-{what.fields.get('nonce', '')[:40] or fresh_nonce()}"


def attempt(request: Request, token: str, what: Posted, act: Act, page: Page, form: str = "") -> Response:
    """Do one act and go to the page it names; refused, show the form again as it was filled, kept as a draft.

    Of two clicks at the same moment the later one is tried again: by then it finds what the first one did.
    """
    try:
        try:
            path = _once(request, token, what, act, form)
        except (Conflict, IntegrityError):
            path = _once(request, token, what, act, form)
        return RedirectResponse(f"/u/{token}{path}", 303)
    except Refused as error:
        if isinstance(error, LinkExpired | NotFound):
            raise
        return _again(request, token, what, page, form, error)


def _once(request: Request, token: str, what: Posted, act: Act, form: str) -> str:
    with transaction() as session:
        here = enter(request, session, token)
        path = act(here, what)
        if form:
            keep_draft.drop(session, here.who.actor, form)
        return path


def _again(request: Request, token: str, what: Posted, page: Page, form: str, error: Refused) -> Response:
    """The form as it was filled: its words kept as a draft, its files waiting where they can be seen."""
    fields = what.fields
    if form:
        seen = fields.pop("draft_seen", None)
        with suppress(Rejected, DraftMoved), transaction() as session:
            keep_draft.save(session, enter(request, session, token).who.actor, form, fields, seen)
        fields["staged"] = " ".join((*what.staged, *_stage(request, token, what, place_of(form))))
    with reading() as session:
        return page(enter(request, session, token), fields, error)


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
