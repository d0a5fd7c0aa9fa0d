"""Where a paper speaks of its stages: numbered headings, and sentences of a chapter about time."""

import re
from collections.abc import Iterator

from plans.document import Line
from plans.readers.stage.kinds import figures, kinds_in
from plans.readers.stage.told import told_in
from plans.readers.stage.words import (
    CALL,
    CALLED,
    CHAPTER,
    DATES,
    INLINE,
    INSIDE,
    ITEM,
    LEAD,
    LEVEL,
    LIMIT,
    NAMED,
    NUMBER,
    ORDERED,
    PIECES,
    STEPS,
    TIME,
    TIME_FIRST,
    TIMED,
    TOP,
    TURNED,
    Found,
    style_of,
)


def found_in(lines: list[Line]) -> Iterator[Found]:
    """Every stage that stands as a heading or in a chapter about time; else those told of in a run of sentences."""
    headed = list(_headed(lines))
    yield from headed or told_in(lines)


def _headed(whole: list[Line]) -> Iterator[Found]:
    lines = [Line(piece, one.number) for one in whole for piece in PIECES.split(figures(one.text))]
    chapter = style = ""
    for at, line in enumerate(lines):
        title, inline = CHAPTER.fullmatch(line.text), INLINE.fullmatch(line.text)
        below = lines[at + 1].text if at + 1 < len(lines) else ""
        if title and (not _heads_stage(title["title"]) or _is_step(below)):
            chapter, style = title["title"], ""
        elif inline and kinds_in(inline["name"]):
            chapter = ""
            yield Found(inline["name"], inline["text"], line)
        else:
            own = style_of(line.text)
            found = list(_item(lines, at, chapter)) if not style or own in ("", style) else []
            style = style or (own if found else "")
            yield from found or _timed(line, chapter)


def _heads_stage(title: str) -> bool:
    """Whether a chapter is itself a stage (一、自查阶段) and does not only tell of them (三、步骤和阶段)."""
    name = re.fullmatch(r"(?P<name>[\u4e00-\u9fff]{2,10})阶段(?:[（(].*)?", title)
    return name is not None and not re.search("步骤|时间|安排|[及和与各分]", name["name"])


def _is_step(text: str) -> bool:
    """Whether a line is itself a numbered step with its time, so that the heading above it is only a chapter."""
    named = _named(text, "步骤")
    return named is not None and bool(named[1])


def _item(lines: list[Line], at: int, chapter: str) -> Iterator[Found]:
    """A numbered heading that names a stage; the parts into which its text divides it stand in its place."""
    line = lines[at]
    named = _named(line.text, chapter)
    if named is None:
        return
    name, text = named
    body = [line, *_body(lines, at + 1)]
    parts = [Found(part["name"], part["text"], one, name) for one in body for part in CALLED.finditer(one.text)]
    text = text or _opening(body[1].text if len(body) > 1 else "")
    times = tuple(dict.fromkeys(hit["text"] for one in body for hit in INSIDE.finditer(one.text)))
    loose = not text and style_of(line.text) != LEVEL
    alone = times[0] if len(times) == 1 else ""
    several = times if not text or len(kinds_in(name)) > 1 else ()
    yield from parts or [Found(name, alone if loose else text, line, loose=loose, besides=several)]


def _named(text: str, chapter: str) -> tuple[str, str] | None:
    """Name and printed time of a heading; None where it heads something else."""
    in_steps, early = STEPS.search(chapter) is not None, TIME_FIRST.fullmatch(text)
    if early and kinds_in(early["name"]) and (in_steps or early["number"].startswith("第")):
        return early["name"], early["text"]
    named = NAMED.fullmatch(text)
    if named and kinds_in(named["name"]):
        return named["name"], _time(named["text"])
    turned = TURNED.fullmatch(text)
    if turned:
        return turned["after"] or turned["name"], turned["inside"]
    item = ITEM.fullmatch(text)
    if item is None:
        return None
    time = _time(item["inside"]) or _time(item["after"]) or _opening(item["body"] or "")
    dated = DATES.fullmatch(item["inside"] or "") and re.search("[年月日]", item["inside"])
    known = bool(kinds_in(item["name"])) and (bool(time) or CALL.match(item["name"]) is None)
    ordered = ORDERED.search(chapter) is not None
    if re.match(LEVEL, text):
        step = bool(dated) or (in_steps and known) or (ordered and bool(time))
    elif re.match(TOP, text):
        step = known and bool(dated or (in_steps and time))
    else:  # a plain number heads many things: only where the chapter tells of steps
        step = (in_steps and known) or (ordered and bool(dated))
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
