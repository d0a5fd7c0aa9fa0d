"""Limits that run from an event: 自…之日起N日内, 届满前N个月, 实施一年后, 当日."""

import re
from dataclasses import replace

from plans.grammar.clusters import clusters
from plans.grammar.dated import dated
from plans.grammar.dates import Reader
from plans.grammar.lexicon import Token, figure, number
from plans.grammar.shape import LEAD, Phrase
from rules.deadline import Deadline, Kind, Offset, Unit

FORWARD = re.compile(
    r"(?P<event>[AL])[.,O]*(?P<after>[nDM])(?=I|[.,C]|F|$)"
    r"|(?<![YMP])(?P<inner>[nDM])I"
    r"|O+\.?(?P<limit>[nDM])(?![DEXF])"
)
BACKWARD = re.compile(r"F[O,]*(?P<after>[nD])|U[.O]*(?P<ahead>[nDM])|\.?(?P<inner>n)F|[.C](?P<day>D)F")
LATER = re.compile(r"nL")
EVENT = re.compile(r"届满|到期|期满|召开|开始|举行|实施|进驻|开会|会议|结束|施行|离任|上会|审议|提交|换届")
EXPIRY = re.compile(r"届满|到期|期满")
RECEIPT = re.compile(r"(?:接到|收到|签收|下达)[^,。;]*")
AT_LEAST = re.compile(r"(?:不少于|不低于|不得少于|至少)[^,。;]{0,2}$")
DATED = re.compile("[YM]E?F|DF")
STATUTES = (
    ("行政许可", "《行政许可法》第八十二条", 45), ("行政强制", "《行政强制法》第六十九条", 10),
    ("行政复议", "《行政复议法》第八十八条", 10), ("行政处罚", "《行政处罚法》第八十五条", 7),
)
NAMED_DAY = re.compile("[MYXQHVB]F|[DEPsowkdJh]")
EVENT_BEFORE = re.compile(r"[C.]F")
LONGEST = 3650  # of whatever unit; a larger figure is a misprint
UNITS = (
    ("工作日", Unit.WORKDAY), ("自然日", Unit.DAY), ("日历日", Unit.DAY), ("公历日", Unit.DAY), ("星期", Unit.WEEK),
    ("周", Unit.WEEK), ("季度", Unit.MONTH), ("月", Unit.MONTH), ("年", Unit.YEAR), ("天", Unit.DAY), ("日", Unit.DAY),
    ("号", Unit.DAY),
)


def backward(seen: Phrase) -> Deadline | None:
    """So long before an event."""
    match = BACKWARD.search(seen.shape)
    if match is None:
        return None
    name = next(key for key in ("after", "ahead", "inner", "day") if match.group(key))
    token = seen.tokens[match.start(name)]
    event = seen.before(seen.tokens[match.start()] if name in ("after", "ahead") else token)
    offset = offset_of(token)
    if offset is None or (name == "day" and not EVENT.search(event)):
        return None
    if name == "ahead" and not event:
        event = re.split(r"[,。;]", seen.text[token.end:])[0]
    return _ahead_of(seen, event, offset)


def _ahead_of(seen: Phrase, event: str, offset: Offset) -> Deadline:
    """Before an expiry the phrase may mean the latest day to begin, or the whole last stretch."""
    name, length = event or "该事件", offset.words
    doubt: str | None = None
    choices: tuple[str, ...] = ()
    if EXPIRY.search(event):
        doubt = f"最迟应在{event}前{length}办，也可读为{event}前的最后{length}内办。"
        choices = (f"最迟在{event}前{length}", f"{event}前{length}以内")
    return seen.make(
        Kind.RELATIVE, f"{name}前{length}，须先知道{name}的日期", offset=Offset(-offset.n, offset.unit),
        anchor=event or None, before=True, doubt=doubt, choices=choices,
    )


def forward(seen: Phrase) -> Deadline | None:
    """Within so long of an event, or of receipt where none is named."""
    for match in FORWARD.finditer(seen.shape):
        at = next(match.start(key) for key in ("after", "inner", "limit") if match.group(key))
        if seen.shape[at] == "M" and not _a_length(seen, at):
            continue
        offset = offset_of(seen.tokens[at])
        if offset is None:
            return _hours(seen, seen.tokens[at])
        named = dated(seen) if not match.group("event") and DATED.search(seen.shape) else None
        if named is not None and named.due:
            return replace(named, doubt=named.doubt or f"同一句还写了{offset.words}，暂按写明的日期。")
        return _within(seen, at, offset)
    return None


def _a_length(seen: Phrase, at: int) -> bool:
    """“一月内” is one month; “6月内” and “2024年6月内” are June."""
    return not seen.tokens[at].text[0].isdigit() and (at == 0 or seen.shape[at - 1] != "Y")


def _within(seen: Phrase, at: int, offset: Offset) -> Deadline:
    start = max(seen.shape.rfind("A", 0, at), seen.shape.rfind("L", 0, at))
    event = seen.before(seen.tokens[start]) if start >= 0 else _receipt(seen, at)
    head = max(start, 0)
    named = clusters(seen.tokens[:head], seen.shape[:head], Reader(seen.ref, seen.calendar))
    offset, doubt = _which(seen, at, offset)
    if doubt is None:
        offset, doubt = _statute(seen, offset)
    because = f"{offset.words}内，未写起算点，按收到文件之日起算"
    return seen.make(
        Kind.RELATIVE, f"自{event}之日起{offset.words}，当日不计" if event else because, offset=offset,
        anchor=event or "收到文件", first=named[0].spans[0].due if named else None, doubt=doubt,
        after=AT_LEAST.search(seen.text[:seen.tokens[at].start]) is not None,
    )


def _receipt(seen: Phrase, at: int) -> str:
    """“接到本通知…于30日内”: the event stands in front without 之日起 or 后."""
    match = RECEIPT.match(LEAD.sub("", seen.text[:seen.tokens[at].start]))
    return match.group().rstrip("后起,") if match else ""


def _which(seen: Phrase, at: int, offset: Offset) -> tuple[Offset, str | None]:
    """Several lengths in one phrase, or “3至5个工作日”: one is proposed, the clerk is asked."""
    lengths = [token for token in seen.tokens if token.letter == "n"]
    if len(lengths) > 1 and seen.shape[at] == "n" and (first := offset_of(lengths[0])) is not None:
        return first, f"一句写了几个时限（{'、'.join(token.text for token in lengths)}），请按事项选定。"
    if seen.tokens[at].text.isdigit():
        return offset, f"原文写“{seen.tokens[at].text}内”，缺单位，按日计。"
    if re.search("[-至到]", seen.tokens[at].text):
        return offset, f"原文写“{seen.tokens[at].text}”，按上限{offset.words}计。"
    return offset, None


def _statute(seen: Phrase, offset: Offset) -> tuple[Offset, str | None]:
    """Laws that count 日 as workdays: 行政许可法 82, 行政强制法 69, 行政复议法 88, 行政处罚法 85."""
    for word, law, longest in STATUTES:
        if word in seen.text and offset.unit == Unit.DAY and offset.n <= longest:
            days = Offset(offset.n, Unit.WORKDAY)
            return days, f"依{law}，此处的日按工作日计（{days.words}）；若按自然日，请改定。"
    return offset, None


def _hours(seen: Phrase, token: Token) -> Deadline | None:
    """Hours become whole days; less than a day is at once."""
    n = figure(token)
    if "小时" not in token.text or n is None:
        return None
    offset = Offset(-(-n // 24), Unit.DAY) if n >= 24 else None
    return seen.make(
        Kind.RELATIVE, f"{n:g}小时内，本系统按日提醒", offset=offset, immediate=offset is None,
        anchor=seen.before(token).rstrip("后起") or "收到文件",
        doubt=None if n % 24 == 0 else f"原文按小时计（{n:g}小时），只能按日提醒。",
    )


def offset_of(token: Token) -> Offset | None:
    """The length of time a token names; None for hours and for no figure."""
    text, n = token.text, figure(token) or 0
    if upper := re.search(r"[-至到](\d+|[一二三四五六七八九十]+)", text):
        n = int(number(upper.group(1)))
    half = 0.5 if "半" in text else 0
    unit = next((unit for word, unit in UNITS if word in text), Unit.DAY if text.isdigit() else None)
    if unit is None or "小时" in text or not 0 < n + half <= LONGEST:
        return None
    if unit == Unit.YEAR and half:
        return Offset(int((n + half) * 12), Unit.MONTH)
    return Offset((n * 3 if "季度" in text else n) + half, unit)


def before_event(seen: Phrase) -> Deadline | None:
    """“明年县人代会召开前”: the year only tells which event is meant; its day must be supplied."""
    found = EVENT_BEFORE.search(seen.shape)
    if found is None or NAMED_DAY.search(seen.shape):
        return None
    event = seen.before(seen.tokens[found.end() - 1])
    return seen.make(
        Kind.RELATIVE, f"以“{event}”为准，之前；该日期须由人填写", anchor=event or None, before=True
    )


def later(seen: Phrase) -> Deadline | None:
    """“实施一年后”: a beginning without an end; “约定20天后” names the day itself."""
    match = LATER.search(seen.shape)
    offset = offset_of(seen.tokens[match.start()]) if match else None
    if match is None or offset is None:
        return None
    token = seen.tokens[match.start()]
    event = seen.before(token).removesuffix("满")
    if "约" in seen.text[:token.start]:
        known = event.removesuffix("约定") or None
        return seen.make(Kind.RELATIVE, f"约定{offset.words}后", offset=offset, anchor=known)
    because = f"{event or '事件'}满{offset.words}后开始，原文未写截止日"
    return seen.make(Kind.RELATIVE, because, offset=offset, anchor=event or None, after=True)


def next_day(seen: Phrase) -> Deadline | None:
    """当日, 次日, 下一个工作日 of an event."""
    token = seen.token("u")
    if token is None:
        return None
    same = token.text[0] in "当同"
    offset = Offset(0 if same else 1, Unit.WORKDAY if "工作" in token.text else Unit.DAY)
    event = seen.before(token).rstrip("后的,")
    because = f"{event or '事件'}{token.text}"
    return seen.make(Kind.RELATIVE, because, offset=offset, anchor=event or None, immediate=same)


def bare_amount(seen: Phrase) -> Deadline | None:
    """A table cell that holds nothing but a length of time."""
    token = seen.token("n")
    if token is None or re.fullmatch(r"[.,O]*n[.,]*", seen.shape) is None or len(seen.text) > 9:
        return None
    offset = offset_of(token)
    if offset is None:
        return None
    because = f"{offset.words}，未写起算点，按收到文件之日起算"
    return seen.make(Kind.RELATIVE, because, offset=offset, anchor="收到文件", doubt="只写了时长，请确定起算点。")
