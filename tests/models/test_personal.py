"""The list of personal data is whole: no text column is outside it, and the paper of it is what the list says."""

from pathlib import Path

from sqlalchemy import JSON
from sqlmodel import AutoString
from typer.testing import CliRunner

from commands.person import app
from models.personal import NOTHING, Fate, columns
from models.tables import METADATA

ROOT = Path(__file__).resolve().parents[2]
TEXT = {
    (table.name, column.name) for table in METADATA.sorted_tables for column in table.columns
    if isinstance(column.type, AutoString | JSON)
}
LISTED = [(one.table, one.name) for one in columns()]
BARE = [(table, name) for table, names in NOTHING.items() for name in names.split()]


def test_every_column_that_can_hold_words_is_on_the_list_or_said_to_hold_nothing_personal() -> None:
    assert TEXT - {*LISTED, *BARE} == set(), "enter the column in models/personal.py: what it holds, what erasure does"


def test_the_list_names_no_column_twice_and_none_that_is_not_there() -> None:
    assert len({*LISTED, *BARE}) == len(LISTED) + len(BARE)
    assert {*LISTED, *BARE} - TEXT == set()


def test_a_column_that_is_called_like_a_persons_is_not_waved_through() -> None:
    telling = ("_by", "phone", "mail", "person", "leader", "actor", "device", "address", "contact", "password_hash")
    known = {("message", "claimed_by")}  # a worker process
    assert {(table, name) for table, name in BARE if name.endswith(telling)} == known


def test_whatever_is_kept_says_why() -> None:
    assert all(one.why for one in columns() if one.fate == Fate.KEPT)


def test_the_paper_of_personal_data_is_what_the_list_says() -> None:
    told = CliRunner().invoke(app, ["columns"]).output
    assert told.strip() in (ROOT / "docs" / "personal-data.md").read_text(encoding="utf-8")
