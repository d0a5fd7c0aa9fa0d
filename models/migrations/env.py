"""How alembic meets our database: the engine it is given, and every table's metadata."""

from alembic import context

from models.tables import METADATA

engine = context.config.attributes["engine"]


def _keys(connection, state: str) -> None:
    """SQLite makes a table anew to drop a column; with foreign keys on, dropping the old one would be refused."""
    if engine.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")


with engine.connect() as connection:
    _keys(connection, "OFF")  # outside a transaction, where alone it takes effect
    try:
        context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
            if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration would leave rows that point nowhere; nothing was changed")
    finally:
        _keys(connection, "ON")
