"""what a province needs: several offices with their own sign-ins, an office above another, holds of each office"""

import uuid

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.base import MOMENT

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
WORD = sa.String(length=32)
CODE = sa.text("code <> ''")
HOLD = sa.table('hold', sa.column('id', sa.Uuid()), sa.column('office_id', sa.Uuid()), sa.column('since', MOMENT),
                sa.column('why', TEXT), sa.column('released_at', MOMENT), sa.column('released_by', TEXT))
OFFICE = sa.table('office', sa.column('id', sa.Uuid()))


def upgrade() -> None:
    several_offices()
    plans_down()
    reports_up()


def several_offices() -> None:
    op.add_column('office', sa.Column('code', TEXT, nullable=False, server_default=''))
    op.add_column(
        'office', sa.Column('superior_id', sa.Uuid(), sa.ForeignKey('office.id'), nullable=True), inline_references=True
    )
    op.create_index('ix_office_code', 'office', ['code'], unique=True, sqlite_where=CODE, postgresql_where=CODE)
    op.create_index('ix_office_superior_id', 'office', ['superior_id'])
    op.drop_index('ix_user_login', 'user')
    op.create_index('ix_user_login', 'user', ['login'])
    op.create_index('ix_user_office_login', 'user', ['office_id', 'login'], unique=True)
    op.add_column(
        'hold', sa.Column('office_id', sa.Uuid(), sa.ForeignKey('office.id'), nullable=True), inline_references=True
    )
    op.create_index('ix_hold_office_id', 'hold', ['office_id'])
    every_office_its_hold()


def every_office_its_hold() -> None:
    """A hold that stands was everybody's; from now on each head releases the own office's."""
    here = op.get_bind()
    standing = here.execute(sa.select(HOLD).where(HOLD.c.released_at.is_(None), HOLD.c.why.not_like('系统时钟%'))).all()
    offices = here.execute(sa.select(OFFICE.c.id)).scalars().all() if standing else []
    for hold in standing:
        for office in offices[:1]:
            here.execute(HOLD.update().where(HOLD.c.id == hold.id).values(office_id=office))
        for office in offices[1:]:
            row = {'id': copy_of(hold.id, office), 'office_id': office, 'since': hold.since, 'why': hold.why, 'released_by': ''}
            here.execute(HOLD.insert(), row)


def copy_of(hold: uuid.UUID, office: uuid.UUID) -> uuid.UUID:
    """The key of an office's own hold made of everybody's: the way back knows it by this."""
    return uuid.uuid5(hold, str(office))


def everybody_one_hold() -> None:
    """The holds that were made of one are one again."""
    here = op.get_bind()
    rows = here.execute(sa.select(HOLD)).all()
    made = {copy_of(one.id, row.office_id) for one in rows for row in rows if row.office_id}
    for row in rows:
        if row.id in made:
            here.execute(HOLD.delete().where(HOLD.c.id == row.id))


def plans_down() -> None:
    op.create_table(
        'plansource',
        sa.Column('plan_id', sa.Uuid(), nullable=False),
        sa.Column('draft', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['plan_id'], ['plan.id']),
        sa.PrimaryKeyConstraint('plan_id'),
    )
    op.create_table(
        'plandown',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('sender_id', sa.Uuid(), nullable=False),
        sa.Column('receiver_id', sa.Uuid(), nullable=False),
        sa.Column('plan_id', sa.Uuid(), nullable=False),
        sa.Column('title', TEXT, nullable=False),
        sa.Column('doc_no', TEXT, nullable=False),
        sa.Column('digest', TEXT, nullable=False),
        sa.Column('draft', sa.JSON(), nullable=False),
        sa.Column('answers', sa.JSON(), nullable=False),
        sa.Column('intake_id', sa.Uuid(), nullable=True),
        sa.Column('note', TEXT, nullable=False),
        sa.Column('sent_by', TEXT, nullable=False),
        sa.Column('sent_at', MOMENT, nullable=False),
        sa.Column('adopted_id', sa.Uuid(), nullable=True),
        sa.Column('settled_by', TEXT, nullable=False),
        sa.Column('settled_at', MOMENT, nullable=True),
        sa.Column('reason', TEXT, nullable=False),
        sa.ForeignKeyConstraint(['sender_id'], ['office.id']),
        sa.ForeignKeyConstraint(['receiver_id'], ['office.id']),
        sa.ForeignKeyConstraint(['plan_id'], ['plan.id']),
        sa.ForeignKeyConstraint(['intake_id'], ['intake.id']),
        sa.ForeignKeyConstraint(['adopted_id'], ['plan.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('plan_id', 'receiver_id'),
    )
    both_sides('plandown')


def both_sides(table: str) -> None:
    for side in ('sender_id', 'receiver_id'):
        op.create_index(f'ix_{table}_{side}', table, [side])


def reports_up() -> None:
    op.create_table(
        'reportup',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('sender_id', sa.Uuid(), nullable=False),
        sa.Column('receiver_id', sa.Uuid(), nullable=False),
        sa.Column('paper_id', sa.Uuid(), nullable=False),
        sa.Column('kind', WORD, nullable=False),
        sa.Column('number', TEXT, nullable=False),
        sa.Column('title', TEXT, nullable=False),
        sa.Column('digest', TEXT, nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('sent_by', TEXT, nullable=False),
        sa.Column('sent_at', MOMENT, nullable=False),
        sa.Column('received_by', TEXT, nullable=False),
        sa.Column('received_at', MOMENT, nullable=True),
        sa.ForeignKeyConstraint(['sender_id'], ['office.id']),
        sa.ForeignKeyConstraint(['receiver_id'], ['office.id']),
        sa.ForeignKeyConstraint(['paper_id'], ['paper.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('paper_id', 'receiver_id'),
    )
    both_sides('reportup')


def downgrade() -> None:
    """Needs sign-in names that are one office's only, as before."""
    for table in ('reportup', 'plandown', 'plansource'):
        op.drop_table(table)
    everybody_one_hold()
    op.drop_index('ix_hold_office_id', 'hold')
    with op.batch_alter_table('hold') as batch:
        batch.drop_column('office_id')
    op.drop_index('ix_user_office_login', 'user')
    op.drop_index('ix_user_login', 'user')
    op.create_index('ix_user_login', 'user', ['login'], unique=True)
    for name in ('ix_office_code', 'ix_office_superior_id'):
        op.drop_index(name, 'office')
    with op.batch_alter_table('office') as batch:
        batch.drop_column('superior_id')
        batch.drop_column('code')
