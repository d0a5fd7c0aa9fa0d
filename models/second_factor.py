"""The second factor of a sign-in: a secret shared with a telephone, and codes on paper for when that is lost."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, Session, SQLModel, col, select

from models.base import MOMENT, Row


class SecondFactor(Row, table=True):
    """One per person. `secret` is sealed with the installation's key; it counts once a first code was `confirmed_at`.
    `last_step` is the half minute of the last code taken: none of it or before is taken again. `wrong` counts wrong
    codes since the last right one."""

    user_id: UUID = Field(foreign_key="user.id", index=True, unique=True)
    secret: str
    made_at: datetime = Field(sa_type=MOMENT)
    confirmed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    last_step: int = 0
    wrong: int = 0


class RecoveryCode(Row, table=True):
    """A code on paper that opens once; only its hash is kept."""

    user_id: UUID = Field(foreign_key="user.id", index=True)
    code_hash: str
    used_at: datetime | None = Field(default=None, sa_type=MOMENT)


TABLES: tuple[type[SQLModel], ...] = (SecondFactor, RecoveryCode)


def factor_of(session: Session, user_id: UUID) -> SecondFactor | None:
    """A person's second factor, confirmed or only begun."""
    return session.exec(select(SecondFactor).where(SecondFactor.user_id == user_id)).first()


def locked_factor(session: Session, user_id: UUID) -> SecondFactor | None:
    """The same as it is now; whoever else asks for it so waits till this transaction ends."""
    statement = select(SecondFactor).where(SecondFactor.user_id == user_id).with_for_update()
    return session.exec(statement.execution_options(populate_existing=True)).first()


def has_factor(session: Session, user_id: UUID) -> bool:
    """Whether a person's sign-in by word asks for a code."""
    factor = factor_of(session, user_id)
    return factor is not None and factor.confirmed_at is not None


def unused_codes(session: Session, user_id: UUID) -> list[RecoveryCode]:
    """The recovery codes that still open."""
    statement = select(RecoveryCode).where(RecoveryCode.user_id == user_id, col(RecoveryCode.used_at).is_(None))
    return list(session.exec(statement))
