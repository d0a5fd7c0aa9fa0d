"""The switch between Chinese and English, on every page: kept in a cookie and, signed in, on the person."""

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions.choose_language import choose_language
from config.settings import settings
from models.database import transaction
from web.guard import person_of
from web.language import CHINESE, COOKIE, LANGUAGES, local_path

router = APIRouter()
YEAR = 365 * 24 * 3600


@router.post("/language")
def switch(request: Request, to: str = Form(""), back: str = Form("/")) -> Response:
    """Keep the chosen language for a year and go back to the page; an unknown one is Chinese."""
    chosen = to if to in LANGUAGES else CHINESE
    if person := person_of(request):
        with transaction() as session:
            choose_language(session, person.id, chosen)
    answer = RedirectResponse(local_path(back), 303)
    secure = settings().site.startswith("https://")
    answer.set_cookie(COOKIE, chosen, max_age=YEAR, httponly=True, samesite="lax", secure=secure)
    return answer


@router.get("/language")
def nothing_to_show() -> Response:
    """A messenger that reopens the address of the switch finds the front page; nothing is changed."""
    return RedirectResponse("/", 303)
