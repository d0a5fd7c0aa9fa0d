"""Lushan's weeks and Xiayi's checklist held against their hand-checked content."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from bench.readings.values import MISSING, Paper, Value, bare, each, head_values
from plans.issued import StageRead
from plans.phrase import read

LONG = 6  # words of a limit longer than this stand in one sentence only
DECLARED = {"county_units": "县直单位", "townships": "乡镇"}


def lushan(paper: Paper) -> list[Value]:
    return [*head_values(paper), *_rhythm(paper), *_weeks(paper), *_form(paper), *_obligations(paper)]


def xiayi(paper: Paper) -> list[Value]:
    return [*head_values(paper), *_windows(paper), *_targets(paper), *_checklist(paper)]


def _days(where: str, row: dict[str, Any], stage: StageRead | None) -> Iterator[Value]:
    for name in ("start", "end"):
        if name in row:
            day = getattr(stage, name) if stage else MISSING
            yield Value("dates", f"{where}{name}", row[name], str(day) if day else day)


def _rhythm(paper: Paper) -> Iterator[Value]:
    """The yearly stages; a part of a stage is a stage of its own to the reader."""
    read_stages = {stage.name: stage for stage in paper.issued.part.stages}
    for row in paper.truth["stages"]:
        for known in row.get("substages", [row]):
            stage, where = read_stages.get(known["name"]), f"阶段“{known['name']}”"
            yield Value("words", where, known["name"], stage.name if stage else MISSING)
            yield from _days(where, known, stage)
            yield from _yearly(where, known, stage)
            yield paper.leads_to(where, stage.source if stage else MISSING, known["name"])


def _yearly(where: str, row: dict[str, Any], stage: StageRead | None) -> Iterator[Value]:
    """What comes again every year: the day of this year is read; a rule of repetition only from the stage's words."""
    limit = read(stage.text, _first_of_year(row)) if stage and stage.text else None
    if "due_2021" in row:
        yield Value("dates", f"{where}本年", row["due_2021"], str(stage.end) if stage and stage.end else MISSING)
        yield Value("dates", f"{where}重复", row["rrule"], (limit and limit.rrule) or MISSING)
    elif "recur" in row:
        yield Value("dates", f"{where}重复", row["recur"], (limit and limit.rrule) or MISSING)


def _first_of_year(row: dict[str, Any]) -> date:
    return date(int(str(row.get("due_2021", "2021"))[:4]), 1, 1)


def _weeks(paper: Paper) -> Iterator[Value]:
    known, slots, checks = paper.truth["schedule"], paper.issued.part.slots, paper.truth["schedule_checks"]
    units = [unit for slot in slots for unit in slot.units]
    figures = {figure.name.split("：")[-1]: figure.found for figure in paper.issued.part.figures}
    yield Value("counts", "周次数", checks["rows"], len(slots))
    yield Value("counts", "单位数", checks["units_total"], len(units))
    yield Value("counts", "单位不重复", checks["unique"], len(set(units)) == len(units))
    for key, name in DECLARED.items():
        yield Value("counts", name, f"{checks[key]}家", figures.get(name, MISSING))
    paper.set_aside.append("schedule.alt_windows：由 rules/slot.py 按另两种规则推算，不是读出的值")
    for n, row in enumerate(known):
        slot, where = (slots[n] if n < len(slots) else None), f"{row['month_text']}{row['week_text']}"
        yield Value("counts", f"{where}月", row["month"], slot.month if slot else MISSING)
        yield Value("counts", f"{where}周", row["week"], slot.week if slot else MISSING)
        yield Value("dates", f"{where}起", row["window"]["start"], str(slot.start) if slot else MISSING)
        yield Value("dates", f"{where}止", row["window"]["end"], str(slot.end) if slot else MISSING)
        yield from each("units", where, row["units"], slot.units if slot else [])
        yield paper.leads_to(where, slot.source if slot else MISSING, row["units"][0])


def _form(paper: Paper) -> Iterator[Value]:
    """The letter's blank form: what has a field of its own in what is read."""
    known = paper.truth["opinion_form"]
    fields, letters = {field["key"]: field for field in known["fields"]}, paper.issued.part.letters
    letter = letters[0] if letters else None
    days = read(letter.limit_text, _first_of_year({})).offset if letter else None
    body = bare("".join(letter.body)) if letter else ""
    yield Value("words", "文书标题", known["title"], letter.title if letter else MISSING)
    yield Value("words", "文书文号", fields["doc_no"]["pattern"], letter.number if letter else MISSING)
    yield Value("words", "文书期限原文", fields["reply_days"]["fixed"], letter.limit_text if letter else MISSING)
    yield Value("dates", "文书期限天数", fields["reply_days"]["days"], days.n if days else MISSING)
    yield Value("units", "文书落款", fields["issuer"]["fixed"], letter.signed_by if letter else MISSING)
    reply_to = fields["reply_to"]["fixed"]
    yield Value("units", "文书报送对象", reply_to, reply_to if bare(reply_to) in body else MISSING)
    yield paper.leads_to("文书", letter.source if letter else MISSING, fields["doc_no"]["pattern"])


def _obligations(paper: Paper) -> Iterator[Value]:
    """Standing obligations in the running text: who, and by when."""
    for n, row in enumerate(paper.truth["obligations"], 1):
        same = [
            one for one in paper.issued.part.handovers
            if all(bare(part) in bare(one.limit_text) for part in row["deadline"].split("、"))
            and (len(row["deadline"]) > LONG or _shares(row["what"], one.sentence))
        ]
        one = next((one for one in same if row["who"] in one.owners), same[0] if same else None)
        asked = next((d.choices for d in paper.issued.part.doubts if one and d.key == f"handover-{one.no}:owner"), ())
        found = "、".join(one.owners) if one and one.owners else "／".join(asked) or MISSING
        yield Value("units", f"义务{n}单位", row["who"], found, bool(asked))
        there = one or (row.get("days") and _by_letter(paper, row))
        yield Value("dates", f"义务{n}时限“{row['deadline']}”", row["deadline"], row["deadline"] if there else MISSING)


def _by_letter(paper: Paper, row: dict[str, Any]) -> bool:
    """A limit that every letter of the printed form sets anew."""
    limits = [read(letter.limit_text, _first_of_year({})) for letter in paper.issued.part.letters]
    return any(limit.offset and limit.offset.n == row["days"] for limit in limits)


def _shares(what: str, sentence: str) -> bool:
    """Whether a sentence speaks of the same thing: 及时, 规定时间内 and their like stand in many."""
    return any(what[at:at + 3] in sentence for at in range(len(what) - 2))


def _windows(paper: Paper) -> Iterator[Value]:
    stages = paper.issued.part.stages
    yield Value("counts", "督导时段数", len(paper.truth["windows"]), len(stages))
    for n, row in enumerate(paper.truth["windows"]):
        stage, where = (stages[n] if n < len(stages) else None), f"时段“{row['name']}”"
        yield Value("words", f"{where}名称", row["name"], stage.name if stage else MISSING)
        yield Value("words", f"{where}原文", row["text"], stage.text if stage else MISSING)
        yield from _days(where, row, stage)
        yield paper.leads_to(where, stage.source if stage else MISSING, row["text"])


def _targets(paper: Paper) -> Iterator[Value]:
    """Whom the inspection visits: kinds of units with the number printed, and units named singly."""
    known, read = paper.truth["targets"], [one for one in paper.issued.part.targets if one.role == "subject"]
    counted = sum(one.declared or 0 for one in read)
    yield Value("counts", "督导对象townships", known["townships"], counted or MISSING)
    yield Value("counts", "督导对象total", known["total"], sum(one.declared or 1 for one in read) or MISSING)
    single = [one.name for one in read if one.declared is None]
    yield from each("units", "督导对象other", known["other"], single)


def _checklist(paper: Paper) -> Iterator[Value]:
    known, items = paper.truth["checklist"], {item.no: item for item in paper.issued.part.checklist}
    groups = Counter(item.group for item in items.values())
    yield Value("counts", "检查项数", known["n_items"], len(paper.issued.part.checklist))
    yield Value("counts", "组数", known["n_groups"], len(groups))
    for group, count in known["groups"].items():
        yield Value("counts", f"组“{group}”项数", count, groups.get(group, MISSING))
    for row in known["items"]:
        item, where = items.get(str(row["no"])), f"第{row['no']}项"
        yield Value("words", f"{where}组", row["group"], item.group if item else MISSING)
        yield Value("words", f"{where}标准", row["standard"], item.text if item else MISSING)
        yield from each("points", f"{where}数量要求", row.get("numeric", []), item.thresholds if item else [])
        yield paper.leads_to(where, item.source if item else MISSING, row["standard"])
