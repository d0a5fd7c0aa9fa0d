"""The words within one cell: units and how they share the work, numbers of measures."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from plans.grammar.lexicon import number

GAPS = re.compile(r"[\s\u3000、，,；;|]+")
SPACED = re.compile(r"(?<![一-鿿])[一-鿿](?:[ \u3000]+[一-鿿])+(?![一-鿿])")
BRACKETED = re.compile(r"《[^《》]*》|<[^<>]*>|[（(][^（）()]*[)）]")
SHARING = re.compile(
    r"[（(【]?(?:按照?|根据)(?:各自)?(?:职责|职能|任务)(?:分工|范围)?"
    r"(?:分别)?(?:负责|落实|配合|抓好)?(?:落实|实施)?[)）】]?[。.]?"
)
LABEL = re.compile(r"(牵头|主办|主责|责任|配合|协办|落实|参与|协同)(?:单位|部门)?[:：]")
LED = re.compile(r"^(?P<lead>[^。]*?)(?:为)?牵头(?:负责|落实)?(?:[，,；;、。\s]+(?P<rest>.*))?$", re.S)
MARK = re.compile(r"[（(](?P<all>共同|联合)?(?:牵头|主办)(?:单位|部门)?[)）]")
PART = re.compile(r"[（(](?:共同|联合|具体)?(?:配合|协助|协办|协同|参与|负责|落实|承办|实施)(?:单位|部门)?[)）]$")
SLASH = re.compile(r"[/／]")
HELPS = re.compile(r"(?:积极)?(?:配合|参与|协助|协同|落实|负责)[。.]?$")
OPEN = re.compile(
    r"(?<!同)(?<=.)等(?:[\d一二三四五六七八九十]*[个家]?(?:有关|相关|县直|市直)?(?:成员)?(?:部门|单位|机关)?)?[。.]?$"
)
GROUP = re.compile(r"^(?:各|有关|相关|所有|全体|其他|[省市县区]直(?!机关工委))|[省市县区]各")
UNIT = re.compile(
    r"(?:[局委办部院厅处所站队会校联县市区室社团馆台科股组乡镇村署行场关]|政府|机关|单位|部门|中心|公司|街道|集团|企业|领导|小组"
    r"|银行|机构|科所|开发区|医院)(?:[)）])?$"
)
HIDDEN = re.compile("[\ue000\ue001]")
HIDING = re.compile("\ue000\\d+\ue001")
SAME = re.compile(r"^(?:同上|同前|〃|″|“|”|\"|同上一?[行项])$")
LONGEST = 40
NOBODY = {"", "无", "/", "／", "-", "—", "——", "\\"}
NUMBERED = re.compile(r"^(?:(\d{1,3})[.．、](?!\d)|[（(](\d{1,3})[)）]|([①-⑳])|(\d{1,3})[)）])\s*")
ENUMERATED = re.compile(r"^(?:\d{1,2}[.．)）]|[（(]\d{1,2}[)）]|[①-⑳]|\d{1,2}$)\s*")
SHARE = re.compile(r"^(?:(\d{1,2})[.．、)）]|[（(](\d{1,2})[)）])\s*((?:20\d\d|\d{1,2}月|\D).*)$")
MANIFOLD = re.compile(r"^(\d{1,2}(?:[.．]\d{1,2}){1,3})[、.．\s]+(?=\D)")


@dataclass(frozen=True)
class Units:
    """Names in the order printed. `lead` are those the cell itself says lead; `more` tells of a list left open (等)."""

    names: list[str] = field(default_factory=list)
    lead: list[str] = field(default_factory=list)
    more: bool = False


@lru_cache(8192)  # a large table prints the same few cells over and over; nobody changes what comes out
def units_of(text: str) -> Units:
    """The units of a cell; words on how they share the work are no units."""
    labelled = _labelled(text)
    if labelled:
        return labelled
    pieces = _pieces(text)
    marks = {at: mark for at, name in enumerate(pieces) if (mark := MARK.search(name))}
    if marks:
        # 甲、乙（共同牵头）: those before the mark lead too
        together = max((at for at, mark in marks.items() if mark["all"]), default=-1)
        leads = [at for at in range(len(pieces)) if at in marks or at <= together]
        marked, more = _names("、".join(MARK.sub("", pieces[at]) for at in leads))
        rest, others = _names("、".join(name for at, name in enumerate(pieces) if at not in leads))
        return Units(rest, marked, more or others)
    led = LED.match(text.strip())
    if led and GAPS.sub("", led["lead"]):
        (lead, more), (rest, others) = _names(led["lead"]), _names(led["rest"] or "")
        return Units(rest, lead, more or others)
    names, more = _names(text)
    return Units(names, [], more)


def _labelled(text: str) -> Units | None:
    """“牵头单位：甲；责任单位：乙、丙” in one cell."""
    parts = LABEL.split(text)
    if len(parts) < 3 or GAPS.sub("", parts[0]):
        return None
    lead: list[str] = []
    names: list[str] = []
    more = False
    for word, words in zip(parts[1::2], parts[2::2], strict=True):
        found, unfinished = _names(words)
        (lead if word in ("牵头", "主办", "主责") else names).extend(found)
        more = more or unfinished
    return Units(names, lead, more)


def _names(text: str) -> tuple[list[str], bool]:
    pieces = _pieces(SHARING.sub(" ", text))
    cut = [OPEN.sub("", piece) for piece in pieces]
    more = any(len(short) < len(piece) for short, piece in zip(cut, pieces, strict=True))
    names = [_tidy(piece) for piece in cut]
    return list(dict.fromkeys(name for name in names if name not in NOBODY)), more


def _tidy(piece: str) -> str:
    """A name without a full stop, and without “配合” and its like when a name is left over."""
    name = re.sub(r"^由(?=.{3})", "", PART.sub("", ENUMERATED.sub("", piece.strip("。.：: "))))
    short = HELPS.sub("", name)
    return short if short != name and UNIT.search(short) else name


def _pieces(text: str) -> list[str]:
    """Parts between the separators, none of which counts within brackets; “财 政 局” spaced out is one name."""
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\ue000{len(kept) - 1}\ue001"

    whole = SPACED.sub(lambda match: GAPS.sub("", match.group()), HIDDEN.sub("", text))
    pieces = [part for piece in GAPS.split(BRACKETED.sub(hide, whole)) if piece for part in _slashed(piece)]
    return [re.sub("\ue000(\\d+)\ue001", lambda m: kept[int(m.group(1))], piece) for piece in pieces]


def _slashed(piece: str) -> list[str]:
    """甲局/乙局: two bodies where each side ends as a body does."""
    sides = SLASH.split(piece)
    return sides if all(len(side) > 2 and UNIT.search(HIDING.sub("", side)) for side in sides) else [piece]


def is_group(name: str) -> bool:
    """各乡镇人民政府, 有关行政执法机关: many units under one name."""
    return bool(GROUP.search(name))


@lru_cache(8192)
def looks_like_units(text: str) -> bool:
    """Whether every name in a cell ends as a unit's name does, or names a group."""
    found = units_of(text)
    names = found.lead + found.names
    return bool(names) and all(_unit_like(name) for name in names)


def _unit_like(name: str) -> bool:
    bare = BRACKETED.sub("", name)
    return len(name) <= LONGEST and bool(UNIT.search(bare) or is_group(name))


def likely_first(text: str, above: list[str]) -> int:
    """Which of the unit columns (the lead first) a lone cell most likely belongs to, seen from what stands above.

    A cell is printed anew because it differs from the one above. Otherwise it leads, unless it names only groups that
    were not responsible before: a row its executors lead themselves lifts those already named.
    """
    for at, other in enumerate(above[1:], start=1):
        if text == above[0] and text != other:
            return at
    names = units_of(text).names
    known = [name for other in above[1:] for name in units_of(other).names]
    fresh = bool(names and known) and all(is_group(name) and name not in known for name in names)
    return 1 if fresh else 0


def number_of(text: str) -> int | None:
    """A printed figure, 12 or 十二."""
    try:
        return int(number(text))
    except (ValueError, KeyError, IndexError):
        return None


def numbered(text: str, no: str = "") -> tuple[str, int | None, str]:
    """The number of a measure as printed, in a column of its own or before its words, where it is more than a figure
    (1.1, （一）1, ①); the figure it counts on by; and the words without it."""
    own = "".join(no.split()).rstrip(".．、")
    many = MANIFOLD.match(text)
    if many and not own:
        return many.group(1), int(re.split(r"[.．]", many.group(1))[-1]), text[many.end():].strip()
    found = NUMBERED.match(text)
    figure = next((group for group in found.groups() if group), "") if found else ""
    before = circled(figure) or int(figure or 0)
    if found and (not own or own == str(before)):
        return "", before, text[found.end():].strip()
    figures = re.findall(r"\d+", own)
    count = int(figures[-1]) if figures and len(figures[-1]) < 5 else number_of(own.strip("（()）")) or circled(own)
    return ("" if own.isdecimal() or len(own) > 12 else own), count, text


def circled(figure: str) -> int | None:
    """The figure within a circle."""
    at = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳".find(figure) if figure else -1
    return at + 1 or None


def measures_of(text: str) -> list[str]:
    """Measures in one cell: lines numbered from 1 on are so many measures, other lines one that was wrapped."""
    parts: list[str] = []
    for line in text.splitlines():
        if not parts or any(mark.match(line) and mark.match(parts[0]) for mark in (NUMBERED, MANIFOLD)):
            parts.append(line.strip())
        else:
            parts[-1] += line.strip()
    numbers = [numbered(part)[1] for part in parts]
    return parts if numbers == list(range(1, len(parts) + 1)) else ["".join(part.strip() for part in text.splitlines())]


def shares_of(text: str, count: int) -> list[str]:
    """What a cell numbered line by line says for each of so many measures; empty where it is not so numbered. 1.15前 is
    a day and no line."""
    found = [SHARE.match(line.strip()) for line in text.splitlines() if line.strip()]
    numbers = [int(one[1] or one[2]) for one in found if one]
    return [one[3] for one in found if one] if count > 1 and numbers == list(range(1, count + 1)) else []
