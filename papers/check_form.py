"""What a changed template misses, in sentences: it is checked before it is kept, never at the moment of signing."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from jinja2 import TemplateAssertionError, TemplateError
from lxml import etree

from models.base import Rejected
from models.paper_words import PaperKind
from papers.forms import ALWAYS, default_form, fill, form_for
from papers.marks import PARSER, W, parts_of, paths_used, sample, sources, text_of, twice
from papers.sandbox import Closed
from rules.number_words import WORDS

LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED, MOST_MEMBERS = 50 * 1024 * 1024, 500
LARGEST_TEXT, MOST_MARKS, LONGEST_MARK = 3 * 1024 * 1024, 1000, 300  # all but pictures and fonts; what is checked twice
PICTURES = re.compile(r"word/(?:media|fonts)/[^/]+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|odttf)$", re.IGNORECASE)
BLOCK = re.compile(r"\{%-?(?:(p|tr|tc)\s+|\s*)(\w+)\b[^%]*%\}")
PRINT = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}", re.DOTALL)
QUOTES = str.maketrans("“”‘’", "\"\"''")  # docxtpl straightens them before Jinja reads a mark
CONTROL = re.compile(r"\{%-?(p|tr|tc)\s[^%]*%\}")
WIDE = re.compile(r"｛｛|｝｝|｛%|%｝|\{％|％\}")
OPENS = {"for": "endfor", "if": "endif"}
NEITHER = ("else", "elif")
MACROS = "模板含有宏或可执行内容，请另存为不含宏的 .docx 再上传。"
CARRIERS = ("attachedTemplate", "aFChunk", "oleObject", "package", "control", "subDocument", "frame", "vbaProject")
FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "SEQ", "REF", "PAGEREF", "STYLEREF", "TOC", "EQ",
                    "FORMTEXT"})  # any other changes by itself, reads a file or starts a program


def check_form(data: bytes, kind: PaperKind) -> list[str]:
    """Every fault of a template as a sentence of its own; an empty list for one that may be used."""
    form = form_for(kind)
    if form.build is None:
        return [f"“{kind.label}”是电子表格，没有可更换的模板。"]
    if fault := _file_fault(data):
        return [fault]
    try:
        return _faults(data, kind)
    except (RecursionError, SyntaxError, MemoryError):
        return ["模板的循环或条件套得过深，请参照系统模板简化。"]


def _faults(data: bytes, kind: PaperKind) -> list[str]:
    try:
        parts = parts_of(data)
        marks = sum(source.count("{{") + source.count("{%") for source in sources(data))
    except Exception:  # whatever the openers of a broken file may raise
        return ["文件已损坏，无法打开，请在 WPS 或 Word 中另存为 .docx 再上传。"]
    if marks > MOST_MARKS:
        return [f"模板中的标记超过{MOST_MARKS}处，请参照系统模板简化。"]
    written = list(dict.fromkeys(fault for part in parts for fault in _part_faults(part)))
    return written or list(_value_faults(data, kind))


def _file_fault(data: bytes) -> str:
    """Why a file is no plain .docx; empty when it is one."""
    if len(data) > LARGEST:
        return f"模板超过{LARGEST // 1024 // 1024}MB，请删去大图片再上传。"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = {one.filename for one in file.infolist()}
            if len(names) > MOST_MEMBERS or sum(one.file_size for one in file.infolist()) > LARGEST_UNPACKED:
                return "模板解开后过大，不予接收。"
            if sum(one.file_size for one in file.infolist() if not PICTURES.match(one.filename)) > LARGEST_TEXT:
                return "模板的文字部分过大，不予接收。"
            types = file.read("[Content_Types].xml")
            relations = [etree.fromstring(file.read(name), PARSER) for name in names if name.endswith(".rels")]
            declared = b"".join(file.read(name) for name in names if not PICTURES.match(name)).replace(b"\0", b"")
    except etree.XMLSyntaxError:
        return "文件已损坏，无法打开，请在 WPS 或 Word 中另存为 .docx 再上传。"
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, ValueError, OSError):
        return "不是 .docx 文件，请在 WPS 或 Word 中另存为 .docx 再上传。"
    if b"macroEnabled" in types or any("vbaProject" in name or "/activeX/" in name for name in names):
        return MACROS
    if b"wordprocessingml.document.main+xml" not in types or "word/document.xml" not in names:
        return "不是 .docx 文件，请在 WPS 或 Word 中另存为 .docx 再上传。"
    if b"<!DOCTYPE" in declared or b"<!ENTITY" in declared or any("/embeddings/" in name for name in names):
        return "模板含有嵌入的对象或外部定义，请删去后再上传。"
    links = [link for tree in relations for link in tree.iter() if isinstance(link.tag, str)]
    if any(link.get("Type", "").rsplit("/", 1)[-1] in CARRIERS for link in links):
        return "模板含有嵌入的对象或外部定义，请删去后再上传。"
    if any(link.get("TargetMode", "Internal") != "Internal" or ":" in link.get("Target", "") for link in links):
        return "模板含有指向外部的链接（超链接、图片或附加模板），请删去后再上传。"
    return ""


def _part_faults(tree: Any) -> Iterator[str]:
    """Marks that are not whole, control marks that share their line, pairs that do not match."""
    words = text_of(tree)
    yield from _alive(tree)
    if wide := WIDE.search(words):
        yield f"标记“{wide[0]}”用了全角括号，请改为半角的 {{{{ }}}} 或 {{% %}}。"
    for paragraph in tree.iter(f"{W}p"):
        yield from _broken(text_of(paragraph))
    for name, mark in (("p", "p"), ("tr", "tr"), ("tc", "tc")):
        for holder in tree.iter(f"{W}{name}"):
            yield from _shared(text_of(holder), mark)
    yield from _pairs(words)


def _alive(tree: Any) -> Iterator[str]:
    """Fields that change, read or start something when the paper is opened, and words that are there and not seen."""
    for paragraph in tree.iter(f"{W}p"):
        code = "".join(node.text or "" for node in paragraph.iter(f"{W}instrText"))
        begun = sum(node.get(f"{W}fldCharType") == "begin" for node in paragraph.iter(f"{W}fldChar"))
        codes = [code] if begun < 2 else [node.text or "" for node in paragraph.iter(f"{W}instrText")]
        codes += [node.get(f"{W}instr") or "" for node in paragraph.iter(f"{W}fldSimple")]
        for one in codes:
            word = (one.split() or [""])[0].upper()
            if word and word not in FIELDS:
                yield f"模板含有域“{word[:20]}”，打开公文时会自行变化或读取别处，请删去（页码可以保留）。"
    for run in tree.iter(f"{W}r"):
        hidden = [node for node in run.iter(f"{W}vanish") if node.get(f"{W}val") not in ("0", "false", "off")]
        if hidden and text_of(run).strip():
            yield f"“{text_of(run).strip()[:20]}”是隐藏文字，印出时看不见，请取消隐藏或删去。"


def _broken(text: str) -> Iterator[str]:
    for opening, closing in (("{{", "}}"), ("{%", "%}")):
        if text.count(opening) != text.count(closing):
            yield f"标记被拆开或没有写完整：“{text.strip()[:40]}”，请删去后在同一段内重新录入。"
            return
    for mark in PRINT.findall(text):
        if len(mark) > LONGEST_MARK:
            yield f"“{mark[:40]}”过长，请拆成几处或删去。"
            continue
        yield from _unreadable(mark)
    if re.search(r"\{\{[rp]\s|\{%r\s|\{#", text):
        yield f"不能使用“{text.strip()[:40]}”这种标记，只可使用 {{{{ }}}}、{{%p %}}、{{%tr %}}。"


def _unreadable(mark: str) -> Iterator[str]:
    try:
        Closed().parse(mark.translate(QUOTES))
    except TemplateAssertionError as fault:
        yield f"“{mark[:40]}”：{fault.message}。"
    except TemplateError:
        yield f"“{mark[:40]}”写法有误，请核对拼写和括号。"


def _shared(text: str, mark: str) -> Iterator[str]:
    """A control mark takes its whole paragraph or row away: what else stands there would be lost without a word."""
    for found in CONTROL.finditer(text):
        if found[1] == mark and text.strip() != found[0].strip():
            rest = text.replace(found[0], "").strip()[:20]
            yield f"“{found[0]}”须独占一段（表格中独占一行），与它同在一处的“{rest}”会丢失。"


def _pairs(text: str) -> Iterator[str]:
    stack: list[tuple[str, str, str]] = []
    for found in BLOCK.finditer(text):
        holder, word = found[1] or "", found[2]
        if word in OPENS:
            stack.append((word, holder, found[0]))
        elif word in OPENS.values():
            word_open, holder_open, mark = stack.pop() if stack else ("", "", "")
            if OPENS.get(word_open) != word or holder_open != holder:
                yield f"“{mark or '（缺少开头）'}”与“{found[0]}”不配对。"
        elif word not in NEITHER:
            yield f"不认识的标记“{found[0]}”，只可使用 for、if 及其结尾。"
    for word, holder, mark in stack:
        yield f"“{mark}”没有结尾，缺少“{{%{holder} {OPENS[word]} %}}”。"


def _value_faults(data: bytes, kind: PaperKind) -> Iterator[str]:
    """Unknown marks, fields never used, and whatever a trial filling says."""
    form, known = form_for(kind), paths_used(default_form(kind))
    try:
        used = paths_used(data)
    except TemplateAssertionError as fault:
        yield f"模板写法有误：{fault.message}。"
        return
    except TemplateError:
        yield "循环或条件的写法有误，请对照系统模板核对“{% %}”标记。"
        return
    lists = {path[:found.start()] for path in known for found in re.finditer(r"\[\]", path)}
    allowed = known | set(form.fields) | set(ALWAYS)
    unknown = sorted(path for path in used if path not in allowed)
    yield from (f"不认识的标记“{path.replace('[]', '')}”，请核对拼写。" for path in unknown)
    asked = form.fields | ({"number": "文号"} if kind in WORDS and "number" in known else {})
    missing = [f"{name}（{{{{ {key} }}}}）" for key, name in asked.items() if key not in used]
    if missing:
        yield f"没有用到：{'、'.join(missing)}。"
    if not unknown:
        yield from _trial(data, kind, twice(sample(allowed, lists)))


def _trial(data: bytes, kind: PaperKind, values: dict[str, Any]) -> Iterator[str]:
    """Fill it once: the result must open again, with no mark left in it (notes and comments are not filled)."""
    try:
        made = fill(data, kind, values)
        parts_of(made)
    except (Rejected, etree.LxmlError, ValueError, KeyError, AttributeError) as fault:
        yield f"试填不成功：{fault}"
        return
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        if any(b"{{" in file.read(name) or b"{%" in file.read(name) for name in file.namelist()):
            yield "有标记没有被填写：尾注、批注、文本框以外的图形中不能放标记，请移到正文。"
