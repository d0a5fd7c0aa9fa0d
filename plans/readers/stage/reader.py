"""The stages of a plan as printed: their names, their days, what kind each seems to be, and what is left open."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from config.workdays import DAY
from models.words import StageKind
from plans.document import Document
from plans.issued import Doubt, Figure, Head, Part, StageRead
from plans.phrase import read
from plans.readers.split import paragraphs
from plans.readers.stage.kinds import kinds_in
from plans.readers.stage.lines import found_in
from plans.readers.stage.table import found_in_tables
from plans.readers.stage.words import Found
from rules.deadline import Deadline, Kind
from rules.period import ends

BARE = re.compile(
    r"(?:\d{4}年)?(?:\d{1,2}月份?(?:(?P<third>[上中下])[中下]?旬)?|第?(?P<quarter>[一二三四1-4])季度|(?P<half>[上下])半年)"
)
COUNT = re.compile(r"(?:共分|分为|分成|划分为|划分成|分)(?:以下)?(?P<n>[二三四五六七八九十两\d]{1,2})个阶段")
NUMERALS = "零一二三四五六七八九十"
NO_STAGE = "不作为阶段"
SOME_YEAR = 2000  # only whether a date is printed counts where the year is not known


def read_stages(document: Document, head: Head) -> Part:
    """The stages of a plan in the order printed; nothing where the document has none."""
    found = list(found_in(list(paragraphs(document)))) or list(found_in_tables(document))
    part = Part(figures=list(_counted(document, found)))
    for number, one in enumerate(found, 1):
        _add(part, one, number, head)
    part.figures += _joints(part.stages)
    return part


def _add(part: Part, found: Found, number: int, head: Head) -> None:
    doubts = _kind_doubt(found, number)
    start, end, dated = _days(found, number, head)
    part.doubts += (doubts := doubts + dated)
    sentence = "".join(doubt.what for doubt in doubts) or None
    kind = "+".join(_proposed(found))
    part.stages.append(StageRead(kind, found.name, found.text, start, end, end is None, found.where, sentence))


def _proposed(found: Found) -> list[StageKind]:
    """By the stage's own name; else by the stage it is a part of; else the visit, which a person must confirm."""
    if found.guess:
        return kinds_in(found.name)[-1:]  # what a sentence ends with is what is done in that time
    return kinds_in(found.name) or kinds_in(found.under) or [StageKind.ON_SITE_CHECK]


def _kind_doubt(found: Found, number: int) -> list[Doubt]:
    kinds = _proposed(found)
    labels = [kind.label for kind in kinds]
    if found.guess:
        what = f"正文写有“{found.guess}”，像是一个阶段，请确认。"
        return [Doubt(f"stage-{number}-kind", found.where, what, ("、".join(labels), NO_STAGE))]
    if len(kinds) > 1:
        what = f"“{found.name}”包含{'、'.join(labels)}，按合为一个阶段处理，请确认。"
        return [Doubt(f"stage-{number}-kind", found.where, what, ("、".join(labels), *labels))]
    if kinds_in(found.name) or kinds_in(found.under):
        return []
    choices = tuple(dict.fromkeys([*labels, *(kind.label for kind in StageKind)]))
    return [Doubt(f"stage-{number}-kind", found.where, f"看不出“{found.name}”属于哪一类阶段，请选定。", choices)]


def _days(found: Found, number: int, head: Head) -> tuple[date | None, date | None, list[Doubt]]:
    """First and last day with what is doubtful about them; none without a time or where it was left open."""
    key = f"stage-{number}-date"
    if not found.text:
        what = f"“{found.name}”没有写明时间，请补录。"
        return None, None, [Doubt(key, found.where, what)] if found.loose else _besides(found, key, head)
    year = head.year or (head.issued_on.year if head.issued_on else None)
    deadline = read(found.text, head.issued_on or date(year or SOME_YEAR, 1, 1))
    name = f"{found.name}（{found.text}）"
    if deadline.placeholder:
        return None, None, [Doubt(key, found.where, f"日期留空：{name}，请补录。")]
    end = deadline.due or _first(deadline, year or SOME_YEAR)
    known = head.issued_on or "即日" not in found.text
    start = (deadline.start or _bare(found.text, end)) if known else None
    if end and year is None and not re.search(r"\d{4}年", found.text):
        return None, None, [Doubt(key, found.where, f"{name}没有写年份，文件也没有年份，请补录。")]
    doubts = [Doubt(key, found.where, f"{name}：{deadline.doubt}", deadline.choices)] if deadline.doubt else []
    if found.loose and end and not doubts:
        doubts = [Doubt(key, found.where, f"“{found.name}”的时间取自正文“{found.text}”，请确认。", (str(end),))]
    if not doubts and len(found.besides) > 1:
        doubts = _besides(found, key, head)
    if end is None and not doubts and re.search(r"\d", found.text):
        doubts = [Doubt(key, found.where, f"{name}没有读出结束日期，请补录。")]
    return start, end, doubts


def _besides(found: Found, key: str, head: Head) -> list[Doubt]:
    """Times printed below a heading that has none of its own, or that covers several steps: a person weighs them."""
    ref = head.issued_on or date(head.year or SOME_YEAR, 1, 1)
    days = [str(due) for text in found.besides if (due := read(text, ref).due)]
    if not days or not head.year or (found.text and len(set(days)) == 1):
        return []
    what = f"“{found.name}”的正文写有{'、'.join(f'“{text}”' for text in found.besides)}，请确定本阶段到哪一天为止。"
    return [Doubt(key, found.where, what, tuple(dict.fromkeys(days)))]


def _bare(text: str, end: date | None) -> date | None:
    """A stage that only names its month, a third of one, a quarter or a half of the year fills it."""
    month = BARE.fullmatch(text)
    if not month or not end:
        return None
    if month["quarter"] or month["half"]:
        return end.replace(month=end.month - (2 if month["quarter"] else 5), day=1)
    return end.replace(day={"中": 11, "下": 21}.get(month["third"], 1))


def _first(deadline: Deadline, year: int) -> date | None:
    """Of a time that comes every year, the one in the year of the document."""
    if deadline.kind != Kind.RECURRING or not deadline.rrule:
        return None
    return next(ends(deadline.rrule, date(year, 1, 1)), None)


def _counted(document: Document, found: list[Found]) -> Iterator[Figure]:
    """Declared numbers of stages: the first against the stages, one inside a stage against its parts."""
    for line in paragraphs(document):
        declared = COUNT.search(line.text)
        if declared and found:
            parts = [one for one in found if one.under and one.line.number == line.number]
            there = len(parts) or len({one.under or one.name for one in found})
            n = declared["n"].replace("两", "二")
            expected = int(n) if n.isdigit() else NUMERALS.find(n)
            yield Figure(f"阶段数（{line.where}）", f"{expected}个", f"{there}个")


def _joints(stages: list[StageRead]) -> Iterator[Figure]:
    """Days between two stages that belong to neither, and days that belong to both; daily work always overlaps."""
    for before, after in pairwise(stage for stage in stages if stage.kind != StageKind.DAILY):
        joint = _joint(before.start, before.end, after.start)
        if joint:
            yield Figure(f"{before.name}与{after.name}之间", "首尾相接", joint)


def _joint(start: date | None, end: date | None, following: date | None) -> str:
    """Nothing where the days are not known: of a stage without a first day nobody can say that it overlaps."""
    if end and following and following > end + DAY:
        return f"{end + DAY:%m-%d}至{following - DAY:%m-%d}为空档"
    if start and end and following and following <= end:
        return f"{following:%m-%d}至{end:%m-%d}重叠"
    return ""
