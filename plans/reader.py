"""An issued document read by every reader that recognises something in it."""

from plans.document import Document
from plans.issued import Issued
from plans.opening import open_document, open_path
from plans.readers.checklist import read_checklist
from plans.readers.decomposition.reader import read_decomposition
from plans.readers.decomposition.unclaimed import read_unclaimed
from plans.readers.handover.reader import read_handovers
from plans.readers.head import read_head
from plans.readers.head_checks import check_head
from plans.readers.indicators import read_indicators
from plans.readers.letterform import read_letterforms
from plans.readers.page_cuts import read_cuts
from plans.readers.running_text.prose import read_prose
from plans.readers.scoretable.reader import read_scoretables, read_sheets
from plans.readers.split import split_documents
from plans.readers.stage.missed import read_missed
from plans.readers.stage.reader import read_stages
from plans.readers.target.reader import read_targets
from plans.readers.target.windows import read_windows
from plans.readers.weektable import read_weektable

TABLES = (read_decomposition, read_scoretables, read_weektable, read_checklist, read_indicators)


def read_issued(name: str, data: bytes) -> list[Issued]:
    """The plans in a file, one for each document it holds; Rejected where the file cannot be opened."""
    return [read_one(document) for document in split_documents(open_document(name, data))]


def read_path(path: str) -> list[Issued]:
    """The plans in the file at a path."""
    return [read_one(document) for document in split_documents(open_path(path))]


def read_one(document: Document) -> Issued:
    """Head and stages, what the tables hold, letter forms; running text only where no table held tasks."""
    head = read_head(document)
    part = check_head(document, head)
    for read in (read_stages, *TABLES, read_letterforms):
        part.add(read(document, head))
    part.add(read_unclaimed(document, head, part))
    if not part.tasks and not part.slots and not part.checklist:
        part.add(read_prose(document, head))
    for read in (read_targets, read_windows, read_cuts):
        part.add(read(document, head))
    part.add(read_handovers(document, head, part))
    part.add(read_missed(document, head, part))
    sheets = [sheet.draft(f"sheet-{n}") for n, sheet in enumerate(read_sheets(document), 1)]
    return Issued(head, part, document.digest, [sheet for sheet in sheets if sheet is not None])
