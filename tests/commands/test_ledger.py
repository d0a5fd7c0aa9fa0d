"""`duban ledger`: out to a file, in with a comparison, and nothing changed without --yes."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner

import duban
from actions.duty import Wanted, add_duty
from config import clock
from models.base import NotFound, Rejected
from models.database import transaction
from models.duty import Entry
from rules import ledger as words
from tests.actions.test_take_ledger import book, lines_of

DAY = date(2020, 8, 3)
HEARD = {words.STATUS: "已完成", words.DAY: "2020-07-31", words.WORK: "旁听行政案件一次"}


@pytest.fixture
def running(puyang: Callable[..., Any]) -> Any:
    running = puyang(2)
    with running.on(DAY) as session:
        for at in (0, 1):
            add_duty(session, running.actor("jingban"), running.cycle_id, running.unit(session, at),
                     Wanted(title="旁听庭审", phrase="每半年不少于1次"))
    clock.freeze(clock.at_time(DAY, time(10)))
    yield running
    clock.freeze(None)


def run(*argv: object) -> Any:
    return CliRunner().invoke(duban.app, ["ledger", *map(str, argv)], catch_exceptions=True)


def hearings(file: Path) -> list[dict[str, str]]:
    return [line for line in lines_of(file.read_bytes()) if line[words.TITLE].startswith("旁听庭审")]


def entries(running: Any) -> list[Entry]:
    with transaction(running.bind) as session:
        return list(session.exec(select(Entry)))


def test_out_writes_a_new_file_of_a_cycle_or_one_unit(running: Any, tmp_path: Path) -> None:
    whole, one = tmp_path / "全部.xlsx", tmp_path / "一个.xlsx"
    assert run("out", "puyang-2020", whole).exit_code == 0
    with transaction(running.bind) as session:
        name, title = running.unit(session).name, running.cycle(session).title
    assert run("out", title, one, "--unit", name).exit_code == 0
    assert len(hearings(whole)) == 2 and [line[words.UNIT] for line in hearings(one)] == [name]
    assert isinstance(run("out", "puyang-2020", whole).exception, Rejected)
    assert isinstance(run("out", "没有的方案", tmp_path / "x.xlsx").exception, NotFound)
    assert isinstance(run("out", "puyang-2020", tmp_path / "x.xlsx", "--unit", "没有的单位").exception, NotFound)


def test_in_compares_first_and_takes_only_with_yes(running: Any, tmp_path: Path) -> None:
    file = tmp_path / "交回.xlsx"
    run("out", "puyang-2020", tmp_path / "全部.xlsx")
    file.write_bytes(book([line | HEARD for line in hearings(tmp_path / "全部.xlsx")]).data)
    looked = run("in", file)
    assert (looked.exit_code, entries(running)) == (0, []) and "将提交2行" in looked.stdout
    taken = run("in", file, "--yes")
    assert taken.exit_code == 0 and "已提交2行" in taken.stdout and len(entries(running)) == 2
    again = run("in", file, "--yes")
    assert again.exit_code == 0 and "已提交过且相同2行" in again.stdout and len(entries(running)) == 2


def test_refused_rows_end_with_one_are_placed_and_written_beside_the_file(running: Any, tmp_path: Path) -> None:
    file = tmp_path / "交回.xlsx"
    run("out", "puyang-2020", tmp_path / "全部.xlsx")
    first, second = hearings(tmp_path / "全部.xlsx")
    file.write_bytes(book([first | HEARD, second | HEARD | {words.DAY: "20.7.31"}]).data)
    looked = run("in", file)
    assert looked.exit_code == 1 and not entries(running)
    assert "台账第5行" in looked.stdout and "“完成日期”：“20.7.31”的年份只有两位" in looked.stdout
    assert run("in", file, "--yes").exit_code == 1 and len(entries(running)) == 1
    (wrong,) = hearings(tmp_path / "交回-须改正.xlsx")
    assert wrong[words.DAY] == "20.7.31" and wrong[words.KEY] == second[words.KEY]
    (tmp_path / "改好.xlsx").write_bytes(book([wrong | {words.DAY: "2020.7.31"}]).data)
    assert run("in", tmp_path / "改好.xlsx", "--yes").exit_code == 0 and len(entries(running)) == 2


def test_a_file_that_is_no_ledger_is_refused(running: Any, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(book([{"姓名": "甲"}]).data)
    answer = run("in", tmp_path / "x.xlsx", "--yes")
    assert isinstance(answer.exception, Rejected) and "没有找到台账的表头" in str(answer.exception)
    assert not entries(running)
