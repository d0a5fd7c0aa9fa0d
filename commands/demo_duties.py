"""The sample's duties that come again: a quarterly hearing, hours of training, a filing called up by an event."""

from datetime import date
from uuid import UUID

from sqlmodel import Session, select

from actions.duty import Wanted, add_duty
from actions.entry import Act, register
from actions.record import Actor
from actions.register_event import register_event
from config.workdays import official
from models.cycle import Assignment
from models.duty import Duty
from models.ledger import contacts_of_unit
from models.unit import Unit
from rules import workday

HEARING = Wanted("听取法治建设汇报", "每季度至少听取一次")
TRAINING = Wanted("行政执法人员培训", "每人每年不少于40学时", per_person=True)
FILING = Wanted("重大行政处罚备案", "自作出处罚决定之日起15日内", gate="法制审核")
WHO = {
    HEARING.title: ("范县", "清丰县", "南乐县", "濮阳县"), TRAINING.title: ("范县", "清丰县"), FILING.title: ("范县",),
}


def set_duties(session: Session, cycle_id: UUID, clerk: Actor, today: date) -> None:
    """Set them, and let one unit have registered something of each."""
    for wanted in (HEARING, TRAINING, FILING):
        for name in WHO[wanted.title]:
            unit = session.exec(select(Unit).where(Unit.office_id == clerk.office_id, Unit.name == name)).one()
            duty = add_duty(session, clerk, cycle_id, unit, wanted)
            if name == "清丰县" or wanted is FILING:
                _act(session, duty, unit, clerk, today)


def _act(session: Session, duty: Duty, unit: Unit, clerk: Actor, today: date) -> None:
    day = workday.add(today, -2, official())
    if duty.gate:
        register_event(session, clerk, duty, day, "示例处罚决定书第1号", gate_result="审核通过")
        return
    item = session.exec(select(Assignment).where(Assignment.duty_id == duty.id)).one()
    contact = contacts_of_unit(session, unit.id)[0]
    who = Actor(unit.office_id, contact.name, "unit", "演练", unit.id)
    if item.period_start is None or day < item.period_start:
        return  # the period began after the last workday: nothing can have been done in it yet
    person, amount = ("执法人员一", 24.0) if duty.per_person else ("", 1.0)
    register(session, who, item, Act(f"sample-{duty.id}", day, "已按要求开展", amount, person))
