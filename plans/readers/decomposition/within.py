"""What a measure's own words say besides: bodies in brackets where no column holds them, limits, duties."""

import re
from datetime import date

from plans.issued import Origin, TaskRead
from plans.readers.decomposition.asked import Asked
from plans.readers.decomposition.limits import limits_within
from plans.readers.decomposition.unitcell import looks_like_units, units_of
from plans.readers.running_text.brackets import LABEL, fold, spans, take

DUTY = re.compile(r"备案|向社会公[布开示]")
SHARED = re.compile(r"牵头|负责|配合|落实|参与|协[同助办]|实施|承办|主办")
WHOLE = 0.8  # of a measure's letters: a clause of so many is the measure itself


def units_within(task: TaskRead, asked: Asked, table: str) -> None:
    """Who leads and who answers as the brackets of the text say. What only looks like a body is asked about, and so is
    a task that names nobody."""
    words, note = take(task.measure)
    task.measure, task.lead_units = words.strip() or task.measure, list(note.lead)
    task.responsible_units = list(dict.fromkeys([*note.responsible, *note.unsaid]))
    for name in ("lead_units", "responsible_units"):
        task.origins[name] = Origin.PRINTED
    bare = [text for text in note.printed if not SHARED.search(text) and not LABEL.match(fold(text))]
    left = [text for text in _brackets(task.measure) if looks_like_units(text)]
    for text in bare + left:
        given = f"牵头单位：无；责任单位：{'、'.join(units_of(text).names)}"
        choices = (given, "不是单位") if text in bare else ("不是单位", given)
        asked.ask(f"{task.no}:units", task.source, f"括号内“{text[:40]}”是不是责任单位，请确定。", choices)
    for text in note.aside:
        what = f"括号内的人员、内设科室等未读入：“{text[:60]}”"
        asked.ask(f"{task.no}:bracket", task.source, what, ("略过", "有用，另行补录"))
    for text in note.hidden:
        asked.ask(f"open:{text}", task.source, f"“{text[:60]}”以“等”结尾，没有列全，请补充。")
    if note.limit:
        asked.ask(f"{task.no}:within:0", task.source, f"括号内另有时限：“{note.limit}”", ("另列一项", "不另列"))
    if not task.lead_units and not task.responsible_units:
        asked.ask(f"{table}:units", task.source, "本表没有单位栏，所列各行没有读出单位，请补录。")


def _brackets(text: str) -> list[str]:
    return [text[start + 1:end].rstrip(")）]】〕").strip() for start, end in spans(text)]


def ask_within(task: TaskRead, note: str, ref: date, asked: Asked) -> None:
    """Limits and duties within the measure's own words: shown, never taken."""
    for n, (clause, deadline) in enumerate(limits_within(f"{task.measure}\n{note}", ref), start=1):
        same = task.deadline is not None and deadline.due is not None and deadline.due == task.deadline.due
        whole = bool(task.deadline_text) and len(_letters(clause)) >= WHOLE * len(_letters(task.measure))
        choices = ("另列一项", "不另列")
        if same or whole:  # 每季度报送情况。 beside 每季度: a task of its own would be the same task again
            choices = ("与时限栏相同，不另列" if same else "不另列", "另列一项")
        question = f"（{deadline.open_question}）" if deadline.open_question else ""
        what = f"正文另有时限：“{clause}”，{deadline.because}{question}"
        asked.ask(f"{task.no}:within:{n}", task.source, what, choices)
    for n, clause in enumerate(filter(DUTY.search, re.split(r"[。;；\n]", task.measure)), start=1):
        what = f"正文另有公开、备案要求：“{clause.strip()}”"
        asked.ask(f"{task.no}:duty:{n}", task.source, what, ("另列一项", "不另列"))


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w", text))
