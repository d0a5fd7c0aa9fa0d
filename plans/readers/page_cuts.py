"""Rows that the end of a page went through: how they were put together is shown, and a person looks."""

from plans.document import Document
from plans.issued import Doubt, Head, Part

SEEN = "已与原文核对"


def read_cuts(document: Document, head: Head) -> Part:
    """One doubt for every place where a page of a printed file begins in the middle of a row, or may do."""
    return Part(doubts=[
        Doubt(
            f"cut:{table.number}:{row}", f"表{table.number}第{row}行",
            "这一行在原件中跨页，系统按上一页末行的续文或合并的单元格读取，请与原文核对该行及下一行的各格。", (SEEN,),
        )
        for table in document.tables for row in table.cuts
    ])
