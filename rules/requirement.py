"""What a plan asks of a report, in its own printed words, and what a report handed in falls short of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.base import Word
from rules.report import Content, measure


class Topic(Word):
    """What a requirement is about."""

    SHARE = "share", "篇幅"
    FIGURES = "figures", "实际数据"
    ATTACHMENT = "attachment", "附件"
    FIELDS = "fields", "整改方案要素"
    EVIDENCE = "evidence", "佐证材料"


# which printed sentence speaks of what; the first that does is quoted
SPEAKS = {
    Topic.SHARE: re.compile(r"篇幅|比例|[0-9]+\s*[%％]"),
    Topic.FIGURES: re.compile(r"数据|数字|实例"),
    Topic.ATTACHMENT: re.compile(r"附|一并|同时报"),
    Topic.FIELDS: re.compile(r"责任领导|责任人|责任单位"),
    Topic.EVIDENCE: re.compile(r"佐证|印证|证明"),
}
LEAST = re.compile(
    r"(?:不少于|不低于|不得少于|不得低于|达到|占)[^。；%％]*?([0-9]{1,3}(?:\.[0-9]+)?)\s*[%％]|([0-9]{1,3})\s*[%％]\s*以上"
)
OWN_LIST = re.compile(r"问题(?:清单|台账|明细)")


@dataclass(frozen=True)
class Asked:
    """A plan's requirements of one report. `least` is a share from 0 to 1 (None: none asked), `rules` the printed
    sentences, `place` where they stand: 《方案》（文号）四、（二）."""

    title: str
    least: float | None = None
    figures: bool = False
    attachments: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    place: str = ""

    def rule(self, topic: Topic) -> str:
        """The printed sentence about a topic; empty where the plan prints none."""
        return next((rule for rule in self.rules if SPEAKS[topic].search(rule)), "")

    def quote(self, topic: Topic) -> str:
        """The printed sentence about a topic with its place, as a sentence of its own; empty where there is none."""
        return Finding(topic, "", self.rule(topic), self.place).quoted


@dataclass(frozen=True)
class Given:
    """What was handed in: the report's text (None where it lies in a file nobody could read), names of files,
    whether a list of problems came with it (or the word that there are none), problems without any proof."""

    text: str | None
    files: tuple[str, ...] = ()
    listed: bool = False
    unproved: tuple[int, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What falls short, and the plan's own rule with its place; both empty where the plan says nothing of it."""

    topic: Topic
    says: str
    rule: str = ""
    place: str = ""

    @property
    def quoted(self) -> str:
        return f"{self.says}方案要求“{self.rule}”（{self.place}）。" if self.rule else self.says


@dataclass(frozen=True)
class Gate:
    """What the check found; it advises, a person decides. `unread` says that only a file holds the text."""

    asked: Asked
    content: Content | None = None
    findings: list[Finding] = field(default_factory=list)
    unread: bool = False

    @property
    def reason(self) -> str:
        """A reason for sending the report back, with the rules quoted, to be edited."""
        return "".join(one.quoted for one in self.findings)


def asked_of(title: str, terms: Mapping[str, Any], place: str, least: float | None = None) -> Asked:
    """The requirements out of a deliverable's terms; `least` is the cycle's own share where the plan says nothing of
    what its report must hold."""
    content, rules = terms.get("content") or {}, tuple(terms.get("rules") or ())
    least = None if content else least
    share = content.get("share_at_least", printed_share(rules))
    figures = content.get("figures", least is not None or any(SPEAKS[Topic.FIGURES].search(one) for one in rules))
    return Asked(
        title, float(share) if share is not None else least, bool(figures), tuple(terms.get("attachments") or ()),
        tuple(terms.get("fields") or ()), rules, f"{place}{terms.get('place') or ''}",
    )


def printed_share(rules: Sequence[str]) -> float | None:
    """The least share a printed rule about the length names: 不少于报告篇幅的60% is 0.6."""
    for rule in rules:
        hit = LEAST.search(rule) if SPEAKS[Topic.SHARE].search(rule) and "篇幅" in rule else None
        if hit:
            return min(1.0, float(hit[1] or hit[2]) / 100)
    return None


def check(asked: Asked, given: Given, counted: set[int] | None = None) -> Gate:
    """Hold what was handed in against what is asked; `counted` names the sections a person chose."""
    wanted = asked.least is not None or asked.figures
    content = measure(given.text, counted) if wanted and given.text and given.text.strip() else None
    found = [*_of_content(asked, content), *_of_attachments(asked, given), *_of_proof(asked, given)]
    return Gate(asked, content, found, wanted and given.text is None)


def _finding(asked: Asked, topic: Topic, says: str) -> Finding:
    rule = asked.rule(topic)
    return Finding(topic, says, rule, asked.place if rule else "")


def _of_content(asked: Asked, content: Content | None) -> list[Finding]:
    if content is None:
        return []
    said = content.findings(asked.least or 0.0)
    if not asked.figures:
        said = [one for one in said if "数据" not in one]
    return [_finding(asked, Topic.FIGURES if "数据" in one else Topic.SHARE, one) for one in said]


def _of_attachments(asked: Asked, given: Given) -> list[Finding]:
    missing = [name for name in asked.attachments if not _brought(name, asked, given)]
    return [_finding(asked, Topic.ATTACHMENT, f"缺少附件“{name}”。") for name in missing]


def _brought(name: str, asked: Asked, given: Given) -> bool:
    """The report itself may be typed or a file; the list of problems may be filled in; anything else is a file that
    carries the name."""
    if any(name in one for one in given.files):
        return True
    if OWN_LIST.search(name):
        return given.listed
    itself = name in asked.title or asked.title in name
    return itself and (given.text is None or bool(given.text.strip()))


def _of_proof(asked: Asked, given: Given) -> list[Finding]:
    return [
        _finding(asked, Topic.EVIDENCE, f"问题{no}没有佐证材料，也未注明“现场查看”。") for no in given.unproved
    ]
