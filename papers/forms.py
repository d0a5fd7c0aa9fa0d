"""The papers there are: for each its built-in template, what it must be given, and how it is filled."""

import io
from collections.abc import Mapping
from functools import cache
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateError, UndefinedError

from models.base import Rejected
from models.paper_words import PaperKind
from papers.form import Form
from papers.gongwen import steady
from papers.letters import LETTERS
from papers.marks import leaves, parts_of, paths_used, text_of
from papers.proposals import PROPOSALS
from papers.reports import REPORTS
from papers.sandbox import Closed, printable
from papers.steps import STEPS
from papers.workbooks import WORKBOOKS

ALWAYS = ("number", "title", "issuer", "office", "place", "contact", "phone", "day", "version", "signer")


def forms() -> dict[PaperKind, Form]:
    """Every paper there is; each module of papers holds its own."""
    return {**LETTERS, **WORKBOOKS, **REPORTS, **PROPOSALS, **STEPS}


def form_for(kind: PaperKind) -> Form:
    found = forms().get(kind)
    if found is None:
        raise Rejected(f"尚无“{kind.label}”的模板。")
    return found


@cache
def default_form(kind: PaperKind) -> bytes:
    """The template we ship, built once; empty for a paper that is written as a workbook."""
    build = form_for(kind).build
    return build() if build else b""


def ending_of(kind: PaperKind) -> str:
    return form_for(kind).ending


def title_of(kind: PaperKind) -> str:
    return kind.label


def fill(template: bytes, kind: PaperKind, values: Mapping[str, Any]) -> bytes:
    """The paper with every mark filled; a value that is missing or empty is named, nothing half-filled comes out."""
    form = form_for(kind)
    lacking = [name for key, name in form.fields.items() if values.get(key) in (None, "", [])]
    if lacking:
        raise Rejected(f"“{kind.label}”缺少{'、'.join(lacking)}，不能生成。")
    if form.write:
        return form.write(values)
    made = _filled(template, kind, values)
    if template != default_form(kind) and (lost := left_out(template, kind, values, made)):
        raise Rejected(f"按现用模板，“{kind.label}”没有写出：{'、'.join(lost)}。请到“公文设置”核对模板。")
    return made


def left_out(template: bytes, kind: PaperKind, values: Mapping[str, Any], made: bytes) -> list[str]:
    """What ours would print of the values a template asks for, and this one did not: a condition kept it back."""
    asked = {**form_for(kind).fields, "number": "文号"}
    used, ours, mine = paths_used(template), _words(_filled(default_form(kind), kind, values)), _words(made)
    return list(dict.fromkeys(
        asked[path.split("[")[0].split(".")[0]] for path, word in leaves(printable(values))
        if path in used and path.split("[")[0].split(".")[0] in asked and word in ours and word not in mine
    ))


def _words(data: bytes) -> str:
    return "\n".join(text_of(part) for part in parts_of(data))


def _filled(template: bytes, kind: PaperKind, values: Mapping[str, Any]) -> bytes:
    document = DocxTemplate(io.BytesIO(template))
    try:
        document.render(printable(values), Closed(), autoescape=True)
    except UndefinedError:
        raise Rejected(f"“{kind.label}”的模板用到了没有的内容，请到“公文设置”核对模板。") from None
    except TemplateError as fault:
        raise Rejected(f"“{kind.label}”的模板有误：{fault.message}。请到“公文设置”核对模板。") from None
    except (TypeError, ValueError, ArithmeticError, RecursionError, SyntaxError):
        raise Rejected(f"“{kind.label}”的模板写法有误，请到“公文设置”核对模板。") from None
    out = io.BytesIO()
    document.save(out)
    return steady(out.getvalue())
