"""The office's people: names told apart, words changed by those who may, sign-ins ended at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from actions.extend import ask_extension, decide_extension
from actions.people import add_person, change_word, rename, reset_word, set_active
from commands.office import People
from config import clock
from models.base import Conflict, NotAllowed, Rejected
from models.database import transaction
from models.office import Login, User
from models.words import AssignmentKind, Role
from rules.behalf import entered_name


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
        for simple in ("2026112220261122", "abababababab"):
            with pytest.raises(Rejected, match="过于简单"):
                change_word(session, people.actors["jingban"], user(session, "jingban"), simple, "h")
        change_word(session, people.actors["jingban"], user(session, "jingban"), "long-enough", "new")
        set_active(session, people.actors["zhuren"], user(session, "zuzhang"), False)
    with transaction(bind) as session:
        assert all(row.ended_at is not None for row in session.exec(select(Login)))
        assert user(session, "jingban").password_hash == "new"
        assert not user(session, "zuzhang").active


def test_two_heads_who_end_each_other_at_once_leave_one(bind, people: People) -> None:
    first = people.actors["zhuren"]
    with transaction(bind) as session:
        other = add_person(session, first, "fuzhuren", "副主任", Role.HEAD, "h")
        second = replace(first, name=other.name)
        set_active(session, first, other, False)
        with pytest.raises(NotAllowed, match="唯一的办公室主任"):
            set_active(session, second, user(session, "zhuren"), False)
        assert user(session, "zhuren").active


def test_who_entered_it_in_a_units_name_is_still_told_from_the_second_key_after_a_renaming(puyang: Callable) -> None:
    running = puyang(2)
    with running.on(date(2020, 8, 3)) as session:
        head = running.actor("zhuren")
        item = running.item(session, AssignmentKind.SELF_CHECK_REPORT)
        unit = running.speaks(session)
        named = replace(unit, name=entered_name("李四", head.name))
        asked = ask_extension(session, named, item, date(2020, 8, 20), "汛情")
        second = running.item(session, AssignmentKind.SELF_CHECK_REPORT, 1)
        theirs = ask_extension(session, running.speaks(session, 1), second, date(2020, 8, 20), "汛情")
        before = theirs.asked_by
        rename(session, head, user(session, "zhuren"), "王新名")
        session.refresh(asked)
        session.refresh(theirs)
        assert (asked.asked_by, theirs.asked_by) == ("李四（王新名代录）", before)
        with pytest.raises(NotAllowed, match="须由另一人审批"):
            decide_extension(session, replace(head, name="王新名"), asked, True)
