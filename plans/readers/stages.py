"""The stages of a plan as printed: their names, their days, what kind each seems to be, and what is left open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from config.workdays import DAY
from models.words import StageKind
from plans.document import Document, Line
from plans.issued import Doubt, Figure, Head, Part, StageRead
from plans.phrase import read
from plans.readers.split import paragraphs
from plans.readers.stage_kinds import kinds_in
from rules.deadline import Deadline, Kind
from rules.period import ends

CHAPTER = re.compile(r"[一二三四五六七八九十]{1,3}、(?P<title>[^。：:\d]{2,20})[。：:]?")
INLINE = re.compile(
    r"[一二三四五六七八九十]{1,3}、(?P<name>[\u4e00-\u9fff]{2,8})时间(?:安排)?[:：为](?P<text>[^。；]+).*"
)
STEPS = re.compile(r"步骤|阶段|时间|安排|进度|程序")
LEVEL = r"[（(][一二三四五六七八九十]{1,3}[）)]"
TOP = r"[一二三四五六七八九十]{1,3}、"
NUMBER = (
    rf"(?:{LEVEL}|{TOP}|[（(]\d{{1,2}}[）)]"
    r"|第[一二三四五六七八九十\d]{1,2}(?:阶段|步)[:：、，]?|\d{1,2}[.．、])"
)
ITEM = re.compile(
    rf"{NUMBER}(?P<name>[\u4e00-\u9fff、“”]{{2,16}}?)"
    r"(?:[（(](?P<inside>[^（）()]*)[）)]|[:：](?P<after>[^。；;]*))?(?:[。：:；;，,](?P<body>.*))?"
)
TURNED = re.compile(
    r"(?P<name>第[一二三四五六七八九十\d]{1,2}阶段)[（(](?P<inside>[^（）()]*)[）)][:：、，]?"
    r"(?P<after>[\u4e00-\u9fff、]{2,12})?(?:[。：:；;，,].*)?"
)
TIME = re.compile(r"\d|[一二三四五六七八九十]月|[XＸ×_＿]|待定|另行|每年|即日|年底|全年")
MONTHS = r"[\d一二三四五六七八九十年月日份底上中下旬至到—–\-~～]{3,24}"
CALLED = re.compile(rf"(?P<text>{MONTHS})为(?P<name>[\u4e00-\u9fff]{{2,10}}阶段)")
DATES = re.compile(r"[\d年月日份至到起止底前即上中下旬（）() —–\-~～]+")
TIMED = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,10}?)(?:时间)?(?:为|定于|安排在|[:：])?"
    r"(?P<text>(?:从|自|于)?(?:\d{4}年|\d{1,2}月|即日起|至年底|至\d|每年).*)"
)
LIMIT = re.compile(
    r"(?:每年|\d{4}年|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月)[^，。；;、]*?(?:[底末日]?(?:之前|以前|前)|[底末日月旬])$"
)
BARE = re.compile(r"(?:\d{4}年)?\d{1,2}月份?(?:(?P<third>[上中下])旬)?")
COUNT = re.compile(r"(?:共分|分为|分成|划分为|划分成|分)(?:以下)?(?P<n>[二三四五六七八九十两\d]{1,2})个阶段")
NUMERALS = "零一二三四五六七八九十"
SOME_YEAR = 2000  # only whether a date is printed counts where the year is not known


@dataclass
class Found:
    """A stage as printed before its words are read; `under` is the stage it is a part of."""

    name: str
    text: str
    line: Line
    under: str = ""


def read_stages(document: Document, head: Head) -> Part:
    """The stages of a plan in the order printed; nothing where the document has none."""
    found = list(_found(list(paragraphs(document))))
    part = Part(figures=list(_counted(document, found)))
    for number, one in enumerate(found, 1):
        _add(part, one, number, head)
    part.figures += _joints(part.stages)
    return part


def _found(lines: list[Line]) -> Iterator[Found]:
    chapter = ""
    for at, line in enumerate(lines):
        title, inline = CHAPTER.fullmatch(line.text), INLINE.fullmatch(line.text)
        if title and not _heads_stage(title["title"]):
            chapter = title["title"]
        elif inline and kinds_in(inline["name"]):
            chapter = ""
            yield Found(inline["name"], inline["text"], line)
        else:
            yield from _item(lines, at, STEPS.search(chapter) is not None)
            yield from _timed(line, chapter)


def _heads_stage(title: str) -> bool:
    """Whether a chapter is itself a stage (一、自查阶段) and does not only tell of them (三、步骤和阶段)."""
    name = re.fullmatch(r"(?P<name>[\u4e00-\u9fff]{2,10})阶段(?:[（(].*)?", title)
    return name is not None and bool(kinds_in(name["name"])) and not re.search("步骤|时间|[及和与]", name["name"])


def _item(lines: list[Line], at: int, in_steps: bool) -> Iterator[Found]:
    """A numbered heading that names a stage; the parts into which its text divides it stand in its place."""
    line = lines[at]
    named = _named(line.text, in_steps)
    if named is None:
        return
    name, text = named
    body = [line, *_body(lines, at + 1)]
    parts = [Found(part["name"], part["text"], one, name) for one in body for part in CALLED.finditer(one.text)]
    yield from parts or [Found(name, text or _opening(body[1].text if len(body) > 1 else ""), line)]


def _named(text: str, in_steps: bool) -> tuple[str, str] | None:
    """Name and printed time of a heading; None where it heads something else."""
    turned = TURNED.fullmatch(text)
    if turned:
        return turned["after"] or turned["name"], turned["inside"]
    item = ITEM.fullmatch(text)
    if item is None:
        return None
    dated = DATES.fullmatch(item["inside"] or "") and re.search("[年月日]", item["inside"])
    step = re.match(LEVEL, text) and (dated or (in_steps and kinds_in(item["name"])))
    if not (item["name"].endswith("阶段") or text.startswith("第") or step):
        return None
    return item["name"], _time(item["inside"]) or _time(item["after"]) or _opening(item["body"] or "")


def _time(printed: str | None) -> str:
    """What stands behind a name, if it is a time; of a sentence only its opening limit."""
    clause = re.split("[，；]", printed or "")[0]
    if re.search("[\u4e00-\u9fff]{8}", clause):
        return _opening(clause)
    return clause if TIME.search(clause) else ""


def _body(lines: list[Line], at: int) -> Iterator[Line]:
    for line in lines[at:]:
        if CHAPTER.fullmatch(line.text) or re.match(NUMBER, line.text):
            return
        yield line


def _opening(text: str) -> str:
    """The limit with which the opening clause of a text ends; a later one may be that of a single duty."""
    found = LIMIT.search(re.split("[，,。；]", text)[0])
    return found[0] if found else ""


def _timed(line: Line, chapter: str) -> Iterator[Found]:
    """Sentences of a chapter about time: 集中督导时间7月12日至7月21日。日常督导至年底. Bare days are the chapter's."""
    about = chapter.partition("时间")[0]
    if "时间" not in chapter or ITEM.fullmatch(line.text):
        return
    for sentence in re.split("[。；;]", line.text):
        found = TIMED.fullmatch(sentence)
        if found and kinds_in(found["name"]):
            yield Found(found["name"], found["text"], line)
        elif sentence and DATES.fullmatch(sentence) and kinds_in(about):
            yield Found(about, sentence, line)


def _add(part: Part, found: Found, number: int, head: Head) -> None:
    doubts = _kind_doubt(found, number)
    start, end, dated = _days(found, number, head)
    part.doubts += (doubts := doubts + dated)
    sentence = "".join(doubt.what for doubt in doubts) or None
    kind = "+".join(_proposed(found))
    part.stages.append(StageRead(kind, found.name, found.text, start, end, end is None, found.line.where, sentence))


def _proposed(found: Found) -> list[StageKind]:
    """By the stage's own name; else by the stage it is a part of; else the visit, which a person must confirm."""
    return kinds_in(found.name) or kinds_in(found.under) or [StageKind.ON_SITE_CHECK]


def _kind_doubt(found: Found, number: int) -> list[Doubt]:
    kinds = _proposed(found)
    labels = [kind.label for kind in kinds]
    if len(kinds) > 1:
        what = f"“{found.name}”包含{'、'.join(labels)}，按合为一个阶段处理，请确认。"
        return [Doubt(f"stage-{number}-kind", found.line.where, what, ("、".join(labels), *labels))]
    if kinds_in(found.name) or kinds_in(found.under):
        return []
    choices = tuple(dict.fromkeys([*labels, *(kind.label for kind in StageKind)]))
    return [Doubt(f"stage-{number}-kind", found.line.where, f"看不出“{found.name}”属于哪一类阶段，请选定。", choices)]


def _days(found: Found, number: int, head: Head) -> tuple[date | None, date | None, list[Doubt]]:
    """First and last day with what is doubtful about them; none without a time or where it was left open."""
    if not found.text:
        return None, None, []
    year = head.year or (head.issued_on.year if head.issued_on else None)
    deadline = read(found.text, head.issued_on or date(year or SOME_YEAR, 1, 1))
    key, name = f"stage-{number}-date", f"{found.name}（{found.text}）"
    if deadline.placeholder:
        return None, None, [Doubt(key, found.line.where, f"日期留空：{name}，请补录。")]
    end = deadline.due or _first(deadline, year or SOME_YEAR)
    known = head.issued_on or "即日" not in found.text
    start = (deadline.start or _bare(found.text, end)) if known else None
    if end and year is None and not re.search(r"\d{4}年", found.text):
        return None, None, [Doubt(key, found.line.where, f"{name}没有写年份，文件也没有年份，请补录。")]
    doubts = [Doubt(key, found.line.where, f"{name}：{deadline.doubt}", deadline.choices)] if deadline.doubt else []
    return start, end, doubts


def _bare(text: str, end: date | None) -> date | None:
    """A stage that only names its month, or a third of one, fills it."""
    month = BARE.fullmatch(text)
    return end.replace(day={"中": 11, "下": 21}.get(month["third"], 1)) if month and end else None


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
