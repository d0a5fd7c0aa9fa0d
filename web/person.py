"""One person's page: role, teams, what waits for them, what they did lately, their sign-ins."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from actions.digest import mails, wish_of
from actions.people import MAIL, seen_of
from actions.record import Actor
from actions.sign_in import idle
from config import clock
from config.settings import settings
from models import office_ledger
from models.base import Refused
from models.database import fetch, reading
from models.office import Login, User
from models.open_work import waiting_work
from models.second_factor import has_factor
from models.words import Role
from rules.roles import Act, may
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter()
# what waits for whom, and where: only what the person's role may do is counted
WAITING = (
    ("submissions", Act.REVIEW, "待审核材料", "/submissions"),
    ("objections", Act.JUDGE_OBJECTION, "待复核异议", "/ledger?state=objected"),
    ("reported", Act.VERIFY, "待核实整改", "/ledger?state=reported"),
    ("verified", Act.LOOK_BACK, "待回头看", "/ledger?state=verified"),
    ("to_close", Act.CLOSE_OUT, "待销号", "/ledger?state=looked_back"),
    ("extensions", Act.EXTENSION, "待批延期", "/extensions"),
    ("escalations", Act.DECIDE_STEP, "待批督办措施", "/escalations"),
    ("key_units", Act.DECIDE_KEY, "待批重点督导", "/"), ("unsigned", Act.RECEIPT, "逾期未签收", "/"),
    ("no_limit", Act.LIMIT, "待定时限", "/"),
)


@router.get("/people/{user_id}")
def page(request: Request, me: Me, user_id: UUID) -> Response:
    return show_person(request, me, user_id)


def show_person(
    request: Request, me: Actor, user_id: UUID, error: Refused | None = None, typed: dict[str, str] | None = None,
    word: str = "",
) -> Response:
    """A person; after a refusal with its sentence and what was typed, after a reset with the one-time word, once.

    Somebody else's history is for the head and the auditor, somebody else's sign-ins for the head.
    """
    mine, given = request.state.user.id == user_id, typed or {}
    with reading() as session:
        person = fetch(session, User, user_id, me.office_id)
        acts = office_ledger.history(me.office_id, may(me.role, Act.READ_REFERRALS), person.name)
        return render(
            request, "office/person.html", status_of(error) if error else 200, person=person, error=error,
            typed=given, word=word, mine=mine, mails=mails(), wish=_wish(person, given),
            roles=list(Role), seen=seen_of(person),
            teams=office_ledger.teams_of_user(session, user_id), waiting=_waiting(session, me, person),
            acts=session.exec(acts.limit(30)).all() if mine or may(me.role, Act.READ_AUDIT) else None,
            logins=_logins(session, user_id) if mine or may(me.role, Act.MANAGE_PEOPLE) else None,
            factor=has_factor(session, user_id),
            identity=identity_words(person), provider=settings().oidc_name if settings().oidc_issuer else "",
        )


def _wish(person: User, typed: dict[str, str]) -> dict[str, Any]:
    """How the person gets digests, or what was just typed about it."""
    if "wish" in typed:
        return {"mail": typed["mail"], "digests": typed["wish"].split(","), "seen": typed["wish_seen"]}
    return wish_of(person)


def _waiting(session: Session, me: Actor, person: User) -> list[tuple[str, int, str]]:
    referrals = may(me.role, Act.READ_REFERRALS)
    counts = waiting_work(session, me.office_id, clock.today(), referrals) if person.active else {}
    return [
        (words, counts[key], path)
        for key, act, words, path in WAITING if counts.get(key) and may(person.role, act)
    ]


def _logins(session: Session, user_id: UUID) -> list[Login]:
    return office_ledger.open_logins(session, user_id, clock.wall(), idle())


def identity_words(person: User) -> str:
    """The linked account without its issuer, or the e-mail by which it will be linked."""
    return person.identity.removeprefix(MAIL) if person.identity.startswith(MAIL) else person.identity.split("|")[-1]
