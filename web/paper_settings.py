"""公文设置: how numbers are written, what papers say of the office, the templates; the head's page alone."""




from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from actions.keep_evidence import Upload
from actions.numbering import patterns, set_pattern
from actions.paper import form_of
from actions.paper_form import DETAILS, put_form, set_details, use_default
from actions.record import Actor
from config import clock
from models.base import Conflict, NotFound, Refused, Rejected
from models.database import fetch, reading, transaction
from models.office import Office
from models.paper_ledger import forms_in_use
from models.paper_words import PaperKind
from papers.forms import default_form, forms
from rules.numbering import written
from web.forms import texts, uploads, whole_form
from web.guard import Me
from web.page import render
from web.papers import file_of
from web.status import status_of

router = APIRouter(prefix="/papers/settings")


def _kind(text: str) -> PaperKind:
    found = next((kind for kind in PaperKind if kind.value == text), None)
    if found is None:
        raise NotFound("没有这类公文。")
    return found


@router.get("")
def settings(request: Request, me: Me) -> Response:
    return _page(request, me)


def _page(
    request: Request, me: Actor, error: Refused | None = None, typed: dict[str, str] | None = None, at: str = ""
) -> Response:
    """All of it on one page; a refused form comes back as it was typed, beside what it was about."""
    with reading() as session:
        office = fetch(session, Office, me.office_id)
        return render(
            request, "office/paper_settings.html", status_of(error) if error else 200, office=office, details=DETAILS,
            seen=_now(office),
            patterns=patterns(session, me.office_id), own=forms_in_use(session, me.office_id), error=error,
            typed=typed or {}, at=at, shown=lambda pattern: written(pattern, clock.today().year, 1),
            built=[kind for kind, form in forms().items() if form.build],
        )


@router.post("/details")
async def details(request: Request, me: Me) -> Response:
    return await run_in_threadpool(_details, request, me, texts(await request.form()))


def _now(office: Office) -> str:
    """What papers say of the office, as a form was opened with it."""
    return " / ".join(getattr(office, key) for key in DETAILS)


def _details(request: Request, me: Actor, fields: dict[str, str]) -> Response:
    """What another person has put in since this page was opened is not overwritten."""
    try:
        with transaction() as session:
            now = _now(fetch(session, Office, me.office_id))
            if fields.get("seen", now) != now:
                raise Conflict("公文信息刚刚已被他人修改，请核对后再保存。")
            set_details(session, me, fields)
    except Refused as error:
        return _page(request, me, error, fields, "details")
    return RedirectResponse("/papers/settings?done=ok", 303)


@router.post("/numbers/{kind}")
async def numbers(request: Request, me: Me, kind: str) -> Response:
    return await run_in_threadpool(_numbers, request, me, _kind(kind), texts(await request.form()))


def _numbers(request: Request, me: Actor, kind: PaperKind, fields: dict[str, str]) -> Response:
    """A pattern that another person set since this page was opened is not overwritten."""
    try:
        with transaction() as session:
            now = patterns(session, me.office_id).get(kind)
            if now is None:
                raise Rejected("此类公文不编文号。")
            if now not in (fields.get("seen", now), fields.get("pattern", "").strip()):
                raise Conflict("此文号写法刚刚已被他人修改，请核对后再保存。")
            set_pattern(session, me, kind, fields.get("pattern", ""))
    except Refused as error:
        return _page(request, me, error, fields, kind)
    return RedirectResponse("/papers/settings?done=ok", 303)


@router.get("/forms/{kind}")
def form(me: Me, kind: str, builtin: str = "") -> Response:
    """The template that holds, or ours, to be changed in WPS or Word."""
    chosen = _kind(kind)
    with reading() as session:
        data = default_form(chosen) if builtin else form_of(session, me.office_id, chosen)
    if not data:
        raise NotFound("此类公文是电子表格，没有模板。")
    return file_of(data, f"{chosen.label}模板", "docx")


@router.post("/forms/{kind}")
async def put(request: Request, me: Me, kind: str) -> Response:
    async with whole_form(request) as form:
        files = await uploads(form, "form")
    return await run_in_threadpool(_put, request, me, _kind(kind), files)


def _put(request: Request, me: Actor, kind: PaperKind, files: list[Upload]) -> Response:
    try:
        if not files:
            raise Rejected("请选择改好的模板文件（.docx）。")
        with transaction() as session:
            put_form(session, me, kind, files[0])
    except Refused as error:
        return _page(request, me, error, at=f"form-{kind}")
    return RedirectResponse("/papers/settings?done=ok", 303)


@router.post("/forms/{kind}/default")
def default(me: Me, kind: str) -> Response:
    with transaction() as session:
        use_default(session, me, _kind(kind))
    return RedirectResponse("/papers/settings?done=ok", 303)


