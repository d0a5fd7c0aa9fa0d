"""A printed limit read into a Deadline: words to tokens (lexicon), tokens to a shape, the shape to one of the readings.

`read` never raises: what cannot be read comes back as `tbd` with a doubt that says what is missing.
"""

from collections.abc import Callable
from datetime import date

from config.workdays import Calendar, official
from plans.grammar.clusters import clusters
from plans.grammar.dated import dated
from plans.grammar.dates import Impossible, Reader
from plans.grammar.offsets import backward, bare_amount, before_event, forward, later, next_day
from plans.grammar.recurring import recurring, yearly
from plans.grammar.shape import Phrase
from rules.deadline import Deadline, Kind


def read(phrase: str, ref: date, calendar: Calendar | None = None) -> Deadline:
    """What a phrase says about time, seen from the day `ref` (the day of the document). Never raises."""
    seen = Phrase(phrase, ref, calendar or official())
    try:
        for rule in RULES:
            found = rule(seen)
            if found is not None:
                return found
    except Impossible as error:
        return seen.make(Kind.TBD, "日期不存在", doubt=error.sentence, choices=error.choices)
    except (ValueError, OverflowError):
        return seen.make(Kind.TBD, "超出历法范围", doubt="数字超出历法范围，请核对原文。")
    unread = "没有读出时限，请补录。" if seen.has("YMDnEQHXWVtsr") else None
    return seen.make(Kind.TBD, "没有读出时限", doubt=unread)


def _placeholder(seen: Phrase) -> Deadline | None:
    if not seen.has("Z"):
        return None
    return seen.make(Kind.TBD, "原文日期留空（占位），请补录", placeholder=True)


def _done(seen: Phrase) -> Deadline | None:
    token = seen.token("K")
    if token is None or seen.has("P"):
        return None
    found = clusters(seen.tokens, seen.shape, Reader(seen.ref, seen.calendar))
    due = found[0].spans[0].due if found else None
    if due and due > seen.ref and due.year > seen.ref.year:
        return None
    standing = seen.has("S")
    kind = Kind.ONGOING if standing else Kind.FIXED if due else Kind.TBD
    because = "原文写明已完成" + ("，此后每年确认一次，不作逾期" if standing else "")
    return seen.make(kind, because, due=due, done=True)


def _words(seen: Phrase) -> Deadline | None:
    """Phrases without a figure: undefined, standing, at once, or tied to an event."""
    if seen.has("q"):
        return seen.make(Kind.RECURRING, "只写时长，没有写周期，请补录")
    if seen.has("T") and not (seen.has("S") and seen.shape.index("S") < seen.shape.index("T")):
        return seen.make(Kind.TBD, "原文没有写明日期，请补录", ongoing=False)
    if seen.has("p"):
        return seen.make(Kind.RECURRING, "定期而未写周期，请补录", ongoing=False)
    if seen.has("Rv"):
        event = seen.before(seen.token("R") or seen.token("v"))  # type: ignore[arg-type]
        return seen.make(Kind.RELATIVE, "立即办理，自发现或收到时起", immediate=True, anchor=event or None)
    if seen.has("S"):
        return seen.make(Kind.ONGOING, "长期坚持，没有截止日，不作逾期，每年确认一次")
    return _event(seen)


def _event(seen: Phrase) -> Deadline | None:
    for letter, before in (("F", True), ("L", False), ("A", False)):
        token = seen.token(letter)
        event = seen.before(token) if token else ""
        if event:
            side = "之前" if before else "之后"
            return seen.make(
                Kind.RELATIVE, f"以“{event}”为准，{side}；该日期须由人填写", anchor=event, before=before,
                immediate=not before,
                doubt=None if before else f"“{event}后”没有写天数，暂按事件发生后即办。",
            )
    return None


RULES: list[Callable[[Phrase], Deadline | None]] = [
    _placeholder, _done, recurring, backward, forward, later, before_event, dated, next_day, yearly, _words,
    bare_amount,
]
