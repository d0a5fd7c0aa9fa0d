"""A workbook being written: a text stays a text, whatever it looks like."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AS_WRITTEN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def workbook_in(buffer: io.BytesIO) -> Iterator[Any]:
    """An xlsxwriter workbook that lies in `buffer` when the block ends."""
    import xlsxwriter  # 15 MB, which a process that writes no workbook does without

    with xlsxwriter.Workbook(buffer, {"in_memory": True, **AS_WRITTEN}) as book:
        yield book
