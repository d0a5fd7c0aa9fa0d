"""情况说明 behind a unit's link: the small form below what is owed, what was stated before, and its answers."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from actions.state import LONGEST, Saying, state
from models import unit_ledger as own
from models.base import NotAllowed, Rejected
from models.cycle import Assignment
from models.database import reading
from models.ledger import evidence_of, running_cycle
from models.problem import Problem
from models.statement_ledger import statement_by_nonce, statements_about
from models.submission import Statement
from web.forms import fresh_nonce
from web.unit_attempt import bound_nonce
from web.unit_door import READ, Here, Posted, enter
from web.unit_typed import filled
from web.uploads import brings_more, brought, file_box

router = APIRouter(prefix="/u")


def statements(here: Here, about: Assignment | Problem, fields: dict[str, str]) -> dict[str, Any]:
    """What the statements part of a page shows."""
    typed = filled(here, f"state-{about.id}", fields)
    named = {"problem_id": about.id} if isinstance(about, Problem) else {"item_id": about.id}
    rows = statements_about(here.session, here.who.unit.id, **named)
    return {
        "stated": [(row, evidence_of(here.session, statement_id=row.id)) for row in rows],
        "stating": typed, "state_key": about.id, "state_nonce": typed.fields.get("nonce") or fresh_nonce(),
        "state_files": file_box(here, f"state-{about.id}", typed.fields), "state_longest": LONGEST,
        "may_state": _runs(here, about),
    }


def _runs(here: Here, about: Assignment | Problem) -> bool:
    try:
        return bool(running_cycle(here.session, about.cycle_id))
    except NotAllowed:
        return False


def path_of(about: Assignment | Problem) -> str:
    return f"/{'problem' if isinstance(about, Problem) else 'item'}/{about.id}"


@router.api_route("/{token}/state/{key:uuid}", methods=READ)
def back(request: Request, token: str, key: UUID) -> Response:
    """A messenger that reopens the address of a refused form finds the form."""
    with reading() as session:
        about = own.own_about(session, enter(request, session, token).who.unit.id, key)
    return RedirectResponse(f"/u/{token}{path_of(about)}", 303)


def _more(here: Here, what: Posted, known: Statement) -> bool:
    about = known.problem_id or known.assignment_id
    return brings_more(here, what, f"state-{about}", evidence_of(here.session, statement_id=known.id))


def act(here: Here, what: Posted, key: UUID) -> str:
    """Take a statement; the files of one that came twice are not asked for again."""
    about = own.own_about(here.session, here.who.unit.id, key)
    nonce, unit_id = bound_nonce(key, what), here.who.unit.id
    known = statement_by_nonce(here.session, unit_id, nonce)
    if known and (known.text != what.fields.get("text", "").strip() or _more(here, what, known)):
        what.fields["nonce"] = fresh_nonce()
        raise Rejected("此页先前已提交过一次，本次内容尚未提交。确需再提交一份的，请再点一次“提交情况说明”。")
    uploads, reused = ([], []) if known else brought(here, what, f"state-{key}")
    state(here.session, here.who.actor, about, Saying(nonce, what.fields.get("text", ""), uploads, reused))
    return f"{path_of(about)}?done=stated"
