"""What becomes of one row of a returned ledger."""

from dataclasses import dataclass

from models.base import Word
from models.sheet_ledger import Owed
from plans.ledger_row import Filled


class Verdict(Word):
    """What taking a row would do, or did."""

    SEND = "send", "将提交"
    DRAFT = "draft", "将存为草稿"
    BLANK = "blank", "未填"
    WAITS = "waits", "已是草稿，尚未提交"
    SAME = "same", "已提交过且相同"
    LATER = "later", "已被后来的提交超过"
    WRONG = "wrong", "出错"
    SENT = "sent", "已提交"
    KEPT = "kept", "已存为草稿"


@dataclass(frozen=True)
class Change:
    """A row with what it is about, what becomes of it and why; `theirs` is what is on record where that differs."""

    row: Filled
    owed: Owed | None
    verdict: Verdict
    why: str = ""
    theirs: str = ""

    @property
    def acts(self) -> bool:
        """Whether taking it would change something."""
        return self.verdict in (Verdict.SEND, Verdict.DRAFT)

    @property
    def done(self) -> bool:
        return self.verdict in (Verdict.SENT, Verdict.KEPT)

    @property
    def error(self) -> str:
        """What is said at the row in the sheet that goes back."""
        return self.why + (f"\n系统中已有：{self.theirs}" if self.theirs else "")
