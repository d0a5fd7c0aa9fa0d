"""names that can be erased from a sealed history, second factors of sign-ins"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.base import MOMENT

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
# refuses every change of an event; models/seals.py puts the one in place that lets names be erased
STRICT = {'sqlite': 'DROP TRIGGER IF EXISTS event_no_update', 'postgresql': 'DROP TRIGGER IF EXISTS event_no_change ON event'}
LOOSE = {'sqlite': STRICT['sqlite'], 'postgresql': 'DROP TRIGGER IF EXISTS event_no_update ON event'}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.execute(STRICT[dialect])
    op.add_column('event', sa.Column('salt', TEXT, nullable=False, server_default=''))
    op.add_column('event', sa.Column('erased', sa.Integer(), nullable=True))
    op.add_column('office', sa.Column('retention_years', sa.Integer(), nullable=False, server_default='10'))
    op.create_table(
        'secondfactor',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('secret', TEXT, nullable=False),
        sa.Column('made_at', MOMENT, nullable=False),
        sa.Column('confirmed_at', MOMENT, nullable=True),
        sa.Column('last_step', sa.Integer(), nullable=False),
        sa.Column('wrong', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['user.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_secondfactor_user_id', 'secondfactor', ['user_id'], unique=True)
    op.create_table(
        'recoverycode',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('code_hash', TEXT, nullable=False),
        sa.Column('used_at', MOMENT, nullable=True),
        sa.ForeignKeyConstraint(['user_id'], ['user.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_recoverycode_user_id', 'recoverycode', ['user_id'])


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.execute(LOOSE[dialect])
    for table in ('recoverycode', 'secondfactor'):
        op.drop_table(table)
    op.drop_column('office', 'retention_years')
    for name in ('erased', 'salt'):  # events sealed with a salt can then no longer be verified: restore a backup instead
        op.drop_column('event', name)
