"""A cycle's proposed name says what the paper is about and is not cut in the middle of a word."""

import pytest

from plans.short_title import LONGEST, short_title


@pytest.mark.parametrize(("title", "short"), [
    ("关于开展2025年度依法行政考核督导的通知", "2025年度依法行政考核督导"),
    ("青山区人民政府办公室关于开展重点工作“回头看”督查的通知", "重点工作“回头看”督查"),
    ("某县人民政府办公室关于印发《某县行政执法质效提升行动实施方案（试行）》的通知", "某县行政执法质效提升行动"),
    ("某县落实《某省提升行政执法质量三年行动实施方案(2023-2025年)》重点任务分解清单", "某省提升行政执法质量三年行动"),
    ("2023年法治政府建设暨综合行政执法工作督导方案", "2023年综合行政执法工作督导"),
    ("关于做好主要负责人履行第一责任人职责及法治建设督察工作的实施方案", "法治建设督察工作"),
    ("凤台县法治督察工作方案", "凤台县法治督察"),
    ("督察方案", "督察"),
    ("方案", "方案"),
])
def test_a_short_title_keeps_what_it_is_about(title: str, short: str) -> None:
    assert short_title(title) == short


def test_a_subject_without_joints_ends_with_a_mark_that_something_is_left_out() -> None:
    assert short_title("关于" + "某" * 60 + "的通知") == "某" * (LONGEST - 1) + "…"
