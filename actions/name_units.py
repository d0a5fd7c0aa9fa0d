"""Units and groups as papers name them: aliases learned from a clerk's answers, renaming, merging, membership."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from actions.deadline import replan
from actions.enrol import revoke_links
from actions.record import Actor, allow, record
from models.base import Conflict, Rejected
from models.cycle import Assignment
from models.ledger import LIVE, contacts_of_unit
from models.problem import Problem
from models.unit import GroupMember, Unit, UnitGroup
from models.unit_names import names_of
from rules.naming import plain
from rules.roles import Act


def set_group(session: Session, actor: Actor, name: str, units: Sequence[Unit]) -> UnitGroup:
    """Say which units a collective name stands for; known members that are not named any more leave it."""
    allow(actor, Act.UNITS)
    if not name.strip():
        raise Rejected("请填写统称。")
    if not units:
        raise Rejected(f"“{name}”没有选择任何单位。")
    group = session.exec(
        select(UnitGroup).where(UnitGroup.office_id == actor.office_id, UnitGroup.name == name.strip())
    ).first()
    if group is None:
        group = UnitGroup(office_id=actor.office_id, name=name.strip())
        session.add(group)
        session.flush()
    wanted, known = {unit.id for unit in units}, _members(session, group)
    if wanted == known.keys():  # a second click
        return group
    for key, row in known.items():
        if key not in wanted:
            session.delete(row)
    session.add_all([GroupMember(group_id=group.id, unit_id=key) for key in wanted - known.keys()])
    session.flush()
    record(session, actor, "设定单位统称", group.id, name=group.name, units=[unit.name for unit in units])
    return group


def _members(session: Session, group: UnitGroup) -> dict[object, GroupMember]:
    return {row.unit_id: row for row in session.exec(select(GroupMember).where(GroupMember.group_id == group.id))}


def learn_alias(session: Session, actor: Actor, target: Unit | UnitGroup, word: str) -> None:
    """Remember that papers call this unit or group so; the next document is asked about it no more."""
    allow(actor, Act.UNITS)
    known = names_of(session, actor.office_id).all.get(word)
    if known is not None and known[1] == target.id:
        return
    if known is not None:
        raise Conflict(f"“{word}”已指另一单位，不能再作“{target.name}”的简称。")
    target.aliases = [*target.aliases, plain(word)]
    session.flush()
    record(session, actor, "记住简称", target.id, name=target.name, word=word)


def rename_unit(session: Session, actor: Actor, unit: Unit, name: str, reason: str) -> None:
    """A unit has a new name; the former one stays a name it is known by, its history stays its own."""
    allow(actor, Act.UNITS)
    name = name.strip()
    if not name or not reason.strip():
        raise Rejected("更名须填写新名称和依据。")
    if name in names_of(session, actor.office_id).units and name not in unit.aliases:
        raise Conflict(f"已有单位叫“{name}”；如系合并，请用“合并单位”。")
    old = unit.name
    unit.aliases = [*(alias for alias in unit.aliases if alias != name), old]
    unit.name = name
    record(session, actor, "单位更名", unit.id, unit_id=unit.id, old=old, new=name, reason=reason)


def merge_units(session: Session, actor: Actor, old: Unit, new: Unit, reason: str) -> None:
    """A unit goes up in another: its names lead there from now on, its history stays where it was."""
    allow(actor, Act.UNITS)
    if not reason.strip():
        raise Rejected("合并单位须填写依据。")
    if old.merged_into == new.id:  # a second click
        return
    if old.id == new.id or new.merged_into is not None:
        raise Rejected("请选择另一个仍在的单位。")
    old.active, old.merged_into = False, new.id
    moved = _hand_over(session, old, new)
    record(
        session, actor, "合并单位", old.id, unit_id=old.id, old=old.name, new=new.name, reason=reason, moved=moved
    )


def _hand_over(session: Session, old: Unit, new: Unit) -> int:
    """What the old unit still owes is the new one's from now on; its links die, its finished work stays its own."""
    owed = select(Assignment).where(Assignment.unit_id == old.id, col(Assignment.state).in_(LIVE))
    items = list(session.exec(owed))
    for item in items:
        item.unit_id = new.id
        if item.problem_id:
            session.get_one(Problem, item.problem_id).unit_id = new.id
        replan(session, item)
    for contact in contacts_of_unit(session, old.id):
        contact.active = False
        revoke_links(session, contact.id)
    return len(items)
