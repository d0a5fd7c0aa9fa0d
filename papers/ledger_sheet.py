"""The ledger as a workbook: what is owed printed and locked, what a unit fills in open, one row for each thing owed."""

import io
import math
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from papers.book import workbook_in
from rules import ledger as words

LONGEST_CELL = 32_767
SHEET, GUIDE = "台账", "填写说明"
WIDTHS = {
    words.KEY: 18, words.UNIT: 14, words.TITLE: 34, words.WHO: 22, words.LIMIT: 18, words.DUE: 11, words.LAMP: 14,
    words.STATE: 9, words.HOW: 20, words.STATUS: 10, words.DAY: 12, words.WORK: 40, words.PROOF: 22, words.AMOUNT: 8,
    words.PERSON: 10, words.RECEIVER: 14, words.ERROR: 40,
}
COLOURS = {"red": "#B71C1C", "yellow": "#8A6D00", "green": "#1F5D22"}
LINE, MOST = 14.0, 400.0  # heights in points; no row may be higher than 409
BASE: dict[str, Any] = {"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "vcenter", "border": 1}
HINTS = {
    words.STATUS: "从下拉列表中选；不填的行不受理、不改动。",
    words.DAY: "写全年月日，如 2024-06-30；不得晚于今天。",
    words.WORK: "写明做了什么、结果如何。长期任务每次限200字。",
    words.PROOF: f"写明材料名称和份数；文件凭链接上传。请办公室来人看的写“{words.ON_SITE}”。",
    words.AMOUNT: "本次的数量，只填数字。", words.PERSON: "按人计的任务填一人姓名。",
    words.RECEIVER: "填要求中列明的报送对象之一。",
}
LINES = (
    "一、只填表头为黄色、底色为白的各列；底色为灰的各列由办公室印制，请勿改动。可以筛选、删行、另存，也可以把几行复制到自己的表里交回。",
    "二、“编号”代表这一项任务，请连同整行一起复制，不要改写；编号末两位是校验字符，抄错一个字就不予受理。",
    "三、“办理状态”填“已完成”的，交回即为报送；填“办理中”的，只保存为草稿，不算报送；空白或“未开始”的行不作处理。",
    "四、“完成日期”写成 2024-06-30，2024/6/30、2024.6.30、2024年6月30日也可以；不要只写两位年份，不要填公式。",
    "五、佐证材料的文件不能随表交回。须附佐证材料的任务交回后存为草稿，请凭链接补传材料后提交。",
    "六、交回时逐行核对：有错的行会列明第几行、哪一列、应怎样填写，其他行不受影响；同一份表交两次不会重复报送。",
    "七、报送时间以系统收到本表的时间为准。本表不得填写涉密内容。",
    "八、工作表设有保护，没有密码；需要排序或插行时，在“审阅”中撤销保护即可。",
)


@dataclass(frozen=True)
class SheetRow:
    """A row as printed; `typed` is what is in its open cells, `how` says why a row is not open."""

    key: str
    unit: str
    title: str
    who: str = ""
    limit: str = ""
    due: date | None = None
    lamp: str = ""
    colour: str = ""
    state: str = ""
    how: str = ""
    open: bool = True
    typed: dict[str, str] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class Head:
    """What stands above the rows; `asked` are the columns that only some sheets have, ERROR among them."""

    title: str
    line: str
    asked: tuple[str, ...] = ()


class _Pen:
    """The workbook's formats."""

    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"font_name": "黑体", "font_size": 16, "bold": True})
        self.line = book.add_format({"font_name": "宋体", "font_size": 10, "font_color": "#555555"})
        self.head = book.add_format({**BASE, "bold": True, "bg_color": "#E3E6E9", "align": "center"})
        self.fill_head = book.add_format({**BASE, "bold": True, "bg_color": "#FFF3C4", "align": "center"})
        self.printed = book.add_format({**BASE, "bg_color": "#F4F5F6", "num_format": "@"})
        self.due = book.add_format({**BASE, "bg_color": "#F4F5F6", "num_format": "yyyy-mm-dd", "align": "center"})
        self.open = book.add_format({**BASE, "locked": False, "num_format": "@"})
        self.day = book.add_format({**BASE, "locked": False, "num_format": "yyyy-mm-dd", "align": "center"})
        self.wrong = book.add_format({**BASE, "locked": False, "font_color": "#B71C1C", "num_format": "@"})
        self.guide = book.add_format({"font_name": "宋体", "font_size": 12, "text_wrap": True, "valign": "top"})
        self.lamps = {
            colour: book.add_format({**BASE, "bg_color": "#F4F5F6", "font_color": ink, "bold": colour == "red"})
            for colour, ink in COLOURS.items()
        }


def ledger_sheet(rows: list[SheetRow], head: Head) -> bytes:
    """The workbook with its rows, ready to be filled in offline."""
    buffer = io.BytesIO()
    with workbook_in(buffer) as book:
        pen, sheet = _Pen(book), book.add_worksheet(SHEET)
        columns = (*words.PRINTED, *words.FILLED, *head.asked)
        _head(sheet, pen, head, columns)
        for at, row in enumerate(rows, start=3):
            _row(sheet, pen, at, row, columns)
        _rules(sheet, columns, 2 + max(len(rows), 1))
        _page(sheet, columns, 2 + len(rows))
        _guide(book, pen)
    return buffer.getvalue()


def _head(sheet: Any, pen: _Pen, head: Head, columns: tuple[str, ...]) -> None:
    sheet.write_string(0, 0, head.title[:LONGEST_CELL], pen.title)
    sheet.write_string(1, 0, head.line[:LONGEST_CELL], pen.line)
    sheet.set_row(0, 26)
    for place, name in enumerate(columns):
        sheet.write_string(2, place, name, pen.head if name in words.PRINTED else pen.fill_head)
        sheet.set_column(place, place, WIDTHS.get(name, 16))


def _row(sheet: Any, pen: _Pen, at: int, row: SheetRow, columns: tuple[str, ...]) -> None:
    """Every text is written as text: nothing a person typed may become a formula."""
    printed = {
        words.KEY: row.key, words.UNIT: row.unit, words.TITLE: row.title, words.WHO: row.who, words.LIMIT: row.limit,
        words.DUE: "", words.LAMP: row.lamp, words.STATE: row.state, words.HOW: row.how,
    }
    for place, name in enumerate(columns):
        text = printed[name] if name in printed else row.error if name == words.ERROR else row.typed.get(name, "")
        sheet.write_string(at, place, text[:LONGEST_CELL], _format(pen, row, name))
    tall = max(lines_in(text, WIDTHS[name]) for name, text in printed.items())
    if tall > 1:  # not every program fits the rows by itself; where one line is enough it may grow with what is typed
        sheet.set_row(at, min(tall * LINE + 4, MOST))
    if row.due:
        sheet.write_datetime(at, columns.index(words.DUE), row.due, pen.due)


def lines_in(text: str, width: float) -> int:
    """How many lines a text takes in a column of this width; a Chinese character is two wide."""
    room = max(width - 1, 2)
    return sum(max(1, math.ceil(_wide(line) / room)) for line in text.split("\n")) if text else 1


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in text)


def _format(pen: _Pen, row: SheetRow, name: str) -> Any:
    if name == words.LAMP:
        return pen.lamps.get(row.colour, pen.printed)
    if name == words.ERROR:
        return pen.wrong
    if name in words.PRINTED or not row.open:
        return pen.due if name == words.DUE else pen.printed
    return pen.day if name == words.DAY else pen.open


def _rules(sheet: Any, columns: tuple[str, ...], last: int) -> None:
    """The list of status words, and for the other open columns what is expected."""
    for name, hint in HINTS.items():
        if name not in columns:
            continue
        place = columns.index(name)
        rule: dict[str, Any] = {"validate": "any", "input_title": name, "input_message": hint}
        if name == words.STATUS:
            rule |= {
                "validate": "list", "source": list(words.STATUSES), "error_title": name,
                "error_message": f"请从列表中选：{'、'.join(words.STATUSES)}",
            }
        sheet.data_validation(3, place, last, place, rule)


def _page(sheet: Any, columns: tuple[str, ...], last: int) -> None:
    """How it is seen, protected and printed."""
    width = len(columns) - 1
    sheet.freeze_panes(3, 3)
    sheet.autofilter(2, 0, max(last, 3), width)
    sheet.protect("", {
        "sort": True, "autofilter": True, "format_cells": True, "format_columns": True, "format_rows": True,
        "delete_rows": True, "insert_columns": True,
    })
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.print_area(0, 0, max(last, 3), width)


def _guide(book: Any, pen: _Pen) -> None:
    sheet = book.add_worksheet(GUIDE)
    sheet.set_column(0, 0, 100)
    sheet.set_paper(9)
    sheet.write_string(0, 0, "台账填写说明", pen.title)
    for at, line in enumerate(LINES, start=1):
        sheet.write_string(at, 0, line, pen.guide)
