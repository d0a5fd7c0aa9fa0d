"""Links and pictures of the papers: what they point at is there, and so is the heading after #."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from upkeep.fault import Fault, papers

LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)|(?:src|href)=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
NAMED = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")
CODE = re.compile(r"`[^`]*`")


def dead_links(root: Path) -> list[Fault]:
    """Every link within the project that leads nowhere."""
    return [fault for paper in papers(root) for fault in _dead_in(root, paper)]


def _dead_in(root: Path, paper: Path) -> Iterator[Fault]:
    for number, line in prose(paper.read_text(encoding="utf-8")):
        for hit in LINK.finditer(CODE.sub("", line)):
            target = next(part for part in hit.groups() if part)
            if not ELSEWHERE.match(target) and (why := _missing(root, paper, target)):
                yield Fault(str(paper.relative_to(root)), number, f"“{target}”{why}")


def _missing(root: Path, paper: Path, target: str) -> str:
    """What is wrong with a target; empty when nothing is."""
    path, _, anchor = unquote(target).partition("#")
    file = (paper.parent / path).resolve() if path else paper
    if not file.exists():
        return "指向的文件不存在"
    if not file.is_relative_to(root.resolve()):
        return "指到了项目之外"
    if anchor and file.suffix == ".md" and anchor.lower() not in anchors(file.read_text(encoding="utf-8")):
        return "指向的标题不存在"
    return ""


def prose(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a paper with their numbers, without blocks of code."""
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence:
            yield number, line


def anchors(text: str) -> set[str]:
    """What may stand after #: headings as GitHub names them (a second one of the same words ends in -1), and names
    given by hand."""
    found: set[str] = set()
    for _, line in prose(text):
        found |= set(NAMED.findall(line))
        if heading := HEADING.match(line):
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).replace("`", "").lower()
            slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            again = sum(1 for one in found if one == slug or re.fullmatch(rf"{re.escape(slug)}-\d+", one))
            found.add(f"{slug}-{again}" if again else slug)
    return found
