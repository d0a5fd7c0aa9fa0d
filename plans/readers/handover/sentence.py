"""One sentence of running text: which papers it hands in, and what it says for the sentences behind it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from plans.readers.handover.words import (
    ATTACHED,
    DATED,
    DOC,
    FORMS,
    LEADING,
    MADE_UP,
    Hit,
    bodies,
    clauses,
    drawn,
    hit,
    limit_of,
    limits_of,
    subject,
    tidy,
)

# the notice itself, a letter's blank form, what has been done already
NOT_OURS = re.compile(r"现将.*印发|如下[：:]?$|你单位|你们|我们|去年|已经|已[向将于]")
LATER = re.compile(r"^(?:报送|提交|上报)?(?:时间|期限|时限)|^(?:最[迟晚]|不[得应]?[迟晚]于|截止)")
BEFORE_EVENT = DATED - 1
AS = re.compile("^(?:作为|用作|纳入)")
RULES = re.compile(r"不得|不少于|不低于|客观|真实|重点是|实际数据|逐一明确|篇幅")
VISITED = re.compile(r"对(?P<who>[^，。；对]{2,40}?)(?:开展|进行|实施)[^，。；]{0,8}(?:督[察查导]|检查|考核|抽查|验收)")
DEED = re.compile(r"完成|结束|开展|召开|整改|组织|梳理|进行|成立|建立|落实|学习|制定|部署|自查(?!报告)|上报|提出|确定")


@dataclass
class Told:
    """What a paragraph has said so far: who acts in it, whom they visit, which papers are drawn up in it."""

    actors: list[tuple[str, ...]] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    stage: int = 0
    opens: bool = False

    def hear(self, sentence: str) -> None:
        """Remember what counts for the sentences behind this one."""
        for clause in clauses(sentence):
            self._acts(subject(clause))
            if made := MADE_UP.search(clause):
                self._acts([made["who"]])
            if RULES.search(clause) and not hit(clause):
                self.rules.append(clause)
        self.attached += [found["what"] for found in ATTACHED.finditer(sentence)]
        self.visited += [found["who"] for found in VISITED.finditer(sentence) if bodies(found["who"])]

    def _acts(self, who: list[str]) -> None:
        if who and tuple(who) not in self.actors:
            self.actors.append(tuple(who))


@dataclass
class Raw:
    """One handing in within a sentence, before what is missing is looked for; `loose` when its limit stands beside
    another deed of the same sentence."""

    hit: Hit
    limits: list[str] = field(default_factory=list)
    who: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    drawn_up: bool = False
    deed: bool = False
    loose: bool = False


@dataclass
class Waiting:
    """Limits printed before the clause they bind."""

    limits: list[str] = field(default_factory=list)
    loose: bool = False


class Scan:
    """The clauses of a sentence in their order."""

    def __init__(self, told: Told) -> None:
        self.told, self.who, self.waiting = told, list[str](), Waiting()
        self.attached: list[str] = []
        self.found: list[Raw] = []
        self.drawn: list[Raw] = []

    def read(self, sentence: str) -> Iterator[Raw]:
        """The handings in of a sentence; where it has none, a paper to be drawn up by a day or before an event."""
        if NOT_OURS.search(sentence):
            return
        before, parts = "", clauses(sentence)
        for clause in parts:
            self._clause(clause, before)
            before = clause
        for raw in self.found or self._drawn_up():
            raw.rules = [clause for clause in parts if RULES.search(clause) and not hit(clause)]
            yield raw

    def _clause(self, clause: str, before: str) -> None:
        self.who = subject(clause) or self.who
        limits, seen = limits_in(clause), hit(clause)
        if seen and seen.what and AS.match(seen.what) and DOC.search(before):
            seen.what = tidy(before)
        if seen and (limits or self.waiting.limits or self.told.stage or not seen.approval):
            self._hand_in(seen, limits, before)
        elif paper := drawn(clause):
            self.told.papers.append(paper.what)
            self._wait(clause, limits)
            self.drawn.append(Raw(paper, limits or self.waiting.limits, paper.who or self.who, drawn_up=True))
        elif limits and self.found and LATER.match(clause):
            self.found[-1].limits = limits
        else:
            self._wait(clause, limits)
        self.attached += [one["what"] for one in ATTACHED.finditer(clause)]
        if self.found:
            self.found[-1].forms += [form[0].strip("（()）") for form in FORMS.finditer(clause)]
            self.found[-1].attached += self.attached
            self.attached = []

    def _hand_in(self, seen: Hit, limits: list[str], before: str) -> None:
        """What only completes the clause before is put with it; 报X without a paper means the one named before it in
        the sentence, else the one drawn up last."""
        last = self.found[-1] if self.found else None
        if last and last.hit.to and not last.hit.what and seen.what and not (seen.to or seen.who or limits):
            last.hit.what = seen.what
            return
        if not seen.what and (named := LEADING.match(before)) and drawn(before) is None:
            seen.what = tidy(named["what"])
        elif not seen.what and self.told.papers and seen.verb not in ("反馈", "报告", "汇报"):
            seen.what = self.told.papers[-1]
        loose = not limits and self.waiting.loose
        who = seen.who or [name for name in self.who if name not in seen.to]
        if seen.to or who or limits or self.waiting.limits or self.told.stage:  # else only a heading speaks of it
            self.found.append(Raw(seen, limits or self.waiting.limits, who, loose=loose))
        self.waiting = Waiting()

    def _wait(self, clause: str, limits: list[str]) -> None:
        if limits:
            rest = clause
            for limit in limits:
                rest = rest.replace(limit, "", 1)
            self.waiting = Waiting(limits, DEED.search(rest) is not None and drawn(clause) is None)

    def _drawn_up(self) -> Iterator[Raw]:
        for raw in self.drawn[:1]:
            raw.limits = [limit for limit in raw.limits or self.waiting.limits if limit_of(limit)[1] <= BEFORE_EVENT]
            if raw.limits:
                yield raw


def limits_in(clause: str) -> list[str]:
    """The limits of a clause: all that name a day, else the one that is only an event or a word."""
    return limits_of(clause) or [text for text in [limit_of(clause)[0]] if text]
