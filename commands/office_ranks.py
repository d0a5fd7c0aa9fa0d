"""Offices are set up beside each other and put under one another; whoever runs commands here looks after them all."""

from actions.rank import name_code, place_under
from actions.record import Actor
from commands.office import People, make_office
from models.base import Rejected
from models.database import reading, transaction
from models.migrate import upgrade
from models.office import Office
from models.office_ledger import office_named, offices
from rules.rank import check_code


def add(name: str, code: str, short: str = "", under: str = "") -> People:
    """A further office with its people; Rejected when its name or code is taken."""
    upgrade()
    name = name.strip()
    check_code(code)
    with reading() as session:
        known = offices(session)
        if under:
            office_named(session, under)
    if not name or any(name == one.name for one in known):
        raise Rejected(f"已有名为“{name}”的办公室，请加以区分。" if name else "请填写办公室名称。")
    if any(code == one.code for one in known):
        raise Rejected(f"简码“{code}”已被使用。")
    people = make_office(None, name, short or name[:12], code=code)
    if under:
        put_under(code, under)
    return people


def lines() -> list[str]:
    """One line an office: its code, its name, the office above it."""
    with reading() as session:
        known = offices(session)
    names = {one.id: one.name for one in known}
    return [_line(one, names.get(one.superior_id, "") if one.superior_id else "") for one in known]


def _line(office: Office, superior: str) -> str:
    return f"{office.code or '（无简码）'}\t{office.name}" + (f"\t上级：{superior}" if superior else "")


def give_code(office: str, code: str) -> str:
    """Give an office its code; returns its name."""
    with transaction() as session:
        row = office_named(session, office)
        name_code(session, _runner(row), row, code)
        return row.name


def put_under(office: str, superior: str) -> str:
    """Put an office under another, or (empty) under none; what is so now, in a sentence."""
    with transaction() as session:
        row = office_named(session, office)
        above = office_named(session, superior) if superior else None
        place_under(session, _runner(row), row, above)
        return f"“{row.name}”的上级为“{above.name}”。" if above else f"“{row.name}”没有上级办公室。"


def _runner(office: Office) -> Actor:
    """Whoever may run commands on this machine, and the record says so."""
    return Actor(office.id, "命令行", "head", "命令行")
