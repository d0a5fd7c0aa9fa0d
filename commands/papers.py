"""`duban papers`: the templates of papers listed, written to files, checked, put in force and given back."""

# what does the work is imported when it is asked for: every other command would wait for it

from pathlib import Path
from typing import Annotated

import typer

from commands.help_page import Commands
from commands.spoken import tell

app = Commands("公文模板：列出、导出、检查、更换、恢复。")
Changed = Annotated[Path, typer.Argument(help="改过的模板（.docx）")]
Kind = Annotated[str, typer.Option("--kind", help="公文类别，如 opinion 或 行政执法监督意见书")]


@app.command("list")
def papers_list() -> None:
    """列出各类公文和现用模板。"""
    from commands.paper_files import lines

    for line in lines():
        tell(line)


@app.command("export")
def papers_export(folder: Annotated[Path, typer.Argument(help="放入的文件夹")]) -> None:
    """把各类公文的现用模板导出到文件夹，供在 WPS 或 Word 中调整；已有的文件不覆盖。"""
    from commands.paper_files import export

    for path in export(folder):
        tell(f"已导出：{path}")


@app.command("check")
def papers_check(file: Changed, kind: Kind) -> None:
    """检查改过的模板，逐条说明缺漏；有缺漏则退出码为 1。"""
    from commands.paper_files import faults_of

    faults = faults_of(file, kind)
    for fault in faults:
        tell(fault)
    if faults:
        raise typer.Exit(1)
    tell("检查通过，可以采用。")


@app.command("put")
def papers_put(file: Changed, kind: Kind) -> None:
    """采用改过的模板；检查不通过的不采用。"""
    from commands.paper_files import put

    tell(f"已采用，校验值 {put(file, kind)}")


@app.command("default")
def papers_default(kind: Kind) -> None:
    """恢复系统模板。"""
    from commands.paper_files import restore

    tell(f"“{restore(kind)}”已恢复系统模板。")
