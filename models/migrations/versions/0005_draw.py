"""random draws, where teams come from, visits beyond the programme"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.base import MOMENT

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
# the name PostgreSQL gave the constraint of 0001; SQLite gave it none, so batch mode is told how it would be named
NAMES = {'uq': '%(table_name)s_%(column_0_N_name)s_key'}
ONE_EACH = 'visit_cycle_id_unit_id_key'
PROGRAMME = sa.text("kind = 'programme'")


def upgrade() -> None:
    op.create_table(
        'draw',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('cycle_id', sa.Uuid(), nullable=True),
        sa.Column('purpose', TEXT, nullable=False),
        sa.Column('purpose_key', TEXT, nullable=False),
        sa.Column('no', sa.Integer(), nullable=False),
        sa.Column('again_of', sa.Uuid(), nullable=True),
        sa.Column('because', TEXT, nullable=False),
        sa.Column('method', TEXT, nullable=False),
        sa.Column('seed', TEXT, nullable=False),
        sa.Column('seed_source', TEXT, nullable=False),
        sa.Column('wanted', sa.JSON(), nullable=False),
        sa.Column('pool', sa.JSON(), nullable=False),
        sa.Column('exclusions', sa.JSON(), nullable=False),
        sa.Column('result', sa.JSON(), nullable=False),
        sa.Column('drawn_by', TEXT, nullable=False),
        sa.Column('drawn_at', MOMENT, nullable=False),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id']),
        sa.ForeignKeyConstraint(['again_of'], ['draw.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('office_id', 'purpose_key', 'no'),
    )
    op.create_index('ix_draw_office_id', 'draw', ['office_id'])
    op.create_index('ix_draw_cycle_id', 'draw', ['cycle_id'])
    op.add_column('team', sa.Column('home_units', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('team', sa.Column('homes_by', TEXT, nullable=False, server_default=''))
    op.add_column('visit', sa.Column('kind', sa.String(length=32), nullable=False, server_default='programme'))
    op.add_column('visit', sa.Column('recusal_reason', TEXT, nullable=False, server_default=''))
    op.add_column(
        'visit', sa.Column('draw_id', sa.Uuid(), sa.ForeignKey('draw.id'), nullable=True), inline_references=True
    )
    # no row of another table refers to a visit, so SQLite may make this table anew without the old constraint
    with op.batch_alter_table('visit', naming_convention=NAMES) as batch:
        batch.drop_constraint(ONE_EACH, type_='unique')
    op.create_index(
        'ix_visit_programme', 'visit', ['cycle_id', 'unit_id'], unique=True, sqlite_where=PROGRAMME,
        postgresql_where=PROGRAMME,
    )


def downgrade() -> None:
    extra = op.get_bind().exec_driver_sql("SELECT count(*) FROM visit WHERE kind <> 'programme'").scalar()
    if extra or op.get_bind().exec_driver_sql('SELECT count(*) FROM draw').scalar():
        raise NotImplementedError('an older version cannot keep draws or extra visits; restore a backup')
    op.drop_index('ix_visit_programme', 'visit')
    with op.batch_alter_table('visit', naming_convention=NAMES) as batch:
        batch.create_unique_constraint(ONE_EACH, ['cycle_id', 'unit_id'])
        batch.drop_column('draw_id')
        batch.drop_column('recusal_reason')
        batch.drop_column('kind')
    op.drop_column('team', 'homes_by')  # plain: contacts, assignments and visits refer to teams
    op.drop_column('team', 'home_units')
    op.drop_table('draw')
