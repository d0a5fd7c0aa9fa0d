"""Entering in a unit's name: on what basis, under which names, and who may then not decide on it."""

from dataclasses import dataclass
from datetime import date

from config.day_words import month_day
from models.base import Rejected

WAYS = ("纸质", "电话")
VIA = "代录·"
MARK = VIA.removesuffix("·")  # in the name an entry in a unit's name is recorded under
LONGEST_NAME = 50


@dataclass(frozen=True)
class Basis:
    """What an entry in a unit's name rests on: a paper or a call, who gave it, on which day."""

    how: str
    giver: str
    day: date

    @property
    def words(self) -> str:
        return f"{self.how}，{self.day.year}年{self.day.month}月{self.day.day}日，{self.giver}"


def check_name(name: str) -> None:
    """Nobody may give a name that reads as if the office had entered something."""
    if MARK in name:
        raise Rejected("姓名中不能有“代录”二字。")


def check_basis(basis: Basis, today: date) -> None:
    """Refuse a basis nobody could look up later."""
    if basis.how not in WAYS:
        raise Rejected(f"请选择依据：{'或'.join(WAYS)}。")
    if not basis.giver or len(basis.giver) > LONGEST_NAME:
        raise Rejected(f"请填写提供人的姓名（{LONGEST_NAME}字以内）。")
    check_name(basis.giver)
    if basis.day > today:
        raise Rejected(f"提供日期{month_day(basis.day)}晚于今天。")


def way_and_giver(words: str) -> tuple[str, str]:
    """How it came and who gave it, out of the words of a basis."""
    how, _day, giver = words.split("，", 2)
    return how, giver


def entered_name(giver: str, clerk: str) -> str:
    """The name an entry in a unit's name is recorded under: both persons."""
    return f"{giver}（{clerk}代录）"


def place_of(via: str, form: str) -> str:
    """Where the words and files of a form wait: those of a clerk in the unit's name apart from the unit's own."""
    return f"behalf:{form}" if via.startswith(VIA) else form


def entered_by(sent_by: str, person: str) -> bool:
    """Whether `person` of the office entered what is recorded under `sent_by`, on a page or by a ledger sheet."""
    return sent_by == f"{person}（代录）" or sent_by.endswith(f"（{person}代录）")
