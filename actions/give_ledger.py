"""The ledger on its way out: what units owe as rows of a sheet, and the rows that came back wrong."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlmodel import Session

from actions.ledger_kind import asked_of, how_words, is_open
from config import clock
from config.day_words import month_day
from config.workdays import official
from models.cycle import Assignment, Cycle
from models.database import fetch
from models.office import Office
from models.sheet_ledger import Owed, owed_rows
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState
from papers.ledger_sheet import GUIDE, Head, SheetRow, ledger_sheet
from plans.ledger_row import Filled
from rules import ledger as words
from rules.stage import Light, light

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def give_ledger(session: Session, office_id: UUID, cycle: Cycle | None, unit: Unit | None) -> tuple[str, bytes]:
    """The name and bytes of the sheet: of a cycle, of one unit in it, or of all a unit owes in running cycles."""
    rows = owed_rows(session, office_id, cycle.id if cycle else None, unit.id if unit else None)
    title = "督办台账" + (f"（{cycle.title}）" if cycle else "") + (f"　{unit.name}" if unit else "")
    line = f"{fetch(session, Office, office_id).name}印制；只填表头为黄色、底色为白的各列，填法见“{GUIDE}”。"
    data = ledger_sheet([sheet_row(owed) for owed in rows], Head(title, _line(line), asked_in(rows)))
    return f"{unit.name if unit else cycle.title if cycle else ''}督办台账.xlsx", data


def _line(text: str) -> str:
    return f"{text}{words.PRINTED_AT}：{clock.minute_words(clock.now())}"


def asked_in(rows: Iterable[Owed]) -> tuple[str, ...]:
    """The columns some row of a sheet needs, in their order."""
    needed = {name for owed in rows for name in asked_of(owed)}
    return tuple(name for name in words.ASKED if name in needed)


def sheet_row(owed: Owed) -> SheetRow:
    """What is owed as it is printed."""
    item, lamp = owed.item, lamp_of(owed.item)
    return SheetRow(
        key=words.key_text(item.id, item.deadline_version), unit=owed.unit.name, title=_title(owed), who=_who(owed),
        limit=_limit(owed), due=item.due_on, lamp=_lamp_words(item, lamp), colour=lamp.colour, state=state_of(owed),
        how=how_words(owed), open=is_open(owed),
    )


def _title(owed: Owed) -> str:
    if owed.problem:
        detail = f"（{owed.problem.detail}）" if owed.problem.detail else ""
        return f"问题{owed.problem.no}：{owed.problem.title}{detail}"
    return owed.item.title


def _who(owed: Owed) -> str:
    """Who leads and who is responsible, as printed; for a problem those its plan names."""
    if owed.task and (owed.task.lead_units or owed.task.responsible_units):
        parts = (("牵头", owed.task.lead_units), ("责任", owed.task.responsible_units))
        return "\n".join(f"{word}：{'、'.join(names)}" for word, names in parts if names)
    problem = owed.problem
    named = (problem.leader, problem.lead_unit, problem.person) if problem else ()
    return "、".join(filter(None, named)) or owed.unit.name


def _limit(owed: Owed) -> str:
    """The printed words of the limit; where the document has none, how it was counted."""
    printed = owed.task.deadline_text if owed.task else owed.duty.phrase if owed.duty else ""
    return printed or owed.item.because.removeprefix("原文：")


def state_of(owed: Owed) -> str:
    return owed.problem.state.label if owed.problem else owed.item.state.label


def lamp_of(item: Assignment) -> Light:
    """The light of the pages: a clock that stands still has no colour, a yearly confirmation is never red."""
    done, waiting = item.state == AssignmentState.DONE, item.state == AssignmentState.SUBMITTED
    if item.paused_on and not done:
        return Light("grey", "暂停计时")
    if item.kind == AssignmentKind.CONFIRMATION and not done and item.due_on and item.due_on < clock.today():
        return Light("yellow", "待确认")
    return light(item.due_on, done, clock.today(), official(), waiting)


def _lamp_words(item: Assignment, lamp: Light) -> str:
    """The light's word, and the morning on which the unit is told next."""
    day = item.next_notice_on
    return f"{lamp.word}\n{month_day(day)}提醒" if day and day >= clock.today() else lamp.word


def error_sheet(rows: Sequence[tuple[Filled, Owed | None, str]], title: str) -> bytes:
    """Only the rows that were not taken, as they were typed, each with what is wrong; columns of one's own stay."""
    columns = [name for row, _, _ in rows for name in (*row.typed, *row.extra) if name not in words.FILLED]
    head = Head(title, _line("请按“错误”一列改好后，把本表再交回一次；已受理的行不在本表内。"),
                (*dict.fromkeys(columns), words.ERROR))
    return ledger_sheet([_wrong_row(row, owed, why) for row, owed, why in rows], head)


def _wrong_row(row: Filled, owed: Owed | None, why: str) -> SheetRow:
    typed, printed = {**row.extra, **row.typed}, row.printed
    if owed:
        right = sheet_row(owed)
        return SheetRow(**{**right.__dict__, "typed": typed, "error": why, "open": True})
    return SheetRow(
        key=printed.get(words.KEY, ""), unit=printed.get(words.UNIT, ""), title=printed.get(words.TITLE, ""),
        who=printed.get(words.WHO, ""), limit=printed.get(words.LIMIT, ""), lamp=printed.get(words.LAMP, ""),
        state=printed.get(words.STATE, ""), how=printed.get(words.HOW, ""), typed=typed, error=why,
    )
