"""回头看: how many of whose problems a sample takes, what a round needs, and what a look must bring back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.base import Conflict, Rejected
from models.paper_words import LookBackState, LookBackWay

LONGEST_FOUND = 2000


def allot(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """How many of each unit's problems are drawn: one at least, the rest by its share (largest remainders, then the
    order of the directory)."""
    total = sum(sizes.values())
    if wanted < len(sizes):
        raise Rejected(f"待回头看的问题涉及{len(sizes)}个单位，每个单位至少抽1个，抽取个数不能少于{len(sizes)}。")
    if wanted > total:
        raise Rejected(f"待回头看的问题共{total}个，抽取个数不能多于{total}。")
    left, more = wanted - len(sizes), total - len(sizes)
    if not more:
        return dict.fromkeys(sizes, 1)
    # whole numbers throughout: a share that was rounded on one machine and not on another would draw others
    found = {name: 1 + (size - 1) * left // more for name, size in sizes.items()}
    rest = sorted(sizes, key=lambda name: -((sizes[name] - 1) * left % more))
    for name in rest[: wanted - sum(found.values())]:
        found[name] += 1
    return found


def check_round(seen: int, no: int, pool: int, due: date | None, today: date) -> date:
    """What a round needs before anything is drawn; returns its day."""
    if seen != no:
        raise Conflict("刚刚已有人开始了一次回头看，请刷新页面看过后再办。")
    if not pool:
        raise Rejected("没有待回头看的问题：已核实而未列入核查的问题才能回头看。")
    if due is None:
        raise Rejected("请填写回头看的完成时限。")
    if due < today:
        raise Rejected(f"完成时限{due}已过，请填写今天或以后的日期。")
    return due


@dataclass(frozen=True)
class Outcome:
    """What was found: whether the matter stays put right, in words; `noted` says that it was seen with own eyes (on
    site) or in the papers handed in; a failed one needs a new limit."""

    verified: bool
    found: str
    noted: bool = False
    files: int = 0
    new_due: date | None = None


def check_look(no: int, state: LookBackState, way: LookBackWay, outcome: Outcome, today: date) -> None:
    """A look is decided once, with words and with something to show for it."""
    if state != LookBackState.PLANNED:
        raise Conflict(f"问题{no}的回头看{state.label}，无须再登记。")
    if not outcome.found.strip():
        raise Rejected(f"请写明问题{no}的核查情况。")
    if len(outcome.found) > LONGEST_FOUND:
        raise Rejected(f"核查情况请控制在{LONGEST_FOUND}字以内，详细材料可作为附件上传。")
    if not outcome.files and not outcome.noted:
        raise Rejected(f"问题{no}的核查须有佐证：请拍照或上传材料，或注明“{noted_words(way)}”。")
    if not outcome.verified and outcome.new_due is None:
        raise Rejected("核查未通过的，请给出新的整改时限。")
    if outcome.new_due and outcome.new_due < today and not outcome.verified:
        raise Rejected(f"新的整改时限{outcome.new_due}已过，请填写今天或以后的日期。")


def noted_words(way: LookBackWay) -> str:
    """What stands for a file: seen on site, or seen in the papers handed in."""
    return "现场查看" if way == LookBackWay.ON_SITE else "查阅材料"


def round_words(no: int) -> str:
    return f"第{no}次回头看"


def unlooked_words(no: int | None) -> str:
    """What is said in the record of a problem that is closed out without having been looked at again."""
    return f"{round_words(no)}抽查未抽中，未经回头看销号" if no else "本周期不要求回头看，未经回头看销号"
