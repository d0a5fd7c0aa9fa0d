"""The content gate of a self-check report: how much of it speaks of problems and measures, are there figures."""

import re
from dataclasses import dataclass

HEADING = re.compile(r"^\s*(?:#+\s*)?[一二三四五六七八九十]+、.{0,30}$")
PROBLEMS = re.compile(r"问题|不足|短板|薄弱")
MEASURES = re.compile(r"整改|措施|下一步|打算|计划|改进")


@dataclass(frozen=True)
class Section:
    """A part of the report under one first-level heading."""

    heading: str
    text: str
    counted: bool

    @property
    def size(self) -> int:
        return size(self.heading) + size(self.text)


@dataclass(frozen=True)
class Content:
    """What the gate measured; it advises, a person decides."""

    share: float
    figures: int
    sections: list[Section]

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
    """Split a report's body (without its title) at first-level headings and measure it.

    `counted` names the sections (from 0, the part before the first heading) that a person chose.
    """
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if HEADING.match(line):
            parts.append((line.strip(), []))
        else:
            parts[-1][1].append(line)
    sections = [
        Section(head, "\n".join(lines), n in counted if counted is not None else _speaks_of_problems(head))
        for n, (head, lines) in enumerate(parts)
    ]
    whole = sum(section.size for section in sections)
    share = sum(section.size for section in sections if section.counted) / whole if whole else 0.0
    return Content(share, len(re.findall(r"\d+(?:\.\d+)?", text)), sections)


def _speaks_of_problems(heading: str) -> bool:
    return bool(PROBLEMS.search(heading) or MEASURES.search(heading))
