"""The answers to a document's questions, and which of them already stand beside the thing they are about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from plans.draft_parts import FlagDraft
from plans.issued import Doubt

LEAVE = "暂不定，采用后再设"  # an answer to any question about a limit: the task starts without one
ANSWERED, OPEN, LIMIT = "answered", "open", "limit_answered"  # kinds of flags; LIMIT: how a limit is read was answered
NOTHING = ("", LEAVE, "无", "没有", "不设", "未写")


@dataclass
class Said:
    """Answers by a doubt's key. An answer that is not noted beside an item is noted on the plan, so none is lost."""

    doubts: list[Doubt]
    given: Mapping[str, str]
    told: set[str] = field(default_factory=set)

    def of(self, key: str) -> str:
        return self.given.get(key, "").strip()

    def answered(self) -> list[tuple[Doubt, str]]:
        return [(doubt, answer) for doubt in self.doubts if (answer := self.of(doubt.key))]

    def starting(self, prefix: str) -> list[tuple[Doubt, str]]:
        return [(doubt, answer) for doubt, answer in self.answered() if doubt.key.startswith(prefix)]

    def note(self, doubt: Doubt, kind: str = ANSWERED) -> FlagDraft:
        """The question and its answer, to be put beside the item they are about."""
        self.told.add(doubt.key)
        return FlagDraft(kind=kind, note=f"{doubt.what}答复：{self.of(doubt.key)}")

    def rest(self) -> list[FlagDraft]:
        """For the plan as a whole: answers that found no item of their own, then every question still open."""
        lost = [self.note(doubt) for doubt, _ in self.answered() if doubt.key not in self.told]
        waiting = [doubt for doubt in self.doubts if not self.of(doubt.key)]
        return lost + [FlagDraft(kind=OPEN, note=one.what, alternatives=list(one.choices)) for one in waiting]


def quoted(text: str) -> str:
    """What stands within the first quotation, quotations inside it included."""
    start, depth = text.find("“"), 0
    for at in range(max(start, 0), len(text)):
        depth += (text[at] == "“") - (text[at] == "”")
        if start >= 0 and depth == 0:
            return text[start + 1 : at]
    return ""


def with_flags(flags: list[FlagDraft], more: Iterable[FlagDraft]) -> list[FlagDraft]:
    """Flags and more flags, each said once."""
    found = {(flag.kind, flag.note): flag for flag in [*flags, *more]}
    return list(found.values())
