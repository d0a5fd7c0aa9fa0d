"""The office's own people: who may sign in, under which name, with which word."""

from uuid import UUID

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session, col, select, update

from actions.record import Actor, record
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.office import Login, User
from models.words import Role

SHORTEST_WORD = 8
PASSWORDS = PasswordHash((Argon2Hasher(),))


def add_person(session: Session, actor: Actor, login: str, name: str, role: Role, word_hash: str) -> User:
    """A new sign-in. Names are unique in an office: the second key of a close-out is told from the first by name."""
    _head_only(actor)
    login, name = login.strip(), name.strip()
    if not login.isascii() or not login.isidentifier() or not name:
        raise Rejected("用户名用字母和数字，姓名不能为空。")
    if session.exec(select(User).where(User.login == login)).first():
        raise Conflict(f"用户名“{login}”已被使用。")
    _unused(session, actor, name)
    user = User(office_id=actor.office_id, login=login, name=name, role=role, password_hash=word_hash)
    session.add(user)
    record(session, actor, "添加人员", user.id, login=login, name=name, role=role)
    return user


def rename(session: Session, actor: Actor, user: User, name: str) -> None:
    """Give a sign-in the person's own name."""
    _head_only(actor)
    if not name.strip():
        raise Rejected("姓名不能为空。")
    if name.strip() != user.name:
        _unused(session, actor, name.strip())
        record(session, actor, "更改姓名", user.id, old=user.name, new=name.strip())
        user.name = name.strip()


def set_active(session: Session, actor: Actor, user: User, active: bool) -> None:
    """Let a person sign in, or end it at once with every open session."""
    _head_only(actor)
    if user.name == actor.name:
        raise NotAllowed("不能停用自己。")
    user.active = active
    if not active:
        end_sessions(session, user.id)
    record(session, actor, "启用人员" if active else "停用人员", user.id, name=user.name)


def change_word(session: Session, actor: Actor, user: User, word: str, word_hash: str) -> None:
    """Change the word of a sign-in (one's own, or as head); every other session of it ends."""
    if actor.name != user.name:
        _head_only(actor)
    if len(word) < SHORTEST_WORD:
        raise Rejected(f"口令至少{SHORTEST_WORD}位。")
    user.password_hash = word_hash
    end_sessions(session, user.id)
    record(session, actor, "更改口令", user.id, name=user.name)


def end_sessions(session: Session, user_id: UUID) -> None:
    """End every sign-in of a person at the server."""
    session.exec(
        update(Login).where(col(Login.user_id) == user_id, col(Login.ended_at).is_(None)).values(ended_at=clock.wall())
    )


def _head_only(actor: Actor) -> None:
    if actor.role != Role.HEAD:
        raise NotAllowed("须由办公室主任办理。")


def _unused(session: Session, actor: Actor, name: str) -> None:
    if session.exec(select(User).where(User.office_id == actor.office_id, User.name == name)).first():
        raise Conflict(f"本办公室已有“{name}”，重名的请加以区分（如加科室）。")
