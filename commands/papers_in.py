"""A plan on the command line: a plan file of ours, or an issued document with the answers to its questions."""

import json
from pathlib import Path
from typing import Any

from actions.intake_desk import draft_from
from commands.answers_in import dated, refuse_strays, unfit_answers
from config.workdays import official
from models.base import Rejected
from plans.answers import Answers
from plans.draft import PlanDraft
from plans.issued import Doubt, Issued
from plans.issued_draft import unanswered
from plans.issued_json import issued_json
from plans.planfile import read_plan
from plans.reader import read_path
from plans.readers.decomposition.chosen import bearing
from plans.reading import as_json
from plans.text import read_source

OURS = (".yaml", ".yml", "")
MOST_NAMED = 20


def read_any(file: str) -> dict[str, Any]:
    """What a file says, in the shape of `duban plan read --json`; nothing is written."""
    if Path(file).suffix.lower() in OURS:
        return as_json(read_plan(read_source(file)), official())
    return issued_json(read_path(file))


def draft_of(file: str, answers: Answers) -> tuple[PlanDraft, str]:
    """The draft in a file and its digest; Rejected lists the questions of an issued document that are still open."""
    if Path(file).suffix.lower() in OURS:
        source = read_source(file)
        draft = read_plan(source)
        refuse_strays(answers, draft, draft)
        return dated(draft, answers.dates), source.digest
    found = read_path(file, answers.choices)
    if len(found) != 1:
        titles = "、".join(issued.head.title[:20] for issued in found)
        raise Rejected(f"{file}里有{len(found)}份文件（{titles}），请分开后逐份采用。")
    draft = _answered(found[0], answers, _before(file, answers))
    waiting = unanswered(found[0], answers.choices)
    if waiting:
        lines = [f"{doubt.key}：{doubt.where} {doubt.what}{_choices(doubt)}" for doubt in waiting[:MOST_NAMED]]
        more = [f"另有{len(waiting) - MOST_NAMED}处。"] if len(waiting) > MOST_NAMED else []
        raise Rejected("\n".join([f"有{len(waiting)}处须先确认，请写入答复文件的 choices：", *lines, *more]))
    return dated(draft, answers.dates), found[0].digest


def _before(file: str, answers: Answers) -> set[str]:
    """What the document asks while nobody has said how its tables are to be read."""
    read = read_path(file) if bearing(answers.choices) else []
    return {doubt.key for issued in read for doubt in issued.part.doubts}


def _choices(doubt: Doubt) -> str:
    """The answers to a question about a table, which no file of questions written before listed."""
    return f"（可选：{'；'.join(doubt.choices)}）" if bearing({doubt.key: "?"}) else ""


def _answered(issued: Issued, answers: Answers, before: set[str]) -> PlanDraft:
    """The draft with these answers; Rejected names each that does not fit, and each that nobody asked for, or no longer
    asks for since other answers changed what is read (`before`)."""
    wrong = unfit_answers(issued, answers.choices)
    if wrong:
        raise Rejected("\n".join(wrong))
    own = {doubt.key for doubt in issued.part.doubts}
    plain = draft_from(issued, {key: text for key, text in answers.choices.items() if key in own})
    draft = draft_from(issued, answers.choices)
    refuse_strays(answers, plain, draft, issued, before)
    return draft


def questions(file: str, answers: Answers | None = None) -> str:
    """An answers file to be filled in: every open question with its choices as comments, the first being proposed.
    With answers, the questions are those of the paper as read by them, and what is answered stands filled in."""
    given = answers.choices if answers else {}
    lines = ["# 逐条填写后：duban plan adopt 原件 --answers 本文件。“可选”的第一项是建议；留空的仍算未答。", "choices:"]
    found = [doubt for issued in read_path(file, given) for doubt in issued.part.doubts]
    for doubt in found:
        lines += [f"  # {_flat(f'{doubt.where} {doubt.what}')}"]
        lines += [f"  # 可选：{_flat(choice)}" for choice in doubt.choices]
        lines += [f"  {_quoted(doubt.key)}: {_quoted(given.get(doubt.key, ''))}"]
    return "\n".join([*lines, *_units(answers), ""]) if found else ""


def _units(answers: Answers | None) -> list[str]:
    """What was answered about names and days of single tasks, as it stood."""
    dates = [f"  {_quoted(no)}: {day}" for no, day in answers.dates.items()] if answers else []
    dates = ["dates:", *dates] if dates else []
    if not (answers and answers.units):
        return [*dates, "units: {}  # 原文名称: 名录中的单位或统称"]
    return [*dates, "units:", *(f"  {_quoted(word)}: {_quoted(name)}" for word, name in answers.units.items())]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _flat(text: str) -> str:
    return " ".join(text.split())
