"""Signed by several processes at once of which one is killed: each number once, none left out, none twice."""

import os
import signal
import time

from sqlmodel import col, select

from actions.paper import draft_paper, issue_paper
from models.base import Refused
from models.database import make_engine, transaction
from models.paper import Paper, PaperNumber
from models.paper_words import PaperKind, PaperState
from tests.actions.test_paper import CONTENT

MANY = 12


def sign_all(url, actor, keys) -> None:
    engine = make_engine(str(url))
    for key in keys:
        try:
            with transaction(engine) as session:
                issue_paper(session, actor, session.get_one(Paper, key), 1)
        except Refused:
            continue  # another process was first


def test_a_killed_process_leaves_no_gap_and_no_number_twice(people, bind) -> None:
    head = people.actors["zhuren"]
    with transaction(bind) as session:
        keys = [
            draft_paper(session, people.actors["jingban"], PaperKind.OPINION, f"letter:{n}", CONTENT).id
            for n in range(MANY)
        ]
    bind.dispose()
    children = []
    for turn in range(3):
        child = os.fork()
        if not child:
            sign_all(bind.url, head, keys[turn * 4:] + keys[:turn * 4])
            os._exit(0)
        children.append(child)
    time.sleep(0.4)
    os.kill(children[0], signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    sign_all(bind.url, head, keys)
    with transaction(bind) as session:
        rows = session.exec(select(PaperNumber).order_by(col(PaperNumber.serial))).all()
        papers = session.exec(select(Paper)).all()
    assert [row.serial for row in rows] == list(range(1, MANY + 1))
    assert {paper.state for paper in papers} == {PaperState.ISSUED}
    assert {paper.number_id for paper in papers} == {row.id for row in rows}
