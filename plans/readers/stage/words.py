"""The words and signs by which a stage is recognised, and what is noted of it before they are read."""

import re
from dataclasses import dataclass

from plans.document import Line

CHAPTER = re.compile(r"[一二三四五六七八九十]{1,3}、(?P<title>[^。：:\d]{2,20})[。：:]?")
INLINE = re.compile(
    r"[一二三四五六七八九十]{1,3}、(?P<name>[\u4e00-\u9fff]{2,8})时间(?:安排)?[:：为](?P<text>[^。；]+).*"
)
ORDERED = re.compile(r"步骤|阶段|时间|进度")  # chapters in which whatever has a time is a step
STEPS = re.compile(r"步骤|阶段|时间|安排|方式|进度|(?:督[察查导]|工作|考核|检查|监督|实施)程序")
LEVEL = r"[（(][一二三四五六七八九十]{1,3}[）)]"
TOP = r"[一二三四五六七八九十]{1,3}、"
NUMBER = (
    rf"(?:{LEVEL}|{TOP}|[（(]\d{{1,2}}[）)]"
    r"|第[一二三四五六七八九十\d]{1,2}(?:阶段|步)[:：、，]?|\d{1,2}[.．、](?!\d)|[①-⑳]|[一二三四五六七八九十]是)"
)
ITEM = re.compile(
    rf"{NUMBER}(?P<name>[\u4e00-\u9fff、“”，,]{{2,24}}?(?=[（(【\[][^（）()]*\d)|[\u4e00-\u9fff、“”]{{2,16}}?)"
    r"(?:[（(【\[](?P<inside>[^（）()【】\[\]]*)[）)】\]]|[:：](?P<after>[^。；;]*))?(?:[。：:；;，,](?P<body>.*))?"
)
TURNED = re.compile(
    r"(?P<name>第[一二三四五六七八九十\d]{1,2}阶段)[（(](?P<inside>[^（）()]*)[）)][:：、，]?"
    r"(?P<after>[\u4e00-\u9fff、]{2,12})?(?:[。：:；;，,].*)?"
)
NAMED = re.compile(
    r"第[一二三四五六七八九十\d]{1,2}(?:阶段|步|轮)[（(](?P<name>[\u4e00-\u9fff、]{2,12})[）)][:：，、]?(?P<text>[^。；;]*).*"
)
CALL = re.compile(r"(?:进一步)?(?:强化|加强|严格|严肃|落实|突出|坚持|注重|加大|做好|抓好|压实|健全|完善|建立)")
TIME = re.compile(r"\d|[一二三四五六七八九十]月|[XＸ×_＿]|待定|另行|每年|即日|年底|全年")
MONTHS = r"[\d一二三四五六七八九十年月日份底上中下旬至到—–\-~～]{3,24}"
LEAD = re.compile(
    r"(?:[在于自从])?(?P<text>[\d年月日上中下旬初底末—–\-~～至到起]{2,24}?(?:之前|以前|前|止))"
    r"|(?:[在于自从])?(?P<range>[\d年月日上中下旬初底末]{2,11}起?[—–\-~～至到][\d年月日上中下旬初底末]{2,11}(?:止|期间)?)"
)
SPAN = r"[\d一二三四五六七八九十年月日份上中下旬初底末前起止至到—–\-~～.．]{3,30}"
TIME_FIRST = re.compile(
    rf"(?P<number>{NUMBER})(?P<text>(?:[自从于在])?{SPAN})[，,：:、]?(?P<name>[^。；;，,]{{2,24}}).*"
)
PIECES = re.compile(
    r"(?<=[；;。])(?=[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|\d{1,2}[.．、](?!\d)|第[一二三四五六](?:阶段|步)|[①-⑳])"
)
CALLED = re.compile(rf"(?P<text>{MONTHS})为(?P<name>[\u4e00-\u9fff]{{2,10}}阶段)")
DATES = re.compile(r"[\d.．/／第一二三四季度年月日份至到起止底前即上中下旬（）() —–\-~～]+")
TIMED = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,10}?)(?:时间)?(?:为|定于|安排在|[:：])?"
    r"(?P<text>(?:从|自|于)?(?:\d{4}年|\d{1,2}月|即日起|至年底|至\d|每年).*)"
)
LIMIT = re.compile(
    r"(?:每年|\d{4}年|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月)[^，。；;、]*?(?:[底末日]?(?:之前|以前|前)|[底末日月旬])$"
)
DAYS = r"[\d年月日上中下旬初底末]{2,11}"
INSIDE = re.compile(
    rf"(?P<text>{DAYS}起?[—–\-~～至到]{DAYS}|{DAYS}(?:之前|以前|前)|\d{{1,2}}月(?:[上中下]旬|底|份)?)(?![\d年月日])"
)
STYLES = (r"[一二三四五六七八九十]是", LEVEL, TOP, r"[（(]\d", "第", r"\d{1,2}[.．、]", "[①-⑳]")


@dataclass
class Found:
    """A stage as printed before its words are read; `under` is the stage it is part of, `at` no line but a cell."""

    name: str
    text: str
    line: Line
    under: str = ""
    at: str = ""
    loose: bool = False  # a heading without a time of its own: what is taken from the text below it is asked
    besides: tuple[str, ...] = ()  # other times printed below a heading, which a person weighs
    guess: str = ""  # the words from which it was made, where a person must say whether it is one

    @property
    def where(self) -> str:
        return self.at or self.line.where


def style_of(text: str) -> str:
    """How a heading is numbered: within one chapter the stages are numbered alike, and what is not is a part of one."""
    return next((style for style in STYLES if re.match(style, text)), "")
