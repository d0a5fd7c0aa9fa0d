"""The web application: routes, and errors of the domain mapped to pages once."""

import logging
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import OperationalError, SQLAlchemyError, TimeoutError
from starlette.exceptions import HTTPException
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from models.base import Busy, Refused, Rejected
from models.database import reading
from models.door_ledger import telephones_behind
from models.patience import busy
from notifications.link import hash_token
from notifications.log_line import about
from web import (
    audit,
    behalf,
    below,
    bulk,
    burden,
    calendar,
    carry_overs,
    contacts,
    cycle_letters,
    cycles,
    desk,
    digests,
    draws,
    duties,
    escalations,
    feed,
    first_steps,
    groups,
    health,
    intake,
    items,
    key_units,
    leader,
    ledger,
    lists,
    look_backs,
    office,
    oidc,
    outbox,
    paper_settings,
    papers,
    people,
    person,
    plans,
    points,
    problems,
    rehearsal,
    reports,
    review,
    runs,
    search,
    second_factor,
    sessions,
    short,
    statements,
    statistics,
    switch,
    team,
    team_report,
    team_scores,
    team_sheet,
    today,
    unit,
    unit_check,
    unit_circulars,
    unit_drafts,
    unit_duties,
    unit_forms,
    unit_history,
    unit_ledger,
    unit_statements,
    unit_steps,
    unit_story,
    uploads,
    visits,
    watch,
    work,
    workbooks,
)
from web.bodies import Bounded
from web.guard import NeedsFactor, NeedsLogin, NeedsNewWord, NeedsProof, guard
from web.language import Speaking, speaking
from web.page import render, spoken_to
from web.said import said_plain
from web.status import status_of

LOG = logging.getLogger("duban.web")
PARTS = (
    desk, cycles, visits, draws, problems, duties, items, lists, groups, key_units, office, outbox, people, plans,
    intake, runs, calendar, unit, unit_forms, unit_duties, ledger, unit_ledger, sessions, person, oidc, audit, switch,
    behalf, short, feed, statistics, leader, rehearsal, today, first_steps, team, team_scores, team_sheet, team_report,
    unit_history, unit_drafts, unit_statements, uploads, statements, unit_story, work, bulk, search, workbooks,
    burden,
    reports, digests, unit_circulars,
    review, unit_check, points,
    look_backs, carry_overs, contacts,
    escalations, unit_steps,
    cycle_letters, papers, paper_settings,
    health, watch,
    below,
    second_factor,
)


MISSING = {
    404: "没有这个页面。", 405: "此地址不支持这种操作。", 413: "提交的内容过大，已拒绝。",
    408: "内容传送过慢，没有收完，本次没有收下。请返回上一页重试。",
    415: "提交内容的文字编码无法识别，请用浏览器打开本页后填写。",
}


def create_app() -> FastAPI:
    """The application; needs a migrated database, nothing else."""
    app = FastAPI(title="督办", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Bounded)
    app.add_middleware(BaseHTTPMiddleware, dispatch=guard)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Speaking)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    for part in PARTS:
        app.include_router(part.router)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(NeedsLogin, sessions.to_login)
    app.add_exception_handler(NeedsNewWord, sessions.to_new_word)
    app.add_exception_handler(NeedsFactor, second_factor.to_factor)
    app.add_exception_handler(NeedsProof, sessions.to_proof)
    app.add_exception_handler(HTTPException, missing)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(OperationalError, waited)
    app.add_exception_handler(TimeoutError, waited)
    app.add_exception_handler(Exception, broken)
    return app


async def refused(request: Request, error: Exception) -> Response:
    """A refusal as a page (or one line for scripts): the sentence, and a way back to what was typed."""
    status = status_of(error)
    if request.headers.get("x-requested-with") == "duban":
        with speaking(spoken_to(request)):
            return JSONResponse({"error": said_plain(error)}, status_code=status)
    unit_side = request.url.path.startswith("/u/")
    page = "unit/refused.html" if unit_side else "refused.html"
    token = request.path_params.get("token", "")
    telephones = await run_in_threadpool(_telephones, token) if status == 410 and token else []
    return render(
        request, page, status, sentence=str(error), expired=status == 410, token=token, telephones=telephones
    )


def _telephones(token: str) -> list[tuple[str, str]]:
    with reading() as session:
        return telephones_behind(session, hash_token(token))


async def missing(request: Request, error: Exception) -> Response:
    """A page that does not exist, in Chinese."""
    status = getattr(error, "status_code", 404)
    words = MISSING.get(status, "请求无法处理。")
    return render(request, "refused.html", status, sentence=words, expired=False, token="")


async def unreadable(request: Request, _error: Exception) -> Response:
    """A form that cannot be read at all (a field missing, a date that is none)."""
    return await refused(request, Rejected("提交的内容不完整或格式不对，请检查日期和必填项后重试。"))


async def waited(request: Request, error: Exception) -> Response:
    """The database was too busy: said as that, and to be tried again; any other fault of it is ours."""
    sentence = busy(error) if isinstance(error, SQLAlchemyError) else None
    if sentence is None:
        return await broken(request, error)
    LOG.warning("the database was too busy for %s", request.url.path.split("/u/")[0] or "/u/…")
    answer = await refused(request, Busy(sentence))
    answer.headers["Retry-After"] = "5"
    return answer


async def broken(request: Request, error: Exception) -> Response:
    """Our own fault: no trace to the outside, all of it in the log."""
    place = getattr(request.scope.get("route"), "path", "")  # the pattern: the address itself may hold a link's secret
    with about(request=getattr(request.state, "number", "")):
        LOG.error("unhandled error", exc_info=error, extra={"method": request.method, "path": place})
    sentence = "系统出现故障，本次操作没有生效；已记入日志，请稍后重试或联系办公室。"
    return render(request, "refused.html", 500, sentence=sentence, expired=False, token="")
