"""One row of a ledger sheet as it came back, with what is wrong in it, and rows of one key held against each other."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from rules import ledger as words
from rules.ledger import Key


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place: the column and what is expected there."""

    where: str
    column: str
    what: str

    @property
    def words(self) -> str:
        return f"{self.where}“{self.column}”：{self.what}" if self.column else f"{self.where}：{self.what}"


@dataclass(frozen=True)
class Filled:
    """One row: where it stands, whose it is, everything typed in it as typed, and what was wrong."""

    where: str
    row: int
    key: Key | None
    typed: dict[str, str]
    printed: dict[str, str]
    extra: dict[str, str]
    status: str = ""
    day: date | None = None
    amount: float | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def blank(self) -> bool:
        return not any(self.typed.values())

    def text(self, column: str) -> str:
        return self.typed.get(column, "")


@dataclass(frozen=True)
class Returned:
    """A sheet as it came back; `faults` are those of the sheet as a whole."""

    name: str
    digest: str
    rows: list[Filled] = field(default_factory=list)
    faults: tuple[Fault, ...] = ()
    printed_at: datetime | None = None


def compared(rows: list[Filled]) -> list[Filled]:
    """Rows of one key: alike they are one, a blank one counts for nothing, two that disagree are both wrong."""
    said: dict[str, dict[tuple[str, ...], Filled]] = {}
    for row in rows:
        if row.key and not row.blank:
            said.setdefault(row.key.code, {}).setdefault(tuple(row.typed.values()), row)
    seen: Counter[str] = Counter()
    found: list[Filled] = []
    for row in rows:
        code = row.key.code if row.key else ""
        ways = list(said.get(code, {}).values())
        if len(ways) > 1:
            found += [] if row.blank else [_disagrees(row, ways)]
        elif not code or (row is ways[0] if ways else not seen[code]):
            found.append(row)
        seen[code] += 1
    return found


def _disagrees(row: Filled, ways: list[Filled]) -> Filled:
    other = next(one for one in ways if one.typed != row.typed)
    what = f"与{other.where}是同一编号而内容不同；请只留一行"
    return replace(row, faults=(*row.faults, Fault(row.where, words.KEY, what)))
