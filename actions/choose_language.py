"""The language in which a person of the office reads the pages."""

from uuid import UUID

from sqlmodel import Session

from models.office import User


def choose_language(session: Session, user_id: UUID, language: str) -> None:
    """Keep the choice on the person; a taste of the reader, not a fact of a cycle, so no event tells of it."""
    user = session.get(User, user_id)
    if user is not None:
        user.language = language
