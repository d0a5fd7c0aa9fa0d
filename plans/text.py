"""The only place of plans/ that opens a file."""

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePath

from config.os_words import why_not
from models.base import Rejected

LIBRARY = Path(__file__).parent / "library"
ISSUED = {".docx", ".doc", ".wps", ".xlsx", ".xls", ".pdf", ".html", ".htm"}
LARGEST = 2 * 1024 * 1024


@dataclass(frozen=True)
class Source:
    """A file's name, text and SHA-256."""

    name: str
    text: str
    digest: str


def read_source(place: str | Path) -> Source:
    """Read a plan file by path or by its name in the library; Rejected says what is wrong with it."""
    path = find(place)
    with path.open("rb") as file:
        return source_of(path.name, file.read(LARGEST + 1))


def source_of(name: str, data: bytes) -> Source:
    """The source in bytes that came from elsewhere (an upload)."""
    if len(data) > LARGEST:
        raise too_large(name, LARGEST)
    if PurePath(name).suffix.lower() in ISSUED:
        raise Rejected(f"{name}：这里要的是方案文件（.yaml）或方案库中的名称；印发的原件请先用 duban plan adopt 采用。")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Rejected(f"{name} 第{line}行：不是 UTF-8 文本，请另存为 UTF-8。") from None
    return Source(name, text, hashlib.sha256(data).hexdigest())


def bytes_of(path: Path, largest: int) -> bytes:
    """A file's bytes, no more of them than the caller takes."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise Rejected(f"无法打开文件“{path}”：{why_not(error)}。") from None
    if len(data) > largest:
        raise too_large(path.name, largest)
    return data


def too_large(name: str, largest: int) -> Rejected:
    return Rejected(f"{name}：文件超过{largest // 1024 // 1024}MB，不予读取。")


def find(place: str | Path) -> Path:
    """The path itself, or the library's plan of that name."""
    path = Path(place)
    if path.is_file():
        return path
    shipped = LIBRARY / f"{path.name.removesuffix('.yaml')}.yaml"
    if shipped.is_file():
        return shipped
    names = "、".join(library())
    raise Rejected(f"没有找到方案文件“{place}”。库中有：{names}。")


def library() -> list[str]:
    """Names of the shipped plans."""
    return sorted(path.stem for path in LIBRARY.glob("*.yaml"))
