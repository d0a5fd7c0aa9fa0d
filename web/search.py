"""One field that finds units, problems, tasks, letters, cycles, plans and people by their words."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup, escape

from models.database import reading
from models.finding import find
from web.guard import Me
from web.page import render
from web.papers import hidden_for
from web.said import own

router = APIRouter(prefix="/search")
SHORTEST, LONGEST = 2, 60


@router.get("")
def search(request: Request, me: Me, q: str = "") -> Response:
    """Finds by kind, the words marked in each; one word of two characters is enough."""
    words = q.strip()[:LONGEST]
    groups = []
    if len(words) >= SHORTEST:
        with reading() as session:
            groups = find(session, me.office_id, words, hidden_for(me))
    return render(
        request, "office/search.html", words=words, groups=groups, short=0 < len(words) < SHORTEST,
        marked=lambda text: marked(text, words),
    )


def marked(text: str, words: str) -> object:
    """The text with every place where the words stand marked, everything else escaped; what people typed stays so."""
    found, low, at = Markup(), words.lower(), 0
    while low and (place := text.lower().find(low, at)) >= 0:
        found += escape(text[at:place]) + Markup("<mark>{}</mark>").format(text[place:place + len(low)])
        at = place + len(low)
    return own(found + escape(text[at:]))
