"""`duban papers`: templates listed, exported, checked with sentences, put in force and given back."""

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlmodel import select
from typer.testing import CliRunner

import duban
from models.base import Rejected
from models.database import transaction
from models.event import Event
from models.paper import PaperForm
from tests.papers.test_check_form import MARKS, written


def run(*argv: object) -> Any:
    return CliRunner().invoke(duban.app, ["papers", *map(str, argv)], catch_exceptions=True)


def own(people: Any, bind: Any) -> list[bool]:
    with transaction(bind) as session:
        return [row.active for row in session.exec(select(PaperForm).order_by(PaperForm.put_at))]


def test_list_and_export_name_every_kind_and_overwrite_nothing(people, bind, tmp_path: Path) -> None:
    listed = run("list").output
    assert "opinion\t行政执法监督意见书\t系统模板" in listed and "feedback\t督察反馈意见" in listed
    folder = tmp_path / "模板"
    assert run("export", folder).exit_code == 0
    made = {path.name for path in folder.iterdir()}
    assert {"行政执法监督意见书.docx", "督察反馈意见.docx"} <= made and len(made) == len(listed.splitlines())
    assert all(run("check", folder / name, "--kind", name.removesuffix(".docx")).exit_code == 0 for name in made)
    again = run("export", folder)
    assert isinstance(again.exception, Rejected) and "未覆盖" in str(again.exception)


def test_check_says_in_sentences_what_is_missing_and_changes_nothing(people, bind, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(written("{{ unit }}", "{{ secret }}"))
    done = run("check", file, "--kind", "opinion")
    assert done.exit_code == 1 and "不认识的标记“secret”" in done.output and "没有用到" in done.output
    assert isinstance(run("put", file, "--kind", "opinion").exception, Rejected)
    for wrong in (("check", tmp_path / "none.docx", "--kind", "opinion"), ("check", file, "--kind", "别的")):
        assert isinstance(run(*wrong).exception, Rejected)
    assert own(people, bind) == []


def test_put_in_force_exported_again_and_given_back(people, bind, tmp_path: Path) -> None:
    file = tmp_path / "意见书.docx"
    file.write_bytes(written("本机关样式", *MARKS))
    assert "已采用" in run("put", file, "--kind", "行政执法监督意见书").output
    assert "意见书.docx" in run("list").output
    run("export", tmp_path / "out")
    said = Document(io.BytesIO((tmp_path / "out" / "行政执法监督意见书.docx").read_bytes())).paragraphs[0].text
    assert said == "本机关样式"
    assert run("default", "--kind", "opinion").exit_code == 0 and own(people, bind) == [False]
    with transaction(bind) as session:
        made = session.exec(select(Event).where(Event.verb.in_(("更换公文模板", "恢复系统模板")))).all()
        assert {(row.actor, row.verb) for row in made} == {("命令行", "更换公文模板"), ("命令行", "恢复系统模板")}


@pytest.mark.parametrize("text", ["opinion", "行政执法监督意见书"])
def test_a_kind_goes_by_its_key_or_its_word(people, text: str) -> None:
    from commands.paper_files import kind_named

    assert kind_named(text).value == "opinion"
