"""issued documents that came in, with the answers to their questions"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.base import MOMENT

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table(
        'intake',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('name', TEXT, nullable=False),
        sa.Column('title', TEXT, nullable=False),
        sa.Column('digest', TEXT, nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('documents', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=32), nullable=False),
        sa.Column('answers', sa.JSON(), nullable=False),
        sa.Column('answered_by', TEXT, nullable=False),
        sa.Column('answered_at', MOMENT, nullable=True),
        sa.Column('made_by', TEXT, nullable=False),
        sa.Column('made_at', MOMENT, nullable=False),
        sa.Column('plan_id', sa.Uuid(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.ForeignKeyConstraint(['plan_id'], ['plan.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_intake_office_id', 'intake', ['office_id'])
    op.create_index('ix_intake_digest', 'intake', ['digest'])


def downgrade() -> None:
    op.drop_table('intake')
