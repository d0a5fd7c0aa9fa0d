"""`duban office`: several offices in one installation, each with its people, its code and the office above it."""

# what does the work is imported when it is asked for: every other command would wait for it

from typing import Annotated

import typer

from commands.help_page import Commands
from commands.spoken import say, tell

app = Commands("办公室：增设、列出、设定简码和上级。")
Code = Annotated[str, typer.Argument(help="办公室简码（没有简码的写全称）")]


@app.command("add")
def office_add(
    name: Annotated[str, typer.Argument(help="办公室名称")],
    code: Annotated[str, typer.Option(help="简码：登录时选择办公室用，小写字母和数字，如 qingfeng")],
    short: Annotated[str, typer.Option(help="简称")] = "",
    under: Annotated[str, typer.Option(help="上级办公室的简码")] = "",
) -> None:
    """增设一个办公室：自有人员、单位、方案、文号、记录，与其他办公室互不可见。"""
    from commands.office_ranks import add

    people = add(name, code, short, under)
    say(f"已建立“{name}”，登录时办公室简码填 {code}。各用户名的首次口令（只显示这一次）：")
    for login, word in people.words.items():
        say(f"  {login}  {word}")


@app.command("list")
def office_list() -> None:
    """列出各办公室：简码、名称、上级。"""
    from commands.office_ranks import lines

    for line in lines():
        tell(line)


@app.command("code")
def office_code(office: Code, code: Annotated[str, typer.Argument(help="新的简码")]) -> None:
    """设定办公室的简码。"""
    from commands.office_ranks import give_code

    say(f"“{give_code(office, code)}”的简码为 {code}。")


@app.command("under")
def office_under(
    office: Code, superior: Annotated[str, typer.Argument(help="上级办公室的简码；不写则没有上级")] = "",
) -> None:
    """设定或解除上级办公室：上级可看本级汇总数字和上报的公文，可下发方案。"""
    from commands.office_ranks import put_under

    say(put_under(office, superior))
