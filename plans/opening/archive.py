"""A zip of XML parts (.docx, .xlsx), opened only after what it declares of itself has been looked at."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from posixpath import basename, normpath

from lxml import etree

from models.base import Rejected

MOST_MEMBERS = 5_000
LARGEST_PART = 48 * 1024 * 1024
LARGEST_WHOLE = 128 * 1024 * 1024
# Word's own XML shrinks up to about a hundred times; a bomb shrinks a thousand times.
HIGHEST_RATIO = 300
RATIO_FROM = 4 * 1024 * 1024
# Every "<" of a part costs the tree some hundred bytes.
MOST_MARKS = 3_500_000

WORD, SHEET = "wordprocessingml", "spreadsheetml"
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError)
DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
MAIN = re.compile(rb"(wordprocessingml|spreadsheetml)\.(document|sheet)\.main\+xml")


@dataclass
class Archive:
    """The members of a checked zip."""

    name: str
    file: zipfile.ZipFile

    def names(self) -> list[str]:
        return [info.filename for info in self.file.infolist() if info.filename and not info.is_dir()]

    def read(self, member: str) -> bytes:
        """A member's bytes, no more of them than it declared."""
        try:
            return self.file.read(member)
        except DAMAGED:
            raise damaged(self.name) from None

    def kind(self) -> str:
        """WORD or SHEET; Rejected when it is neither, or carries macros."""
        if "[Content_Types].xml" not in self.names():
            raise Rejected(f"{self.name}：这是压缩包，不是 .docx 或 .xlsx 文件。请解压后上传其中的文件。")
        types = self.read("[Content_Types].xml")
        if b"macroEnabled" in types or any(basename(n).lower() == "vbaproject.bin" for n in self.names()):
            raise Rejected(f"{self.name}：文件带有宏，不予读取。请另存为不带宏的 .docx 或 .xlsx。")
        found = MAIN.search(types)
        if not found:
            raise Rejected(f"{self.name}：不是 .docx 或 .xlsx 文件。请在 WPS/Word 中另存为 .docx。")
        return found[1].decode()

    def main(self) -> bytes:
        """The part the package names as its document."""
        rels = parse(self.name, self.read("_rels/.rels"))
        targets = [rel.get("Target", "") for rel in rels if rel.get("Type", "").endswith("/officeDocument")]
        if not targets:
            raise damaged(self.name)
        return self.read(normpath(targets[0].lstrip("/")))


def open_archive(name: str, data: bytes) -> Archive:
    """The zip in the bytes, when nothing it declares is out of measure and no part carries a DTD."""
    try:
        archive = Archive(name, zipfile.ZipFile(io.BytesIO(data)))
    except DAMAGED:
        raise damaged(name) from None
    _check_sizes(name, archive.file.infolist(), len(data))
    _check_members(name, archive.file.infolist())
    for member in archive.names():
        _check_part(name, archive.read(member))
    return archive


def damaged(name: str) -> Rejected:
    return Rejected(f"{name}：文件不完整或已损坏，无法打开。请在 WPS/Word 中打开并另存后再传。")


def _check_sizes(name: str, members: list[zipfile.ZipInfo], packed: int) -> None:
    whole = sum(info.file_size for info in members)
    if len(members) > MOST_MEMBERS or whole > LARGEST_WHOLE or any(m.file_size > LARGEST_PART for m in members):
        raise Rejected(f"{name}：展开后过大（声明{whole // 1024 // 1024}MB、{len(members)}个部分），不予读取。")
    worst = max((m.file_size / max(m.compress_size, 1) for m in members if m.file_size > RATIO_FROM), default=0)
    if max(worst, whole / packed if whole > RATIO_FROM else 0) > HIGHEST_RATIO:
        raise Rejected(f"{name}：压缩比超过{HIGHEST_RATIO}倍，疑为压缩炸弹，不予读取。")


def _check_members(name: str, members: list[zipfile.ZipInfo]) -> None:
    if any(info.flag_bits & 1 for info in members):
        raise encrypted(name)
    if len({info.filename for info in members}) < len(members):
        raise Rejected(f"{name}：压缩包中有同名的部分，不予读取。")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in members):
        raise damaged(name)


def encrypted(name: str) -> Rejected:
    return Rejected(f"{name}：文件已加密，无法读取。请去除密码后再传。")


def _check_part(name: str, part: bytes) -> None:
    """No XML part may define entities; a part in UTF-16 would hide them from this look, and Office writes none."""
    head = part[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"<\x00" in head or b"\x00<" in head:
        raise Rejected(f"{name}：含有非 UTF-8 编码的 XML，不予读取。请在 WPS/Word 中另存后再传。")
    if not head.startswith(b"<"):
        return
    if DTD.search(part):
        raise Rejected(f"{name}：含有 DTD 或外部实体，不予读取。")
    if part.count(b"<") > MOST_MARKS:
        raise Rejected(f"{name}：内容过多（标记超过{MOST_MARKS}个），不予读取。")


def parse(name: str, part: bytes) -> etree._Element:
    """The part's root; entities are never resolved and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
                             remove_pis=True)
    try:
        return etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "depth" in str(error):
            raise Rejected(f"{name}：嵌套过深，不予读取。") from None
        raise damaged(name) from None
