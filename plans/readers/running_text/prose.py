"""Plans in running text: numbered tasks with their units in brackets, numbered articles of duties, or bare goals."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from plans.document import Document, Line
from plans.issued import Doubt, Figure, Head, Origin, Part, TaskRead
from plans.phrase import read
from plans.readers.running_text import articles
from plans.readers.running_text.articles import SECTION, THEME, Duty, Item, duties, heading
from plans.readers.running_text.brackets import VAGUE, Note, actors, fold, take
from rules.deadline import Kind

REPORT = re.compile(r"(?<!听取)(?:报告|总结|汇报|讲话|发言|述职|情况|心得|体会)(?:\([^()]*\))?$")
SPOKEN = re.compile(r"(?:汇报|报告|总结)如下|^同志们[:,]|我[局委办厅镇乡县区市]认真")
ASIDE = re.compile(r"保障|领导|要求|指导|总体|目标|原则|背景|步骤|安排|方[法式]|范围|对象|形势|意义|考核|督[促导查]")
BEHIND = re.compile(r"保障|领导|要求|考核|督[促导查]")
DUTY = re.compile(r"应当|应[由对]|必须|不得|[要须]|(?:建立|完善|健全|落实|加强|推进|开展)")
KINDS = {Kind.FIXED: "写明日期", Kind.WINDOW: "起止时段", Kind.RELATIVE: "自事件起算", Kind.RECURRING: "按周期",
         Kind.ONGOING: "长期坚持", Kind.TBD: "没有日期"}


def read_prose(document: Document, head: Head) -> Part:
    """The tasks a plan prints as running text; nothing for reports, speeches and plans of another make."""
    if _reports(document, head):
        return Part()
    items = outline(document)
    chosen, in_articles = _chosen(items)
    if not chosen:
        return Part()
    ref = head.issued_on or date(head.year or 1, 1, 1)
    printed = sum(run[-1].no for run in _runs(chosen))
    part = Part(figures=[Figure("任务项数（按印出的编号）", str(printed), str(len(chosen)))], doubts=_gaps(chosen))
    with_notes = any(take(item.full)[1] for item in chosen)
    for item, no in zip(chosen, _numbers(chosen), strict=True):
        _add(part, item, no, ref, in_articles, with_notes)
    _beside(items, chosen, ref, part)
    _common(part, chosen, with_notes)
    return part


def _add(part: Part, item: Item, no: str, ref: date, in_articles: bool, with_notes: bool) -> None:
    """One item as one task, or as several numbered N.1, N.2 where it sets more than one limit."""
    text, note = take(item.full)
    found = duties(text, ref)
    if note.limit:
        found.insert(0, Duty(note.limit, read(note.limit, ref)))
    several = sum(duty.deadline is not None for duty in found) > 1
    only = next((duty for duty in found if duty.deadline), Duty(""))
    carried = only.deadline is not None and (only.actor_carried or not only.actors)
    whole = Duty("", only.deadline, only.actors or actors(text), carried, only.carried)
    for at, duty in enumerate(found if several else [whole], start=1):
        task = _task(item, f"{no}.{at}" if several else no, duty, heading(text))
        if not several:
            task.deadline_text = only.text
            task.criteria = "；".join(demand for one in found for demand in one.demands) or None
        _who(task, note, duty if in_articles else None)
        part.tasks.append(task)
    part.doubts.extend(_questions(no, item, note, with_notes))


def _task(item: Item, no: str, duty: Duty, title: str) -> TaskRead:
    """Of several limits in one article each says its own words behind the article's heading."""
    theme = item.under(THEME)
    measure = title if not duty.text else duty.text if not theme and item.level != THEME else f"{title}：{duty.text}"
    origins = {"measure": Origin.PRINTED}
    if duty.deadline:
        origins["deadline"] = Origin.INHERITED if duty.carried else Origin.PRINTED
    text = duty.text if duty.deadline else ""
    criteria = "；".join(duty.demands) or None
    theme = theme or (title if duty.text else "")
    return TaskRead(no, item.under(SECTION), theme, measure, item.line.where, deadline_text=text,
                    deadline=duty.deadline, criteria=criteria, origins=origins)


def _who(task: TaskRead, note: Note, duty: Duty | None) -> None:
    """Units come from the task's own notes, or in an article from its own sentence: never from elsewhere."""
    task.lead_units = list(note.lead)
    task.responsible_units = [*note.responsible, *note.unsaid]
    task.origins["lead_units"] = Origin.PRINTED if note.lead else Origin.AMBIGUOUS
    task.origins["responsible_units"] = Origin.AMBIGUOUS if note.unsaid or not note else Origin.PRINTED
    if duty is not None and duty.actors and not note:
        task.responsible_units = list(duty.actors)
        task.origins["responsible_units"] = Origin.INHERITED if duty.actor_carried else Origin.PRINTED


def _questions(no: str, item: Item, note: Note, with_notes: bool) -> Iterator[Doubt]:
    key, where = f"prose.{no}", item.line.where
    named = tuple(f"由{unit}牵头" for unit in [*note.responsible, *note.unsaid])
    if with_notes and not note:
        yield Doubt(f"{key}.units", where, f"第{no}项没有写牵头单位和责任单位，请指定。")
    elif note and not note.lead:
        yield Doubt(f"{key}.lead", where, f"第{no}项“{note.printed[0]}”没有写明谁牵头。", (*named, "不设牵头单位"))
    if len(note.printed) > 1:
        what = f"第{no}项有{len(note.printed)}处单位说明，已合在一起：（{'）（'.join(note.printed)}）。"
        yield Doubt(f"{key}.notes", where, what, ("合为一项", "分开交办"))
    for at, text in enumerate(note.hidden):
        what, choices = f"第{no}项“{text}”用“等”字，没有列全。", ("只交列出的单位", "补充其他单位")
        yield Doubt(f"{key}.hidden{f'.{at + 1}' if at else ''}", where, what, choices)


def _beside(items: list[Item], chosen: list[Item], ref: date, part: Part) -> None:
    """Duties with a limit in the parts that follow the tasks (保障措施): numbered by that part, 三.1, 三.2."""
    last, count = chosen[-1].line.number, Counter[str]()
    for item in items:
        top = item.parents[0] if item.parents else item
        apart = item.line.number > last and not any(chosen[-1] is one for one in item.parents)
        if not apart or top.level != SECTION or not BEHIND.search(top.title):
            continue
        for duty in duties(take(item.own)[0], ref):
            if duty.deadline is not None:
                mark = top.label.strip("、 ")
                count[mark] += 1
                task = _task(item, f"{mark}.{count[mark]}", duty, heading(item.own))
                task.measure, task.section = duty.text, top.title
                task.theme = item.title if item.level == THEME else task.theme
                _who(task, Note(), duty)
                part.tasks.append(task)


def _common(part: Part, chosen: list[Item], with_notes: bool) -> None:
    """What is asked or counted once for the whole paper."""
    where = chosen[0].line.where
    if with_notes:
        led = sum(bool(take(item.full)[1].lead) for item in chosen)
        part.figures.append(Figure("写明牵头单位的任务", str(len(chosen)), str(led)))
    else:
        what = f"{len(chosen)}项都没有逐项写牵头单位，句中写明的主体列为责任单位，请核定。"
        part.doubts.append(Doubt("prose.units", where, what))
    units = [unit for task in part.tasks for unit in task.responsible_units + task.lead_units]
    for name, times in Counter(unit for unit in units if VAGUE.search(unit)).items():
        what = f"“{name}”没有写明是哪些单位（{times}项用到），请列出。"
        part.doubts.append(Doubt(f"prose.group.{name}", where, what))
    for task in part.tasks:
        if task.deadline and task.deadline.open_question:
            what = f"第{task.no}项“{task.deadline_text}”：{task.deadline.open_question}"
            part.doubts.append(Doubt(f"prose.{task.no}.limit", task.source, what, task.deadline.choices))
    kinds = Counter(task.deadline.kind for task in part.tasks if task.deadline)
    part.figures.extend(Figure(f"时限（{KINDS[kind]}）", str(n), str(n)) for kind, n in kinds.items())


def _runs(chosen: list[Item]) -> list[list[Item]]:
    """Tasks counted on from one another; a number that does not rise begins anew."""
    runs: list[list[Item]] = []
    for item in chosen:
        if runs and item.no > runs[-1][-1].no:
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _gaps(chosen: list[Item]) -> list[Doubt]:
    found: list[Doubt] = []
    for run in _runs(chosen):
        missing = sorted(set(range(1, run[-1].no)) - {item.no for item in run})
        if missing:
            what = f"编号缺第{'、'.join(map(str, missing[:20]))}项，请核对原文。"
            key, line = f"prose.gap.{run[0].no}.{len(found)}", run[0].line
            found.append(Doubt(key, line.where, what, ("原文如此", "原文漏印，补录")))
    return found


def _numbers(chosen: list[Item]) -> list[str]:
    """The printed numbers, with the heading's before them where they begin anew under each (二.3)."""
    plain = [item.label.strip("、. ．") if item.level <= THEME else str(item.no) for item in chosen]
    marks = [[parent.label.strip("、 ") for parent in item.parents] for item in chosen]
    for depth in (0, 1, 5):
        names = [".".join([*mark[::-1][:depth][::-1], no]) for mark, no in zip(marks, plain, strict=True)]
        if len(set(names)) == len(names):
            return names
    return [f"{no}@{item.line.number}" for item, no in zip(chosen, plain, strict=True)]


def outline(document: Document) -> list[Item]:
    """Numbered paragraphs in order; lines broken at a page's end are joined again."""
    items, stack = list[Item](), list[Item]()
    open_ = False
    for block in document.blocks:
        open_ = open_ and isinstance(block, Line)
        text = articles.PAGE.sub("", block.text).strip() if isinstance(block, Line) else ""
        if not isinstance(block, Line) or not text:
            continue
        at = articles.label_of(text)
        if open_ and articles.unfinished(stack[-1].own) and not _begins(at, stack):
            stack[-1].own += text
        elif at:
            items.append(_placed(block, text, at, stack))
            open_ = True
        elif open_ and articles.belongs(text):
            stack[-1].own += "\n" + text
        else:
            open_ = False
    return items


def _placed(line: Line, text: str, at: tuple[int, int, int], stack: list[Item]) -> Item:
    level, no, end = at
    stack[:] = [item for item in stack if item.level < level]
    item = Item(level, no, text[:end].strip(), text[end:].strip(), line, tuple(stack))
    if stack:
        stack[-1].children.append(item)
    stack.append(item)
    return item


def _begins(at: tuple[int, int, int] | None, stack: list[Item]) -> bool:
    """A number inside a sentence left open begins something only if it goes on counting (上下统|一、运转 does not)."""
    return at is not None and all(at[1] > item.no for item in stack if item.level == at[0])


def _reports(document: Document, head: Head) -> bool:
    """Reports and speeches say what was done; they set nobody a task."""
    opening = [fold(line.text).strip() for line in document.lines if line.text.strip()][:12]
    titles = [head.title, *(text for text in opening[:6] if len(text) <= 60 and not articles.label_of(text))]
    return any(REPORT.search(fold(title)) for title in titles) or any(SPOKEN.search(text) for text in opening)


def _chosen(items: list[Item]) -> tuple[list[Item], bool]:
    """The items that are the plan's tasks, and whether they are articles that name their actors in the sentence."""
    noted = Counter(item.level for item in items if item.noted)
    if noted:
        level = min(noted, key=lambda level: (-noted[level], level))
        return [item for item in items if item.level == level and not _aside(item, items)], False
    for level in (articles.ARTICLE, articles.POINT):
        same = [item for item in items if item.level == level]
        if _articles(same):
            return same, True
    goals = [item for item in items if item.level == THEME and "任务" in item.under(SECTION) and not item.children]
    return (goals if len(goals) > 1 else []), False


def _aside(item: Item, items: list[Item]) -> bool:
    """An item without a note in a part of the plan that holds no notes and is not called its tasks."""
    top = item.parents[0] if item.parents else item
    if any(other.noted for other in items if top in (other, *other.parents)):
        return False
    return ASIDE.search(top.title) is not None and "任务" not in top.title


def _articles(same: list[Item]) -> bool:
    """Articles are numbered through the whole paper, under several headings or as 第N条, and most set a duty."""
    numbers = [item.no for item in same]
    through = len(same) >= 3 and all(a < b for a, b in itertools.pairwise(numbers))
    headings = {id(item.parents[-1]) for item in same if item.parents}
    apart = len(headings) > 1 or any(item.level == articles.ARTICLE for item in same)
    return through and apart and sum(bool(DUTY.search(item.full)) for item in same) * 2 > len(same)
