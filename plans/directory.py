"""A list of units and contacts (.csv or .xlsx) read with row-precise errors."""

import csv
import io
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from models.base import Rejected
from models.words import Channel
from rules.address import MAILBOX, fault

COLUMNS = {
    "单位名称": "name", "类别": "subject", "联系人": "contact", "职务": "post", "电话": "phone",
    "通知方式": "channel", "地址": "address", "第二通知方式": "second_channel", "第二地址": "second_address",
}
SUBJECTS = {
    "县区": "county", "县（区）": "county", "园区": "zone",
    **dict.fromkeys(("部门", "市直部门", "县直部门", "区直部门"), "department"),
    **dict.fromkeys(("乡镇", "街道", "乡镇街道"), "township"),
}
CHANNELS = {channel.label: channel.value for channel in Channel} | {"邮件": "mail", "站内": "outbox", "": "outbox"}


def read_directory(name: str, data: bytes) -> list[dict[str, Any]]:
    """Rows with the keys name, subject, contact, post, phone, channel, address; Rejected lists every bad row."""
    table = _xlsx(name, data) if name.lower().endswith((".xlsx", ".xls")) else _csv(name, data)
    if not table:
        raise Rejected(f"{name}：没有内容。")
    head = [_text(cell) for cell in table[0]]
    if "单位名称" not in head:
        raise Rejected(f"{name} 第1行：没有“单位名称”一栏。应有的栏目：{'、'.join(COLUMNS)}。")
    rows, errors, seen = [], [], dict[str, int]()
    for number, cells in enumerate(table[1:], 2):
        row = {COLUMNS[k]: _text(v) for k, v in zip(head, cells, strict=False) if k in COLUMNS}
        if not any(row.values()):
            continue
        errors += [f"{name} 第{number}行：{problem}" for problem in _complete(row, seen, number)]
        rows.append(row)
    if errors:
        raise Rejected("\n".join(errors))
    return rows


def _complete(row: dict[str, Any], seen: dict[str, int], number: int) -> list[str]:
    """Put a row's words into codes; what is wrong with it, in sentences."""
    problems = []
    if not row.get("name"):
        problems.append("缺少单位名称。")
    elif row["name"] in seen:
        problems.append(f"单位“{row['name']}”与第{seen[row['name']]}行重复。")
    seen.setdefault(row.get("name", ""), number)
    subject = row.get("subject") or "department"
    row["subject"] = SUBJECTS.get(subject, subject)
    if row["subject"] not in set(SUBJECTS.values()):
        problems.append(f"类别“{subject}”不认识，应为县区、乡镇、街道、园区或部门。")
    return problems + channel_problems(row)


def channel_problems(row: dict[str, Any]) -> list[str]:
    """Put the ways of reaching a contact into their codes; what is wrong with them or their addresses."""
    channel, second = row.get("channel", ""), row.get("second_channel", "")
    row["channel"] = CHANNELS.get(channel, channel)
    problems = _way_problems(row["channel"], row.get("address", ""))
    if second:
        row["second_channel"] = CHANNELS.get(second, second)
        problems += _way_problems(row["second_channel"], row.get("second_address", ""), "第二")
        if all(row[one] == row[f"second_{one}"] for one in ("channel", "address") if one in row):
            problems.append("第二通知方式与第一种相同，不起作用。")
    return problems


def _way_problems(channel: str, address: str, which: str = "") -> list[str]:
    if channel not in set(Channel):
        return [f"{which}通知方式“{channel}”不认识，应为{'、'.join(c.label for c in Channel)}。"]
    wrong = fault(Channel(channel), address)
    return [f"第二{wrong}" if which else wrong] if wrong else []


def _csv(name: str, data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))
        except UnicodeDecodeError:
            continue
        except csv.Error:
            raise Rejected(f"{name}：表格格式有误，请另存为 UTF-8 的 CSV 或 .xlsx。") from None
    raise Rejected(f"{name}：文字编码无法识别，请另存为 UTF-8 的 CSV 或 .xlsx。")


def _text(cell: Any) -> str:
    """A cell as typed: a telephone number kept as a number has no “.0”."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _xlsx(name: str, data: bytes) -> list[list[Any]]:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, ValueError):
        raise Rejected(f"{name}：不是有效的表格文件，请另存为 .xlsx。") from None


__all__ = ["CHANNELS", "COLUMNS", "MAILBOX", "channel_problems", "read_directory"]
