"""The office's day: signing in and out, and what needs a person now."""

from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions.alert import read_alert
from config.settings import settings
from models.database import reading, transaction
from models.open_work import alerts
from web.first_steps import steps_of
from web.guard import COOKIE, Me, sign_in, sign_out
from web.page import render
from web.today import door_of, today_of

router = APIRouter()


@router.get("/login")
def login_form(request: Request) -> Response:
    return render(request, "office/login.html", wrong=False, login="")


@router.post("/login")
def login(request: Request, login: str = Form(), word: str = Form()) -> Response:
    """Sign in; a wrong word is answered with the form, too many with a pause."""
    address = request.client.host if request.client else ""
    token = sign_in(login.strip(), word, address)
    if token is None:
        return render(request, "office/login.html", 401, wrong=True, login=login)
    answer = RedirectResponse("/", 303)
    secure = settings().site.startswith("https://")
    answer.set_cookie(
        COOKIE, token, httponly=True, samesite="lax", secure=secure, max_age=settings().session_hours * 3600
    )
    return answer


@router.post("/logout")
def logout(request: Request) -> Response:
    sign_out(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/")
def today(request: Request, me: Me, desk: str = "") -> Response:
    """What needs me, what the system did, what is coming; who works elsewhere is sent there unless they ask for it."""
    if not desk and (door := door_of(request.app, me.role)):
        return RedirectResponse(door, 303)
    with reading() as session:
        steps = steps_of(session, me.office_id)
        if steps:
            return render(request, "office/first_steps.html", steps=steps, alerts=alerts(session, me.office_id))
        return render(request, "office/today.html", **today_of(session, me))


@router.post("/alerts/{alert_id}/read")
def alert_read(me: Me, alert_id: UUID) -> Response:
    with transaction() as session:
        read_alert(session, me, alert_id)
    return RedirectResponse("/?done=ok", 303)
