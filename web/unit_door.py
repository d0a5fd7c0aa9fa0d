"""The way in for units: whose link it is, and who may hold it."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from sqlmodel import Session

from actions.keep_evidence import Upload
from actions.open_link import Visitor, visitor
from config.settings import settings
from models.base import NotAllowed, NotFound, Refused
from models.office import Office
from models.words import LinkPurpose
from notifications.log_line import note
from rules import roles
from web.guard import user_here
from web.literals import has_han
from web.page import PAGES, render
from web.status import status_of
from web.throttle import BAD_LINKS
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
