"""What of the things owed can be handed in by a sheet, by which form of the unit's pages, and what must be added."""

from models.cycle import OVER
from models.sheet_ledger import Owed
from models.words import DUTIES, MEASURES, RECEIPTS, AssignmentKind, AssignmentState
from rules import ledger as words

K, A = AssignmentKind, AssignmentState
REPORTS = (*MEASURES, K.RECT_REPORT)
DRAFTED = K.SELF_CHECK_REPORT  # asks for a list of problems, which a row does not hold
BY_SHEET = (*REPORTS, DRAFTED, K.PROBLEM, *DUTIES)
# what must stand before what is built on it: parts before their lead, problems before the report on them
RANK = {K.SHARE: 0, K.CO_LEAD: 1, K.PROBLEM: 1, K.MEASURE: 2, K.RECT_REPORT: 2}


def not_by_sheet(owed: Owed) -> str:
    """Why something cannot be handed in by a sheet; empty when it can."""
    kind = owed.item.kind
    if kind in BY_SHEET:
        return ""
    if kind in RECEIPTS:
        return "签收须凭链接办理，台账不能代替签收"
    if kind == K.RECT_PLAN:
        return "整改方案须逐个问题填写五项要素，请凭链接填报"
    return "此项不在台账中填报，请按通知要求办理"


def how_words(owed: Owed) -> str:
    """What a unit must know to fill in this row."""
    item = owed.item
    if _shut(owed):
        return f"{item.state.label}，无须再填"
    if why := not_by_sheet(owed):
        return why
    if item.kind == DRAFTED:
        return "须附问题清单：交回后存为草稿，请凭链接补填后报送"
    if item.kind == K.PROBLEM:
        return f"须附佐证材料：凭链接补传，或在佐证材料说明中写“{words.ON_SITE}”"
    return "；".join(asked_words(owed)) if item.kind in DUTIES else ""


def is_open(owed: Owed) -> bool:
    """Whether a unit may still fill in this row."""
    return not _shut(owed) and not not_by_sheet(owed)


def _shut(owed: Owed) -> bool:
    state = owed.item.state
    return state in OVER or (state == A.SUBMITTED and owed.item.kind not in DUTIES)


def asked_words(owed: Owed) -> list[str]:
    """What an act of a duty must name beside the day and the words."""
    asked = ["填一次办理，写明日期"]
    if counts(owed):
        asked.append(f"数量按{figure(owed)[1]}计")
    if owed.duty and owed.duty.per_person:
        asked.append("一行填一人")
    if owed.duty and owed.duty.receivers:
        asked.append(f"报送对象：{'、'.join(owed.duty.receivers)}")
    return asked


def asked_of(owed: Owed) -> tuple[str, ...]:
    """The columns that this row needs beside those of every sheet."""
    duty = owed.duty
    if duty is None:
        return ()
    needs = ((words.AMOUNT, counts(owed)), (words.PERSON, duty.per_person), (words.RECEIVER, bool(duty.receivers)))
    return tuple(name for name, needed in needs if needed)


def figure(owed: Owed) -> tuple[float, str]:
    """How much an occurrence asks for, and the word behind the figure."""
    terms, plain = owed.item.terms, (owed.duty.needed, owed.duty.measure) if owed.duty else (1, "")
    return float(terms.get("needed", plain[0])), str(terms.get("measure", plain[1]))


def counts(owed: Owed) -> bool:
    """Whether an act carries a figure (学时); where acts are counted (次), each is one."""
    needed, measure = figure(owed)
    return needed > 1 and measure != "次"


def form_of(owed: Owed) -> str:
    """The form of the unit's pages that asks for the same, by which a draft is kept."""
    if owed.item.kind == K.PROBLEM:
        return f"report-{owed.item.problem_id}"
    return f"{'entry' if owed.duty else 'item'}-{owed.item.id}"
