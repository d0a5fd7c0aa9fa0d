"""What the two doors of the ledger sheet share: files to download, and a returned sheet sorted for its preview."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from fastapi.responses import Response
from sqlmodel import Session

from actions.give_ledger import XLSX, error_sheet
from actions.keep_evidence import Upload
from actions.keep_sheet import Kept
from actions.ledger_verdict import Change, Verdict
from actions.record import Actor
from actions.take_ledger import compare, in_pieces, refused, scope_of, take
from models.base import Rejected
from models.database import reading, transaction
from plans.ledger_row import Fault

# refusals first: they are what a person came to see
ORDER = (Verdict.WRONG, Verdict.LATER, Verdict.SEND, Verdict.DRAFT, Verdict.WAITS, Verdict.SAME, Verdict.BLANK)


@dataclass(frozen=True)
class Looked:
    """A returned sheet as its page shows it."""

    kept: Kept
    faults: tuple[Fault, ...]
    groups: dict[Verdict, list[Change]]

    @property
    def sends(self) -> int:
        return len(self.groups.get(Verdict.SEND, ()))

    @property
    def drafts(self) -> int:
        return len(self.groups.get(Verdict.DRAFT, ()))

    @property
    def refused(self) -> int:
        return len(self.groups.get(Verdict.WRONG, ())) + len(self.groups.get(Verdict.LATER, ()))


def download(name: str, data: bytes) -> Response:
    """A workbook under its Chinese name."""
    where = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, media_type=XLSX, headers={"Content-Disposition": where})


def one_file(files: Iterable[Upload]) -> Upload:
    """The one sheet that was chosen."""
    chosen = list(files)
    if len(chosen) != 1:
        raise Rejected("请选择一份填好的台账文件（.xlsx）。")
    return chosen[0]


def look(session: Session, actor: Actor, kept: Kept) -> Looked:
    """The sheet compared with what is on record now."""
    returned = kept.read()
    changes = compare(session, actor, scope_of(actor, kept.cycle_id, kept.only), returned)
    groups = {verdict: [one for one in changes if one.verdict == verdict] for verdict in ORDER}
    return Looked(kept, returned.faults, {verdict: rows for verdict, rows in groups.items() if rows})


def confirm(actor: Actor, kept: Kept) -> None:
    """Take the kept sheet in, read again from its kept bytes, piece by piece."""
    scope, returned = scope_of(actor, kept.cycle_id, kept.only), kept.read()
    with reading() as session:
        pieces = in_pieces(session, scope, returned)
    for piece in pieces:
        with transaction() as session:
            take(session, actor, scope, piece)


def wrong_rows(actor: Actor, kept: Kept) -> Response:
    """The rows that were not taken, as a sheet to be mended."""
    returned = kept.read()
    with transaction() as session:
        changes = refused(compare(session, actor, scope_of(actor, kept.cycle_id, kept.only), returned))
        rows = [(one.row, one.owed, one.error) for one in changes]
        data = error_sheet(rows, f"督办台账（须改正的{len(rows)}行）")
    return download("台账须改正的行.xlsx", data)


def only_of(text: str) -> UUID | None:
    """The one unit that was chosen, if any."""
    try:
        return UUID(text) if text.strip() else None
    except ValueError:
        raise Rejected("请选择单位。") from None
