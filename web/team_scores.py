"""Scores as they come in from the yard: one item at a time, photos, handing in, and what the lead settles."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions import score
from actions.record import Actor, allow
from models.base import Refused, Rejected
from models.cycle import Visit
from models.database import fetch, reading, transaction
from models.score import Score
from models.score_ledger import names_by_key
from rules.on_site import Line, fields_of, in_words, judge
from rules.roles import Act
from web.guard import Me
from web.page import moment_words, render
from web.status import status_of
from web.team import show
from web.team_door import Came, came, done, fresh, nothing, visit_held
from web.team_view import result_of, told_sums, view_of

router = APIRouter(prefix="/team/visits/{key:uuid}")


@router.post("/scores")
async def answer(request: Request, me: Me, key: UUID) -> Response:
    """Keep one item; a phone is answered ok, conflict (with both values) or refused, with the sentence."""
    return await run_in_threadpool(_answer, request, me, key, await came(request))


def _answer(request: Request, me: Actor, key: UUID, what: Came) -> Response:
    def do(session: Session, visit: Visit) -> dict[str, Any]:
        row = score.keep_answer(session, me, visit, what.item, what.seen, fresh(what.fields))
        line = score.line_named(session, visit, what.item)
        return {"of_item": _told(line, row), "sums": told_sums(session, visit, row.scorer)}

    def say(session: Session, visit: Visit, error: Refused) -> dict[str, Any]:
        if not isinstance(error, score.Overtaken):
            return {}
        line = score.line_named(session, visit, what.item)
        mine = judge(line, fresh(what.fields))
        return {"theirs": _told(line, error.theirs), "mine": in_words(line, mine.result, mine.points, mine.reason)}

    back = f"/team/visits/{key}#item-{what.item}"
    return done(request, me, key, what, do, back, lambda error: _again(request, me, key, what, error), say)


def _told(line: Line, row: Score) -> dict[str, Any]:
    """An answer for a script: as words, as the fields of its form, with its version."""
    return {
        "version": row.version, "words": in_words(line, row.result, row.points, row.reason), "by": row.scored_by,
        "at": moment_words(row.scored_at), "fields": fields_of(row.result, row.clauses, row.reason),
        "answered": row.result is not None or row.points is not None,
    }


def _again(request: Request, me: Actor, key: UUID, what: Came, error: Refused) -> Response:
    """The page with what was typed; overtaken, it says what the other one answered, and a second save is deliberate."""
    if isinstance(error, score.Overtaken):
        row = error.theirs
        with reading() as session:
            line = score.line_named(session, fetch(session, Visit, key, me.office_id), what.item)
        words = in_words(line, row.result, row.points, row.reason)
        error = type(error)(row)
        error.args = (f"{error}已保存的是“{words}”；要改用您下面填的，请再点“保存”。",)
    return show(request, me, key, error, {what.item: fresh(what.fields)}, at=what.item)


@router.post("/photos")
async def photos(request: Request, me: Me, key: UUID) -> Response:
    """Photos and files that prove one item."""
    return await run_in_threadpool(_photos, request, me, key, await came(request))


def _photos(request: Request, me: Actor, key: UUID, what: Came) -> Response:
    def do(session: Session, visit: Visit) -> dict[str, Any]:
        if not what.files:
            raise Rejected("请选择或拍摄照片。")
        rows = [score.keep_photo(session, me, visit, what.item, one) for one in what.files]
        return {"of_item": {"photos": [{"id": str(row.id), "name": row.name} for row in rows]}}

    back = f"/team/visits/{key}#item-{what.item}"
    return done(
        request, me, key, what, do, back, lambda error: show(request, me, key, error, at=what.item), nothing
    )


@router.post("/hand-in")
def hand_in(request: Request, me: Me, key: UUID) -> Response:
    """One of two scorers is through."""
    def do(session: Session, visit: Visit) -> dict[str, Any]:
        score.hand_in(session, me, visit)
        return {}

    back = f"/team/visits/{key}/scores"
    return done(request, me, key, Came({}), do, back, lambda error: show(request, me, key, error), nothing)


@router.get("/scores")
def result(request: Request, me: Me, key: UUID) -> Response:
    return _result(request, me, key)


def _result(request: Request, me: Actor, key: UUID, error: Refused | None = None, what: Came | None = None) -> Response:
    """The sheet as it counts, to print; of two scorers nothing before both are in, then where they differ."""
    with reading() as session:
        visit = fetch(session, Visit, key, me.office_id)
        names = names_by_key(session, me.office_id)
        return render(
            request, "team/scores.html", status_of(error) if error else 200, v=view_of(session, me, visit), visit=visit,
            result=result_of(session, visit, names), names=names, error=str(error or ""),
            typed=what.fields if what else {},
        )


@router.post("/settle")
async def settle(request: Request, me: Me, key: UUID) -> Response:
    """The lead settles one difference, with a reason."""
    return await run_in_threadpool(_settle, request, me, key, await came(request))


def _settle(request: Request, me: Actor, key: UUID, what: Came) -> Response:
    allow(me, Act.ON_SITE)
    given = fresh(what.fields)
    try:
        with transaction() as session:
            visit = visit_held(session, me, key)
            take, why = given.pop("take", ""), given.pop("why", "")
            score.settle(session, me, visit, what.item, what.seen, take, why, given)
    except (Rejected, score.Overtaken) as error:
        return _result(request, me, key, error, what)
    return RedirectResponse(f"/team/visits/{key}/scores#item-{what.item}", 303)
