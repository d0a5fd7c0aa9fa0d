"""Standing duties of a yearly system: what its running text has a named body do, or done by a limit of its own."""

import re
from collections.abc import Iterator

from plans.readers.handover.sentence import NOT_OURS, Raw, limits_in
from plans.readers.handover.words import DATED, Hit, bodies, clauses, drawn, hit, limit_of, subject

AT_ONCE = re.compile(r"第一时间")
QUOTA = re.compile(r"(?:不低于|不少于|不得少于|至少)\d+个?(?:学时|课时|学分|小时|次|期)")
TIMES = re.compile(r"[“”]?(?P<limit>年中一次[^，,]*[，,]年终一次[^”“，,]*)[“”]?")
MADE_TO = re.compile(r"^(?:要求|督促|责成)(?P<who>[^，。]{2,20}?)(?=在|于|及时|限期|按)")
NO_DEED = re.compile(r"阶段[，。]?$|^将全年|^(?:对|根据|依照|依据|按照)")
LIMIT_ONLY = 2  # what is left of a clause beside its limit and its body must say more than this


def deeds(sentence: str) -> Iterator[Raw]:
    """The duties of one sentence. 及时 and its like bind nobody unless the clause itself names a body."""
    if NOT_OURS.search(sentence):
        return
    if found := TIMES.search(sentence):
        yield Raw(Hit(what=sentence.strip()), [found["limit"]], deed=True)
        return
    for clause in clauses(sentence):
        if hit(clause) or drawn(clause) or NO_DEED.search(clause):
            continue
        who, limits = _who(clause), _limits(clause)
        rest = clause
        for words in (*limits, *who):
            rest = rest.replace(words, "", 1)
        if limits and len(rest) > LIMIT_ONLY and (who or _binds(clause)):
            yield Raw(Hit(what=clause.strip("，,")), limits, who, deed=True)


def _who(clause: str) -> list[str]:
    made = MADE_TO.match(clause)
    return bodies(made["who"]) if made else subject(clause)


def _limits(clause: str) -> list[str]:
    return [clause.partition("应")[2] or clause] if QUOTA.search(clause) else limits_in(clause)


def _binds(clause: str) -> bool:
    return limit_of(clause)[1] in range(DATED) or AT_ONCE.search(clause) is not None or QUOTA.search(clause) is not None
