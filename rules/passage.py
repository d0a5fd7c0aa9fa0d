"""The passages of a report: what each paragraph speaks of, its figures, and sentences with nothing to hold on to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.base import Word

PROBLEMS = re.compile(r"问题|不足|短板|薄弱")
MEASURES = re.compile(r"整改|措施|下一步|打算|计划|改进")
FAULTS = re.compile(r"问题|不足|短板|薄弱|不到位|不(?:完整|健全|规范|及时)|不[强高够全清]|滞后|缺[少失乏]|差距|未能")
CURES = re.compile(
    r"整改|措施|下一步|打算|计划|改进|补[齐正]|完善|健全|加强|落实|制定|建立|开展|[底月日]前|今后|[将拟要]"
)

DIGITS = r"[0-9０-９]+(?:[.．][0-9０-９]+)?"
HAN_NUMBER = r"(?:[二三四五六七八九两]|[一二三四五六七八九十百千万两]{2,})"
COUNTED = r"(?:余|多)?(?:次|件|人|份|起|户|家|场|卷|宗|名|例|条|期|所|处|万元|亿元|小时|平方米)"
# 2020年8月, 8号文件, 〔2020〕8号, （1）, 1.: days, document numbers and list marks are no data
NO_DATA = re.compile(
    rf"^\s*[（(]?{DIGITS}(?:[)）]|[.．、](?![0-9０-９]))|〔[^〕]*〕\s*第?{DIGITS}号|{DIGITS}\s*(?:年|月|日|号)"
)
FIGURE = re.compile(rf"{DIGITS}\s*[%％‰]?|{HAN_NUMBER}{COUNTED}|百分之[一二三四五六七八九十百点零]+")
DATE = re.compile(
    r"[年月季]底|月[初末]|[一二三四]季度|[上下]半年|年[内初末]|本[周月]|当[日天]|即日|[一二三四五六七八九十]+月"
)
PERSON = re.compile(
    r"负责|责任人|责任领导|书记|主任|[局科股处县市区镇乡组队院厅部]长|专人|专班|牵头|主管|分管|同志|[法联][制络]员|[科股处]室"
)
SENTENCE = re.compile(r"[^。！？；]*[。！？；]+|[^。！？；]+")
SUBHEAD = re.compile(r"^\s*(?:[（(][一二三四五六七八九十]+[)）]|[0-9]+[.．、])?[^，。；]{0,30}[。]?$")


class Speaks(Word):
    """What a paragraph of a report is about, as far as its place and its words tell."""

    PROBLEM = "problem", "问题"
    MEASURE = "measure", "整改措施"
    OTHER = "other", "其他"


@dataclass(frozen=True)
class Sentence:
    """A sentence cut at its figures: (words, whether they are a figure); `bare` names no figure, day or person."""

    pieces: tuple[tuple[str, bool], ...]
    bare: bool = False

    @property
    def text(self) -> str:
        return "".join(words for words, _ in self.pieces)


@dataclass(frozen=True)
class Paragraph:
    """One line of a report with what it speaks of."""

    speaks: Speaks
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return "".join(one.text for one in self.sentences)

    @property
    def figures(self) -> int:
        return sum(is_figure for one in self.sentences for _, is_figure in one.pieces)


def paragraphs(heading: str, text: str, counted: bool) -> list[Paragraph]:
    """The lines of one section, blank ones left out. A heading that names only problems or only measures speaks for all
    of them; else each line's own words do, and a line that says neither goes on with the one before it."""
    found: list[Paragraph] = []
    before = named = _named(heading) if counted else Speaks.OTHER
    for line in filter(str.strip, text.splitlines()):
        before = (named or _by_words(line) or before or Speaks.PROBLEM) if counted else Speaks.OTHER
        found.append(Paragraph(before, tuple(_sentences(line.strip(), counted))))
    return found


def _named(heading: str) -> Speaks | None:
    problems, measures = bool(PROBLEMS.search(heading)), bool(MEASURES.search(heading))
    if problems == measures:
        return None
    return Speaks.PROBLEM if problems else Speaks.MEASURE


def _by_words(line: str) -> Speaks | None:
    """By which kind of words there are more; a tie goes to the problem, which a measure names too."""
    faults, cures = len(FAULTS.findall(line)), len(CURES.findall(line))
    if not faults and not cures:
        return None
    return Speaks.PROBLEM if faults >= cures else Speaks.MEASURE


def _sentences(line: str, counted: bool) -> Iterator[Sentence]:
    for match in SENTENCE.finditer(line):
        yield Sentence(tuple(pieces_of(match.group())), counted and is_bare(match.group()))


def pieces_of(text: str) -> Iterator[tuple[str, bool]]:
    """A text cut at its figures; joined again it is the text. Days, document numbers and list marks are no figures."""
    hidden = [match.span() for match in NO_DATA.finditer(text)]
    at = 0
    for match in FIGURE.finditer(text):
        start, end = match.span()
        if any(low < end and start < high for low, high in hidden):
            continue
        if at < start:
            yield text[at:start], False
        yield match.group(), True
        at = end
    if at < len(text):
        yield text[at:], False


def is_bare(sentence: str) -> bool:
    """避重就轻 is often said in sentences that name no figure, no day and nobody; a subheading need not."""
    if SUBHEAD.match(sentence):
        return False
    return not (re.search(r"[0-9０-９]", sentence) or FIGURE.search(sentence) or DATE.search(sentence)
                or PERSON.search(sentence))
