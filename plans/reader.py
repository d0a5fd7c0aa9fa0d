"""An issued document read by every reader that recognises something in it."""

from collections.abc import Callable, Mapping
from collections.abc import Set as Numbers
from dataclasses import replace

from plans.answered.head import head_of
from plans.answered.said import Said
from plans.document import Document, Table
from plans.issued import HandoverRead, Head, Issued, Part, TaskRead
from plans.limit import from_issue
from plans.opening import open_document, open_path
from plans.readers.checklist import read_checklist
from plans.readers.decomposition.chosen import bearing
from plans.readers.decomposition.reader import read_decomposition
from plans.readers.decomposition.unclaimed import listed_as, read_told, read_unclaimed
from plans.readers.handover.reader import read_handovers
from plans.readers.head import read_head
from plans.readers.head_checks import check_head
from plans.readers.indicators import read_indicators
from plans.readers.letterform import read_letterforms
from plans.readers.page_cuts import read_cuts
from plans.readers.running_text.prose import read_prose
from plans.readers.scoretable.reader import read_scoretables
from plans.readers.split import split_documents
from plans.readers.stage.missed import read_missed
from plans.readers.stage.reader import read_stages
from plans.readers.target.reader import read_targets
from plans.readers.target.windows import read_windows
from plans.readers.weektable import read_weektable

NOTHING: Mapping[str, str] = {}
FURTHER: tuple[Callable[[Document, Head], Part], ...] = (  # those that need to know nothing of other readers' finds
    read_indicators,
    read_letterforms,
)


def read_issued(name: str, data: bytes) -> list[Issued]:
    """The plans in a file, one for each document it holds; Rejected where the file cannot be opened."""
    return [read_one(document) for document in split_documents(open_document(name, data))]


def read_path(path: str, given: Mapping[str, str] = NOTHING) -> list[Issued]:
    """The plans in the file at a path, read by what was answered about their tables."""
    return [read_one(document, given) for document in split_documents(open_path(path))]


def read_one(document: Document, given: Mapping[str, str] = NOTHING) -> Issued:
    """Head and stages, what the tables hold, letter forms; running text only where no table held tasks. Answers about
    tables and their columns are read by; their questions stay, so that an answer can be changed."""
    head, told = read_head(document), bearing(given)
    part = check_head(document, head)
    head = head_of(head, Said([], given))  # every day is read from the day the clerk says the paper is of
    part.add(read_stages(document, head))
    _read_tables(part, document, head, told)
    if not part.tasks and not part.slots and not part.checklist:
        part.add(read_prose(document, head))
    part.add(read_told(document, head, part, told))
    for read in (read_targets, read_windows, read_cuts):
        part.add(read(document, head))
    part.add(read_handovers(document, head, part))
    part.add(read_missed(document, head, part))
    rows: list[TaskRead | HandoverRead] = [*part.tasks, *part.handovers]
    for one in rows:
        one.deadline = from_issue(one.deadline, head.issued_on) if one.deadline else None
    return Issued(head, part, document.digest)


def _read_tables(part: Part, document: Document, head: Head, told: Mapping[str, str]) -> None:
    """Every table by the reader that knows it, letter forms, then the tables that nobody took."""
    standards, others = (listed_as(document, head, told, tasks=tasks) for tasks in (False, True))
    part.add(read_decomposition(_without(document, standards), head, told))
    for read in (read_scoretables, read_weektable):
        part.add(read(document, head))
    part.add(read_checklist(_without(document, others), head))
    for further in FURTHER:
        part.add(further(document, head))
    part.add(read_unclaimed(document, head, part, told))


def _without(document: Document, numbers: Numbers[int]) -> Document:
    """The document without tables that a clerk says belong to another reader."""
    blocks = [one for one in document.blocks if not (isinstance(one, Table) and one.number in numbers)]
    return replace(document, blocks=blocks) if numbers else document
