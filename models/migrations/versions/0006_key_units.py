"""units followed month by month until they are released"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.base import MOMENT

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
LIVE = sa.text("state IN ('proposed', 'approved')")
NEW_ROWS = (
    'SELECT count(*) FROM keyunit',
    "SELECT count(*) FROM visit WHERE kind = 'key' OR state = 'cancelled'",  # words an older version cannot read
)


def upgrade() -> None:
    op.create_table(
        'keyunit',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('cycle_id', sa.Uuid(), nullable=False),
        sa.Column('unit_id', sa.Uuid(), nullable=False),
        sa.Column('reason', TEXT, nullable=False),
        sa.Column('proposed_by', TEXT, nullable=False),
        sa.Column('proposed_at', MOMENT, nullable=False),
        sa.Column('state', sa.String(length=32), nullable=False),
        sa.Column('decided_by', TEXT, nullable=False),
        sa.Column('decided_at', MOMENT, nullable=True),
        sa.Column('answer', TEXT, nullable=False),
        sa.Column('since', sa.Date(), nullable=True),
        sa.Column('looked_on', sa.Date(), nullable=True),
        sa.Column('alerted_on', sa.Date(), nullable=True),
        sa.Column('released_by', TEXT, nullable=False),
        sa.Column('released_on', sa.Date(), nullable=True),
        sa.Column('release_reason', TEXT, nullable=False),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id']),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_keyunit_office_id', 'keyunit', ['office_id'])
    op.create_index('ix_keyunit_cycle_id', 'keyunit', ['cycle_id'])
    op.create_index('ix_keyunit_unit_id', 'keyunit', ['unit_id'])
    op.create_index(
        'ix_keyunit_live', 'keyunit', ['cycle_id', 'unit_id'], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )


def downgrade() -> None:
    if any(op.get_bind().exec_driver_sql(statement).scalar() for statement in NEW_ROWS):
        raise NotImplementedError('an older version cannot keep key units or their visits; restore a backup')
    op.drop_table('keyunit')
