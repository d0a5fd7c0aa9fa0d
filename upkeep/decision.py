"""`make new-decision TITLE="..."`: the next numbered page of docs/decisions, with its headings."""

import re
import sys
from pathlib import Path

from upkeep.fault import ROOT

FOLDER = Path("docs") / "decisions"
PAGE = """# {number}. {title}

What made a choice necessary, in one paragraph.

**Choice.** What is done now, and where it stands in the code.

**Why.** What was measured or read; figures with the machine they are from.

**Instead.** What else was looked at, and why it was left. What this costs.
"""


class NoTitle(Exception):
    """A title that makes no file name."""


def new_decision(root: Path, title: str) -> Path:
    """Write the page and return its path; NoTitle where the title has no English word, or its page is there."""
    words = " ".join(title.split())
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    if not slug:
        raise NoTitle('请写明英文题目：make new-decision TITLE="What was chosen"')
    taken = {path.stem[:4]: path.stem[5:] for path in (root / FOLDER).glob("[0-9][0-9][0-9][0-9]-*.md")}
    if slug in taken.values():
        raise NoTitle(f"已有同名的决定：{slug}")
    number = max((int(one) for one in taken), default=0) + 1
    page = root / FOLDER / f"{number:04}-{slug}.md"
    page.write_text(PAGE.format(number=number, title=words), encoding="utf-8")
    return page


def main() -> int:
    """The path of the new page on standard output; 2 without a usable title."""
    try:
        print(new_decision(ROOT, " ".join(sys.argv[1:])).relative_to(ROOT))
    except NoTitle as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
