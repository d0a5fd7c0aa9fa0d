"""Running text put together over broken lines and pages, cut into sentences that know where they were printed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from plans.document import Document, Line
from plans.readers.head import is_day, is_office, tight
from plans.readers.running_text.articles import PAGE, label_of, unfinished
from plans.readers.running_text.brackets import cut

CHAPTER, HEADING = 0, 28  # the level of 一、 and how long a title of it may be
ENDS = "。;!?"
LONGEST = 1500  # no sentence of a paper runs on so long; searching one would cost its square


@dataclass(frozen=True)
class Sentence:
    """One sentence, its place in its paragraph (from 0) and the line it begins on."""

    text: str
    at: int
    number: int

    @property
    def where(self) -> str:
        return f"第{self.number}行"


@dataclass
class Paragraph:
    """The lines of one paragraph, and the chapter it stands in."""

    lines: list[Line] = field(default_factory=list)
    chapter: str = ""

    @cached_property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)

    @property
    def number(self) -> int:
        return self.lines[0].number

    @property
    def numbers(self) -> range:
        return range(self.number, self.lines[-1].number + 1)

    @cached_property
    def sentences(self) -> list[Sentence]:
        found, behind = [], 0
        for at, text in enumerate(cut(self.text, ENDS)):
            behind = self.text.index(text, behind)
            if len(text) <= LONGEST:
                found.append(Sentence(text, at, self._line(behind)))
            behind += len(text)
        return found

    def _line(self, place: int) -> int:
        """The line on which the character at a place was printed."""
        for line in self.lines:
            if place < len(line.text):
                return line.number
            place -= len(line.text)
        return self.lines[-1].number


def running(document: Document) -> Iterator[Paragraph]:
    """The paragraphs of a document's text with the chapter each stands in; page numbers are left out."""
    chapter, held = "", Paragraph()
    for line in _printed(document):
        if held.lines and _goes_on(held, line):
            held.lines.append(line)
            continue
        if held.lines:
            yield held
        chapter = _title(line.text) or chapter
        held = Paragraph([line], chapter)
    if held.lines:
        yield held


def _printed(document: Document) -> Iterator[Line]:
    for line in document.lines:
        text = tight(PAGE.sub("", line.text))
        if text:
            yield Line(text, line.number)


def _goes_on(held: Paragraph, line: Line) -> bool:
    """Whether a line broke off in the middle of a sentence: a title, a name or a day never does."""
    last = held.lines[-1].text
    if is_office(line.text) or is_day(line.text) or not re.search("[，。、,]", last):
        return False
    return unfinished(last)


def _title(text: str) -> str:
    """The words of a chapter's heading: 二、督导对象 gives 督导对象, also where text follows it."""
    label = label_of(text)
    if label is None or label[0] != CHAPTER:
        return ""
    return re.split("[。：:]", text[label[2]:])[0][:HEADING]
