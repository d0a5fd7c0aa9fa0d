"""报送事项 of a paper before it is adopted: who hands in what to whom by when, and how each of these was read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.intake_desk import Desk
from config.workdays import official
from plans.issued import HandoverRead
from plans.limit import read_limit
from plans.readers.handover.doubts import DROP, HANDOVER, NO_TASK, NOBODY

OWNERS = {"units": "被督察单位", "teams": "督察组", "office": "本办公室"}
KEPT_AS = "报送"  # how the numbers of those begin that become tasks of single units


@dataclass(frozen=True)
class Handed:
    """One hand-over; `task` is its number where it becomes a task, `named` is false while nobody is known to owe it."""

    source: str
    title: str
    owner: str
    to: str
    text: str
    due: date | None
    because: str
    origins: dict[str, str]
    task: str = ""
    named: bool = True


def handed(desk: Desk) -> list[Handed]:
    """What is handed in as the plan would have it, in the order of the paper; standing duties are tasks like others."""
    return [row for read in desk.paper.issued.part.handovers if read.kept for row in _rows(read, desk)]


def _rows(read: HandoverRead, desk: Desk) -> list[Handed]:
    """One row for each side that owes it; one while it is not known who does, none where it was said to be none."""
    to = _to(read, desk.answers.choices)
    rows = [_row(read, desk, (item.text, item.due), title=item.title, to=item.to or "",
                 owner=OWNERS.get(item.owner, item.owner))
            for item in desk.draft.deliverables if item.code.partition("-")[0] == f"H{read.no}"]
    if read.deed:
        return rows
    rows += [_row(read, desk, (task.limit, task.due), to=to, owner="、".join(task.responsible), task=task.no)
             for task in desk.draft.tasks if f"{task.no}.".startswith(f"{KEPT_AS}.{read.no}.")]
    said = {desk.answers.choices.get(f"{HANDOVER}{read.no}:{about}") for about in ("owner", "keep")}
    if rows or said & {DROP, NO_TASK}:
        return rows
    return [_row(read, desk, (read.limit_text, None), to=to, owner="、".join(read.owners), named=bool(read.owners))]


def _row(read: HandoverRead, desk: Desk, limit: tuple[str, date | None], **how: Any) -> Handed:
    text, day = limit
    found = read_limit(text, desk.draft.issued_on, desk.draft.year, official()) if text and not day else None
    plain: dict[str, Any] = {"title": read.title, "text": text, "due": found.due if found else day,
                             "because": found.because if found else "",
                             "origins": {name: origin.value for name, origin in read.origins.items()}}
    return Handed(read.source, **(plain | how))


def _to(read: HandoverRead, answers: dict[str, str]) -> str:
    to = answers.get(f"{HANDOVER}{read.no}:to") or "、".join(read.receivers)
    return "" if to == NOBODY else to
