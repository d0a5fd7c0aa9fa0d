"""A unit's calendar: the address it subscribes to, what stands there, and the end of an address."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import feed
from actions.open_link import revoke, visitor
from config import clock
from config.settings import settings
from models.base import NotAllowed, NotFound
from models.database import fetch, reading, transaction
from models.door_ledger import live_links
from models.unit import Link
from models.words import LinkPurpose
from web.forms import fresh_nonce
from web.throttle import BAD_LINKS
from web.unit_door import READ, Here, address, enter

router = APIRouter(prefix="/u")


@router.api_route("/{token}/calendar.ics", methods=READ)
def calendar(request: Request, token: str) -> Response:
    """The calendar behind its own address; calendar programs fetch it again and again, and nothing changes."""
    try:
        with reading() as session:
            data = feed.feed_of(session, visitor(session, token, feed=True).unit)
    except NotFound:
        BAD_LINKS.check(address(request))
        raise
    headers = {"Content-Disposition": 'inline; filename="duban.ics"'}
    return Response(data, media_type="text/calendar; charset=utf-8", headers=headers)


@router.api_route("/{token}/feed", methods=READ)
def page(request: Request, token: str) -> Response:
    with reading() as session:
        return _show(enter(request, session, token))


def _show(here: Here, fresh: str = "", refused: str = "") -> Response:
    feeds = live_links(here.session, here.who.unit.id, clock.now(), (LinkPurpose.FEED,))
    place = f"{settings().site}/u/{fresh}/calendar.ics" if fresh else ""
    response = here.show(
        "feed", feeds=[link for link, _ in feeds], nonce=fresh_nonce(), place=place, refused=refused,
        direct=f"webcal://{place.split('://', 1)[1]}" if place else "",
    )
    response.status_code = 403 if refused else 200
    return response


@router.post("/{token}/feed")
def make(request: Request, token: str, nonce: Annotated[str, Form()] = "") -> Response:
    """A fresh address, shown this once; the same form sent twice shows the same one."""
    word, refused = "", ""
    try:
        with transaction() as session:
            word = feed.make_feed(session, enter(request, session, token).who, nonce[:40])
    except NotAllowed as error:
        refused = str(error)
    with reading() as session:
        return _show(enter(request, session, token), word, refused)


@router.post("/{token}/feed/{key:uuid}/revoke")
def end(request: Request, token: str, key: UUID) -> Response:
    with transaction() as session:
        who = enter(request, session, token).who
        link = fetch(session, Link, key, who.unit.office_id)
        if link.unit_id != who.unit.id or link.purpose != LinkPurpose.FEED:
            raise NotFound("没有找到这个订阅地址。")
        revoke(session, who.actor, link)
    return RedirectResponse(f"/u/{token}/feed", 303)
