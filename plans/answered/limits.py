"""What was answered about limits: a day, words in place of the printed ones, a reading confirmed, or none for now."""

import re
from dataclasses import replace
from datetime import date

from plans.answered.said import LEAVE, Said, quoted
from plans.issued import Doubt, TaskRead
from rules.deadline import date_of_choice

AS_READ = re.compile(r"最迟在|按此读法|每年$")  # the proposed reading of the printed words
ONE_YEAR = re.compile(r"只指(20\d{2})年$")
BELOW, HEADED = "用于其下各项", re.compile(r"表\d+第\d+行.*:limit")
ROW = re.compile(r"表(\d+)第(\d+)行")
SPAN = re.compile(r"\d{4}-\d\d-\d\d至(\d{4}-\d\d-\d\d)（所涉期间）$")


def decided(text: str, answer: str, choices: tuple[str, ...] = ()) -> tuple[str, date | None]:
    """The printed limit, or the day or the words a clerk put in its place."""
    if not answer or (AS_READ.match(answer) and (answer in choices or not answer.startswith("每"))):
        return text, None
    if answer == LEAVE:
        return "", None
    if span := SPAN.match(answer):
        return text, date_of_choice(span[1])
    if year := ONE_YEAR.match(answer):
        return f"{year[1]}年{text}", None
    day = date_of_choice(answer)
    return (text, day) if day else (answer, None)


def headed(reads: list[TaskRead], said: Said) -> list[TaskRead]:
    """The tasks below a heading that sets a limit for them, with that limit where they print none of their own."""
    for doubt, answer in said.answered():
        if HEADED.fullmatch(doubt.key) and answer == BELOW:
            below = {read.no for read in _below(reads, doubt.where)}
            clause = quoted(doubt.what)
            reads = [
                replace(read, deadline_text=clause) if read.no in below and not read.deadline_text else read
                for read in reads
            ]
    return reads


def _below(reads: list[TaskRead], where: str) -> list[TaskRead]:
    """The tasks of the heading's own row and of those after it that stand under the same headings."""
    place = ROW.match(where)
    rows = [(read, ROW.match(read.source)) for read in reads]
    after = [read for read, hit in rows if hit and place and hit[1] == place[1] and int(hit[2]) >= int(place[2])]
    return [read for read in after if (read.section, read.theme) == (after[0].section, after[0].theme)]


def limit_of(read: TaskRead, said: Said) -> tuple[str, date | None]:
    """A task's limit by the first answer that speaks of it; what was said of this task goes before its words."""
    asked = about_limit(read, said.doubts)
    answer = next((said.of(key) for key in (f"{read.no}:limit", *(one.key for one in asked)) if said.of(key)), "")
    return decided(read.deadline_text, answer, tuple(choice for one in asked for choice in one.choices))


def about_limit(read: TaskRead, doubts: list[Doubt]) -> list[Doubt]:
    """The questions a task's limit hangs on: its own, of its words, of a table that has no limits at all."""
    own = {f"{read.no}:limit", f"prose.{read.no}.limit"}
    words = f"limit:{' '.join(read.deadline_text.split())}"
    table = f"{read.source.partition('第')[0]}:limit"
    return [
        one for one in doubts
        if one.key in own or (not read.deadline_text and one.key == table)
        or (read.deadline_text and one.key.partition("#")[0] == words and read.source in one.where.split("、"))
    ]
