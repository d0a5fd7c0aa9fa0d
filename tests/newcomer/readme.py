"""What the two READMEs ask a newcomer to type: their blocks and commands, read from them and nowhere else."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# tests/newcomer/test_story.py types these lines of the README in a fresh copy
STORY = {
    "DUBAN_MAIL_URL='mailto://127.0.0.1:2525/?from=duban@example.org&mode=insecure' make run",
    ".venv/bin/python -m aiosmtpd -n -l 127.0.0.1:2525", ".venv/bin/duban plan read plan.docx",
    ".venv/bin/duban plan questions plan.docx > answers.yaml",
    ".venv/bin/duban plan adopt plan.docx --answers answers.yaml",
    ".venv/bin/python -m pytest -n 0 tests/rules/test_stage.py",
}
READMES = ("README.md", "README.zh-CN.md")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
INLINE = re.compile(r"`((?:[A-Z_]+=\S* )*(?:\.venv/bin/\w+|duban|make|python3?|pip|uv|sh|git|curl|docker) [^`]+)`")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str = "") -> list[str]:
    """The fenced blocks of a language; those without one hold commands."""
    return [body for kind, body in BLOCK.findall(text) if kind == language]


def typed(text: str) -> list[str]:
    """The lines of the command blocks, in their order."""
    return [line for body in blocks(text) for line in body.splitlines() if line.strip()]


def commands(text: str) -> list[str]:
    """Everything there is to type: the blocks' lines, then what stands within the text and the tables, each once."""
    prose = BLOCK.sub("", text)
    return list(dict.fromkeys([*typed(text), *INLINE.findall(prose)]))


def line_with(*words: str) -> str:
    """The one line of the README's blocks with all these words."""
    (found,) = [line for line in typed(text_of("README.md")) if all(word in line for word in words)]
    return found
