"""Reads a guide of docs/extend: which block of code goes into which file, and puts it there."""

import re
from dataclasses import dataclass
from pathlib import Path

STEP = re.compile(
    r"^(?:New file `(?P<new>[^`]+)`"
    r"|In `(?P<path>[^`]+)`, (?P<how>below|instead of) the line `(?P<line>[^`]+)`"
    r"|At the end of `(?P<end>[^`]+)`):$\n\n```\w+\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
BLOCKS = re.compile(r"^```(?!sh$)\w+$", re.MULTILINE)  # shell lines are for a person's hands


class DoesNotFit(Exception):
    """A guide speaks of a line or a file that is not there as it says."""


@dataclass(frozen=True)
class Step:
    """One block of code and where it goes: how is "new", "below", "instead of" or "end"."""

    path: str
    how: str
    line: str
    code: str

    def apply(self, root: Path) -> None:
        """Do as the guide says in the tree at `root`; DoesNotFit names what is missing."""
        file = root / self.path
        if file.exists() == (self.how == "new"):
            raise DoesNotFit(f"{self.path}: {'is there already' if self.how == 'new' else 'there is no such file'}")
        before = "" if self.how == "new" else file.read_text(encoding="utf-8")
        file.parent.mkdir(exist_ok=True)
        file.write_text(self._changed(before), encoding="utf-8")

    def _changed(self, before: str) -> str:
        if self.how in ("new", "end"):
            return f"{before}\n{self.code}" if self.path.endswith(".po") else before + self.code
        lines = before.splitlines(keepends=True)
        found = [at for at, line in enumerate(lines) if line.strip() == self.line]
        if len(found) != 1:
            raise DoesNotFit(f"{self.path}: {len(found)} lines “{self.line}”")
        lines[found[0] : found[0] + 1] = [*([lines[found[0]]] if self.how == "below" else []), self.code]
        return "".join(lines)


def steps_of(guide: str) -> list[Step]:
    """The steps of a guide in its order; DoesNotFit where a block of code has no place."""
    found = [
        Step(hit["new"] or hit["path"] or hit["end"], "new" if hit["new"] else hit["how"] or "end",
             hit["line"] or "", hit["code"])
        for hit in STEP.finditer(guide)
    ]
    if len(found) != len(BLOCKS.findall(guide)):
        raise DoesNotFit(f"{len(BLOCKS.findall(guide))} blocks of code, {len(found)} with a place")
    return found
