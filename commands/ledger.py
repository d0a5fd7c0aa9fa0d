"""`duban ledger`: the ledger written to a file, and a filled one brought back."""

# what does the work is imported when it is asked for: every other command would wait for it

from pathlib import Path
from typing import Annotated

import typer

from commands.help_page import Commands
from commands.spoken import say, tell

app = Commands("台账：导出、收回。")


@app.command("out")
def ledger_out(
    cycle: Annotated[str, typer.Argument(help="周期名称、方案代号或周期编号")],
    file: Annotated[Path, typer.Argument(help="写成的文件（.xlsx），不覆盖已有文件")],
    unit: Annotated[str, typer.Option(help="只导出这个单位")] = "",
) -> None:
    """把台账导出为 .xlsx，供单位离线填写。"""
    from commands.ledger_files import write_ledger

    say(f"已导出：{file}（{write_ledger(cycle, file, unit) / 1024:.0f}KB）")


@app.command("in")
def ledger_in(
    file: Annotated[Path, typer.Argument(help="单位填好的台账（.xlsx）")],
    yes: Annotated[bool, typer.Option("--yes", help="核对无误，代各单位录入")] = False,
) -> None:
    """收回已填台账：逐行核对；不写 --yes 则不改动任何数据；有不能受理的行则退出码为 1。"""
    from actions.take_ledger import refused
    from commands.ledger_files import bring_in, lines_of, write_wrong

    returned, changes = bring_in(file, yes)
    for line in lines_of(returned, changes):
        tell(line)
    if yes and (wrong := write_wrong(file, changes)):
        say(f"须改正的行另存为：{wrong}")
    if refused(changes) or returned.faults:
        raise typer.Exit(1)
