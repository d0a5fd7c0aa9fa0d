"""Words cut to what a wire takes, never inside a character and never through the link."""

import re
from collections.abc import Callable

LINK = re.compile(r"https?://\S+")
MORE = "…（内容较长，其余请打开链接查看）"
MORE_ALONE = "…（内容较长，其余略）"


def in_bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def fitted(text: str, most: int, size: Callable[[str], int] = in_bytes) -> str:
    """The text within `most` bytes (or what `size` counts): its beginning, a word that it was cut, and its last link.

    A link longer than everything allowed cannot be kept whole; it is left out rather than broken.
    """
    if size(text) <= most:
        return text
    links = LINK.findall(text)
    tail = f"{MORE}\n{links[-1]}" if links else MORE_ALONE
    if size(tail) > most:
        tail = links[-1] if links and size(links[-1]) <= most else ""
    return _start(_without_broken_link(text), most - size(tail), size).rstrip() + tail


def _without_broken_link(text: str) -> str:
    """The text before its last link: a link cut in the middle would lead nowhere."""
    found = list(LINK.finditer(text))
    return text[:found[-1].start()] if found else text


def _start(text: str, most: int, size: Callable[[str], int]) -> str:
    """As many whole characters from the start as fit."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= most else (low, middle - 1)
    cut = text[:low]
    broken = [one for one in LINK.finditer(text) if one.start() < low < one.end()]
    return cut[:broken[0].start()] if broken else cut


def harmless(text: str) -> str:
    """Text in which nothing calls everybody or hides a link: robots read <at>, <a> and <@> inside plain text."""
    return text.replace("<", "＜").replace(">", "＞")


MARKDOWN = str.maketrans({
    "[": "［", "]": "］", "*": "＊", "`": "｀", "#": "＃", "<": "＜", ">": "＞", "_": "＿", "!": "！", "|": "｜",
    "~": "～",
})


def as_markdown(text: str) -> str:
    """Plain words as markdown that shows the same words; only our links stay links."""
    parts, at = [], 0
    for found in LINK.finditer(text):
        parts += [text[at:found.start()].translate(MARKDOWN), f"[{found.group()}]({found.group()})"]
        at = found.end()
    return "".join(parts) + text[at:].translate(MARKDOWN)
