"""A checklist with what was answered about rows whose columns are lost: a group, or an item of its own."""

from plans.answered.said import Said
from plans.draft_parts import CheckItemDraft, ChecklistDraft
from plans.issued import CheckItem, Doubt
from plans.readers.checklist import thresholds


def checklists_of(items: list[CheckItem], said: Said) -> list[ChecklistDraft]:
    """One list of all items; nothing where the document has none."""
    if not items:
        return []
    drafts = _items(items, said)
    groups, count = len(dict.fromkeys(item.group for item in drafts)), len(drafts)
    return [
        ChecklistDraft(code="checklist", title="检查标准", declared_items=count, declared_groups=groups, items=drafts)
    ]


def _items(items: list[CheckItem], said: Said) -> list[CheckItemDraft]:
    """Items in order. Rows that went on with a group which an answer made of something else follow that answer."""
    asked = {doubt.key.removeprefix("checklist-"): doubt for doubt, _ in said.starting("checklist-")}
    found: list[CheckItemDraft] = []
    above, printed, answered = "", "", ""
    for n, item in enumerate(items, 1):
        doubt, group, text = asked.get(item.source), item.group, item.text
        if doubt:
            group, text = _cells(doubt, said.of(doubt.key), above)
            printed, answered = item.group, group
        elif item.group == printed:
            group = answered
        else:
            printed = answered = item.group
        above = group
        limits = [dict(one) for one in (item.thresholds if text == item.text else thresholds(text))]
        flags = [said.note(doubt)] if doubt else []
        found.append(CheckItemDraft(no=n, group=group, title=text, thresholds=limits, flags=flags))
    return found


def _cells(doubt: Doubt, answer: str, above: str) -> tuple[str, str]:
    """Group and text of a row, as answered."""
    first, second = doubt.what.partition("：“")[2].removesuffix("”。").split("”“", 1)
    return (first, second) if answer.endswith("是分组") else (above, first)
