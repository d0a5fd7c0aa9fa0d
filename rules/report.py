"""The content gate of a report: how much of it speaks of problems and measures, are there figures."""

import re
from dataclasses import dataclass
from functools import cached_property

from rules.passage import MEASURES, PROBLEMS, Paragraph, paragraphs, pieces_of

# 一、 is the usual level; a report without it is split at the next level that it has
HEADING = re.compile(r"^\s*(?:#+\s*)?[一二三四五六七八九十]+、.{0,30}$")
LOWER = (
    re.compile(r"^\s*(?:#+\s*)?[（(][一二三四五六七八九十]+[)）].{0,30}$"),
    re.compile(r"^\s*(?:#+\s*)?[0-9]{1,2}[.．、](?![0-9]).{0,30}$"),
    re.compile(r"^\s*#+\s*\S.{0,30}$"),
)


@dataclass(frozen=True)
class Section:
    """A part of the report under one heading, or one paragraph where it has no headings at all."""

    heading: str
    text: str
    counted: bool

    @property
    def size(self) -> int:
        return size(self.heading) + size(self.text)

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        return paragraphs(self.heading, self.text, self.counted)


@dataclass(frozen=True)
class Content:
    """What the gate measured; it advises, a person decides."""

    share: float
    figures: int
    sections: list[Section]

    @property
    def bare(self) -> list[str]:
        """Sentences of the counted parts without figure, day or person: a hint to the reader, never a finding."""
        return [one.text for part in self.sections for line in part.paragraphs for one in line.sentences if one.bare]

    def findings(self, least: float) -> list[str]:
        """What falls short, in sentences."""
        found = []
        if self.share < least:
            found.append(f"问题与整改措施占{self.share:.1%}，不足{least:.0%}。")
        if not self.figures:
            found.append("没有实际数据。")
        if not any(section.counted for section in self.sections):
            found.append("没有找到写问题或整改措施的部分，请人工划分。")
        return found


def size(text: str) -> int:
    """Length of a text in characters, blanks left out."""
    return len(re.sub(r"\s", "", text))


def measure(text: str, counted: set[int] | None = None) -> Content:
    """Split a report's body (without its title) at its headings and measure it.

    `counted` names the sections (from 0, the part before the first heading) that a person chose.
    """
    sections = [
        Section(head, body, n in counted if counted is not None else _speaks_of_problems(head))
        for n, (head, body) in enumerate(_split(text))
    ]
    whole = sum(section.size for section in sections)
    share = sum(section.size for section in sections if section.counted) / whole if whole else 0.0
    return Content(share, figures(text), sections)


def figures(text: str) -> int:
    """How many figures a text gives; days, document numbers and list marks are none."""
    return sum(is_figure for line in text.splitlines() for _, is_figure in pieces_of(line))


def _split(text: str) -> list[tuple[str, str]]:
    """(heading, body) at the highest level of headings there is; without any, paragraph by paragraph."""
    lines = text.splitlines()
    level = next((one for one in (HEADING, *LOWER) if any(map(one.match, lines))), None)
    if level is None:
        return [("", line) for line in lines if line.strip()] or [("", "")]
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in lines:
        if level.match(line):
            parts.append((line.strip(), []))
        else:
            parts[-1][1].append(line)
    return [(head, "\n".join(body)) for head, body in parts]


def _speaks_of_problems(heading: str) -> bool:
    return bool(PROBLEMS.search(heading) or MEASURES.search(heading))
