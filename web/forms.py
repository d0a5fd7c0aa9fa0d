"""Posted forms into plain values: texts, days, files, and the nonce that makes a second click harmless."""

import re
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from actions.keep_evidence import Upload
from config.settings import settings
from models.base import Rejected, Word

MOST_FILES = 20
LONGEST_NUMBER = 9  # digits
YEARS = range(2000, 2101)


@asynccontextmanager
async def whole_form(request: Request) -> AsyncIterator[FormData]:
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


def texts(form: FormData) -> dict[str, str]:
    """Every text field of a form."""
    return {key: value for key, value in form.items() if isinstance(value, str)}


async def uploads(form: FormData, field: str = "files", label: str = "") -> list[Upload]:
    """The files of a field; the size is checked while reading, so nothing larger is ever held."""
    limit = settings().evidence_max_mb * 1024 * 1024
    found = []
    for item in form.getlist(field):
        if not isinstance(item, UploadFile) or not item.filename:
            continue
        data = await item.read(limit + 1)
        found.append(Upload(item.filename, data, label))
    if len(found) > MOST_FILES:
        raise Rejected(f"一次最多上传{MOST_FILES}个文件。")
    return found


def day(text: str, name: str) -> date | None:
    """A day from a date field, or None when it is empty."""
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise Rejected(f"“{name}”不是日期：{text[:20]}。请按 2020-09-05 的写法填写。") from None
    if found.year not in YEARS:
        raise Rejected(f"“{name}”的年份{found.year}不对，请核对。")
    return found


def key_of(text: str, name: str) -> UUID:
    """A row's key out of a form."""
    try:
        return UUID(text)
    except ValueError:
        raise Rejected(f"请选择{name}。") from None


def row_key(text: str) -> UUID:
    """A row's key within a name of ours, spelled as we spell it: one row has one name. ValueError for any other."""
    key = UUID(text)
    if str(key) != text:
        raise ValueError(text)
    return key


def needed_day(text: str, name: str) -> date:
    """A day that must be given."""
    found = day(text, name)
    if found is None:
        raise Rejected(f"请填写“{name}”。")
    return found


def number(text: str, name: str) -> int:
    """A whole number from a hidden or typed field."""
    try:
        if len(text) > LONGEST_NUMBER:  # no column takes it, and reading a very long one is refused by Python itself
            raise ValueError
        return int(text)
    except ValueError:
        raise Rejected(f"“{name}”应为数字。") from None


def own_path(text: str, other: str) -> str:
    """A page of ours to go back to; anything else, another host above all, is replaced by `other`."""
    return text if re.fullmatch(r"/[\w-]+(/[\w-]+)*", text, re.ASCII) else other


def rows(fields: dict[str, str], prefix: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """Numbered groups of fields (`problem-1-title`, `problem-1-detail` …) as dicts, empty groups left out."""
    numbers = sorted({int(key.split("-")[1]) for key in fields if key.startswith(f"{prefix}-") and _numbered(key)})
    groups = [{name: fields.get(f"{prefix}-{n}-{name}", "").strip() for name in names} for n in numbers]
    return [group for group in groups if any(group.values())]


def _numbered(key: str) -> bool:
    parts = key.split("-")
    return len(parts) == 3 and parts[1].isdecimal() and parts[1].isascii() and len(parts[1]) <= LONGEST_NUMBER


def fresh_nonce() -> str:
    """A word that names one form once."""
    return secrets.token_urlsafe(12)


def pairs(words: Iterable[Word]) -> list[tuple[str, str]]:
    """Words of the domain as the choices of a field: value and label."""
    return [(word.value, word.label) for word in words]
