"""Signing and withdrawing at one door, with what follows from a paper outside of it."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session, select

from actions.opinion import check_opinion, pattern_for, serve_opinion
from actions.paper import OWN_WORDS, draft_paper, issue_paper, void_paper, waits_for_step
from actions.recall import recall_letter
from actions.record import Actor, allow
from actions.step_correction import check_again, put_again
from actions.step_papers import AT_APPROVAL
from models.base import Conflict, NotAllowed
from models.paper import STEP_SUBJECT, Paper
from models.paper_words import PaperKind, PaperState
from models.problem import Letter
from papers.forms import form_for
from rules.roles import Act

Step = Callable[[Session, Actor, Paper], Any]
# a kind whose signature has effects adds its line: what must hold before, what follows after (first versions only)
BEFORE: dict[PaperKind, Callable[[Session, Paper], None]] = {PaperKind.OPINION: check_opinion}
PATTERN: dict[PaperKind, Callable[[Session, Paper], str]] = {PaperKind.OPINION: pattern_for}
AFTER: dict[PaperKind, Step] = {PaperKind.OPINION: serve_opinion}


def sign(session: Session, actor: Actor, paper: Paper, seen: int) -> Paper:
    """Sign a draft and do what follows from it; a new version of a letter takes its place and starts nothing anew."""
    if before := BEFORE.get(paper.kind):
        before(session, paper)
    of_step = paper.subject.startswith(STEP_SUBJECT) and not waits_for_step(paper)
    if of_step:
        check_again(session, actor, paper)
    pattern = PATTERN[paper.kind](session, paper) if paper.kind in PATTERN and paper.cycle_id else ""
    issue_paper(session, actor, paper, seen, pattern)
    if of_step:
        put_again(session, paper)
    letter = letter_of(session, paper.replaces) if paper.replaces else None
    if letter:
        letter.paper_id = paper.id
        letter.demands = paper.content.get("demands") or paper.content.get("demand") or letter.demands
    elif paper.cycle_id and paper.replaces is None and (after := AFTER.get(paper.kind)):
        after(session, actor, paper)
    return paper


def withdraw(session: Session, actor: Actor, paper: Paper, seen: int, reason: str) -> Paper:
    """Void a paper; a letter is taken back from the ledger with it, as long as the unit has not signed or acted."""
    void_paper(session, actor, paper, seen, reason)
    if letter := letter_of(session, paper.id):
        recall_letter(session, actor, letter)
    for draft in session.exec(select(Paper).where(Paper.replaces == paper.id, Paper.state == PaperState.DRAFT)):
        draft.replaces = None  # what was to take its place stands on its own, under a number of its own
    return paper


def redraft(session: Session, actor: Actor, paper: Paper, seen: int, texts: dict[str, str]) -> Paper:
    """A draft of the next version with some of its texts changed; the signed one stays until the new one is signed."""
    allow(actor, Act.PAPER)
    if paper.row_version != seen:
        raise Conflict(f"“{paper.title}”刚刚已被他人处理，请刷新页面后再办。")
    if paper.state not in (PaperState.DRAFT, PaperState.ISSUED):
        raise NotAllowed(f"此件{paper.state.label}，不能重新拟制；请从原事项另行拟稿。")
    if not editable(paper):
        raise NotAllowed("此件由系统数据生成，不能改写文字，请重新生成。")
    typed = {key: text.strip() for key, text in texts.items() if key in editable(paper)}
    content = paper.content | typed
    if waits_for_step(paper):  # what is true that day is gathered anew when the step is approved; these words are kept
        changed = {key: text for key, text in typed.items() if text != paper.content[key]}
        content |= {OWN_WORDS: paper.content.get(OWN_WORDS, {}) | changed}
    return draft_paper(
        session, actor, paper.kind, paper.subject, content, title=paper.title, cycle_id=paper.cycle_id,
        unit_id=paper.unit_id,
    )


def editable(paper: Paper) -> list[str]:
    """The texts of a paper that may be worded anew; lists, figures and workbooks come from the ledger alone."""
    form, kept = form_for(paper.kind), ("unit", "issuer", "colour")
    if form.build is None:
        return []
    known = (key for key, value in paper.content.items() if isinstance(value, str) and value != AT_APPROVAL)
    return [key for key in known if key in form.fields and key not in kept]


def letter_of(session: Session, paper_id: Any) -> Letter | None:
    """The letter of the ledger that a paper is, if it is one."""
    return session.exec(select(Letter).where(Letter.paper_id == paper_id)).first()
