"""Where words are taken from, and the catalogue brought up to date: `make words` runs this module."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from web.catalogue import PO, read_catalogue
from web.literals import HOLE, has_han, helps, sentences

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES, STATIC = ROOT / "web" / "templates", ROOT / "web" / "static"
SCRIPT = STATIC / "words.en.js"
FOLDERS = ("config", "models", "rules", "plans", "notifications", "papers", "actions", "web", "flows", "commands")
ALSO = ("duban.py",)
COMMANDS = ("duban.py", "commands/")
# Files whose Chinese no page shows, each with its reason.
LEFT_OUT = {
    "config/settings.py": "explained in docs and `duban doctor`",
    "config/gateway.py": "explained in docs and `duban doctor`",
    "config/policy.py": "explained in docs and plan files",
    "notifications/cut.py": "messages to units stay Chinese",
    "notifications/masks.py": "what stands for a secret",
    "notifications/rate.py": "a log line; refusals are in channel.py",
    "notifications/wording.py": "messages to units stay Chinese",
    "papers/ledger_sheet.py": "workbooks for units stay Chinese",
    "papers/printed_table.py": "workbooks stay Chinese",
    "papers/score_book.py": "workbooks stay Chinese",
    "papers/workbooks.py": "workbooks stay Chinese",
    "papers/gongwen.py": "the look of an official paper, which stays Chinese",
    "rules/number_words.py": "numbers of papers stay Chinese",
    "actions/ledger_papers.py": "words of workbooks, which stay Chinese",
    "actions/phone_list.py": "words of workbooks, which stay Chinese",
    "actions/proof.py": "words of workbooks, which stay Chinese",
    "actions/score_paper.py": "words of workbooks, which stay Chinese",
    "actions/give_ledger.py": "words of the workbook, which stays Chinese",
    "plans/handover_kind.py": "patterns",
    "plans/grammar/lexemes.py": "the lexicon of the limit reader",
    "plans/grammar/lexicon.py": "the lexicon of the limit reader",
    "plans/grammar/festivals.py": "the lexicon of the limit reader",
    "plans/opening/radicals.py": "a table of characters",
    "plans/readers/handover/words.py": "patterns",
    "plans/readers/stage/kinds.py": "patterns",
    "plans/readers/stage/words.py": "patterns",
    "rules/naming.py": "endings of names that are cut",
    "web/english_dates.py": "reads Chinese dates",
    "web/said.py": "reads Chinese stops",
    "web/phrases.py": "reads Chinese stops",
    "web/spoken_pages.py": "reads Chinese stops",
    "web/literals.py": "reads Chinese literals",
    "commands/cast.py": "the people of the sample, who write Chinese",
    "commands/demo.py": "the sample's own words",
    "commands/demo_duties.py": "the sample's own words",
    "commands/sample_units.py": "the sample's units",
    "commands/library_words.py": "Chinese for a library's English",
    "commands/script.py": "the rehearsal's actors, who write Chinese",
    "commands/tour_index.py": "the tour's introduction stands there in both languages",
    "commands/tour_page.py": "a banner in both languages",
}
# Literals that are written down or looked up as they are: file names, document numbers, keys, examples to type, mails,
# lines of files to fill in.
AS_IT_IS = re.compile(r"\.xlsx$|〔|:column:|^3月第1周|\.\{no\}$|^(?:主任|组长|经办|领导)[甲乙]$|\n\n|^【"
                     r"|^ *# |^units: |^督察办公室$")
PATTERN = re.compile(r"\(\?|\\[dswSW]|\.\*|\[[^\]]{2,}\]|[^ ]\|[^ ]|\{\d|^\^|\$$|^%")
NUMERALS = re.compile(r"[零〇○一二三四五六七八九十百千两半日天元正首]+")
DATE = re.compile(r"(?:\{\w+\}年?)?\{\w+\}月\{\w+\}日(?:（周\{\w+\}）)?(?: \{\w+\})?|周\{\w+\}"
                  r"|(?:\{\w+\}|\d+)(?:[年月日天周]|个月|个?工作日)")
OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "encoding": "utf-8"}


def words_found() -> Catalog:
    """Every msgid there is now, with the files it stands in."""
    found = Catalog(locale="en", project="duban", charset="utf-8")
    for path, msgid in [*_templates(), *_scripts(), *_python()]:
        found.add(msgid, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return found


def _templates() -> Iterator[tuple[Path, str]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        for _line, msgid, *_ in extract_from_file("jinja2.ext:babel_extract", path, options=OPTIONS):
            yield path, _single(msgid)


def _scripts() -> Iterator[tuple[Path, str]]:
    for path in sorted(STATIC.glob("*.js")):
        if path != SCRIPT:
            for _line, msgid, *_ in extract_from_file("javascript", path, keywords={"duban.t": (1,), "t": (1,)}):
                yield path, _single(msgid)


def _single(msgid: Any) -> str:
    return msgid if isinstance(msgid, str) else str(msgid[0])


def _python() -> Iterator[tuple[Path, str]]:
    seen: dict[str, str] = {}
    for path in python_files():
        source, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
        for _line, msgid in [*sentences(source), *(helps(source) if name.startswith(COMMANDS) else ())]:
            if told(msgid, name):
                yield path, seen.setdefault(HOLE.sub("{}", msgid), msgid)


def python_files() -> Iterator[Path]:
    """The modules whose sentences can reach a page."""
    yield from (ROOT / name for name in ALSO)
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"migrations", "templates"} & set(path.parts) and path.relative_to(ROOT).as_posix() not in LEFT_OUT:
                yield path


def told(msgid: str, path: str) -> bool:
    """Whether a literal is told to people: no pattern, no numeral, no date alone, no single sign of a reader."""
    if AS_IT_IS.search(msgid) or PATTERN.search(msgid) or not has_han(HOLE.sub("", msgid)):
        return False
    if DATE.fullmatch(msgid) or NUMERALS.fullmatch(msgid):
        return False
    return len(msgid) > 1 or not path.startswith("plans/")


def brought_up(found: Catalog, known: Catalog) -> Catalog:
    """`found` with what is translated already; a hole that was only renamed keeps its translation."""
    by_shape = {HOLE.sub("{}", str(one.id)): one for one in known if one.id}
    for one in found:
        old = by_shape.get(HOLE.sub("{}", str(one.id))) if one.id else None
        if old is not None:
            one.string = renamed(str(old.string), HOLE.findall(str(old.id)), HOLE.findall(str(one.id)))
            one.flags |= old.flags & {"fuzzy"}
    return found


def renamed(english: str, old: list[str], new: list[str]) -> str:
    """A translation with its holes under their new names."""
    names = dict(zip(old, new, strict=False))
    return re.sub(r"\{(\w+)\}", lambda hole: "{" + names.get(hole[1], hole[1]) + "}", english)


def script_words(catalogue: Catalog) -> str:
    """The catalogue of the scripts: a file that sets window.duban.words."""
    told = [one for one in catalogue if one.id and any(path.endswith(".js") for path, _ in one.locations)]
    chosen = {str(one.id): str(one.string) for one in told}
    words = json.dumps(dict(sorted(chosen.items())), ensure_ascii=False, indent=1)
    return (
        "/* English of the scripts' words; written by `make words` from web/locale/en.po, not by hand. */\n"
        f"window.duban = window.duban || {{}};\nwindow.duban.words = {words};\n"
    )


def main() -> int:
    """Bring web/locale/en.po and words.en.js up to date; the number of words without English."""
    catalogue = brought_up(words_found(), read_catalogue())
    PO.parent.mkdir(exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, omit_header=False, sort_output=True, include_lineno=False, width=118)
    SCRIPT.write_text(script_words(catalogue), encoding="utf-8")
    return sum(1 for one in catalogue if one.id and not one.string)


if __name__ == "__main__":
    missing = main()
    sys.exit(f"{missing} words without English in {PO.relative_to(ROOT)}" if missing else 0)
