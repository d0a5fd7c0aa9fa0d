"""What happened, in words a unit may read: which acts it is shown, and what is said of each."""

from datetime import date
from typing import Any

from models.event import Event
from models.words import Move

# drafts of measures, failed sendings and referrals are the office's own affair and are not listed
OWN_ACTS = (
    "签收", "报送", "填写自查项", "申请延期", "更换联系人", "申请新链接",
)
OFFICE_ACTS = (
    "受理", "退回", "审批延期", "调整时限", "登记问题", "印发督察反馈意见", "调整督察日程", "到场督察", "现场反馈",
    "生成办理链接", "办结", "批准督办单", "批准约谈", "批准挂牌督办", "批准通报批评", "摘牌",
)
SHOWN_ACTS = frozenset(OWN_ACTS) | frozenset(OFFICE_ACTS) | {move.label for move in Move}
# facts of an event worth a word, in the order in which they are told
FACTS = {
    "no": "问题", "title": "", "number": "文号", "name": "签收人", "post": "职务", "old": "原", "new": "现",
    "asked": "申请延至", "first": "最初时限", "reason": "理由", "because": "原因", "answer": "答复", "count": "项数",
    "files": "附件", "contact": "联系人", "signed_by": "签字", "note": "情况",
}


def event_words(event: Event) -> str:
    """The facts of an event in one line, states and codes left out."""
    said = [_fact(key, name, event.data.get(key)) for key, name in FACTS.items()]
    if "approved" in event.data:
        said.insert(0, "同意" if event.data["approved"] else "未同意")
    if event.data.get("late"):
        said.append("逾期报送")
    return "，".join(part for part in said if part)


def _fact(key: str, name: str, value: Any) -> str:
    if value in (None, "", 0) or (key in ("old", "new") and _is_code(str(value))):
        return ""
    if key == "no":
        return f"问题{value}"
    if key == "files":
        return f"附件{value}个"
    words = _day(str(value))
    return f"{name}：{words}" if name else f"“{words}”"


def _is_code(text: str) -> bool:
    """States are stored by their code, which no page shows."""
    return text.isascii() and text.replace("_", "").isalpha()


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日"
