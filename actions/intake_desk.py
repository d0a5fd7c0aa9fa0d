"""What lies before the clerk: a paper that came in, every question about it, the plan it would become."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pydantic import ValidationError
from sqlmodel import Session

from actions.adopt_tasks import Question, open_questions
from actions.intake_papers import Paper, adoptable, answered_paper, kept_papers, path_of
from actions.record import Actor
from actions.remembered import Earlier, earlier_answers, recalled
from models.base import Rejected
from models.intake import Intake
from models.unit_names import Names, names_of
from plans.answered.fitting import DAY, HEAD, ISSUED, LIMIT, unfit
from plans.answers import Answers
from plans.draft import PlanDraft
from plans.issued import Doubt, Issued
from plans.issued_draft import as_draft, asked_of

NAME = "name:"  # a question about a printed name; its answer is a unit or group, not a choice
GROUP = "prose.group."
NOBODY = re.compile(r"prose\.(.+)\.units")
COLLECTIVE = re.compile(r"^(?:各|有关|相关|全体|所有)|(?:各|有关|相关)(?:部门|单位|机关)|[直级]行政执法")
MOST_PLACES = 3
NOTHING_LEFT = re.compile(r"表\d+:measure")  # a table no column of which is a task by the answers about them


@dataclass(frozen=True)
class Asked:
    """A question as the desk shows it. `kind` is name, who, limit, day or choice; the first choice is the proposal."""

    key: str
    kind: str
    where: str
    what: str
    choices: tuple[str, ...]
    answer: str
    remembered: str = ""  # the plan for which the proposal was once the answer

    @property
    def free(self) -> bool:
        """Whether an answer of one's own is possible."""
        return self.kind in ("limit", "day", "text") or (self.kind == "choice" and not self.choices)

    @property
    def collective(self) -> bool:
        """Whether a printed name means several units."""
        return self.kind == "name" and COLLECTIVE.search(self.what) is not None

    @property
    def leavable(self) -> bool:
        """Whether it may be decided later."""
        return self.kind in ("limit", "day") and self.key != ISSUED


@dataclass(frozen=True)
class Desk:
    """What lies before the clerk: the paper, the plan it would become, every question with its answer."""

    paper: Paper
    draft: PlanDraft
    asked: list[Asked]
    answers: Answers
    left_out: list[str]  # documents of the same file in which nothing was found to adopt
    stale: Mapping[str, str]  # answers to what is no longer asked, now that others changed what is read
    ignored: tuple[str, ...] = ()  # keys just sent that are none of its questions

    @property
    def open(self) -> list[Asked]:
        return [one for one in self.asked if not one.answer]


def desk_of(session: Session, intake: Intake, typed: Answers | None = None) -> Desk:
    """The paper with its questions, as answered so far; `typed` are answers that nobody has saved yet."""
    path, given = path_of(intake.digest), given_to(intake, typed or Answers())
    paper = answered_paper(path, intake.name, intake.position, given.choices)
    names, issued = names_of(session, intake.office_id), paper.issued
    choices = _effective(issued, given, names)
    doubts = [_doubt(one, choices) for one in asked_of(issued, choices) if not one.key.startswith(GROUP)]
    own = {one.key for one in doubts}
    plain = draft_from(issued, {key: value for key, value in choices.items() if key in own})
    actor = Actor(intake.office_id, "")
    more = [_question(one, given, plain, names.groups) for one in open_questions(session, actor, plain, Answers())]
    stale = {key: text for key, text in given.choices.items()
             if key not in own and key not in {one.key for one in more} and not key.startswith(GROUP)}
    choices = _effective(issued, _without(given, stale), names)
    covered = own | {f"{task.no}:limit" for task in plain.tasks if own & _limit_keys(task.no, task.limit)}
    covered |= {f"{hit[1]}:who" for key in own if (hit := NOBODY.fullmatch(key))}
    earlier = earlier_answers(session, intake.office_id)
    asked = [_recall(one, earlier, plain.year) for one in doubts]
    asked += [one for one in more if one.key not in covered]
    others = [one for at, one in enumerate(kept_papers(path, intake.name)) if at != intake.position]
    left_out = [_title(one) for one in others if not (adoptable(one.issued) or one.preset)]
    answers = Answers(units=given.units, choices=choices)
    return Desk(paper, draft_from(issued, choices), asked, answers, left_out, stale)


def _without(given: Answers, keys: Container[str]) -> Answers:
    return replace(given, choices={key: text for key, text in given.choices.items() if key not in keys})


def _title(paper: Paper) -> str:
    first = next((line.text.strip() for line in paper.document.lines if line.text.strip()), "（没有标题）")
    return paper.issued.head.title or first[:30]


def given_to(intake: Intake, typed: Answers) -> Answers:
    """What was saved, with what was typed over it; an emptied answer is none."""
    saved = intake.answers
    choices, units = saved["choices"] | typed.choices, saved["units"] | typed.units
    return Answers(
        units={key: value for key, value in units.items() if value},
        choices={key: value for key, value in choices.items() if value},
    )


def _limit_keys(no: str, text: str) -> set[str]:
    """The keys under which a document itself asks about a limit."""
    return {f"limit:{text}", f"prose.{no}.limit"}


def _decisions(issued: Issued, choices: dict[str, str]) -> dict[str, str]:
    """What was decided on a limit, by the number of every task that prints it."""
    tasks = issued.part.tasks
    return {t.no: choices[key] for t in tasks for key in _limit_keys(t.no, t.deadline_text) if key in choices}


def _effective(issued: Issued, given: Answers, names: Names) -> dict[str, str]:
    """The choices with what follows from them: a limit's answer for each task, who was named, a group that is known."""
    choices = dict(given.choices)
    choices |= {f"{no}:limit": answer for no, answer in _decisions(issued, choices).items()}
    choices |= {f"{hit[1]}:who": choices[key] for key in given.choices if (hit := NOBODY.fullmatch(key))}
    for doubt in issued.part.doubts:
        word = doubt.key.removeprefix(GROUP)
        if doubt.key.startswith(GROUP) and (word in names.all or word in given.units):
            choices[doubt.key] = given.units.get(word, word)
    return choices


def _doubt(doubt: Doubt, choices: dict[str, str]) -> Asked:
    answer = choices.get(doubt.key, "")
    return Asked(doubt.key, _kind(doubt.key), doubt.where, doubt.what, doubt.choices, answer)


def _recall(one: Asked, earlier: Mapping[str, Earlier], year: int) -> Asked:
    """The question with what was answered to the same words before as its proposal."""
    answer, title = recalled(one.key, one.choices, earlier, year)
    if not answer:
        return one
    return replace(one, choices=(answer, *(each for each in one.choices if each != answer)), remembered=title)


def _kind(key: str) -> str:
    kinds = {"limit": LIMIT.search(key), "day": DAY.search(key), "who": NOBODY.fullmatch(key), "text": HEAD.match(key)}
    return next((kind for kind, hit in kinds.items() if hit), "choice")


def _question(one: Question, given: Answers, draft: PlanDraft, groups: Container[str]) -> Asked:
    """A question about the draft; for a collective name no single unit is proposed."""
    if one.kind == "name":
        places = [t.source for t in draft.tasks if one.key in (*t.lead, *t.responsible)]
        where = "、".join(places[:MOST_PLACES]) + (f"等{len(places)}处" if len(places) > MOST_PLACES else "")
        choices = tuple(name for name in one.choices if not COLLECTIVE.search(one.key) or name in groups)
        return Asked(NAME + one.key, "name", where, one.key, choices, given.units.get(one.key, ""))
    key = one.key if one.kind == "row" else f"{one.key}:{one.kind}"
    where = next((task.source for task in draft.tasks if task.no == one.key.partition(":")[0]), "")
    kind = one.kind if one.kind in ("who", "limit") else "choice"
    return Asked(key, kind, where, one.what, one.choices, given.choices.get(key, ""))


def draft_from(issued: Issued, choices: dict[str, str]) -> PlanDraft:
    try:
        return as_draft(issued, choices)
    except ValidationError as error:
        wrong = [str(one["msg"]).removeprefix("Value error, ") for one in error.errors()[:3]]
        wrong += [one.what.rstrip("。") for one in issued.part.doubts if NOTHING_LEFT.fullmatch(one.key)]
        said = "；".join(wrong)
        raise Rejected(f"这份文件不能组成方案：{said}。") from None


def wrong_with(known: Names, one: Asked, given: Answers, draft: PlanDraft) -> str:
    """What is wrong with a fresh answer; empty when nothing is or when it is none."""
    text = given.units.get(one.what, "") if one.kind == "name" else given.choices.get(one.key, "")
    if not text or text in one.choices:
        return ""
    if one.kind in ("name", "who"):
        return "" if text in known.all else f"“{text}”不在单位名录中，请重新选择。"
    return _wrong_words(one, text, draft)


def _wrong_words(one: Asked, text: str, draft: PlanDraft) -> str:
    return unfit(one.key, one.where, one.choices, text, draft.issued_on or date(draft.year, 1, 1))
