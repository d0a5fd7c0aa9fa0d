"""The ledger on the command line: written to a file; a filled one compared with what is on record and taken in."""

from pathlib import Path

from actions.give_ledger import error_sheet, give_ledger
from actions.keep_evidence import Upload
from actions.keep_sheet import keep_sheet, read_sheet
from actions.ledger_verdict import Change, Verdict
from actions.record import Actor
from actions.take_ledger import compare, in_order, in_pieces, refused, scope_of, take
from models.base import Rejected
from models.database import reading, transaction
from models.office_ledger import the_office
from models.sheet_ledger import cycle_named, unit_named
from plans.ledger_row import Returned
from plans.text import bytes_of

LARGEST = 20 * 1024 * 1024


def write_ledger(cycle: str, file: Path, unit: str = "") -> int:
    """Write the ledger of a cycle (or one unit in it) to a new file; returns how many bytes it has."""
    if file.exists():
        raise Rejected(f"“{file}”已存在，未覆盖。")
    with reading() as session:
        office = the_office(session)
        chosen = unit_named(session, office.id, unit) if unit else None
        _, data = give_ledger(session, office.id, cycle_named(session, office.id, cycle), chosen)
    file.write_bytes(data)
    return len(data)


def bring_in(file: Path, yes: bool) -> tuple[Returned, list[Change]]:
    """What taking the file in would do; with `yes` it is kept and taken in, on behalf of the units."""
    upload = Upload(file.name, bytes_of(file, LARGEST))
    returned = read_sheet(upload)
    with transaction() as session:
        clerk = Actor(the_office(session).id, "命令行", "clerk", "命令行")
        if not yes:
            return returned, compare(session, clerk, scope_of(clerk), returned)
        keep_sheet(session, clerk, upload)
        pieces = in_pieces(session, scope_of(clerk), returned)
    return returned, in_order(returned, [change for piece in pieces for change in _take(clerk, piece)])


def _take(clerk: Actor, piece: Returned) -> list[Change]:
    with transaction() as session:
        return take(session, clerk, scope_of(clerk), piece)


def lines_of(returned: Returned, changes: list[Change]) -> list[str]:
    """The comparison as lines: a sum first, then every row but the blank ones."""
    counts = {word: sum(change.verdict == word for change in changes) for word in Verdict}
    told = "，".join(f"{word.label}{count}行" for word, count in counts.items() if count) or "没有填写的行"
    rows = [line_of(change) for change in changes if change.verdict not in (Verdict.BLANK, Verdict.SAME)]
    return [f"{returned.name}：{told}。", *(fault.words for fault in returned.faults), *rows]


def line_of(change: Change) -> str:
    """One row with its place, unit and matter, and why."""
    whose = f"{change.owed.unit.name}“{change.owed.item.title[:30]}”" if change.owed else ""
    why = change.error.replace("\n", "；")
    return f"{change.row.where} {whose} {change.verdict.label}" + (f"：{why}" if why else "")


def write_wrong(file: Path, changes: list[Change]) -> Path | None:
    """The rows that were not taken, beside the file they came in; an earlier one is not overwritten."""
    rows, target = refused(changes), file.with_name(f"{file.stem}-须改正.xlsx")
    if not rows or target.exists():
        return None
    target.write_bytes(error_sheet([(one.row, one.owed, one.error) for one in rows], "督办台账（须改正的行）"))
    return target
