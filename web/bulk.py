"""Many rows at once: chosen in the ledger, shown with what each person will read, done once, and what came of it."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from actions.bulk_acts import MOST_ROWS, BulkAct, Look, Seen, Wish, carry_out, look, outcome_of
from actions.record import Actor
from models.base import NotFound, Refused, Rejected
from models.database import reading, transaction
from models.work_ledger import MOST_COUNTED, count_of, keys_of
from models.work_lines import lines_of
from web import engine
from web.forms import day, fresh_nonce, texts
from web.guard import Me
from web.page import render
from web.status import status_of
from web.work_filters import NAMES, read_filters

router = APIRouter(prefix="/work/bulk")
MOST_FIELDS = 2 * MOST_ROWS


@router.post("")
async def preview(request: Request, me: Me) -> Response:
    """What an act would do to the chosen rows, or to all that are filtered; changes nothing."""
    form = await request.form(max_fields=MOST_FIELDS)
    return await run_in_threadpool(_preview, request, me, texts(form), rows_of(form))


def rows_of(form: FormData) -> list[str]:
    """The rows a form names, each with the versions that were seen."""
    return [value for value in form.getlist("row") if isinstance(value, str)]


def _preview(request: Request, me: Actor, fields: dict[str, str], chosen: list[str]) -> Response:
    back = {name: fields.get(name, "") for name in NAMES}
    act = BulkAct(fields["act"]) if fields.get("act") in list(BulkAct) else BulkAct.URGE
    with reading() as session:
        asked = read_filters(session, me.office_id, back)
        values: dict[str, Any] = {
            "act": act, "fields": fields, "rows": chosen, "back": asked.address(), "filters": back,
        }
        try:
            keys, more = _keys(session, me, fields, chosen)
            found = look(session, me, _wish(act, fields), keys)
        except Refused as error:
            return render(request, "office/bulk.html", status_of(error), error=error, found=None, **values)
        return render(
            request, "office/bulk.html", error=None, found=found, more=more, nonce=fresh_nonce(),
            names=_names(session, me, found), seen=[_stamp(row.item) for row in found.rows], **values,
        )


def _keys(session: Session, me: Actor, fields: dict[str, str], chosen: list[str]) -> tuple[list[UUID], str]:
    """The rows meant, and a sentence where more are filtered than can be done at once."""
    if not fields.get("all"):
        return list(_seen(chosen)), ""
    asked = read_filters(session, me.office_id, fields)
    if asked.doubts:
        raise Rejected(f"筛选条件不明：{'、'.join(asked.doubts)}。请改正后再办理全部筛选结果。")
    count = count_of(session, asked.want)
    words = f"{MOST_COUNTED}项以上" if count > MOST_COUNTED else f"{count}项"
    more = f"筛选结果共{words}，一次办理前{MOST_ROWS}项，其余请分次办理。" if count > MOST_ROWS else ""
    return [place.key.id for place in keys_of(session, asked.want, None, MOST_ROWS)], more


def _wish(act: BulkAct, fields: dict[str, str]) -> Wish:
    workdays = fields.get("workdays", "").strip()
    if workdays and not (workdays.isdecimal() and workdays.isascii()):
        raise Rejected("顺延的工作日数应为数字。")
    return Wish(act, fields.get("reason", ""), day(fields.get("new_day", ""), "新的时限"), int(workdays[:4] or 0))


def _stamp(item: object) -> str:
    return f"{item.id}.{item.version}.{item.deadline_version}"  # type: ignore[attr-defined]


def _seen(chosen: list[str]) -> dict[UUID, Seen]:
    """The rows of a form with the versions that were on the page."""
    try:
        parts = [value.split(".") for value in chosen]
        return {UUID(key): (int(version), int(limit)) for key, version, limit in parts}
    except ValueError:
        raise Rejected("所选事项无法识别，请返回台账重新选择。") from None


def _names(session: Session, me: Actor, found: Look) -> dict[UUID, str]:
    """Who owes each row, and for people whom they belong to."""
    lines = lines_of(session, me.office_id, [row.item.id for row in (*found.rows, *found.left)])
    return {line.id: line.who for line in lines}


@router.post("/do")
async def do(request: Request, me: Me, later: BackgroundTasks) -> Response:
    """Carry it out once; rows that changed since the preview are left alone and named."""
    form = await request.form(max_fields=MOST_FIELDS)
    nonce = await run_in_threadpool(_do, me, texts(form), _seen(rows_of(form)))
    later.add_task(engine.ask_sweep, f"bulk-{nonce}")
    return RedirectResponse(f"/work/bulk/{nonce}", 303)


def _do(me: Actor, fields: dict[str, str], seen: dict[UUID, Seen]) -> str:
    if fields.get("act") not in list(BulkAct):
        raise Rejected("请选择要办理的事。")
    nonce, wish = fields.get("nonce", ""), _wish(BulkAct(fields["act"]), fields)
    with transaction() as session:
        carry_out(session, me, wish, seen, nonce)
    return nonce


@router.get("/{nonce}")
def outcome(request: Request, me: Me, nonce: str) -> Response:
    """What came of it, row by row."""
    with reading() as session:
        event = outcome_of(session, me.office_id, nonce)
        if event is None:
            raise NotFound("没有找到这次办理的结果。")
        why = {UUID(key): reason for key, reason in event.data["left"]}
        done = [UUID(key) for key in event.data["done"]]
        lines = {line.id: line for line in lines_of(session, me.office_id, [*done, *why])}
        return render(
            request, "office/bulk_done.html", event=event, act=BulkAct(event.data["act"]),
            done=[lines[key] for key in done if key in lines],
            left=[(lines[key], reason) for key, reason in why.items() if key in lines],
        )
