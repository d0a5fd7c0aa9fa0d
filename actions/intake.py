"""An issued document comes in, its questions are answered bit by bit, and only then it becomes a plan."""

import hashlib
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from sqlmodel import Session, col, select

from actions.adopt import adopt_plan
from actions.intake_desk import NAME, Desk, desk_of, given_to, wrong_with
from actions.intake_papers import Paper, adoptable, papers_of, path_of
from actions.keep_evidence import shown_name, write_whole
from actions.record import Actor, allow, record
from actions.send_down import lay_aside, settle_sent
from config import clock
from config.settings import settings
from models.base import Conflict, Rejected
from models.intake import Intake
from models.plan import Plan
from models.rank_ledger import down_of_intake
from models.unit_names import names_of
from models.words import IntakeState
from plans.answers import Answers
from rules.roles import Act

MOST_NAMED = 20


def take_in(session: Session, actor: Actor, name: str, data: bytes) -> list[Intake]:
    """Keep a file and one intake for each plan in it; Rejected says why it cannot be read. Sent twice it is one."""
    allow(actor, Act.ADOPT)
    if len(data) > settings().evidence_max_mb * 1024 * 1024:
        raise Rejected(f"“{shown_name(name)}”超过{settings().evidence_max_mb}MB，请压缩或拆分后再传。")
    name, digest = _kept_name(name), hashlib.sha256(data).hexdigest()
    papers = papers_of(name, data)  # before the first statement: no lock is held while a file is read
    good = {at: paper for at, paper in enumerate(papers) if adoptable(paper.issued) or paper.preset}
    if not good:
        raise Rejected(f"“{name}”里没有读出阶段、任务或督察安排，不能作为方案采用。")
    known = _known(session, actor, digest)
    if good.keys() <= known.keys() and all(row.state == IntakeState.ADOPTED for row in known.values()):
        raise Conflict(f"“{name}”已采用过（同一文件）。")
    write_whole(path_of(digest), data)
    fresh = [_row(actor, name, digest, len(data), at, good) for at in good if at not in known]
    session.add_all(fresh)
    session.flush()
    for row in fresh:
        record(session, actor, "收文待确认", row.id, title=row.title, name=name, digest=digest)
    rows = [*known.values(), *fresh]
    return sorted((row for row in rows if row.state == IntakeState.OPEN), key=lambda row: row.position)


def _kept_name(name: str) -> str:
    """The shown name with its ending, by which text formats are told apart, however long it is."""
    path = PurePath(shown_name(PurePath(name.replace("\\", "/")).stem))
    return f"{path.name[:100]}{PurePath(name).suffix[:8]}"


def _known(session: Session, actor: Actor, digest: str) -> dict[int, Intake]:
    statement = select(Intake).where(
        Intake.office_id == actor.office_id, Intake.digest == digest, col(Intake.state) != IntakeState.DROPPED
    )
    return {row.position: row for row in session.exec(statement)}


def _row(actor: Actor, name: str, digest: str, size: int, at: int, good: dict[int, Paper]) -> Intake:
    return Intake(
        office_id=actor.office_id, name=name, title=good[at].issued.head.title or name, digest=digest, size=size,
        position=at, documents=len(good), answers={"choices": dict(good[at].preset), "units": {}},
        made_by=actor.name, made_at=clock.now(),
    )


def answer(session: Session, actor: Actor, intake: Intake, given: Answers, seen: int = 0) -> Desk:
    """Keep what was answered, an emptied answer taken back; Conflict when a colleague answered after `seen`. What the
    desk does not ask is not kept: its keys come back in `ignored`."""
    _claim(session, actor, intake)
    if seen and seen != intake.version:
        raise Conflict(f"{intake.answered_by}刚刚保存了答复，您填写的内容尚未保存；请核对后再保存一次。")
    given, ignored = _asked_for(session, intake, given)
    desk, known = desk_of(session, intake, given), names_of(session, actor.office_id)
    wrong = list(filter(None, (wrong_with(known, one, given, desk.draft) for one in desk.asked)))
    if wrong:
        raise Rejected("\n".join(wrong))
    kept = given_to(intake, given)
    intake.answers = {"choices": kept.choices, "units": kept.units}
    intake.answered_by, intake.answered_at, intake.version = actor.name, clock.now(), intake.version + 1
    session.flush()
    left = len(desk.open)
    told: dict[str, Any] = {"answered": len(desk.asked) - left, "left": left}
    told |= {"ignored": list(ignored)} if ignored else {}
    record(session, actor, "答复文件疑点", intake.id, title=intake.title, **told)
    return replace(desk, ignored=ignored)


def _asked_for(session: Session, intake: Intake, given: Answers) -> tuple[Answers, tuple[str, ...]]:
    """The answers to what the desk asks, and the keys of the others: unknown ones, ones whose question went away with
    these same answers, and ones about a number that now belongs to another row."""
    before, after = desk_of(session, intake), desk_of(session, intake, given)
    rows = {task.no: task.source for task in before.draft.tasks}
    moved = {task.no for task in after.draft.tasks if rows.get(task.no, task.source) != task.source}
    kept = given_to(intake, given).choices
    passed = {key for key in kept if key.partition(":")[0] in moved}
    keys, saved = {one.key for one in after.asked} - passed, intake.answers["choices"]
    strays = [key for key, text in given.choices.items() if text and key not in keys and text != saved.get(key)]
    names = [key for key, text in given.units.items() if text and NAME + key not in keys]
    fresh = {key: text for key, text in given.choices.items() if key not in strays} | dict.fromkeys(passed, "")
    units = {key: text for key, text in given.units.items() if key not in names}
    return replace(given, choices=fresh, units=units), tuple(sorted({*strays, *names, *passed}))


def _claim(session: Session, actor: Actor, intake: Intake) -> None:
    """The row held for this transaction; Conflict when it is settled already."""
    allow(actor, Act.ADOPT)
    session.refresh(intake, with_for_update=True)
    if intake.state != IntakeState.OPEN:
        raise Conflict(f"“{intake.title}”{intake.state.label}，不能再改。")


def adopt(session: Session, actor: Actor, intake: Intake) -> Plan:
    """Make a plan of it; Rejected lists what is still open. What was answered about names is remembered."""
    _claim(session, actor, intake)
    desk = desk_of(session, intake)
    if desk.open:
        lines = [f"{one.where} {one.what}" for one in desk.open[:MOST_NAMED]]
        more = [f"另有{len(desk.open) - MOST_NAMED}处。"] if len(desk.open) > MOST_NAMED else []
        raise Rejected("\n".join([f"还有{len(desk.open)}处没有答复，不能采用：", *lines, *more]))
    units = {one.what: one.answer for one in desk.asked if one.kind == "name"}
    piece = f"#{intake.position + 1}" if intake.documents > 1 else ""
    draft = desk.draft.model_copy(update={"key": desk.draft.key + piece})
    plan = adopt_plan(session, actor, draft, intake.digest + piece, Answers(units=units, choices=desk.answers.choices))
    intake.state, intake.plan_id, intake.version = IntakeState.ADOPTED, plan.id, intake.version + 1
    record(session, actor, "采用收文", intake.id, title=intake.title, plan=plan.id)
    if sent := down_of_intake(session, intake.id):
        settle_sent(session, actor, sent, plan)
    return plan


def drop(session: Session, actor: Actor, intake: Intake, reason: str) -> None:
    """It will not become a plan; the file and its answers stay."""
    _claim(session, actor, intake)
    if not reason.strip():
        raise Rejected("请填写弃用的理由。")
    intake.state, intake.version = IntakeState.DROPPED, intake.version + 1
    record(session, actor, "弃用收文", intake.id, title=intake.title, reason=reason.strip())
    if sent := down_of_intake(session, intake.id):
        lay_aside(session, actor, sent, reason)
