"""Stretches of time that are no stage: a higher authority's visit, the plan's own years, its goal, plans it cites."""

import re
from collections.abc import Iterator
from datetime import date

from plans.document import Document
from plans.issued import Head, Part, WindowRead
from plans.phrase import read
from plans.readers.handover.running import Paragraph, Sentence, running
from plans.readers.handover.words import NUM, clauses, subject
from plans.readers.head import tight

SPAN = re.compile(
    rf"(?:(?:(?:19|20)\d\d|今|本|明)年)?{NUM}月(?:{NUM}[日号]|[上中下]旬)?\s*(?:至|到|—+|-+|－|～|~|–)\s*"
    rf"(?:(?:(?:19|20)\d\d|今|本|明)年)?(?:{NUM}月)?(?:{NUM}[日号]|[上中下]旬)"
)
VISIT = re.compile(r"督[察查导]|检查|巡[视察查]|验收|考核|评估|调研")
ABOVE = re.compile(r"^(?:党中央|中央|国务院|国家|全国|最高)|^(?:[\u4e00-\u9fff]{0,6}[省市州]|自治区)(?!直)")
YEARS = r"(?P<start>(?:19|20)\d\d)年?\s*(?:至|到|—+|-+|－|～|~|–)\s*(?P<end>(?:19|20)\d\d)年?"
PERIOD = re.compile(rf"[（(]?{YEARS}[)）]?")
CITED = re.compile(rf"《(?P<name>[^《》]*?[（(]{YEARS}[)）][^《》]*)》")
GOAL = re.compile(r"(?P<text>(?:到|至)(?:19|20)\d\d年(?:底|末)?)[^。]{0,80}?(?:建成|建立|实现|形成|达到|完成|构建)")


def read_windows(document: Document, head: Head) -> Part:
    """The windows a paper names, in the order above."""
    part, ref = Part(), head.issued_on or date(head.year or 1, 1, 1)
    paragraphs = list(running(document))
    part.windows += _own(document, head)
    for paragraph in paragraphs:
        part.windows += _goal(paragraph, ref)
        for sentence in paragraph.sentences:
            part.windows += _upstream(sentence, head, ref)
            part.windows += _cited(sentence, head)
    part.windows = list(_once(part.windows))
    return part


def _own(document: Document, head: Head) -> Iterator[WindowRead]:
    """The years in the plan's own title."""
    found = PERIOD.search(re.sub(r"《[^》]*》", "", head.title))
    line = next((line for line in document.lines if found and found[0] in tight(line.text)), None)
    if found and line and (span := _years(found)):
        yield WindowRead("period", head.title, found[0].strip("（）()"), *span, line.where)


def _years(found: re.Match[str]) -> tuple[date, date] | None:
    start, end = int(found["start"]), int(found["end"])
    return (date(start, 1, 1), date(end, 12, 31)) if start <= end else None


def _goal(paragraph: Paragraph, ref: date) -> Iterator[WindowRead]:
    """What the plan wants reached by the end of a year, where it speaks of its goal."""
    if "目标" not in paragraph.chapter and "目标" not in paragraph.text[:20]:
        return
    for sentence in paragraph.sentences:
        found = GOAL.search(sentence.text)
        due = read(found["text"], ref).due if found else None
        if found and due:
            yield WindowRead("goal", sentence.text[found.start():][:60], found["text"], None, due, sentence.where)


def _upstream(sentence: Sentence, head: Head, ref: date) -> Iterator[WindowRead]:
    """省里拟定于某日至某日对各地开展督察: told by the name of an authority above the one that issues the paper."""
    if not head.issuer or not VISIT.search(sentence.text):
        return
    for clause in clauses(sentence.text):
        span, who = SPAN.search(clause), subject(clause)
        if not (span and who and ABOVE.match(who[0])) or _same(who[0], head.issuer):
            continue
        limit = read(span[0], ref)
        if limit.start and limit.due and not limit.doubt:
            yield WindowRead("upstream", "、".join(who), span[0], limit.start, limit.due, sentence.where)


def _same(name: str, issuer: str) -> bool:
    """Whether a name can be a short form of the issuing office's."""
    rest = iter(issuer)
    return all(char in rest for char in name)


def _cited(sentence: Sentence, head: Head) -> Iterator[WindowRead]:
    for found in CITED.finditer(sentence.text):
        if _plain(found["name"]) not in _plain(head.title) and (span := _years(found)):
            yield WindowRead("cited", found["name"], found[0], *span, sentence.where)


def _plain(title: str) -> str:
    return re.sub(r"[《》<>〈〉\s]", "", title)


def _once(found: list[WindowRead]) -> Iterator[WindowRead]:
    seen: set[tuple[str, str]] = set()
    for one in found:
        if (one.kind, one.name) not in seen:
            seen.add((one.kind, one.name))
            yield one
