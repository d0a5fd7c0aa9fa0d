"""What could be spared: means, who is asked more, and sentences that only say what the figures say."""

from rules.burden import Load, above, means, spared


def test_the_mean_is_over_all_units_and_that_of_days_over_those_that_have_any() -> None:
    mean = means([Load("甲", items=4, days=10.0), Load("乙", items=1)])
    assert (mean["items"], mean["days"], mean["reports"]) == (2.5, 10.0, 0.0)
    assert means([])["items"] is None and means([Load("甲")])["days"] is None


def test_above_is_a_fifth_over_the_mean_and_one_unit_is_never_above_itself() -> None:
    loads = [Load("甲", items=12, returned=1), Load("乙", items=10), Load("丙", items=5)]
    assert above(loads[0], means(loads)) == ["事项", "退回"] and above(loads[1], means(loads)) == []
    assert above(loads[0], means(loads[:1])) == []


def test_every_sentence_stands_for_its_figures_and_nothing_is_made_up() -> None:
    assert spared([Load("甲", items=9, messages=5, visits=1, days=30.0)]) == ["本时段没有发现明显可以精简的事项。"]
    told = spared([Load("甲", twice=2, close=1, short=3, returned=1, visits=2), Load("乙", twice=1)])
    assert told == [
        "2个单位共有3天在一天内收到两条以上消息，可合并发送。",
        "1个单位在一周内须报送两份以上报告，可合并报送或错开时限。",
        "1个单位的3个事项从下达到时限不足5天，可提前下达。", "1个单位共被退回重报1次，可在布置时写明要求、附上样本。",
        "1个单位被实地督察两次以上，可合并督察。",
    ]
