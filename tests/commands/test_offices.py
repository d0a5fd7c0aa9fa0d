"""`duban office`: offices beside each other, codes, who stands under whom, and a command says for which it works."""

import subprocess
import sys
from pathlib import Path

import pytest

from models.base import NotFound, Rejected
from models.database import engine, reading
from models.migrate import upgrade
from models.office_ledger import offices, several, the_office

ROOT = Path(__file__).resolve().parents[2]


def duban(*words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-W", "ignore", str(ROOT / "duban.py"), *words]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def two(home: Path) -> Path:
    from commands.office import make_office
    from commands.office_ranks import add

    upgrade()
    make_office(None, "某市督察办公室", "某市", "first-word", "shi")
    people = add("甲县督察办公室", "jia", "甲县", "shi")
    assert len(set(people.words.values())) == len(people.words)  # a first word of its own for everybody
    yield home
    engine().dispose()


def test_a_second_office_stands_beside_the_first_with_its_code_and_the_one_above(two: Path) -> None:
    told = duban("office", "list")
    assert told.returncode == 0 and told.stdout.splitlines() == [
        "shi\t某市督察办公室", "jia\t甲县督察办公室\t上级：某市督察办公室",
    ]
    again = duban("init")
    assert again.returncode == 1 and "duban office add" in again.stderr


def test_where_there_are_several_a_command_says_for_which_it_works(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert several()
    with reading() as session:
        with pytest.raises(NotFound, match="duban --office"):
            the_office(session)
        assert the_office(session, "jia").name == "甲县督察办公室" == the_office(session, "甲县").name
    told = duban("papers", "list")
    assert told.returncode == 1 and "有多个办公室" in told.stderr
    assert duban("--office", "jia", "papers", "list").returncode == 0


def test_a_code_or_a_name_that_is_taken_or_hard_to_type_is_refused(two: Path) -> None:
    from commands.office_ranks import add, give_code, put_under

    for name, code in (("乙县督察办公室", "jia"), ("甲县督察办公室", "yi"), ("乙县督察办公室", "乙"), ("", "yi")):
        with pytest.raises(Rejected):
            add(name, code)
    with pytest.raises(Rejected, match="不能是本办公室或其下级"):
        put_under("shi", "jia")
    assert give_code("jia", "jiaxian") == "甲县督察办公室"
    assert put_under("jiaxian", "") == "“甲县督察办公室”没有上级办公室。"
    with reading() as session:
        assert [one.superior_id for one in offices(session)] == [None, None]
