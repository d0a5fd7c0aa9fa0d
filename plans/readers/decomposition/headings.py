"""What a heading over several tasks says for all of them: who leads, who answers, until when."""

from datetime import date

from plans.issued import Origin, TaskRead
from plans.readers.decomposition.asked import Asked
from plans.readers.decomposition.chosen import NOT_BELOW
from plans.readers.decomposition.columns import Role
from plans.readers.decomposition.limits import limits_within
from plans.readers.running_text.brackets import Note, take

CHOICES = ("用于其下各项", NOT_BELOW)


class Headings:
    """The heading now in force. Its bodies are taken where the table has no column for them, and always asked about."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.note, self.where = asked, Note(), ""

    def turn_to(self, text: str, where: str, ref: date) -> None:
        """A heading, or the cell of a theme."""
        note = take(text)[1] if any(mark in text for mark in "（(【[〔：:") else Note()
        self.note, self.where = note, where
        if note:
            self._ask(where)
        for clause, _ in limits_within(text, ref):
            what = f"标题写有时限“{clause[:40]}”，未分到其下各项，请核对。"
            self.asked.ask(f"{where}:limit", where, what, CHOICES)

    def _ask(self, place: str) -> None:
        what = f"标题写有单位：“{'；'.join(self.note.printed)[:60]}”，其下各项没有相应栏目的暂按此读，请核对。"
        self.asked.ask(f"{self.where}:over:units", place, what, CHOICES)

    def give(self, task: TaskRead, orgs: list[Role]) -> None:
        """The heading's bodies to a task below it whose table has no column for them."""
        if not self.note:
            return
        rest = list(dict.fromkeys([*self.note.responsible, *self.note.unsaid]))
        if Role.LEAD not in orgs and not task.lead_units:
            self._take(task, "lead_units", list(self.note.lead))
        if Role.RESPONSIBLE not in orgs and not task.responsible_units:
            self._take(task, "responsible_units", rest)

    def _take(self, task: TaskRead, side: str, names: list[str]) -> None:
        """One side of a task from the heading, unless a clerk said that it holds for nothing below it."""
        if not names:
            return
        self._ask(task.source)
        if self.asked.said(f"{self.where}:over:units") != NOT_BELOW:
            setattr(task, side, names)
            task.origins[side] = Origin.INHERITED
