"""The unit cells of a decomposition table: who leads and who is responsible, and what only a person can tell."""

import re
from datetime import date

from plans.document import Table
from plans.issued import Origin, TaskRead
from plans.readers.decomposition.asked import Asked
from plans.readers.decomposition.columns import Columns, Role
from plans.readers.decomposition.limits import looks_like_limit
from plans.readers.decomposition.rows import Row
from plans.readers.decomposition.unitcell import NOBODY, Units, is_group, looks_like_units, units_of
from plans.readers.decomposition.within import units_within
from plans.readers.running_text.brackets import take

LABELLED = re.compile(r"^[^：:]{1,8}[：:]")


class UnitCells:
    """The unit cells of one table. `roots` are the tasks in which each column was last printed; `blank` grows."""

    def __init__(self, table: Table, columns: Columns, ref: date, asked: Asked, blank: list[str]) -> None:
        self.table, self.columns, self.ref, self.asked, self.blank = table, columns, ref, asked, blank
        self.roots: dict[Role, str] = {}

    def read(self, task: TaskRead, row: Row) -> None:
        """Names who leads and who is responsible; where no column leads, who a cell itself says does."""
        found = {role: units_of(row.cells[role].text) for role in self.columns.orgs}
        lead = found.get(Role.LEAD, Units())
        rest = [found[role] for role in self.columns.orgs if role != Role.LEAD]
        task.lead_units = list(lead.lead or lead.names)
        task.responsible_units = list(lead.names) if lead.lead else []
        for units in rest:
            if Role.LEAD in found:
                task.responsible_units = _joined(task.responsible_units, units.lead + units.names)
            else:
                task.lead_units = _joined(task.lead_units, units.lead)
                task.responsible_units = _joined(task.responsible_units, units.names)
        self._unit_origins(task, row)
        self._about_units(task, row)

    def _unit_origins(self, task: TaskRead, row: Row) -> None:
        """Where the units came from, and which earlier question they hang on."""
        for role in self.columns.orgs:
            origin = row.cells[role].origin
            name = "lead_units" if role == Role.LEAD else "responsible_units"
            task.origins[name] = max(task.origins.get(name, origin), origin, key=list(Origin).index)
            if origin != Origin.INHERITED:
                self.roots[role] = task.no
            elif not row.swaps:
                self.asked.follow(f"{self.roots.get(role)}:units", task.no)
        if Role.LEAD not in self.columns.orgs and task.lead_units:
            task.origins["lead_units"] = task.origins["responsible_units"]
        if row.swaps:
            choices = tuple(dict.fromkeys("；".join(f"{role}：{_list(text)}" for role, text in swap.items())
                                          for swap in row.swaps))
            known = "栏目按原表" if self.table.placed else "原表栏位已失，不知属哪一栏"
            self.asked.ask(f"{task.no}:units", row.where, f"第{task.no}项只印了一个单位格，{known}，请确认。", choices)

    def _about_units(self, task: TaskRead, row: Row) -> None:
        self.blank += [f"{task.no}{role}" for role in row.carried]
        for role in self.columns.orgs:
            text = row.cells[role].text
            if not text:
                self._blank_unit(task, row, role)
            elif text in NOBODY:
                continue  # the paper itself says: none
            elif not looks_like_units(text) or looks_like_limit(text, self.ref):
                self.asked.ask(f"unit:{text}", row.where, f"{role}“{text[:40]}”不像单位名称，请核对。")
            if units_of(text).more:
                self.asked.ask(f"open:{text}", row.where, f"{role}“{text[:60]}”以“等”结尾，没有列全，请补充。")
        leads = task.lead_units
        if len(leads) > 1 and not all(map(is_group, leads)):
            what = f"有{len(leads)}个牵头单位，暂以首列的{leads[0]}为主牵头。"
            self.asked.ask(f"leads:{'、'.join(leads)}", row.where, what, (*leads, "共同牵头，不分主次"))

    def _blank_unit(self, task: TaskRead, row: Row, role: Role) -> None:
        """A blank unit cell is never filled from above; without a lead, or with nobody at all, it is asked."""
        if role == Role.LEAD or not (task.lead_units or task.responsible_units):
            self.asked.ask(f"{task.no}:{role.name.lower()}", row.where, f"第{task.no}项{role}空白，请补录。")
        else:
            self.blank.append(f"{task.no}{role}")


def units_in_words(task: TaskRead, asked: Asked, table: str) -> None:
    """Who acts as the words of the measure say. Whom its brackets name besides acts only where a clerk says that it is
    of use: bodies, or where there are none whoever stands there, whose unit is then asked for by name."""
    printed = task.measure
    units_within(task, asked, table)
    if not asked.said(f"{task.no}:bracket").startswith("有用"):
        return
    for text in take(printed)[1].aside:
        pieces = [LABELLED.sub("", piece) for piece in re.split("[；;，,]", text)]
        for piece in [piece for piece in pieces if looks_like_units(piece)] or pieces[:1]:
            found = units_of(piece)
            task.lead_units = _joined(task.lead_units, found.lead)
            task.responsible_units = _joined(task.responsible_units, found.names)


def _list(text: str) -> str:
    found = units_of(text)
    return "、".join(found.lead + found.names) or "（空白）"


def _joined(first: list[str], more: list[str]) -> list[str]:
    return list(dict.fromkeys(first + more))
