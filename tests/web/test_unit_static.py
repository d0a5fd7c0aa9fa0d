"""The unit's scripts and style run on Android 6: nothing in them is younger than its browser."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "web" / "static"
YOUNG_SCRIPT = (
    r"=>", r"\b(let|const|class|async|await)\s", r"`", r"\.\.\.", r"\?\.", r"\?\?", r"\bfetch\(", r"\bPromise\b",
    r"\.(includes|closest|append|replaceAll|forEach\.call\(undefined)\(", r"\.submitter\b", r"\bfor\s*\(.*\bof\b",
)
YOUNG_STYLE = (r"(?<![-\w])gap\s*:", r"display:\s*grid", r":is\(", r":where\(", r":has\(", r"\binset:", r"aspect-ratio",
               r"clamp\(", r"min\(", r"max\(", r"@layer", r"@container", r"color-mix")


@pytest.mark.parametrize("name", ["unit.js", "unit_files.js", "words.js"])
def test_scripts_speak_es5(name: str) -> None:
    code = re.sub(r"/\*.*?\*/|\"(?:[^\"\\]|\\.)*\"", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.S)
    assert [young for young in YOUNG_SCRIPT if re.search(young, code)] == []


def test_the_style_stands_without_grid_and_flex_gap() -> None:
    code = re.sub(r"/\*.*?\*/", "", (STATIC / "unit.css").read_text(encoding="utf-8"), flags=re.S)
    assert [young for young in YOUNG_STYLE if re.search(young, code)] == []
