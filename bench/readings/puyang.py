"""Puyang held against its hand-checked content: stages, what is to be handed in, two score sheets."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bench.readings.values import MISSING, Paper, Value, each, head_values, says
from plans.draft import ClauseDraft, ItemDraft, SheetDraft
from plans.issued import HandoverRead, Origin
from plans.readers.scoretable.clauses import tidy

KNOWN_AS = {"unit_name": "unit_scope"}  # the reader's word for the same defect
BY_HAND = {("party", 16, 1), ("party", 16, 2), ("party", 17, 1)}
TXT_ONLY = ("row_shift", "ambiguous_units", "number_missing")


def puyang(paper: Paper) -> list[Value]:
    return [*head_values(paper), *_stages(paper), *_upstream(paper), *_handed_in(paper), *_targets(paper),
            *_indicators(paper), *_sheets(paper)]


def _stages(paper: Paper) -> Iterator[Value]:
    known, read = paper.truth["stages"], paper.issued.part.stages
    yield Value("counts", "阶段数", len(known), len(read))
    for n, row in enumerate(known):
        stage, where = (read[n] if n < len(read) else None), f"阶段{row['no']}"
        for name in ("name", "text", "start", "end", "tbd"):
            found = getattr(stage, name) if stage else MISSING
            kind = "words" if name in ("name", "text") else "dates"
            yield Value(kind, f"{where}{name}", row[name], str(found) if isinstance(found, date) else found)
        yield paper.leads_to(where, stage.source if stage else MISSING, row["name"])


def _upstream(paper: Paper) -> Iterator[Value]:
    """Another authority's visit, which is a window beside the plan's own stages."""
    read = {(str(one.start), str(one.end)): one for one in paper.issued.part.windows if one.kind == "upstream"}
    for row in paper.truth["upstream"]:
        days = row["start"], row["end"]
        found = read.pop(days, None)
        yield from each("dates", "上级督察起止", days, days if found else (MISSING, MISSING))
        yield Value("words", "上级督察机关", True, says(row["text"], found.name) if found else MISSING)
    for days in read:
        yield Value("dates", "另有上级督察", MISSING, days)


def _handed_in(paper: Paper) -> Iterator[Value]:
    """Who hands what to whom by when, each found by its printed sentence; what nobody found there is made up."""
    left = list(paper.issued.part.handovers)
    for row in paper.truth["deliverables"]:
        one = next((one for one in left if _about(one, row)), None)
        if one in left:
            left.remove(one)
        yield from _sides(paper, row, one)
        yield from _due(row, one)
        named = one is not None and (says(row["name"], one.title) or says(one.title, row["name"].split("（")[0]))
        yield Value("words", f"{row['id']}名称", row["name"], row["name"] if named else one.title if one else MISSING)
        yield paper.leads_to(row["id"], one.source if one else MISSING, row["text"])
    paper.set_aside.append("D1报送单位括号中的列举：核对稿注明“各地各部门”所指，原句没有")
    for one in left:
        yield Value("words", f"另有报送事项{one.source}", MISSING, one.title)


def _about(one: HandoverRead, row: dict[str, Any]) -> bool:
    return says(one.sentence, row["text"]) or says(row["text"], one.sentence)


def _sides(paper: Paper, row: dict[str, Any], one: HandoverRead | None) -> Iterator[Value]:
    """By whom and to whom; where the reader asks, what it offers."""
    for key, part, names in (("frm", "owner", one and one.owners), ("to", "to", one and one.receivers)):
        if not row.get(key):
            continue
        wanted, asked = row[key].split("（")[0], asks(paper, f"handover-{one.no}:{part}") if one else ()
        found = "、".join(names) if names else "／".join(asked) or MISSING
        yield Value("units", f"{row['id']}{key}", wanted, found, bool(asked))


def asks(paper: Paper, key: str) -> tuple[str, ...]:
    """The choices of the question of this key; none where it is not asked."""
    return next((doubt.choices for doubt in paper.issued.part.doubts if doubt.key == key), ())


def _due(row: dict[str, Any], one: HandoverRead | None) -> Iterator[Value]:
    limit = one.deadline if one else None
    if row["due"]:
        yield Value("dates", f"{row['id']}due", row["due"], str(limit.due) if limit else MISSING)
    elif "window" in row:
        found_days = [str(limit.start), str(limit.due)] if limit else []
        yield from each("dates", f"{row['id']}window", row["window"], found_days)
    elif limit and limit.due:
        yield Value("dates", f"{row['id']}另有时限", MISSING, str(limit.due))
    if "anchor" in row:
        event = f"{limit.anchor}{'之前' if limit.before else ''}" if limit and limit.anchor else MISSING
        found = row["anchor"] if says(row["anchor"], event) else event
        yield Value("dates", f"{row['id']}anchor", row["anchor"], found)


def _targets(paper: Paper) -> Iterator[Value]:
    """Whom the inspection visits; what is named beyond the content is made up."""
    read = [one for one in paper.issued.part.targets if one.role == "subject"]
    known = {name: one for one in read for name in (one.name, one.name + one.persons)}
    for name in paper.truth["targets"]:
        yield Value("units", f"督察对象{name}", name, name if name in known else MISSING)
    for one in read:
        if not {one.name, one.name + one.persons} & set(paper.truth["targets"]):
            yield Value("units", "另有督察对象", MISSING, one.name)


def _indicators(paper: Paper) -> Iterator[Value]:
    """The numbers the attachment names; the reader tells them only of a table that it can count."""
    named = paper.truth["attachment2"]
    told = {figure.expected for figure in paper.issued.part.figures if "级指标" in figure.name}
    for name in ("city_indicators", "dept_indicators"):
        for level, count in named[name].items():
            found = count if f"{count}项" in told else MISSING
            yield Value("counts", f"附件2 {name} {level}", count, found)
    yield Value("dates", "附件2 lookback", named["lookback"], MISSING)


def _sheets(paper: Paper) -> Iterator[Value]:
    read = paper.issued.sheets
    totals = paper.truth["totals_check"]
    yield Value("counts", "打分表数", 2, len(read))
    for (code, known), sheet in zip(paper.truth["score_tables"].items(), read, strict=False):
        points = sum(item.points for item in sheet.items)
        clauses = sum(item.clause_points for item in sheet.items)
        yield Value("words", f"{code}责任人", known["responsible"], sheet.subject)
        yield Value("counts", f"{code}项数", known["n_tasks"], len(sheet.items))
        yield Value("points", f"{code}总分", totals[f"{code}_total"], points)
        yield Value("points", f"{code}分项合计", totals[f"{code}_rule_total"], clauses)
        duties = ([tidy(duty["text"]) for duty in known["main_duties"]], [tidy(duty.title) for duty in sheet.duties])
        yield from each("words", f"{code}职责", *duties)
        yield from _items(paper, code, known["tasks"], sheet)


def _items(paper: Paper, code: str, known: list[dict[str, Any]], sheet: SheetDraft) -> Iterator[Value]:
    tasks = {task.no: task for task in paper.issued.part.tasks if task.section == sheet.subject}
    items = {item.no: item for item in sheet.items}
    for row in known:
        where, item, task = f"{code}第{row['no']}项", items.get(int(row["no"])), tasks.get(str(row["no"]))
        if item is None or task is None:
            yield Value("counts", where, row["no"], MISSING)
            continue
        open_duty = task.origins["theme"] == Origin.AMBIGUOUS
        yield Value("words", f"{where}职责", row["main_duty"], item.duty, open_duty)
        yield Value("points", f"{where}分值", row["max_points"], item.points)
        yield from each("units", f"{where}单位", [unit["name"] for unit in row["units"]], item.units)
        yield from each("units", f"{where}类名", [u["name"] for u in row["units"] if u.get("class")], item.unit_classes)
        yield Value("words", f"{where}任务", tidy(row["task"]), tidy(item.title))
        yield Value("words", f"{where}标准", tidy(row["criteria_text"]), tidy(task.criteria or ""))
        yield Value("words", f"{where}检查方式", row["check_method"], item.method)
        yield from _clauses(paper, code, row, item)
        yield from _flags(paper, where, row, item)
        yield paper.leads_to(where, task.source, tidy(row["task"]))


def _clauses(paper: Paper, code: str, row: dict[str, Any], item: ItemDraft) -> Iterator[Value]:
    where = f"{code}第{row['no']}项"
    yield Value("counts", f"{where}分项数", len(row["rules"]), len(item.clauses))
    for n, (rule, clause) in enumerate(zip(row["rules"], item.clauses, strict=False), 1):
        yield Value("points", f"{where}分项{n}", rule["points"], clause.points)
        if (code, int(row["no"]), n) in BY_HAND:
            paper.set_aside.append(f"{where}分项{n}的名称和档次：核对稿是人工改写的，不是原文")
            continue
        yield Value("words", f"{where}分项{n}名称", tidy(rule["aspect"]), clause.title)
        yield from each("points", f"{where}分项{n}档次", [_level(one) for one in rule["levels"]], _levels(clause))


def _level(level: dict[str, Any]) -> tuple[object, object]:
    deduct = level.get("deduct")
    return level.get("score"), tuple(deduct) if isinstance(deduct, list) else deduct


def _levels(clause: ClauseDraft) -> list[tuple[object, object]]:
    return [(level.score, level.deduct) for level in clause.levels]


def _flags(paper: Paper, where: str, row: dict[str, Any], item: ItemDraft) -> Iterator[Value]:
    """Defects of the print a person marked: whether the reader marks the same item for the same reason."""
    kinds = {flag.kind for flag in item.flags} | _asked(paper, where, str(row["no"]))
    kinds |= {"points_missing"} if any(clause.damaged for clause in item.clauses) else set()
    for flag in row.get("flags", []):
        name, reason = flag["type"], _aside(paper, flag["type"])
        if reason:
            paper.set_aside.append(f"{where}疑点{name}：{reason}")
        else:
            found = name if KNOWN_AS.get(name, name) in kinds else MISSING
            yield Value("provenance", f"{where}疑点{name}", name, found)


def _aside(paper: Paper, name: str) -> str:
    """Why a mark says nothing about the reader."""
    if name in TXT_ONLY and paper.file.endswith(".docx"):
        return "说的是 .txt 的错行、缺号，.docx 印得完整"
    return "说的是怎样拆分，拆分本身已逐项比较" if name == "merged_clauses" else ""


def _asked(paper: Paper, where: str, no: str) -> set[str]:
    """The kinds of question put about an item, by their keys."""
    subject = paper.truth["score_tables"][where.partition("第")[0]]["responsible"]
    keys = [doubt.key.split(":") for doubt in paper.issued.part.doubts if doubt.key.startswith(f"{subject}:")]
    return {key[-1].split("#")[0] for key in keys if key[1].strip("第项").split(".")[0] == no}
