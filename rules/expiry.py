"""How long a normative document may be valid (规范性文件有效期; 辽宁省法治政府建设意见第11条)."""

from models.base import Rejected

LONGEST, TRIAL = 5, 2
TRIAL_WORDS = ("暂行", "试行")


def check_validity(title: str, years: float) -> None:
    """At most five years, two for what calls itself 暂行 or 试行; Rejected otherwise."""
    if not years > 0:  # not a number is none either
        raise Rejected("有效期须大于零。")
    word = next((word for word in TRIAL_WORDS if word in title), "")
    if word and years > TRIAL:
        raise Rejected(f"标题含“{word}”，有效期不得超过{TRIAL}年（填写为{years:g}年）。")
    if years > LONGEST:
        raise Rejected(f"规范性文件有效期最长不得超过{LONGEST}年（填写为{years:g}年）。")
