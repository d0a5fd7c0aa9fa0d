"""groups of units, names they are called by, measures of a decomposition"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table(
        'unitgroup',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('name', TEXT, nullable=False),
        sa.Column('aliases', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('office_id', 'name'),
    )
    op.create_index('ix_unitgroup_office_id', 'unitgroup', ['office_id'])
    op.create_table(
        'groupmember',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('group_id', sa.Uuid(), nullable=False),
        sa.Column('unit_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['group_id'], ['unitgroup.id']),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('group_id', 'unit_id'),
    )
    op.create_index('ix_groupmember_group_id', 'groupmember', ['group_id'])
    op.create_index('ix_groupmember_unit_id', 'groupmember', ['unit_id'])
    # plain ALTERs: recreating a table, as batch mode would, trips over every row that refers to it
    op.add_column('unit', sa.Column('aliases', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column(
        'unit', sa.Column('merged_into', sa.Uuid(), sa.ForeignKey('unit.id'), nullable=True), inline_references=True
    )
    op.add_column('plan', sa.Column('parts', sa.JSON(), nullable=False, server_default='{}'))
    op.add_column('task', sa.Column('lead_units', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('task', sa.Column('deadline_text', TEXT, nullable=False, server_default=''))
    op.add_column('task', sa.Column('due_on', sa.Date(), nullable=True))
    op.add_column('task', sa.Column('source', TEXT, nullable=False, server_default=''))
    op.add_column('task', sa.Column('terms', sa.JSON(), nullable=False, server_default='{}'))
    op.add_column(
        'assignment', sa.Column('rolls_up_to', sa.Uuid(), sa.ForeignKey('assignment.id'), nullable=True),
        inline_references=True,
    )
    op.create_index('ix_assignment_rolls_up_to', 'assignment', ['rolls_up_to'])


def downgrade() -> None:
    raise NotImplementedError('an older version cannot read decomposed plans; restore a backup instead')
