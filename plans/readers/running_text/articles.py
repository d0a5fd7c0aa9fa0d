"""Numbered articles: how one begins and ends, and the duties in its sentences with their limits and figures."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from plans.document import Line
from plans.grammar.lexicon import number
from plans.phrase import read
from plans.readers.running_text.brackets import MODAL, actor, actors, cut, fold, take
from rules.deadline import Deadline, Kind

CN = "[一二三四五六七八九十百]{1,5}"
SECTION, THEME, ARTICLE, POINT = range(4)
LEVELS = tuple(re.compile(pattern) for pattern in (
    rf"(?P<n>{CN})、|第(?P<m>{CN})(?:章|部分)[\s:、]*", rf"\((?P<n>{CN})\)[、.]?\s*",
    rf"第(?P<n>{CN}|\d{{1,3}})条[\s:、]*",
    r"(?P<n>\d{1,3})(?:[.、]|\))\s*(?!\d(?!\d{3}年))", r"\((?P<n>\d{1,3})\)\s*",
))
PAGE = re.compile(r"(?:^|\s)[-—–－―]{1,2}\s*\d{1,3}\s*[-—–－―]{1,2}\s*$|^\s*第\s*\d+\s*页.{0,10}$")
ENDED = re.compile(r"[。！？；：…”）)】》」!?;:]$")
OUTSIDE = re.compile(r"附件|附:|抄送|抄报|主题词|第[一二三四五六七八九十]+篇|\([^()]*(?:公开|印发)[^()]*\)$")
N = r"[\d一二两三四五六七八九十百]+"
PERIODIC = re.compile(
    rf"每(?:间?隔)?(?:{N}个?|半个?)?(?:年|季|月|周|星期|旬|日|天|学期)|按(?:半年|季度?|月|周|年度)(?!期)|逐[年季月周]"
    rf"|全年(?=.*\d)|{N}年一[次签轮评]"
)
UNDATED = re.compile(r"不?定期|适时|限[期时](?!.{0,2}\d)|择[期机]|另行(?:通知|安排|确定)")
DATED = re.compile(
    r"\d{4}年(?:[X*]*\d*月|年?[底末内]|[上下]半年|第?[一二三四]季度|前|完成|实现|基本)|\d{1,2}月[底末]|\d{1,2}月\d{1,2}[日号]"
    r"|\d{1,2}月份?(?:之|以)?前|年[底末]|月底|季末|(?<!每)[上下]半年|第?[一二三四]季度|[年月]内|到20\d\d年|十.五.?末"
)
COUNTED_ON = re.compile(
    rf"之日起|{N}个?(?:工作日|自然日|日|天|月|年|周|小时)(?:之|以)?内|(?:满{N}个?|(?<![第\d]){N}个?)(?:年|月|日|天|周)(?:之|以)?后"
    rf"|届满前|{N}个?(?:工作日|日|天|月|年)前"
)
STANDING = re.compile(r"长期坚持|常态化|立行立改|长期推进")
LIMITS = (PERIODIC, DATED, COUNTED_ON, STANDING, UNDATED)
SPAN = re.compile(rf"(?:有效期|任期|服务期|聘期)(?:为|最长|.*?(?:超过|长于|低于|少于)){N}个?[年月]")
RATE = re.compile(
    rf"(?:不少于|不低于|不得少于|达到?|超过|控制在|高于|低于|为).*?\d+(?:\.\d+)?%|\d+(?:\.\d+)?%(?:以[上内])|{N}名以上"
    rf"|(?:不少于|不低于|至少){N}(?:名|人|分)"
)
QUOTA = re.compile(rf"(?:不少于|不低于|不得少于|至少|累计|达到).{{0,3}}?{N}个?(?:学时|课时|学分|小时|天|周|日|月)")
TIMES = re.compile(rf"(?:至少|不少于)?{N}[次期场轮]")
GATE = re.compile(r"(?:未[经按]|[^,。;]*之?前,)[^。;]*?(?:不得|不能)[^。;,]*(?:,(?:不得|不能)[^。;,]*)*")
FROM = re.compile(r"^(?:对(?P<what>[^,]{1,15}?)|[^,]*?)(?:应当|必须|应|要|须)(?P<rest>[在自于从].*)$", re.S)
ADVERBIAL = re.compile(r"(?:后|前|内|起|时|期间|方式|形式|途径)$")
MUST = re.compile(rf"(?!不得)[^,]{{0,8}}?{MODAL}")
AFTER = re.compile(r"(?:作出|印发|发布|公布|收到|签订|接到|完成|结束|施行|实施|变更|确定|通过)(?:之|以)?后$")


@dataclass(eq=False)
class Item:
    """A numbered paragraph with what follows it, the headings above it and the points below."""

    level: int
    no: int
    label: str
    own: str
    line: Line
    parents: tuple["Item", ...]
    children: list["Item"] = field(default_factory=list)

    @property
    def full(self) -> str:
        return "\n".join([self.own, *(child.full for child in self.children)])

    @cached_property
    def noted(self) -> bool:
        return bool(take(self.own)[1])

    @property
    def title(self) -> str:
        return self.label + heading(take(self.own)[0])

    def under(self, level: int) -> str:
        return next((parent.title for parent in self.parents if parent.level == level), "")


@dataclass
class Duty:
    """One obligation as printed: its limit when it has one, its actor, and the figures or gates it must meet."""

    text: str
    deadline: Deadline | None = None
    actors: list[str] = field(default_factory=list)
    actor_carried: bool = False
    carried: bool = False
    demands: list[str] = field(default_factory=list)


def label_of(text: str) -> tuple[int, int, int] | None:
    """The level of a paragraph's number, the number, and where its words begin."""
    for level, pattern in enumerate(LEVELS):
        match = pattern.match(fold(text))
        if match:
            return level, int(number(match["n"] or match["m"])), match.end()
    return None


def unfinished(text: str) -> bool:
    last = text.rpartition("\n")[2]
    if fold(last).count("(") > fold(last).count(")") or not last:
        return True
    return not ENDED.search(last) and ("。" in last or len(last) > 28 or (len(last) > 20 and "," in fold(last)))


def belongs(text: str) -> bool:
    """Whether a paragraph without a number goes with the one above: prose and unit lines do, signatures do not."""
    return not OUTSIDE.match(fold(text)) and (len(text) > 30 or re.search(r"[。，；：,;:]", text) is not None)


def heading(text: str) -> str:
    """The first sentence as printed, or its first clause where that is long."""
    first = next(iter(cut(text, "。!?\n")), "")
    parts = cut(first, ":")
    if len(parts) > 1 and len(parts[0]) <= 25:
        return parts[0]
    return first if len(first) <= 60 else cut(first, ",;")[0]


def duties(text: str, ref: date) -> list[Duty]:
    """The obligations of a text that carry a limit, a figure or a gate, in the order they stand."""
    return [duty for sentence in cut(text, "。;!?\n") if len(sentence) < 2000 for duty in _sentence(sentence, ref)]


def _sentence(sentence: str, ref: date) -> list[Duty]:
    clauses = cut(sentence, ",")
    found: list[Duty] = []
    demands = [sentence[m.start() : m.end()].strip("，, ") for m in GATE.finditer(fold(sentence))]
    seen: set[str] = set()
    for at, clause in enumerate(clauses):
        bare = _bare(clause)
        duty = _limited(sentence, clauses, at, ref, found)
        if duty is None and (SPAN.search(bare) or RATE.search(bare)):
            (found[-1].demands if found else demands).append(_with_case(sentence, clauses, at))
        elif duty is not None and not _repeats(bare, seen):
            duty.actors, duty.actor_carried = _whose(clauses, at, duty.text)
            found.append(duty)
    return _settled(sentence, found, demands)


def _settled(sentence: str, found: list[Duty], demands: list[str]) -> list[Duty]:
    """Demands belong to the limit of their sentence; without one they make an obligation of their own."""
    if demands and not found:
        return [Duty(sentence, demands=demands, actors=actors(sentence))]
    if found:
        found[0].demands.extend(demands)
    return found


def _limited(sentence: str, clauses: list[str], at: int, ref: date, found: list[Duty]) -> Duty | None:
    """What a clause says about time; a clause that only adds to the one before is put with it."""
    bare = _bare(clauses[at])
    if SPAN.search(bare):
        return None
    if _timed(clauses[at]):
        return _read(_slice(sentence, clauses[at : _end(clauses, at)]), clauses[at], ref)
    last = found[-1] if found and found[-1].deadline else None
    if QUOTA.search(bare) and not RATE.search(bare):
        return _quota(sentence, clauses[at], last, ref)
    if last and TIMES.search(bare) and (period := PERIODIC.search(_bare(last.text))):
        return Duty(clauses[at], read(period.group() + clauses[at], ref), carried=True)
    if AFTER.search(bare) and at + 1 < len(clauses) and MUST.match(fold(clauses[at + 1])):
        return _read(_slice(sentence, clauses[at : _end(clauses, at)]), clauses[at], ref)
    return None


def _slice(sentence: str, clauses: list[str]) -> str:
    """Neighbouring clauses with the marks printed between them."""
    start = sentence.index(clauses[0])
    end = start
    for clause in clauses:
        end = sentence.index(clause, end) + len(clause)
    return sentence[start:end]


def _read(text: str, clause: str, ref: date) -> Duty | None:
    deadline = read(_phrase(clause), ref)
    told = deadline.kind != Kind.TBD or deadline.doubt or deadline.placeholder or UNDATED.search(_bare(clause))
    return Duty(text, deadline) if told else None


def _quota(sentence: str, clause: str, last: Duty | None, ref: date) -> Duty | None:
    """不少于40学时 belongs to the 定期 or 每年 right before it."""
    if last and last.deadline and last.deadline.kind == Kind.RECURRING and last.deadline.quota is None:
        last.text = _slice(sentence, [last.text, clause])
        last.deadline = read(last.text, ref)
        return None
    return Duty(clause, read(clause, ref))


def _phrase(clause: str) -> str:
    """The words from 在 or 自 on, so that the event is named without who must act (应当在施行后3年内 → 施行后3年内)."""
    match = FROM.match(fold(clause))
    if match is None or not any(pattern.search(match["rest"]) for pattern in (COUNTED_ON, DATED)):
        return clause
    rest = clause[match.start("rest") :]
    if match["what"] is None:
        return rest
    return clause[match.start("what") : match.end("what")] + rest.removeprefix("在")


def _end(clauses: list[str], at: int) -> int:
    """Where the obligation begun at a clause ends: with its main clause, and 并… behind it."""
    end = at + 1
    while end < len(clauses):
        clause, timed = clauses[end], _timed(clauses[end])
        unfinished = ADVERBIAL.search(fold(clauses[end - 1])) is not None
        if not (unfinished or clause.startswith("并")) or (timed and (end > at + 1 or not unfinished)):
            break
        end += 1
    return end


def _timed(clause: str) -> bool:
    return any(pattern.search(_bare(clause)) for pattern in LIMITS)


def _repeats(bare: str, seen: set[str]) -> bool:
    """适时 said a second time within one sentence asks nothing new."""
    match = UNDATED.search(bare)
    if match is None or any(pattern.search(bare) for pattern in LIMITS[:-1]):
        return False
    again = match.group() in seen
    seen.add(match.group())
    return again


def _with_case(sentence: str, clauses: list[str], at: int) -> str:
    """标注“暂行”的，有效期…: the case a demand is made for stands before it."""
    case = at > 0 and (clauses[at - 1].endswith("的") or re.search(r"中$", clauses[at - 1]))
    return _slice(sentence, clauses[at - 1 : at + 1]) if case else clauses[at]


def _whose(clauses: list[str], at: int, text: str) -> tuple[list[str], bool]:
    """The actor of a clause, else of its main clause, else of the clause before it in the same sentence."""
    for clause in [clauses[at], *cut(text, ",")[1:2]]:
        if actor(clause):
            return [actor(clause)], False
    before = [actor(clause) for clause in clauses[:at] if actor(clause)]
    return before[-1:], bool(before)


def _bare(clause: str) -> str:
    """A clause without titles and brackets, whose years say nothing about a limit."""
    return re.sub(r"《[^》]*》|<[^>]*>|\([^()]*\)|\[[^\]]*\]|〔[^〕]*〕", "", fold(clause)).strip()
