"""Who leads and who answers for a task: as printed, or as a clerk chose between readings or filled in."""

import re
from collections.abc import Callable

from plans.answered.said import NOTHING, Said
from plans.issued import Doubt, Origin, TaskRead
from plans.readers.decomposition.unitcell import looks_like_units, units_of
from plans.readers.running_text.brackets import cut

SIDE = re.compile(r"(牵头单位|责任单位|配合单位)：(.*?)(?=；(?:牵头|责任|配合)单位：|$)")
LED_BY = re.compile(r"由(.+)牵头$")
NONE_LEADS = "没有牵头单位"
Sides = tuple[list[str], list[str]]


def sides_of(read: TaskRead, said: Said) -> Sides:
    """Lead and responsible units after every answer about them, in the order in which they build on each other."""
    sides = list(read.lead_units), list(read.responsible_units)
    for step in (_cell, _no_unit, _heading, _table, _blank, _led, _named, _corrected, _more, _main):
        sides = step(read, said, sides)
    return sides


def _cell(read: TaskRead, said: Said, sides: Sides) -> Sides:
    """The readings of a lost cell, which the rows that inherit it follow."""
    follows = f"第{read.no}项沿用"
    cells = [one for one in said.doubts if one.key.endswith(":units")]
    keys = [f"{read.no}:units", *(one.key for one in cells if follows in one.where)]
    found = next((parts for key in keys if (parts := SIDE.findall(said.of(key)))), [])
    lead = [name for role, names in found if role == "牵头单位" for name in names_in(names)]
    rest = [name for role, names in found if role != "牵头单位" for name in names_in(names)]
    has_lead = any(role == "牵头单位" for role, _ in found)
    return (lead if has_lead else sides[0], list(dict.fromkeys(rest))) if found else sides


def _no_unit(read: TaskRead, said: Said, sides: Sides) -> Sides:
    """What stands in brackets and was taken for a unit."""
    doubt = next((one for one in said.doubts if one.key == f"{read.no}:units"), None)
    if doubt is None or said.of(doubt.key) != "不是单位":
        return sides
    given = {name for choice in doubt.choices for _, names in SIDE.findall(choice) for name in names_in(names)}
    return sides[0], [name for name in sides[1] if name not in given]


def _heading(read: TaskRead, said: Said, sides: Sides) -> Sides:
    """Units that stand in a heading, where they are not for the tasks below it."""
    over = [one for one in said.doubts if one.key.endswith(":over:units") and read.source in one.where.split("、")]
    if not any(said.of(one.key) == "不用" for one in over):
        return sides
    kept = [read.origins.get(name) != Origin.INHERITED for name in ("lead_units", "responsible_units")]
    return (sides[0] if kept[0] else []), (sides[1] if kept[1] else [])


def _table(read: TaskRead, said: Said, sides: Sides) -> Sides:
    """A table without a column of leads, whose responsible units were taken for them."""
    if said.of(f"{read.source.partition('第')[0]}:lead") != NONE_LEADS:
        return sides
    return [], list(dict.fromkeys([*sides[0], *sides[1]]))


def _blank(read: TaskRead, said: Said, sides: Sides) -> Sides:
    lead, rest = (said.of(f"{read.no}:{name}") for name in ("lead", "responsible"))
    more = [*names_in(rest), *names_in(said.of(f"{read.no}:support"))]
    return names_in(lead) or sides[0], list(dict.fromkeys([*sides[1], *more]))


def _led(read: TaskRead, said: Said, sides: Sides) -> Sides:
    """A unit note that does not say who leads."""
    hit = LED_BY.match(next((said.of(one.key) for one in _of_item(read, said.doubts, "lead")), ""))
    return ([hit[1]], [name for name in sides[1] if name != hit[1]]) if hit else sides


def _named(read: TaskRead, said: Said, sides: Sides) -> Sides:
    """Whom the clerk named where the paper names nobody."""
    table = f"{read.source.partition('第')[0]}:units"
    asked = [one for one in said.doubts if one.key == table and read.source in one.where.split("、")]
    answers = [said.of(one.key) for one in [*_of_item(read, said.doubts, "units"), *asked]]
    who = next((one for one in [*answers, said.of(f"{read.no}:who")] if one not in NOTHING), "")
    return sides if sides[0] or sides[1] or not who else (names_in(who), [])


def _corrected(read: TaskRead, said: Said, sides: Sides) -> Sides:
    """A cell that did not read like units: names that were given for it take the place of what it holds."""
    for cell, names in _cells(read, said, "unit:"):
        old = units_of(cell)
        sides = _replaced(sides, {*old.lead, *old.names}, lambda _, names=names: names)  # type: ignore[misc]
    return sides


def _more(read: TaskRead, said: Said, sides: Sides) -> Sides:
    """What 等 left out, beside the names it stood with."""
    for cell, names in _cells(read, said, "open:"):
        old = units_of(cell)
        last = (old.names or old.lead)[-1:]
        sides = _replaced(sides, set(last), lambda name, names=names: [name, *names])  # type: ignore[misc]
    return sides


def _cells(read: TaskRead, said: Said, prefix: str) -> list[tuple[str, list[str]]]:
    """Cells of this task with the names answered for them; an answer that names no units is only a note."""
    return [
        (doubt.key.removeprefix(prefix).partition("#")[0], names_in(answer))
        for doubt, answer in said.starting(prefix)
        if read.source in doubt.where.split("、") and looks_like_units(answer)
    ]


def _replaced(sides: Sides, old: set[str], fresh: Callable[[str], list[str]]) -> Sides:
    """Each side with names exchanged in their place, nobody twice."""
    lead, rest = (
        list(dict.fromkeys(new for name in side for new in (fresh(name) if name in old else [name]))) for side in sides
    )
    return lead, rest


def _main(read: TaskRead, said: Said, sides: Sides) -> Sides:
    lead = sides[0]
    main = said.of("leads:" + "、".join(lead))
    return ([main, *(name for name in lead if name != main)], sides[1]) if main in lead else sides


def _of_item(read: TaskRead, doubts: list[Doubt], about: str) -> list[Doubt]:
    """Questions about a numbered item of running text, which several tasks may come from (3 as 3.1 and 3.2)."""
    numbers = {read.no, read.no.rpartition(".")[0]} - {""}
    keys = {f"prose.{no}.{about}" for no in numbers}
    return [one for one in doubts if one.key in keys and one.where == read.source]


def names_in(text: str) -> list[str]:
    """The names of a list; brackets keep what they hold together."""
    return [] if text in NOTHING else [name for name in cut(text, "、，,；;") if name not in (*NOTHING, "（空白）")]
