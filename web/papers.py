"""公文: the list, one paper from draft to signature, its versions, the register of numbers."""

from collections.abc import Collection
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from actions.paper import look, waits_for_step
from actions.record import Actor
from actions.report_up import may_report
from actions.sign_paper import editable, redraft, sign, withdraw
from config import clock
from models import lists
from models import paper_ledger as ledger
from models.base import Refused, Word
from models.cycle import Cycle
from models.database import Session, reading, transaction
from models.paper import Paper
from models.paper_words import PaperKind, PaperState
from models.rank_ledger import reported, superior_of
from models.unit import Unit
from papers.forms import ending_of, forms
from papers.preview import preview
from papers.work_sheet import sheet
from rules.paper import OWN_HAND, RESTRICTED
from rules.roles import Act, may
from web.forms import key_of, number, pairs, texts
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter(prefix="/papers")
MIMES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
COLUMNS = ("类别", "年度", "序号", "文号", "标题", "编号日期", "经办", "状态", "作废理由")


def hidden_for(me: Actor) -> Collection[PaperKind]:
    """The kinds a person may not know of: in lists, search, register and downloads alike."""
    if not may(me.role, Act.READ_DESK):
        return frozenset(PaperKind)
    return frozenset() if may(me.role, Act.READ_REFERRALS) else RESTRICTED


def kinds_for(me: Actor) -> list[PaperKind]:
    return [kind for kind in PaperKind if kind not in hidden_for(me)]


def chosen(kind: type[Any], text: str) -> Any:
    """The word a filter names; none for anything else."""
    return next((word for word in kind if word.value == text), None) if issubclass(kind, Word) else None


def file_of(data: bytes, name: str, ending: str) -> Response:
    """A document to keep; never opened inside our page."""
    shown = f"attachment; filename=\"paper.{ending}\"; filename*=UTF-8''{quote(f'{name}.{ending}')}"
    return Response(data, media_type=MIMES[ending], headers={"Content-Disposition": shown})


def name_of(paper: Paper) -> str:
    """What a downloaded paper is called: number, title, and the version when there are several."""
    version = f"（第{paper.version}版）" if paper.version > 1 else ""
    draft = "（草稿）" if paper.state == PaperState.DRAFT else ""
    return f"{paper.number}{paper.title}{version}{draft}".replace("/", "／")[:100]


@router.get("")
def papers(
    request: Request, me: Me, kind: str = "", state: str = "", year: str = "", cycle: str = "", page: str = "1"
) -> Response:
    """Every version of every paper, newest first; the filters stand in the address."""
    asked = {"kind": kind, "state": state, "year": year, "cycle": cycle}
    wanted = ledger.Wanted(
        hidden=hidden_for(me), kind=chosen(PaperKind, kind), state=chosen(PaperState, state),
        year=number(year, "年度") if year else None, cycle_id=key_of(cycle, "督察周期") if cycle else None,
        page=max(1, number(page, "页码")),
    )
    with reading() as session:
        rows, count = ledger.papers_of(session, me.office_id, wanted)
        return render(
            request, "office/papers.html", rows=rows, count=count, asked=asked,
            kinds=pairs(kinds_for(me)), states=pairs(PaperState),
            years=ledger.years_of(session, me.office_id, hidden_for(me)),
            cycles=lists.cycles_of(session, me.office_id), at=wanted.page,
            pages=-(-count // ledger.PAGE), address=lambda n: "/papers?" + urlencode(asked | {"page": n}),
        )


@router.get("/register")
def register(request: Request, me: Me, kind: str = "", year: str = "") -> Response:
    """文号登记簿: no number is missing, a withdrawn one stays."""
    with reading() as session:
        years = ledger.register_years(session, me.office_id, hidden_for(me))
        rows = ledger.register_of(
            session, me.office_id, hidden_for(me), chosen(PaperKind, kind), number(year, "年度") if year else None
        )
        return render(
            request, "office/paper_register.html", rows=rows, years=years,
            kinds=pairs(kinds_for(me)), kind=kind, year=year,
        )


@router.get("/register.xlsx")
def register_sheet(me: Me, kind: str = "", year: str = "") -> Response:
    with reading() as session:
        found = ledger.register_of(
            session, me.office_id, hidden_for(me), chosen(PaperKind, kind), number(year, "年度") if year else None
        )
        rows = [
            (row.kind.label, row.year, row.serial, row.number, (paper.title if paper else row.title),
             clock.date_of(row.taken_at), row.taken_by, "作废" if row.voided_at else "在用", row.void_reason)
            for row, paper in found
        ]
    data = sheet("文号登记簿", f"共{len(rows)}号，截至{clock.today():%Y-%m-%d}", COLUMNS, rows)
    return file_of(data, f"文号登记簿{clock.today():%Y%m%d}", "xlsx")


@router.get("/{key:uuid}")
def paper(request: Request, me: Me, key: UUID) -> Response:
    return _page(request, me, key)


def _page(
    request: Request, me: Actor, key: UUID, error: Refused | None = None, typed: dict[str, str] | None = None
) -> Response:
    """One paper with its look, its versions and what may be done; a refusal keeps what was typed."""
    with reading() as session:
        row = ledger.the_paper(session, me.office_id, key, hidden_for(me))
        versions = ledger.versions_of(session, row)
        known = forms().get(row.kind)
        fields = known.fields if known else {}
        texts_of = [(name, fields.get(name, name), row.content[name]) for name in editable(row) if name in fields]
        return render(
            request, "office/paper.html", status_of(error) if error else 200, paper=row, versions=versions,
            own_hand=row.kind in OWN_HAND, newest=versions[0].id == row.id, error=error, typed=typed or {},
            texts=texts_of, waits=waits_for_step(row), unit=session.get(Unit, row.unit_id) if row.unit_id else None,
            cycle=session.get(Cycle, row.cycle_id) if row.cycle_id else None, **_look(session, row),
            above=superior_of(session, me.office_id) if may_report(row) else None,
            reported=reported(session, me.office_id, row.id),
        )


def _look(session: Session, row: Paper) -> dict[str, Any]:
    """The document as it will look; what stands in its way instead, where it cannot be made."""
    try:
        if ending_of(row.kind) != "docx":
            return {"blocks": [], "cut": False, "fault": None, "plain": True}
        blocks, cut = preview(look(session, row))
    except Refused as fault:
        return {"blocks": [], "cut": False, "fault": fault, "plain": False}
    return {"blocks": blocks, "cut": cut, "fault": None, "plain": False}


@router.get("/{key:uuid}/download")
def download(me: Me, key: UUID) -> Response:
    """The document, as it was signed or as the draft stands now."""
    with reading() as session:
        row = ledger.the_paper(session, me.office_id, key, hidden_for(me))
        return file_of(look(session, row), name_of(row), ending_of(row.kind))


@router.post("/{key:uuid}/issue")
def issue(request: Request, me: Me, key: UUID, seen: str = Form("")) -> Response:
    """Sign a draft; said twice by the same person it is done once."""
    try:
        with transaction() as session:
            row = ledger.the_paper(session, me.office_id, key, hidden_for(me))
            if not (row.state == PaperState.ISSUED and row.issued_by == me.name):
                sign(session, me, row, number(seen, "版本"))
    except Refused as error:
        return _page(request, me, key, error)
    return RedirectResponse(f"/papers/{key}?done=signed", 303)


@router.post("/{key:uuid}/void")
def void(request: Request, me: Me, key: UUID, seen: str = Form(""), reason: str = Form("")) -> Response:
    try:
        with transaction() as session:
            row = ledger.the_paper(session, me.office_id, key, hidden_for(me))
            if not (row.state == PaperState.VOID and row.voided_by == me.name and row.void_reason == reason.strip()):
                withdraw(session, me, row, number(seen, "版本"), reason)
    except Refused as error:
        return _page(request, me, key, error, {"reason": reason})
    return RedirectResponse(f"/papers/{key}?done=ok", 303)


@router.post("/{key:uuid}/again")
async def again(request: Request, me: Me, key: UUID) -> Response:
    """A new version with its texts as they were typed; the page of the draft that came of it."""
    return await run_in_threadpool(_again, request, me, key, texts(await request.form()))


def _again(request: Request, me: Actor, key: UUID, fields: dict[str, str]) -> Response:
    words = {name.removeprefix("text-"): text for name, text in fields.items() if name.startswith("text-")}
    try:
        with transaction() as session:
            row = ledger.the_paper(session, me.office_id, key, hidden_for(me))
            made = redraft(session, me, row, number(fields.get("seen", ""), "版本"), words).id
    except Refused as error:
        return _page(request, me, key, error, fields)
    return RedirectResponse(f"/papers/{made}?done=ok", 303)
