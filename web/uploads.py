"""Files sent piece by piece before their form (tus 1.0: core, creation, termination), and what a form then names."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response
from starlette.requests import ClientDisconnect

from actions import stage_file
from actions.keep_evidence import Upload
from config.settings import settings
from models import unit_ledger as own
from models.base import NotFound, Refused, Rejected
from models.database import reading, transaction
from models.submission import Evidence, StagedFile
from models.unit_history import chosen_evidence, earlier_evidence
from web.forms import row_key
from web.status import status_of
from web.unit_door import Here, Posted, enter, most_mb

router = APIRouter(prefix="/u")
LARGEST_PIECE = 4 * 1024 * 1024
TUS = {"Tus-Resumable": "1.0.0"}
PLACES: dict[str, Callable[..., Any]] = {"item": own.own_item, "problem": own.own_problem, "state": own.own_about}


def answer(status: int, words: str = "", **headers: str) -> Response:
    """What the protocol answers: headers with underscores for dashes, and a sentence where something is wrong."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return PlainTextResponse(words, status, {**TUS, **named}) if words else Response(None, status, {**TUS, **named})


def refusal(error: Refused) -> Response:
    return answer(status_of(error), str(error))


def standing(row: StagedFile) -> dict[str, str]:
    """How far a file has come, and once it is checked the first characters of its hash."""
    more = {"Upload_Receipt": row.sha256[:12]} if row.sha256 else {}
    return {"Upload_Offset": str(row.received), "Upload_Length": str(row.size), **more}


@router.options("/{token}/files")
@router.options("/{token}/files/{key:uuid}")
def abilities(token: str, key: UUID | None = None) -> Response:
    largest = str(settings().evidence_max_mb * stage_file.MB)
    return answer(204, Tus_Version="1.0.0", Tus_Extension="creation,termination", Tus_Max_Size=largest)


@router.post("/{token}/files")
def create(request: Request, token: str) -> Response:
    """Begin a file: Upload-Length in bytes, Upload-Metadata with `filename` and `place`."""
    if request.headers.get("tus-resumable", "1.0.0") != "1.0.0":
        return answer(412, "不支持的续传协议版本。", Tus_Version="1.0.0")
    try:
        with transaction() as session:
            here = enter(request, session, token)
            size, said = _length(request), _metadata(request.headers.get("upload-metadata", ""))
            _check_place(here, said.get("place", ""))
            row = stage_file.begin(session, here.who.actor, said["place"], said.get("filename", ""), size)
    except Refused as error:
        return refusal(error)
    return answer(201, Location=f"/u/{token}/files/{row.id}", **standing(row))


def _length(request: Request) -> int:
    text = request.headers.get("upload-length", "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Rejected("没有说明文件的大小。")
    return int(text)


def _metadata(text: str) -> dict[str, str]:
    """`key base64,key base64` as text; what is not UTF-8 is shown as far as it can be."""
    said = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _, value = pair.partition(" ")
        try:
            said[key] = base64.b64decode(value, validate=True).decode(errors="replace")
        except (binascii.Error, ValueError):
            raise Rejected("文件名称无法识别，请改名后再传。") from None
    return said


def _check_place(here: Here, place: str) -> None:
    kind, _, key = place.partition("-")
    try:
        PLACES[kind](here.session, here.who.unit.id, row_key(key))
    except (KeyError, ValueError):
        raise NotFound("没有这份表单。") from None


@router.head("/{token}/files/{key:uuid}")
def how_far(request: Request, token: str, key: UUID) -> Response:
    try:
        with reading() as session:
            row = stage_file.own_staged(session, enter(request, session, token).who.actor, key)
    except Refused as error:
        return answer(status_of(error))
    return answer(200, **standing(row))


@router.patch("/{token}/files/{key:uuid}")
async def go_on(request: Request, token: str, key: UUID) -> Response:
    """Append a piece at Upload-Offset; the last one is answered with the receipt, or with what is wrong."""
    if request.headers.get("content-type") != "application/offset+octet-stream":
        return answer(415, "续传内容的类型不符。")
    offset = request.headers.get("upload-offset", "")
    if not offset.isascii() or not offset.isdigit() or len(offset) > 15:
        return answer(400, "没有说明续传的位置。")
    try:
        data = await _piece(request)
        return await run_in_threadpool(_go_on, request, token, key, int(offset), data)
    except Refused as error:
        return refusal(error)


async def _piece(request: Request) -> bytes:
    """What has come of a piece; of one that breaks off, as much as arrived."""
    data = bytearray()
    try:
        async for chunk in request.stream():
            data += chunk
            if len(data) > LARGEST_PIECE:
                raise Rejected("一次发送的内容过大，请分小段续传。")
    except ClientDisconnect:
        pass
    return bytes(data)


def _go_on(request: Request, token: str, key: UUID, offset: int, data: bytes) -> Response:
    with transaction() as session:
        row = stage_file.append(session, enter(request, session, token).who.actor, key, offset, data)
    if row.received < row.size:
        return answer(204, **standing(row))
    try:
        with transaction() as session:
            row = stage_file.finish(session, enter(request, session, token).who.actor, key)
    except Rejected:  # a file of the wrong kind does not stay
        with transaction() as session:
            stage_file.remove(session, enter(request, session, token).who.actor, key)
        raise
    return answer(204, **standing(row))


@router.delete("/{token}/files/{key:uuid}")
def remove(request: Request, token: str, key: UUID) -> Response:
    try:
        with transaction() as session:
            stage_file.remove(session, enter(request, session, token).who.actor, key)
    except Refused as error:
        return refusal(error)
    return answer(204)


@dataclass(frozen=True)
class FileBox:
    """What the files part of a form shows: sent ahead, sent in earlier, and which of them are ticked."""

    place: str
    staged: list[StagedFile]
    earlier: list[Evidence]
    ticked: set[str]
    unticked: set[str]


def file_box(here: Here, place: str, fields: dict[str, str]) -> FileBox:
    """The box of a place; a refused form says which staged files were ticked, else all are."""
    staged = stage_file.staged_at(here.session, here.who.actor, place)
    left = {str(row.id) for row in staged}
    off = left - set(fields["staged"].split()) if "staged" in fields else set()
    earlier = earlier_evidence(here.session, here.who.unit.id)
    return FileBox(place, staged, earlier, set(fields.get("reuse", "").split()), off)


def brought(here: Here, what: Posted, place: str) -> tuple[list[Upload], list[Evidence]]:
    """The files of a form: those in it, those sent ahead of it, and those sent in before."""
    try:
        uploads = what.files() + stage_file.claim(here.session, here.who.actor, place, _keys(what.staged))
        again = chosen_evidence(here.session, here.who.unit.id, _keys(what.fields.get("reuse", "").split()))
    except NotFound as error:  # the form is there and keeps its words; only a file of it is not
        raise Rejected(str(error)) from None
    if sum(len(one.data) for one in uploads) > most_mb() * stage_file.MB:
        raise Rejected(f"附件合计不得超过{most_mb()}MB，请压缩文件或分次上传。")
    return uploads, again


def brings_more(here: Here, what: Posted, place: str, taken: Iterable[Evidence]) -> bool:
    """Whether a form that came a second time carries a file its first click did not: new in it, or still waiting."""
    known, named = {row.sha256 for row in taken}, set(what.staged)
    if any(hashlib.sha256(one.data).hexdigest() not in known for one in what.uploads):
        return True
    return any(str(row.id) in named for row in stage_file.staged_at(here.session, here.who.actor, place))


def _keys(texts: Any) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        raise Rejected("附件的选择有误，请刷新页面后重试。") from None
