"""A criteria cell read into clauses with levels: what earns points, what loses them, and what nobody can be sure of."""

import re
from dataclasses import dataclass, field

from plans.draft import ClauseDraft, LevelDraft, points_of
from plans.readers.scoretable.counts import conditions, number

N = r"\d{1,3}(?:\.\d{1,2})?|[一二两三四五六七八九十]"
OUTCOME = re.compile(
    rf"(?P<zero>不得(?:{N})?分|不予?[计记给]分)"
    rf"|(?<![累合总共取])[得计记](?P<score>{N})分"
    rf"|（(?P<worth>{N})分）"
    rf"|(?P<wish>酌情|适当|视情况?)?扣[除减]?(?P<low>{N})(?:[-－—–~～至到](?P<high>{N}))?分"
    rf"|(?:酌情|适当|视情况?)(?:予以)?(?P<open>扣[除减]?分)"
)
METHOD = re.compile(r"(?:[检核]查|考[核评]|评分|督察)(?:方式|方法)：([^；。]*)[；。]?")
LOOKING = re.compile(r"^(?:[查抽]阅?[看阅查]|听取|实地|现场|座谈|访谈|走访|询问)")
FAILING = re.compile(r"未|没|无|不|缺|少|低|差|以下|仅|只|出现|发生|发现|存在|有|逾期|迟|违|虚假")
NEGATIVE = re.compile(r"^(?:的?[,，]?)(?:凡|每|如|若)?(?:未|没有|无|不|缺|少|低于|仅|只)")
VETO = re.compile(r"^(?:凡|如|若)?(?:是|有|出现|发生|发现|存在|因|被|造成|弄虚作假)")
BAND = re.compile(rf"仅|只|部分|基本|较|一般|达到|以[上下]|不足|低于|\d%|(?:{N})[次期场篇人个件起项]|良好|合格")
UNSURE = re.compile(r"(?:最多|最高|不超过|不低于|至少)$|(?<!得)加(?:\d|[一二三])|\d分")
EACH_TIME = re.compile(r"^每(?!半?年|季|月|周)")  # so many points each time: worth what, the paper does not say
CAPPED = re.compile(r"[，,]?(?:直至|至)?扣完[^，；。]{0,8}?为止")
WIDE = str.maketrans({",": "，", ";": "；", "(": "（", ")": "）", ":": "：", "％": "%", "﹪": "%"} | {
    chr(0xFF10 + digit): str(digit) for digit in range(10)
})


@dataclass(frozen=True)
class Question:
    """What only a person can say about one clause (by its place, from 1); the first choice is the proposal."""

    clause: int
    kind: str
    what: str
    choices: tuple[str, ...] = ()


@dataclass
class Criteria:
    """A criteria cell as read: its clauses, how they are checked, and the open questions."""

    clauses: list[ClauseDraft] = field(default_factory=list)
    method: str | None = None
    questions: list[Question] = field(default_factory=list)

    @property
    def total(self) -> float:
        return points_of(self.clauses)


@dataclass
class _Piece:
    """Some words and the score printed after them; `level` is None where none is. `starts` after ； or 。"""

    words: str
    level: LevelDraft | None
    starts: bool
    note: str = ""
    whole: str = ""

    @property
    def gains(self) -> bool:
        return self.level is not None and (self.level.score or 0) > 0


def tidy(text: str) -> str:
    """One spelling of punctuation and digits, without conversion marks and the blanks set around figures."""
    text = re.sub(r"</?p>|<br\s*/?>", "", text).translate(WIDE)
    text = re.sub(r"(?<=[A-Za-z])\s+(?=[A-Za-z])", "\0", text)
    return re.sub(r"\s+", "", text).replace("\0", " ")


def parse(text: str, points: float | None = None) -> Criteria:
    """The clauses printed in a criteria cell, in order. Never raises.

    Nothing is scored by guess: words without a printed score stay whole as a damaged clause, and what can be read two
    ways comes back as a question. A cell that only deducts is one clause worth the item's own `points`.
    """
    body, method = _split_method(tidy(text))
    pieces, rest = _pieces(CAPPED.sub("", body))
    if points is not None and _deducts_only(pieces):
        found = Criteria([_deductions(pieces, points)], method)
    else:
        found = Criteria([_clause(group) for group in _groups(pieces)], method)
    if rest and LOOKING.match(rest) and not method:
        found.method = rest
    elif rest:
        found.clauses.append(_damaged(rest))
    for place, clause in enumerate(found.clauses, 1):
        found.questions += [Question(place, *question) for question in _questions(clause)]
    return found


def _deducts_only(pieces: list[_Piece]) -> bool:
    levels = [piece.level for piece in pieces]
    sound = all(level and not level.score and not UNSURE.search(level.when) and level.when for level in levels)
    return sound and any(level and level.score is None for level in levels)


def _deductions(pieces: list[_Piece], points: float) -> ClauseDraft:
    levels = [piece.level for piece in pieces if piece.level]
    count, _ = conditions(levels, LevelDraft(when="", score=points), "") if len(levels) == 1 else (None, None)
    return ClauseDraft(title="在本项分值内扣分", points=points, levels=levels, count=count)


def _split_method(text: str) -> tuple[str, str | None]:
    methods = dict.fromkeys(method.strip("，") for method in METHOD.findall(text))
    return METHOD.sub("", text), "；".join(filter(None, methods)) or None


def _pieces(text: str) -> tuple[list[_Piece], str]:
    """Everything up to each printed score, and the words left after the last."""
    pieces: list[_Piece] = []
    at = 0
    for match in OUTCOME.finditer(text):
        words = text[at : match.start()]
        if not words.strip("，；。、的") and match["worth"]:
            continue  # （2分） straight after a score says the same again
        pieces += _with_loose(words, pieces, _level(match), match.group())
        at = match.end()
    rest, note = _note(text[at:])
    if pieces and note:
        pieces[-1].note = note
    return pieces, rest.strip("，；。、")


def _with_loose(words: str, before: list[_Piece], level: LevelDraft, printed: str) -> list[_Piece]:
    """The words of one score; a sentence in between without a score of its own stays a piece by itself."""
    words, note = _note(words)
    if before and note:
        before[-1].note = note
    starts = not before or bool(re.match(r"[；。]", words)) or bool(re.search(r"[；。]", words))
    *loose, last = [part for part in re.split(r"[；。]", words) if part.strip("，、")] or [""]
    level.when = _bare(last)
    found = [_Piece(_bare(part), None, True, whole=_bare(part)) for part in loose]
    return [*found, _Piece(level.when, level, starts, whole=_bare(last) + printed)]


def _note(words: str) -> tuple[str, str]:
    """What stands in brackets straight after a score belongs to it, unless it numbers the next clause."""
    match = re.match(r"（((?:其中|注|须|必须|以|含|不含)(?:[^（）]|（[^（）]*）)*)）", words)
    return (words[match.end() :], match.group(1)) if match else (words, "")


def _bare(words: str) -> str:
    words = re.sub(r"^[，、\s]*(?:（[一二三四五六七八九十\d]+）|[\d①-⑩]+[.．、]|[①-⑩])?", "", words)
    return words.rstrip("，、：的")


def _level(match: re.Match[str]) -> LevelDraft:
    if match["zero"]:
        return LevelDraft(when="", score=0)
    if match["score"] or match["worth"]:
        return LevelDraft(when="", score=number(match["score"] or match["worth"]))
    if match["open"]:
        return LevelDraft(when="", discretionary=True)
    low = number(match["low"])
    deduct = (low, number(match["high"])) if match["high"] else low
    return LevelDraft(when="", deduct=deduct, discretionary=bool(match["high"] or match["wish"]))


def _groups(pieces: list[_Piece]) -> list[list[_Piece]]:
    groups: list[list[_Piece]] = []
    for piece in pieces:
        if groups and _belongs(groups[-1], piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _belongs(group: list[_Piece], piece: _Piece) -> bool:
    """Whether a level goes on with the clause before it."""
    if piece.level is None or group[-1].level is None:
        return False
    gained = any(one.gains for one in group)
    if piece.starts:
        failing = any(not one.gains for one in group)
        return gained and not failing and not piece.gains and bool(NEGATIVE.match(piece.words))
    if not piece.gains or not gained:
        return True
    lower = (piece.level.score or 0) < (group[-1].level.score or 0)
    return group[-1].gains and lower and bool(BAND.search(piece.words))


def _clause(group: list[_Piece]) -> ClauseDraft:
    levels = [piece.level for piece in group if piece.level]
    whole = "，".join(piece.whole for piece in group)
    unsure = any(UNSURE.search(piece.words) or not piece.words for piece in group)
    full = max((level for level in levels if level.score), key=lambda level: level.score or 0, default=None)
    if full is None and levels and VETO.match(group[0].words) and all(level.score == 0 for level in levels):
        scope = re.search(r"本[项条款]|该[项条款]|全[项部]", whole)
        veto = {"veto": scope.group() if scope else ""}
        return ClauseDraft(title=levels[0].when, points=0, levels=levels, count=veto)
    if full is None or unsure or EACH_TIME.match(full.when):
        return _damaged(whole)
    count, rate = conditions(levels, full, "；".join(piece.note for piece in group if piece.note))
    return ClauseDraft(title=full.when, points=full.score, levels=levels, count=count, rate=rate)


def _damaged(whole: str) -> ClauseDraft:
    return ClauseDraft(title=whole, points=None, levels=[], damaged=True)


def _questions(clause: ClauseDraft) -> list[tuple[str, str, tuple[str, ...]]]:
    """What is odd about a clause, in a clerk's words."""
    if clause.damaged:
        return [("points_missing", f"“{clause.title}”没有读出得分，疑有脱字，不予计分，请补录。", ())]
    asked: list[tuple[str, str, tuple[str, ...]]] = []
    if (clause.count or {}).get("veto") == "":
        what = f"“{clause.title}”不得分，原文未写是本款还是本项不得分。"
        asked.append(("veto_scope", what, ("本款不得分", "本项不得分")))
    for level in clause.levels:
        high = level.deduct[1] if isinstance(level.deduct, tuple) else level.deduct or 0
        low = level.deduct[0] if isinstance(level.deduct, tuple) else 0
        if high > (clause.points or 0) or low > high:
            what = f"“{level.when}”所扣超过本款{clause.points:g}分或上下限颠倒，请核对原文。"
            asked.append(("deduct_range", what, ()))
        if level.score == 0 and not FAILING.search(level.when):
            choices = (f"没有{level.when}不得分", "照原文")
            asked.append(("text_defect", f"“{level.when}不得分”疑有脱字。", choices))
    if clause.rate and clause.rate.get("note"):
        asked.append(("rate", str(clause.rate["note"]), ("各率须同时达到", "取平均值")))
    return asked
