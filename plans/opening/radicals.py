"""Letters that a font's table names by their radical (人⺠政府) put back to the ideograph they print."""

import re
import unicodedata
from dataclasses import replace

from plans.document import Line, Table

# Whole ideographs of the block CJK Radicals Supplement, after Unicode's EquivalentUnifiedIdeograph; no NFKC knows them.
PAIRS = (
    "⺁厂⺎兀⺒巳⺓幺⺝月⺟母⺠民⺩王⺬示⺶羊⻁虎⻄西⻅见⻆角⻉贝⻋车⻑長⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟"
    "⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻳龟"
)
WHOLE = dict(zip(PAIRS[::2], PAIRS[1::2], strict=True))
RADICALS = re.compile("[\u2e80-\u2fdf]")


def ideographs(text: str) -> str:
    """The text with whole radicals replaced; a part of a letter stays as it was printed."""
    return RADICALS.sub(lambda hit: WHOLE.get(hit[0]) or unicodedata.normalize("NFKC", hit[0]), text)


def mend(block: Line | Table) -> Line | Table:
    """A block with its letters put back; the same one where there is nothing to mend."""
    if isinstance(block, Line):
        return replace(block, text=ideographs(block.text)) if RADICALS.search(block.text) else block
    if not any(RADICALS.search(slot.text) for row in block.rows for slot in row):
        return block
    rows = [[replace(slot, text=ideographs(slot.text)) for slot in row] for row in block.rows]
    return replace(block, rows=rows)
