"""A ledger taken in: each row through its own action, wrong rows stop only themselves, nothing typed is lost."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter
from sqlmodel import Session, col, select

from actions import keep_draft, review
from actions.deadline import move_deadline
from actions.duty import Wanted, add_duty
from actions.enrol import enrol_units
from actions.give_ledger import error_sheet, give_ledger
from actions.keep_evidence import Upload, stored
from actions.keep_sheet import RECEIVED, find_sheet, keep_sheet, read_sheet
from actions.ledger_verdict import Change, Verdict
from actions.name_units import set_group
from actions.record import Actor, broken_at
from actions.rectify import Acting, move_problem, submit_plan
from actions.take_ledger import compare, in_order, in_pieces, refused, scope_of, take
from config import clock
from models.base import NotAllowed, NotFound
from models.cycle import Assignment, Cycle
from models.database import transaction
from models.duty import Entry
from models.event import Event
from models.problem import Problem
from models.sheet_ledger import owed_rows
from models.submission import Draft, Submission
from models.unit import Unit
from models.words import AssignmentKind, AssignmentState, Move, ProblemState, SubmissionState
from plans.opening import open_document
from rules import ledger as words
from rules.ledger import code_of, key_text, read_key
from tests.actions.test_measure import TOWNS, UNITS, Desk, row_of, task
from tests.databases import every_row
from tests.web.conftest import PLAN

K, A, V = AssignmentKind, AssignmentState, Verdict
LATER = date(2024, 8, 1)
WORK = {words.STATUS: "已完成", words.DAY: "2024-07-30", words.WORK: "已印发实施方案。"}


def lines_of(data: bytes) -> list[dict[str, str]]:
    """The rows of a sheet by their headings."""
    rows = open_document("台账.xlsx", data).tables[0].rows
    head = [slot.text for slot in rows[2]]
    return [dict(zip(head, (slot.text for slot in row), strict=True)) for row in rows[3:]]


def spoiled(key: str) -> str:
    """A key with a slip of the hand at its end."""
    return key[:-1] + ("3" if key[-1] == "2" else "2")


def book(lines: list[dict[str, str]], title: str = "") -> Upload:
    """Rows as a workbook of one's own."""
    buffer, names = io.BytesIO(), list(dict.fromkeys(name for line in lines for name in line))
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as made:
        sheet = made.add_worksheet("交回")
        sheet.write_string(0, 0, title or "某镇交回")
        for x, name in enumerate(names):
            sheet.write_string(2, x, name)
        for y, line in enumerate(lines, start=3):
            for x, name in enumerate(names):
                sheet.write_string(y, x, line.get(name, ""))
    return Upload("台账.xlsx", buffer.getvalue())


@dataclass
class Trip:
    """A cycle whose ledger goes out and comes back."""

    bind: Any
    office: UUID
    cycle_id: UUID
    head: Actor
    on: Callable[..., Any]

    def unit(self, name: str) -> Actor:
        with transaction(self.bind) as session:
            unit = next(row.unit for row in self.rows(session) if row.unit.name == name)
            return Actor(self.office, f"{name}联络员", "unit", "链接", unit.id)

    def rows(self, session: Session) -> list[Any]:
        return owed_rows(session, self.office, self.cycle_id)

    def out(self, unit: str = "", day: date = LATER) -> list[dict[str, str]]:
        with self.on(day) as session:
            chosen = next((row.unit for row in self.rows(session) if row.unit.name == unit), None)
            _, data = give_ledger(session, self.office, session.get_one(Cycle, self.cycle_id), chosen)
            return lines_of(data)

    def back(self, actor: Actor, upload: Upload, day: date = LATER, only_look: bool = False) -> list[Change]:
        with clock.jumped_to(clock.at_time(day, time(10))):
            returned = read_sheet(upload)
            with transaction(self.bind) as session:
                act = compare if only_look else take
                return act(session, actor, scope_of(actor, None if actor.unit_id else self.cycle_id), returned)

    def all(self, table: Any) -> list[Any]:
        with transaction(self.bind) as session:
            return list(session.exec(select(table)))


@pytest.fixture
def trip(bind: Any, people: Any, monkeypatch: pytest.MonkeyPatch) -> Trip:
    """Five units, measures led by one and shared by townships."""
    desk = Desk(bind, people)
    with desk.on() as session:
        enrol_units(session, desk.head(), [row_of(name) for name in UNITS])
        towns = list(session.exec(select(Unit).where(col(Unit.name).in_(TOWNS))))
        set_group(session, desk.head(), "各乡镇人民政府", towns)
    cycle = desk.open(
        task("1", ["某县司法局"], ["各乡镇人民政府"], "2024年底前完成"),
        task("2", ["某县司法局", "某县数据局"], [], "2024年底前完成"),
        task("3", ["某县市场监督管理局"], [], "2024年8月底前完成"),
    )
    return Trip(bind, people.office_id, cycle, desk.head(), desk.on)


def test_every_row_of_the_cycle_goes_out_once_with_its_key(trip: Trip) -> None:
    lines, keys = trip.out(), {code_of(item.id) for item in trip.all(Assignment) if item.kind in (
        K.MEASURE, K.CO_LEAD, K.SHARE)}
    assert {read_key(line[words.KEY]).code for line in lines} >= keys and len(lines) == len({
        line[words.KEY] for line in lines})
    own = trip.out("甲镇人民政府")
    assert {line[words.UNIT] for line in own} == {"甲镇人民政府"} and len(own) < len(lines)
    (share,) = [line for line in own if line[words.TITLE] == "1 任务1"]
    assert share[words.WHO] == "牵头：某县司法局\n责任：各乡镇人民政府" and share[words.LIMIT] == "2024年底前完成"
    assert share[words.DUE] == "2024年12月31日" and "剩" in share[words.LAMP] and share[words.STATE] == "待办"


def test_a_filled_row_is_handed_in_by_the_action_of_its_form(trip: Trip) -> None:
    line, unit = trip.out("甲镇人民政府"), trip.unit("甲镇人民政府")
    changes = trip.back(unit, book([one | WORK for one in line if one[words.TITLE] == "1 任务1"]))
    assert [change.verdict for change in changes] == [V.SENT]
    (sent,) = trip.all(Submission)
    assert sent.body == "已印发实施方案。\n完成日期：2024年7月30日" and sent.sent_by == "甲镇人民政府联络员"
    item = next(item for item in trip.all(Assignment) if item.id == sent.assignment_id)
    assert (item.state, clock.date_of(item.sent_in_at)) == (A.SUBMITTED, LATER)
    assert [event.data["count"] for event in trip.all(Event) if event.verb == "导入台账"] == [1]


def dump(trip: Trip) -> dict[str, list[Any]]:
    return every_row(trip.bind)


def test_looking_changes_nothing_and_the_same_file_twice_changes_nothing_more(trip: Trip) -> None:
    unit, upload = trip.unit("甲镇人民政府"), book([line | WORK for line in trip.out("甲镇人民政府")])
    before = dump(trip)
    looked = trip.back(unit, upload, only_look=True)
    assert V.SEND in {change.verdict for change in looked} and dump(trip) == before
    trip.back(unit, upload)
    after = dump(trip)
    assert after != before
    again = trip.back(unit, upload)
    assert dump(trip) == after and V.SAME in {change.verdict for change in again}
    assert not {V.SENT, V.KEPT} & {change.verdict for change in again}


def test_a_wrong_row_stops_only_itself_and_comes_back_with_everything_typed(trip: Trip) -> None:
    unit, lines = trip.unit("甲镇人民政府"), trip.out("甲镇人民政府")
    good = next(line for line in lines if line[words.TITLE] == "1 任务1") | WORK
    bad = {**good, words.KEY: spoiled(good[words.KEY]), words.DAY: "2024.6.31", "本镇备注": "内部编号7"}
    changes = trip.back(unit, book([good, bad]))
    assert [change.verdict for change in changes] == [V.SENT, V.WRONG]
    wrong = [(one.row, one.owed, one.error) for one in refused(changes)]
    (line,) = lines_of(error_sheet(wrong, "须改正"))
    assert line[words.ERROR].startswith("“编号”：") and "“完成日期”：“2024.6.31”不是日期" in line[words.ERROR]
    assert {name: line[name] for name in (*WORK, "本镇备注", words.KEY)} == {
        name: bad[name] for name in (*WORK, "本镇备注", words.KEY)}


def test_the_sheet_of_errors_is_mended_and_taken(trip: Trip) -> None:
    unit = trip.unit("甲镇人民政府")
    line = next(line for line in trip.out("甲镇人民政府") if line[words.TITLE] == "1 任务1") | WORK
    (change,) = trip.back(unit, book([line | {words.DAY: "24.7.30"}]))
    mended = lines_of(error_sheet([(change.row, change.owed, change.error)], "须改正"))[0] | {words.DAY: "2024.7.30"}
    assert [one.verdict for one in trip.back(unit, book([mended]))] == [V.SENT]
    assert "完成日期：2024年7月30日" in trip.all(Submission)[0].body


def test_what_an_action_refuses_comes_back_with_its_sentence_before_and_after(trip: Trip) -> None:
    """The main lead cannot report before the other lead has, whether it is looked at or taken."""
    lead = trip.unit("某县司法局")
    line = next(one for one in trip.out("某县司法局") if one[words.TITLE] == "2 任务2") | WORK
    for only_look in (True, False):
        (change,) = trip.back(lead, book([line]), only_look=only_look)
        assert change.verdict == V.WRONG and "某县数据局尚未报送" in change.why
    assert not trip.all(Submission)


def test_a_sheet_of_all_units_takes_parts_before_their_lead(trip: Trip) -> None:
    lines = [line | WORK for line in trip.out() if line[words.TITLE] == "2 任务2"]
    lead_first = sorted(lines, key=lambda one: one[words.UNIT] != "某县司法局")
    changes = trip.back(trip.head, book(lead_first))
    assert [change.verdict for change in changes] == [V.SENT, V.SENT]


def test_the_office_enters_on_behalf_and_every_event_says_so(trip: Trip) -> None:
    trip.back(trip.head, book([line | WORK for line in trip.out() if line[words.TITLE] == "1 任务1"]))
    events = [event for event in trip.all(Event) if event.verb in ("报送", "代录台账")]
    assert {event.via for event in events if event.verb == "报送"} == {"办公室代录台账"}
    assert all("由办公室代为录入" in event.data["because"] for event in events if event.verb == "代录台账")
    assert {row.sent_by for row in trip.all(Submission)} == {f"{trip.head.name}（代录）"}
    with transaction(trip.bind) as session:
        assert broken_at(session, trip.office) is None
    auditor = Actor(trip.office, "审计甲", "auditor")
    with pytest.raises(NotAllowed):
        scope_of(auditor, trip.cycle_id)


def test_a_foreign_key_is_refused_without_a_word_about_its_owner(trip: Trip) -> None:
    foreign = next(line for line in trip.out("乙镇人民政府") if line[words.TITLE] == "1 任务1")
    (change,) = trip.back(trip.unit("甲镇人民政府"), book([{
        words.KEY: foreign[words.KEY], **WORK}]))
    assert (change.verdict, change.owed) == (V.WRONG, None)
    assert change.why == "“编号”：编号不在本单位正在进行的台账内；请用最新下载的台账核对"
    (unknown,) = trip.back(trip.unit("甲镇人民政府"), book([{words.KEY: key_text(UUID(int=7), 1), **WORK}]))
    assert unknown.why == change.why and not trip.all(Submission)


def test_work_under_way_is_a_draft_and_never_overwrites_what_was_typed_on_the_page(trip: Trip) -> None:
    unit = trip.unit("甲镇人民政府")
    line = next(one for one in trip.out("甲镇人民政府") if one[words.TITLE] == "1 任务1") | WORK
    half = line | {words.STATUS: "办理中", words.DAY: "", words.WORK: "正在征求意见"}
    (kept,) = trip.back(unit, book([half]))
    assert kept.verdict == V.KEPT and trip.all(Draft)[0].fields["body"] == "正在征求意见"
    (again,) = trip.back(unit, book([half | {words.WORK: "已征求意见"}]))
    assert again.verdict == V.KEPT and trip.all(Draft)[0].fields["body"] == "已征求意见"
    with trip.on(LATER) as session:
        keep_draft.save(session, unit, trip.all(Draft)[0].form, {"body": "在网页上写的"})
    (against,) = trip.back(unit, book([half]))
    assert (against.verdict, against.theirs) == (V.LATER, "在网页上写的")
    assert trip.all(Draft)[0].fields["body"] == "在网页上写的"
    trip.back(unit, book([line]))
    assert trip.all(Draft)[0].fields["body"] == "在网页上写的", "handing in takes away only what came by sheet"


def test_a_later_submission_is_shown_beside_the_sheet(trip: Trip) -> None:
    unit = trip.unit("甲镇人民政府")
    line = next(one for one in trip.out("甲镇人民政府") if one[words.TITLE] == "1 任务1") | WORK
    trip.back(unit, book([line | {words.WORK: "第一版"}]))
    (change,) = trip.back(unit, book([line | {words.WORK: "第二版"}]))
    assert change.verdict == V.LATER and "第一版" in change.theirs and change.row.text(words.WORK) == "第二版"
    with trip.on(LATER) as session:
        review.send_back(session, trip.head, session.exec(select(Submission)).one(), "数据不全")
    (same,) = trip.back(unit, book([line | {words.WORK: "第一版"}]))
    assert same.verdict == V.WRONG and "已被退回，表中内容没有改动" in same.why
    old = "导出时间：2024-07-20 09:00"
    (stale,) = trip.back(unit, book([line | {words.WORK: "旧表"}], old))
    assert stale.verdict == V.LATER and len(trip.all(Submission)) == 1
    fresh = "导出时间：2024-08-02 09:00"
    (sent,) = trip.back(unit, book([line | {words.WORK: "改过的"}], fresh), date(2024, 8, 5))
    assert sent.verdict == V.SENT
    assert [row.state for row in trip.all(Submission)] == [SubmissionState.RETURNED, SubmissionState.SUBMITTED]


def test_a_limit_that_moved_since_is_said_and_stands_against_nothing(trip: Trip) -> None:
    unit = trip.unit("某县市场监督管理局")
    line = next(one for one in trip.out("某县市场监督管理局") if one[words.TITLE] == "3 任务3") | WORK
    with trip.on(LATER) as session:
        item = session.exec(select(Assignment).where(Assignment.code == "3")).one()
        move_deadline(session, trip.head, item, date(2024, 9, 30), "会议研究")
    (looked,) = trip.back(unit, book([line]), only_look=True)
    assert (looked.verdict, looked.why) == (V.SEND, "时限已调整为2024-09-30")


def test_an_act_of_a_duty_is_registered_with_its_day_figure_and_person(trip: Trip) -> None:
    with trip.on(LATER) as session:
        unit = next(row.unit for row in trip.rows(session) if row.unit.name == "甲镇人民政府")
        add_duty(session, trip.head, trip.cycle_id, unit, Wanted(
            title="学法学时", phrase="每年人均不少于40学时", per_person=True))
    speaker = trip.unit("甲镇人民政府")
    line = next(one for one in trip.out("甲镇人民政府") if one[words.TITLE].startswith("学法学时"))
    assert {words.AMOUNT, words.PERSON} <= line.keys() and "一行填一人" in line[words.HOW]
    (lacking,) = trip.back(speaker, book([line | WORK]))
    assert lacking.verdict == V.WRONG and "“数量”：没有填" in lacking.why
    full = line | WORK | {words.AMOUNT: "8 学时", words.PERSON: "某甲"}
    for verdict in (V.SENT, V.SAME):
        (change,) = trip.back(speaker, book([full]))
        assert change.verdict == verdict, change.why
    (entry,) = trip.all(Entry)
    assert (entry.day, entry.amount, entry.person) == (date(2024, 7, 30), 8.0, "某甲")
    (long,) = trip.back(speaker, book([full | {words.WORK: "长" * 201}]))
    assert "共201字，最多200字" in long.why
    (early,) = trip.back(speaker, book([full | {words.DAY: "2023-07-30"}]))
    assert early.verdict == V.WRONG and "不在本任务的任何一期内" in early.why


@pytest.fixture
def fixing(puyang: Callable[..., Any]) -> Any:
    """Two units with a planned problem each."""
    running = puyang(2)
    running.round(date(2020, 8, 3))
    with running.on(date(2020, 8, 12)) as session:
        for at in (0, 1):
            running.find(session, at)
    with running.on(date(2020, 8, 26)) as session:
        for at in (0, 1):
            running.letter(session, at)
    with running.on(date(2020, 8, 27)) as session:
        unit = running.unit(session)
        problem = session.exec(select(Problem).where(Problem.unit_id == unit.id)).one()
        submit_plan(session, running.speaks(session), running.cycle_id, unit.id, {problem.no: PLAN}, "p1")
    return running


def of(running: Any, title: str, **typed: str) -> Upload:
    with running.on(date(2020, 8, 28)) as session:
        cycle, unit = session.get_one(Cycle, running.cycle_id), running.unit(session)
        _, data = give_ledger(session, running.people.office_id, cycle, unit)
    line = next(one for one in lines_of(data) if title in one[words.TITLE])
    done = {words.STATUS: "已完成", words.WORK: "档案已补齐。"}
    return book([line | done | {getattr(words, name): text for name, text in typed.items()}])


def bring(running: Any, upload: Upload) -> Change:
    with clock.jumped_to(clock.at_time(date(2020, 8, 28), time(10))):
        returned = read_sheet(upload)
        with transaction(running.bind) as session:
            speaker = running.speaks(session)
            (change,) = take(session, speaker, scope_of(speaker), returned)
            return change


def test_a_problem_without_evidence_becomes_a_draft(fixing: Any) -> None:
    change = bring(fixing, of(fixing, "档案缺失"))
    assert (change.verdict, change.why) == (V.KEPT, "已存为草稿，请凭链接补传佐证材料后提交")
    with transaction(fixing.bind) as session:
        (draft,) = session.exec(select(Draft)).all()
        assert draft.form.startswith("report-") and draft.fields["result"] == "档案已补齐。"
        assert session.get_one(Problem, UUID(draft.form.removeprefix("report-"))).state == ProblemState.PLANNED
    again = bring(fixing, of(fixing, "档案缺失"))
    assert (again.verdict, again.why) == (V.WAITS, change.why)


def test_on_site_is_an_answer_and_a_returned_one_is_not_given_again(fixing: Any) -> None:
    upload = of(fixing, "档案缺失", PROOF="现场查看")
    assert bring(fixing, upload).verdict == V.SENT and bring(fixing, upload).verdict == V.SAME
    with fixing.on(date(2020, 8, 28)) as session:
        problem = session.exec(select(Problem).where(Problem.state == ProblemState.REPORTED)).one()
        move_problem(session, fixing.actor("jingban"), problem, Acting(Move.RETURN, problem.version, "仍缺两卷"))
    again = bring(fixing, upload)
    assert again.verdict == V.WRONG and "已被退回，表中内容没有改动" in again.why
    assert bring(fixing, of(fixing, "档案缺失", PROOF="现场查看", WORK="两卷已补")).verdict == V.SENT


@pytest.mark.parametrize(("title", "verdict", "said"), [
    ("自查报告", V.KEPT, "请凭链接补填问题清单"), ("整改方案", V.WRONG, "五项要素"),
    ("签收", V.WRONG, "签收须凭链接办理"), ("整改报告", V.WRONG, "还没有报整改情况"),
])
def test_what_a_row_cannot_say_is_kept_or_refused_in_words(fixing: Any, title: str, verdict: V, said: str) -> None:
    change = bring(fixing, of(fixing, title))
    assert change.verdict == verdict and said in change.why, change


def test_the_bytes_are_kept_with_who_sent_them_and_found_by_their_owner_only(trip: Trip) -> None:
    unit, other, upload = trip.unit("甲镇人民政府"), trip.unit("乙镇人民政府"), book([{words.KEY: "x", **WORK}])
    with trip.on(LATER) as session:
        kept = keep_sheet(session, unit, upload)
        assert keep_sheet(session, unit, upload) == kept
    (event,) = [event for event in trip.all(Event) if event.verb == RECEIVED]
    assert (event.actor, event.unit_id, event.data["sha256"]) == (unit.name, unit.unit_id, kept.digest)
    assert stored(kept.digest, kept.name) == upload.data
    with transaction(trip.bind) as session:
        assert find_sheet(session, unit, kept.ref) == kept
        for stranger in (other, trip.head):
            with pytest.raises(NotFound):
                find_sheet(session, stranger, kept.ref)


def test_any_mix_of_rows_lands_on_its_own_assignment_and_nowhere_else(trip: Trip) -> None:
    """Rows sorted, cut, damaged and foreign: each lands where its key says or is refused; nothing else moves."""
    whole = [line for line in trip.out() if line[words.TITLE] in ("1 任务1", "3 任务3")]
    for seed in range(12):
        rng = random.Random(seed)
        some = rng.sample(whole, rng.randint(1, len(whole)))
        lines = [line | WORK | {words.WORK: f"{seed}-{line[words.KEY]}"} for line in some]
        broken = rng.random() < 0.5
        if broken:
            lines[0] |= {words.KEY: spoiled(lines[0][words.KEY])}
        before = {row.id: (row.state, row.version) for row in trip.all(Assignment)}
        known = {row.id for row in trip.all(Submission)}
        changes = trip.back(trip.head, book(lines))
        fresh = {row.assignment_id: row.body for row in trip.all(Submission) if row.id not in known}
        for change in changes:
            if change.verdict == V.SENT:
                text = fresh.pop(change.owed.item.id)
                assert text.startswith(f"{seed}-") and read_key(text.split("\n")[0][len(f"{seed}-"):]).code == code_of(
                    change.owed.item.id)
        assert not fresh and (changes[0].verdict == V.WRONG) >= broken
        sent = {change.owed.item.id for change in changes if change.done}
        after = {row.id: (row.state, row.version) for row in trip.all(Assignment)}
        assert {key for key in after if after[key] != before[key]} == sent


def test_a_large_sheet_is_taken_in_pieces_with_parts_before_their_lead(
    trip: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actions.take_ledger.AT_ONCE", 1)
    lines = sorted((line | WORK for line in trip.out() if line[words.TITLE] == "2 任务2"),
                   key=lambda line: line[words.UNIT] != "某县司法局")
    with clock.jumped_to(clock.at_time(LATER, time(10))):
        returned, scope = read_sheet(book(lines)), scope_of(trip.head, trip.cycle_id)
        with transaction(trip.bind) as session:
            pieces = in_pieces(session, scope, returned)
        changes = []
        for piece in pieces:
            with transaction(trip.bind) as session:
                changes += take(session, trip.head, scope, piece)
    assert [one.owed.unit.name for one in changes] == ["某县数据局", "某县司法局"]
    assert [(one.owed.unit.name, one.verdict) for one in in_order(returned, changes)] == [
        ("某县司法局", V.SENT), ("某县数据局", V.SENT)]
