"""What a form of a unit shows as typed: just refused, kept as a draft, or written meanwhile by a colleague."""

from dataclasses import dataclass
from datetime import datetime

from actions import keep_draft
from actions.keep_draft import Kept
from web.unit_door import Here

HIDDEN = ("nonce", "seen", "staged", "reuse", "draft_seen", "from_sheet")
LABELS = {
    "body": "正文", "result": "整改情况", "reason": "理由", "day": "日期", "what": "办理内容", "amount": "数量",
    "person": "姓名", "receiver": "报送对象", "subject": "事由或文号", "gate": "前置结果", "text": "情况说明",
    "title": "问题", "detail": "具体情况", "measure": "整改措施", "category": "整改类别", "leader": "责任领导",
    "lead_unit": "责任单位", "due_on": "完成时限", "on_site": "现场查看", "no_problems": "自查未发现问题",
    "for_all": "由本单位汇总",
}


@dataclass(frozen=True)
class Typed:
    """The fields of a form; `stamp` names the draft they came from, `other` is a draft somebody else saved since."""

    fields: dict[str, str]
    saved_at: datetime | None = None
    stamp: str = ""
    other: Kept | None = None

    @property
    def others(self) -> list[tuple[str, str]]:
        return said(self.other.fields) if self.other else []


def filled(here: Here, form: str, fields: dict[str, str]) -> Typed:
    """The fields to show: those just refused, else the unit's draft with its time."""
    kept = keep_draft.load(here.session, here.who.actor, form)
    if not fields:
        return Typed(kept.fields, kept.saved_at, kept.stamp) if kept else Typed({})
    plain = {name: value for name, value in fields.items() if name != "staged"}
    moved = kept is not None and kept.stamp != keep_draft.stamp(plain)
    return Typed(fields, None, kept.stamp if kept else "", kept if moved else None)


def said(fields: dict[str, str]) -> list[tuple[str, str]]:
    """A draft as words to read: what each field is called, and what stands in it."""
    return [(_called(name), value) for name, value in fields.items() if value.strip() and name not in HIDDEN]


def _called(name: str) -> str:
    kind, *more = name.split("-")
    if len(more) == 2:
        numbered = f"问题{more[0]}" if kind == "plan" else f"第{more[0]}条"
        return f"{numbered}{LABELS.get(more[1], '')}"
    if kind == "mark" and more:
        return f"第{more[0].partition(':')[2]}条"
    return LABELS.get(name, "其他内容")
