"""The office's own people: who may sign in, under which name and role, with which word or identity."""

import re
import secrets
import unicodedata
from typing import Any
from uuid import UUID

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session, col, select, update

from actions.record import Actor, allow, record
from actions.sign_in import end_sessions
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment
from models.duty import Entry
from models.key_unit import KeyUnit
from models.office import User
from models.office_ledger import heads_of
from models.paper import Paper, PointsProposal
from models.paper_words import EscalationState, PaperState
from models.problem import Escalation, LookBack, Problem
from models.submission import Extension, Submission
from models.words import AssignmentState, ExtensionState, KeyUnitState, ProblemState, Role, SubmissionState
from rules.behalf import MARK
from rules.paper import AND, wrote
from rules.points import PointsState
from rules.roles import Act, is_head

SHORTEST_WORD, FEWEST_SIGNS = 8, 4
LONGEST = 60
EASY = "abcdefghijkmnpqrstuvwxyz23456789"  # without what is read wrongly over the telephone
MAIL = "mailto:"
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
NOBODY = {"系统", "安装程序", "单位"}  # names under which no person acts
HANDED_IN = select(Assignment.id).where(Assignment.state == AssignmentState.SUBMITTED)
LOOKED_AT = select(Problem.id).where(  # one that was carried over is waited for under its new number
    col(Problem.state).in_((ProblemState.LOOKED_BACK, ProblemState.CARRIED))
)
FIRST_KEYS: tuple[tuple[Any, str, Any], ...] = (  # where a name waits for another person's, and as long as it does
    (Problem, "verified_by", col(Problem.state).in_((ProblemState.VERIFIED, ProblemState.LOOKED_BACK))),
    (Problem, "closed_by", Problem.state == ProblemState.CLOSED),
    (LookBack, "looked_by", col(LookBack.problem_id).in_(LOOKED_AT)),
    (Escalation, "drafted_by", Escalation.state == EscalationState.DRAFT),
    (Paper, "drafted_by", Paper.state == PaperState.DRAFT),
    (PointsProposal, "proposed_by", PointsProposal.state == PointsState.PROPOSED),
    (KeyUnit, "proposed_by", KeyUnit.state == KeyUnitState.PROPOSED),
    (Extension, "asked_by", Extension.state == ExtensionState.ASKED),
    (Submission, "sent_by", Submission.state == SubmissionState.SUBMITTED),
    (Entry, "made_by", col(Entry.assignment_id).in_(HANDED_IN)),
)
PASSWORDS = PasswordHash((Argon2Hasher(),))


def one_time_word() -> str:
    """A first word to be handed over and changed at once: 60 bits in three groups."""
    return "-".join("".join(secrets.choice(EASY) for _ in range(4)) for _ in range(3))


def add_person(
    session: Session, actor: Actor, login: str, name: str, role: Role, word_hash: str, post: str = "", phone: str = ""
) -> User:
    """A new sign-in whose word must be changed at its first use. Names are unique in an office: the second key of a
    close-out is told from the first by name."""
    allow(actor, Act.MANAGE_PEOPLE)
    login = login.strip()
    if not login.isascii() or not login.isidentifier() or len(login) > LONGEST:
        raise Rejected("用户名用字母和数字，以字母开头。")
    name = _name(name)
    if session.exec(select(User).where(User.office_id == actor.office_id, User.login == login)).first():
        raise Conflict(f"用户名“{login}”已被使用。")
    _unused(session, actor, name)
    user = User(
        office_id=actor.office_id, login=login, name=name, role=role, password_hash=word_hash, must_change=True,
        post=_short(post), phone=_short(phone),
    )
    session.add(user)
    record(session, actor, "添加人员", user.id, login=login, name=name, role=role)
    return user


def seen_of(user: User) -> str:
    """What a page showed of a person, to tell a stale page by."""
    return "\n".join((user.name, user.role, user.post, user.phone))


def change_person(
    session: Session, actor: Actor, user: User, given: dict[str, str], seen: str | None = None
) -> None:
    """Change name, role, post and phone as far as they are given; Conflict when the page was stale."""
    allow(actor, Act.MANAGE_PEOPLE)
    if seen is not None and seen.replace("\r\n", "\n") != seen_of(user):
        raise Conflict(f"“{user.name}”的信息刚刚已被他人更改，请核对后再改。")
    rename(session, actor, user, given.get("name", user.name))
    change_role(session, actor, user, given.get("role", user.role))
    post, phone = _short(given.get("post", user.post)), _short(given.get("phone", user.phone))
    if (post, phone) != (user.post, user.phone):
        record(session, actor, "更改职务电话", user.id, name=user.name, post=post, phone=phone)
        user.post, user.phone = post, phone


def rename(session: Session, actor: Actor, user: User, name: str) -> None:
    """Give a sign-in the person's own name; first keys that wait for a second go with it."""
    allow(actor, Act.MANAGE_PEOPLE)
    name = _name(name)
    if name != user.name:
        _unused(session, actor, name, user.id)
        record(session, actor, "更改姓名", user.id, old=user.name, new=name)
        _carry(session, actor.office_id, user.name, name)
        user.name = name


def _carry(session: Session, office_id: UUID, old: str, new: str) -> None:
    """Or a head could draft, be renamed, and approve the own draft under the new name. What was entered in a unit's
    name keeps its words: actions/record.py:second_key knows the former names."""
    for table, field, waiting in FIRST_KEYS:
        rows = update(table).where(table.office_id == office_id, getattr(table, field) == old, waiting)
        session.exec(rows.values({field: new}))
    drafts = select(Paper).where(Paper.office_id == office_id, Paper.state == PaperState.DRAFT)
    for paper in session.exec(drafts.where(col(Paper.drafted_by).contains(AND))):
        if wrote(paper.drafted_by, old):
            paper.drafted_by = f"{AND}{paper.drafted_by}{AND}".replace(f"{AND}{old}{AND}", f"{AND}{new}{AND}", 1)[1:-1]


def change_role(session: Session, actor: Actor, user: User, role: str) -> None:
    """Give a person another role; the office keeps a head who can sign in."""
    allow(actor, Act.MANAGE_PEOPLE)
    if role not in set(Role):
        raise Rejected("请选择身份。")
    if role == user.role:
        return
    _another_head(session, actor, user)
    record(session, actor, "更改身份", user.id, name=user.name, old=user.role, new=role)
    user.role = Role(role)


def _another_head(session: Session, actor: Actor, user: User) -> None:
    """The office keeps a head who can sign in, even where two heads end each other at once."""
    if is_head(user.role) and [head.id for head in heads_of(session, actor.office_id)] == [user.id]:
        raise NotAllowed("这是唯一的办公室主任，须先指定另一位主任。")


def set_active(session: Session, actor: Actor, user: User, active: bool) -> None:
    """Let a person sign in, or end it at once with every open session."""
    allow(actor, Act.MANAGE_PEOPLE)
    if user.name == actor.name:
        raise NotAllowed("不能停用自己。")
    if user.active == active:
        return
    if not active:
        _another_head(session, actor, user)
    user.active = active
    if not active:
        end_sessions(session, user.id)
    record(session, actor, "启用人员" if active else "停用人员", user.id, name=user.name)


def change_word(
    session: Session, actor: Actor, user: User, word: str, word_hash: str, this: UUID | None = None
) -> None:
    """Change one's own word; every other sign-in than `this` ends. The caller has proved the old word."""
    allow(actor, Act.OWN_SIGN_IN)
    if actor.name != user.name:
        raise NotAllowed("只能更改本人口令；他人的口令由办公室主任重置。")
    check_word(word)
    user.password_hash, user.must_change = word_hash, False
    end_sessions(session, user.id, but=this)
    record(session, actor, "更改口令", user.id, name=user.name)


def reset_word(session: Session, actor: Actor, user: User, word_hash: str) -> None:
    """The head gives a one-time word, which opens nothing but its own change; every sign-in of the person ends."""
    allow(actor, Act.MANAGE_PEOPLE)
    if user.name == actor.name:
        raise NotAllowed("本人口令请在“更改口令”中更改。")
    user.password_hash, user.must_change = word_hash, True
    end_sessions(session, user.id)
    record(session, actor, "重置口令", user.id, name=user.name)


def check_word(word: str) -> None:
    """Whether a word is long enough, not digits alone and not a few letters over and over."""
    if len(word) < SHORTEST_WORD:
        raise Rejected(f"口令至少{SHORTEST_WORD}位。")
    if word.isdigit() or len(set(word)) < FEWEST_SIGNS:
        raise Rejected("口令过于简单：不能全是数字，也不能只是几个字符的重复。")


def set_identity(session: Session, actor: Actor, user: User, typed: str, issuer: str) -> None:
    """Link a person to the identity provider by e-mail or subject, as head; empty ends the link."""
    allow(actor, Act.MANAGE_PEOPLE)
    typed = typed.strip()
    if len(typed) > 250 or re.search(r"[\s|]", typed):
        raise Rejected("请填写邮箱或统一身份认证的用户标识，不含空格。")
    identity = f"{MAIL}{typed.lower()}" if "@" in typed else f"{issuer}|{typed}" if typed else ""
    link_identity(session, actor, user, identity)


def link_identity(session: Session, actor: Actor, user: User, identity: str) -> None:
    """Tie a person to one identity; nobody in an office shares one. Who works for two offices has it in both."""
    allow(actor, Act.OWN_SIGN_IN if actor.name == user.name else Act.MANAGE_PEOPLE)
    if identity == user.identity:
        return
    mine = select(User).where(User.office_id == user.office_id, User.identity == identity)
    if identity and (other := session.exec(mine).first()):
        raise Conflict(f"该帐号已关联到“{other.name}”。")
    user.identity = identity
    verb = "关联统一身份认证" if identity else "解除统一身份认证"
    record(session, actor, verb, user.id, name=user.name, identity=identity)


def _name(name: str) -> str:
    """A name as it is kept: keys are told apart by it, so nothing in it may be unseen or join two names."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise Rejected(f"姓名不能为空，且不超过{LONGEST}字。")
    if any(unicodedata.category(ch) in UNSEEN for ch in name):
        raise Rejected("姓名中有看不见的字符，请删去后重新录入。")
    if name in NOBODY or MARK in name:
        raise Rejected(f"“{name}”是系统记录使用的名称，请填写本人姓名。")
    if any(ch in name for ch in "（(") or AND in name:
        raise Rejected("姓名中请不要用括号和顿号，重名的可加科室，如“张某 督察科”。")
    return name


def _alike(name: str) -> str:
    """What two names have in common that read the same: width, case and spaces make no other person."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _short(text: str) -> str:
    if len(text.strip()) > LONGEST:
        raise Rejected(f"职务和电话不超过{LONGEST}字。")
    return text.strip()


def _unused(session: Session, actor: Actor, name: str, mine: UUID | None = None) -> None:
    names = session.exec(select(User.name).where(User.office_id == actor.office_id, User.id != mine))
    if any(_alike(one) == _alike(name) for one in names):
        raise Conflict(f"本办公室已有“{name}”，重名的请加以区分（如加科室）。")
