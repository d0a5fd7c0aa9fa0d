"""what notices need that can be trusted: a second way, refused addresses, doubtful sendings, a hold, the day's account"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.base import MOMENT

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
WORD = sa.String(length=32)
ADDED = (
    ('contact', 'second_channel', WORD, None), ('contact', 'second_address', TEXT, ''),
    ('contact', 'refused_at', MOMENT, None), ('contact', 'refused_why', TEXT, ''),
    ('message', 'second_way', sa.Boolean(), sa.false()), ('message', 'doubtful', sa.Boolean(), sa.false()),
)
# a day walks what is due in each cycle, not what is due anywhere
WALKED = (
    ('ix_assignment_next_notice', 'assignment', ['cycle_id', 'next_notice_on', 'id'], 'next_notice_on IS NOT NULL'),
    ('ix_duty_next', 'duty', ['cycle_id', 'next_on'], 'next_on IS NOT NULL'),
)
STAGE = ['cycle_id', 'stage', 'unit_id', 'state', 'due_on', 'paused_on', 'kind']
BEFORE = (('ix_assignment_next_notice', 'assignment', ['next_notice_on']), ('ix_duty_next', 'duty', ['next_on']))


def upgrade() -> None:
    for name, table, columns, where in WALKED:
        op.drop_index(name, table)
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_index('ix_assignment_standing', 'assignment', ['cycle_id', 'state'], sqlite_where=sa.text('standing IS 1'),
                    postgresql_where=sa.text('standing IS TRUE'))
    no_part = sa.text("kind <> 'task'")
    op.create_index('ix_assignment_stage', 'assignment', STAGE, sqlite_where=no_part, postgresql_where=no_part)
    for table, name, kind, default in ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))
    op.create_table(
        'hold',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('since', MOMENT, nullable=False),
        sa.Column('why', TEXT, nullable=False),
        sa.Column('released_at', MOMENT, nullable=True),
        sa.Column('released_by', TEXT, nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_table(
        'dayaccount',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('owed', sa.Integer(), nullable=False),
        sa.Column('sent', sa.Integer(), nullable=False),
        sa.Column('failed', sa.Integer(), nullable=False),
        sa.Column('missing', sa.Integer(), nullable=False),
        sa.Column('made_at', MOMENT, nullable=False),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('office_id', 'day'),
    )
    op.create_index('ix_dayaccount_office_id', 'dayaccount', ['office_id'])
    op.create_table(
        'ratewindow',
        sa.Column('key', TEXT, nullable=False),
        sa.Column('amount', sa.Integer(), nullable=False),
        sa.Column('until', MOMENT, nullable=False),
        sa.PrimaryKeyConstraint('key'),
    )


def downgrade() -> None:
    for name in ('ix_assignment_standing', 'ix_assignment_stage'):
        op.drop_index(name, 'assignment')
    for name, table, columns in BEFORE:
        op.drop_index(name, table)
        where = sa.text(f'{columns[0]} IS NOT NULL')
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    for table in ('ratewindow', 'dayaccount', 'hold'):
        op.drop_table(table)
    for table in ('contact', 'message'):
        with op.batch_alter_table(table) as batch:
            for owner, name, _, _ in reversed(ADDED):
                if owner == table:
                    batch.drop_column(name)
