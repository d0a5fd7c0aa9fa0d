"""The command in two languages: whole help, complaints that can be read, answers that machines read unchanged."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

import duban
from commands.spoken import speak
from web.literals import has_han
from web.said import english_of

STORED = "督察办公室"  # the name an office gets unless told: kept as it is, so shown as it is
FRAME = re.compile(r"[\s│╭╮╰╯─]")


@pytest.fixture(autouse=True)
def _chinese_again() -> Iterator[None]:
    yield
    speak(None)


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The exit code of the command as typed."""
    monkeypatch.setattr("sys.argv", ["duban", *words])
    with pytest.raises(SystemExit) as ended:
        duban.main()
    return int(ended.value.code or 0)


def every_command(command: Any, path: str = "duban") -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from every_command(inner, f"{path} {name}")


COMMANDS = dict(every_command(get_command(duban.app)))


def test_every_command_of_the_program_is_looked_at() -> None:
    assert len(COMMANDS) > 35 and {"duban plan adopt", "duban person erase", "duban restore"} <= COMMANDS.keys()


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_parameter_says_what_it_does_in_both_languages(path: str) -> None:
    command = COMMANDS[path]
    helps = {path: command.help, **{f"{path} {one.name}": one.help for one in command.params}}
    for name, chinese in helps.items():
        assert chinese and has_han(chinese), f"{name} has no help"
        assert not has_han(english_of(chinese)), f"{name}: {english_of(chinese)}"


@pytest.mark.parametrize("path", COMMANDS)
def test_every_help_page_is_in_one_language(
    path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, *path.split()[1:], "--help") == 0
    page = capsys.readouterr().out
    assert not re.search(r"Usage|OPTIONS|COMMAND|Show this|\[default|\[required|<=", page)
    assert typed(monkeypatch, "--language", "en", *path.split()[1:], "--help") == 0
    assert not has_han(capsys.readouterr().out.replace(STORED, ""))


def test_no_sentence_of_a_help_page_is_cut(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "--help") == 0
    page = capsys.readouterr().out
    flat = FRAME.sub("", page)
    for path, command in COMMANDS.items():
        if path.count(" ") == 1:
            assert FRAME.sub("", command.help) in flat, path


def test_help_is_english_throughout_where_it_was_chosen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "--language", "en", "--help") == 0
    first = capsys.readouterr().out
    monkeypatch.setenv("DUBAN_LANGUAGE", "EN")
    for words in (("--help",), ("rehearse", "--help"), ("person", "erase", "--help")):
        assert typed(monkeypatch, *words) == 0
    assert not has_han(first) and not has_han(capsys.readouterr().out) and "Usage: duban" in first


@pytest.mark.parametrize(("words", "chinese", "english"), [
    (["plna"], "没有“plna”这个命令，是否指 'plan'？", "No such command 'plna'."),
    (["plan", "read"], "缺少“file”。", "Missing argument 'file'."),
    (["rehearse", "--unit"], "没有“--unit”这个选项，是否指", "No such option: --unit"),
    (["rehearse", "--units"], "“--units”须填写内容。", "Option '--units' requires an argument."),
    (["rehearse", "--units", "x"], "“--units”有误：应为整数。", "valid integer"),
    (["rehearse", "--units", "900"], "“--units”有误：不能大于 500。", "less than or equal to 500"),
    (["rehearse"], "请写明方案名、方案文件，或用 --order。", "Name a plan or a plan file, or use --order."),
    (["doctor", "now"], "多余的参数“now”。", "unexpected extra argument"),
    (["workday", "add", "x", "3"], "“x”不是日期，请按 2020-08-10 的写法。", "“x” is not a day; write it as 2020"),
])
def test_wrong_use_ends_with_2_and_a_sentence(
    words: list[str], chinese: str, english: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, *words) == 2
    said = capsys.readouterr()
    assert chinese in said.err and "说明：duban" in said.err and said.out == ""
    assert typed(monkeypatch, "--language", "en", *words) == 2
    said = capsys.readouterr()
    assert english in said.err and "Help: duban" in said.err and not has_han(said.err)


def test_a_refusal_is_said_in_the_language_chosen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "workday", "list", "2061") == 1
    assert capsys.readouterr().err == "未知：2061年放假通知尚未入库；通知公布后请用 duban workday load 入库。\n"
    assert typed(monkeypatch, "--language", "en", "workday", "list", "2061") == 1
    assert capsys.readouterr().err == (
        "Unknown: 2061: holiday notice not loaded yet; load it with duban workday load once it is published.\n"
    )


def test_what_machines_read_is_the_same_in_every_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("deadline", "收到之日起10个工作日内", "--ref", "2024-07-11", "--json")
    assert typed(monkeypatch, *words) == 0
    chinese = capsys.readouterr().out
    assert typed(monkeypatch, "--language", "en", *words) == 0
    assert capsys.readouterr().out == chinese and has_han(json.loads(chinese)["because"])


def test_an_unknown_language_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(monkeypatch, "--language", "fr", "doctor") == 2
    assert "“fr”不是可选的语言，请写 zh 或 en。" in capsys.readouterr().err
    monkeypatch.setenv("DUBAN_LANGUAGE", "de")
    assert typed(monkeypatch, "--language", "en", "workday", "list", "2026") == 0
    capsys.readouterr()
    assert typed(monkeypatch, "doctor") == 2
    assert "“de”不是可选的语言，请写 zh 或 en。" in capsys.readouterr().err
