"""Blank forms of letters printed with a plan: title, number pattern, text with places to fill, limit, signature."""

import re
from collections.abc import Iterator

from plans.document import Document, Line
from plans.issued import Figure, Head, LetterRead, Part
from plans.readers.head import ANNEX, is_office, tight

BLANK = "×xXＸ*＊○_＿"
NUMBER = re.compile(
    rf"[\u4e00-\u9fff{BLANK}]{{2,14}}[〔\[（(【［][{BLANK}\d]{{0,8}}年?[〕\]）)】］]第?[{BLANK}]{{0,6}}号"
)
DAY = re.compile(rf"[\d{BLANK}]{{0,6}}年[\d{BLANK}]{{0,4}}月[\d{BLANK}]{{0,4}}日")
TITLE = re.compile(r"[^。；，]{1,30}(?:书|函|单)(?:[（(].*[）)])?")
CONTACT = re.compile(r"[（(]?联系人[:：].*")
LIMIT = re.compile(
    rf"[\d{BLANK}一二三四五六七八九十]{{1,4}}个?(?:工作)?[日天]之?(?:以?内)之?前?"
    rf"|[\d{BLANK}]{{0,6}}年?[\d{BLANK}]{{1,4}}月[\d{BLANK}]{{1,4}}日[之以]?前"
)
LONGEST = 40  # lines of a form; what goes on longer is no form


def read_letterforms(document: Document, head: Head) -> Part:
    """The blank forms of letters in a document."""
    lines = [Line(text, line.number) for line in document.lines if (text := tight(line.text))]
    part = Part()
    for at, line in enumerate(lines):
        letter = _letter(lines, at) if NUMBER.fullmatch(line.text) else None
        if letter:
            part.letters.append(letter)
            part.figures += _wording(letter)
    return part


def _letter(lines: list[Line], at: int) -> LetterRead | None:
    """The form whose number stands at `at`; none without a title above and text below it.

    The line of the contact is kept with the text, since it has places to fill; the day under the signature is not.
    """
    below = lines[at + 1 : at + 1 + LONGEST]
    end = _end(below)
    body = [line.text for line in below[:end]]
    signed = below[end].text if end < len(below) and is_office(below[end].text) else ""
    title = _title(lines, at)
    if not body or not title:
        return None
    body += [line.text for line in below[end : end + 4] if CONTACT.fullmatch(line.text)]
    limit = LIMIT.search("\n".join(body))
    return LetterRead(title, lines[at].text, body, limit[0] if limit else "", signed, lines[at].where)


def _title(lines: list[Line], at: int) -> str:
    """The line above the number, if it names a letter: a draft's own blank number stands below an office."""
    above = lines[at - 1].text if at else ""
    return above if TITLE.fullmatch(above) else ""


def _end(below: list[Line]) -> int:
    """Where the text of a form stops: at its signature, its day, a new annex or the next form."""
    stops = (
        at for at, line in enumerate(below)
        if is_office(line.text) or DAY.fullmatch(line.text) or ANNEX.fullmatch(line.text) or NUMBER.fullmatch(line.text)
    )
    return next(stops, len(below))


def _wording(letter: LetterRead) -> Iterator[Figure]:
    """内 and 前 together say one thing twice: the days are plain, the words want putting right before use."""
    plain = re.sub("之?(以?内)之?前$", r"\1", letter.limit_text)
    if letter.limit_text:
        yield Figure(f"{letter.title}的期限用语（{letter.source}）", plain, letter.limit_text)
