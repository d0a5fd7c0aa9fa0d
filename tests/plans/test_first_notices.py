"""Notices in styles the readers were not made for: stages, days and heads as a person reads them, or asked about."""

from pathlib import Path

import pytest

from bench.readings.plans import PLANS, judged
from plans.answered.said import Said
from plans.answered.stages import stages_of
from plans.document import Document, Line
from plans.issued import Head
from plans.readers.stage.reader import NO_STAGE, read_stages

CASES = sorted(PLANS.glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_notice_reads_as_a_person_reads_it(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = list(judged(path))
    assert set(verdicts) == {"right"}, capsys.readouterr().out


def read(*texts: str):
    return read_stages(Document("a.txt", "0", [Line(text, n) for n, text in enumerate(texts, 1)]), Head(year=2026))


def test_steps_told_in_one_sentence_are_stages_only_when_a_person_says_so() -> None:
    part = read("首先，3月23日至4月3日由各单位自查；随后，4月6日至4月24日实地督察；5月15日前反馈问题。")
    assert [stage.kind for stage in part.stages] == ["self_check", "on_site_check", "feedback"]
    assert [doubt.choices[1] for doubt in part.doubts] == [NO_STAGE] * 3
    said = Said(part.doubts, {"stage-1-kind": "自查", "stage-2-kind": NO_STAGE})
    assert [stage.name for stage in stages_of(part.stages, said)] == ["由各单位自查", "反馈问题"]
    assert any(NO_STAGE in flag.note for flag in said.rest())


def test_a_report_and_a_rectification_in_one_sentence_are_no_stages() -> None:
    assert read("请于5月15日前报送自查报告，6月30日前完成整改。").stages == []


def test_a_step_without_a_time_of_its_own_is_asked() -> None:
    part = read("二、工作步骤", "1.单位自查。各单位于4月30日前完成自查。", "2.实地督察。",
                "3.整改。4月5日部署，5月6日前完成。")
    asked = {doubt.key: doubt.choices for doubt in part.doubts}
    assert asked["stage-1-date"] == ("2026-04-30",)
    assert asked["stage-2-date"] == () and "stage-3-date" in asked
