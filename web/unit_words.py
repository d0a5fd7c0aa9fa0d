"""What happened and how far things are, in words a unit may read: which acts it is shown, what is said of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from models import duty_ledger
from models.cycle import Assignment
from models.duty import Duty, Entry
from models.event import Event
from models.words import AssignmentKind, Move
from web.language import english
from web.said import known, said

# drafts of measures, failed sendings and referrals are the office's own affair and are not listed
OWN_ACTS = (
    "签收", "报送", "填写自查项", "申请延期", "更换联系人", "申请新链接", "登记办理", "撤回登记", "登记事由",
    "签收督办文书", "确认本人操作", "凭短地址进入", "开通日历订阅", "停用日历订阅", "提交情况说明",
)
OFFICE_ACTS = (
    "受理", "退回", "审批延期", "调整时限", "登记问题", "印发督察反馈意见", "调整督察日程", "到场督察", "现场反馈",
    "生成办理链接", "办结", "批准督办单", "批准约谈", "批准挂牌督办", "批准通报批评", "摘牌",
    "办结督办单", "办结约谈", "办结通报批评",
    "设定长期任务", "停止长期任务", "确认办结", "暂停计时", "周期重新起算", "答复情况说明",
    "开始代为录入", "制作纸质信函入口", "停用办理链接", "停用短地址",
)
SHOWN_ACTS = frozenset(OWN_ACTS) | frozenset(OFFICE_ACTS) | {move.label for move in Move}
# facts of an event worth a word, in the order in which they are told
FACTS = {
    "no": "问题", "title": "", "number": "文号", "name": "签收人", "post": "职务", "old": "原", "new": "现",
    "basis": "依据",
    "asked": "申请延至", "first": "最初时限", "phrase": "要求", "day": "日期", "what": "内容", "amount": "数量",
    "person": "姓名", "receiver": "报送对象", "gate": "", "reason": "理由", "because": "原因", "answer": "答复",
    "count": "项数",
    "files": "附件", "contact": "联系人", "signed_by": "签字", "note": "情况",
}


SENTENCES = ("because", "basis", "phrase")  # values that code below may have said as a whole


def event_words(event: Event) -> str:
    """The facts of an event in one line in the reader's language, states and codes left out."""
    told = [_fact(key, name, event.data.get(key)) for key, name in FACTS.items() if not _refused_day(event, key)]
    if "approved" in event.data:
        told.insert(0, said("同意" if event.data["approved"] else "未同意"))
    if event.data.get("late"):
        told.append(said("逾期报送"))
    return Markup(", " if english() else "，").join(part for part in told if part)


def _refused_day(event: Event, key: str) -> bool:
    """The day that was asked for and refused is no limit of anything."""
    return key == "new" and event.data.get("approved") is False


def _fact(key: str, name: str, value: Any) -> str:
    if value in (None, "", 0) or (key, value) == ("amount", 1) or (key in ("old", "new") and _is_code(str(value))):
        return ""
    if key == "no":
        return said(f"问题{value}")
    if key == "files":
        return said(f"附件{value}个")
    words = f"{value:g}" if isinstance(value, float) else days_said(str(value))
    shown = said(words) if key in SENTENCES else known(words)
    return Markup("%s%s%s") % (said(name), ": " if english() else "：", shown) if name else Markup("“%s”") % shown


def _is_code(text: str) -> bool:
    """States are stored by their code, which no page shows."""
    return text.isascii() and text.replace("_", "").isalpha()


MONTH_DAY = r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
PRINTED = re.compile(rf"(?<!\d)(\d{{4}})-{MONTH_DAY}(?![\d-])")
SHORT = re.compile(rf"(?:(?<=顺延至)|(?<=提前至)|(?<=，)(?={MONTH_DAY}[（为])){MONTH_DAY}(?!\d)")


def days_said(text: str) -> str:
    """The days within a sentence as officials write them: 2020年8月3日."""
    text = PRINTED.sub(lambda found: f"{found[1]}年{int(found[2])}月{int(found[3])}日", text)
    return SHORT.sub(lambda found: f"{int(found[3])}月{int(found[4])}日", text)


@dataclass(frozen=True)
class Progress:
    """How far an occurrence of a duty has come; without `needed` there is nothing to draw."""

    words: str
    done: float = 0
    needed: float = 0


def progress_of(item: Assignment, duty: Duty, entries: Sequence[Entry]) -> Progress:
    """How far an occurrence has come: by receivers, by persons, against its figure, or simply whether."""
    come = duty_ledger.progress_of(duty, item, entries)
    needed, measure = figure_of(item, duty)
    if duty.receivers:
        got = {entry.receiver for entry in entries}
        left = "、".join(name for name in duty.receivers if name not in got)
        words = f"已报送 {come.done:g}/{come.needed:g} 个报送对象" + (f"，尚缺{left}" if left else "")
        return Progress(words, come.done, come.needed)
    if duty.per_person:
        each = f"{needed:g}{measure}"
        if come.needed:
            return Progress(f"已登记{come.needed:g}人，其中{come.done:g}人达到{each}")
        return Progress(f"尚未登记，要求每人{each}")
    if needed > 1:
        return Progress(f"已登记 {come.done:g}/{needed:g} {measure}", come.done, needed)
    if item.kind == AssignmentKind.CONFIRMATION:
        return Progress("已登记确认" if entries else "本期尚未确认")
    return Progress(f"已登记{len(entries)}次" if entries else "尚未登记")


def figure_of(item: Assignment, duty: Duty) -> tuple[float, str]:
    """How much an occurrence asks for, and the word behind the figure."""
    return float(item.terms.get("needed", duty.needed)), str(item.terms.get("measure", duty.measure))


def person_sums(entries: Sequence[Entry]) -> dict[str, float]:
    """What is registered for each person."""
    sums: dict[str, float] = {}
    for entry in entries:
        sums[entry.person] = sums.get(entry.person, 0) + entry.amount
    return sums
