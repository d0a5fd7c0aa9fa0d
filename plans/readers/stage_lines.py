"""Where a paper speaks of its stages: headings, sentences of a chapter about time, a run of sentences, a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plans.document import Line
from plans.readers.stage_kinds import kinds_in

CHAPTER = re.compile(r"[一二三四五六七八九十]{1,3}、(?P<title>[^。：:\d]{2,20})[。：:]?")
INLINE = re.compile(
    r"[一二三四五六七八九十]{1,3}、(?P<name>[\u4e00-\u9fff]{2,8})时间(?:安排)?[:：为](?P<text>[^。；]+).*"
)
STEPS = re.compile(r"步骤|阶段|时间|安排|进度|(?:督[察查导]|工作|考核|检查|监督|实施)程序")
LEVEL = r"[（(][一二三四五六七八九十]{1,3}[）)]"
TOP = r"[一二三四五六七八九十]{1,3}、"
NUMBER = (
    rf"(?:{LEVEL}|{TOP}|[（(]\d{{1,2}}[）)]"
    r"|第[一二三四五六七八九十\d]{1,2}(?:阶段|步)[:：、，]?|\d{1,2}[.．、](?!\d)|[①-⑳])"
)
ITEM = re.compile(
    rf"{NUMBER}(?P<name>[\u4e00-\u9fff、“”，,]{{2,24}}?(?=[（(][^（）()]*\d)|[\u4e00-\u9fff、“”]{{2,16}}?)"
    r"(?:[（(](?P<inside>[^（）()]*)[）)]|[:：](?P<after>[^。；;]*))?(?:[。：:；;，,](?P<body>.*))?"
)
TURNED = re.compile(
    r"(?P<name>第[一二三四五六七八九十\d]{1,2}阶段)[（(](?P<inside>[^（）()]*)[）)][:：、，]?"
    r"(?P<after>[\u4e00-\u9fff、]{2,12})?(?:[。：:；;，,].*)?"
)
TIME = re.compile(r"\d|[一二三四五六七八九十]月|[XＸ×_＿]|待定|另行|每年|即日|年底|全年")
MONTHS = r"[\d一二三四五六七八九十年月日份底上中下旬至到—–\-~～]{3,24}"
LEAD = re.compile(
    r"(?:[在于自从])?(?P<text>[\d年月日上中下旬初底末—–\-~～至到起]{2,24}?(?:之前|以前|前|止))"
    r"|(?:[在于自从])?(?P<range>[\d年月日上中下旬初底末]{2,11}起?[—–\-~～至到][\d年月日上中下旬初底末]{2,11}(?:止|期间)?)"
)
SPAN = r"[\d一二三四五六七八九十年月日份上中下旬初底末前起止至到—–\-~～.．]{3,30}"
TIME_FIRST = re.compile(
    rf"(?P<number>{NUMBER})(?P<text>(?:[自从于在])?{SPAN})[，,：:、]?(?P<name>[^。；;，,]{{2,24}}).*"
)
PIECES = re.compile(
    r"(?<=[；;。])(?=[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|\d{1,2}[.．、](?!\d)|第[一二三四五六](?:阶段|步)|[①-⑳])"
)
THEN = re.compile(rf"(?P<text>{MONTHS})(?:开展|进行|组织|集中)+“?(?P<name>[\u4e00-\u9fff]{{2,8}})")
CALLED = re.compile(rf"(?P<text>{MONTHS})为(?P<name>[\u4e00-\u9fff]{{2,10}}阶段)")
DATES = re.compile(r"[\d.．/／第一二三四季度年月日份至到起止底前即上中下旬（）() —–\-~～]+")
TIMED = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,10}?)(?:时间)?(?:为|定于|安排在|[:：])?"
    r"(?P<text>(?:从|自|于)?(?:\d{4}年|\d{1,2}月|即日起|至年底|至\d|每年).*)"
)
LIMIT = re.compile(
    r"(?:每年|\d{4}年|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月)[^，。；;、]*?(?:[底末日]?(?:之前|以前|前)|[底末日月旬])$"
)


@dataclass
class Found:
    """A stage as printed before its words are read; `under` is the stage it is part of, `at` no line but a cell."""

    name: str
    text: str
    line: Line
    under: str = ""
    at: str = ""

    @property
    def where(self) -> str:
        return self.at or self.line.where


def found_in(lines: list[Line]) -> Iterator[Found]:
    """Every stage that stands as a heading or in a chapter about time; else those told of in a run of sentences."""
    headed = list(_headed(lines))
    yield from headed or _told(lines)


def _headed(whole: list[Line]) -> Iterator[Found]:
    lines, chapter = [Line(piece, line.number) for line in whole for piece in PIECES.split(line.text)], ""
    for at, line in enumerate(lines):
        title, inline = CHAPTER.fullmatch(line.text), INLINE.fullmatch(line.text)
        below = lines[at + 1].text if at + 1 < len(lines) else ""
        if title and (not _heads_stage(title["title"]) or _is_step(below)):
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
    return name is not None and not re.search("步骤|时间|安排|[及和与各分]", name["name"])


def _is_step(text: str) -> bool:
    """Whether a line is itself a numbered step with its time, so that the heading above it is only a chapter."""
    named = _named(text, True)
    return named is not None and bool(named[1])


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
    early = TIME_FIRST.fullmatch(text)
    if early and kinds_in(early["name"]) and (in_steps or early["number"].startswith("第")):
        return early["name"], early["text"]
    turned = TURNED.fullmatch(text)
    if turned:
        return turned["after"] or turned["name"], turned["inside"]
    item = ITEM.fullmatch(text)
    if item is None:
        return None
    time = _time(item["inside"]) or _time(item["after"]) or _opening(item["body"] or "")
    dated = DATES.fullmatch(item["inside"] or "") and re.search("[年月日]", item["inside"])
    known = bool(kinds_in(item["name"]))
    if re.match(LEVEL, text):
        step = bool(dated) or (in_steps and known)
    elif re.match(TOP, text):
        step = known and bool(dated or (in_steps and time))
    else:  # a plain number heads many things: only where the chapter tells of steps
        step = in_steps and known and bool(dated or time)
    if not (item["name"].endswith("阶段") or text.startswith("第") or step):
        return None
    return item["name"], time


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
    """The limit or span with which the opening clause of a text begins or ends; a later one may be that of a single
    duty, and so may be a bare day."""
    clause = re.split("[，,。；]", text)[0]
    if lead := LEAD.match(clause):
        return lead["text"] or lead["range"]
    found = LIMIT.search(clause)
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


def _told(lines: list[Line]) -> Iterator[Found]:
    """Stages in running text: 10月13日至24日为自查阶段；…；12月上旬开展“回头看”. One alone is no run of stages."""
    for line in lines:
        called = list(CALLED.finditer(line.text))
        if len(called) < 2:
            continue
        yield from (Found(one["name"], one["text"], line) for one in called)
        rest = line.text[called[-1].end():]
        for hit in THEN.finditer(rest):
            if kinds_in(hit["name"]):
                yield Found(hit["name"], hit["text"], line)
