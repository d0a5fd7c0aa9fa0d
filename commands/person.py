"""duban person: what is kept about one person, given to that person, and erased when the time is over."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.help_page import Commands
from commands.spoken import say, tell
from models.base import Rejected
from models.words import Role

if TYPE_CHECKING:
    from sqlmodel import Session

app = Commands("个人信息：导出、清除、动态口令。")
Name = Annotated[str, typer.Argument(help="姓名；办公室人员也可写用户名")]
InUnit = Annotated[str, typer.Option("--unit", help="被督察单位的人员：单位全称")]
InOffice = Annotated[str, typer.Option("--office", help="有多个办公室时：简码或名称")]


def _its_name(session: "Session", office: str) -> str:
    """The name of the office that was chosen, here or for the whole command; "" where none was."""
    from config.settings import settings
    from models.office_ledger import office_named

    chosen = office or settings().office
    return office_named(session, chosen).name if chosen else ""


@app.command()
def columns() -> None:
    """列出存有个人信息的全部数据项及清除办法（Markdown 表格）。"""
    from models.personal import columns as listed

    tell("| 数据项 | 内容 | 清除时 |\n|---|---|---|")
    for one in listed():
        why = f"：{one.why}" if one.why else ""
        tell(f"| `{one.table}.{one.name}` | {one.holds.label} | {one.fate.label}{why} |")


@app.command()
def export(
    name: Name, unit: InUnit = "", office: InOffice = "",
    out: Annotated[Path | None, typer.Option(help="写入文件；不写则输出到标准输出")] = None,
) -> None:
    """把某人的全部个人信息导出为 JSON；每次导出都记入办理记录。"""
    from actions.export_person import export_person
    from actions.find_person import find_person
    from actions.record import Actor
    from models.database import transaction

    if out and out.exists():
        raise Rejected(f"“{out}”已存在，未覆盖。")
    with transaction() as session:
        who = find_person(session, name, unit, _its_name(session, office))
        found = export_person(session, Actor(who.office_id, "命令行", Role.HEAD, "命令行"), who)
    text = json.dumps(found, ensure_ascii=False, indent=1, default=str)
    if out is None:
        typer.echo(text)
        return
    out.touch(0o600)
    out.write_text(text, encoding="utf-8")
    say(f"已导出：{out}")


@app.command()
def due() -> None:
    """列出已离任且过了保存期、可以清除的人员。"""
    from actions.erase_person import people_due
    from config import clock
    from models.database import reading

    with reading() as session:
        found = people_due(session)
        for who, day in found:
            tell(f"{who.name}\t{who.unit or '办公室'}\t{clock.date_of(day)}起可清除")
    if not found:
        say("没有已离任且过了保存期的人员。")


@app.command()
def erase(
    name: Name, unit: InUnit = "", office: InOffice = "",
    yes: Annotated[bool, typer.Option("--yes", help="确认清除；不写则只说明将清除什么")] = False,
) -> None:
    """清除已离任且过了保存期的人员信息：姓名、电话换成代号，办理记录仍可核验。不能恢复。"""
    from actions.erase_person import erase_person
    from actions.find_person import find_person, traces
    from actions.record import Actor
    from models.database import reading, transaction

    with reading() as session:
        who = find_person(session, name, unit, _its_name(session, office))
        count, _ = traces(session, who)
    if not yes:
        tell(f"将清除“{who.name}”（{who.unit or '办公室'}），涉及办理记录{count}条，不能恢复；确认请加 --yes。")
        return
    with transaction() as session:
        who = find_person(session, name, unit, _its_name(session, office))
        sign, rows, events = erase_person(session, Actor(who.office_id, "命令行", Role.HEAD, "命令行"), who)
    tell(f"已清除，代号{sign}：数据{rows}行，办理记录{events}条。此前的备份中仍有此人信息，请按规定销毁。")


@app.command()
def retention(
    years: Annotated[int, typer.Argument(help="年数")], office: InOffice = ""
) -> None:
    """设定个人信息保存期：最后一次办理后满多少年方可清除。"""
    from actions.erase_person import set_retention
    from actions.record import Actor
    from models.database import transaction
    from models.office_ledger import the_office

    with transaction() as session:
        row = the_office(session, office)
        set_retention(session, Actor(row.id, "命令行", Role.HEAD, "命令行"), years)
    tell(f"“{row.name}”的个人信息保存期已设为{years}年。")


@app.command("no-second-factor")
def no_second_factor(login: Annotated[str, typer.Argument(help="用户名")], office: InOffice = "") -> None:
    """解除某人的动态口令：手机和备用码都已遗失、又没有另一位主任时使用。"""
    from actions.record import Actor
    from actions.second_factor import end_factor
    from models.base import NotFound
    from models.database import transaction
    from models.office_ledger import the_office, users_by_login

    with transaction() as session:
        found = users_by_login(session, login, the_office(session, office).id)
        if not found:
            raise NotFound(f"没有找到用户名“{login}”。")
        user = found[0]
        end_factor(session, Actor(user.office_id, "命令行", Role.HEAD, "命令行"), user)
    tell(f"“{login}”的动态口令已解除，可凭口令登录。")
