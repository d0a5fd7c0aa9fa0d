"""The templates of papers on the command line: what is in force, out to files, and back in after a check."""

from pathlib import Path

from sqlmodel import Session

from actions.keep_evidence import Upload
from actions.paper import form_of
from actions.paper_form import put_form, use_default
from actions.record import Actor
from models.base import Rejected
from models.database import reading, transaction
from models.office_ledger import the_office
from models.paper_ledger import forms_in_use
from models.paper_words import PaperKind
from papers.check_form import LARGEST, check_form
from papers.forms import forms
from plans.text import bytes_of


def kind_named(text: str) -> PaperKind:
    """A kind by its key or by its Chinese word."""
    found = next((kind for kind in PaperKind if text.strip() in (kind.value, kind.label)), None)
    if found is None:
        known = "、".join(f"{kind.value}（{kind.label}）" for kind in built())
        raise Rejected(f"没有“{text}”这类公文。可用：{known}。")
    return found


def built() -> list[PaperKind]:
    """The kinds that have a template."""
    return [kind for kind, form in forms().items() if form.build]


def lines() -> list[str]:
    """One line a kind: its key, its word, whose template holds."""
    with reading() as session:
        own = forms_in_use(session, the_office(session).id)
    whose = {kind: f"{row.name}（{row.digest[:12]}）" for kind, row in own.items()}
    return [f"{kind.value}\t{kind.label}\t{whose.get(kind, '系统模板')}" for kind in built()]


def export(folder: Path) -> list[Path]:
    """Every template in force as a file of its own; nothing is written where one of them is there already."""
    with reading() as session:
        office = the_office(session).id
        made = {folder / f"{kind.label}.docx": form_of(session, office, kind) for kind in built()}
    if there := [path.name for path in made if path.exists()]:
        raise Rejected(f"“{folder}”中已有{'、'.join(there)}，未覆盖。")
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in made.items():
        path.write_bytes(data)
    return list(made)


def faults_of(file: Path, kind: str) -> list[str]:
    """What a changed template misses, in sentences."""
    return check_form(bytes_of(file, LARGEST + 1), kind_named(kind))


def put(file: Path, kind: str) -> str:
    """Put a template in force; returns its hash."""
    chosen, upload = kind_named(kind), Upload(file.name, bytes_of(file, LARGEST + 1))
    with transaction() as session:
        return put_form(session, _head(session), chosen, upload).digest


def restore(kind: str) -> str:
    """Back to the template we ship; returns the word of its kind."""
    chosen = kind_named(kind)
    with transaction() as session:
        use_default(session, _head(session), chosen)
    return chosen.label


def _head(session: Session) -> Actor:
    """Whoever may run commands on this machine acts for the head, and the record says so."""
    return Actor(the_office(session).id, "命令行", "head", "命令行")
