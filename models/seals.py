"""What the database itself refuses: to rewrite the event history, the history of limits, a draw,
a first limit, or what a signed paper says."""

from typing import Any

APPEND_ONLY = ("event", "deadlineversion", "draw")
# what a signed paper says; state, version of the row and who withdrew it may still change
FROZEN = ("office_id", "kind", "subject", "version", "replaces", "number_id", "number", "title", "digest", "size",
          "template", "drafted_by", "drafted_at", "issued_by", "issued_on", "issued_at")
SAME = {
    "event": "id = NEW.id OR (office_id = NEW.office_id AND seq = NEW.seq)",
    "deadlineversion": "id = NEW.id OR (assignment_id = NEW.assignment_id AND version = NEW.version)",
    "draw": "id = NEW.id OR (office_id = NEW.office_id AND purpose_key = NEW.purpose_key AND no = NEW.no)",
}


def _sqlite() -> list[str]:
    statements = []
    for table in APPEND_ONLY:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} history is append-only'); END"
        statements += [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {refuse}",
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
    ]
    return statements + [
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION history_is_append_only()"
        for table in APPEND_ONLY
    ]


SEALS = {"sqlite": _sqlite(), "postgresql": _postgresql()}


def seal(bind: Any) -> None:
    """Put the triggers in place; repeatable."""
    with bind.begin() as connection:
        for statement in SEALS[connection.dialect.name]:
            connection.exec_driver_sql(statement)
