"""How alembic meets our database: the engine it is given, and every table's metadata."""

from alembic import context

from models.seals import SEALING
from models.tables import METADATA

engine = context.config.attributes["engine"]


def _keys(connection, state: str) -> None:
    """SQLite makes a table anew to drop a column; with foreign keys on, dropping the old one would be refused."""
    if engine.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")


def _alone(connection) -> None:
    """Two processes that start at once migrate one after the other; a large table takes the time it takes."""
    if engine.dialect.name == "postgresql":
        for name in ("statement_timeout", "lock_timeout"):
            connection.exec_driver_sql(f"SET LOCAL {name} = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({SEALING})")
        # whoever works on a table is waited for, but not for ever: others queue behind us meanwhile
        connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")


with engine.connect() as connection:
    _keys(connection, "OFF")  # outside a transaction, where alone it takes effect
    try:
        context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
        with context.begin_transaction():
            _alone(connection)
            context.run_migrations()
            if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration would leave rows that point nowhere; nothing was changed")
    finally:
        _keys(connection, "ON")
