"""The help of the command and its complaints about wrong use, in the reader's language.

The command line's own library puts English frames around Chinese sentences and cuts a sentence without spaces at the
edge of its column; so the page is laid out here, out of what the library knows of each command, and its complaints are
worded again. Its parsing, its types and its exit codes stay as they are.
"""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

from commands.library_words import from_library
from commands.spoken import SAY, tell, words


def _rows(title: str, rows: list[tuple[str, str]]) -> Panel:
    """A panel of two columns: what is typed, and what it does; long Chinese goes on in the next line, never cut."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, style="bold cyan")
    table.add_column(overflow="fold", ratio=1)
    for name, does in rows:
        table.add_row(Text(name), Text(does))
    return Panel(table, title=words(title), title_align="left", border_style="dim", box=box.ROUNDED)


def _help_of(text: str) -> str:
    """The help of a parameter, with what the library adds to it ("[required]") in the same language."""
    own, mark, added = text.rpartition("  [")
    return f"{words(own)}  {from_library('[' + added)}" if mark else from_library(words(text))


def _page(command: Any, ctx: Any) -> list[RenderableType]:
    """The whole page: usage, what the command does, then arguments, options and commands."""
    parts: list[RenderableType] = [Text(from_library(command.get_usage(ctx)), style="bold"), ""]
    if command.help:
        parts += [Text(words(command.help)), ""]
    found: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for param in command.get_params(ctx):
        if record := param.get_help_record(ctx):
            found[param.param_type_name].append((from_library(record[0]), _help_of(record[1])))
    names = command.list_commands(ctx) if isinstance(command, TyperGroup) else []
    inner = [(name, words(command.get_command(ctx, name).help or "")) for name in names]
    for title, rows in (("参数", found["argument"]), ("选项", found["option"]), ("命令", inner)):
        if rows:
            parts.append(_rows(title, rows))
    return parts


Json = Annotated[bool, typer.Option("--json", help="只输出 JSON")]


class _Spoken:
    """A command whose help is laid out here."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        console = Console()
        with console.capture() as page:
            for part in _page(self, ctx):
                console.print(part)
        formatter.write(page.get().rstrip("\n"))


class SpokenCommand(_Spoken, TyperCommand):
    """One command."""


class SpokenGroup(_Spoken, TyperGroup):
    """A command that has commands."""


Command = Callable[..., Any]


class Commands(typer.Typer):
    """A group of commands that shows its help when nothing follows it."""

    def __init__(self, about: str) -> None:
        super().__init__(cls=SpokenGroup, help=about, no_args_is_help=True, add_completion=False)

    def command(self, name: str | None = None, **given: Any) -> Callable[[Command], Command]:  # type: ignore[override]
        """As the library's own, with help laid out here."""
        return super().command(name, cls=SpokenCommand, **given)


def complain(error: typer.TyperException) -> int:
    """Say what was typed wrongly and where help is; the exit code."""
    ctx = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        tell(error.format_message())
        return error.exit_code
    if ctx is not None:
        SAY.print(from_library(ctx.get_usage()), markup=False, highlight=False)
    path = ctx.command_path if ctx is not None else "duban"
    SAY.print(words(f"说明：{path} --help"), markup=False, highlight=False)
    told, own = from_library(error.format_message()), error.message
    SAY.print(told.replace(own, words(own)) if own else told, markup=False, highlight=False, soft_wrap=True)
    return error.exit_code
