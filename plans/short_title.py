"""A title short enough for a list: what the paper is about, without who sends it and what kind of paper it is."""

import re

LONGEST = 20
QUOTED = re.compile(r"《([^《》]+)》")
SENDER = re.compile(r"^.*?关于(?=[^》]*$)")
OPENING = re.compile(r"^(?:进一步)?(?:印发|转发|开展|做好|加强|推进|建立|实施|在全[县市区省]|对)+")
KIND = re.compile(r"的?(?:实施|工作|行动)?(?:方案|通知|函|意见|制度|清单|计划|要点)(?:[（(][^（）()]*[）)])?$")
JOINT = re.compile(r"[、，及和暨]")
YEAR = re.compile(r"^20\d\d年度?")


def short_title(title: str) -> str:
    """The subject of a title in at most LONGEST characters, never cut within a phrase; the title itself where nothing
    can be left out."""
    inner = QUOTED.search(title)
    subject = inner[1] if inner else SENDER.sub("", title)
    subject = _bare(OPENING.sub("", _bare(subject))) or title
    return subject if len(subject) <= LONGEST else _last_phrase(subject)


def _bare(text: str) -> str:
    """Without the kind of paper at its end: 《…实施方案（试行）》的通知 loses both."""
    while (shorter := KIND.sub("", text)) not in (text, ""):
        text = shorter
    return text


def _last_phrase(subject: str) -> str:
    """The last of several things joined by 及, 和 or 、 (titles name the occasion last), with the year in front."""
    year = found[0] if (found := YEAR.match(subject)) else ""
    phrases = [one for one in JOINT.split(subject) if one]
    while len(phrases) > 1 and len(subject) > LONGEST:
        subject = subject[subject.index(phrases[1], len(phrases[0])):]
        phrases = phrases[1:]
    if len(subject) > LONGEST:
        return subject[:LONGEST - 1] + "…"
    return subject if subject.startswith(year) or len(year + subject) > LONGEST else year + subject
