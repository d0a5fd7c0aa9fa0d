"""The office's people: names told apart, words changed by those who may, sign-ins ended at once."""

from datetime import timedelta

import pytest
from sqlmodel import select

from actions.people import add_person, change_word, rename, reset_word, set_active
from commands.office import People
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.database import transaction
from models.office import Login, User
from models.words import Role


def user(session, login: str) -> User:
    return session.exec(select(User).where(User.login == login)).one()


def test_two_people_of_one_name_cannot_turn_both_keys(bind, people: People) -> None:
    with transaction(bind) as session:
        add_person(session, people.actors["zhuren"], "wangke", "王科", Role.CLERK, "hash")
        with pytest.raises(Conflict, match="已有“王科”"):
            add_person(session, people.actors["zhuren"], "wangke2", "王科", Role.CLERK, "hash")
        with pytest.raises(Conflict, match="已有“王科”"):
            rename(session, people.actors["zhuren"], user(session, "jingban"), "王科")


@pytest.mark.parametrize(("login", "name"), [("", "甲"), ("有汉字", "甲"), ("a b", "甲"), ("ok", " ")])
def test_a_sign_in_needs_a_plain_login_and_a_name(bind, people: People, login: str, name: str) -> None:
    with pytest.raises(Rejected), transaction(bind) as session:
        add_person(session, people.actors["zhuren"], login, name, Role.CLERK, "hash")


def test_only_the_head_changes_others_and_nobody_ends_oneself(bind, people: People) -> None:
    clerk, head = people.actors["jingban"], people.actors["zhuren"]
    with transaction(bind) as session:
        for act in (
            lambda: add_person(session, clerk, "x", "某", Role.CLERK, "h"),
            lambda: set_active(session, clerk, user(session, "zuzhang"), False),
            lambda: change_word(session, clerk, user(session, "zuzhang"), "long-enough", "h"),
            lambda: change_word(session, head, user(session, "zuzhang"), "long-enough", "h"),
            lambda: reset_word(session, clerk, user(session, "zuzhang"), "h"),
            lambda: reset_word(session, head, user(session, "zhuren"), "h"),
        ):
            with pytest.raises(NotAllowed):
                act()
        with pytest.raises(NotAllowed, match="不能停用自己"):
            set_active(session, head, user(session, "zhuren"), False)


def test_a_changed_word_and_a_stopped_person_end_every_session(bind, people: People) -> None:
    with transaction(bind) as session:
        for login in ("jingban", "zuzhang"):
            row = Login(
                user_id=user(session, login).id, token_hash=login, started_at=clock.wall(),
                ends_at=clock.wall() + timedelta(hours=1),
            )
            session.add(row)
        session.flush()
        with pytest.raises(Rejected, match="至少8位"):
            change_word(session, people.actors["jingban"], user(session, "jingban"), "short", "h")
        change_word(session, people.actors["jingban"], user(session, "jingban"), "long-enough", "new")
        set_active(session, people.actors["zhuren"], user(session, "zuzhang"), False)
    with transaction(bind) as session:
        assert all(row.ended_at is not None for row in session.exec(select(Login)))
        assert user(session, "jingban").password_hash == "new"
        assert not user(session, "zuzhang").active
