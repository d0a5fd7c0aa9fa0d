"""What the database itself refuses about papers and numbers, whoever writes to it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from actions.paper import issue_paper, void_paper
from models.database import transaction
from models.seals import seal
from tests.actions.test_paper import drafted

pytestmark = pytest.mark.both_databases
SLY = (
    "UPDATE paper SET state = 'draft'", "UPDATE paper SET content = '{}'", "DELETE FROM paper",
    "UPDATE paper SET id = '00000000000000000000000000000001'",
    "DELETE FROM papernumber", "UPDATE papernumber SET serial = 9", "UPDATE papernumber SET number = 'x'",
    "UPDATE numberseries SET last = last - 1",
)
# what only one of the databases has to offer
EMPTIED = ("paper", "papernumber", "numberseries", "event", "draw", "chainhead")
OWN = {
    "sqlite": (
        "INSERT OR REPLACE INTO paper SELECT * FROM paper",
        "INSERT OR REPLACE INTO papernumber SELECT * FROM papernumber",
    ),
    "postgresql": (
        "INSERT INTO paper SELECT * FROM paper ON CONFLICT (id) DO UPDATE SET content = '{}'",
        "INSERT INTO papernumber SELECT * FROM papernumber ON CONFLICT (id) DO UPDATE SET serial = 9",
        *(f"TRUNCATE {table} CASCADE" for table in EMPTIED),
        "MERGE INTO event USING chainhead h ON event.office_id = h.office_id WHEN MATCHED THEN DELETE",
    ),
}


def refused(bind, statement: str) -> None:
    """The database says no, in the words of a seal."""
    with pytest.raises(DBAPIError, match=r"append-only|never changed|stays|never goes"), bind.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("statement", SLY)
def test_a_signed_paper_and_its_number_stay(bind, people, statement: str) -> None:
    with transaction(bind) as session:
        issue_paper(session, people.actors["zhuren"], drafted(session, people), 1)
    refused(bind, statement)


def test_what_one_database_alone_offers_does_not_get_round_the_seals(bind, people) -> None:
    with transaction(bind) as session:
        issue_paper(session, people.actors["zhuren"], drafted(session, people), 1)
    for statement in OWN[bind.dialect.name]:
        refused(bind, statement)


def test_sealing_again_waits_for_nobody_and_mends_what_was_taken_off(bind, people) -> None:
    """Each process seals when it starts, while others write."""
    with transaction(bind) as session:
        issue_paper(session, people.actors["zhuren"], drafted(session, people), 1)
    if bind.dialect.name == "postgresql":
        with bind.connect() as writer, writer.begin():
            writer.execute(text("SELECT * FROM event FOR UPDATE"))
            writer.execute(text("UPDATE paper SET row_version = row_version + 1"))
            seal(bind)  # or it would wait for the writer, and this test for ever
        off = ("ALTER TABLE event DISABLE TRIGGER event_no_change", "DROP TRIGGER paper_no_delete ON paper")
    else:
        off = ("DROP TRIGGER event_no_delete", "DROP TRIGGER paper_no_delete")
    for statement in off:
        with bind.begin() as connection:
            connection.execute(text(statement))
    seal(bind)
    for statement in ("DELETE FROM event", "DELETE FROM paper"):
        refused(bind, statement)


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
