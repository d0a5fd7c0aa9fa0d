"""Every state and kind has its own code and its own Chinese word."""

import re

import pytest

from models import paper_words, words
from models.base import Word

BOTH = {**vars(words), **vars(paper_words)}.values()
KINDS = [kind for kind in BOTH if isinstance(kind, type) and kind in Word.__subclasses__()]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_member_has_a_chinese_word_that_no_other_member_shares(kind: type[Word]) -> None:
    labels = [member.label for member in kind]
    assert all(re.search("[一-龥]", label) for label in labels)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_code_is_the_lower_case_of_its_name_and_fits_its_column(kind: type[Word]) -> None:
    for member in kind:
        assert member.value == member.name.lower()
        assert len(member.value) <= 32


def test_the_stages_stand_in_the_order_of_the_work() -> None:
    assert [stage.label for stage in words.StageKind] == [
        "组织筹备", "自查", "实地督察", "反馈", "整改", "回头看", "迎接督察", "日常",
    ]


def test_the_ladder_beyond_reminders_stands_in_the_order_of_the_plan() -> None:
    steps = [step.label for step in paper_words.EscalationStep]
    assert steps[1:] == ["约谈", "挂牌督办", "通报批评", "移送追责"]
