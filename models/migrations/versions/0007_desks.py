"""what the three desks need: codes, short addresses, statements, files on their way, scores, team members, devices"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.base import MOMENT

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
WORD = sa.String(length=32)
TABLES = ('score', 'teammember', 'stagedfile', 'statement', 'shortaddress', 'linkcode')
NEW_ROWS = (*(f'SELECT count(*) FROM {table}' for table in TABLES), "SELECT count(*) FROM link WHERE purpose <> 'page'")
EMPTY = (
    ('link', 'basis'), ('login', 'address'), ('login', 'device'), ('user', 'post'), ('user', 'phone'),
    ('user', 'identity'), ('user', 'language'), ('login', 'way'), ('visit', 'signed_post'),
)

OWED = "state IN ('planned', 'open', 'submitted', 'returned') AND kind <> 'task'"
SHELVES = (
    ('ix_assignment_owed', ['office_id', 'due_on', 'id', 'cycle_id'], OWED),
    ('ix_assignment_owed_cycle', ['cycle_id', 'due_on', 'id', 'office_id'], OWED),
    ('ix_assignment_owed_unit', ['unit_id', 'due_on', 'id', 'office_id', 'cycle_id'], OWED),
    ('ix_assignment_owed_kind', ['office_id', 'kind', 'due_on', 'id', 'cycle_id'], OWED),
    ('ix_assignment_state', ['office_id', 'state', 'due_on', 'id', 'cycle_id'], "kind <> 'task'"),
    ('ix_assignment_paused', ['office_id', 'due_on', 'id'], 'paused_on IS NOT NULL'),
)


def upgrade() -> None:
    op.create_table(
        'linkcode',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('link_id', sa.Uuid(), nullable=False),
        sa.Column('contact_id', sa.Uuid(), nullable=False),
        sa.Column('code_hash', TEXT, nullable=False),
        sa.Column('made_at', MOMENT, nullable=False),
        sa.Column('expires_at', MOMENT, nullable=False),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('used_at', MOMENT, nullable=True),
        sa.Column('used_for', TEXT, nullable=False),
        sa.Column('proof_hash', TEXT, nullable=False),
        sa.Column('proof_until', MOMENT, nullable=True),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.ForeignKeyConstraint(['link_id'], ['link.id']),
        sa.ForeignKeyConstraint(['contact_id'], ['contact.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_linkcode_office_id', 'linkcode', ['office_id'])
    op.create_index('ix_linkcode_link_id', 'linkcode', ['link_id'])
    op.create_index('ix_linkcode_contact_id', 'linkcode', ['contact_id'])
    op.create_index('ix_linkcode_proof_hash', 'linkcode', ['proof_hash'])
    op.create_table(
        'shortaddress',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('unit_id', sa.Uuid(), nullable=False),
        sa.Column('contact_id', sa.Uuid(), nullable=False),
        sa.Column('selector', TEXT, nullable=False),
        sa.Column('verifier_hash', TEXT, nullable=False),
        sa.Column('made_at', MOMENT, nullable=False),
        sa.Column('expires_at', MOMENT, nullable=False),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('revoked_at', MOMENT, nullable=True),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id']),
        sa.ForeignKeyConstraint(['contact_id'], ['contact.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_shortaddress_office_id', 'shortaddress', ['office_id'])
    op.create_index('ix_shortaddress_unit_id', 'shortaddress', ['unit_id'])
    op.create_index('ix_shortaddress_contact_id', 'shortaddress', ['contact_id'])
    op.create_index('ix_shortaddress_selector', 'shortaddress', ['selector'], unique=True)
    op.create_table(
        'statement',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('unit_id', sa.Uuid(), nullable=False),
        sa.Column('cycle_id', sa.Uuid(), nullable=False),
        sa.Column('assignment_id', sa.Uuid(), nullable=True),
        sa.Column('problem_id', sa.Uuid(), nullable=True),
        sa.Column('text', TEXT, nullable=False),
        sa.Column('sent_by', TEXT, nullable=False),
        sa.Column('sent_at', MOMENT, nullable=False),
        sa.Column('nonce', TEXT, nullable=False),
        sa.Column('answer', TEXT, nullable=False),
        sa.Column('answered_by', TEXT, nullable=False),
        sa.Column('answered_at', MOMENT, nullable=True),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id']),
        sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id']),
        sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id']),
        sa.ForeignKeyConstraint(['problem_id'], ['problem.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('office_id', 'nonce'),
    )
    op.create_index('ix_statement_office_id', 'statement', ['office_id'])
    op.create_index('ix_statement_unit_id', 'statement', ['unit_id'])
    op.create_index('ix_statement_cycle_id', 'statement', ['cycle_id'])
    op.create_index('ix_statement_assignment_id', 'statement', ['assignment_id'])
    op.create_index('ix_statement_problem_id', 'statement', ['problem_id'])
    op.create_table(
        'stagedfile',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('unit_id', sa.Uuid(), nullable=False),
        sa.Column('place', TEXT, nullable=False),
        sa.Column('name', TEXT, nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('received', sa.Integer(), nullable=False),
        sa.Column('label', TEXT, nullable=False),
        sa.Column('sha256', TEXT, nullable=False),
        sa.Column('sent_by', TEXT, nullable=False),
        sa.Column('made_at', MOMENT, nullable=False),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_stagedfile_office_id', 'stagedfile', ['office_id'])
    op.create_index('ix_stagedfile_unit_id', 'stagedfile', ['unit_id'])
    op.create_index('ix_stagedfile_place', 'stagedfile', ['place'])
    op.create_table(
        'teammember',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('team_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('leads', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['team_id'], ['team.id']),
        sa.ForeignKeyConstraint(['user_id'], ['user.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('team_id', 'user_id'),
    )
    op.create_index('ix_teammember_team_id', 'teammember', ['team_id'])
    op.create_index('ix_teammember_user_id', 'teammember', ['user_id'])
    op.create_table(
        'score',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('office_id', sa.Uuid(), nullable=False),
        sa.Column('cycle_id', sa.Uuid(), nullable=False),
        sa.Column('unit_id', sa.Uuid(), nullable=False),
        sa.Column('visit_id', sa.Uuid(), nullable=False),
        sa.Column('task_id', sa.Uuid(), nullable=True),
        sa.Column('user_id', sa.Uuid(), nullable=True),
        sa.Column('item', TEXT, nullable=False),
        sa.Column('scorer', TEXT, nullable=False),
        sa.Column('result', WORD, nullable=True),
        sa.Column('points', sa.Float(), nullable=True),
        sa.Column('clauses', sa.JSON(), nullable=False),
        sa.Column('reason', TEXT, nullable=False),
        sa.Column('note', TEXT, nullable=False),
        sa.Column('scored_by', TEXT, nullable=False),
        sa.Column('scored_at', MOMENT, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['office_id'], ['office.id']),
        sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id']),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id']),
        sa.ForeignKeyConstraint(['visit_id'], ['visit.id']),
        sa.ForeignKeyConstraint(['task_id'], ['task.id']),
        sa.ForeignKeyConstraint(['user_id'], ['user.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('visit_id', 'item', 'scorer'),
    )
    op.create_index('ix_score_office_id', 'score', ['office_id'])
    op.create_index('ix_score_cycle_id', 'score', ['cycle_id'])
    op.create_index('ix_score_unit_id', 'score', ['unit_id'])
    op.create_index('ix_score_visit_id', 'score', ['visit_id'])
    _add('evidence', 'visit_id', sa.Uuid(), 'visit')
    _add('evidence', 'statement_id', sa.Uuid(), 'statement')
    _add('evidence', 'reused_from', sa.Uuid(), 'evidence')
    op.create_index('ix_evidence_visit_id', 'evidence', ['visit_id'])
    op.create_index('ix_evidence_statement_id', 'evidence', ['statement_id'])
    op.add_column('link', sa.Column('purpose', WORD, nullable=False, server_default='page'))
    _add('link', 'user_id', sa.Uuid(), 'user')
    op.add_column('login', sa.Column('seen_at', MOMENT, nullable=True))
    op.add_column('login', sa.Column('confirmed_at', MOMENT, nullable=True))
    op.add_column('user', sa.Column('must_change', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        'signintry',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('key', TEXT, nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_signintry_key', 'signintry', ['key'])
    op.create_index('ix_signintry_at', 'signintry', ['at'])
    op.add_column('office', sa.Column('asks_code', sa.Boolean(), nullable=False, server_default=sa.true()))
    for table, column in EMPTY:
        op.add_column(table, sa.Column(column, TEXT, nullable=False, server_default=''))
    op.create_index('ix_user_identity', 'user', ['identity'])
    op.add_column('visit', sa.Column('scorers', sa.Integer(), nullable=False, server_default='1'))
    op.add_column('visit', sa.Column('finished', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('visit', sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
    for name, columns, where in SHELVES:
        op.create_index(name, 'assignment', columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _add(table: str, column: str, kind: sa.types.TypeEngine, target: str) -> None:
    """A reference to another table, in place: SQLite would otherwise make the whole table anew."""
    op.add_column(table, sa.Column(column, kind, sa.ForeignKey(f'{target}.id'), nullable=True), inline_references=True)


def downgrade() -> None:
    if any(op.get_bind().exec_driver_sql(statement).scalar() for statement in NEW_ROWS):
        raise NotImplementedError('an older version cannot keep scores, statements, codes or team members; restore a backup')
    for shelf, _, _ in SHELVES:
        op.drop_index(shelf, 'assignment')
    op.drop_table('signintry')
    for table in TABLES[:3]:
        op.drop_table(table)
    for name, table in (('visit_id', 'evidence'), ('statement_id', 'evidence')):
        op.drop_index(f'ix_{table}_{name}', table)
    op.drop_index('ix_user_identity', 'user')
    with op.batch_alter_table('evidence') as batch:
        for column in ('reused_from', 'statement_id', 'visit_id'):
            batch.drop_column(column)
    for table in TABLES[3:]:
        op.drop_table(table)
    with op.batch_alter_table('link') as batch:
        for column in ('user_id', 'purpose', 'basis'):
            batch.drop_column(column)
    plain = (*EMPTY, ('login', 'seen_at'), ('login', 'confirmed_at'), ('user', 'must_change'), ('office', 'asks_code'),
             ('visit', 'scorers'), ('visit', 'finished'), ('visit', 'version'))
    for table, column in plain:  # plain: other tables refer to these
        if table != 'link':
            op.drop_column(table, column)
