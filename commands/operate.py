"""The commands of whoever looks after an installation: doctor, sweep, backup, restore, upgrade."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from commands.help_page import Json
from commands.spoken import out, say, tell
from models.base import Refused

KeyFile = Annotated[Path | None, typer.Option("--key-file", help="备份加密的密钥文件；不写则用设置 backup_key_file")]


def doctor(as_json: Json = False) -> None:
    """体检：数据库、办理记录、备份、磁盘、时钟、密钥文件、证书、邮件、通知、Prefect；有须人处理的事则退出码为 1。"""
    from commands.doctor import examine

    findings = examine()
    if as_json:
        told = [asdict(one) | ({"do": ""} if one.ok else {}) for one in findings]
        out(told)
    for one in () if as_json else findings:
        do = f"。{one.do}。" if one.do and not one.ok else ""
        tell(f"{'正常' if one.ok else '注意'}  {one.name}：{one.words}{do}")
    if not all(one.ok for one in findings):
        raise typer.Exit(1)


def sweep() -> None:
    """不经 Prefect 巡检一次：推进各周期、发出所欠通知、对账。Prefect 无法使用时由 duban serve 自动调用。"""
    from uuid import uuid4

    from actions.round import sweep_without_engine
    from config import clock
    from notifications import log_line

    log_line.begin()
    with log_line.about(run=str(uuid4())):
        faults = sweep_without_engine(None, clock.today())
    if faults:
        raise Refused(f"未能办理：{'、'.join(faults)}。")
    say("已巡检。")


def backup(
    file: Annotated[Path | None, typer.Argument(help="备份文件；不写则放入备份目录，并清理过期的备份")] = None,
    with_secrets: Annotated[bool, typer.Option("--with-secrets", help="连同密钥一并备份，文件须妥善保管")] = False,
    key_file: KeyFile = None,
) -> None:
    """备份数据库、佐证材料和设置（默认不含密钥），附校验值，写完即读回核对；写明密钥文件的加密。"""
    from commands.keep import back_up, left_out
    from config.settings import settings

    say(f"已备份：{back_up(file, with_secrets, key_file)}")
    say(f"未包含，请另行保管：{'、'.join(left_out(settings(), with_secrets))}。")


def backup_key(file: Annotated[Path, typer.Argument(help="写成的密钥文件")]) -> None:
    """生成备份加密的密钥文件。请另存一份到别处：没有它，加密的备份无法恢复。"""
    from commands.locked_file import make_key

    say(f"已生成密钥文件：{make_key(file)}。请另存一份，不要与备份放在一起。")


def restore(
    file: Annotated[Path, typer.Argument(help="备份文件")],
    replace: Annotated[bool, typer.Option("--replace", help="数据目录已有数据库时，把原有内容移到一旁再恢复")] = False,
    check: Annotated[bool, typer.Option("--check", help="只核对备份，不恢复")] = False,
    accept: Annotated[bool, typer.Option("--accept-broken-chain", help="办理记录对不上也恢复")] = False,
    key_file: KeyFile = None,
) -> None:
    """从备份恢复到数据目录；先逐一核对校验值、数据库和办理记录，全部相符才写入；加密的备份须写明密钥文件。"""
    from commands.keep import bring_back, verify

    if check:
        kept = verify(file, key_file)
        say(f"备份完好：{kept.moment}制作，共{len(kept.files)}个文件。")
        return
    say(f"已恢复：{bring_back(file, replace, accept, key_file)}。发送已暂停，请主任到“通知”页核对后恢复。")


def upgrade(
    no_backup: Annotated[bool, typer.Option("--no-backup", help="不先备份（已另行备份时）")] = False,
) -> None:
    """升级数据库到本程序的结构：先停止服务；自动备份，升级，核验办理记录。"""
    from commands.upgrade import upgrade_kept

    upgrade_kept(say, backup=not no_backup)
