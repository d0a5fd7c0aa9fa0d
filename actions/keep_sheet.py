"""A filled ledger as it came in: its bytes kept under their hash, who sent it in an event, read as often as needed."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlmodel import Session

from actions.keep_evidence import Upload, check_upload, shown_name, store, stored
from actions.record import Actor, allow, record
from config import clock
from models.base import NotFound, Rejected
from models.sheet_ledger import kept_sheet
from plans.ledger_back import read_back
from plans.ledger_formulas import formulas_of
from plans.ledger_row import Returned
from plans.opening import open_document
from rules.roles import Act

RECEIVED = "收到台账"
ENDINGS = ("xlsx", "xls")
PAST_ANY = 2**31  # no event has such a number, and no column takes a much longer one


@dataclass(frozen=True)
class Kept:
    """A kept sheet: the number of its event is all that a page need remember."""

    ref: int
    name: str
    digest: str
    cycle_id: UUID | None = None
    only: UUID | None = None

    def read(self) -> Returned:
        return _read(self.name, self.digest, clock.today())


def read_sheet(upload: Upload) -> Returned:
    """A sheet read before anything is kept: Rejected says why it cannot be."""
    if check_upload(upload) not in ENDINGS:
        raise Rejected(f"“{shown_name(upload.name)}”不是台账文件，请上传 .xlsx（或 .xls）文件。")
    returned = _rows(shown_name(upload.name), upload.data)
    if returned.faults and not returned.rows:
        raise Rejected("；".join(fault.words for fault in returned.faults) + "。")
    return returned


def _rows(name: str, data: bytes) -> Returned:
    return read_back(open_document(name, data), formulas_of(name, data))


@lru_cache(maxsize=16)
def _read(name: str, digest: str, _today: date) -> Returned:
    """The rows of a kept sheet; what lies in the future changes with the day."""
    return _rows(name, stored(digest, name))


def keep_sheet(
    session: Session, actor: Actor, upload: Upload, cycle_id: UUID | None = None, only: UUID | None = None
) -> Kept:
    """Keep the original bytes and note who sent them; the same file from the same person is noted once."""
    if actor.unit_id is None:
        allow(actor, Act.SHEET)
    digest, name = store(upload), shown_name(upload.name)
    where = {"subject": digest, "actor": actor.name, "cycle_id": cycle_id}
    known = kept_sheet(session, actor.office_id, RECEIVED, actor.unit_id, **where)
    if known is None or known.data.get("only") != (str(only) if only else None):
        record(
            session, actor, RECEIVED, digest, cycle_id, title=name, sha256=digest, size=len(upload.data),
            only=str(only) if only else None,
        )
        known = kept_sheet(session, actor.office_id, RECEIVED, actor.unit_id, **where)
    return find_sheet(session, actor, known.id if known and known.id else 0)


def find_sheet(session: Session, actor: Actor, ref: int) -> Kept:
    """A kept sheet of this unit, or of the office; nobody else's can be asked for by its number."""
    found = None
    if ref < PAST_ANY:
        found = kept_sheet(session, actor.office_id, RECEIVED, actor.unit_id, id=ref)
    if found is None or found.id is None:
        raise NotFound("没有找到这份已上传的台账，请重新上传。")
    only = found.data.get("only")
    return Kept(
        found.id, str(found.data["title"]), found.subject, found.cycle_id, UUID(str(only)) if only else None
    )
