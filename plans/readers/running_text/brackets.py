"""Who leads, who helps and who must act, as brackets, unit lines and sentences of running text say it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from plans.readers.decomposition.columns import OFFICE
from plans.readers.decomposition.unitcell import NOBODY, looks_like_units, units_of

_FOLD: dict[int, str] = {0xFF01 + n: chr(0x21 + n) for n in range(94)} | {0x3000: " ", 0xA0: " ", ord("×"): "X"}
OPEN, CLOSE = "([【《〈〔“「『", ")]】》〉〕”」』"
NOTE, ENDS = "([【〔", " ；;，,。、\n"
BODY = "(?:单位|部门|机构|主体|处室|科室|股室)"
LABEL = re.compile(
    rf"(?P<both>牵头[、及和/(]{{1,2}}(?:责任|落实|配合)\)?{BODY}|责任{BODY}\(牵头{BODY}\))\s*:"
    rf"|(?P<lead>(?:牵头|主办|主责)(?:责任)?{BODY}(?=\s*:|\s+)|牵头(?=:))\s*:?"
    r"|(?P<person>(?:牵头|分管|责任|包保|挂牌|主管)[省市县区州]?领导|(?:牵头|责任|负责|联系|承办|经办)人员?|联系电话)\s*:"
    rf"|(?P<resp>(?:责任|配合|协办|协同|协助|参与|参加|落实|承办|实施|完成|成员)(?:责任)?{BODY}(?=\s*:|\s+)|配合(?=:))\s*:?"
    r"|(?P<limit>(?:完成|办结|整改|落实|推进|责任)?(?:时限|期限|时间)(?:要求|节点)?|完成日期)\s*:"
)
LEADS = re.compile(
    r"^由?(?P<who>.+?)(?:负责)?牵头(?:负责|抓总|落实|组织(?:实施)?|实施|推进|办理)*(?:[,,]?会同(?P<help>.+?)(?:负责|落实)?)?$"
)
HELPS = re.compile(
    r"^由?(?P<who>.+?)(?:共同|协同|协助|积极|密切|予以|给予|做好|分别|具体|组织|等)*"
    r"(?:配合|参加|参与|协办|协助|协同|支持)(?:落实|实施|工作|办理)?$"
)
SHARES = re.compile(
    r"^由?(?P<who>.+?)(?:(?:依据|根据|按照?|依)(?:各自)?职[责能](?:分工)?)?(?:分工)?"
    r"(?:分别|共同|具体|组织)?(?:负责|落实|实施|承办)(?:落实|实施)?$"
)
TIMED = re.compile(r"\d+[年月日]|[底末]前|长期|持续|年底|限时")
VAGUE = re.compile(r"有关|相关")
LONGEST = 8000  # no task runs on so long; what does is asked about rather than searched
MODAL = r"(?:应当|必须|应|要|须|不得|负责)"
ACTOR = re.compile(
    r"^(?:并?由)?(?!对|在|把|将|以|按|凡|除|根据|为|经|从|依|要|应|未经)"
    r"(?P<who>(?:(?!要由|应由|应当|必须)[^,。;()]|\([^()]*\)){1,24}?"
    r"(?:政府|部门|机关|机构|委员会|办公室|单位|小组|中心|会议|法院|检察院|(?<=[^举承主交督])办|[局委厅院所站镇乡])"
    rf"(?:\([^()]*\))?)(?={MODAL}|每|至少|定期|适时|于\d|在\d|按[年季月])"
)


@dataclass
class Note:
    """The bodies a task's notes name: who leads, who is responsible, and who stands there with nothing said."""

    lead: list[str] = field(default_factory=list)
    responsible: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    limit: str = ""
    printed: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.printed)


def fold(text: str) -> str:
    """Half-width figures and marks, character for character, so that places stay the same."""
    return text.translate(_FOLD)


def cut(text: str, marks: str) -> list[str]:
    """Pieces of a text between marks that stand outside every bracket and quotation; a lost bracket does not glue."""
    balanced = _depth(fold(text))[-1] == 0 if text else True
    depth = _depth(fold(text)) if balanced else [0] * len(text)
    pieces, start = [], 0
    for at, char in enumerate(fold(text)):
        if char in marks and depth[at] == 0:
            pieces.append(text[start:at])
            start = at + 1
    return [piece.strip() for piece in [*pieces, text[start:]] if piece.strip()]


def _depth(text: str) -> list[int]:
    """How many brackets are open behind each character."""
    depths, now = [], 0
    for char in text:
        now = now + (char in OPEN) - (char in CLOSE) if now or char not in CLOSE else 0
        depths.append(now)
    return depths


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the outermost brackets stand; one that is never closed runs to the end of its line."""
    folded = fold(text)
    at = 0
    while at < len(folded):
        if folded[at] not in NOTE:
            at += 1
            continue
        end = _closing(folded, at)
        yield at, end
        at = max(end, at + 1)


def _closing(text: str, start: int, now: int = 0) -> int:
    for at in range(start, len(text)):
        if text[at] == "\n":
            return at
        now += (text[at] in NOTE) - (text[at] in ")]】〕")
        if now == 0:
            return at + 1
    return len(text)


def take(text: str) -> tuple[str, Note]:
    """The text without its unit notes, and what these say together."""
    note, kept, last = Note(), [], 0
    for start, end in spans(text) if len(text) < LONGEST else ():
        inner = text[start + 1 : end].strip()
        inner = inner[:-1] if end - start > 1 and text[end - 1] in ")）]】〕" else inner
        if _bracket(inner, text, start, end, note):
            kept.append(text[last:start])
            last = end
    rest = "".join([*kept, text[last:]])
    lines = [_line(line, note) for line in rest.split("\n")]
    return "\n".join(line for line in lines if line.strip()), note


def _bracket(inner: str, text: str, start: int, end: int, note: Note) -> bool:
    folded = fold(inner)
    if LABEL.match(folded.strip()):
        return _labelled(inner, note)
    if _verbs(inner, note):
        return True
    return _plain(inner, text[:start], text[end:], note)


def _line(line: str, note: Note) -> str:
    """A unit line without brackets, on its own or behind the last full stop, taken out of the text."""
    for match in LABEL.finditer(fold(line)):
        before = fold(line)[: match.start()].rstrip()
        if match.lastgroup in ("person", "limit") or (before and before[-1] not in "。;.!"):
            continue
        if _labelled(line[match.start() :].rstrip("）)】]"), note):
            return line[: match.start()]
    return line


def _labelled(inner: str, note: Note) -> bool:
    """牵头单位：X；责任单位：Y, in any order, with persons and limits among them."""
    folded = fold(inner)
    found = [match for match in LABEL.finditer(folded) if match.end() > match.start()]
    ends = [*[match.start() for match in found[1:]], len(inner)]
    named = any(match.lastgroup in ("both", "lead", "resp") and not OFFICE.search(match.group()) for match in found)
    for match, end in zip(found, ends, strict=True):
        besides = match.lastgroup == "person" or (named and OFFICE.search(match.group()))
        note.aside += [inner[match.start() : end].strip(ENDS)] if besides else []
        _segment("" if besides else match.lastgroup or "", inner[match.end() : end].strip(ENDS), note)
    told = any(match.lastgroup in ("both", "lead", "resp") for match in found)
    if told:
        note.printed.append(inner.strip())
    return told


def _segment(kind: str, text: str, note: Note) -> None:
    if kind == "limit":
        note.limit = note.limit or text
    elif kind == "resp" and "牵头" in text and _verbs(text, note):
        note.printed.pop()
    elif kind in ("lead", "resp", "both"):
        _add({"lead": note.lead, "resp": note.responsible, "both": note.unsaid}[kind], text, note)


def _verbs(inner: str, note: Note) -> bool:
    """X牵头，Y、Z配合: bodies before a verb belong to it. Nothing is taken unless every body looks like one."""
    found, pending = Note(), []
    for phrase in cut(inner, ",;。"):
        who, target, more = _verb(fold(phrase), phrase, found)
        if target is None and TIMED.search(fold(phrase)):
            found.limit = phrase
        elif target is None:
            pending.append(phrase)
        else:
            _add(target, "、".join([*pending, who]), found)
            _add(found.responsible, more, found)
            pending = []
    named = [*found.lead, *found.responsible, *found.unsaid]
    if not named or not all(looks_like_units(unit) for unit in [*named, *pending]):
        return False
    _add(found.responsible if found.lead else found.unsaid, "、".join(pending), found)
    _merge(note, found, inner)
    return True


def _verb(folded: str, phrase: str, found: Note) -> tuple[str, list[str] | None, str]:
    """Who stands before the phrase's verb, where that verb puts them, and whom 会同 adds."""
    for pattern, target in ((LEADS, found.lead), (HELPS, found.responsible), (SHARES, found.unsaid)):
        match = pattern.match(folded)
        if match:
            start, end = match.span("who")
            more = match.groupdict().get("help") or ""
            shares = found.responsible if found.lead and target is found.unsaid else target
            return phrase[start:end], shares, more
    return "", None, ""


def _plain(inner: str, before: str, after: str, note: Note) -> bool:
    """（区司法局、区财政局） behind the prose: bodies and nothing else, so nobody is said to lead."""
    found = Note()
    _add(found.unsaid, inner, found)
    ends = after.split("\n", maxsplit=1)[0].strip(" 。;；") == ""
    apart = before.rstrip()[-1:] in ("", "。", "；", ";", "\n") or len(found.unsaid) > 1
    if not (ends and apart and looks_like_units(inner) and all(len(unit) > 2 for unit in found.unsaid)):
        return False
    _merge(note, found, inner)
    return True


def _merge(note: Note, found: Note, inner: str) -> None:
    for name in ("lead", "responsible", "unsaid", "hidden"):
        target: list[str] = getattr(note, name)
        target.extend(unit for unit in getattr(found, name) if unit not in target)
    note.limit = note.limit or found.limit
    note.printed.append(inner.strip())


def _add(target: list[str], text: str, note: Note) -> None:
    """The names of a list as printed; what 等 leaves unsaid is kept apart."""
    found = units_of(text)
    for names, goal in ((found.lead, note.lead), (found.names, target)):
        for unit in (one for name in names for one in _and(name)):
            if unit not in goal and unit not in NOBODY:
                goal.append(unit)
    if found.more:
        note.hidden.append(text.strip())


def _and(piece: str) -> list[str]:
    """X局和Y局 are two bodies, 人力资源和社会保障局 is one."""
    for match in re.finditer(r"会同|[和及与]", piece):
        left, right = piece[: match.start()], piece[match.end() :]
        if len(left) > 2 and len(right) > 2 and looks_like_units(left) and looks_like_units(right):
            return [left, *_and(right)]
    return [piece]


def actors(text: str) -> list[str]:
    """Who is told to do something, by the sentences of a text, each once."""
    found = [actor(clause) for sentence in cut(text, "。;!?\n") for clause in cut(sentence, ",")]
    return list(dict.fromkeys(who for who in found if who))


def actor(clause: str) -> str:
    """The body a clause begins with when 应当, 要, 每年 or their like follow."""
    match = ACTOR.match(fold(clause))
    return clause[match.start("who") : match.end("who")] if match else ""
