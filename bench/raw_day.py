"""A day planned by hand: the same notices and next looks as ours, in as few statements as the database allows."""

from datetime import date
from typing import Any

from sqlalchemy import Engine, text

from bench.many import TODAY
from config.policy import Policy
from config.workdays import official
from models.cycle import Cycle  # noqa: F401 - the table named below
from models.words import AssignmentKind
from rules.reminder import verdict

KEY = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}
# in this order on SQLite, whose planner has no statistics; each column it must not walk by is hidden behind coalesce
DUE = {
    "sqlite": "cycle y CROSS JOIN assignment a INDEXED BY ix_assignment_next_notice ON y.id = a.cycle_id CROSS JOIN v "
              "ON v.kind = a.kind AND v.due_on = a.due_on AND v.looked = a.next_notice_on",
    "postgresql": "cycle y JOIN assignment a ON y.id = a.cycle_id JOIN v ON v.kind = a.kind AND v.due_on = a.due_on "
                  "AND v.looked = a.next_notice_on",
}
WHERE = (
    "y.state = 'open' AND a.next_notice_on <= :day AND a.state IN ('planned', 'open', 'returned') "
    "AND coalesce(a.team_id, a.team_id) IS NULL"
)
HEARD = "c.unit_id = a.unit_id AND {active} AND c.user_id IS NULL"


def known(bind: Engine) -> list[dict[str, Any]]:
    """What somebody who writes this by hand knows: the ladder's verdict on each kind and limit. Not timed."""
    with bind.connect() as connection:
        rows = connection.execute(text(
            "SELECT DISTINCT kind, due_on, next_notice_on FROM assignment WHERE next_notice_on <= :day"
        ), {"day": str(TODAY) if bind.dialect.name == "sqlite" else TODAY}).all()
    return [_line(kind, _day(due), _day(looked)) for kind, due, looked in rows]


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _line(kind: str, due: date, looked: date) -> dict[str, Any]:
    found = verdict(due, Policy().ladder(AssignmentKind(kind)), official(), looked, TODAY)
    assert found.step is not None
    return {
        "kind": kind, "due_on": due, "looked": looked, "notice": "urge" if found.step.overdue else "remind",
        "step": found.step.name, "late": found.late_from, "next": found.next_on,
    }


def _table(lines: list[dict[str, Any]], dialect: str) -> str:
    """The verdicts as literals, as one would type them."""
    def word(value: Any) -> str:
        day = isinstance(value, date) and dialect == "postgresql"
        return "NULL" if value is None else f"DATE '{value}'" if day else f"'{value}'"

    null = "NULL::date" if dialect == "postgresql" else "NULL"
    rows = ", ".join(
        f"({', '.join(word(value) if value is not None else null for value in line.values())})" for line in lines
    )
    kept = "AS MATERIALIZED " if dialect == "sqlite" else "AS "
    return f"WITH v (kind, due_on, looked, notice, step, late, next) {kept}(VALUES {rows}) "


def plan_by_hand(bind: Engine, lines: list[dict[str, Any]], now: str) -> None:
    """Who hears nothing, what is outdated, what is new, when each row is looked at next: one transaction."""
    dialect = bind.dialect.name
    v, day = _table(lines, dialect), str(TODAY) if dialect == "sqlite" else TODAY
    due = DUE[dialect]
    heard = HEARD.format(active="c.active" if dialect == "postgresql" else "coalesce(c.active, 1) = 1")
    with bind.begin() as connection:
        def run(statement: str) -> Any:
            return connection.execute(text(v + statement), {"day": day})

        run(f"SELECT a.id, a.title FROM {due} WHERE {WHERE} AND NOT EXISTS (SELECT 1 FROM contact c WHERE {heard})"
            ).all()
        run("UPDATE notice SET state = 'cancelled' WHERE coalesce(state, state) = 'planned' AND kind <> 'letter' AND "
            f"assignment_id IN (SELECT a.id FROM {due} JOIN contact c ON {heard} WHERE {WHERE})")
        run(
            "INSERT INTO notice (id, office_id, cycle_id, unit_id, contact_id, assignment_id, kind, step, "
            "deadline_version, due_on, planned_on, late_from, text, state, made_at) "
            f"SELECT {KEY[dialect]}, a.office_id, a.cycle_id, a.unit_id, c.id, a.id, v.notice, v.step, "
            f"a.deadline_version, a.due_on, :day, v.late, '', 'planned', '{now}' "
            f"FROM {due} JOIN contact c ON {heard} WHERE {WHERE} "
            "ON CONFLICT (assignment_id, step, contact_id, deadline_version) DO UPDATE SET state = 'planned', "
            "message_id = NULL, planned_on = excluded.planned_on WHERE notice.state = 'cancelled'"
        )
        run(
            "UPDATE assignment AS a SET next_notice_on = v.next FROM v, cycle y WHERE y.id = a.cycle_id AND "
            f"v.kind = a.kind AND v.due_on = a.due_on AND v.looked = a.next_notice_on AND {WHERE}"
        )
