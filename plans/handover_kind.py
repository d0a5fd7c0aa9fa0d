"""What kind of duty a paper that is handed in makes, by its name and by who owes it."""

import re

from models.words import AssignmentKind, StageKind
from plans.readers.handover.words import COLLECTIVE, TEAMS

K = AssignmentKind
UNITS = (
    (K.SELF_CHECK_REPORT, r"自查.*(?:报告|总结|情况)|自评.*报告"), (K.RECT_PLAN, r"整改.*(?:方案|计划)"),
    (K.RECT_REPORT, r"整改.*(?:报告|情况|结果|总结)"),
)
TEAM = ((K.ON_SITE_FEEDBACK, r"(?:现场|当场)反馈"), (K.TEAM_REPORT, "报告|情况|总结"))
OFFICE = (
    (K.FEEDBACK_LETTER, "反馈意见|意见书|整改通知|督办"),
    (K.INSPECTION_REPORT, r"(?:督[察查导]|检查|考核|综合|总体).*(?:报告|情况|结果)"),
)
STAGES = {
    K.SELF_CHECK_REPORT: StageKind.SELF_CHECK, K.RECT_PLAN: StageKind.RECTIFICATION,
    K.RECT_REPORT: StageKind.RECTIFICATION, K.ON_SITE_FEEDBACK: StageKind.ON_SITE_CHECK,
    K.TEAM_REPORT: StageKind.ON_SITE_CHECK, K.FEEDBACK_LETTER: StageKind.FEEDBACK,
    K.INSPECTION_REPORT: StageKind.ON_SITE_CHECK,
}


def is_team(name: str) -> bool:
    return TEAMS.search(name) is not None


def is_collective(name: str) -> bool:
    return COLLECTIVE.search(name) is not None and not is_team(name)


def kind_of(title: str, side: str) -> AssignmentKind | None:
    """The kind a cycle knows for it; None where it is a paper like any other. `side` is units, teams or office."""
    table = {"teams": TEAM, "office": OFFICE}.get(side, UNITS)
    return next((kind for kind, words in table if re.search(words, title)), None)


def stage_of(title: str) -> StageKind | None:
    """The stage a paper's own name points to."""
    for table in (TEAM[:1], UNITS, OFFICE):
        for kind, words in table:
            if re.search(words, title):
                return STAGES[kind]
    return None
