"""Whom a paper addresses and whom it inspects, with the numbers it prints counted against the names it lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from plans.document import Document
from plans.grammar.lexicon import number
from plans.handover_kind import is_collective
from plans.issued import Doubt, Figure, Head, Origin, Part, TargetRead
from plans.readers.handover.running import LONGEST, Paragraph, running
from plans.readers.handover.words import HAN, body
from plans.readers.head import tight
from plans.readers.running_text.brackets import cut
from plans.readers.target.doubts import AS_COUNTED, AS_LISTED

TARGET = "target-"  # what every key of these questions begins with
WORK = r"(?:督[察查导]|检查|考核|考评|监督|评估|验收|巡[察查]|评查|抽查)"
VISITED = rf"(?:被|受){WORK}{{1,2}}单位"
ABOUT = re.compile(
    rf"{WORK}(?:的)?(?:对象|范围|单位)(?:和[{HAN}]{{2,4}})?$|^{VISITED}$|^(?:工作|考核|参评)?对象(?:和范围)?$|^范围$"
)
NAMED = re.compile(
    rf"(?:{VISITED}|{WORK}对象|{WORK}范围)(?:(?:为|是|包括|有)[：:]?|[：:。])(?P<list>[^。；;]{{2,}})"
)
INSPECTED = re.compile(
    rf"对(?P<list>[^。；;]{{2,120}}?)(?:履行|贯彻|落实|推进|执行|开展|进行|实施|的[^，。]{{2,30}}?(?:开展|进行))[^。；;]*{WORK}"
)
HOW = re.compile("方式|组织|对象|范围|安排|形式")
TOTAL = re.compile(rf"共计?(?:有)?(?P<list>(?:[{HAN}（）()]{{2,12}}\d{{1,4}}[个家][、，,]?){{1,8}})")
HEADS = "(?:党政)?(?:主要)?(?:负责人|负责同志|领导)|党政正职|领导班子(?:成员)?"
PERSONS = re.compile(rf"^(?P<name>.+?)(?P<persons>{HEADS})$")
N = r"\d{1,4}|[一二三四五六七八九十百两]{1,5}"
AHEAD = re.compile(rf"^(?:(?:全|我|本)[省市县区州])?(?:所辖|共有?)?(?P<n>{N})[个家](?P<name>.+)$")
BEHIND = re.compile(rf"^(?P<name>.+?)(?P<n>{N})[个家]$")
MORE = re.compile(rf"^(?P<last>.+?)等(?P<n>{N})[个家](?P<group>.+)$")
LISTED = re.compile(r"^(?P<name>.+?)[（(：:](?P<list>[^（）()：:]*[、，][^（）()：:]*)[)）]?$")
ADDRESSED = re.compile("[：:]$")
TOP = 40  # lines within which a paper says whom it is for
EVERYBODY = re.compile(r"^(?:全[省市县区州]|各有关方面|全体.*)$")


@dataclass
class Named:
    """One entry of a list of units: its name, the number printed with it, the members listed behind it."""

    name: str
    persons: str = ""
    declared: int | None = None
    members: list[str] = field(default_factory=list)


def read_targets(document: Document, head: Head) -> Part:
    """Addressees and units under inspection in the order printed; nothing where the paper names none."""
    part = Part()
    for name, where in addressees(document):
        _add(part, "addressee", Named(name), where)
    paragraphs = list(running(document))
    found = [*_chapter(paragraphs)] or [*_inline(paragraphs)] or [*_inspected(paragraphs)] or [*_totals(paragraphs)]
    for text, where in found:
        _list(part, text, where, first=not any(one.role == "subject" for one in part.targets))
    for number_, one in enumerate(part.targets, 1):
        one.no = number_
    return part


def addressees(document: Document) -> list[tuple[str, str]]:
    """The names of the line above the first paragraph that ends with a colon, each with its place."""
    held, first = "", 0
    for line in document.lines[:TOP]:
        text = tight(line.text)
        if "。" in text or len(text) > LONGEST:
            return []
        held, first = (held + text, first or line.number) if text else (held, first)
        if ADDRESSED.search(text):
            names = cut(held.rstrip("：:"), "、,;")
            return [(name, f"第{first}行") for name in names] if names and all(map(_addressed, names)) else []
        if text and not text.endswith(("、", "，", ",")):
            held, first = "", 0
    return []


def _addressed(name: str) -> bool:
    return body(name) and not re.search(r"联系人|如下|附件", name)


def _chapter(paragraphs: list[Paragraph]) -> Iterator[tuple[str, str]]:
    """What stands under a heading 督导对象, or behind it in the same line."""
    for paragraph in paragraphs:
        if ABOUT.search(paragraph.chapter):
            for sentence in paragraph.sentences:
                text = re.sub(r"^[一二三四五六七八九十]{1,3}、", "", sentence.text).removeprefix(paragraph.chapter)
                if text := text.strip("：: "):
                    yield text, sentence.where


def _inline(paragraphs: list[Paragraph]) -> Iterator[tuple[str, str]]:
    for sentence in (sentence for paragraph in paragraphs for sentence in paragraph.sentences):
        if found := NAMED.search(sentence.text):
            yield found["list"], sentence.where
            return


def _inspected(paragraphs: list[Paragraph]) -> Iterator[tuple[str, str]]:
    """对…开展督察 in the chapter that says how the inspection is done."""
    for paragraph in paragraphs:
        for sentence in paragraph.sentences if HOW.search(paragraph.chapter) else ():
            if found := INSPECTED.search(sentence.text):
                yield found["list"], sentence.where
                return


def _totals(paragraphs: list[Paragraph]) -> Iterator[tuple[str, str]]:
    for sentence in (sentence for paragraph in paragraphs for sentence in paragraph.sentences):
        if found := TOTAL.search(sentence.text):
            yield found["list"], sentence.where
            return


def _list(part: Part, text: str, where: str, first: bool) -> None:
    """Every entry that names a body; what is left over is asked about once for the whole list. A later sentence of
    the chapter that names none is no list."""
    whole = re.sub(r"^(?:本次[^，。：]{0,12}?)?(?:对象|范围)?(?:为|是|包括)[：:]?", "", text)
    found = _enumerated(whole)
    taken = [one for one in found if _good(one)]
    for one in taken:
        _add(part, "subject", one, where)
    asked = any(doubt.key == f"{TARGET}list-{where}" for doubt in part.doubts)
    if len(taken) < len(found) and (taken or first) and not asked:
        rest = "、".join(one.name for one in found if not _good(one))
        what = f"督察对象“{text[:40]}”中有没有读出的部分（{rest[:40]}），请写出各类单位，用顿号分开。"
        part.doubts.append(Doubt(f"{TARGET}list-{where}", where, what))


def _enumerated(text: str) -> list[Named]:
    """The entries of a list; one that lists its members behind a colon takes all that follows."""
    whole = LISTED.match(text)
    if whole and "：" in text.replace(":", "：") and _number(whole["name"]):
        return [_named(text)]
    pieces = [piece for one in cut(text, "、,") for piece in _and(one)]
    named = [_named(piece) for piece in pieces]
    return _and_others(named) if named and MORE.match(pieces[-1]) else named


def _and_others(named: list[Named]) -> list[Named]:
    """甲局、乙局等12个市直部门: the bodies printed are members of the group behind them, the rest is not printed."""
    found = MORE.match(named[-1].name)
    if found is None:
        return named
    single = [one.name for one in named[:-1] if not is_collective(one.name) and one.declared is None]
    rest = [one for one in named[:-1] if one.name not in single]
    return [*rest, Named(found["group"], "", int(number(found["n"])), [*single, found["last"]])]


def _and(piece: str) -> list[str]:
    for found in re.finditer("以及|[和及与]", piece):
        left, right = piece[:found.start()], piece[found.end():]
        if _good(_named(left)) and _good(_named(right)):
            return [left, *_and(right)]
    return [piece]


def _named(piece: str) -> Named:
    """One entry: 全县24个乡（镇）, 县直单位35家, 市直部门主要负责人, 3个街道（甲街道、乙街道、丙街道）."""
    text, members = piece.strip("，、。 "), []
    listed = LISTED.match(text)
    if listed and all(map(body, cut(listed["list"], "、,"))):
        text, members = listed["name"], cut(listed["list"], "、,")
    counted = AHEAD.match(text) or BEHIND.match(text)
    name, persons = (counted["name"] if counted else text), ""
    if found := PERSONS.match(name):
        name, persons = found["name"], found["persons"]
    return Named(name, persons, int(number(counted["n"])) if counted else None, members)


def _number(text: str) -> bool:
    return (AHEAD.match(text) or BEHIND.match(text)) is not None


def _good(one: Named) -> bool:
    counted = one.declared is not None and re.fullmatch("[县市区乡镇村]", one.name)
    return bool(counted) or (body(one.name) and not re.search(r"\d", one.name) and not EVERYBODY.match(one.name))


def _add(part: Part, role: str, one: Named, where: str) -> None:
    known = {(target.role, target.name) for target in part.targets}
    if (role, one.name) in known:
        return
    read = TargetRead(0, role, one.name, where, one.persons, one.declared, one.members)
    read.origins = {"name": Origin.PRINTED}
    part.targets.append(read)
    if one.declared is not None and one.members:
        figure = Figure(f"督察对象：{one.name}", f"{one.declared}个", f"{len(one.members)}个")
        part.figures.append(figure)
        if not figure.ok:
            what = f"{one.name}印有{one.declared}个，所列为{len(one.members)}个，请核对名单。"
            part.doubts.append(Doubt(f"{TARGET}count-{one.name}", where, what, (AS_LISTED, AS_COUNTED)))
