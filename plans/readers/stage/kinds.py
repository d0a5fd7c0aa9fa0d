"""The kinds of stage that a printed name speaks of."""

import re

from models.words import StageKind
from plans.grammar.lexicon import number

WRITTEN = re.compile("(?<![一二三四五六七八九十])(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日])")
# A word takes what follows it along, so that 迎接督察 is not also read as 督察.
WORDS = {
    StageKind.HIGHER_INSPECTION: r"迎接(?:上级|中央|省|市)?(?:督察|督查|督导|检查|验收)?|迎检|迎查|验收",
    StageKind.LOOK_BACK: r"(?:督[察查导])?“?回头看(?:督察|督查|检查)?|复查|回访",
    StageKind.DAILY: r"(?:日常|平时|常态化?)(?:督察|督查|督导|监督|检查)?",
    StageKind.PREPARATION: (
        r"(?:督察|督查|督导|检查|自查|组织)?(?:筹备|准备|动员部署|动员|部署|启动)|总结计划"
        r"|(?:制定|印发|拟定)[\u4e00-\u9fff]{0,6}(?:方案|计划)|组建队伍"
    ),
    StageKind.SELF_CHECK: r"自查(?:自纠|自评|自改)?|自评|自检",
    StageKind.FEEDBACK: r"反馈|通报",
    StageKind.RECTIFICATION: r"集中整[改治]|整改|整治|销号",
    StageKind.ON_SITE_CHECK: (
        r"(?:实地|现场|集中)?(?<!被)(?:督察|督查|督导|抽查|检查|监督)(?!组|单位|对象|意见)|实地|集中|进驻"
    ),
}


def figures(text: str) -> str:
    """The text with its days and months in figures: 九月二十一日 is 9月21日."""
    return WRITTEN.sub(lambda hit: str(int(number(hit[0]))), text)


def kinds_in(name: str) -> list[StageKind]:
    """The kinds whose words a name holds, in the order it holds them."""
    found: list[tuple[int, StageKind]] = []
    for kind, words in WORDS.items():
        hit = re.search(words, name)
        if hit:
            found.append((hit.start(), kind))
            name = name[: hit.start()] + "　" * len(hit[0]) + name[hit.end() :]
    return [kind for _, kind in sorted(found, key=lambda pair: pair[0])]
