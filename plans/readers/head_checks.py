"""What a person must say about a document's head, and the figures in it that should agree."""

import re
from collections import Counter

from plans.document import Document
from plans.issued import Doubt, Figure, Head, Part
from plans.phrase import read
from plans.readers.head import DAY, NUMBER, SOME_DAY, Cover, cover_of, is_day, issuers_of, tight

PADDING = re.compile(r"[《》<>〈〉“”（）()]|关于|的")


def check_head(document: Document, head: Head) -> Part:
    """What a person must say about the head, and the figures in it that should agree."""
    cover = cover_of(document)
    part = Part(doubts=[*_who(cover), *_name(cover, head), *_when(document, cover), *_year(document, head)])
    number = NUMBER.search(head.doc_no)
    if number and head.issued_on:
        part.figures.append(Figure("文号年份与印发日期年份", number["year"], str(head.issued_on.year)))
    return part


def _who(cover: Cover) -> list[Doubt]:
    names = issuers_of(cover)
    if len(names) == 1:
        return []
    if not names:
        return [Doubt("head-issuer", "文首", "没有印出发文机关，请补录。")]
    return [Doubt("head-issuer", cover.issuers[0].where, f"发文机关印有{len(names)}种写法，请确认。", tuple(names))]


def _name(cover: Cover, head: Head) -> list[Doubt]:
    """A doubt when the plan is called differently where it is sent round and where it begins."""
    if not head.title:
        return [Doubt("head-title", "文首", "没有读出标题，请补录。")]
    inner = "".join(tight(line.text) for line in cover.inner)
    if not inner or not cover.quoted or PADDING.sub("", inner).endswith(PADDING.sub("", cover.quoted)):
        return []
    choices = tuple(dict.fromkeys(cover.titles))
    return [Doubt("head-title", cover.inner[0].where, "通知中的名称与方案自身的标题不一致，请确认。", choices)]


def _when(document: Document, cover: Cover) -> list[Doubt]:
    if cover.day:
        return []
    lines = (tight(line.text) for line in document.lines)
    printed = (DAY.search(text) for text in lines if is_day(text) or text.endswith("印发"))
    days = (read(found[0], SOME_DAY).due for found in printed if found)
    choices = tuple(dict.fromkeys(str(day) for day in days if day))
    return [Doubt("head-issued_on", "文首", "没有印出印发日期，请补录。", choices)]


def _year(document: Document, head: Head) -> list[Doubt]:
    if head.year:
        return []
    years = Counter(year for text in document.texts() for year in re.findall(r"(?<!\d)(20\d{2})年", text))
    choices = tuple(year for year, _ in years.most_common(3))
    return [Doubt("head-year", "文首", "文号、标题和日期都没有写年份，请补录。", choices)]
