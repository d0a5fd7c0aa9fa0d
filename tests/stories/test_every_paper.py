"""Every paper there is, made in the cycles of the four plans, opened again and held against the data of that day.

A kind that stands in the registry (papers/forms.py) and is made in none of the four cycles below makes this fail.
"""

from collections.abc import Callable
from datetime import date, time

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from actions import points, score
from actions.burden import burden_of, make_burden
from actions.digest import make_digests
from actions.escalate import decide, delist, draft_step
from actions.ledger_papers import make_rect_ledger, make_task_ledger
from actions.open_cycle import Opening
from actions.opinion import draft_opinion
from actions.paper import issue_paper
from actions.paper_form import set_details
from actions.phone_list import make_phone_list
from actions.plan_visits import plan_visits
from actions.proof import make_proof
from actions.report import draft_report, drafted, seen_of
from actions.report_content import About
from actions.score_paper import make_score_sheet
from actions.sign_paper import sign
from actions.visit import record_problem
from commands.office import People
from commands.rehearse import launch, span
from commands.sample_units import rows_for
from config import clock
from models import open_work
from models.burden_ledger import Period
from models.cycle import Assignment, Team, Visit
from models.ledger import problems_of
from models.lists import visits_of
from models.notice import Message
from models.paper import Paper
from models.paper_words import EscalationStep, PaperKind
from models.plan import Plan
from models.problem import Escalation, Letter, Problem
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState
from papers.forms import forms
from plans.planfile import read_plan
from plans.text import read_source
from tests.conftest import Running
from tests.on_site import crew, who
from tests.papers_again import Made, check, rect_rows, rows_of, standing, task_rows, text_of
from tests.workbooks import merged_rows, notes_of, sheets_of

K, E = PaperKind, EscalationStep
ADVICE = {"to": "县主管领导", "advice": "一是限期整改。"}
TALK = {"when": "9月10日上午9时", "where": "三楼会议室", "whom": "主要负责人", "host": "分管领导"}
DETAILS = {"place": "司法大楼504", "contact": "监督室", "phone": "0375-0000000"}
Played = tuple[Running, date, Callable[[Session], list[Made]]]


def signed(session: Session, running: Running, paper: Paper) -> Paper:
    return issue_paper(session, running.actor("zhuren"), paper, paper.row_version)


def problems(session: Session, running: Running, position: int) -> list[Problem]:
    return [p for p, _, _ in problems_of(session, running.cycle_id, running.unit(session, position).id)]


def plan_of(session: Session, running: Running) -> Plan:
    return session.get_one(Plan, running.cycle(session).plan_id)


def report(session: Session, running: Running, about: About, **more: object) -> Paper:
    cycle = running.cycle(session)
    given = (ADVICE | more, seen_of(drafted(session, cycle, about)))
    return signed(session, running, draft_report(session, running.actor("jingban"), cycle, about, *given))


def opened(
    bind: Engine, people: People, name: str, units: int, first: date | None = None, **opening: object
) -> Running:
    """The cycle of a shipped plan, with `units` sample units where the plan names none."""
    draft = read_plan(read_source(name))
    with clock.jumped_to(clock.at_time(first or span(draft)[0], time(8, 30))):
        return Running(bind, people, launch(bind, people, draft, rows_for(draft, units), Opening(**opening)))


# Puyang: a letter, every step of the ladder, reports, ledgers, digests


def puyang(bind: Engine, people: People) -> Played:
    running = opened(bind, people, "puyang-2020", 6, date(2020, 7, 24))
    for day in (3, 7, 10):
        running.round(date(2020, 8, day))
    with running.on(date(2020, 8, 12)) as session:
        crew(running, session)
        trip = session.exec(select(Visit).where(Visit.unit_id == running.unit(session).id)).one()
        trip.start_on = trip.end_on = date(2020, 8, 12)
        for position, title in ((0, "档案缺失"), (0, "学法不足"), (1, "案卷超期")):
            running.find(session, position, title)
        given = {"count-0": "1", "level-1": "1", "level-2": "1", "reason": "只听取1次"}
        score.keep_answer(session, who(session, "zuzhang"), trip, "party-1", 0, given)
    with running.on(date(2020, 8, 17)) as session:
        assert make_digests(session, people.office_id, date(2020, 8, 17)) >= 1
    with running.on(date(2020, 8, 26)) as session:
        running.letter(session, 0)
    with running.on(date(2020, 9, 1)) as session:
        assert make_digests(session, people.office_id, date(2020, 9, 1)) >= 1

    def make(session: Session) -> list[Made]:
        return [*letter(session, running), *steps(session, running), *upward(session, running),
                *workbooks(session, running), *digests(session)]
    return running, date(2020, 9, 8), make


def letter(session: Session, running: Running) -> list[Made]:
    row = session.exec(select(Letter)).one()
    mine, unit = problems(session, running, 0), running.unit(session)
    words = [unit.name, "2020年9月5日", *(f"{p.title}。" for p in mine), *(f"问题{p.no}，" for p in mine)]
    return [Made(session.get_one(Paper, row.paper_id), words, ["案卷超期"])]


def step(session: Session, running: Running, position: int, kind: EscalationStep, **terms: str) -> Escalation:
    item = running.item(session, AssignmentKind.SELF_CHECK_REPORT, position)
    row = draft_step(session, running.actor("jingban"), item, kind, clock.today(), "情节严重")
    decide(session, running.actor("lingdao"), row, True, terms=terms)
    return row


def steps(session: Session, running: Running) -> list[Made]:
    """One step for each of five silent units; the listing is taken down again."""
    use = {"use": "fault", "receiver": "某机关"}
    kinds = {E.SLIP: {}, E.TALK: TALK, E.LISTED: {}, E.CRITICISM: {}, E.REFERRAL: use}
    more = {E.SLIP: ["【蓝色】"], E.TALK: list(TALK.values()), E.REFERRAL: ["某机关", "过错追究"]}
    made, names = [], [unit.name for unit in running.units(session)]
    for position, (kind, terms) in enumerate(kinds.items(), 1):
        late = (clock.today() - date(2020, 8, 10)).days
        row = step(session, running, position, kind, **terms)
        words = [names[position], row.number, f"已逾期{late}天", *more.get(kind, [])]
        others = [name for name in names if name != names[position]]
        made.append(Made(session.get_one(Paper, row.paper_id), words, others))
        if kind == E.LISTED:
            delist(session, running.actor("zhuren"), row, "已补报，经核实属实")
            paper = session.exec(select(Paper).where(Paper.kind == K.DELISTING)).one()
            made.append(Made(paper, [names[position], f"（{row.number}）", "已补报，经核实属实"], others))
    return made


def upward(session: Session, running: Running) -> list[Made]:
    unit, mine, whole = running.unit(session), problems(session, running, 0), session.exec(select(Problem)).all()
    # brief before report: nothing of another unit is in it
    brief = report(session, running, About(K.BRIEF, str(unit.id), "unit"))
    full = report(session, running, About(K.REPORT))
    rows = standing(session, running, clock.today())
    others = [p.title for p in whole if p.unit_id != unit.id]
    counted = f"{len(whole)}个"
    return [
        Made(brief, [unit.name, "县主管领导：", *(p.title for p in mine)], others),
        Made(full, ["县主管领导：", "一是限期整改。", counted, *(p.title for p in whole)], rows=rows),
    ]


def workbooks(session: Session, running: Running) -> list[Made]:
    clerk, cycle, unit = running.actor("jingban"), running.cycle(session), running.unit(session)
    found = [
        make_rect_ledger(session, clerk, cycle), make_task_ledger(session, clerk, plan_of(session, running), cycle),
        make_phone_list(session, clerk), make_proof(session, clerk, unit), make_burden(session, clerk, cycle, Period()),
        make_score_sheet(session, clerk, session.exec(select(Visit).where(Visit.unit_id == unit.id)).one()),
    ]
    rect, tasks, phone, proof, burden, sheet = (signed(session, running, one) for one in found)
    unsigned = open_work.unsigned(session, running.people.office_id, clock.today())
    sent = session.exec(select(Message).where(Message.unit_id == unit.id)).all()
    loads = burden_of(session, running.people.office_id, cycle, Period()).loads

    def called(data: bytes) -> None:
        known = {(one.name, item.title) for item, one in unsigned}
        units = {row["单位"] for row in rows_of(data) if row["单位"]}
        assert units == {name for name, _ in known} and len(rows_of(data)) == len(unsigned) > 1

    def asked(data: bytes) -> None:
        found = {row["单位"]: (row["事项"], row["收到消息"], row["实地督察"]) for row in rows_of(data)}
        assert found.items() >= {one.unit: (one.items, one.messages, one.visits) for one in loads}.items()

    def told(data: bytes) -> None:
        assert sorted(row["消息编号"] for row in rows_of(data)) == sorted(str(one.id) for one in sent) != []

    def scored(data: bytes) -> None:
        assert "只听取1次" in text_of(K.SCORE_SHEET, data) and "尚有26项未评定" in "".join(
            notes_of(data, name) for name in sheets_of(data))
    return [
        Made(rect, ["档案缺失", "案卷超期", cycle.title], rows=rect_rows(session, running)),
        Made(tasks, [cycle.title, plan_of(session, running).doc_no], rows=task_rows(session, running)),
        Made(phone, [one.name for _, one in unsigned], rows=called), Made(proof, [unit.name, "已发"], rows=told),
        Made(burden, [one.unit for one in loads], rows=asked), Made(sheet, [unit.name, "合计"], rows=scored),
    ]


def digests(session: Session) -> list[Made]:
    """The week of 10 August and the month of August: three problems were found in both, in one letter by then."""
    made = session.exec(select(Paper).order_by(col(Paper.drafted_at))).all()
    week = next(paper for paper in made if paper.kind == K.DIGEST_WEEK)
    month = next(paper for paper in reversed(made) if paper.kind == K.DIGEST_MONTH)
    late = session.exec(
        select(Unit.name).join(Assignment, col(Assignment.unit_id) == Unit.id)
        .where(Assignment.kind == AssignmentKind.SELF_CHECK_REPORT, col(Assignment.state) != AssignmentState.DONE)
    ).all()
    return [Made(week, ["新发现问题3个", late[0]]), Made(month, ["新发现问题3个", "印发反馈意见1份", late[-1]])]


# Lushan: the letter of opinion and the circular with whom a person ticked


def lushan(bind: Engine, people: People) -> Played:
    running = opened(bind, people, "lushan-2021", 4, date(2021, 1, 4), team_names=("工作小组",))
    with running.on(date(2021, 4, 13)) as session:
        set_details(session, running.actor("zhuren"), DETAILS)
        first, second = visits_of(session, running.cycle_id)[:2]
        for (visit, _, _), title in ((first, "执法记录不完整"), (first, "文书送达超期"), (second, "裁量基准未适用")):
            record_problem(session, running.actor("zuzhang"), visit, title)

    def make(session: Session) -> list[Made]:
        units = [unit for _, unit, _ in visits_of(session, running.cycle_id)]
        paper = draft_opinion(session, running.actor("jingban"), plan_of(session, running), running.cycle_id, units[0])
        sign(session, running.actor("zhuren"), paper, paper.row_version)
        about, cycle = About(K.RESULTS), running.cycle(session)
        draft = draft_report(session, running.actor("jingban"), cycle, about, ADVICE, "")
        ticked = draft.content["worst_proposed"][:1] or draft.content["best_proposed"][:1]
        lists = {"worst" if draft.content["worst_proposed"] else "best": [ticked[0]["unit"]]}
        circular = report(session, running, about, **lists)
        ledger = make_rect_ledger(session, running.actor("jingban"), cycle)
        others = [unit.name for unit in units if unit.name != ticked[0]["name"]]
        return [
            Made(paper, [units[0].name, "一是执法记录不完整。", "二是文书送达超期。", *DETAILS.values(),
                         "鲁政行监字〔2021〕1号", "30日之内"], ["裁量基准未适用"]),
            Made(circular, [ticked[0]["name"], "3个", "县主管领导："], others),
            Made(signed(session, running, ledger), ["裁量基准未适用", units[1].name], rows=rect_rows(session, running)),
        ]
    return running, date(2021, 9, 6), make


# Xiayi: a checklist without points, proposals of points that rest on findings


def xiayi(bind: Engine, people: People) -> Played:
    running = opened(bind, people, "xiayi-2023", 3, date(2023, 7, 3))
    day = date(2023, 7, 12)

    def make(session: Session) -> list[Made]:
        clerk, head, leader = (running.actor(login) for login in ("jingban", "zhuren", "lingdao"))
        visit, unit = visited(session, running, day), running.unit(session)
        lead = who(session, "zuzhang")
        problem = record_problem(session, lead, visit, "三室一库不全", "缺档案室")
        score.keep_answer(session, lead, visit, "checklist-brigade-4", 0, {"figure-0": "180"})
        bases = [one.key for one in points.bases_of(session, running.cycle_id, unit.id)]
        row = points.propose(session, clerk, running.cycle_id, unit, -1.5, "硬件不达标", bases)
        points.decide(session, head, row, row.version, True)
        paper = points.draft_points_paper(session, clerk, running.cycle(session), "县主管领导")
        issue_paper(session, leader, paper, paper.row_version)
        sheet = make_score_sheet(session, clerk, visit)

        def counted(data: bytes) -> None:
            (name,) = [one for one in sheets_of(data) if "未达标1项" in notes_of(data, one)]
            heads = sheets_of(data)[name][2]
            assert "得分" not in heads and "分值" not in heads and merged_rows(data)
        return [
            Made(paper, [unit.name, "县主管领导：", "建议扣1.5分", *(one["said"] for one in row.findings),
                         f"问题{problem.no}"]),
            Made(signed(session, running, sheet), [unit.name, "办公面积180平方米", "合计21项"], rows=counted),
        ]
    return running, day, make


def visited(session: Session, running: Running, day: date) -> Visit:
    """The programme of Xiayi is planned by a person; here one visit of the first unit, by a team with its lead."""
    crew(running, session)
    unit = running.unit(session)
    (made,) = plan_visits(session, running.actor("jingban"), running.cycle(session), [unit], day, day)
    made.team_id = session.exec(select(Team.id).where(Team.cycle_id == running.cycle_id)).first()
    return made


# Xinshao: fifty measures, and the half-yearly evaluation out of the ledger


def xinshao(bind: Engine, people: People) -> Played:
    running = opened(bind, people, "xinshao-2024", 3)
    day = date(2024, 12, 17)

    def make(session: Session) -> list[Made]:
        cycle = running.cycle(session)
        ledger = make_task_ledger(session, running.actor("jingban"), plan_of(session, running), cycle)
        rows = task_rows(session, running)
        paper = report(session, running, About(K.EVALUATION, "2024-H2"), matters="建议县委专题研究。")
        return [
            Made(signed(session, running, ledger), [cycle.title, "合计50项任务"], rows=rows),
            Made(paper, ["2024年下半年", "建议县委专题研究。", "一是限期整改。"], rows=standing(session, running, day)),
        ]
    return running, day, make


CYCLES = {"puyang": puyang, "lushan": lushan, "xiayi": xiayi, "xinshao": xinshao}
MADE_IN: dict[str, set[PaperKind]] = {
    "puyang": set(PaperKind) - {K.OPINION, K.RESULTS, K.PROPOSALS, K.EVALUATION},
    "lushan": {K.OPINION, K.RESULTS, K.RECT_LEDGER}, "xiayi": {K.PROPOSALS, K.SCORE_SHEET},
    "xinshao": {K.TASK_LEDGER, K.EVALUATION},
}


def test_every_kind_of_paper_in_the_registry_is_made_in_one_of_the_four_cycles() -> None:
    assert set(forms()) == set(PaperKind) == set().union(*MADE_IN.values())


@pytest.mark.parametrize("name", CYCLES)
def test_what_is_opened_again_says_what_the_ledger_says(name: str, bind: Engine, people: People) -> None:
    running, day, make = CYCLES[name](bind, people)
    with running.on(day) as session:
        made = make(session)
        for one in made:
            check(session, one)
        assert {one.paper.kind for one in made} == MADE_IN[name]
