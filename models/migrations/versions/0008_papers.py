"""what the closed loop on paper needs: numbers, papers, templates, look-backs, proposals of points, digests"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.base import MOMENT

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
WORD = sa.String(length=32)
TABLES = ('lookback', 'lookbackround', 'pointsproposal', 'paper', 'papernumber', 'paperform', 'numberseries')
EMPTY = (('office', 'place'), ('office', 'contact'), ('office', 'phone'), ('office', 'seal'), ('user', 'mail'),
         ('problem', 'recurs_why'))
REFERENCES = (('problem', 'recurs', 'problem'), ('problem', 'carried_from', 'problem'), ('letter', 'paper_id', 'paper'),
              ('escalation', 'paper_id', 'paper'), ('contact', 'user_id', 'user'),
              ('evidence', 'look_back_id', 'lookback'))
# letters had their numbers before there was a register: their series begins where they ended
KEY = {
    'sqlite': 'lower(hex(randomblob(16)))',
    'postgresql': 'gen_random_uuid()',
}
SERIES = (
    "INSERT INTO numberseries (id, office_id, kind, year, pattern, last) "
    "SELECT {key}, office_id, 'feedback', year, '', max(serial) FROM letter GROUP BY office_id, year"
)
NUMBERS = (
    "INSERT INTO papernumber (id, office_id, kind, year, serial, number, title, taken_by, taken_at, voided_by, void_reason) "
    "SELECT {key}, l.office_id, 'feedback', l.year, l.serial, l.number, u.name, l.issued_by, l.issued_on, '', '' "
    "FROM letter l JOIN unit u ON u.id = l.unit_id"
)


def upgrade() -> None:
    op.create_table(
        'numberseries',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('kind', WORD, nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('pattern', TEXT, nullable=False),
        sa.Column('last', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('office_id', 'kind', 'year'),
    )
    op.create_index('ix_numberseries_office_id', 'numberseries', ['office_id'])
    op.create_table(
        'paperform',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('kind', WORD, nullable=False),
        sa.Column('name', TEXT, nullable=False),
        sa.Column('digest', TEXT, nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('put_by', TEXT, nullable=False),
        sa.Column('put_at', MOMENT, nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_paperform_office_id', 'paperform', ['office_id'])
    op.create_table(
        'papernumber',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('kind', WORD, nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('serial', sa.Integer(), nullable=False),
        sa.Column('number', TEXT, nullable=False),
        sa.Column('title', TEXT, nullable=False),
        sa.Column('taken_by', TEXT, nullable=False),
        sa.Column('taken_at', MOMENT, nullable=False),
        sa.Column('voided_by', TEXT, nullable=False),
        sa.Column('voided_at', MOMENT, nullable=True),
        sa.Column('void_reason', TEXT, nullable=False),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('office_id', 'kind', 'year', 'serial'),
    )
    op.create_index('ix_papernumber_office_id', 'papernumber', ['office_id'])
    op.create_table(
        'paper',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('kind', WORD, nullable=False),
        sa.Column('subject', TEXT, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('replaces', sa.Uuid(), nullable=True),
        sa.Column('cycle_id', sa.Uuid(), nullable=True),
        sa.Column('unit_id', sa.Uuid(), nullable=True),
        sa.Column('number_id', sa.Uuid(), nullable=True),
        sa.Column('number', TEXT, nullable=False),
        sa.Column('title', TEXT, nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('state', WORD, nullable=False),
        sa.Column('digest', TEXT, nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('template', TEXT, nullable=False),
        sa.Column('drafted_by', TEXT, nullable=False),
        sa.Column('drafted_at', MOMENT, nullable=False),
        sa.Column('issued_by', TEXT, nullable=False),
        sa.Column('issued_on', sa.Date(), nullable=True),
        sa.Column('issued_at', MOMENT, nullable=True),
        sa.Column('voided_by', TEXT, nullable=False),
        sa.Column('voided_at', MOMENT, nullable=True),
        sa.Column('void_reason', TEXT, nullable=False),
        sa.Column('row_version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id']),
        sa.ForeignKeyConstraint(['number_id'], ['papernumber.id']),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.ForeignKeyConstraint(['replaces'], ['paper.id']),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('office_id', 'kind', 'subject', 'version'),
    )
    op.create_index('ix_paper_cycle_id', 'paper', ['cycle_id'])
    op.create_index('ix_paper_office_id', 'paper', ['office_id'])
    op.create_index('ix_paper_subject', 'paper', ['subject'])
    op.create_index('ix_paper_unit_id', 'paper', ['unit_id'])
    op.create_table(
        'pointsproposal',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('cycle_id', sa.Uuid(), nullable=False),
        sa.Column('unit_id', sa.Uuid(), nullable=False),
        sa.Column('points', sa.Float(), nullable=False),
        sa.Column('reason', TEXT, nullable=False),
        sa.Column('findings', sa.JSON(), nullable=False),
        sa.Column('state', TEXT, nullable=False),
        sa.Column('proposed_by', TEXT, nullable=False),
        sa.Column('proposed_at', MOMENT, nullable=False),
        sa.Column('decided_by', TEXT, nullable=False),
        sa.Column('decided_at', MOMENT, nullable=True),
        sa.Column('decision', TEXT, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id']),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_pointsproposal_cycle_id', 'pointsproposal', ['cycle_id'])
    op.create_index('ix_pointsproposal_office_id', 'pointsproposal', ['office_id'])
    op.create_index('ix_pointsproposal_unit_id', 'pointsproposal', ['unit_id'])
    op.create_table(
        'lookbackround',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('cycle_id', sa.Uuid(), nullable=False),
        sa.Column('no', sa.Integer(), nullable=False),
        sa.Column('way', WORD, nullable=False),
        sa.Column('sampled', sa.Boolean(), nullable=False),
        sa.Column('draw_id', sa.Uuid(), nullable=True),
        sa.Column('due_on', sa.Date(), nullable=True),
        sa.Column('note', TEXT, nullable=False),
        sa.Column('made_by', TEXT, nullable=False),
        sa.Column('made_at', MOMENT, nullable=False),
        sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id']),
        sa.ForeignKeyConstraint(['draw_id'], ['draw.id']),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('cycle_id', 'no'),
    )
    op.create_index('ix_lookbackround_cycle_id', 'lookbackround', ['cycle_id'])
    op.create_index('ix_lookbackround_office_id', 'lookbackround', ['office_id'])
    op.create_table(
        'lookback',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('round_id', sa.Uuid(), nullable=True),
        sa.Column('cycle_id', sa.Uuid(), nullable=False),
        sa.Column('problem_id', sa.Uuid(), nullable=False),
        sa.Column('way', WORD, nullable=False),
        sa.Column('state', WORD, nullable=False),
        sa.Column('found', TEXT, nullable=False),
        sa.Column('problem_version', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Uuid(), nullable=True),
        sa.Column('assignment_id', sa.Uuid(), nullable=True),
        sa.Column('looked_by', TEXT, nullable=False),
        sa.Column('looked_at', MOMENT, nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id']),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id']),
        sa.ForeignKeyConstraint(['problem_id'], ['problem.id']),
        sa.ForeignKeyConstraint(['team_id'], ['team.id']),
        sa.ForeignKeyConstraint(['round_id'], ['lookbackround.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('round_id', 'problem_id'),
    )
    for column in ('cycle_id', 'office_id', 'problem_id', 'round_id', 'team_id', 'assignment_id'):
        op.create_index(f'ix_lookback_{column}', 'lookback', [column])
    op.add_column('problem', sa.Column('recurs_state', WORD, nullable=True))
    for table, column in EMPTY:
        op.add_column(table, sa.Column(column, TEXT, nullable=False, server_default=''))
    op.add_column('user', sa.Column('digests', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('escalation', sa.Column('terms', sa.JSON(), nullable=False, server_default='{}'))
    for table, column, target in REFERENCES:
        reference = sa.Column(column, sa.Uuid(), sa.ForeignKey(f'{target}.id'), nullable=True)
        op.add_column(table, reference, inline_references=True)  # in place: SQLite would otherwise make the table anew
    op.create_index('ix_problem_carried_from', 'problem', ['carried_from'])
    op.create_index('ix_evidence_look_back_id', 'evidence', ['look_back_id'])
    key = KEY[op.get_bind().dialect.name]
    for statement in (SERIES, NUMBERS):
        op.execute(sa.text(statement.format(key=key)))


def downgrade() -> None:
    rows = (f'SELECT count(*) FROM {table}' for table in TABLES if table not in ('papernumber', 'numberseries'))
    if any(op.get_bind().exec_driver_sql(statement).scalar() for statement in rows):
        raise NotImplementedError('an older version cannot keep papers, look-backs or proposals; restore a backup')
    op.drop_index('ix_problem_carried_from', 'problem')
    op.drop_index('ix_evidence_look_back_id', 'evidence')
    for table, column, _ in REFERENCES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
    for table in TABLES:
        op.drop_table(table)
    op.drop_column('problem', 'recurs_state')
    op.drop_column('escalation', 'terms')
    op.drop_column('user', 'digests')
    for table, column in EMPTY:
        op.drop_column(table, column)
