"""A database as an older version left it: the rows around a visit, written in plain SQL."""

from sqlalchemy import Engine

AROUND = (
    "INSERT INTO office (id, name, short_name, made_at) VALUES ('a', '办公室', '办', '2023-01-01')",
    "INSERT INTO plan (id, office_id, key, title, short_title, issuer, doc_no, year, digest, adopted_at, subjects, "
    "windows, checks) VALUES ('p', 'a', 'k', 't', 't', 'i', 'n', 2023, 'd', '2023-01-01', '[]', '[]', '[]')",
    "INSERT INTO cycle (id, office_id, plan_id, title, state, opened_on, shift_days, policy, override_reason) "
    "VALUES ('c', 'a', 'p', 't', 'open', '2023-01-01', 0, '{}', '')",
    "INSERT INTO unit (id, office_id, name, subject, sort, active) VALUES ('u', 'a', '甲局', 'department', 0, 1)",
    "INSERT INTO team (id, office_id, cycle_id, name, sort) VALUES ('t', 'a', 'c', '甲组', 0)",
    "INSERT INTO contact (id, office_id, team_id, name, post, phone, channel, address, active) "
    "VALUES ('k', 'a', 't', '组长', '', '', 'outbox', '', 1)",
)
VISIT = (
    "INSERT INTO visit (id, office_id, cycle_id, unit_id, team_id, start_on, end_on, state, told, feedback, signed_by, "
    "override_reason{more}) "
    "VALUES ('{id}', 'a', 'c', 'u', 't', '2023-07-12', '2023-07-12', 'planned', 0, '', '', ''{val})"
)


def execute(engine: Engine, statement: str) -> list:
    with engine.begin() as connection:
        done = connection.exec_driver_sql(statement)
        return [tuple(row) for row in done] if done.returns_rows else []


def extra(key: str, kind: str) -> str:
    return VISIT.format(id=key, more=", kind, recusal_reason", val=f", '{kind}', ''")
