"""The duties of a score table and the items under each, and where that cannot be seen."""

from plans.draft import DutyDraft
from plans.issued import Origin
from plans.readers.scoretable.checks import ask_foreign
from plans.readers.scoretable.rows import DUTY, Row
from plans.readers.scoretable.sheet import ScoreSheet


def read_duties(sheet: ScoreSheet, rows: list[Row]) -> None:
    """Duties in order and the items under each; where no merged cell shows it, where a duty begins is asked."""
    at, unsure = -1, list[int]()
    headings = all(not row.task for row in rows if row.duty)
    for row in rows:
        at += bool(row.task)
        if row.duty and (not sheet.duties or _title(row) != sheet.duties[-1].title):
            begins = at if row.task else at + 1
            _open_duty(sheet, row, [one for one in unsure if one < begins], begins)
            unsure = []
        if row.task:
            item = sheet.items[at]
            item.duty = sheet.duties[-1].no if sheet.duties else 0
            if not sheet.duties or not (row.duty or headings):
                item.origins["theme"] = Origin.INHERITED
                unsure.append(at)


def _open_duty(sheet: ScoreSheet, row: Row, unsure: list[int], begins: int) -> None:
    no = sheet.duties[-1].no + 1 if sheet.duties else 1
    printed = DUTY.match(row.duty)
    if printed and int(printed.group(1)) != no:
        what = f"职责序号由{no - 1}到{printed.group(1)}，不连续，请核对是否缺了一项职责。"
        no = max(no, int(printed.group(1)))
        sheet.ask(f"职责{no}", "duty_gap", row.place, what)
    sheet.duties.append(DutyDraft(no=no, title=_title(row)))
    ask_foreign(sheet, f"职责{no}", row.place, _title(row))
    if not unsure:
        return
    places = [*range(begins, min(begins + 1, len(sheet.items))), *reversed(unsure)]
    for at in unsure:
        sheet.items[at].origins["theme"] = Origin.AMBIGUOUS
        sheet.items[at].duty = sheet.items[at].duty or no
    what = f"职责{no}一格没有合并线，从第几项起归它，原文看不出。"
    sheet.ask(f"职责{no}", "duty_start", row.place, what, tuple(f"第{sheet.items[at].no}项" for at in places))


def _title(row: Row) -> str:
    return DUTY.sub("", row.duty).strip()
