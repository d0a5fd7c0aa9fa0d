"""情况说明 on the office's desk: what units wanted it to know, and its answers."""

from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions.state import LONGEST, answer
from models.base import NotFound, Refused
from models.database import reading, transaction
from models.ledger import evidence_of
from models.statement_ledger import one_statement, statements_of
from rules.roles import Act, may
from web.guard import Me
from web.page import render
from web.status import status_of

router = APIRouter()


@router.get("/statements")
def statements(request: Request, me: Me) -> Response:
    """Those that wait first, then the answered ones."""
    return _page(request, me)


def _page(request: Request, me: Me, typed: str = "", key: UUID | None = None, error: Refused | None = None) -> Response:
    with reading() as session:
        rows = statements_of(session, me.office_id)
        files = {row[0].id: evidence_of(session, statement_id=row[0].id) for row in rows}
    return render(
        request, "office/statements.html", status_of(error) if error else 200, rows=rows, files=files, typed=typed,
        key=key, error=str(error or ""), longest=LONGEST, may_answer=may(me.role, Act.ANSWER_STATEMENT),
    )


@router.post("/statements/{key}/answer")
def give_answer(request: Request, me: Me, key: UUID, text: str = Form("")) -> Response:
    """Answer once; refused, the answer typed stays on the page."""
    try:
        with transaction() as session:
            answer(session, me, one_statement(session, me.office_id, key), text)
    except Refused as error:
        if isinstance(error, NotFound):
            raise
        return _page(request, me, text, key, error)
    return RedirectResponse("/statements?done=ok", 303)
