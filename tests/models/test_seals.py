"""What the database itself refuses about papers and numbers, whoever writes to it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from actions.paper import issue_paper, void_paper
from models.database import transaction
from tests.actions.test_paper import drafted

SLY = (
    "UPDATE paper SET state = 'draft'", "UPDATE paper SET content = '{}'", "DELETE FROM paper",
    "INSERT OR REPLACE INTO paper SELECT * FROM paper", "UPDATE paper SET id = lower(hex(randomblob(16)))",
    "DELETE FROM papernumber", "UPDATE papernumber SET serial = 9", "UPDATE papernumber SET number = 'x'",
    "INSERT OR REPLACE INTO papernumber SELECT * FROM papernumber", "UPDATE numberseries SET last = last - 1",
)


@pytest.mark.parametrize("statement", SLY)
def test_a_signed_paper_and_its_number_stay(bind, people, statement: str) -> None:
    with transaction(bind) as session:
        issue_paper(session, people.actors["zhuren"], drafted(session, people), 1)
    with pytest.raises(DBAPIError), bind.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("statement", [
    "UPDATE papernumber SET voided_at = NULL", "UPDATE papernumber SET void_reason = 'x'",
    "UPDATE paper SET state = 'issued'",
])
def test_what_is_withdrawn_stays_withdrawn(bind, people, statement: str) -> None:
    with transaction(bind) as session:
        head = people.actors["zhuren"]
        void_paper(session, head, issue_paper(session, head, drafted(session, people), 1), 2, "有误")
    with pytest.raises(DBAPIError), bind.begin() as connection:
        connection.execute(text(statement))
