"""What the names of papers mean here: units, their aliases, and the groups they belong to."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session, col, select

from models.unit import GroupMember, Unit, UnitGroup


@dataclass
class Names:
    """Every name an office knows: units (with former and short names) and groups."""

    units: dict[str, UUID] = field(default_factory=dict)
    groups: dict[str, UUID] = field(default_factory=dict)

    @property
    def all(self) -> dict[str, tuple[str, UUID]]:
        """Name to what it is ("unit" or "group") and its key; a unit wins over a group of the same name."""
        found = {name: ("group", key) for name, key in self.groups.items()}
        return found | {name: ("unit", key) for name, key in self.units.items()}


def names_of(session: Session, office_id: UUID) -> Names:
    """All names of an office; those of a merged unit lead to its successor."""
    names = Names()
    units = list(session.exec(select(Unit).where(Unit.office_id == office_id)))
    successor = {unit.id: unit.merged_into or unit.id for unit in units}
    for unit in units:
        for name in (*unit.aliases, unit.name):
            names.units[name] = successor[unit.id]
    for group in session.exec(select(UnitGroup).where(UnitGroup.office_id == office_id)):
        for name in (*group.aliases, group.name):
            names.groups[name] = group.id
    return names


def members_of(session: Session, group_id: UUID) -> list[UUID]:
    """The active units of a group, in the order of the directory."""
    statement = (
        select(Unit.id)
        .join(GroupMember, col(GroupMember.unit_id) == Unit.id)
        .where(GroupMember.group_id == group_id, col(Unit.active).is_(True))
        .order_by(col(Unit.sort), col(Unit.name))
    )
    return list(session.exec(statement))


def groups_of(session: Session, office_id: UUID) -> list[tuple[UnitGroup, list[Unit]]]:
    """Every group with its units."""
    found = []
    statement = select(UnitGroup).where(UnitGroup.office_id == office_id).order_by(col(UnitGroup.name))
    for group in session.exec(statement):
        inside = (
            select(Unit).join(GroupMember, col(GroupMember.unit_id) == Unit.id)
            .where(GroupMember.group_id == group.id).order_by(col(Unit.sort), col(Unit.name))
        )
        found.append((group, list(session.exec(inside))))
    return found
