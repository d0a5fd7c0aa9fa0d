"""How much an office asks of each unit: the figures side by side, their mean, who is above it, what could be spared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ABOVE = 1.2  # a fifth over the mean counts as above; less is chance
SHORT = 5  # days from being asked to the limit
MEASURES: dict[str, str] = {
    "items": "事项", "reports": "报告", "lines": "自查分项", "files": "附材料", "messages": "消息", "visits": "督察",
    "returned": "退回",
}
MEANINGS = (
    "事项：时限落在时段内、由单位承办的各项要求，含签收和整改，不含自查分项和已取消的；未定时限的不限时段计入。",
    "要求附材料：须附佐证材料或附件的事项。收到消息：已发出给该单位联系人的条数。",
    "退回重报：材料、任务和整改被退回的次数。平均给办天数：自下达之日至首次下达的时限，按自然日计，签收和长期任务不计。",
    "高于平均：超过各单位平均数的百分之二十。",
)


@dataclass(frozen=True)
class Load:
    """What was asked of one unit; `days` is the mean of the days given, None where nothing had a limit. `twice` are
    days with more than one message, `close` reports due within a week of another, `short` limits of few days."""

    unit: str
    items: int = 0
    reports: int = 0
    lines: int = 0
    files: int = 0
    messages: int = 0
    visits: int = 0
    returned: int = 0
    days: float | None = None
    twice: int = 0
    close: int = 0
    short: int = 0


def means(loads: Sequence[Load]) -> dict[str, float | None]:
    """The mean of every figure over the units, to one decimal; of the days over the units that have any."""
    found: dict[str, float | None] = {
        key: round(sum(getattr(one, key) for one in loads) / len(loads), 1) if loads else None for key in MEASURES
    }
    days = [one.days for one in loads if one.days is not None]
    return {**found, "days": round(sum(days) / len(days), 1) if days else None}


def above(load: Load, mean: Mapping[str, float | None]) -> list[str]:
    """The figures by which a unit is asked clearly more than the others."""
    return [word for key, word in MEASURES.items() if getattr(load, key) > (mean[key] or 0) * ABOVE]


def spared(loads: Sequence[Load]) -> list[str]:
    """What the office could do without, in sentences; one that says so where nothing stands out."""
    def count(key: str, least: int = 1) -> tuple[int, int]:
        found = [getattr(one, key) for one in loads if getattr(one, key) >= least]
        return len(found), sum(found)

    (twice, twice_days), (close, _), (short, short_items) = count("twice"), count("close"), count("short")
    (returned, returns), (visited, _) = count("returned"), count("visits", 2)
    told = (
        (twice, f"{twice}个单位共有{twice_days}天在一天内收到两条以上消息，可合并发送。"),
        (close, f"{close}个单位在一周内须报送两份以上报告，可合并报送或错开时限。"),
        (short, f"{short}个单位的{short_items}个事项从下达到时限不足{SHORT}天，可提前下达。"),
        (returned, f"{returned}个单位共被退回重报{returns}次，可在布置时写明要求、附上样本。"),
        (visited, f"{visited}个单位被实地督察两次以上，可合并督察。"),
    )
    return [sentence for found, sentence in told if found] or ["本时段没有发现明显可以精简的事项。"]
