"""the parts of a sweep that several workers share"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.base import MOMENT

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table(
        'share',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('sweep', TEXT, nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('cut_at', MOMENT, nullable=False),
        sa.Column('worker', TEXT, nullable=False),
        sa.Column('taken', sa.Integer(), nullable=False),
        sa.Column('done_at', MOMENT, nullable=True),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('sweep', 'office_id'),
    )
    for column in ('office_id', 'cut_at'):
        op.create_index(f'ix_share_{column}', 'share', [column])


def downgrade() -> None:
    op.drop_table('share')
