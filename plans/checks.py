"""What a plan says of itself, counted again: shown beside the plan, never swallowed."""

from datetime import date

from pydantic import BaseModel

from config.workdays import Calendar
from models.words import StageKind
from plans.draft import PlanDraft, SheetDraft, SlotDraft
from plans.limit import read_limit
from plans.phrase import read

VISITING = (StageKind.ON_SITE_CHECK, StageKind.DAILY)  # a yearly regime visits in its daily stage


class Check(BaseModel):
    """A declared figure and the one found; `warns` marks what is only worth knowing."""

    name: str
    expected: str
    found: str
    ok: bool


def check_plan(plan: PlanDraft, calendar: Calendar) -> list[Check]:
    """All checks of a plan, in the order of the document."""
    checks = [_order(plan), *_gaps(plan), *_read_again(plan, calendar)] if plan.stages else []
    for sheet in plan.sheets:
        checks += _sheet(sheet)
    checks += _rest_days(plan, calendar)
    return checks + _groups(plan) + _slots(plan) + _tasks(plan, calendar)


def _groups(plan: PlanDraft) -> list[Check]:
    """How many units a collective name stands for, as printed and as listed."""
    return [
        Check(
            name=f"{group.name}：个数", expected=f"{group.declared}", found=f"{len(group.members)}",
            ok=group.declared == len(group.members),
        )
        for group in plan.groups if group.declared is not None and group.members
    ]


def _slots(plan: PlanDraft) -> list[Check]:
    """Visit slots: no unit twice, every week one that its month has."""
    if not plan.slots:
        return []
    units = [unit for slot in plan.slots for unit in slot.units]
    twice = sorted({unit for unit in units if units.count(unit) > 1})
    none = [f"{slot.month}月第{slot.week}周" for slot in plan.slots if not _exists(plan, slot)]
    different = f"{len(set(units))}个{'、'.join(twice[:3])}"
    real = f"{len(plan.slots) - len(none)}个{'、'.join(none[:3])}"
    return [
        Check(name="督察周次的单位不重复", expected=f"{len(units)}个", found=different, ok=not twice),
        *_early(plan),
        Check(name="督察周次当月都有", expected=f"{len(plan.slots)}个", found=real, ok=not none),
    ]


def _early(plan: PlanDraft) -> list[Check]:
    """Weeks set before the stage in which visits begin: worth knowing, not wrong."""
    begins = [stage.start for stage in plan.stages if set(VISITING) & set(stage.kind) and stage.start]
    early = [slot for slot in plan.slots if begins and plan.window_of(slot)[1] < min(begins)]
    months = "、".join(f"{month}月" for month in sorted({slot.month for slot in early}))
    said = f"{months}已排{len(early)}周{sum(len(slot.units) for slot in early)}家"
    if not early:
        return []
    return [Check(name="督察周次在实施阶段内", expected=f"{min(begins):%m-%d}起", found=said, ok=False)]


def _exists(plan: PlanDraft, slot: SlotDraft) -> bool:
    start, end = plan.window_of(slot)
    return slot.month in (start.month, end.month)


def _tasks(plan: PlanDraft, calendar: Calendar) -> list[Check]:
    """Measures: numbers that are not repeated, limits that are understood, and those past when the paper was issued."""
    if not plan.tasks:
        return []
    numbers = [task.no for task in plan.tasks]
    ref = plan.issued_on or date(plan.year, 1, 1)
    limits = [(task, read_limit(task.limit, plan.issued_on, plan.year, calendar)) for task in plan.tasks if task.limit]
    unclear = [task.no for task, found in limits if found.open_question and not task.due]
    past = [task.no for task, found in limits if (task.due or found.due or date.max) < ref]
    return [
        Check(name="任务编号不重复", expected=f"{len(numbers)}项", found=f"{len(set(numbers))}项",
              ok=len(set(numbers)) == len(numbers)),
        Check(name="任务时限读得出", expected=f"{len(limits)}项", found=_less(len(limits), unclear, "须确认"),
              ok=not unclear),
        Check(name="印发时未到期", expected=f"{len(limits)}项", found=_less(len(limits), past, "已到期"), ok=not past),
    ]


def _less(total: int, numbers: list[str], word: str) -> str:
    listed = f"（{'、'.join(numbers[:8])}{'等' if numbers[8:] else ''}{word}）" if numbers else ""
    return f"{total - len(numbers)}项{listed}"


def _order(plan: PlanDraft) -> Check:
    numbers = [stage.no for stage in plan.stages]
    return Check(
        name="阶段序号连续", expected=f"1至{len(numbers)}", found="、".join(map(str, numbers)),
        ok=numbers == list(range(1, len(numbers) + 1)),
    )


def _read_again(plan: PlanDraft, calendar: Calendar) -> list[Check]:
    """Every printed limit read once more: the day beside it must be the one its words come to."""
    ref = plan.issued_on or date(plan.year, 1, 1)
    dated = [(stage.name, stage.text, stage.end) for stage in plan.stages]
    dated += [(item.title, item.text, item.due) for item in plan.deliverables]
    read_days = [(name, text, day, read(text, ref, calendar).due) for name, text, day in dated if text and day]
    wrong = [row for row in read_days if row[3] and row[3] != row[2]]
    total = Check(
        name="时限原文与所填日期一致", expected=f"{len(read_days)}处",
        found=f"{len(read_days) - len(wrong)}处", ok=not wrong,
    )
    return [total] + [
        Check(name=f"{name}的时限“{text}”", expected=f"{found}", found=f"填为{day}", ok=False)
        for name, text, day, found in wrong
    ]


def _gaps(plan: PlanDraft) -> list[Check]:
    """Days between two stages that belong to neither: worth knowing, not wrong."""
    found = []
    for before, after in zip(plan.stages, plan.stages[1:], strict=False):
        if before.end and after.start and (after.start - before.end).days > 1:
            first = date.fromordinal(before.end.toordinal() + 1)
            last = date.fromordinal(after.start.toordinal() - 1)
            name = f"{before.name}与{after.name}之间"
            found.append(Check(name=name, expected="首尾相接", found=f"{first:%m-%d}至{last:%m-%d}为空档", ok=False))
    return found


def _sheet(sheet: SheetDraft) -> list[Check]:
    """Count, sequence and sums of a score sheet."""
    numbers = [item.no for item in sheet.items]
    total = sum(item.points for item in sheet.items)
    name = sheet.subject
    checks = [
        Check(
            name=f"{name}：项数", expected=f"{sheet.declared_items}", found=f"{len(numbers)}",
            ok=len(numbers) == sheet.declared_items and numbers == list(range(1, len(numbers) + 1)),
        ),
        Check(
            name=f"{name}：总分", expected=f"{sheet.declared_points:g}", found=f"{total:g}",
            ok=total == sheet.declared_points,
        ),
    ]
    for item in sheet.items:
        if item.clause_points != item.points:
            where = f"{name}：第{item.no}项分值"
            found = f"分项合计{item.clause_points:g}分"
            checks.append(Check(name=where, expected=f"{item.points:g}分", found=found, ok=False))
        checks += [
            Check(name=f"{name}：第{item.no}项原文", expected="完整", found=flag.note, ok=False) for flag in item.flags
        ]
    return checks


def _rest_days(plan: PlanDraft, calendar: Calendar) -> list[Check]:
    """Limits that fall on a rest day: a named date does not move, it is chased on the workday before."""
    named = [(item.title, item.due) for item in plan.deliverables if item.due]
    return [
        Check(name=f"{title}时限{due:%m-%d}", expected="工作日", found=f"逢{calendar.rest_name(due)}", ok=False)
        for title, due in named
        if not calendar.is_workday(due)
    ]
