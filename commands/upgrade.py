"""From the release before to this one: a backup first, then the migrations, then proof that everything is there."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, inspect
from sqlmodel import select

from commands.audit import verify as walk
from commands.keep import back_up
from commands.stopped import refuse_while_running
from config import clock
from config.settings import settings
from models.base import Refused
from models.database import engine, reading
from models.event import Event
from models.migrate import is_current, knows, revision_in, upgrade
from models.office_ledger import any_office

Say = Callable[[str], None]


def upgrade_kept(say: Say, backup: bool = True) -> Path | None:
    """Bring the database to this program's shape; the backup made before, if one was. Refused, and nothing changed,
    where the database is newer or its history broken; a second run finds nothing to do."""
    before = revision_in()
    if not knows(before):
        raise Refused("数据库由更新的版本使用过，本程序较旧，未作改动。")
    if is_current():
        say("数据库已是最新结构，无须升级。")
        return None
    if not before and not _has_tables():
        upgrade()
        say("已建立数据库。")
        return None
    refuse_while_running()
    _unbroken("升级前")
    kept, events = (_backup(before) if backup else None), _events()
    say(f"已备份：{kept}" if kept else "未备份（--no-backup）。")
    upgrade()
    _proved(before, events, kept)
    say(f"已由 {before or '未编号'} 升级到 {revision_in()}，{events}条办理记录首尾相接。可以启动 duban serve。")
    return kept


def _has_tables() -> bool:
    return bool(inspect(engine()).get_table_names())


def _backup(before: str) -> Path:
    """Named apart from the daily ones, so that days alone decide when it goes. With secrets only where it is locked:
    going back needs none, for this installation's own stay in place."""
    file = settings().backups / f"before-upgrade-{before}-{clock.wall():%Y%m%d-%H%M%S}.zip"
    return back_up(file, with_secrets=settings().backup_key_file is not None)


def _events() -> int:
    """How many there are; an older shape is asked for nothing that came later."""
    with reading() as session:
        return session.exec(select(func.count()).select_from(Event)).one()


def _unbroken(when: str) -> None:
    faults = [f"{office}第{fault[0]}号事件{fault[1]}" for office, _, fault in walk(None) if fault]
    if faults:
        raise Refused(f"{when}核验办理记录，{'；'.join(faults)}。请先查明，数据未改动。")


def _proved(before: str, events: int, kept: Path | None) -> None:
    """Every event still there, the chain unbroken, the shape today's."""
    if is_current() and _events() == events and any_office():
        _unbroken("升级后")
        return
    way = f"请用升级前的备份恢复：duban restore {kept} --replace" if kept else "请用备份恢复"
    raise Refused(f"升级未完成（自 {before}），{way}。")
