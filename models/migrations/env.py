"""How alembic meets our database: the engine it is given, and every table's metadata."""

from alembic import context

from models.tables import METADATA

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
