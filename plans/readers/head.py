"""What a document says of itself: its number, who issued it, its title, its day and its year."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from plans.document import Document, Line, Table
from plans.issued import Head
from plans.phrase import read

NUMBER = re.compile(
    r"(?P<prefix>[\u4e00-\u9fff]{1,14})\s*[〔\[（(【［﹝]\s*(?P<year>(?:19|20)\d{2})\s*[〕\]）)】］﹞]\s*第?\s*\d{1,5}\s*号"
)
NUMBERED = re.compile(rf"{NUMBER.pattern}(?:签发人.*)?")
DAY = re.compile(
    r"[（(]?(?:(?:19|20)\d{2}|[一二][〇○零O0一二三四五六七八九]{3})年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日[）)]?"
)
BODY = re.compile(r"。|[：:；;，,]$|^[一二三四五六七八九十]{1,3}、|\|$")
CHAPTER = re.compile(r"第[一二三四五六七八九十\d]{1,3}篇[:：\s]\s*(?P<title>.+)")
ANNEX = re.compile(r"附件[\s\d一二三四五六七八九十]*[:：]?")
OFFICE = re.compile(
    r"(?!各|附件|关于)(?:(?!关于|印发|通知)[\u4e00-\u9fff*×XＸ（）()、]){1,38}"
    r"(?:办公室|委员会|人民政府|政府|领导小组|办事处|[大支总]队|中心|党组|党委|指挥部|管委会"
    r"|[督研][查察究]室|[局厅委院办部署司])"
)
ISSUED_BY = re.compile(rf"(?P<who>{OFFICE.pattern})(?:印发|转发)?关于")
QUOTED = re.compile(
    r"(?:印发|转发)[^《<〈]{0,6}[《<〈](?P<title>.+)[》>〉](?:的通知)$"
    r"|现将[《<〈](?P<named>[^》]+)[》][^《]{0,4}(?:印发|转发)"
)
NOUN = re.compile(r"(?:方案|清单|[计规]划|意见|办法|制度|规定|细则|规程|要点|安排|标准|纲要|分工)(?:[（(].*[）)])?$")
NO_TITLE = re.compile(
    r"[\d\-/.\s]*|附件[\s\d一二三四五六七八九十]*[:：].*|(?:填报|填表|制表|报送)(?:单位|人|时间|日期).*|(?:机密|秘密|特急|加急|平急).*|[—－-]\d+[—－-]"
)
SPACED = re.compile(r"(?:\S[\s\u3000]+){2,7}\S")
PERIOD = re.compile(r"[（(][\d年月日至到—–\-~～]*月[\d年月日至到—–\-~～]*[)）]")  # when it is carried out
WHOLE = re.compile(rf"(?:{NOUN.pattern.removesuffix('$')}|通知|通报|决定|函|公告)$")
ASIDE = re.compile(r"[（(].*[）)]")  # 此件公开发布 and the like
LONGEST_TITLE = 100
WIDE = {0xFF10 + n: str(n) for n in range(10)}  # full-width figures
SOME_DAY = date(2000, 1, 1)  # a whole date does not depend on the day it is read


def tight(text: str) -> str:
    """Text without editors' marks and without the spaces that only fill a line beside Chinese."""
    text = re.sub(r"\[bookmark:[^\]]*\]", "", text).strip().translate(WIDE)
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", text)


def chapter_of(text: str) -> str:
    """The title behind 第N篇, if a line is such a heading."""
    found = CHAPTER.fullmatch(text.strip())
    return tight(found["title"]) if found else ""


def is_day(text: str) -> bool:
    """Whether a line is nothing but a date."""
    return DAY.fullmatch(tight(text)) is not None


def is_office(text: str) -> bool:
    """Whether a line is nothing but the name of an office."""
    return OFFICE.fullmatch(tight(text)) is not None


@dataclass
class Cover:
    """The printed pieces of a head before they are weighed, each with its line."""

    number: Line | None = None
    issuers: list[Line] = field(default_factory=list)
    title: list[Line] = field(default_factory=list)
    inner: list[Line] = field(default_factory=list)
    chapter: str = ""
    quoted: str = ""
    period: str = ""
    day: Line | None = None

    @property
    def titles(self) -> list[str]:
        """The names the document gives itself, the plan's own first."""
        cover = "".join(tight(line.text) for line in self.title) or self.chapter
        inner = "".join(tight(line.text) for line in self.inner)
        return [unwrapped(name) for name in (inner, self.quoted, cover) if name]


def unwrapped(title: str) -> str:
    """A title outside its own 《》: what was in single brackets within them gets the double ones back."""
    return title if "《" in title else re.sub(r"[<〈](.+?)[>〉]", r"《\1》", title)


def read_head(document: Document) -> Head:
    """What a document says of itself; empty where it does not say."""
    cover = cover_of(document)
    head = Head(title=cover.titles[0] if cover.titles else "", issuer=issuers_of(cover)[0] if cover.issuers else "")
    number = NUMBER.match(tight(cover.number.text)) if cover.number else None
    head.doc_no = number[0] if number else ""
    head.issued_on = read(tight(cover.day.text), SOME_DAY).due if cover.day else None
    head.year = _printed_year(head, cover)
    return head


def _printed_year(head: Head, cover: Cover) -> int | None:
    """The year by the number; else by a title; else by the date."""
    number = NUMBER.search(head.doc_no)
    if number:
        return int(number["year"])
    years = (re.search(r"(?<!\d)(?:19|20)\d{2}(?=年|[-—－~～至])", title) for title in [*cover.titles, cover.period])
    found = next((int(year[0]) for year in years if year), None)
    return found or (head.issued_on.year if head.issued_on else None)


def cover_of(document: Document) -> Cover:
    """The pieces of a head, each put where it belongs."""
    cover = Cover()
    blocks = [block for block in document.blocks if isinstance(block, Table) or tight(block.text)]
    top = list(_top(blocks))
    for line in top:
        _sort(line, cover)
    if len(cover.title) > 1 and SPACED.fullmatch(cover.title[0].text.strip()):
        del cover.title[0]  # 督 查 通 知: the kind of paper, above its title
    second = _second(cover, top)
    cover.title = [line for line in cover.title if line not in second]
    inner, at = _inner(blocks, len(top))
    cover.inner = inner or second
    notice = list(_lines(blocks[:at]))
    days = [line for line in notice if is_day(line.text)]
    cover.day = days[-1] if days else None
    if cover.day is None:
        _sign_last(blocks, cover)
    cover.quoted = _quoted(cover, notice)
    cover.issuers += [*_titled(cover), *_signed(notice, cover.day)]
    return cover


def _sign_last(blocks: list[Line | Table], cover: Cover) -> None:
    """A notice that ends with its table is signed below it: an office and a day as the last two lines."""
    last = blocks[-2:]
    if len(last) == 2 and all(isinstance(one, Line) for one in last):
        office, day = (one for one in last if isinstance(one, Line))
        if is_office(office.text) and is_day(day.text):
            cover.issuers.append(office)
            cover.day = day


def _lines(blocks: list[Line | Table]) -> Iterator[Line]:
    """The lines before the first table: nothing inside or after one belongs to the notice."""
    for block in blocks:
        if isinstance(block, Table):
            return
        yield block


def _top(blocks: list[Line | Table]) -> Iterator[Line]:
    """Lines before the addressee or the first paragraph."""
    for line in _lines(blocks):
        text = tight(line.text)
        if not chapter_of(line.text) and (BODY.search(text) or len(text) > LONGEST_TITLE):
            return
        yield line


def _sort(line: Line, cover: Cover) -> None:
    """Put one line of the top where it belongs."""
    text = tight(line.text)
    if chapter_of(line.text):
        cover.chapter = chapter_of(line.text)
    elif NUMBERED.fullmatch(text):
        cover.number = cover.number or line
    elif text.endswith("文件") and is_office(text.removesuffix("文件")):
        cover.issuers.append(Line(text.removesuffix("文件"), line.number))
    elif is_office(text) and (not cover.title or WHOLE.search(tight(cover.title[-1].text))):
        cover.issuers.append(line)  # above the title, or below one that is complete
    elif PERIOD.fullmatch(text):
        cover.period = text
    elif not is_day(text) and not NO_TITLE.fullmatch(text):
        cover.title.append(line)


def _second(cover: Cover, top: list[Line]) -> list[Line]:
    """The plan's own title where it follows the notice's with a number or a day between them."""
    for before, line in pairwise(cover.title):
        between = top[top.index(before) + 1 : top.index(line)]
        later = cover.title[cover.title.index(line) :]
        if between and NOUN.search("".join(tight(one.text) for one in later)):
            return later
    return []


def _inner(blocks: list[Line | Table], start: int) -> tuple[list[Line], int]:
    """The plan's own title after the signature of the notice that carries it, and where the notice ends."""
    for at in range(start, len(blocks)):
        block = blocks[at]
        if isinstance(block, Line) and (is_day(block.text) or is_office(block.text)):
            title = _title_after(blocks, at + 1)
            if title:
                return title, blocks.index(title[0])
    return [], len(blocks)


def _title_after(blocks: list[Line | Table], at: int) -> list[Line]:
    title: list[Line] = []
    for line in _lines(blocks[at:]):
        text = tight(line.text)
        if not title and (is_day(text) or is_office(text) or ANNEX.fullmatch(text) or ASIDE.fullmatch(text)):
            continue
        if BODY.search(text) or len(text) > LONGEST_TITLE or re.match(r"[（(][一二三四五六七八九十]", text):
            break
        title.append(line)
    return title if title and NOUN.search("".join(tight(line.text) for line in title)) else []


def _quoted(cover: Cover, notice: list[Line]) -> str:
    """The name under which the notice sends the plan round."""
    texts = ["".join(tight(line.text) for line in cover.title), *(tight(line.text) for line in notice)]
    for found in map(QUOTED.search, texts):
        if found:
            return found["title"] or found["named"]
    return ""


def _titled(cover: Cover) -> list[Line]:
    """The office a title begins with: 某市人民政府关于…."""
    found = ISSUED_BY.match("".join(tight(line.text) for line in cover.title) or cover.chapter)
    return [Line(found["who"], cover.title[0].number if cover.title else 0)] if found else []


def _signed(notice: list[Line], day: Line | None) -> list[Line]:
    """The line above the day, if it is an office: the signature."""
    above = [line for line in notice if day and line.number < day.number]
    return above[-1:] if above and is_office(above[-1].text) else []


def issuers_of(cover: Cover) -> list[str]:
    """The different offices named as issuer, in the order they were printed."""
    return list(dict.fromkeys(tight(line.text) for line in cover.issuers))
