"""A compilation cut at its titles into the documents it holds, and lines put together to paragraphs."""

import re
from collections.abc import Iterator

from plans.document import Document, Line, Table
from plans.readers.head import chapter_of, tight

NEIGHBOURS = re.compile(r"上一篇[:：].*")  # what a web page printed below the last piece, in a line of its own

LONGEST_BREAK = 60  # a heading; a longer line with an open bracket is only damaged


def split_documents(document: Document) -> list[Document]:
    """The documents of a compilation, each beginning with its heading 第N篇; lines keep their numbers.
    A single document stays whole."""
    starts = [at for at, block in enumerate(document.blocks) if _heading(block)]
    if len(starts) < 2:
        return [document]
    ends = [*starts[1:], len(document.blocks)]
    return [_piece(document, start, end) for start, end in zip(starts, ends, strict=True)]


def _heading(block: Line | Table) -> bool:
    return isinstance(block, Line) and bool(chapter_of(block.text))


def _piece(document: Document, start: int, end: int) -> Document:
    blocks = [block for block in document.blocks[start:end] if not _neighbours(block)]
    heading = document.blocks[start]
    chapter = re.split(r"[:：\s]", heading.text.strip(), maxsplit=1)[0] if isinstance(heading, Line) else ""
    return Document(f"{document.name} {chapter}", document.digest, blocks)


def _neighbours(block: Line | Table) -> bool:
    return isinstance(block, Line) and NEIGHBOURS.fullmatch(tight(block.text)) is not None


def paragraphs(document: Document) -> Iterator[Line]:
    """Lines without spaces; one that breaks off within a bracket goes on with the next."""
    held = Line("", 0)
    for line in document.lines:
        held = Line(held.text + tight(line.text), held.number or line.number)
        if not held.text or (len(held.text) <= LONGEST_BREAK and _breaks_off(held.text)):
            continue
        yield held
        held = Line("", 0)
    if held.text:
        yield held


def _breaks_off(text: str) -> bool:
    return len(re.findall("[（(]", text)) > len(re.findall("[）)]", text))
