"""A checklist without points: its groups, its items, and the figures an item demands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plans.document import Document, Slot, Table
from plans.issued import CheckItem, Doubt, Figure, Head, Part
from plans.readers.head import tight

NUMBERED = re.compile(r"序号|编号")
STANDARD = re.compile(r"标准|内容|要求|事项")
GROUP = re.compile(r"项目|类别|指标|分类|组别|方面")
# A table with points is a score sheet, one with duties and limits a list of measures: neither is ours.
OTHERS = re.compile(r"分值|分数|得分|满分|评分|扣分|赋分|权重|牵头|责任|时限|时间|单位")
PAIRS = {"）": "（", ")": "(", "」": "「", "』": "『", "】": "【", "]": "[", "〕": "〔", "》": "《", "”": "“", "’": "‘"}
AMOUNT = (
    r"(?P<n>\d+(?:\.\d+)?|[一二两三四五六七八九十])"
    r"(?P<unit>平方米|个工作日|个月|个小时|学时|小时|[㎡%％人名次个件项条份台套辆间处天日年期元万])"
)
THRESHOLD = re.compile(
    r"(?P<field>.*?)(?:(?P<least>不低于|不少于|不小于|不得低于|不得少于|至少)"
    rf"|(?P<most>不超过|不高于|不多于|不大于|不得超过|最多)){AMOUNT}"
)
# 独立建设办公场所的配套院落: what stands before 的 says when the figure applies, if it begins with such a word.
CONDITION = re.compile(
    r"(?P<condition>(?:对|凡|如|未|已|有|无|没有|单独|独立|新建|设立|设置|配备|开展|实行|承担).*的)(?P<field>[^的]+)"
)
NUMERALS = "零一二三四五六七八九十"
HEADING = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)、.．]")
LONGEST_GROUP = 12


@dataclass(frozen=True)
class Columns:
    """Where a table keeps number, group and text; 0 for a group it has not."""

    number: int
    group: int
    text: int
    width: int


def read_checklist(document: Document, head: Head) -> Part:
    """The checklists of a document; tables with points, duties or limits are left to others."""
    part = Part()
    for table in document.tables:
        at, columns = _header(table)
        if columns:
            _read_table(part, table, at, columns)
            part.figures += _listed(document, part.checklist)
    return part


def _header(table: Table) -> tuple[int, Columns | None]:
    """The row of names among the first three, and the columns it gives."""
    for at, row in enumerate(table.rows[:3]):
        names = [tight(slot.text) for slot in row]
        number = _place(names, NUMBERED)
        text = _place(names, STANDARD) or _place(names, GROUP)
        if number and text and not any(OTHERS.search(name) for name in names):
            group = _place(names, GROUP)
            return at, Columns(number, group if group != text else 0, text, len(names))
    return 0, None


def _place(names: list[str], words: re.Pattern[str]) -> int:
    """The first name with one of the words, counted from 1; 0 without one."""
    return next((at for at, name in enumerate(names, 1) if words.search(name)), 0)


def _read_table(part: Part, table: Table, at: int, columns: Columns) -> None:
    header, group, items = [slot.text for slot in table.rows[at]], "", list[CheckItem]()
    for row in table.rows[at + 1 :]:
        if not any(tight(slot.text) for slot in row) or [slot.text for slot in row] == header:
            continue
        number, own, text = _cells(part, table, row, columns)
        group = own or group
        if text:
            items.append(CheckItem(number, group, text, f"表{table.number}第{row[0].row}行", list(thresholds(text))))
    part.checklist += items
    part.figures += [*_sequence(table, items), *(figure for item in items for figure in _brackets(item))]


def _cells(part: Part, table: Table, row: list[Slot], columns: Columns) -> tuple[str, str, str]:
    """Number, group and text of a row: by column where those are known, else by order."""
    texts = ["".join(tight(line) for line in slot.lines) for slot in row]
    if len(set(texts)) == 1 and (table.placed or HEADING.match(texts[0])):
        return "", texts[0], ""
    if table.placed or len(texts) == columns.width:
        texts = ["", *texts, *[""] * columns.width]
        return texts[columns.number], texts[columns.group], texts[columns.text]
    filled = [text for text in texts if text]
    number = filled.pop(0) if filled and filled[0].isdigit() else ""
    if len(filled) < 2 or not columns.group:
        return number, "", filled[0] if filled else ""
    return _by_order(part, f"表{table.number}第{row[0].row}行", number, filled)


def _by_order(part: Part, where: str, number: str, filled: list[str]) -> tuple[str, str, str]:
    """Two texts whose columns were lost: group and item, or item and remark. Asked, a short name taken as a group."""
    named = len(filled[0]) <= LONGEST_GROUP and not re.search("[，。；、]", filled[0])
    choices = (f"“{filled[0]}”是分组", f"“{filled[0]}”是检查内容")
    key = f"checklist-{where}"
    what = f"原表列已丢失，请确认各格属于哪一列：“{filled[0]}”“{filled[1]}”。"
    part.doubts.append(Doubt(key, where, what, choices if named else choices[::-1]))
    return (number, filled[0], filled[1]) if named else (number, "", filled[0])


def thresholds(text: str) -> Iterator[dict[str, str | float]]:
    """The figures a text demands: 办公面积不低于200平方米 is a least value, 不超过 a greatest one."""
    for clause in re.split("[，。；,;]", text):
        found = THRESHOLD.match(clause)
        if found and found["field"]:
            n = found["n"]
            amount = float(NUMERALS.index(n.replace("两", "二"))) if n in "一二两三四五六七八九十" else float(n)
            condition = CONDITION.fullmatch(found["field"])
            read: dict[str, str | float] = {"field": condition["field"] if condition else found["field"]}
            read |= {"min" if found["least"] else "max": amount, "unit": found["unit"]}
            yield read | ({"condition": condition["condition"]} if condition else {})


def _sequence(table: Table, items: list[CheckItem]) -> Iterator[Figure]:
    """Whether the numbers run on from 1."""
    if items:
        numbers = [item.no for item in items]
        whole = numbers == [str(n) for n in range(1, len(numbers) + 1)]
        expected = f"1至{len(numbers)}"
        found = expected if whole else "、".join(no or "空" for no in numbers)
        yield Figure(f"表{table.number}：检查项序号", expected, found)


def _brackets(item: CheckItem) -> Iterator[Figure]:
    """Brackets that do not close what was opened: worth a look at the original, no more."""
    opened: list[str] = []
    for letter in item.text:
        if letter in PAIRS.values():
            opened.append(letter)
        elif letter in PAIRS and (not opened or opened.pop() != PAIRS[letter]):
            yield Figure(f"第{item.no}项的括号（{item.source}）", "成对", f"“{letter}”与前文不成对")
            return
    if opened:
        yield Figure(f"第{item.no}项的括号（{item.source}）", "成对", f"“{opened[-1]}”没有收尾")


def _listed(document: Document, items: list[CheckItem]) -> Iterator[Figure]:
    """The groups that the text lists in brackets against those of the table."""
    groups = list(dict.fromkeys(item.group for item in items if item.group))
    for line in document.lines:
        for inside in re.findall(r"[（(]([^（）()]+)[）)]", tight(line.text)):
            named = re.split("[、，,]", inside)
            if len(set(named) & set(groups)) > 1:
                yield Figure(f"检查表分组与{line.where}所列", "、".join(named), "、".join(groups))
