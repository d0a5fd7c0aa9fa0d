"""What the database itself refuses: to rewrite the event history, the history of limits, a draw,
a first limit, or what a signed paper says.

An event changes in one way: the names in it become the sign of an erasing event that stands after it and seals what it
now says (models/erased_only.py).
"""

import re
from hashlib import sha256
from typing import Any

from models import erased_only

APPEND_ONLY = ("event", "deadlineversion", "draw")
# what a signed paper says; state, version of the row and who withdrew it may still change
FROZEN = ("office_id", "kind", "subject", "version", "replaces", "number_id", "number", "title", "digest", "size",
          "template", "drafted_by", "drafted_at", "issued_by", "issued_on", "issued_at")
SAME = {
    "event": "id = NEW.id OR (office_id = NEW.office_id AND seq = NEW.seq)",
    "deadlineversion": "id = NEW.id OR (assignment_id = NEW.assignment_id AND version = NEW.version)",
    "draw": "id = NEW.id OR (office_id = NEW.office_id AND purpose_key = NEW.purpose_key AND no = NEW.no)",
}


# ways by which a signed paper would become a draft again; 作废 is the end
PAPER_BACK = ("(OLD.state <> 'draft' AND NEW.state = 'draft') OR (OLD.state = 'void' AND NEW.state <> 'void') "
              "OR (OLD.state <> 'draft' AND NEW.id <> OLD.id)")
NUMBER = ("id", "office_id", "kind", "year", "serial", "number", "taken_by", "taken_at")
NUMBER_BACK = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in NUMBER) + (
    " OR (OLD.voided_at IS NOT NULL AND (NEW.voided_at IS NULL OR NEW.voided_at <> OLD.voided_at "
    "OR NEW.void_reason <> OLD.void_reason OR NEW.voided_by <> OLD.voided_by))"
)


def _sqlite() -> list[str]:
    statements = []
    for table in APPEND_ONLY:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} history is append-only'); END"
        unless = f"WHEN NOT coalesce({erased_only.sqlite()}, 0) " if table == "event" else ""
        statements += [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {unless}{refuse}",
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {refuse}",
            # INSERT OR REPLACE would delete without firing the delete trigger
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {SAME[table]}) {refuse}",
        ]
    return [
        *statements,
        "CREATE TRIGGER IF NOT EXISTS assignment_first_limit BEFORE UPDATE OF first_due_on ON assignment "
        "WHEN OLD.first_due_on IS NOT NULL AND NEW.first_due_on IS NOT OLD.first_due_on "
        "BEGIN SELECT RAISE(ABORT, 'the first limit is never changed'); END",
        f"CREATE TRIGGER IF NOT EXISTS paper_no_update BEFORE UPDATE OF content, {', '.join(FROZEN)} ON paper "
        f"WHEN OLD.state <> 'draft' AND (NEW.content IS NOT OLD.content OR "
        f"{' OR '.join(f'NEW.{name} IS NOT OLD.{name}' for name in FROZEN)}) "
        "BEGIN SELECT RAISE(ABORT, 'a signed paper is never changed'); END",
        "CREATE TRIGGER IF NOT EXISTS paper_no_delete BEFORE DELETE ON paper WHEN OLD.state <> 'draft' "
        "BEGIN SELECT RAISE(ABORT, 'a signed paper is never changed'); END",
        # or: back to a draft, changed, and signed once more
        "CREATE TRIGGER IF NOT EXISTS paper_no_way_back BEFORE UPDATE OF id, state ON paper "
        f"WHEN {PAPER_BACK} BEGIN SELECT RAISE(ABORT, 'a signed paper is never changed'); END",
        "CREATE TRIGGER IF NOT EXISTS paper_no_replace BEFORE INSERT ON paper WHEN EXISTS (SELECT 1 FROM paper WHERE "
        "state <> 'draft' AND (id = NEW.id OR (office_id = NEW.office_id AND kind = NEW.kind AND subject = NEW.subject "
        "AND version = NEW.version))) BEGIN SELECT RAISE(ABORT, 'a signed paper is never changed'); END",
        f"CREATE TRIGGER IF NOT EXISTS papernumber_no_update BEFORE UPDATE ON papernumber WHEN {NUMBER_BACK} "
        "BEGIN SELECT RAISE(ABORT, 'a number that was given stays'); END",
        "CREATE TRIGGER IF NOT EXISTS papernumber_no_delete BEFORE DELETE ON papernumber "
        "BEGIN SELECT RAISE(ABORT, 'a number that was given stays'); END",
        "CREATE TRIGGER IF NOT EXISTS papernumber_no_replace BEFORE INSERT ON papernumber WHEN EXISTS (SELECT 1 FROM "
        "papernumber WHERE id = NEW.id OR (office_id = NEW.office_id AND kind = NEW.kind AND year = NEW.year "
        "AND serial = NEW.serial)) BEGIN SELECT RAISE(ABORT, 'a number that was given stays'); END",
        "CREATE TRIGGER IF NOT EXISTS numberseries_no_way_back BEFORE UPDATE OF last ON numberseries "
        "WHEN NEW.last < OLD.last BEGIN SELECT RAISE(ABORT, 'a counter never goes back'); END",
    ]


def _postgresql() -> list[str]:
    statements = [
        "CREATE OR REPLACE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        # no percent sign: drivers take it for a placeholder
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' history is append-only'; END $$",
        "CREATE OR REPLACE FUNCTION first_limit_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the first limit is never changed'; END $$",
        "CREATE OR REPLACE TRIGGER assignment_first_limit BEFORE UPDATE OF first_due_on ON assignment FOR EACH ROW "
        "WHEN (OLD.first_due_on IS NOT NULL AND NEW.first_due_on IS DISTINCT FROM OLD.first_due_on) "
        "EXECUTE FUNCTION first_limit_stays()",
        "CREATE OR REPLACE FUNCTION signed_paper_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a signed paper is never changed'; END $$",
        "CREATE OR REPLACE TRIGGER paper_no_update BEFORE UPDATE ON paper FOR EACH ROW WHEN (OLD.state <> 'draft' AND "
        "(NEW.content::text IS DISTINCT FROM OLD.content::text OR "
        f"{' OR '.join(f'NEW.{name} IS DISTINCT FROM OLD.{name}' for name in FROZEN)})) "
        "EXECUTE FUNCTION signed_paper_stays()",
        "CREATE OR REPLACE TRIGGER paper_no_delete BEFORE DELETE ON paper FOR EACH ROW WHEN (OLD.state <> 'draft') "
        "EXECUTE FUNCTION signed_paper_stays()",
        f"CREATE OR REPLACE TRIGGER paper_no_way_back BEFORE UPDATE ON paper FOR EACH ROW WHEN ({PAPER_BACK}) "
        "EXECUTE FUNCTION signed_paper_stays()",
        "CREATE OR REPLACE FUNCTION given_number_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a number that was given stays'; END $$",
        f"CREATE OR REPLACE TRIGGER papernumber_no_update BEFORE UPDATE ON papernumber FOR EACH ROW "
        f"WHEN ({NUMBER_BACK}) EXECUTE FUNCTION given_number_stays()",
        "CREATE OR REPLACE TRIGGER papernumber_no_delete BEFORE DELETE ON papernumber FOR EACH ROW "
        "EXECUTE FUNCTION given_number_stays()",
        "CREATE OR REPLACE TRIGGER numberseries_no_way_back BEFORE UPDATE ON numberseries FOR EACH ROW "
        "WHEN (NEW.last < OLD.last) EXECUTE FUNCTION given_number_stays()",
    ]
    statements += [
        "CREATE OR REPLACE FUNCTION event_is_only_erased() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF coalesce({erased_only.postgresql()}, false) THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'event history is append-only'; END $$",
        "CREATE OR REPLACE TRIGGER event_no_update BEFORE UPDATE ON event FOR EACH ROW "
        "EXECUTE FUNCTION event_is_only_erased()",
    ]
    statements += [
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE {'' if table == 'event' else 'UPDATE OR '}DELETE "
        f"ON {table} FOR EACH ROW EXECUTE FUNCTION history_is_append_only()"
        for table in APPEND_ONLY
    ]
    return statements + [  # emptying a table is no deletion of rows: no trigger above would hear of it
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only()"
        for table in (*APPEND_ONLY, "chainhead", "paper", "papernumber", "numberseries")
    ]


SEALS = {"sqlite": _sqlite(), "postgresql": _postgresql()}
TRIGGER = re.compile(r"CREATE OR REPLACE TRIGGER (\w+) BEFORE .*? ON (\w+)")
SEALING = 8_270_001  # the key under which one process at a time changes the structure
TRIGGERS = [found.groups() for one in SEALS["postgresql"] if (found := re.search(TRIGGER, one))]

MARK = sha256("\n".join(SEALS["postgresql"]).encode()).hexdigest()
KNOWN = "SELECT obj_description(to_regprocedure('history_is_append_only()'), 'pg_proc')"
STANDING = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O' AND tgname = ANY (%s)"


def seal(bind: Any) -> None:
    """Put the triggers in place; repeatable."""
    with bind.begin() as connection:
        if connection.dialect.name == "postgresql":
            _seal_once(connection)
            return
        known = dict(connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all())
        for statement in SEALS["sqlite"]:
            _renew(connection, statement, known)


def _renew(connection: Any, statement: str, known: dict[str, str]) -> None:
    """One trigger of SQLite, where it is missing or an earlier release made it of other words."""
    now = statement.replace("IF NOT EXISTS ", "", 1)
    name = now.split()[2]
    if name in known and known[name] != now:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    if known.get(name) != now:
        connection.exec_driver_sql(now)


def _seal_once(connection: Any) -> None:
    """Making a trigger anew locks its table against everybody who writes, and every process seals when it starts:
    so only what is missing, off or of another version is made, and by one process at a time."""
    names = [name for name, _ in TRIGGERS]
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({SEALING})")
    if connection.exec_driver_sql(KNOWN).scalar() == MARK and (
        connection.exec_driver_sql(STANDING, (names,)).scalar() == len(names)
    ):
        return
    for statement in SEALS["postgresql"]:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"COMMENT ON FUNCTION history_is_append_only() IS '{MARK}'")
    for name, table in TRIGGERS:
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
