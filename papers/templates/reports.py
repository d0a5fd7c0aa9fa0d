"""Templates of what goes upward and to all: reports, briefs, evaluations, circulars, digests."""

from collections.abc import Sequence

from papers.gongwen import Gongwen

UNITS = (("单位", "name", 34), ("应办", "total", 18), ("已办结", "done", 20), ("待审核", "waiting", 20),
         ("逾期未办", "overdue", 24), ("按时率", "share", 20), ("得分率%", "score", 20))
RECT = (("单位", "name", 36), ("问题", "found", 16), ("已销号", "closed", 18), ("未销号", "open", 18),
        ("超时限", "overdue", 18), ("回头看", "looked", 18), ("未通过", "failed", 18), ("重开", "reopened", 14))
PROBLEMS = (("序号", "no", 14), ("单位", "unit", 26), ("问题", "title", 50), ("文号", "number", 42),
            ("状态", "state", 24))
LATE = (("单位", "unit", 46), ("事项", "title", 74), ("时限", "due", 36))


def report() -> bytes:
    """督察报告: five parts; the last one is a person's."""
    paper = _headed()
    paper.text("现将{{ plan }}督察情况报告如下（数据截至{{ as_of }}）。")
    paper.head("一、工作开展情况")
    _lines(paper, "work")
    _table(paper, "stages", (("阶段", "name", 36), ("起止日期", "days", 90), ("状态", "state", 30)))
    paper.head("二、总体评价")
    _standing(paper)
    paper.head("三、发现的主要问题")
    _found(paper)
    paper.head("四、整改情况")
    _rect(paper)
    paper.head("五、下一步建议")
    paper.last_lines("advice")
    return paper.signed()


def brief() -> bytes:
    """督察专报: one unit or one theme."""
    paper = _headed()
    paper.text("现将{{ plan }}督察中有关{{ name }}的情况专报如下（数据截至{{ as_of }}）。")
    paper.head("一、基本情况")
    _lines(paper, "facts")
    paper.head("二、问题和整改")
    _table(paper, "problems", PROBLEMS)
    _none(paper, "problems", "本次督察未登记问题。")
    _lines(paper, "matters")
    paper.head("三、下一步建议")
    paper.last_lines("advice")
    return paper.signed()


def evaluation() -> bytes:
    """阶段评估报告: a half-year out of the ledger."""
    paper = _headed()
    paper.text("现将{{ plan }}{{ period }}实施情况评估如下（数据取自督察台账，截至{{ as_of }}）。")
    paper.head("一、本期进展")
    _lines(paper, "within")
    paper.head("二、完成情况")
    _standing(paper)
    _listed(paper, "themes", "按专题：", (("专题", "name", 54), *UNITS[1:6]))
    _listed(paper, "late", "逾期未办的事项：", LATE)
    paper.head("三、问题和整改情况")
    _found(paper)
    _rect(paper)
    paper.control("{%p if matters %}")
    paper.head("四、重要事项")
    _lines(paper, "matters")
    paper.control("{%p endif %}")
    paper.head("{% if matters %}五{% else %}四{% endif %}、下一步建议")
    paper.last_lines("advice")
    return paper.signed()


def results() -> bytes:
    """督察情况通报: the whole, the kinds of problems, and the units a person confirmed."""
    paper = _headed(upward=False)
    paper.text("现将{{ plan }}督察情况通报如下（数据截至{{ as_of }}）。")
    paper.head("一、总体情况")
    _lines(paper, "overall")
    paper.text("{{ found }}")
    _table(paper, "themes", (("问题类别", "name", 96), ("问题数", "count", 30), ("涉及单位", "units", 30)))
    _lines(paper, "rect")
    _confirmed(paper, "best_rows", "工作推进较好的单位：")
    _confirmed(paper, "worst_rows", "工作推进较慢的单位：")
    _lines(paper, "matters")
    paper.head("二、工作要求")
    paper.last_lines("advice")
    return paper.signed()


def _confirmed(paper: Gongwen, rows: str, words: str) -> None:
    paper.control(f"{{%p if {rows} %}}")
    paper.text(words)
    paper.control("{%p endif %}")
    _table(paper, rows, UNITS[:6], 20)


def digest() -> bytes:
    """督察周报、督察月报: the sentences, then the lists behind them."""
    paper = Gongwen()
    paper.title("{{ title }}")
    paper.text("（{{ office }}，数据截至{{ as_of }}）")
    _lines(paper, "lines")
    _listed(paper, "cycles", "各督察周期", (("周期", "name", 54), *UNITS[1:6]))
    _listed(paper, "late", "{{ word }}到期、至今未办的事项", LATE)
    _listed(paper, "decisions", "等待决定的事项", (("事项", "what", 46), ("对象", "about", 110)))
    ahead = (("时限", "day", 40), ("事项", "title", 60), ("单位数", "units", 18), ("周期", "cycle", 38))
    _listed(paper, "ahead", "{{ next_word }}到期的事项", ahead)
    _listed(paper, "burden", "发给各单位的通知", (("单位", "unit", 96), ("通知", "messages", 30), ("要求", "asks", 30)))
    return paper.bytes()


def _headed(upward: bool = True) -> Gongwen:
    paper = Gongwen()
    paper.mark()
    if upward:
        paper.number_and_signer()
    else:
        paper.number()
    paper.title("{{ title }}")
    paper.addressee("{{ to }}：")
    return paper


def _standing(paper: Gongwen) -> None:
    """The figures of all units; the column of scores only where the plan gives points."""
    _lines(paper, "overall")
    paper.control("{%p if scored %}")
    _table(paper, "units", UNITS)
    paper.control("{%p else %}")
    _table(paper, "units", UNITS[:6], 20)
    paper.control("{%p endif %}")


def _found(paper: Gongwen) -> None:
    paper.text("{{ found }}")
    paper.control("{%p for one in categories %}")
    paper.subhead("{{ one.mark }}{{ one.name }}（{{ one.count }}个，涉及{{ one.units }}个单位）")
    paper.control("{%p for each in one.problems %}")
    paper.text("{{ loop.index }}. {{ each.unit }}：{{ each.title }}（{{ each.number }}，{{ each.state }}）。")
    paper.control("{%p endfor %}")
    paper.control("{%p endfor %}")


def _rect(paper: Gongwen) -> None:
    _lines(paper, "rect")
    _table(paper, "rect_units", RECT)


def _lines(paper: Gongwen, key: str) -> None:
    paper.control(f"{{%p for line in {key} %}}")
    paper.text("{{ line }}")
    paper.control("{%p endfor %}")


def _none(paper: Gongwen, key: str, words: str) -> None:
    paper.control(f"{{%p if not {key} %}}")
    paper.text(words)
    paper.control("{%p endif %}")


def _listed(
    paper: Gongwen, key: str, head: str, columns: Sequence[tuple[str, str, int]], more: int = 0
) -> None:
    """A heading over a table, both left out where there is nothing."""
    paper.control(f"{{%p if {key} %}}")
    paper.subhead(head)
    paper.control("{%p endif %}")
    _table(paper, key, columns, more)


def _table(paper: Gongwen, key: str, columns: Sequence[tuple[str, str, int]], more: int = 0) -> None:
    """A table of these columns (head, key, millimetres), left out where there are no rows; `more` widens the first."""
    widths = [width + (more if n == 0 else 0) for n, (_, _, width) in enumerate(columns)]
    paper.control(f"{{%p if {key} %}}")
    paper.table(
        [head for head, _, _ in columns], [f"{{{{ row.{name} }}}}" for _, name, _ in columns], f"row in {key}", widths
    )
    paper.control("{%p endif %}")
